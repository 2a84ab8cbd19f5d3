"""robots.txt answers that were recorded before, given back as if they had just come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from strongroom.formats.http.message import parse_head, split_head
from strongroom.formats.warc.read import read_member
from strongroom.model.capture import RecordEntry
from strongroom.model.digest import Digest
from strongroom.model.exchange import Block, Exchange, Framing, Request, Response
from strongroom.model.outcome import Relation
from strongroom.web.journal import Journal

_ROBOTS_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Beginning:
    """The beginning of a block, in memory: enough of it to be read as robots.txt."""

    data: bytes

    @classmethod
    def of(cls, chunks: Iterator[bytes], *, head_length_bytes: int = 0) -> "Beginning":
        """Take the head and 1 MiB of what follows; RFC 9309 section 2.5 asks for 500 KiB at least."""
        data = bytearray()
        for chunk in chunks:
            data += chunk
            if len(data) >= head_length_bytes + _ROBOTS_BYTES:
                break
        return cls(bytes(data[: head_length_bytes + _ROBOTS_BYTES]))

    @property
    def length_bytes(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    def digest(self) -> Digest:
        """SHA-256 over these bytes."""
        return Digest.of((self.data,))

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes."""
        yield self.data

    def close(self) -> None:
        """Do nothing: memory needs no closing."""


class StoredRobots:
    """The robots.txt answers of a capture's earlier runs."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        """Read from the journal which there are; the WARC files lie in `folder`."""
        self._folder = folder
        self._entries: dict[str, RecordEntry] = {}
        for row in journal.links():
            # A seed may be a robots.txt. An answer of 5xx says nothing of what it will be now.
            is_robots = row.relation is Relation.ROBOTS or row.url.endswith("/robots.txt")
            if is_robots and row.record_id is not None and row.status is not None and row.status < 500:
                entry = journal.record(row.record_id)
                if entry is not None:
                    self._entries[row.url] = entry

    def exchange(self, url: str, *, since: datetime) -> Exchange | None:
        """The answer that was recorded for this URL, unless there is none or it is older than `since`."""
        entry = self._entries.get(url)
        if entry is None or entry.date < since or entry.payload_digest is None:
            return None
        record = read_member(self._folder / entry.warc, entry.offset_bytes)
        block: Block = Beginning.of(record.block())
        data = b"".join(block.chunks())
        raw_head, _ = split_head(data)
        head = parse_head(raw_head)
        response = Response(
            block=block,
            head_length_bytes=len(raw_head),
            status=head.status,
            reason=head.reason,
            version=head.version,
            headers=head.headers,
            framing=Framing.CLOSE,
            payload_digest=entry.payload_digest,
            payload_length_bytes=entry.payload_length_bytes or 0,
        )
        return Exchange(Request(url), b"", entry.date, 0.0, None, response)
