"""Exchanges and records as the engine would hand them on, for the tests of WARC files."""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from edges import CountingIdentifiers, TickingClock
from strongroom.formats.http.message import parse_head, payload, split_head
from strongroom.formats.warc.check import check_warc
from strongroom.formats.warc.exchange import records_of, warcinfo_fields
from strongroom.formats.warc.write import WarcWriter
from strongroom.model.capture import RecordEntry, RecordType
from strongroom.model.digest import Digest
from strongroom.model.exchange import Exchange, Framing, Request, Response, Tls
from strongroom.model.finding import Finding

WHEN = datetime(2025, 11, 3, 8, 0, 0, 123456, tzinfo=UTC)
LEAF, INTERMEDIATE, ROOT = b"leaf certificate", b"intermediate certificate", b"root certificate"
TLS = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", True, "ok", (LEAF, INTERMEDIATE), (LEAF, INTERMEDIATE, ROOT))
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\ncontent-TYPE:text/css\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3;why=not\r\nbod\r\n0002\r\ny{\r\n1\r\n}\r\n0\r\nX-Trailer: kept\r\n\r\n"
)
EMPTY = b"HTTP/1.1 204 No Content\r\nDate: Mon, 03 Nov 2025 08:00:00 GMT\r\n\r\n"
GARBAGE = b"<html>HTTP/0.9 lives"


class MemoryBlock:
    """A block held in memory that gives its bytes in pieces of a certain size."""

    def __init__(self, data: bytes, piece_bytes: int = 1 << 20) -> None:
        self.data = data
        self.piece_bytes = piece_bytes

    @property
    def length_bytes(self) -> int:
        return len(self.data)

    def digest(self) -> Digest:
        return Digest.of([self.data])

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self.data), self.piece_bytes):
            yield self.data[start : start + self.piece_bytes]

    def close(self) -> None:
        pass


def response(block: bytes, **more: object) -> Response:
    head, _ = split_head(block)
    parsed = parse_head(head)
    entity = b"".join(payload([block]))
    made = Response(
        block=MemoryBlock(block),
        head_length_bytes=len(head),
        status=parsed.status,
        reason=parsed.reason,
        version=parsed.version,
        headers=parsed.headers if parsed.status else (),
        framing=Framing.CLOSE,
        payload_digest=Digest.of([entity]),
        payload_length_bytes=len(entity),
    )
    return replace(made, **more)


def exchange(block: bytes | None = PLAIN, *, url: str = "https://example.org/a?b=c", **more: object) -> Exchange:
    made = Exchange(
        request=Request(url),
        request_block=b"GET /a?b=c HTTP/1.1\r\nHost: example.org\r\nUser-Agent: strongroom/0.1.0\r\n\r\n",
        started_at=WHEN,
        duration_seconds=0.25,
        address="192.0.2.7",
        response=None if block is None else response(block),
    )
    return replace(made, **more)


def writer(folder: Path, **more: object) -> WarcWriter:
    settings = {
        "stem": "capture",
        "info": warcinfo_fields(software="strongroom/0.1.0", robots="obey"),
        "max_bytes": 10**9,
        "clock": TickingClock(),
        "new_id": CountingIdentifiers(),
    }
    return WarcWriter(folder, **(settings | more))


def all_kinds() -> list[Exchange]:
    return [
        exchange(PLAIN, tls=TLS),
        exchange(CHUNKED, url="https://example.org/style.css", tls=TLS),
        exchange(EMPTY, url="http://example.org/empty", address="2001:db8::1"),
        exchange(GARBAGE, url="http://example.org/old"),
        exchange(PLAIN, url="http://example.org/again"),
    ]


def write_all_kinds(folder: Path) -> tuple[Path, tuple[RecordEntry, ...]]:
    """A file with every type of record; the last exchange is a revisit of the first."""
    ids, known, entries = CountingIdentifiers(), set(), []
    original = None
    with writer(folder, new_id=ids) as made:
        for one in all_kinds():
            revisit_of = original if one.url.endswith("/again") else None
            written = made.write_all(records_of(one, new_id=ids, revisit_of=revisit_of, known_certificates=known))
            original = original or written[0]
            entries.extend(written)
        entries[:0] = made.warcinfos
    return folder / made.files[0].name, tuple(entries)


def split_check(path: Path) -> tuple[list[RecordEntry], list[Finding]]:
    results = list(check_warc(path, where=path.name))
    return [one for one in results if isinstance(one, RecordEntry)], [
        one for one in results if isinstance(one, Finding)
    ]


def found(path: Path) -> set[tuple[str, str]]:
    """What `check_warc` finds, as (code, place behind the file's name)."""
    return {(one.code, one.where.removeprefix(path.name)) for one in split_check(path)[1]}


def as_checked(entries: Sequence[RecordEntry]) -> list[RecordEntry]:
    """What can be read back of entries: the length of a revisit's payload is not in its record."""
    return [
        replace(entry, payload_length_bytes=None) if entry.type is RecordType.REVISIT else entry for entry in entries
    ]


def raw_record(
    block: bytes = b"hello",
    *,
    version: str = "WARC/1.1",
    drop: Sequence[str] = (),
    end: bytes = b"\r\n\r\n",
    **fields: str | None,
) -> bytes:
    """A record by hand, a resource unless told otherwise; `fields` with "_" for "-" replace or add."""
    named = {
        "WARC-Type": "resource",
        "WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-00000000000a>",
        "WARC-Date": "2025-11-03T08:00:00.123Z",
        "WARC-Target-URI": "urn:strongroom:sample",
        "WARC-Block-Digest": str(Digest.of([block])),
        "Content-Type": "text/plain",
        "Content-Length": str(len(block)),
    }
    named |= {name.replace("_", "-"): value for name, value in fields.items() if value is not None}
    lines = [f"{name}: {value}" for name, value in named.items() if name not in drop]
    return "\r\n".join([version, *lines]).encode() + b"\r\n\r\n" + block + end


def raw_warcinfo() -> bytes:
    return raw_record(
        b"software: by hand\r\n",
        drop=["WARC-Target-URI"],
        WARC_Type="warcinfo",
        WARC_Record_ID="<urn:uuid:00000000-0000-4000-8000-000000000001>",
        Content_Type="application/warc-fields",
    )


def raw_file(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(gzip.compress(record, mtime=0) for record in (raw_warcinfo(), *records)))
    return path
