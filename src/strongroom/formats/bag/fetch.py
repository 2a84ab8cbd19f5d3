"""fetch.txt: where missing payload files were to come from (RFC 8493 section 2.2.3); read, never acted upon."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from strongroom.formats.bag.declaration import Declaration
from strongroom.formats.bag.lines import read_lines
from strongroom.formats.bag.paths import decode_path, leads_out, plain, shown
from strongroom.model.finding import Finding
from strongroom.model.rules import ledger as ledger_rules

NAME = "fetch.txt"
MAX_FAULTS = 100
"""Malformed lines reported one by one; the last finding says that there are more."""

_LINE = re.compile(r"(\S+)[ \t]+(-|[0-9]{1,19})[ \t]+(\S.*)")


@dataclass(frozen=True, slots=True)
class FetchItem:
    """One line; `length_bytes` is None when the line leaves it open."""

    url: str
    length_bytes: int | None
    path: str


def read_fetch(file: BinaryIO, declaration: Declaration, findings: list[Finding]) -> Iterator[FetchItem]:
    """Yield the items; lines that are none, or that lead elsewhere, are appended to `findings`."""
    malformed = 0
    for number, line in read_lines(file, NAME, declaration, findings):
        where = f"{NAME}#line={number}"
        if line is not None and not line.strip():
            continue
        match = _LINE.fullmatch(line) if line is not None else None
        if match is None:
            malformed += 1
            if malformed <= MAX_FAULTS:
                text = shown((line or "a line without end")[:200])
                found = "further such lines, not listed" if malformed == MAX_FAULTS else text
                findings.append(ledger_rules.FETCH_MALFORMED.at(where, expected="url length path", found=found))
            continue
        url, length, text = match[1], match[2], match[3]
        path = plain(text if declaration.is_old else decode_path(text))
        if leads_out(path) or not path.startswith("data/"):
            findings.append(ledger_rules.FETCH_OUTSIDE.at(where, expected="a path below data/", found=shown(text)))
            continue
        if not url.lower().startswith(("http://", "https://")):
            findings.append(ledger_rules.FETCH_URL.at(where, expected="http or https", found=shown(url)))
        yield FetchItem(url, None if length == "-" else int(length), path)
