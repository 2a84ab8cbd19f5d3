"""Judging an information package: its XML, its METS and PREMIS, its WARC files, and whether they agree.

It serves `validate`, before a bag is made, and `verify`, on what strangers send. Packages of other origin are judged by
what they have: METS and the requirements of CSIP 2.2 always, the rest where it is there. Nothing is fetched, no link is
followed, and only files that the caller lists are opened.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from strongroom.formats.mets.csip_document import document_faults
from strongroom.formats.mets.reading import MetsDocument, read_mets
from strongroom.formats.mets.writing import CONTENT, CSIP
from strongroom.formats.package.agreement import Documents, agreement, references
from strongroom.formats.package.ledger import Ledger
from strongroom.formats.package.lists import description_fault, is_wacz_list, read_links_into, read_wacz_into
from strongroom.formats.package.warc_rows import WarcRows, read_rows
from strongroom.formats.premis.reading import PremisDocument, read_premis
from strongroom.formats.premis.writing import PREMIS
from strongroom.formats.schema import schema_files, validate_xml
from strongroom.formats.xml import MAX_BYTES, opening_fault, root_tag, syntax_fault
from strongroom.model.digest import Fixity
from strongroom.model.finding import Finding, Severity
from strongroom.model.rules import package as rules

_METS: Final = "METS.xml"
_LINKS: Final = "metadata/other/links.csv"
_DESCRIPTION: Final = "metadata/other/description.json"


def check_information_package(
    folder: Path,
    *,
    fixities: Mapping[str, Fixity],
    warc_rows: WarcRows | None = read_rows,
    max_xml_bytes: int = MAX_BYTES,
) -> Iterator[Finding]:
    """Yield everything that is wrong with an information package.

    Memory does not grow with a package of ours; of other packages the divisions of the physical map and the shells of
    amdSec and fileGrp are held.

    Args:
        folder: the information package, which holds METS.xml.
        fixities: of every file in it by path relative to it, "/"-separated; no other file is opened.
        warc_rows: reads WARC files; None where the caller has just done so and reports on them itself.
        max_xml_bytes: an XML document that is longer is not read.

    Raises:
        SchemaMissingError: a schema is absent or not the pinned one.
        StorageError: a file cannot be read.
    """
    if _METS not in fixities:
        yield rules.METS_MISSING_FILE.at(".", expected=f"the file {_METS}", found="no such file")
        return
    package = _Package(folder, fixities, max_xml_bytes)
    with Ledger() as ledger:
        yield from package.read_documents(ledger)
        yield from package.read_warcs(ledger, warc_rows)
        ledger.settle()
        unlisted = sorted(path for path in fixities if path != _METS)
        if package.has_mets:
            yield from references(ledger, unlisted=unlisted, is_ours=package.is_ours)
        yield from agreement(ledger, package.documents())


class _Package:
    """What is known of the package while its documents are read."""

    def __init__(self, folder: Path, fixities: Mapping[str, Fixity], max_xml_bytes: int) -> None:
        self._folder = folder
        self._fixities = fixities
        self._max_xml_bytes = max_xml_bytes
        self._unread: set[str] = set()
        self._premis: list[PremisDocument] = []
        self._lists: set[str] = set()
        self.is_ours = False
        self.has_mets = True

    def read_documents(self, ledger: Ledger) -> Iterator[Finding]:
        for path in self._fixities:
            ledger.enter("known", path)
        for path in sorted(filter(_is_metadata, self._fixities)):
            yield from self._validate(path)
        for path in sorted(filter(_is_mets, self._fixities), key=len):
            yield from self._read_mets(path, ledger)
        identifier = self._folder.name
        for path in sorted(filter(_is_metadata, self._fixities)):
            if path not in self._unread and root_tag(self._folder / path) == f"{{{PREMIS}}}premis":
                document = PremisDocument(self._folder / path, path, path, identifier, self._fixities)
                self._premis.append(document)
                yield from read_premis(document, ledger, max_bytes=self._max_xml_bytes)
        if _LINKS in self._fixities:
            self._lists.add(_LINKS)
            yield from self._whole(read_links_into(ledger, self._folder / _LINKS, _LINKS), _LINKS)
        if self.is_ours and _DESCRIPTION in self._fixities:
            length = self._fixities[_DESCRIPTION].length_bytes
            yield from description_fault(self._folder / _DESCRIPTION, _DESCRIPTION, length)
        for base in sorted({path[: -len("datapackage.json")] for path in self._fixities if _is_datapackage(path)}):
            yield from read_wacz_into(ledger, self._folder, base, self._fixities)

    def read_warcs(self, ledger: Ledger, warc_rows: WarcRows | None) -> Iterator[Finding]:
        if warc_rows is None:
            return
        for path in sorted(filter(is_warc, self._fixities)):
            for one in warc_rows(self._folder / path, path):
                if isinstance(one, Finding):
                    if one.severity is Severity.ERROR:
                        ledger.enter("broken", path)
                    yield one
                else:
                    ledger.enter("record", path, *one)

    def documents(self) -> Documents:
        maps = [path for path in self._fixities if _is_mets(path) and "/" in path]
        return Documents(
            is_ours=self.is_ours,
            has_map=bool(maps) and self._unread.isdisjoint(maps),
            has_index=any(path.endswith(".cdxj") for path in self._fixities),
            has_premis=bool(self._premis) and not any(_is_premis(path) for path in self._unread),
            has_links=_LINKS in self._lists and _LINKS not in self._unread,
            counts=[(one.where, one.counts) for one in self._premis if one.counts],
        )

    def _whole(self, findings: Iterator[Finding], path: str) -> Iterator[Finding]:
        for finding in findings:
            self._unread.add(path)
            yield finding

    def _validate(self, path: str) -> Iterator[Finding]:
        """By its schema, or for well-formedness alone where the namespace is none of those known here."""
        file = self._folder / path
        fault = opening_fault(file, where=path, max_bytes=self._max_xml_bytes)
        if fault is not None:
            self._unread.add(path)
            yield fault
            return
        namespace = (root_tag(file) or "").partition("}")[0].removeprefix("{")
        if namespace in {one.namespace for one in schema_files()}:
            findings = validate_xml(file, where=path, max_bytes=self._max_xml_bytes)
        else:
            alone = syntax_fault(file, where=path)
            findings = iter((alone,) if alone else ())
        for finding in findings:
            if finding.code == "XML-001":
                self._unread.add(path)
            yield finding

    def _read_mets(self, path: str, ledger: Ledger) -> Iterator[Finding]:
        if path in self._unread:
            self.has_mets = False
            return
        document = MetsDocument(self._folder / path, path, path, self._fixities)
        frame = yield from read_mets(document, ledger, max_bytes=self._max_xml_bytes)
        if frame is None:
            self.has_mets = False
            return
        if path == _METS:
            self.is_ours = frame.root.get(f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE") == CONTENT
        # In a bag of another layout the package lies in data/ itself, which is not named after it.
        folder = path.removesuffix(f"/{_METS}").rpartition("/")[2] if "/" in path else self._folder.name
        yield from document_faults(frame, document, "" if folder == "data" else folder, self._fixities.keys())


def _is_mets(path: str) -> bool:
    parts = path.split("/")
    return parts == [_METS] or (len(parts) == 3 and parts[0] == "representations" and parts[2] == _METS)


def _is_metadata(path: str) -> bool:
    """METS, and XML in a folder for metadata; what lies in data/ is content, which has rules of its own."""
    parts = path.split("/")
    if parts[0] == "representations":
        parts = parts[2:]
    return _is_mets(path) or (len(parts) > 1 and parts[0] == "metadata" and path.lower().endswith(".xml"))


def _is_premis(path: str) -> bool:
    return "/preservation/" in path


def is_warc(path: str) -> bool:
    """Whether a path of a package is that of a WARC file, which is read record by record."""
    return path.startswith("representations/") and path.lower().endswith((".warc.gz", ".warc"))


def is_document(path: str) -> bool:
    """Whether a path of a package is that of a document that is opened to judge the package."""
    return _is_metadata(path) or path in {_LINKS, _DESCRIPTION} or is_wacz_list(path)


def _is_datapackage(path: str) -> bool:
    return path.startswith("representations/") and path.endswith("/data/datapackage.json")
