"""Directories and files that are never half written: written beside the target, renamed, fsynced as a tree."""

import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

from strongroom.errors import StorageError
from strongroom.model.digest import Fixity

_PIECE_BYTES = 1 << 20
_listeners: list[Callable[[str], None]] = []


def reached(point: str) -> None:
    """Say that a named point of the work is reached, to whoever listens: nobody, but for tests that kill there."""
    for listener in _listeners:
        listener(point)


@contextmanager
def listening(listener: Callable[[str], None]) -> Iterator[None]:
    """Hear of every point that is reached in this process."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def refuse(error: OSError, doing: str, path: Path) -> NoReturn:
    """Turn the system's complaint into a sentence that says what to do next."""
    remedy = {
        errno.ENOSPC: "the disk is full; make room and run the same command again, it goes on from here",
        errno.EDQUOT: "the quota is used up; make room and run the same command again, it goes on from here",
        errno.EROFS: "the file system is read-only; choose another folder",
        errno.EACCES: "access is denied; choose a folder you may write to, or change its permissions",
        errno.EPERM: "access is denied; choose a folder you may write to, or change its permissions",
        errno.ENOTDIR: "a part of this path is a file, not a folder; choose another path",
        errno.ENOENT: "it does not exist; check the path",
        errno.EEXIST: "something else has this name already; choose another path",
        errno.EISDIR: "it is a folder, not a file; check the path",
        errno.ENAMETOOLONG: "the path is too long for this file system; choose a shorter one",
    }.get(error.errno or 0, f"{error.strerror or error}; check the disk and run the same command again")
    raise StorageError(f"cannot {doing} {path}: {remedy}") from error


@contextmanager
def saying(doing: str, path: Path) -> Iterator[None]:
    """Let an `OSError` inside become a `StorageError` that names what was being done, and to which path."""
    try:
        yield
    except OSError as error:
        refuse(error, doing, path)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable; where a system cannot (Windows), its renames are all there is."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class DigestingFile:
    """A new file that digests what is written to it; `close` gives it its name and returns its fixity.

    The bytes go to a temporary name beside the target and get the final name on `close`; without `close` there is
    never anything at the final name. It is durable after `sync_tree`: a folder of many files waits for the disk once.
    """

    def __init__(self, path: Path) -> None:
        """Open a temporary file beside `path`; the folder must exist."""
        self._path = path
        self._temporary = path.with_name(f".{path.name}.partial")
        self._length = 0
        self._sha256 = hashlib.sha256()
        self._sha512 = hashlib.sha512()
        with saying("write", path):
            self._file: BinaryIO = self._temporary.open("wb")

    def write(self, data: bytes) -> int:
        """Append bytes; returns how many."""
        self._sha256.update(data)
        self._sha512.update(data)
        self._length += len(data)
        with saying("write", self._path):
            return self._file.write(data)

    def close(self) -> Fixity:
        """Rename to the final name."""
        with saying("write", self._path):
            self._file.close()
            self._temporary.replace(self._path)
        return Fixity(self._length, self._sha256.hexdigest(), self._sha512.hexdigest())

    def discard(self) -> None:
        """Forget the file."""
        self._file.close()
        self._temporary.unlink(missing_ok=True)


@contextmanager
def digesting(path: Path) -> Iterator[DigestingFile]:
    """Write a file as a whole; on an error nothing is left. The caller calls `close` for the fixity."""
    file = DigestingFile(path)
    try:
        yield file
    except BaseException:
        file.discard()
        raise


def write_file(path: Path, chunks: Iterable[bytes]) -> Fixity:
    """Write a whole file and return what was written; it is durable after `sync_tree`."""
    with digesting(path) as file:
        for chunk in chunks:
            file.write(chunk)
        return file.close()


def read_pieces(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes in pieces of 1 MiB."""
    with saying("read", path), path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def measure(path: Path) -> Fixity:
    """Read a file once and say its length and both digests."""
    sha256, sha512, length = hashlib.sha256(), hashlib.sha512(), 0
    for piece in read_pieces(path):
        sha256.update(piece)
        sha512.update(piece)
        length += len(piece)
    return Fixity(length, sha256.hexdigest(), sha512.hexdigest())


def make_directory(path: Path) -> Path:
    """Make a folder and its parents, or say why it cannot be."""
    with saying("make the folder", path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def sync_tree(root: Path) -> None:
    """Make every file and name below a folder durable."""
    with saying("fsync", root):
        for folder, _, names in os.walk(root, topdown=False):
            for name in names:
                descriptor = os.open(Path(folder, name), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
            sync_directory(Path(folder))


def sync_everything(tree: Path, descriptor: int) -> None:
    """Make a tree durable together with whatever else is waiting for the disk that holds the open file.

    Linux does that in one call, and tells of what could not be written since the file was opened; elsewhere the files
    and folders of the tree are synced one by one.
    """
    if not sys.platform.startswith("linux"):
        sync_tree(tree)
        return
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    with saying("fsync", tree):
        if libc.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def move_into_place(source: Path, target: Path) -> None:
    """Give a finished folder its final name in one step, never over something that is there.

    Across file systems it is copied to a temporary name beside the target first.
    """
    if target.exists() or target.is_symlink():
        raise StorageError(f"{target} is there already and is never overwritten; move it away or choose another folder")
    with saying("move into place", target):
        try:
            source.rename(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            temporary = target.with_name(f".{target.name}.partial")
            shutil.rmtree(temporary, ignore_errors=True)
            shutil.copytree(source, temporary, symlinks=True)
            sync_tree(temporary)
            temporary.rename(target)
            shutil.rmtree(source)
        sync_directory(target.parent)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a folder's lock file, or say that another process holds it; released with the process, however it ends."""
    with saying("lock", path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        try:
            _lock(descriptor)
        except OSError as error:
            raise StorageError(
                f"{path.parent} is in use by another strongroom; wait until it is done, or choose another folder"
            ) from error
        yield
    finally:
        os.close(descriptor)


def free_bytes(path: Path) -> int:
    """The space left for this user on the file system that holds `path`."""
    with saying("look at", path):
        return shutil.disk_usage(path).free
