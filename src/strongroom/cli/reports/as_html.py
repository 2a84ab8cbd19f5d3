"""Findings as a page: one file that asks for nothing, has no script, and in which all that strangers wrote is text."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from strongroom.cli.readable import readable
from strongroom.cli.report import count_findings
from strongroom.cli.verdict import Verdict, summed
from strongroom.formats.readme.markup import Markup, element, foreign, join
from strongroom.formats.readme.style import POLICY, STYLE
from strongroom.model.amounts import counted
from strongroom.model.finding import Finding, Severity
from strongroom.model.rules import ALL

_ORDER: Final = {severity: number for number, severity in enumerate(Severity)}
_TITLE: Final = "What strongroom verify found"


def render(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The page, piece by piece: a table of the bags, then the findings of each, by code."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", _TITLE),
        Markup(f"<style>{STYLE}</style>"),
    )
    yield f'<!DOCTYPE html>\n<html lang="en">\n{head.html}\n<body>\n'
    yield element("header", element("h1", _TITLE), element("p", summed(verdicts))).html
    yield "\n<main>\n"
    yield _table("Bag", "Result", "Findings")
    for number, verdict in enumerate(verdicts, start=1):
        path = _foreign(str(verdict.path))
        named = element("a", path, href=f"#bag-{number}") if _has_section(verdict) else path
        yield _row(named, Markup(verdict.word), Markup(count_findings(verdict.findings))).html + "\n"
    yield "</tbody></table>\n"
    for number, verdict in enumerate(verdicts, start=1):
        if _has_section(verdict):
            yield from _section(number, verdict)
    yield "</main>\n</body>\n</html>\n"


def _has_section(verdict: Verdict) -> bool:
    return bool(verdict.findings) or verdict.failure is not None


def _section(number: int, verdict: Verdict) -> Iterator[str]:
    yield f'<section id="bag-{number}">\n'
    yield element("h2", f"{verdict.word}: ", _foreign(str(verdict.path))).html + "\n"
    if verdict.failure is not None:
        yield element("p", _foreign(verdict.failure.message), class_="notice").html + "\n"
    findings = sorted(verdict.findings, key=lambda one: (_ORDER[one.severity], one.code, one.clause, one.remedy))
    for (severity, code, clause, remedy), group in groupby(
        findings, lambda one: (one.severity, one.code, one.clause, one.remedy)
    ):
        yield from _group(f"{severity.value} {code}", clause, remedy, list(group))
    yield "</section>\n"


def _group(name: str, clause: str, remedy: str, findings: Sequence[Finding]) -> Iterator[str]:
    rule = ALL.get(findings[0].code)
    heading = f"{name}: {rule.title}" if rule else name
    yield element("h3", _foreign(heading)).html + "\n"
    yield element("p", counted(len(findings), "place", grouped=False), "; ", _foreign(clause), class_="faint").html
    yield element("p", _foreign(remedy)).html + "\n"
    yield _table("Where", "Expected", "Found")
    for one in findings:
        yield _row(*(_foreign(value) for value in (one.where, one.expected, one.found))).html + "\n"
    yield "</tbody></table>\n"


def _table(*names: str) -> str:
    return f"<table>{element('thead', element('tr', *(element('th', name) for name in names))).html}<tbody>\n"


def _row(*cells: Markup) -> Markup:
    return element("tr", join(element("td", cell, class_="url") for cell in cells))


def _foreign(value: str) -> Markup:
    return foreign(readable(value))
