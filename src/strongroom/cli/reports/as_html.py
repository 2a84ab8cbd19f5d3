"""Findings as a page: one file that asks for nothing, has no script, and in which all that strangers wrote is text."""

from collections.abc import Iterator, Sequence
from typing import Final

from strongroom.cli.grouped import Group, groups, named, worst_first
from strongroom.cli.readable import readable
from strongroom.cli.report import count_findings
from strongroom.cli.verdict import Verdict, summed
from strongroom.formats.readme.markup import Markup, element, foreign, join
from strongroom.formats.readme.style import POLICY, STYLE
from strongroom.model.amounts import counted

_TITLE: Final = "What strongroom verify found"


def render(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The page, piece by piece: a table of the bags, worst first, then the findings of each, by code."""
    verdicts = worst_first(verdicts)
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
        link = element("a", path, href=f"#bag-{number}") if _has_section(verdict) else path
        yield _row(link, Markup(verdict.word), Markup(count_findings(verdict.findings))).html + "\n"
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
    for group in groups(verdict.findings):
        yield from _group(group)
    yield "</section>\n"


def _group(group: Group) -> Iterator[str]:
    one, number = group.first, len(group.findings)
    yield element("h3", _foreign(named(one))).html + "\n"
    yield element("p", counted(number, "place", grouped=False), "; ", _foreign(one.clause), class_="faint").html
    yield element("p", _foreign(one.remedy)).html + "\n"
    yield _table("Where", "Expected", "Found")
    for place in group.findings:
        yield _row(*(_foreign(value) for value in (place.where, place.expected, place.found))).html + "\n"
    yield "</tbody></table>\n"


def _table(*names: str) -> str:
    return f"<table>{element('thead', element('tr', *(element('th', name) for name in names))).html}<tbody>\n"


def _row(*cells: Markup) -> Markup:
    return element("tr", join(element("td", cell, class_="url") for cell in cells))


def _foreign(value: str) -> Markup:
    return foreign(readable(value))
