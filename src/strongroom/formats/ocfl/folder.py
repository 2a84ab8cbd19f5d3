"""The folder of an object or a storage root as it lies on disk: no link is followed, no pipe or device is opened."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from strongroom.formats.bag.tree import MAX_DEPTH, Tree
from strongroom.formats.ocfl.faults import Faults


@dataclass(slots=True)
class Entries:
    """What lies directly in a folder: files with their length in bytes, and folders, in the order of names."""

    files: dict[str, int] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)


class Folder:
    """A folder that is being checked; what OCFL does not keep is noted and never opened.

    Attributes:
        tree: for opening its files.
        irregular: paths of links, pipes and the like; each has a fault.
    """

    def __init__(
        self, tree: Tree, faults: Faults, *, at: str = "", inodes: dict[tuple[int, int], str] | None = None
    ) -> None:
        """`inodes` remembers files that have several names; `at` is put before the paths in it."""
        self.tree = tree
        self.irregular: set[str] = set()
        self._faults = faults
        self._at = at
        self._inodes = {} if inodes is None else inodes

    def entries(self, path: str = "") -> Entries:
        """List a folder, and note what is neither a file nor a folder."""
        found = Entries()
        for entry in self.tree.entries(path):
            name = f"{path}/{entry.name}" if path else entry.name
            if entry.is_symlink():
                self._refuse(name, "E090", "a symbolic link")
            elif entry.is_dir(follow_symlinks=False):
                found.folders.append(entry.name)
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                found.files[entry.name] = status.st_size
                if status.st_nlink > 1:
                    self._note_hard_link(name, status)
            else:
                self._refuse(name, "E089", "a pipe, a socket or a device")
        return found

    def walk(self, path: str) -> Iterator[tuple[str, Entries]]:
        """List a folder and all folders below it."""
        waiting = [(path, 0)]
        while waiting:
            folder, depth = waiting.pop()
            found = self.entries(folder)
            yield folder, found
            if depth >= MAX_DEPTH and found.folders:
                self._refuse(f"{folder}/{found.folders[0]}", "E089", f"more than {MAX_DEPTH} folders in each other")
                continue
            waiting += [(f"{folder}/{name}", depth + 1) for name in reversed(found.folders)]

    def read(self, path: str, limit: int) -> bytes:
        """The content of a file, at most `limit` bytes and one more; raises `StorageError` when it cannot be read."""
        descriptor, length = self.tree.descriptor(path)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            pieces = []
            left = min(length, limit) + 1
            while left > 0 and (piece := file.read(left)):
                pieces.append(piece)
                left -= len(piece)
        return b"".join(pieces)

    def is_below_irregular(self, path: str) -> bool:
        """Whether a path is, or lies below, something that has been noted already."""
        if not self.irregular:
            return False
        end = -1
        for _ in range(MAX_DEPTH + 5):  # nothing is noted deeper than that
            end = path.find("/", end + 1)
            if (path if end < 0 else path[:end]) in self.irregular:
                return True
            if end < 0:
                break
        return False

    def _refuse(self, path: str, code: str, found: str) -> None:
        self.irregular.add(path)
        self._faults.add(code, path, expected="a regular file or a folder", found=found)

    def _note_hard_link(self, path: str, status: os.stat_result) -> None:
        other = self._inodes.setdefault((status.st_dev, status.st_ino), self._at + path)
        if other != self._at + path:
            self._faults.add("E090", path, expected="a file of its own", found=f"a hard link to {other}")
