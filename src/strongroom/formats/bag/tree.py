"""The files of a folder as they lie on disk, read without being led anywhere else.

Folders are opened one below the other by descriptor and never through a link; what is not a regular file is reported
and never opened. On systems without such calls (Windows) each part of a path is looked at before it is opened, which
leaves a moment between the look and the opening.
"""

import errno
import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from strongroom.formats.bag.paths import shown
from strongroom.model.finding import Finding
from strongroom.model.rules import bag as rules
from strongroom.storage import refuse, saying

_NOTABLE_HOLE_BYTES = 1 << 20
_BLOCK_BYTES = 512  # of st_blocks, whatever the file system's own blocks are

MAX_DEPTH = 100
"""Folders below folders; RFC 8493 names no bound, every system has one."""

_BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe put there since the look would block for ever
    | getattr(os, "O_BINARY", 0)
)


@dataclass(slots=True)
class Scan:
    """What lies below a folder.

    Attributes:
        files: path to length in bytes, regular files alone; paths are "/"-separated.
        folders: all folders, without the top.
        irregular: links, devices and the like; each has a finding.
        empty: folders with nothing in them.
        findings: faults of the tree itself.
        cut: whether the scan was given up at a limit.
        holes: sparse files, and how much of their length in bytes is not on the disk.
    """

    files: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    irregular: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    cut: bool = False
    holes: dict[str, int] = field(default_factory=dict)


