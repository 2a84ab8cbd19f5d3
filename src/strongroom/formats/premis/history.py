"""What PREMIS tells of a package: which objects it has, what was done to them, by whom, and which rights are known.

Each event speaks of what was done before PREMIS was written, and of nothing that was not done. The validity of the XML
itself stands in validation-report.json, which is made later.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Final

from strongroom.formats.premis.writing import (
    Category,
    Characteristics,
    Format,
    PremisObject,
    Relationship,
    Rights,
    identifier_type,
)
from strongroom.model.capture import Capture, RecordEntry, RecordType
from strongroom.model.description import Description
from strongroom.model.event import Agent, AgentType, Event, EventType
from strongroom.model.finding import Finding, Severity
from strongroom.model.package import PackageFile
from strongroom.settings import Settings

REPRESENTATION: Final = "representations/rep1"
ARCHIVE: Final = f"{REPRESENTATION}/data/archive"
_GZIP: Final = Format("GZIP Format", None, "x-fmt/266")
_WARC: Final = Format("WARC", "1.1", "fmt/1281")
_FORMATS: Final = {
    "application/json": Format("JSON Data Interchange Format", None, "fmt/817"),
    "text/plain": Format("text/plain", note="lines of text in UTF-8"),
}
_LOSS_TOLD: Final = 100


@dataclass(frozen=True, slots=True)
class Names:
    """The identifiers by which objects and agents of one package are known in its PREMIS documents."""

    package_id: str
    object_id: str
    software: str
    compressor: str

    @classmethod
    def of(cls, capture: Capture, software_version: str) -> "Names":
        """Names for a capture packaged with this version of strongroom."""
        return cls(capture.package_id, capture.object_id, f"strongroom-{software_version}", f"isal-{version('isal')}")

    @property
    def representation(self) -> str:
        """The representation."""
        return self.file(REPRESENTATION)

    def file(self, path: str) -> str:
        """A file of the package."""
        return f"{self.package_id}/{path}"


def agents(names: Names, settings: Settings, software_version: str) -> Iterator[Agent]:
    """The programs whose output is in the package, the institution and the person who runs the capture."""
    yield Agent(names.software, "strongroom", AgentType.SOFTWARE, software_version, "captured, described and packaged")
    yield Agent(names.compressor, "isal", AgentType.SOFTWARE, version("isal"), "compressed the WARC records (gzip)")
    if settings.pack.source_organization:
        yield Agent("organization", settings.pack.source_organization, AgentType.ORGANIZATION)
    if settings.capture.operator:
        yield Agent("operator", settings.capture.operator, AgentType.PERSON, None, "ran the capture")


def _people(settings: Settings, *, only: str = "") -> tuple[tuple[str, str], ...]:
    stated = (("organization", settings.pack.source_organization), ("operator", settings.capture.operator))
    return tuple((name, "implementer") for name, value in stated if value and only in {"", name})


def capture_events(names: Names, capture: Capture, settings: Settings, identifiers: Sequence[str]) -> Iterator[Event]:
    """The capture with its counts by outcome, and the digests made while the WARC files were written.

    `identifiers` are those of the two events.
    """
    plan = capture.plan
    depth = "" if plan.depth is None else f", depth {plan.depth}"
    seeds = " ".join(plan.seeds)
    files = tuple((names.file(f"{ARCHIVE}/{warc.name}"), "outcome") for warc in capture.warcs)
    told = tuple(("loss", sentence) for sentence in capture.loss[:_LOSS_TOLD])
    rest = len(capture.loss) - len(told)
    yield Event(
        identifier=identifiers[0],
        type=EventType.CAPTURE,
        began=capture.started_at,
        at=capture.ended_at,
        detail=f"HTTP capture of {seeds}; scope {plan.scope.value}{depth}; robots.txt: {plan.robots.value}",
        outcome="warning" if capture.loss else "success",
        details=(
            *((outcome.value, str(count)) for outcome, count in capture.counts.items()),
            *told,
            *((("", f"and {rest} more losses, in metadata/other/links.csv"),) if rest > 0 else ()),
        ),
        agents=((names.software, "executing program"), (names.compressor, "executing program"), *_people(settings)),
        objects=((names.representation, "outcome"), *files),
    )
    yield Event(
        identifier=identifiers[1],
        type=EventType.MESSAGE_DIGEST_CALCULATION,
        at=capture.ended_at,
        detail="SHA-256 and SHA-512 of each WARC file, SHA-256 of the block and the payload of each record, "
        "all computed while the bytes were written",
        outcome="success",
        details=(("records", str(sum(warc.records for warc in capture.warcs))),),
        agents=((names.software, "executing program"),),
        objects=tuple((file, "source") for file, _ in files),
    )


def extraction_event(
    names: Names, description: Description, article: str | None, *, identifier: str, at: datetime
) -> Event:
    """The reading of descriptive metadata from the page; `article` is the record it was read from."""
    chosen = sum(one.chosen for one in description.candidates)
    return Event(
        identifier=identifier,
        type=EventType.METADATA_EXTRACTION,
        at=at,
        detail="Dublin Core and DCMI terms from the captured page, from settings and as typed; every candidate with "
        "its source in metadata/other/description.json",
        outcome="warning" if description.faults else "success",
        details=(
            ("candidates", str(len(description.candidates))),
            ("chosen", str(chosen)),
            *(("fault", fault) for fault in description.faults[:_LOSS_TOLD]),
        ),
        agents=((names.software, "executing program"),),
        objects=((article or names.representation, "source"),),
    )


def validation_event(
    names: Names, capture: Capture, findings: Sequence[Finding], *, identifier: str, at: datetime
) -> Event:
    """The check of the WARC files, record by record, as it really ran."""
    errors = sum(one.severity is Severity.ERROR for one in findings)
    return Event(
        identifier=identifier,
        type=EventType.VALIDATION,
        at=at,
        detail="Each WARC file was read again: gzip framing, mandatory fields, lengths, block and payload digests, "
        "revisits (ISO 28500:2017, WARC 1.1)",
        outcome="fail" if errors else "warning" if findings else "success",
        details=(
            ("files", str(len(capture.warcs))),
            ("records", str(sum(warc.records for warc in capture.warcs))),
            ("errors", str(errors)),
            ("other findings", str(len(findings) - errors)),
        ),
        agents=((names.software, "executing program"),),
        objects=tuple((names.file(f"{ARCHIVE}/{warc.name}"), "source") for warc in capture.warcs),
    )


def creation_event(names: Names, settings: Settings, *, identifier: str, at: datetime) -> Event:
    """The making of the package."""
    return Event(
        identifier=identifier,
        type=EventType.INFORMATION_PACKAGE_CREATION,
        at=at,
        detail="E-ARK information package (CSIP 2.2), its representation laid out as WACZ 1.1.1; virus check not "
        "performed",
        outcome="success",
        agents=((names.software, "executing program"), *_people(settings, only="organization")),
        objects=((names.object_id, "outcome"), (names.representation, "outcome")),
    )


def package_objects(names: Names, capture: Capture) -> Iterator[PremisObject]:
    """The archival object, and the representation of it that this package holds."""
    yield PremisObject(
        Category.INTELLECTUAL_ENTITY,
        names.object_id,
        original_name=capture.plan.seeds[0] if capture.plan.seeds else None,
    )
    yield PremisObject(
        Category.REPRESENTATION,
        names.representation,
        original_name="rep1",
        relationships=(Relationship("structural", "represents", (names.object_id,)),),
    )


def file_objects(names: Names, files: Iterable[PackageFile]) -> Iterator[PremisObject]:
    """The files of the representation; a WARC file is a WARC inside a gzip."""
    included = (Relationship("structural", "is included in", (names.representation,)),)
    for file in files:
        digests = (("SHA-256", file.fixity.sha256), ("SHA-512", file.fixity.sha512))
        size = file.fixity.length_bytes
        if file.media_type == "application/warc+gzip":
            levels: tuple[Characteristics, ...]
            levels = (Characteristics(0, _WARC), Characteristics(1, _GZIP, digests, size))
        else:
            form = _FORMATS.get(file.media_type, Format(file.media_type))
            levels = (Characteristics(0, form, digests, size),)
        name = file.path.rpartition("/")[2]
        yield PremisObject(Category.FILE, names.file(file.path), levels, original_name=name, relationships=included)


def record_objects(names: Names, records: Iterable[RecordEntry]) -> Iterator[PremisObject]:
    """One bitstream for each record that holds content; digest and size are those of its payload."""
    for record in records:
        file = f"{ARCHIVE}/{record.warc}"
        relations = [Relationship("structural", "is included in", (names.file(file),))]
        if record.type is RecordType.REVISIT and record.refers_to is not None:
            relations.append(Relationship("dependency", "requires", (record.refers_to,)))
        digest = record.payload_digest
        yield PremisObject(
            Category.BITSTREAM,
            record.record_id,
            (
                Characteristics(
                    0,
                    Format(
                        record.media_type or "unknown", note="as the server declared it" if record.media_type else None
                    ),
                    (("SHA-256", digest.hex),) if digest is not None else (),
                    record.payload_length_bytes,
                ),
            ),
            location=("bytes in the package", f"{file}#offset={record.offset_bytes}&length={record.length_bytes}"),
            relationships=tuple(relations),
        )


def rights(names: Names, description: Description, identifiers: Iterator[str]) -> Iterator[Rights]:
    """What the description says about rights; a statement of a page is told as that, and not judged."""
    for term, basis in (("dcterms:license", "license"), ("dcterms:accessRights", "other"), ("dcterms:rights", "other")):
        for one in description.chosen(term):
            uri = one.value if identifier_type(one.value) == "URI" else None
            note = f"{term}, from {one.source} ({one.pointer})"
            yield Rights(next(identifiers), basis, one.value, uri, note, (names.object_id,))
