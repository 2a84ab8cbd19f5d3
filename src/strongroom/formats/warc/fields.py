"""Read the header of a WARC record as it lies in a file (WARC 1.0 and 1.1 section 4)."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

VERSIONS = frozenset({"WARC/1.0", "WARC/1.1"})

# A header that can be read in one way alone: no fold, no white space before a colon, nothing beyond ASCII.
_CLEAN = re.compile(r"[!-~]++(?>(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]++: [ -~]*+)*)")


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """The header of a stored record.

    Attributes:
        version: the first line, ``WARC/1.1``.
        fields: (name, value) in order, folded lines joined, outer white space removed.
        first: the first value of each field, by its name in lower case.
        malformed: lines that are no named fields, shortened.
    """

    version: str
    fields: tuple[tuple[str, str], ...]
    first: Mapping[str, str]
    malformed: tuple[str, ...] = ()

    def get(self, name: str) -> str | None:
        """The first value of a field, whatever the case of its name."""
        return self.first.get(name.lower())

    @property
    def repeated(self) -> tuple[str, ...]:
        """The names, in lower case, of the fields that stand there more than once."""
        if len(self.first) == len(self.fields):
            return ()
        counts = Counter(name.lower() for name, _ in self.fields)
        return tuple(name for name, count in counts.items() if count > 1)

    def identifier(self, name: str) -> str | None:
        """The first value of a field that names a record, without its angle brackets."""
        value = self.first.get(name.lower())
        return value[1:-1] if value and value[0] == "<" and value[-1] == ">" else value

    @property
    def length_bytes(self) -> int | None:
        """Content-Length; None when it is missing, no number or beyond any file."""
        value = self.first.get("content-length")
        return int(value) if value and value.isascii() and value.isdigit() and len(value) <= 18 else None


def read_header(data: bytes) -> RecordHeader:
    r"""Read a header without its closing empty line.

    >>> read_header(b"WARC/1.1\r\nWARC-Type: warcinfo").get("warc-type")
    'warcinfo'
    """
    text = data.decode("utf-8", "backslashreplace")
    version, *lines = text.split("\r\n")
    if _CLEAN.fullmatch(text):
        pairs = [line.split(": ", 1) for line in lines]
        return _header(version, [(name, value.strip(" ")) for name, value in pairs], [])
    fields: list[tuple[str, str]] = []
    malformed: list[str] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and fields:
            name, value = fields[-1]
            fields[-1] = name, f"{value} {line.strip()}".strip()
            continue
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or "\n" in line or "\r" in line:
            malformed.append(line[:100])
        if colon:
            fields.append((name.strip(), value.strip(" \t\r\n")))
    return _header(version, fields, malformed)


def _header(version: str, fields: list[tuple[str, str]], malformed: list[str]) -> RecordHeader:
    first = {name.lower(): value for name, value in reversed(fields)}
    return RecordHeader(version, tuple(fields), first, tuple(malformed))
