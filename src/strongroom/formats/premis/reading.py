"""Reading a PREMIS document as a stream: who is described, who is referred to, and what is said of which bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom.formats.package.ledger import Ledger
from strongroom.formats.premis.writing import PREMIS
from strongroom.formats.xml import XSI, Element, elements, local_name
from strongroom.model.digest import Fixity
from strongroom.model.finding import Finding
from strongroom.model.rules import package as rules

_NS: Final = f"{{{PREMIS}}}"
_TOP: Final = (f"{_NS}object", f"{_NS}event", f"{_NS}agent", f"{_NS}rights")
_LINKS: Final = {
    f"{_NS}linkingObjectIdentifierValue": "object",
    f"{_NS}relatedObjectIdentifierValue": "object",
    f"{_NS}linkingAgentIdentifierValue": "agent",
    f"{_NS}linkingEventIdentifierValue": "event",
    f"{_NS}relatedEventIdentifierValue": "event",
    f"{_NS}linkingRightsStatementIdentifierValue": "rights",
}
_DIGESTS: Final = {"SHA-256": "sha256", "SHA256": "sha256", "SHA-512": "sha512", "SHA512": "sha512"}


@dataclass(slots=True)
class PremisDocument:
    """A document to be read; `counts` is filled with what its capture event says, by outcome.

    Attributes:
        path: on disk.
        name: relative to the package.
        where: as findings name it.
        package_id: identifiers of files begin with it and a slash.
        fixities: of all files of the package by path.
    """

    path: Path
    name: str
    where: str
    package_id: str
    fixities: Mapping[str, Fixity]
    counts: dict[str, str] = field(default_factory=dict)


def read_premis(document: PremisDocument, ledger: Ledger, *, max_bytes: int) -> Iterator[Finding]:
    """Enter a document into the ledger; yield where it disagrees with the files it describes.

    Faults of the XML itself are said by the validation against the schema, not here.
    """
    for element in elements(document.path, _TOP, where=document.where, max_bytes=max_bytes):
        if isinstance(element, Finding):
            return
        kind = local_name(element.tag)
        identifiers = [text for text in _texts(element, f".//{_NS}{_identified(kind)}IdentifierValue") if text]
        for identifier in identifiers:
            ledger.enter("subject", kind, identifier, document.name)
        for one in element.iter(*_LINKS):
            ledger.enter("subject_link", _LINKS[str(one.tag)], (one.text or "").strip(), document.name)
        if kind == "object" and identifiers:
            yield from _object(element, identifiers[0], document, ledger)
        elif kind == "event" and element.findtext(f"{_NS}eventType") == "capture":
            for note in _texts(element, f".//{_NS}eventOutcomeDetailNote"):
                label, colon, value = note.partition(": ")
                if colon:
                    document.counts[label] = value


def _identified(kind: str) -> str:
    return "rightsStatement" if kind == "rights" else kind


def _texts(element: Element, path: str) -> list[str]:
    return [(one.text or "").strip() for one in element.iterfind(path)]


def _object(element: Element, identifier: str, document: PremisDocument, ledger: Ledger) -> Iterator[Finding]:
    category = element.get(f"{{{XSI}}}type", "").rpartition(":")[2]
    stored = _stored(element)
    location = element.findtext(f"{_NS}storage/{_NS}contentLocation/{_NS}contentLocationValue")
    if category == "bitstream":
        length = _number(stored.get("size"))
        ledger.enter("stream", identifier, stored.get("sha256"), length, location, document.name)
    elif category == "file":
        prefix = f"{document.package_id}/"
        path = identifier.removeprefix(prefix) if identifier.startswith(prefix) else (location or "")
        fixity = document.fixities.get(path)
        if fixity is not None:
            actual = {"size": str(fixity.length_bytes), "sha256": fixity.sha256, "sha512": fixity.sha512}
            for name, value in stored.items():
                if value != actual[name]:
                    where = f"{document.where}#{identifier}"
                    yield rules.PREMIS_FIXITY.at(where, expected=f"{name} {value}", found=f"{actual[name]} of {path}")


def _stored(element: Element) -> dict[str, str]:
    """What is said of the bytes as they are stored: the highest level of composition."""
    levels = element.findall(f"{_NS}objectCharacteristics")
    if not levels:
        return {}
    outer = max(levels, key=_level)
    facts: dict[str, str] = {}
    size = outer.findtext(f"{_NS}size")
    if size is not None:
        facts["size"] = size.strip()
    for fixity in outer.iterfind(f"{_NS}fixity"):
        name = _DIGESTS.get((fixity.findtext(f"{_NS}messageDigestAlgorithm") or "").strip().upper())
        if name is not None:
            facts[name] = (fixity.findtext(f"{_NS}messageDigest") or "").strip().lower()
    return facts


def _level(characteristics: Element) -> int:
    return _number(characteristics.findtext(f"{_NS}compositionLevel")) or 0


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
