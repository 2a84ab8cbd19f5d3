"""The findings of one serialised bag, as they come up."""

from typing import NoReturn

from strongroom.formats.bag.paths import shown
from strongroom.model.finding import Finding, Rule, Severity
from strongroom.model.rules import serialised as rules

_WHERE_LETTERS = 1000  # a hostile name may be as long as a header


class GivenUpError(Exception):
    """The file cannot or must not be read further; why is a finding already. Never leaves this package."""


class Report:
    """Collects findings, up to a number that no memory suffers from.

    Attributes:
        findings: so far, in the order in which they came up.
        is_refused: whether one of them is an error.
        is_cut_short: whether the bytes ended before the archive did and that is a finding already.
    """

    def __init__(self, name: str, max_findings: int) -> None:
        """Begin.

        Args:
            name: of the serialised file; findings about the whole file are at that place.
            max_findings: one more, and reading ends.
        """
        self._name = shown(name)
        self._max_findings = max_findings
        self.findings: list[Finding] = []
        self.is_refused = False
        self.is_cut_short = False

    def tell(self, rule: Rule, where: str = "", *, expected: str, found: str) -> None:
        """Add a finding; without a place it is about the whole file."""
        if len(self.findings) > self._max_findings:
            raise GivenUpError
        if len(self.findings) == self._max_findings:
            rule, where = rules.TOO_MANY_FINDINGS, ""
            expected, found = f"at most {self._max_findings} findings", "more"
        self.findings.append(rule.at(where[:_WHERE_LETTERS] or self._name, expected=expected, found=found))
        self.is_refused = self.is_refused or rule.severity is Severity.ERROR
        if rule is rules.TOO_MANY_FINDINGS:
            raise GivenUpError

    def give_up(self, rule: Rule, where: str = "", *, expected: str, found: str) -> NoReturn:
        """Add a finding behind which nothing can be read."""
        self.tell(rule, where, expected=expected, found=found)
        raise GivenUpError

    def entry(self, name: str, place: str) -> str:
        """The place of an entry: its name as it can be shown, or where it stands if it has none."""
        return shown(name[:_WHERE_LETTERS]) or place

    def place(self, offset_bytes: int) -> str:
        """A place inside the file, or inside what it decompresses to."""
        return f"{self._name}#{offset_bytes}"
