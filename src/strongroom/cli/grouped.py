"""Findings for people who have to act on them: worst first, by code, and no more of them than can be read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from strongroom.cli.exits import Exit
from strongroom.cli.readable import readable
from strongroom.cli.report import count_findings
from strongroom.cli.verdict import Verdict
from strongroom.model.amounts import counted
from strongroom.model.finding import Finding, Severity

_PLACES: Final = 5
_BAGS: Final = 20
_GRAVITY: Final = {severity: number for number, severity in enumerate(Severity)}
_RESULTS: Final = {"refused": 0, "not looked at": 1, "valid": 2}


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one code in one bag, which have clause and remedy in common."""

    findings: Sequence[Finding]

    @property
    def first(self) -> Finding:
        """The one that stands for all in what they have in common."""
        return self.findings[0]


def groups(findings: Iterable[Finding]) -> list[Group]:
    """Findings by code: the gravest first, then the most frequent; within one, in the order given."""
    found: dict[tuple[Severity, str, str, str], list[Finding]] = {}
    for one in findings:
        found.setdefault((one.severity, one.code, one.clause, one.remedy), []).append(one)
    order = sorted(found.items(), key=lambda item: (_GRAVITY[item[0][0]], -len(item[1]), item[0]))
    return [Group(group) for _, group in order]


def worst_first(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Refused bags, those with the most errors first; then those that could not be looked at; then valid ones."""
    return sorted(verdicts, key=_badness)


def _badness(verdict: Verdict) -> tuple[int, ...]:
    counts = Counter(one.severity for one in verdict.findings)
    return (_RESULTS[verdict.word], *(-counts[severity] for severity in Severity))


def verdict_lines(verdicts: Iterable[Verdict], *, quiet: bool) -> Iterator[str]:
    """Every bag, and what to do about its findings.

    Args:
        verdicts: in any order.
        quiet: a line each and no more.
    """
    bags, places, unreached = 0, 0, 0
    for verdict in worst_first(verdicts):
        if verdict.exit is Exit.INTERRUPTED:
            unreached += 1
            continue
        path = readable(str(verdict.path))
        if verdict.failure is not None:
            yield f"not looked at: {path}: {readable(verdict.failure.message)}"
            continue
        counts = count_findings(verdict.findings)
        yield f"{verdict.word}: {path}{f' ({counts})' if counts else ''}"
        if quiet or not verdict.findings:
            continue
        bags += 1
        if bags <= _BAGS:
            yield from _finding_lines(verdict.findings)
            places += sum(max(0, len(group.findings) - _PLACES) for group in groups(verdict.findings))
    if unreached:
        yield f"not looked at: {counted(unreached, 'bag')}, since it was interrupted"
    left_out = [
        *([f"what was found in {counted(bags - _BAGS, 'more bag')}"] if bags > _BAGS else []),
        *([counted(places, "place")] if places else []),
    ]
    if left_out:
        yield ""
        yield f"not shown here: {' and '.join(left_out)}; --html FILE, --csv FILE or --json has all of it"


def _finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    for group in groups(findings):
        one, number = group.first, len(group.findings)
        places = f"{counted(number, 'place')}; " if number > 1 else ""
        yield f"  {readable(named(one))} ({places}{readable(one.clause)})"
        yield f"    {readable(one.remedy)}"
        for place in group.findings[:_PLACES]:
            yield f"      {readable(place.where)}"
            yield f"        expected  {readable(place.expected)}"
            yield f"        found     {readable(place.found)}"
        if number > _PLACES:
            yield f"      and {counted(number - _PLACES, 'more place')}, not shown"


def named(one: Finding) -> str:
    """What a finding is called: ``error BAG-001: The folder is neither a bag nor …``."""
    from strongroom.model.rules import ALL

    rule = ALL.get(one.code)
    return f"{one.severity.value} {one.code}{f': {rule.title}' if rule else ''}"


def code_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """What was found in all bags together, worst first, a line a code."""
    places: dict[tuple[Severity, str], list[Finding]] = {}
    bags = Counter[tuple[Severity, str]]()
    for verdict in verdicts:
        for one in verdict.findings:
            places.setdefault((one.severity, one.code), []).append(one)
        bags.update({(one.severity, one.code) for one in verdict.findings})
    for key in sorted(places, key=lambda key: (_GRAVITY[key[0]], -bags[key], -len(places[key]), key[1])):
        amount = f"{counted(len(places[key]), 'place')} in {counted(bags[key], 'bag')}"
        yield f"  {readable(named(places[key][0]))} ({amount})"
