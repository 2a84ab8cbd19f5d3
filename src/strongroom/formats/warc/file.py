"""A WARC file while it grows: it is only ever appended to, and digested as it grows."""

import hashlib
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from strongroom.model.digest import Fixity
from strongroom.storage import saying, sync_directory

_PENDING_BYTES = 1 << 18
_PIECES_UNDER_WAY = 2


class GrowingFile:
    """A new file at its final name inside the work tree, digested while it is written.

    What was given to `write` is on disk after `sync`, not before. After an error of the disk nothing more can be
    written; what was synced before stands, and the rest is cut off when the capture goes on.

    Digesting takes longer than compressing; it is done by a thread of its own, which is never more than two pieces
    behind and lets go of the interpreter's lock.
    """

    def __init__(self, path: Path) -> None:
        """Make the file; it must not exist."""
        self.path = path
        self.offset_bytes = 0
        self._sha256 = hashlib.sha256()
        self._sha512 = hashlib.sha512()
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._is_named = False
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        with saying("write", path):
            self._descriptor = os.open(path, flags, 0o644)
        self._digester = ThreadPoolExecutor(max_workers=1, thread_name_prefix="warc-digest")
        self._under_way: deque[Future[None]] = deque()

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self.offset_bytes += len(data)
        self._pending.append(data)
        self._pending_bytes += len(data)
        if self._pending_bytes >= _PENDING_BYTES:
            self._flush()

    def sync(self) -> None:
        """Make all that was written durable, and the file's name with it."""
        self._flush()
        with saying("write", self.path):
            os.fsync(self._descriptor)
            if not self._is_named:
                sync_directory(self.path.parent)
                self._is_named = True

    def close(self) -> Fixity:
        """Make the file durable and close it; says what was written."""
        try:
            self.sync()
        finally:
            self.abandon()
        return Fixity(self.offset_bytes, self._sha256.hexdigest(), self._sha512.hexdigest())

    def abandon(self) -> None:
        """Close the file as it lies on disk."""
        self._digester.shutdown()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _flush(self) -> None:
        if not self._pending:
            return
        piece = b"".join(self._pending)
        self._pending.clear()
        self._pending_bytes = 0
        self._under_way.append(self._digester.submit(self._digest, piece))
        with saying("write", self.path), memoryview(piece) as view:
            written = 0
            while written < len(view):
                written += os.write(self._descriptor, view[written:])
        while len(self._under_way) > _PIECES_UNDER_WAY:
            self._under_way.popleft().result()

    def _digest(self, piece: bytes) -> None:
        self._sha256.update(piece)
        self._sha512.update(piece)
