"""Reading a METS document as a stream: what it points at and what refers to what goes into the ledger.

Files, metadata sections, divisions and links are looked at one by one and dropped; what remains is the small frame
of the document, for the requirements that concern it as a whole.
"""

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from lxml import etree

from strongroom.formats.mets import csip_sections
from strongroom.formats.mets.writing import METS, XLINK
from strongroom.formats.package.ledger import Ledger
from strongroom.formats.xml import Element, opening_fault
from strongroom.model.digest import Fixity
from strongroom.model.finding import Finding
from strongroom.model.rules import package as rules
from strongroom.storage import saying

_SECTIONS: Final = tuple(f"{{{METS}}}{name}" for name in ("dmdSec", "techMD", "rightsMD", "sourceMD", "digiprovMD"))
_FILE: Final = f"{{{METS}}}file"
_GROUP: Final = f"{{{METS}}}fileGrp"
_DIV: Final = f"{{{METS}}}div"
_AREA: Final = f"{{{METS}}}area"
_ANY: Final = f"{{{METS}}}*"
_MAP: Final = f"{{{METS}}}structMap"
_LINK: Final = f"{{{METS}}}smLink"
_WRAPPED: Final = (f"{{{METS}}}xmlData", f"{{{METS}}}binData")
_HREF: Final = f"{{{XLINK}}}href"
_ENDS: Final = ((f"{{{XLINK}}}from", "xlink:from"), (f"{{{XLINK}}}to", "xlink:to"))
_REFERENCES: Final = ("ADMID", "DMDID", "FILEID")
# Of the physical map, CSIP speaks of a division, its divisions and theirs; what lies deeper is dropped.
_FRAME_DEPTH: Final = 3


@dataclass(frozen=True, slots=True)
class MetsDocument:
    """A document to be read: where it is, how findings name it, and the package around it.

    Attributes:
        path: on disk.
        name: relative to the package, ``representations/rep1/METS.xml``.
        where: as findings name it.
        fixities: of all files of the package by path, to compare sizes and checksums with.
    """

    path: Path
    name: str
    where: str
    fixities: Mapping[str, Fixity]

    @property
    def base(self) -> str:
        """The folder that addresses are relative to: "" or ending in "/"."""
        return self.name[: -len("METS.xml")]


@dataclass(slots=True)
class Frame:
    """What remains of a document: the elements that were not dropped, and how many files each group had."""

    root: Element
    files: Counter[Element] = field(default_factory=Counter)


