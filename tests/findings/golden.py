"""A whole bag as the stages write it, and what it takes to keep its ledgers in step after a fault was planted in one."""

import csv
import gzip
import hashlib
import json
import re
import tempfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from formats.warc_samples import raw_record
from packages import Maker

ID = "uuid-00000000-0000-4000-8000-000000000001"
PACKAGE = f"data/{ID}"
REP = "representations/rep1"
DATA = f"{REP}/data"
WARC = f"{DATA}/archive/{ID}-00001.warc.gz"
CDXJ = f"{DATA}/indexes/index.cdxj"
PAGES = f"{DATA}/pages/pages.jsonl"
DATAPACKAGE = f"{DATA}/datapackage.json"
SEALED = f"{DATA}/datapackage-digest.json"
LINKS = "metadata/other/links.csv"
DESCRIPTION = "metadata/other/description.json"
DC = "metadata/descriptive/dc.xml"
PREMIS = "metadata/preservation/premis.xml"
RECORDS = f"{REP}/metadata/preservation/premis-records.xml"
METS = "METS.xml"
REP_METS = f"{REP}/METS.xml"

_KEPT = tempfile.TemporaryDirectory(prefix="strongroom-golden-")  # removed when the process ends


@cache
def bag() -> Path:
    """The faultless bag; nothing may be changed in it."""
    made = Maker(Path(_KEPT.name)).bag()
    assert made.id == ID
    return made.path


@cache
def records() -> dict[str, str]:
    """The last part of each captured URL, and the record that decided about it."""
    with (bag() / PACKAGE / LINKS).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row["url"].rpartition("/")[2]: row["record_id"] for row in rows if row["record_id"] and row["status"]}


def place(path: str, inside: str = "") -> str:
    """Where a finding is: a path of the package, and a place in the file."""
    return f"{PACKAGE}/{path}" + (f"#{inside}" if inside else "")


def line(path: str, text: str) -> str:
    """The place of the first line of a faultless file that has some text in it."""
    lines = (bag() / PACKAGE / path).read_text(encoding="utf-8").splitlines()
    return f"line={next(number for number, one in enumerate(lines, 1) if text in one)}"


def edit(root: Path, path: str, old: str, new: str) -> None:
    """Replace text that stands once in a file of the package."""
    file = root / PACKAGE / path
    text = file.read_bytes()
    assert text.count(old.encode()) == 1, (path, old, text.count(old.encode()))
    file.write_bytes(text.replace(old.encode(), new.encode()))


def sub(root: Path, path: str, pattern: str, new: str) -> None:
    """Replace what a pattern finds first in a file of the package."""
    file = root / PACKAGE / path
    text, count = re.subn(pattern, new, file.read_bytes().decode(), count=1, flags=re.DOTALL)
    assert count == 1, (path, pattern)
    file.write_bytes(text.encode())


@cache
def offset(page: str) -> int:
    """Where the record of a captured URL begins in the WARC file."""
    for text in (bag() / PACKAGE / CDXJ).read_text(encoding="utf-8").splitlines():
        facts = json.loads(text.split(" ", 2)[2])
        if facts["url"].endswith(f"/{page}"):
            return int(facts["offset"])
    raise LookupError(page)


RIGHTS_LINE = line(METS, '<amdSec ID="amd"')


def with_rights(root: Path) -> None:
    """Add a section rightsMD to METS, on the line of amdSec; the file it points at is settings.toml."""
    text = (root / PACKAGE / METS).read_text(encoding="utf-8")
    pointer = re.search(r'<mdRef [^>]*settings\.toml"[^>]*>', text)[0]
    section = f'<rightsMD ID="rights" STATUS="CURRENT">{pointer}</rightsMD>'
    edit(root, METS, '<amdSec ID="amd">', f'<amdSec ID="amd">{section}')


def seal(root: Path) -> None:
    """Let every ledger vouch for the files as they are: the data package, PREMIS, METS, the manifests."""
    _seal_resources(root / PACKAGE)
    seal_datapackage(root)
    seal_premis(root)


def seal_datapackage(root: Path) -> None:
    """Let datapackage-digest.json be about datapackage.json as it is."""
    digest = hashlib.sha256((root / PACKAGE / DATAPACKAGE).read_bytes()).hexdigest()
    _rewrite(root / PACKAGE / SEALED, r"sha256:[0-9a-f]{64}", lambda _: f"sha256:{digest}")


def seal_premis(root: Path) -> None:
    """The same from PREMIS onwards: what the data package says stays as it is."""
    folder = root / PACKAGE
    _rewrite(folder / RECORDS, r'<object xsi:type="file">.*?</object>', lambda text: _premis_file(folder, text))
    seal_mets(root)


def seal_mets(root: Path) -> None:
    """The same from METS onwards."""
    folder = root / PACKAGE
    for mets in (REP_METS, METS):
        base = (folder / mets).parent
        _rewrite(folder / mets, r"<file .*?</file>|<mdRef [^>]*>", lambda text, base=base: _mets_file(base, text))
    seal_bag(root)


