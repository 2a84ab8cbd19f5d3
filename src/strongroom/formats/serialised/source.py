"""A file that is read by offset, and the bytes in it as a stream that goes forward only."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from strongroom.errors import StorageError, UsageError
from strongroom.storage import saying

PIECE_BYTES = 1 << 18
"""Read at once: large enough for the system, small enough for a processor's cache."""

_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe would block for ever


class Source:
    """An open file of a length that stays as it was when it was opened. A context manager.

    Attributes:
        name: of the file.
        length_bytes: of the file.
    """

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            UsageError: it is no regular file.
            StorageError: it cannot be opened.
        """
        self._path = path
        self.name = path.name
        with saying("read", path):
            self._descriptor = os.open(path, _FLAGS)
            status = os.fstat(self._descriptor)
        self._state = (status.st_size, status.st_mtime_ns)
        self.length_bytes = status.st_size
        if not stat.S_ISREG(status.st_mode):
            self.close()
            raise UsageError(f"{path} is not a file; give a bag as a folder, or as a .tar, .tar.gz, .tar.zst or .zip")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def at(self, offset_bytes: int, length_bytes: int) -> bytes:
        """So many bytes from an offset on; fewer only at the end of the file."""
        length_bytes = min(length_bytes, self.length_bytes - offset_bytes)
        if length_bytes <= 0:
            return b""
        with saying("read", self._path):
            data = os.pread(self._descriptor, length_bytes, offset_bytes)
            while 0 < len(data) < length_bytes:
                more = os.pread(self._descriptor, length_bytes - len(data), offset_bytes + len(data))
                if not more:
                    break
                data += more
        return data

    def pieces(self, offset_bytes: int = 0, end_bytes: int | None = None) -> Iterator[bytes]:
        """What stands between two offsets, in pieces."""
        end = self.length_bytes if end_bytes is None else min(end_bytes, self.length_bytes)
        while offset_bytes < end:
            with saying("read", self._path):
                piece = os.pread(self._descriptor, min(PIECE_BYTES, end - offset_bytes), offset_bytes)
            if not piece:
                return
            offset_bytes += len(piece)
            yield piece

    def check_unchanged(self) -> None:
        """Raise `StorageError` when the file was written to since it was opened: what was read is then of no use."""
        with saying("read", self._path):
            status = os.fstat(self._descriptor)
        if (status.st_size, status.st_mtime_ns) != self._state:
            raise StorageError(
                f"{self._path} was changed while it was being read; wait until it is whole, and run the same command "
                "again"
            )

    def close(self) -> None:
        """Close it."""
        os.close(self._descriptor)


class Stream:
    """Bytes that come in pieces, to be taken in the lengths that a format has.

    Attributes:
        offset_bytes: how much was taken so far.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Begin; `pieces` are asked for one at a time."""
        self._pieces = pieces
        self._piece = b""
        self._at = 0
        self.offset_bytes = 0

    def take(self, length_bytes: int) -> bytes:
        """So many bytes; fewer only at the end."""
        end = self._at + length_bytes
        if end <= len(self._piece):
            taken = self._piece[self._at : end]
            self._at = end
            self.offset_bytes += length_bytes
            return taken
        return b"".join(self.chunks(length_bytes))

    def chunks(self, length_bytes: int) -> Iterator[bytes]:
        """So many bytes in pieces; fewer only at the end."""
        while length_bytes and (self._at < len(self._piece) or self._refill()):
            piece = self._piece
            if self._at or len(piece) > length_bytes:
                piece = piece[self._at : self._at + length_bytes]
            self._at += len(piece)
            self.offset_bytes += len(piece)
            length_bytes -= len(piece)
            yield piece

    def skip(self, length_bytes: int) -> bool:
        """Pass over so many bytes; False when the stream ends before."""
        for piece in self.chunks(length_bytes):
            length_bytes -= len(piece)
        return not length_bytes

    def rest(self) -> Iterator[bytes]:
        """Everything that is left, in pieces."""
        while piece := b"".join(self.chunks(PIECE_BYTES)):
            yield piece

    def _refill(self) -> bool:
        self._piece = next(self._pieces, b"")
        self._at = 0
        return bool(self._piece)