def read_mets(document: MetsDocument, ledger: Ledger, *, max_bytes: int) -> Generator[Finding, None, Frame | None]:
    """Yield what is wrong with single files and sections; return the frame, or None when it cannot be read."""
    if opening_fault(document.path, where=document.where, max_bytes=max_bytes):
        return None  # said by the validation against the schema
    counts: Counter[Element] = Counter()
    with saying("read", document.path), document.path.open("rb") as file:
        reader = etree.iterparse(
            file,
            events=("end",),
            tag=(*_SECTIONS, *_WRAPPED, _FILE, _DIV, _LINK),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        done: Element | None = None
        try:
            for _, element in reader:
                _drop(done)
                done = None
                tag = element.tag
                if tag in _WRAPPED:
                    element.clear()
                    continue
                if tag == _DIV and _is_frame(element):
                    continue
                if tag == _FILE:
                    counts[element.getparent()] += 1
                _enter_identifiers(element, document, ledger)
                if tag == _LINK:
                    for end, attribute in _ENDS:
                        ledger.enter("idref", document.name, element.get(end, "").removeprefix("#"), attribute)
                elif tag == _DIV:
                    _enter_areas(element, document, ledger)
                else:
                    yield from _look(element, document, ledger)
                done = element
        except etree.XMLSyntaxError:
            return None  # said by the validation against the schema
        _drop(done)
        root = reader.root
    _enter_identifiers(root, document, ledger)
    for pointing in root.iter(f"{{{METS}}}mptr"):
        yield from _enter_address(pointing, document, ledger)
    return Frame(root, counts)


def _drop(element: Element | None) -> None:
    if element is not None:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def _is_frame(division: Element) -> bool:
    for depth, ancestor in enumerate(division.iterancestors()):
        if ancestor.tag == _MAP:
            return ancestor.get("LABEL") == "CSIP" or ancestor.get("TYPE", "").upper() == "PHYSICAL"
        if depth >= _FRAME_DEPTH:
            break
    return False


def place(element: Element, where: str) -> str:
    """How a finding names an element: by its ID, or else by its line."""
    identifier = element.get("ID")
    return f"{where}#{identifier}" if identifier else f"{where}#line={element.sourceline}"


def _look(element: Element, document: MetsDocument, ledger: Ledger) -> Iterator[Finding]:
    """Judge a file or a section, and note where it points."""
    if element.tag == _FILE:
        yield from csip_sections.file_faults(element, place(element, document.where))
        for location in element.iterfind(f"{{{METS}}}FLocat"):
            yield from _enter_address(location, document, ledger, described_by=element)
    else:
        yield from csip_sections.section_faults(element, place(element, document.where))
        for reference in element.iterfind(f"{{{METS}}}mdRef"):
            yield from _enter_address(reference, document, ledger)


def _enter_areas(division: Element, document: MetsDocument, ledger: Ledger) -> None:
    for area in division.iter(_AREA):
        if area.get("BETYPE") == "BYTE":
            offset, length = _number(area.get("BEGIN")), _area_length(area)
            ledger.enter("area", document.name, area.get("FILEID"), offset, length, division.get("CONTENTIDS"), None)


def _area_length(area: Element) -> int | None:
    if area.get("EXTENT") is not None:
        return _number(area.get("EXTENT"))
    begin, end = _number(area.get("BEGIN")), _number(area.get("END"))
    return None if begin is None or end is None else end - begin + 1


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else None


def _enter_identifiers(element: Element, document: MetsDocument, ledger: Ledger) -> None:
    for one in element.iter(_ANY):
        for name, value in one.items():
            if name == "ID":
                ledger.enter("ident", document.name, value)
            elif name in _REFERENCES:
                for identifier in value.split():
                    ledger.enter("idref", document.name, identifier, name)


def _enter_address(
    element: Element, document: MetsDocument, ledger: Ledger, described_by: Element | None = None
) -> Iterator[Finding]:
    """Note where an element points, and compare what it says of the file with the file."""
    address = element.get(_HREF, "")
    owner = element if described_by is None else described_by
    parent = element.getparent()
    where = place(owner if owner.get("ID") or parent is None else parent, document.where)
    if not address:
        return
    path = resolve(document.base, address, document.fixities)
    if path is None:
        yield rules.METS_HREF.at(where, expected="a relative path inside the package", found=address)
        return
    ledger.enter("href", path, document.name)
    if described_by is not None:
        ledger.enter("file", document.name, described_by.get("ID"), path)
    fixity = document.fixities.get(path)
    if fixity is None:
        yield rules.METS_MISSING_FILE.at(where, expected=f"the file {path}", found="no such file")
    else:
        yield from _compare(owner, fixity, where, path)


def _compare(element: Element, fixity: Fixity, where: str, path: str) -> Iterator[Finding]:
    size = element.get("SIZE")
    if size is not None and _number(size) != fixity.length_bytes:
        yield rules.METS_SIZE.at(where, expected=f"{size} bytes", found=f"{fixity.length_bytes} bytes in {path}")
    checksum, algorithm = element.get("CHECKSUM"), element.get("CHECKSUMTYPE", "")
    if checksum is None:
        return
    actual = {"SHA-256": fixity.sha256, "SHA-512": fixity.sha512}.get(algorithm, "")
    if not actual:
        yield rules.METS_ALGORITHM.at(where, expected="SHA-256 or SHA-512", found=algorithm or "no algorithm")
    elif checksum.strip().lower() != actual:
        yield rules.METS_CHECKSUM.at(where, expected=f"{algorithm} {checksum}", found=f"{actual} of {path}")


def resolve(base: str, address: str, known: Mapping[str, object]) -> str | None:
    """The path in the package that an xlink:href stands for, or None when it leads outside.

    Addresses are URI references, so they are percent-decoded, unless a file has the very name.

    >>> resolve("representations/rep1/", "../../schemas/a%20b.xsd", {})
    'schemas/a b.xsd'
    """
    scheme, colon, _ = address.partition(":")
    if address.startswith("/") or (colon and "/" not in scheme and "." not in scheme):
        return None
    plain = _normal(base + address)
    return plain if plain in known else _normal(base + unquote(address))


def _normal(path: str) -> str | None:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or None