class Tree:
    """A folder whose files can be listed and opened, and nothing outside it."""

    def __init__(self, root: Path, *, descriptor: int = -1) -> None:
        """Open the folder; raises `StorageError` when it cannot be. A `descriptor` of it is taken over as it is."""
        self._root = root
        self._local = threading.local()
        self._parents: list[int] = []
        if descriptor >= 0:
            self._descriptor = descriptor
            return
        with saying("read", root):
            self._descriptor = os.open(root, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0)) if _BY_DESCRIPTOR else -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for descriptor in (*self._parents, self._descriptor):
            if descriptor >= 0:
                os.close(descriptor)
        self._parents.clear()
        self._descriptor = -1

    def scan(self, max_files: int, *, max_hole_bytes: int | None = None) -> Scan:
        """List everything, in the order of names; beyond `max_hole_bytes`, sparse files are findings and not listed."""
        scan = Scan()
        with saying("read", self._root):
            self._scan_folder(scan, "", self._descriptor, max_files, 0)
            if max_hole_bytes is not None:
                self._refuse_holes(scan, max_hole_bytes)
        return scan

    def below(self, name: str) -> "Tree":
        """Open a folder within, for the caller to close; raises `StorageError` when it is a folder no longer."""
        path = self._root / name
        if self._descriptor < 0:
            return Tree(path)
        with saying("read", path):
            return Tree(path, descriptor=os.open(name, _FOLDER, dir_fd=self._descriptor))

    def entries(self, folder: str = "") -> list["os.DirEntry[str]"]:
        """What lies in a folder, in the order of names; raises `StorageError` when it is a folder no longer."""
        with saying("read", self._root / folder):
            descriptor = self._folder(folder) if self._descriptor >= 0 else -1
            return sorted(self._entries(folder, descriptor), key=lambda entry: entry.name)

    def open(self, path: str) -> BinaryIO:
        """Open a regular file for reading, unbuffered; raises `StorageError` when it is one no longer."""
        descriptor, _ = self.descriptor(path)
        return os.fdopen(descriptor, "rb", buffering=0)

    def descriptor(self, path: str) -> tuple[int, int]:
        """Open a regular file and say its length in bytes; the caller closes the descriptor."""
        try:
            descriptor = self._open_file(path)
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                os.close(descriptor)
                raise FileNotFoundError(errno.ENOENT, "it is no longer a regular file")
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENXIO}:
                error = OSError(errno.ESTALE, "it was replaced while it was being read")
            refuse(error, "read", self._root / path)
        return descriptor, status.st_size

    def _scan_folder(self, scan: Scan, prefix: str, descriptor: int, max_files: int, depth: int) -> None:
        entries = sorted(self._entries(prefix, descriptor), key=lambda entry: entry.name)
        if not entries and prefix:
            scan.empty.add(prefix[:-1])
        for entry in entries:
            path = prefix + entry.name
            if not _is_unicode(entry.name):
                scan.irregular.add(path)
                scan.findings.append(
                    rules.NAME_NOT_UNICODE.at(shown(path), expected="a name in UTF-8", found="other bytes")
                )
            elif entry.is_dir(follow_symlinks=False) and not _is_junction(entry):
                scan.folders.add(path)
                if depth >= MAX_DEPTH:
                    found = "deeper folders"
                    scan.irregular.add(path)
                    scan.findings.append(
                        rules.TOO_DEEP.at(shown(path), expected=f"at most {MAX_DEPTH} levels", found=found)
                    )
                else:
                    self._scan_below(scan, path, descriptor, max_files, depth)
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                scan.files[path] = status.st_size
                if status.st_size - _occupied(status) > _NOTABLE_HOLE_BYTES:
                    scan.holes[path] = status.st_size - _occupied(status)
            else:
                scan.irregular.add(path)
                scan.findings.append(_irregular(path, entry))
            if scan.cut or self._over(scan, max_files):
                return

    def _refuse_holes(self, scan: Scan, max_hole_bytes: int) -> None:
        left = max_hole_bytes
        for path, hole in scan.holes.items():
            if hole > left and self._begins_a_hole(path, scan.files[path]):
                expected = f"at most {max_hole_bytes} bytes that are not on the disk"
                found = f"{hole} of {scan.files.pop(path)} bytes"
                scan.irregular.add(path)
                scan.findings.append(rules.SPARSE.at(shown(path), expected=expected, found=found))
            else:
                left = max(0, left - hole)

    def _begins_a_hole(self, path: str, length: int) -> bool:
        """Whether there is a hole indeed: a compressing file system occupies less than the length, too."""
        descriptor, _ = self.descriptor(path)
        try:
            return os.lseek(descriptor, 0, os.SEEK_HOLE) < length
        finally:
            os.close(descriptor)

    def _scan_below(self, scan: Scan, path: str, descriptor: int, max_files: int, depth: int) -> None:
        if descriptor < 0:
            self._scan_folder(scan, path + "/", -1, max_files, depth + 1)
            return
        below = os.open(path.rpartition("/")[2], _FOLDER, dir_fd=descriptor)
        try:
            self._scan_folder(scan, path + "/", below, max_files, depth + 1)
        finally:
            os.close(below)

    @staticmethod
    def _over(scan: Scan, max_files: int) -> bool:
        # folders and irregular entries count too: a million links are as costly as a million files
        if len(scan.files) + len(scan.folders) + len(scan.irregular) > max_files:
            expected = f"at most {max_files} files and folders"
            scan.findings.append(rules.TOO_MANY_FILES.at(".", expected=expected, found="more"))
            scan.cut = True
        return scan.cut

    def _entries(self, prefix: str, descriptor: int) -> Iterator["os.DirEntry[str]"]:
        if descriptor >= 0:
            with os.scandir(descriptor) as entries:
                yield from entries
        else:
            with os.scandir(self._root / prefix) as entries:
                yield from entries

    def _open_file(self, path: str) -> int:
        if self._descriptor < 0:
            return _open_by_look(self._root, path)
        folder, _, name = path.rpartition("/")
        return os.open(name, _FILE, dir_fd=self._folder(folder))

    def _folder(self, folder: str) -> int:
        """The descriptor of a folder; each thread keeps the one it used last, since files come folder by folder."""
        if not folder:
            return self._descriptor
        known, descriptor = getattr(self._local, "last", ("", -1))
        if known == folder:
            return int(descriptor)
        descriptor = self._descriptor
        for part in folder.split("/"):
            below = os.open(part, _FOLDER, dir_fd=descriptor)
            if descriptor != self._descriptor:
                os.close(descriptor)
            descriptor = below
        self._keep(folder, descriptor)
        return descriptor

    def _keep(self, folder: str, descriptor: int) -> None:
        _, previous = getattr(self._local, "last", ("", -1))
        if previous >= 0:
            self._parents.remove(previous)
            os.close(previous)
        self._parents.append(descriptor)
        self._local.last = (folder, descriptor)


def _occupied(status: os.stat_result) -> int:
    """Bytes on the disk; where a system does not say (Windows), the length."""
    return getattr(status, "st_blocks", status.st_size) * _BLOCK_BYTES


def _is_unicode(name: str) -> bool:
    if name.isascii():
        return True
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_junction(entry: "os.DirEntry[str]") -> bool:
    return bool(getattr(entry, "is_junction", lambda: False)())


def _irregular(path: str, entry: "os.DirEntry[str]") -> Finding:
    if entry.is_symlink() or _is_junction(entry):
        return rules.LINK.at(shown(path), expected="a file or a folder", found="a symbolic link")
    mode = entry.stat(follow_symlinks=False).st_mode
    kinds = (
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    kind = next((name for test, name in kinds if test(mode)), "something else")
    return rules.NOT_REGULAR.at(shown(path), expected="a regular file", found=kind)


def _open_by_look(root: Path, path: str) -> int:
    place = root
    for part in path.split("/"):
        place /= part
        if stat.S_ISLNK(os.lstat(place).st_mode):
            raise FileNotFoundError(2, "it is a link", str(place))
    return os.open(place, _FILE)
