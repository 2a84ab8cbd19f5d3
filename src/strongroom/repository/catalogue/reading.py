"""Read what a stored version is about, out of its files.

A package of this project says it in its Dublin Core record and links.csv, any other bag in bag-info.txt and the names
of its files. Nothing here raises for what a file says: its first fault ends the reading of that file, and is kept.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import BinaryIO, Final

from strongroom.errors import StorageError
from strongroom.formats.bag.declaration import MAX_BYTES as MAX_DECLARATION_BYTES
from strongroom.formats.bag.declaration import NAME as DECLARATION
from strongroom.formats.bag.declaration import read_declaration
from strongroom.formats.bag.info import read_info
from strongroom.formats.dublincore_reading import read_dublin_core
from strongroom.formats.links_csv import read_links
from strongroom.model.finding import Finding
from strongroom.model.outcome import LinkRow, Relation
from strongroom.repository.catalogue.addresses import host_key, host_of, url_key
from strongroom.repository.catalogue.contents import Contents
from strongroom.repository.catalogue.folding import kept
from strongroom.repository.catalogue.stored_files import StoredFiles
from strongroom.repository.catalogue.tables import OUTCOMES

DUBLIN_CORE: Final = "metadata/descriptive/dc.xml"
LINKS: Final = "metadata/other/links.csv"
PAGES: Final = "representations/rep1/data/pages/pages.jsonl"
INDEX: Final = "representations/rep1/data/indexes/index.cdxj"

_METS: Final = "METS.xml"
_BATCH: Final = 5_000
_MAX_INFO_BYTES: Final = 1 << 20
_MAX_PAGES_BYTES: Final = 4 << 20
_MAX_VALUES: Final = 1_000
_MAX_VALUE_CHARACTERS: Final = 4_000
_MAX_CHARACTERS: Final = 200_000
_MAX_LINE_CHARACTERS: Final = 200_000
_MAX_HOSTS: Final = 100_000
_MAX_SEEDS: Final = 20
_MAX_NAME_CHARACTERS: Final = 500
_NUMBER: Final = {outcome: number for number, outcome in enumerate(OUTCOMES)}

Link = tuple[str, int]
"""A URL as it is looked up, and the number of its outcome."""


def read_contents(files: StoredFiles, package_id: str, put_links: Callable[[list[Link]], object]) -> Contents:
    """Read what a version is about.

    Args:
        files: of the version.
        package_id: the name of the bag's folder, as the log has it.
        put_links: is given its URLs in pieces, in the order of links.csv, a URL as often as it stands there.
    """
    contents = Contents()
    _read_info(files, contents)
    root = package_root(files.digests, package_id)
    if root is not None:
        contents.kind = "package"
        contents.values = read_values(files, root + DUBLIN_CORE)
        _read_links(files, root + LINKS, contents, put_links)
        _read_titles(files, root + PAGES, contents)
    if not contents.values:
        payload = (path for path in files.digests if path.startswith("data/"))
        contents.names = [kept(path, _MAX_NAME_CHARACTERS) for path in islice(payload, _MAX_VALUES)]
    contents.faults = [kept(fault, _MAX_NAME_CHARACTERS) for fault in files.faults]
    return contents


def package_root(paths: Iterable[str], package_id: str) -> str | None:
    """Where in a bag the information package lies, ``data/uuid-…/``; None for a bag without METS.

    That named like the bag goes first, then the one that lies highest.
    """
    found = (path for path in paths if path.endswith(f"/{_METS}") and path.startswith("data/"))
    roots = (path.removesuffix(_METS) for path in found)
    return min(roots, key=lambda root: (root != f"data/{package_id}/", root.count("/"), root), default=None)


def read_values(files: StoredFiles, path: str) -> list[tuple[str, str, str]]:
    """The descriptive values of a version: (term, value, language), of DCMI terms, or of the elements without any."""
    if path not in files or (place := files.place(path)) is None:
        return []
    elements, terms = list[tuple[str, str, str]](), list[tuple[str, str, str]]()
    room = _MAX_CHARACTERS
    try:
        for stated in read_dublin_core(place, where=path):
            if isinstance(stated, Finding):
                files.say(path, f"{stated.expected} is expected, found: {stated.found}")
                break
            value = kept(stated.value, _MAX_VALUE_CHARACTERS)
            into = terms if stated.term.startswith("dcterms:") else elements
            room -= len(value)
            if len(into) == _MAX_VALUES or room < 0:
                files.say(path, "it states more than is catalogued")
                break
            into.append((kept(stated.term, 100), value, kept(stated.language, 100)))
    except StorageError:
        files.say(path, "it cannot be read")
    return terms or elements


def read_rows(files: StoredFiles, path: str) -> Iterator[LinkRow]:
    """The rows of links.csv of a version, up to the first that is none."""
    if path not in files:
        return
    with files.opened(path) as file:
        if file is None:
            return
        try:
            yield from read_links(_text_lines(file))
        except (ValueError, OSError) as error:
            files.say(path, str(error) if isinstance(error, ValueError) else "it cannot be read")


def _text_lines(file: BinaryIO) -> Iterator[str]:
    """Lines with their ends; one that is longer than any row of ours is given in pieces."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        while line := text.readline(_MAX_LINE_CHARACTERS):
            yield line
    finally:
        text.detach()


def _read_info(files: StoredFiles, contents: Contents) -> None:
    declaration, _ = read_declaration(files.beginning(DECLARATION, MAX_DECLARATION_BYTES))
    name = declaration.info_name
    data = files.beginning(name, _MAX_INFO_BYTES)
    info, _ = read_info(io.BytesIO(data), name, declaration)
    room = _MAX_CHARACTERS
    for label, value in info.elements:
        room -= len(label) + len(value)
        if len(contents.info) == _MAX_VALUES or room < 0:
            files.say(name, "it states more than is catalogued")
            break
        contents.info.append((kept(label, 100), kept(value, _MAX_VALUE_CHARACTERS)))


def _read_links(files: StoredFiles, path: str, contents: Contents, put_links: Callable[[list[Link]], object]) -> None:
    batch: list[Link] = []
    for row in read_rows(files, path):
        number = _NUMBER[row.outcome]
        contents.outcomes[row.outcome] += 1
        batch.append((url_key(row.url), number))
        if len(batch) == _BATCH:
            put_links(batch)
            batch = []
        if host := host_of(row.url):
            place = (host_key(host), number)
            if place in contents.hosts or len(contents.hosts) < _MAX_HOSTS:
                contents.hosts[place] += 1
        if row.relation is Relation.SEED and len(contents.seeds) < _MAX_SEEDS:
            contents.seeds.append(url_key(row.url))
    if batch:
        put_links(batch)


def _read_titles(files: StoredFiles, path: str, contents: Contents) -> None:
    # the first line is about the list itself
    for line in files.beginning(path, _MAX_PAGES_BYTES).split(b"\n")[1 : _MAX_VALUES + 1]:
        try:
            title = json.loads(line)["title"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # a line that is cut off, or none of ours: the page is found by its URL
        if isinstance(title, str):
            contents.titles.append(kept(title, _MAX_NAME_CHARACTERS))