def seal_bag(root: Path) -> None:
    """Let the manifests, Payload-Oxum and tag manifests vouch for the files as they are."""
    paths = sorted(path.relative_to(root).as_posix() for path in (root / "data").rglob("*") if path.is_file())
    oxum = f"{sum((root / path).stat().st_size for path in paths)}.{len(paths)}"
    info = (root / "bag-info.txt").read_text(encoding="utf-8")
    (root / "bag-info.txt").write_text(re.sub(r"Payload-Oxum: .*", f"Payload-Oxum: {oxum}", info), encoding="utf-8")
    for algorithm in ("sha256", "sha512"):
        _manifest(root, f"manifest-{algorithm}.txt", algorithm, paths)
    tags = sorted(path.name for path in root.iterdir() if path.is_file() and not path.name.startswith("tagmanifest"))
    for algorithm in ("sha256", "sha512"):
        _manifest(root, f"tagmanifest-{algorithm}.txt", algorithm, tags)


def tear(root: Path, page: str) -> None:
    """Cut the WARC file in the middle of the record of a captured URL."""
    path = root / PACKAGE / WARC
    path.write_bytes(path.read_bytes()[: offset(page) + 20])


def warc_place(record_id: str) -> str:
    """Where a finding about a record is."""
    return place(WARC, record_id)


STRAY = "urn:uuid:00000000-0000-4000-8000-0000000000ff"
"""The identifier of a record that is added behind the others."""


@cache
def member(offset_bytes: int) -> bytes:
    """The gzip member of the faultless WARC file that begins at a place, unpacked."""
    unpacker = zlib.decompressobj(31)
    return unpacker.decompress((bag() / PACKAGE / WARC).read_bytes()[offset_bytes:])


def change_record(root: Path, offset_bytes: int, change: Callable[[bytes], bytes]) -> None:
    """Change a record where it lies: its gzip member keeps its length, so that everything that points at it is right.

    What the new member is shorter by stands as an extra field in its header (RFC 1952 section 2.3.1.1).
    """
    path = root / PACKAGE / WARC
    content = path.read_bytes()
    unpacker = zlib.decompressobj(31)
    old = unpacker.decompress(content[offset_bytes:])
    end = len(content) - len(unpacker.unused_data)
    new = change(old)
    assert new != old
    packed = gzip.compress(new, 9, mtime=0)
    spare = end - offset_bytes - len(packed) - 2
    assert spare >= 0, "the record must not become longer"
    header = packed[:3] + b"\x04" + packed[4:10] + spare.to_bytes(2, "little") + bytes(spare)
    path.write_bytes(content[:offset_bytes] + header + packed[10:] + content[end:])


def replacing(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """A change of something that stands once in a record."""

    def change(record: bytes) -> bytes:
        assert record.count(old) == 1, (old, record)
        return record.replace(old, new)

    return change


def add_record(root: Path, record: bytes) -> int:
    """Add a record behind the others; returns where it begins."""
    path = root / PACKAGE / WARC
    content = path.read_bytes()
    path.write_bytes(content + gzip.compress(record, mtime=0))
    return len(content)


def note(block: bytes = b"a note", **fields: str | None) -> bytes:
    """A metadata record, of which no other document of the package needs to know; fields as `raw_record` takes them."""
    fields = {
        "WARC_Type": "metadata",
        "WARC_Record_ID": f"<{STRAY}>",
        "WARC_Target_URI": "http://harbour.example/article.html",
    } | fields
    return raw_record(block, **fields)


def _manifest(root: Path, name: str, algorithm: str, paths: list[str]) -> None:
    lines = [f"{hashlib.new(algorithm, (root / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
    (root / name).write_text("".join(lines), encoding="utf-8")


def _rewrite(path: Path, pattern: str, change: Callable[[str], str]) -> None:
    if path.is_file():
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        changed = re.sub(pattern, lambda match: change(match[0]), text, flags=re.DOTALL)
        path.write_bytes(changed.encode("utf-8", "surrogateescape"))


def _premis_file(folder: Path, text: str) -> str:
    path = folder / re.search(r"<objectIdentifierValue>[^/<]*/([^<]*)<", text)[1]
    if not path.is_file():
        return text
    content = path.read_bytes()
    for algorithm, name in (("SHA-256", "sha256"), ("SHA-512", "sha512")):
        digest = hashlib.new(name, content).hexdigest()
        stated = rf"(<messageDigestAlgorithm>{algorithm}</messageDigestAlgorithm>\s*<messageDigest>)[0-9a-f]*"
        text = re.sub(stated, rf"\g<1>{digest}", text)
    return re.sub(r"<size>\d*", f"<size>{len(content)}", text)


def _mets_file(base: Path, text: str) -> str:
    address = re.search(r'xlink:href="([^"]*)"', text)
    if address is None or not (base / address[1]).is_file():
        return text
    content = (base / address[1]).read_bytes()
    text = re.sub(r'SIZE="\d*"', f'SIZE="{len(content)}"', text)
    return re.sub(r'CHECKSUM="[0-9a-f]*"', f'CHECKSUM="{hashlib.sha256(content).hexdigest()}"', text)


def _seal_resources(folder: Path) -> None:
    def stated(text: str) -> str:
        path = folder / DATA / re.search(r'"path": "([^"]*)"', text)[1]
        if not path.is_file():
            return text
        content = path.read_bytes()
        text = re.sub(r'"bytes": \d+', f'"bytes": {len(content)}', text)
        return re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{hashlib.sha256(content).hexdigest()}", text)

    _rewrite(folder / DATAPACKAGE, r'\{\s*"name".*?\}', stated)
