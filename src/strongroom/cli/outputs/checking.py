"""What the commands that check and explain say."""

from typing import Literal

from strongroom.cli.outputs.parts import ErrorPart, FindingPart, Output, Part
from strongroom.model.finding import Severity


class VerifiedPart(Part):
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


class RulePart(Part):
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
