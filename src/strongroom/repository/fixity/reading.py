"""Read a file from the disk and not from memory, and read it again before a mismatch is believed.

What cannot be read is not missing: only a name that is not there in a folder that can be read is.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from strongroom.errors import StorageError
from strongroom.formats.bag.paths import shown
from strongroom.storage import reached

_PIECE_BYTES: Final = 1 << 20
_LARGE_BYTES: Final = 2 << 20
_GONE: Final = {errno.ENOENT, errno.ENOTDIR}
_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class State(StrEnum):
    """What became of a reading."""

    GOOD = "good"
    UNSTEADY = "unsteady"
    DAMAGED = "damaged"
    GONE = "gone"
    IRREGULAR = "irregular"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read.

    Attributes:
        length_bytes: of the last reading.
        sha512: of the last reading, 128 hex digits; empty where there was none.
        first: of the reading before it, where that was wrong.
        content: the bytes, where they were asked for.
        why: it cannot be reached, or what stands in its place.
    """

    state: State
    length_bytes: int = 0
    sha512: str = ""
    first: str = ""
    content: bytes = b""
    why: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the file on the disk is what it should be."""
        return self.state in {State.GOOD, State.UNSTEADY}


class Reader:
    """Reads one file at a time, so that a kill costs one; a second thread reads ahead while this one digests.

    A context manager. One thread reads through it.
    """

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self._ahead = ThreadPoolExecutor(1, "read-ahead")
        self._buffers = [memoryview(bytearray(_PIECE_BYTES)), memoryview(bytearray(_PIECE_BYTES))]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ahead.shutdown()

    def read(self, path: Path, sha512: str) -> Reading:
        """Compare a file with the digest it should have; nothing of it is kept in memory."""
        return _twice(path, sha512, self._digest)

    def _digest(self, descriptor: int) -> tuple[int, str, bytes]:
        hasher = hashlib.sha512(usedforsecurity=False)
        front, back = self._buffers
        length = 0
        count = os.readv(descriptor, [front])
        is_large = count == _PIECE_BYTES and os.fstat(descriptor).st_size > _LARGE_BYTES
        while count:
            length += count
            if is_large:
                following = self._ahead.submit(os.readv, descriptor, [back])
                hasher.update(front[:count])
                count = following.result()
                front, back = back, front
            else:
                hasher.update(front[:count])
                count = os.readv(descriptor, [front])
        return length, hasher.hexdigest(), b""


def read_small(path: Path, is_right: Callable[[bytes], bool], *, max_bytes: int) -> Reading:
    """Read a whole file into memory and judge it; one longer than `max_bytes` is judged by its beginning.

    Raises nothing; what went wrong is in the reading.
    """

    def content(descriptor: int) -> tuple[int, str, bytes]:
        pieces = []
        left = max_bytes
        while left and (piece := os.read(descriptor, min(left, _PIECE_BYTES))):
            pieces.append(piece)
            left -= len(piece)
        data = b"".join(pieces)
        return max(len(data), os.fstat(descriptor).st_size), hashlib.sha512(data).hexdigest(), data

    once = _look(path, content, wholly=False)
    if once.state is not State.GOOD or is_right(once.content):
        return once
    reached("before a file is read again")
    again = _look(path, content, wholly=True)
    if again.state is not State.GOOD:
        return again
    state = State.UNSTEADY if is_right(again.content) else State.DAMAGED
    return Reading(state, again.length_bytes, again.sha512, once.sha512, again.content)


def is_gone(error: BaseException | None) -> bool:
    """Whether an error says that a name is not there, and not that it cannot be reached."""
    return isinstance(error, OSError) and error.errno in _GONE


def reason(error: BaseException) -> str:
    """Why something cannot be reached, in the system's words."""
    cause = error.__cause__ if isinstance(error, StorageError) and error.__cause__ else error
    return cause.strerror or str(cause) if isinstance(cause, OSError) else str(cause)


def unreachable(path: Path, why: str) -> str:
    """The sentence about what cannot be reached."""
    return f"{shown(str(path))} cannot be read: {why}; nothing is said of it before it can be reached again"


def _drop_cache(descriptor: int, *, wholly: bool) -> None:
    """Let the next reading come from the disk, as far as the system can be asked to.

    What was written just now stays in memory until it is on the disk; waiting for that is worth it where a mismatch is
    to be believed.
    """
    with suppress(OSError):
        if wholly:
            os.fdatasync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _twice(path: Path, sha512: str, how: Callable[[int], tuple[int, str, bytes]]) -> Reading:
    once = _look(path, how, wholly=False)
    if once.state is State.UNREACHABLE:
        once = _look(path, how, wholly=True)
    if once.state is not State.GOOD or once.sha512 == sha512:
        return once
    reached("before a file is read again")
    again = _look(path, how, wholly=True)
    if again.state is not State.GOOD:
        return again
    state = State.UNSTEADY if again.sha512 == sha512 else State.DAMAGED
    return Reading(state, again.length_bytes, again.sha512, once.sha512)


def _look(path: Path, how: Callable[[int], tuple[int, str, bytes]], *, wholly: bool) -> Reading:
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return Reading(State.IRREGULAR, why="a symbolic link")
        if error.errno == errno.ENXIO:
            return Reading(State.IRREGULAR, why="a socket or a device")
        return Reading(State.GONE if is_gone(error) else State.UNREACHABLE, why=reason(error))
    try:
        if not stat.S_ISREG(mode := os.fstat(descriptor).st_mode):
            return Reading(State.IRREGULAR, why="a folder" if stat.S_ISDIR(mode) else "a special file")
        _drop_cache(descriptor, wholly=wholly)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        length, sha512, content = how(descriptor)
        # a long audit would push all else out of memory
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError as error:
        return Reading(State.UNREACHABLE, why=reason(error))
    finally:
        os.close(descriptor)
    return Reading(State.GOOD, length, sha512, content=content)
