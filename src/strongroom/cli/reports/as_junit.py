"""Findings for build servers, in the XML of JUnit: a test case a bag, a failure an error, all else in `system-out`."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from strongroom.cli.readable import readable
from strongroom.cli.verdict import Verdict
from strongroom.model.finding import Finding, Severity

_NAME: Final = "strongroom verify"
# What XML 1.0 cannot hold beside those that `readable` shows already
_SHOWN: Final = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


def render(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The document, piece by piece."""
    words = [verdict.word for verdict in verdicts]
    counts = f'tests="{len(words)}" failures="{words.count("refused")}" errors="{words.count("not looked at")}"'
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="{_NAME}" {counts}>\n'
    yield f'<testsuite name="{_NAME}" {counts} skipped="0">\n'
    for verdict in verdicts:
        yield f'<testcase classname="{_NAME}" name="{text(str(verdict.path))}">\n'
        if verdict.failure is not None:
            message, kind = text(verdict.failure.message), text(verdict.failure.kind)
            yield f'<error type="{kind}" message="{message}">{message}</error>\n'
        for one in verdict.findings:
            if one.severity is Severity.ERROR:
                said = text(f"{one.where}: expected {one.expected}, found {one.found}")
                yield f'<failure type="{text(one.code)}" message="{said}">{_told(one)}</failure>\n'
        rest = "\n\n".join(_told(one) for one in verdict.findings if one.severity is not Severity.ERROR)
        if rest:
            yield f"<system-out>{rest}</system-out>\n"
        yield "</testcase>\n"
    yield "</testsuite>\n</testsuites>\n"


def _told(one: Finding) -> str:
    facts = (
        f"{one.severity.value} {one.code}",
        f"where: {one.where}",
        f"expected: {one.expected}",
        f"found: {one.found}",
        f"clause: {one.clause}",
        f"remedy: {one.remedy}",
    )
    return "\n".join(map(text, facts))


def text(value: str) -> str:
    r"""Text for any place in XML.

    >>> text("<a>\x00\ufffe")
    '&lt;a&gt;\\x00\\ufffe'
    """
    return escape(readable(value).translate(_SHOWN))
