"""Recorded bytes: small ones in memory, large ones in a file that has no name."""

import hashlib
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from strongroom.model.digest import Digest
from strongroom.storage import saying

_MEMORY_BYTES = 1 << 20
_PIECE_BYTES = 1 << 20


class SpooledBlock:
    """A `Block` that can be appended to: in memory up to 1 MiB, then in an unlinked temporary file.

    The file is gone with its descriptor, so a killed process leaves nothing behind. Once in a file, SHA-256 is
    computed as the bytes come. Writing raises `StorageError` when the disk is full.
    """

    __slots__ = ("_digest", "_file", "_folder", "_length", "_parts")

    def __init__(self, folder: Path) -> None:
        """Begin empty; `folder` must exist by the time that so much was written that a file is needed."""
        self._folder = folder
        self._parts: list[bytes] = []
        self._length = 0
        self._file: _NamelessFile | None = None
        self._digest: Digest | None = None

    @property
    def length_bytes(self) -> int:
        """How many bytes there are."""
        return self._length

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._length += len(data)
        if self._file is None:
            self._parts.append(data)
            if self._length <= _MEMORY_BYTES:
                return
            self._file = _NamelessFile(self._folder)
            data = b"".join(self._parts)
            self._parts.clear()
        self._file.append(data)

    def digest(self) -> Digest:
        """SHA-256 over all the bytes; to be asked for when they are all there."""
        if self._file is not None:
            return Digest("sha256", self._file.sha256.hexdigest())
        if self._digest is None:
            self._digest = Digest.of(self._parts)
        return self._digest

    def chunks(self) -> Iterator[bytes]:
        """Yield all the bytes from the beginning, in pieces of at most 1 MiB; several readers may do so at once."""
        if self._file is None:
            yield from self._parts
        else:
            yield from self._file.pieces(self._length)

    def close(self) -> None:
        """Give back memory or file; the bytes cannot be read afterwards."""
        self._parts.clear()
        if self._file is not None:
            self._file.close()


class _NamelessFile:
    __slots__ = ("_file", "_folder", "_lock", "sha256")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with saying("write a temporary file into", folder):
            self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - `close` closes it
        self._lock = threading.Lock()
        self.sha256 = hashlib.sha256()

    def append(self, data: bytes) -> None:
        self.sha256.update(data)
        with saying("write a temporary file into", self._folder):
            written = self._file.write(data)
            while written < len(data):  # a raw file may take less than it is given
                written += self._file.write(memoryview(data)[written:])

    def pieces(self, length_bytes: int) -> Iterator[bytes]:
        at = 0
        while at < length_bytes:
            with self._lock, saying("read a temporary file in", self._folder):
                self._file.seek(at)
                piece = self._file.read(min(_PIECE_BYTES, length_bytes - at))
            if not piece:
                return
            at += len(piece)
            yield piece

    def close(self) -> None:
        self._file.close()
