"""Receiving: a bag that lies where strangers may write becomes a copy that nobody else touches.

Nothing is followed, nothing is hashed. What is copied are bytes and names: permissions, times and owners stay behind.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.fetch import NAME as FETCH
from strongroom.formats.bag.paths import shown
from strongroom.formats.bag.tree import Scan, Tree
from strongroom.model.amounts import amount
from strongroom.model.finding import Finding, Severity
from strongroom.model.rules import ingest as rules
from strongroom.repository.listing import Listing, listing
from strongroom.repository.work import Work
from strongroom.settings import Settings
from strongroom.storage import free_bytes, make_directory, reached, saying

_PIECE_BYTES: Final = 1 << 23
_SMALL_BYTES: Final = 1 << 16
_CLONE: Final = 0x40049409  # FICLONE of linux/fs.h: share the blocks, where the file system can (XFS, Btrfs)
_NO_CLONE: Final = {errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL, errno.ENOTTY, errno.ENOSYS, errno.EPERM, errno.ETXTBSY}
_NO_RANGE: Final = {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.EIO}


@dataclass(frozen=True, slots=True)
class Received:
    """A copy of a bag in an attempt's folder, or why there is none.

    Attributes:
        path: the copy; absent when the findings refuse the bag before or while it is copied.
        seen: what was looked at when the copying began.
        findings: about the delivery; with an error among them the copy, if any, is not to be used.
    """

    path: Path | None
    seen: Listing
    findings: tuple[Finding, ...] = ()


def receive_folder(source: Path, into: Path, settings: Settings, *, room: Callable[[int], None]) -> Received:
    """Copy the folder of a bag, unless its structure or size refuses it.

    Args:
        source: the bag; no link.
        into: a folder in which nobody else works; the copy gets the bag's name there.
        settings: the limits of ``verify`` and ``ingest``.
        room: raises `StorageError` when there is no room for so many bytes.

    Raises:
        StorageError: it cannot be read, or the copy cannot be written.
    """
    limits = settings.verify
    seen = listing(source, stop_after=2 * limits.max_files)
    with Tree(source) as tree:
        scan = tree.scan(limits.max_files, max_hole_bytes=limits.max_hole_bytes)
        findings = [*scan.findings, *_too_large(scan, settings), *_points_elsewhere(tree, scan)]
        if any(one.severity is Severity.ERROR for one in findings):
            return Received(None, seen, tuple(findings))
        room(sum(scan.files.values()))
        target = make_directory(into) / source.name
        changed = _copy(tree, scan, target)
    if changed := changed or change_since(seen, source, limits.max_files):
        return Received(target, seen, (changed,))
    return Received(target, seen)


def room_for(work: Work) -> Callable[[int], None]:
    """What checks that a bag of some length leaves ``[ingest] free_bytes`` free in the archive and every replica."""

    def check(length_bytes: int) -> None:
        reserve = work.settings.ingest.free_bytes
        for copy in (work.archive, *work.replicas):
            free = free_bytes(copy.root)
            if free < length_bytes + reserve:
                raise StorageError(
                    f"{copy.root} has {amount(free)} free, and the bag needs {amount(length_bytes)} beside the "
                    f"{amount(reserve)} that [ingest] free_bytes keeps free; make room and run the same command again"
                )

    return check


def change_since(seen: Listing, source: Path, max_files: int) -> Finding | None:
    """What a second look finds changed since the first."""
    try:
        now = listing(source, stop_after=2 * max_files)
    except StorageError as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            return _changed(".", "it was removed or moved away meanwhile")
        raise
    if now.top != seen.top:
        return _changed(".", "something else has its name by now")
    for path in sorted(now.stamps.keys() | seen.stamps.keys()):
        if now.stamps.get(path) != seen.stamps.get(path):
            verb = "removed" if path not in now.stamps else "written" if path in seen.stamps else "added"
            return _changed(shown(os.fsdecode(path)) or ".", f"{verb} meanwhile")
    return None


def copy_file(source: int, target: int, length_bytes: int) -> int:
    """Copy at most so many bytes between two open files, sharing blocks where the system can; returns how many."""
    if length_bytes <= _SMALL_BYTES:
        return _write(target, os.read(source, length_bytes)) if length_bytes else 0
    if _cloned(source, target):
        return min(length_bytes, os.fstat(target).st_size)
    copied = 0
    try:
        while copied < length_bytes and (
            count := os.copy_file_range(source, target, min(_PIECE_BYTES, length_bytes - copied))
        ):
            copied += count
    except OSError as error:
        if error.errno not in _NO_RANGE:
            raise
        copied += _copy_by_reading(source, target, length_bytes - copied)
    return copied


def _too_large(scan: Scan, settings: Settings) -> Iterator[Finding]:
    length, most = sum(scan.files.values()), settings.ingest.max_bytes
    if length > most:
        yield rules.TOO_LARGE.at(".", expected=f"at most {most} bytes", found=f"{length} bytes")


def _points_elsewhere(tree: Tree, scan: Scan) -> Iterator[Finding]:
    if FETCH not in scan.files:
        return
    with tree.open(FETCH) as file:
        lines = file.read(_SMALL_BYTES) or b""
    if lines.strip():
        found = shown(lines.lstrip().split(b"\n")[0][:200].decode("utf-8", "replace").strip())
        yield rules.ELSEWHERE.at(FETCH, expected="every file in the bag itself", found=found)


def _copy(tree: Tree, scan: Scan, target: Path) -> Finding | None:
    """Copy what the scan lists; returns a change that was noticed, and stops there."""
    with saying("copy the bag to", target):
        target.mkdir()
        for folder in sorted(scan.folders):
            os.mkdir(f"{target}/{folder}")  # noqa: PTH102 - a path object for each costs more than the call
        reached("the folders of the copy are made")
        for path, length in scan.files.items():
            try:
                source, now = tree.descriptor(path)
            except StorageError as error:
                if isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.ESTALE:
                    return _changed(shown(path), "it is gone or something else by now")
                raise
            try:
                copied = _copy_one(source, f"{target}/{path}", length)
            finally:
                os.close(source)
            if now != length or copied != length:
                found = f"{now if now != length else copied} bytes instead of {length}"
                return _changed(shown(path), found)
    reached("the files of the copy are written")
    return None


def _copy_one(source: int, path: str, length: int) -> int:
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        return copy_file(source, target, length)
    finally:
        os.close(target)


def _changed(where: str, found: str) -> Finding:
    return rules.CHANGED.at(where, expected="what was there when the copying began", found=found)


def _cloned(source: int, target: int) -> bool:
    try:
        fcntl.ioctl(target, _CLONE, source)
    except OSError as error:
        if error.errno in _NO_CLONE:
            return False
        raise
    return True


def _copy_by_reading(source: int, target: int, length_bytes: int) -> int:
    copied = 0
    while copied < length_bytes and (piece := os.read(source, min(1 << 20, length_bytes - copied))):
        copied += _write(target, piece)
    return copied


def _write(target: int, data: bytes) -> int:
    written = 0
    while written < len(data):
        written += os.write(target, data[written:])
    return written
