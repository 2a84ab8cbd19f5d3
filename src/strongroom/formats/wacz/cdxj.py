"""Write and read a CDXJ index: which capture of a URL lies where in which WARC file.

A line is a key (`surt`), a moment of 14 digits and a JSON object; lines are in the order of their bytes, so that replay
tools can search them. Responses, revisits and resources of our own are indexed, nothing else.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from strongroom.formats.wacz.surt import surt
from strongroom.model.capture import RecordEntry, RecordType

_INDEXED = {RecordType.RESPONSE, RecordType.REVISIT, RecordType.RESOURCE}
_REVISIT_TYPE = "warc/revisit"
_MAX_LINE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One line of an index.

    Attributes:
        key: of the URL, as `surt` makes it.
        timestamp: 14 digits, UTC.
        mime: without parameters; ``warc/revisit`` for a revisit; empty when the response declares none.
        status: None for a resource, or when the response has no status line.
        digest: of the payload, ``sha256:…``; empty when there is none.
        length_bytes, offset_bytes: of the gzip member.
        filename: of the WARC file, without a folder.
    """

    key: str
    timestamp: str
    url: str
    mime: str
    status: int | None
    digest: str
    length_bytes: int
    offset_bytes: int
    filename: str

    @property
    def facts(self) -> str:
        """What the line says of its record, besides place, URL and digest."""
        return f"{self.key} {self.timestamp} {self.mime} {self.status or '-'}"


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line that is none of an index: its number from 1, and its beginning."""

    number: int
    text: str


def line_of(entry: RecordEntry) -> IndexLine | None:
    """The line of a record; None for those that no index lists."""
    if entry.type not in _INDEXED or entry.target_uri is None:
        return None
    return IndexLine(
        key=surt(entry.target_uri),
        timestamp=entry.date.astimezone(UTC).strftime("%Y%m%d%H%M%S"),
        url=entry.target_uri,
        mime=_REVISIT_TYPE if entry.type is RecordType.REVISIT else entry.media_type,
        status=entry.status,
        digest=str(entry.payload_digest or ""),
        length_bytes=entry.length_bytes,
        offset_bytes=entry.offset_bytes,
        filename=entry.warc,
    )


def write_index(entries: Iterable[RecordEntry]) -> Iterator[bytes]:
    """Write the index of records, which may come in any order.

    Yields:
        Lines, LF-terminated, in the order of their bytes (C locale). They are held in memory to be sorted: some
        400 bytes for each record.
    """
    yield from sorted(_written(line) for line in map(line_of, entries) if line)


def read_index(chunks: Iterable[bytes]) -> Iterator[IndexLine | UnreadableLine]:
    """Read an index, whoever wrote it; what cannot be read is given as such."""
    for number, text in enumerate(_lines(chunks), start=1):
        yield _read(text) or UnreadableLine(number, text[:100].decode("utf-8", "backslashreplace"))


def _written(line: IndexLine) -> bytes:
    # Everything is a string, and what is not known is left out: that is how indexers write it and readers expect it.
    fields = {
        "url": line.url,
        "mime": line.mime,
        "status": "" if line.status is None else str(line.status),
        "digest": line.digest,
        "length": str(line.length_bytes),
        "offset": str(line.offset_bytes),
        "filename": line.filename,
    }
    return f"{line.key} {line.timestamp} {json.dumps({k: v for k, v in fields.items() if v})}\n".encode()


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > _MAX_LINE_BYTES:
            # Longer than any URL that a server accepts: given in pieces, none of which can be read.
            yield rest
            rest = b""
    if rest:
        yield rest


def _read(text: bytes) -> IndexLine | None:
    try:
        key, timestamp, rest = text.decode().split(" ", 2)
        fields = json.loads(rest)
        if not isinstance(fields, dict) or len(timestamp) != 14 or not timestamp.isdigit():
            return None
        status = str(fields.get("status") or "-")
        return IndexLine(
            key=key,
            timestamp=timestamp,
            url=str(fields["url"]),
            mime=str(fields.get("mime", "")),
            status=int(status) if status != "-" else None,
            digest=str(fields.get("digest", "")),
            length_bytes=int(fields["length"]),
            offset_bytes=int(fields["offset"]),
            filename=str(fields["filename"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
