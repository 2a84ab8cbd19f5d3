"""Findings for spreadsheets: RFC 4180, a line each, every cell quoted, none that a spreadsheet would calculate."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

from strongroom.cli.readable import readable
from strongroom.cli.verdict import Verdict

_COLUMNS: Final = ("path", "result", "code", "severity", "where", "expected", "found", "clause", "remedy")
_MARK: Final = "\ufeff"
"""Without it Excel takes UTF-8 for the encoding of the country."""
# Control characters are escapes by then. Where `;` separates cells, one in the middle of a text begins a cell, too.
_FORMULA: Final = re.compile(r"(^|;)(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def render(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The lines; a bag without findings has one, and so has one that was not looked at, with the reason in `found`."""
    yield _MARK + _line(_COLUMNS)
    for verdict in verdicts:
        subject = (str(verdict.path), verdict.word)
        if verdict.failure is not None:
            yield _line((*subject, "", "", "", "", verdict.failure.message, "", ""))
        elif not verdict.findings:
            yield _line((*subject, *[""] * 7))
        for one in verdict.findings:
            finding = (one.code, one.severity.value, one.where, one.expected, one.found, one.clause, one.remedy)
            yield _line((*subject, *finding))


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(map(cell, cells))
    return line.getvalue()


def cell(value: str) -> str:
    r"""A text as spreadsheets can be given it: an apostrophe stands before what they would calculate.

    >>> cell("=1+1"), cell("a\tb"), cell("data/a;=b"), cell("a-b")
    ("'=1+1", 'a\\x09b', "data/a;'=b", 'a-b')
    """
    return _FORMULA.sub(r"\1'", readable(value))
