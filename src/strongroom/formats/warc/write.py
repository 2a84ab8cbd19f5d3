"""Write WARC 1.1 files: one gzip member a record, every byte digested as it is written (WARC 1.1 annex D).

Nothing is parsed here: records come with their payload digests, and bodies stream through.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from isal import igzip_lib, isal_zlib

from strongroom.errors import StorageError
from strongroom.formats.warc.file import GrowingFile
from strongroom.formats.warc.record import FIELDS_TYPE, RECORD_END, NewRecord, header, milliseconds, warc_fields
from strongroom.model.capture import RecordEntry, RecordType, WarcFile
from strongroom.model.digest import Digest
from strongroom.model.exchange import Block

_LEVEL = 2
_GZIP_WINDOW = 31
_PIECE_BYTES = 1 << 20


class WarcWriter:
    """Writes records into numbered files, `{stem}-00001.warc.gz` and so on, each beginning with a warcinfo record.

    Same records, clock and identifiers: same bytes, however the blocks cut them into pieces. Not for several threads
    at once.

    Attributes:
        warcinfos: the entries of the warcinfo records written so far, one a file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        stem: str,
        info: Mapping[str, str],
        max_bytes: int,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        first_number: int = 1,
    ) -> None:
        """Take note of where to write; the first file is made with the first record.

        Args:
            folder: must exist.
            stem: of the file names; ASCII letters, digits, ".", "_" and "-".
            info: the fields of every warcinfo record, in order.
            max_bytes: a file that has grown to so many bytes is closed before the next record.
            clock: for the WARC-Date of warcinfo records.
            new_id: gives ``urn:uuid:…`` for warcinfo records.
            first_number: of the first file; after a kill, one more than the last that is there.
        """
        self._folder = folder
        self._stem = stem
        self._info = dict(info)
        self._max_bytes = max_bytes
        self._clock = clock
        self._new_id = new_id
        self._number = first_number
        self._file: GrowingFile | None = None
        self._records = 0
        self._finished: list[WarcFile] = []
        self._has_failed = False
        self.warcinfos: tuple[RecordEntry, ...] = ()

    @property
    def files(self) -> tuple[WarcFile, ...]:
        """The finished files, in the order they were written."""
        return tuple(self._finished)

    @property
    def position(self) -> tuple[str, int]:
        """The file that is being written, and its length in bytes; durable after `sync`."""
        return self._name(), self._file.offset_bytes if self._file else 0

    def write(self, record: NewRecord) -> RecordEntry:
        """Append one record."""
        return self.write_all((record,))[0]

    def write_all(self, records: Iterable[NewRecord]) -> tuple[RecordEntry, ...]:
        """Append records that belong together; they all go into one file.

        Raises:
            StorageError: the disk failed. The writer can only be closed then; what was synced stands.
        """
        self._check()
        with self._failing():
            file = self._current()
            return tuple([self._append(file, record) for record in records])

    def sync(self) -> tuple[str, int]:
        """Make all that was written durable; returns the position up to which it is.

        Raises:
            StorageError: the disk failed, now or before.
        """
        self._check()
        if self._file:
            with self._failing():
                self._file.sync()
        return self.position

    def close(self) -> WarcFile | None:
        """Finish the file that is being written; None when there is none, or when writing has failed."""
        file, self._file = self._file, None
        if not file:
            return None
        if self._has_failed:
            file.abandon()
            return None
        with self._failing():
            finished = WarcFile(file.path.name, file.close(), self._records)
        self._finished.append(finished)
        self._number += 1
        return finished

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind:
            self._has_failed = True
        self.close()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        # What a disk did with half a write nobody knows; nothing more is written behind it.
        try:
            yield
        except BaseException:
            self._has_failed = True
            raise

    def _check(self) -> None:
        if self._has_failed:
            raise StorageError(
                f"writing {self._name()} failed before; run the same command again, it goes on from there"
            )

    def _name(self) -> str:
        return f"{self._stem}-{self._number:05d}.warc.gz"

    def _current(self) -> GrowingFile:
        if self._file and self._file.offset_bytes >= self._max_bytes:
            self.close()
        if not self._file:
            self._file = GrowingFile(self._folder / self._name())
            self._records = 0
            self.warcinfos += (self._append(self._file, self._warcinfo()),)
        return self._file

    def _warcinfo(self) -> NewRecord:
        return NewRecord(
            RecordType.WARCINFO,
            self._new_id(),
            self._clock(),
            FIELDS_TYPE,
            warc_fields(self._info.items()),
            fields=(("WARC-Filename", self._name()),),
        )

    def _append(self, file: GrowingFile, record: NewRecord) -> RecordEntry:
        block = record.block
        if isinstance(block, bytes):
            length, digest = len(block), Digest("sha256", hashlib.sha256(block).hexdigest())
        else:
            length, digest = block.length_bytes, block.digest()
        head = header(record, block_digest=digest, block_length_bytes=length)
        offset = file.offset_bytes
        if isinstance(block, bytes):
            file.write(_member(head, block, RECORD_END))
        elif length <= _PIECE_BYTES:
            whole = b"".join(block.chunks())
            _check_length(len(whole), length, record)
            file.write(_member(head, whole, RECORD_END))
        else:
            for piece in _streamed_member(head, block, record):
                file.write(piece)
        self._records += 1
        return RecordEntry(
            record_id=record.record_id,
            type=record.type,
            target_uri=record.target_uri,
            date=milliseconds(record.date),
            warc=file.path.name,
            offset_bytes=offset,
            length_bytes=file.offset_bytes - offset,
            block_digest=digest,
            block_length_bytes=length,
            payload_digest=record.payload_digest,
            payload_length_bytes=record.payload_length_bytes,
            status=record.status,
            media_type=record.content_type.partition(";")[0] if record.media_type is None else record.media_type,
            concurrent_to=record.concurrent_to,
            refers_to=record.refers_to,
            truncated=record.truncated,
        )


def _member(*parts: bytes) -> bytes:
    # One call for the whole member: mtime 0 and OS 255 are what igzip writes, and the GIL is free meanwhile.
    return bytes(igzip_lib.compress(b"".join(parts), _LEVEL, igzip_lib.COMP_GZIP))


def _streamed_member(head: bytes, block: Block, record: NewRecord) -> Iterator[bytes]:
    compressor = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP_WINDOW)
    yield compressor.compress(head)
    seen = 0
    for piece in _even_pieces(block.chunks()):
        seen += len(piece)
        yield compressor.compress(piece)
    _check_length(seen, block.length_bytes, record)
    yield compressor.compress(RECORD_END)
    yield compressor.flush()


def _even_pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    # igzip's output depends on where its input is cut; even cuts make it depend on the bytes alone.
    pending = bytearray()
    for chunk in chunks:
        if not pending and len(chunk) == _PIECE_BYTES:
            yield chunk
            continue
        pending += chunk
        while len(pending) >= _PIECE_BYTES:
            yield bytes(pending[:_PIECE_BYTES])
            del pending[:_PIECE_BYTES]
    if pending:
        yield bytes(pending)


def _check_length(seen: int, promised: int, record: NewRecord) -> None:
    if seen != promised:
        raise StorageError(
            f"the block of record {record.record_id} was spooled with {promised} bytes, and {seen} came back; "
            "check the disk and run the same command again"
        )
