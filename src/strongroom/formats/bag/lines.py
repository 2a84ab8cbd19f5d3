"""The lines of a text tag file, one at a time, in the encoding the bag declares (RFC 8493 section 2.3).

Lines end with LF, CR or CRLF and with nothing else: the further separators of Unicode are part of a line.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO

from strongroom.formats.bag.declaration import Declaration
from strongroom.formats.bag.paths import shown
from strongroom.model.finding import Finding
from strongroom.model.rules import bag as rules

MAX_LINE = 1 << 16
"""Characters of one line; no path that a system can open comes near."""

_PIECE_BYTES = 1 << 17


def read_lines(
    file: BinaryIO, name: str, declaration: Declaration, findings: list[Finding]
) -> Iterator[tuple[int, str | None]]:
    """Yield each line's number, from 1, and its text without the end; None for one that is too long.

    A byte-order mark is taken off; what cannot be decoded is appended to `findings` and ends the lines.
    """
    text = io.TextIOWrapper(io.BufferedReader(_Raw(file), _PIECE_BYTES), encoding=declaration.encoding, newline=None)
    number = 0
    try:
        while line := text.readline(MAX_LINE + 1):
            number += 1
            if number == 1 and line.startswith("\ufeff"):
                line = line[1:]
                if declaration.is_utf8:
                    found = "EF BB BF before the first line"
                    findings.append(rules.TAG_FILE_BOM.at(name, expected="no byte-order mark", found=found))
            if len(line) > MAX_LINE and not line.endswith("\n"):
                _skip_line(text)
                yield number, None
            else:
                yield number, line.removesuffix("\n")
    except UnicodeError as error:
        found = shown(f"after line {number}: {error}")
        findings.append(rules.TAG_FILE_UNDECODABLE.at(name, expected=declaration.encoding.upper(), found=found))
    finally:
        text.detach()


def _skip_line(text: io.TextIOWrapper) -> None:
    while (rest := text.readline(MAX_LINE)) and not rest.endswith("\n"):
        pass


class _Raw(io.RawIOBase):
    """Lends a file to a reader that would otherwise close it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # the buffer is writable
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
