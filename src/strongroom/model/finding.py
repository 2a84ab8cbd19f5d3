"""Facts about somebody's data: a code, a place, what was expected and what was found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")


class Severity(StrEnum):
    """How grave a finding is: only an error refuses."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place.

    Attributes:
        code: ``BAG-007``, ``CSIP60``; `strongroom explain` says more of it.
        where: the path relative to the bag, with ``#…`` for a place inside (record id, line, XPath).
        expected: what the clause asks for, short.
        found: what is there instead, short; never a secret, never more than 300 characters.
        clause: of the standard, ``RFC 8493 section 2.1.3``.
        remedy: what to do about it, a sentence.
    """

    code: str
    severity: Severity
    where: str
    expected: str
    found: str
    clause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means: the same for every finding that carries it."""

    code: str
    severity: Severity
    title: str
    clause: str
    meaning: str
    remedy: str

    def at(self, where: str, *, expected: str, found: str) -> Finding:
        """A finding of this rule at one place."""
        return Finding(self.code, self.severity, where, expected[:300], found[:300], self.clause, self.remedy)


def rules_among(names: Mapping[str, object]) -> tuple[Rule, ...]:
    """The rules among the names of a module, in the order in which they stand there."""
    return tuple(value for value in names.values() if isinstance(value, Rule))


class RefusedError(Exception):
    """Raised by `Refused.or_raise` alone, for callers that prefer an exception to a value."""

    exit_code = 4

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Keep the findings; the message names the first error."""
        self.findings = findings
        first = next(one for one in findings if one.severity is Severity.ERROR)
        super().__init__(f"refused: {first.code} at {first.where}: expected {first.expected}, found {first.found}")


@dataclass(frozen=True, slots=True)
class Accepted(Generic[T]):
    """Proof by type: `value` was looked at and has no finding of severity error."""

    value: T
    findings: tuple[Finding, ...]

    def or_raise(self) -> "Accepted[T]":
        """Return itself: there is nothing to raise."""
        return self


@dataclass(frozen=True, slots=True)
class Refused:
    """At least one finding of severity error; all findings are here."""

    findings: tuple[Finding, ...]

    def or_raise(self) -> NoReturn:
        """Raise `RefusedError` with the findings."""
        raise RefusedError(self.findings)


def judge(value: T, findings: Iterable[Finding]) -> Accepted[T] | Refused:
    """Accept a value unless one of the findings is an error; findings are sorted, gravest first, then by place."""
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    found = tuple(sorted(findings, key=lambda one: (order[one.severity], one.where, one.code, one.found)))
    if any(one.severity is Severity.ERROR for one in found):
        return Refused(found)
    return Accepted(value, found)
