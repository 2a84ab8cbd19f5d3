"""Reading the lists of a package into the ledger: links.csv, and the index, pages and file list of a WACZ layout."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from strongroom.formats.dublincore import read_description_json
from strongroom.formats.links_csv import read_links
from strongroom.formats.package.ledger import Ledger
from strongroom.formats.wacz.cdxj import UnreadableLine, read_index
from strongroom.formats.wacz.files import (
    DATAPACKAGE,
    DATAPACKAGE_DIGEST,
    read_datapackage_digest,
    read_pages,
    read_resources,
)
from strongroom.model.digest import Fixity
from strongroom.model.finding import Finding
from strongroom.model.rules import agree
from strongroom.storage import read_pieces, saying

_INDEX: Final = "indexes/index.cdxj"
_PAGES: Final = "pages/pages.jsonl"
_LISTED: Final = ("archive/", "indexes/", "pages/")
_MAX_LIST_BYTES: Final = 256 * 2**20


def is_wacz_list(path: str) -> bool:
    """Whether a path is that of a list in the layout of a WACZ, which `read_wacz_into` opens."""
    names = (_INDEX, _PAGES, DATAPACKAGE, DATAPACKAGE_DIGEST)
    return path.startswith("representations/") and path.endswith(tuple(f"/data/{name}" for name in names))


def read_links_into(ledger: Ledger, path: Path, name: str) -> Iterator[Finding]:
    """Enter links.csv; a file that cannot be read is one finding."""
    try:
        with saying("read", path), path.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(read_links(lines), start=2):
                ledger.enter("link", row.url, row.outcome.value, row.record_id, number, name)
    except ValueError as error:
        yield agree.LINKS_UNREADABLE.at(name, expected="rows as links.csv has them", found=str(error))


def description_fault(path: Path, name: str, length_bytes: int) -> Iterator[Finding]:
    """Whether description.json is one."""
    found = f"more than {_MAX_LIST_BYTES} bytes"
    try:
        if length_bytes <= _MAX_LIST_BYTES:
            read_description_json(b"".join(read_pieces(path)))
            return
    except ValueError as error:
        found = str(error).encode("utf-8", "backslashreplace").decode()
    yield agree.DESCRIPTION_UNREADABLE.at(name, expected="candidates, faults, text and url as JSON", found=found)


def read_wacz_into(ledger: Ledger, folder: Path, base: str, fixities: Mapping[str, Fixity]) -> Iterator[Finding]:
    """Enter the index and the pages below `base`, and compare datapackage.json with the files.

    Args:
        ledger: to enter into.
        folder: the information package.
        base: the folder with the layout of a WACZ, relative to it, ending in "/".
        fixities: of all files of the package.
    """
    index = base + _INDEX
    if index in fixities:
        for number, line in enumerate(read_index(read_pieces(folder / index)), start=1):
            if isinstance(line, UnreadableLine):
                where = f"{index}#line={number}"
                yield agree.LINE_NO_RECORD.at(where, expected="key, 14 digits and a JSON object", found=line.text)
            else:
                archive = f"{base}archive/{line.filename}"
                place = (archive, line.offset_bytes, line.length_bytes)
                ledger.enter("line", *place, line.url, line.digest or None, index, number, line.facts)
    pages = base + _PAGES
    if pages in fixities and fixities[pages].length_bytes <= _MAX_LIST_BYTES:
        for number, page in enumerate(read_pages(read_pieces(folder / pages)), start=2):
            if page is None:
                where = f"{pages}#line={number}"
                yield agree.PAGE_NO_RECORD.at(where, expected="a JSON object with a url", found="something else")
            else:
                ledger.enter("page", page.url, pages, number)
    yield from _compare_resources(folder, base, fixities)


def _compare_resources(folder: Path, base: str, fixities: Mapping[str, Fixity]) -> Iterator[Finding]:
    name = base + DATAPACKAGE
    if fixities[name].length_bytes > _MAX_LIST_BYTES:
        yield agree.RESOURCE.at(name, expected=f"at most {_MAX_LIST_BYTES} bytes", found="more")
        return
    resources = read_resources(b"".join(read_pieces(folder / name)))
    if resources is None:
        yield agree.RESOURCE.at(name, expected="a data package", found="something else")
        return
    for resource in resources:
        fixity = fixities.get(base + resource.path)
        where = f"{name}#{resource.path.encode('utf-8', 'backslashreplace').decode()}"
        if fixity is None:
            yield agree.RESOURCE.at(where, expected="a file", found="no such file")
        elif (resource.hash, resource.length_bytes) != (f"sha256:{fixity.sha256}", fixity.length_bytes):
            expected = f"{resource.hash}, {resource.length_bytes} bytes"
            yield agree.RESOURCE.at(
                where, expected=expected, found=f"sha256:{fixity.sha256}, {fixity.length_bytes} bytes"
            )
    listed = {base + resource.path for resource in resources}
    folders = tuple(base + part for part in _LISTED)
    for path in sorted(fixities):
        if path.startswith(folders) and path not in listed:
            yield agree.RESOURCE.at(path, expected=f"an entry in {name}", found="none")
    sealed = base + DATAPACKAGE_DIGEST
    if sealed in fixities and fixities[sealed].length_bytes <= _MAX_LIST_BYTES:
        stated = read_datapackage_digest(b"".join(read_pieces(folder / sealed)))
        if stated != f"sha256:{fixities[name].sha256}":
            expected = f"sha256:{fixities[name].sha256}"
            yield agree.DATAPACKAGE_DIGEST.at(sealed, expected=expected, found=stated or "no hash")
