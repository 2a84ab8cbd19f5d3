"""What the commands say with `--json`: one frozen model per command, published as JSON Schema.

Every document has `kind`, `exit` and `error`. A command that fails says the same keys with nothing in them, so that a
reader finds `findings` or `package` where they always are.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from strongroom.model.finding import Severity
from strongroom.model.outcome import Relation
from strongroom.model.plan import RobotsPolicy, Scope


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _carried(cls, fields: Any) -> Any:
        return {name: carried(value) for name, value in fields.items()} if isinstance(fields, dict) else fields

    @classmethod
    def of(cls, value: object) -> Self:
        """Say a value that has the same names."""
        return cls.model_validate({name: getattr(value, name) for name in cls.model_fields})


def carried(value: object) -> object:
    """Text that JSON can carry: undecodable bytes of file names become escapes; all else as it is."""
    if isinstance(value, tuple):
        return tuple(map(carried, value))
    return value.encode("utf-8", "backslashreplace").decode() if type(value) is str else value


class ErrorPart(_Part):
    """Why the work could not be done."""

    kind: Literal["bug", "usage", "refused", "nothing-captured", "storage", "schema-missing", "interrupted"]
    """The class of the error; `exit` follows from it."""
    message: str
    """A sentence that says what to do next."""


class FindingPart(_Part):
    """One fault at one place."""

    code: str
    """`strongroom explain CODE` says more."""
    severity: Severity
    """Only an error refuses."""
    where: str
    """The path relative to the bag, with `#…` for a place inside."""
    expected: str
    """What the clause asks for."""
    found: str
    """What is there instead."""
    clause: str
    """Of the standard."""
    remedy: str
    """What to do about it."""


class Outcomes(_Part):
    """URLs seen, by what became of them; every URL is counted once."""

    captured: int = 0
    """The answer is in the package."""
    duplicate: int = 0
    """The answer has the bytes of another one, to which its record points."""
    blocked: int = 0
    """A refusal or a challenge came instead; it is kept as such."""
    empty: int = 0
    """A page without content came; it is kept as such."""
    refused: int = 0
    """Seen, but not asked for."""
    failed: int = 0
    """No answer, a broken one, or an error status."""


class Output(_Part):
    """What every document has."""

    kind: str
    """The name of the schema that describes the document."""
    exit: Annotated[int, Field(ge=0, le=130)]
    """The exit status of the process: docs/exit-codes.md."""
    error: ErrorPart | None = None
    """Null when the work was done, whatever its findings are."""


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


class LinkPart(_Part):
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


class WarcPart(_Part):
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


class CandidatePart(_Part):
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


class VerifiedPart(_Part):
    """One of several subjects."""

    path: str
    """As given."""
    valid: bool
    """Whether there is no finding of severity error."""
    findings: tuple[FindingPart, ...] = ()
    """All of them, gravest first."""
    exit: int
    """What this one alone would return."""
    error: ErrorPart | None = None
    """Why it could not be looked at."""


class VerifyOutput(Output):
    """Whether bags are what they say."""

    kind: Literal["verify"] = "verify"
    valid: bool = False
    """Whether there is no finding of severity error, in any of them."""
    path: str | None = None
    """The subject, when there is one."""
    findings: tuple[FindingPart, ...] = ()
    """Of the subject, when there is one."""
    results: tuple[VerifiedPart, ...] = ()
    """One entry each, when there are several."""


class RulePart(_Part):
    """What a code means."""

    code: str
    """As findings carry it."""
    severity: Severity
    """Of its findings."""
    title: str
    """In one line."""
    clause: str
    """Of the standard."""
    meaning: str
    """What the rule protects from."""
    remedy: str
    """What to do about it."""


class ExplainOutput(Output):
    """What codes mean."""

    kind: Literal["explain"] = "explain"
    rules: tuple[RulePart, ...] = ()
    """Those asked for, or all."""


class SchemaOutput(Output):
    """The names that `strongroom schema` knows; with a name, stdout is that schema itself."""

    kind: Literal["schema"] = "schema"
    names: tuple[str, ...] = ()
    """Each can be given to `strongroom schema`."""


class TextOutput(Output):
    """The text of `--help` or `--version`."""

    kind: Literal["text"] = "text"
    text: str = ""
    """What stdout would be without `--json`."""


class FailureOutput(Output):
    """An error before any command was known."""

    kind: Literal["failure"] = "failure"


COMMANDS: Mapping[str, type[Output]] = MappingProxyType(
    {
        "preserve": PreserveOutput,
        "plan": PlanOutput,
        "capture": CaptureOutput,
        "describe": DescribeOutput,
        "pack": PackOutput,
        "verify": VerifyOutput,
        "explain": ExplainOutput,
        "schema": SchemaOutput,
        "demo": DemoOutput,
    }
)
