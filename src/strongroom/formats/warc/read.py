"""Read WARC files record by record, with exact places and bounded memory, whatever is in them.

Faults are noted on the record, never raised. Nothing is checked here that reading does not need: `warc_check` judges.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from strongroom.errors import StorageError
from strongroom.formats.http.message import payload, split_head
from strongroom.formats.warc.fields import RecordHeader, read_header
from strongroom.formats.warc.gzip_members import GzipMembers
from strongroom.formats.warc.plain_records import PlainRecords
from strongroom.formats.warc.record import RECORD_END
from strongroom.storage import saying

MAX_HEADER_BYTES = 1 << 16
_HEAD_END = b"\r\n\r\n"
_HTTP_HEAD_BYTES = 1 << 20
_BEGINNING = b"WARC/"
_GZIP = b"\x1f\x8b"


class Member:
    """A record being read from a file that is open; valid until the next one is asked for.

    Attributes:
        offset_bytes: where its gzip member (in an uncompressed file: the record) begins.
        header: None when there is none to be read.
        length_bytes: of the gzip member; known after `finish`.
        block_length_bytes: how much of the block there was; known after `finish`.
        surplus_bytes: how much follows the record inside its gzip member; known after `finish`.
        is_ended: whether the record ends with two empty lines, as it must; known after `finish`.
        fault: what is wrong with the gzip member; known after `finish`.
        is_overlong: whether the header is longer than `MAX_HEADER_BYTES`.
    """

    def __init__(self, stream: GzipMembers | PlainRecords) -> None:
        """Read the header of the record that `stream` stands at."""
        self._stream = stream
        self.offset_bytes = stream.offset_bytes
        self.length_bytes = 0
        self.block_length_bytes = 0
        self.surplus_bytes = 0
        self.is_ended = False
        self.is_overlong = False
        self._is_finished = False
        self._rest = b""
        self.header = self._read_header()
        self._left_bytes = (self.header.length_bytes or 0) if self.header else 0

    @property
    def fault(self) -> str | None:
        """What is wrong with the gzip member, or None."""
        return self._stream.fault

    @property
    def begins_as_warc(self) -> bool:
        """Whether the data begin as a WARC record does."""
        return self.header is not None or self._rest.startswith(_BEGINNING)

    def block(self) -> Iterator[bytes]:
        """Yield what was not yet read of the block."""
        while self._left_bytes:
            piece = self._rest or self._stream.read()
            if not piece:
                return
            if len(piece) > self._left_bytes:
                piece, self._rest = piece[: self._left_bytes], piece[self._left_bytes :]
            else:
                self._rest = b""
            self._left_bytes -= len(piece)
            self.block_length_bytes += len(piece)
            yield piece

    def finish(self) -> None:
        """Read to the end of the record, so that everything about it is known."""
        if self._is_finished:
            return
        self._is_finished = True
        for _ in self.block():
            pass
        end = self._rest
        while len(end) < len(RECORD_END) and (piece := self._stream.read()):
            end += piece
        self.is_ended = end.startswith(RECORD_END)
        rest = end[len(RECORD_END) :] if self.is_ended else end
        if isinstance(self._stream, PlainRecords):
            self._stream.give_back(rest)
        else:
            self.surplus_bytes = len(rest)
            while piece := self._stream.read():
                self.surplus_bytes += len(piece)
        self.length_bytes = self._stream.end_bytes() - self.offset_bytes

    def _read_header(self) -> RecordHeader | None:
        data = b""
        while (end := data.find(_HEAD_END, 0, MAX_HEADER_BYTES)) < 0 and len(data) < MAX_HEADER_BYTES:
            piece = self._stream.read()
            if not piece:
                break
            data += piece
        self.is_overlong = end < 0 and len(data) >= MAX_HEADER_BYTES
        if end < 0 or not data.startswith(_BEGINNING):
            self._rest = data
            return None
        self._rest = data[end + len(_HEAD_END) :]
        return read_header(data[:end])


class StoredRecord:
    """A record in a finished file; its block can be read as often as needed.

    Attributes:
        path, offset_bytes: where it lies.
        header: its named fields.
    """

    def __init__(self, path: Path, offset_bytes: int, header: RecordHeader) -> None:
        """Take note of a record whose header was read."""
        self.path = path
        self.offset_bytes = offset_bytes
        self.header = header

    @property
    def record_id(self) -> str:
        """``urn:uuid:…``, without angle brackets; empty when there is none."""
        return self.header.identifier("WARC-Record-ID") or ""

    def block(self) -> Iterator[bytes]:
        """Yield the block, in pieces of at most 1 MiB."""
        with saying("read", self.path), self.path.open("rb") as file:
            file.seek(self.offset_bytes)
            stream = _stream(self.path, file.read, self.offset_bytes)
            if stream.begin():
                yield from Member(stream).block()

    def http_head(self) -> bytes:
        """The status line (or request line) and headers of an HTTP block, up to 1 MiB."""
        beginning = b""
        for piece in self.block():
            beginning += piece
            head, rest = split_head(beginning)
            if rest or len(beginning) >= _HTTP_HEAD_BYTES:
                return head
        return split_head(beginning)[0]

    def payload(self) -> Iterator[bytes]:
        """Yield the payload: of HTTP the de-chunked, still content-coded entity, else the block."""
        if (self.header.get("Content-Type") or "").lower().startswith("application/http"):
            return payload(self.block())
        return self.block()


def read_member(path: Path, offset_bytes: int) -> StoredRecord:
    """Read the record at a place in a WARC file.

    Raises:
        StorageError: there is no record at this place, or the file cannot be read.
    """
    with saying("read", path), path.open("rb") as file:
        file.seek(offset_bytes)
        stream = _stream(path, file.read, offset_bytes)
        header = Member(stream).header if stream.begin() else None
    if header is None:
        raise StorageError(f"{path} holds no WARC record at byte {offset_bytes}; capture again into another folder")
    return StoredRecord(path, offset_bytes, header)


def members(path: Path, *, read: Callable[[int], bytes] | None = None) -> Iterator[Member]:
    """Yield the records of a file one after another; each is read to its end before the next one is given.

    After a fault that hides where a member ends, only what begins as a WARC record is given. A file is read as far as
    it went when it was opened: one that grows while it is read would have no end.

    Args:
        path: the file; with `read`, only its name is used.
        read: gives at most so many of the file's bytes, and none at its end.
    """
    if read is not None:
        yield from _members(_stream(path, read, 0))
        return
    with saying("read", path), path.open("rb") as file:
        length = os.fstat(file.fileno()).st_size
        yield from _members(_stream(path, lambda count: file.read(min(count, length - file.tell())), 0))


def _members(stream: GzipMembers | PlainRecords) -> Iterator[Member]:
    is_lost = False
    while stream.begin():
        member = Member(stream)
        if is_lost and not member.begins_as_warc:
            member.finish()
            continue
        yield member
        member.finish()
        is_lost = member.fault is not None
        if isinstance(stream, PlainRecords) and member.header is None:
            return


def _stream(path: Path, read: Callable[[int], bytes], offset_bytes: int) -> GzipMembers | PlainRecords:
    if path.suffix == ".gz":
        return GzipMembers(read, offset_bytes)
    plain = PlainRecords(read, offset_bytes)
    if plain.peek(2) != _GZIP:
        return plain
    return GzipMembers(lambda _: plain.read(), offset_bytes)
