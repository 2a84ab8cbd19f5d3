"""What the commands that make packages say."""

from datetime import datetime
from typing import Literal

from strongroom.cli.outputs.parts import FindingPart, Outcomes, Output, Part
from strongroom.model.outcome import Relation
from strongroom.model.plan import RobotsPolicy, Scope


class _PackagedOutput(Output):
    package: str | None = None
    """The bag's path."""
    id: str | None = None
    """The name of the bag: `uuid-…`."""
    object_id: str | None = None
    """`urn:uuid:…` of the archival object."""
    seeds: tuple[str, ...] = ()
    """The URLs that the capture began with."""
    outcomes: Outcomes = Outcomes()
    """Counts that links.csv, PREMIS and the WARC files agree with."""
    loss: tuple[str, ...] = ()
    """One sentence for each URL whose absence makes the capture incomplete (exit 3)."""
    payload_bytes: int | None = None
    """As in Payload-Oxum."""
    payload_files: int | None = None
    """As in Payload-Oxum."""
    findings: tuple[FindingPart, ...] = ()
    """Of the validation of the package."""


class PreserveOutput(_PackagedOutput):
    """A package was made, or why not."""

    kind: Literal["preserve"] = "preserve"


class PackOutput(_PackagedOutput):
    """A work directory became a package, or why not."""

    kind: Literal["pack"] = "pack"


class DemoOutput(_PackagedOutput):
    """The demonstration site was preserved and verified, or why not."""

    kind: Literal["demo"] = "demo"
    valid: bool | None = None
    """Whether `verify` accepts the bag; its findings are in `findings`."""


class LinkPart(Part):
    """One URL, what would be done about it, and why."""

    url: str
    """Absolute; as written where it is not http or https."""
    relation: Relation
    """How it was come upon."""
    fetch: bool
    """Whether it would be asked for."""
    reason: str
    """Why, or why not."""
    found_on: str
    """The first document that names it."""
    hop: int
    """Pages from the seed."""


class PlanOutput(Output):
    """What would be captured, and why or why not."""

    kind: Literal["plan"] = "plan"
    seeds: tuple[str, ...] = ()
    """The URLs that the capture would begin with."""
    scope: Scope | None = None
    """Which pages belong to it."""
    depth: int | None = None
    """How many links from a seed a page may lie; null: no bound."""
    robots: RobotsPolicy | None = None
    """Whether robots.txt decides."""
    links: tuple[LinkPart, ...] = ()
    """Every URL that the seeds name."""


class WarcPart(Part):
    """A finished WARC file."""

    name: str
    """Its file name."""
    records: int
    """How many records it holds."""
    length_bytes: int
    """Its length."""
    sha256: str
    """Its digest, lower-case hexadecimal."""


class CaptureOutput(Output):
    """A capture in its work directory."""

    kind: Literal["capture"] = "capture"
    work: str | None = None
    """The work directory."""
    id: str | None = None
    """The name the bag will have."""
    object_id: str | None = None
    """`urn:uuid:…` of the archival object."""
    seeds: tuple[str, ...] = ()
    """The URLs that the capture began with."""
    started_at: datetime | None = None
    """When the first run began, UTC."""
    ended_at: datetime | None = None
    """When the last run ended, UTC."""
    outcomes: Outcomes = Outcomes()
    """Counts of links.csv."""
    loss: tuple[str, ...] = ()
    """One sentence for each URL whose absence makes the capture incomplete (exit 3)."""
    warcs: tuple[WarcPart, ...] = ()
    """In the order they were written."""


class CandidatePart(Part):
    """A value that somebody stated for a term, and whether it was chosen."""

    term: str
    """A qualified name, `dcterms:title`."""
    value: str
    """Normalised."""
    language: str | None
    """BCP 47."""
    source: str
    """Where it came from."""
    pointer: str
    """The place at that source."""
    raw: str
    """As written there."""
    record_id: str | None
    """The WARC record it was read from."""
    chosen: bool
    """Whether it stands in dc.xml."""
    reason: str
    """Why it was chosen or not."""
    encoding: str | None
    """An encoding scheme of DCMI terms."""


class DescribeOutput(Output):
    """What a page says about itself."""

    kind: Literal["describe"] = "describe"
    url: str | None = None
    """The seed, or where it redirected to."""
    candidates: tuple[CandidatePart, ...] = ()
    """By term, then by precedence."""
    faults: tuple[str, ...] = ()
    """What could not be read."""
