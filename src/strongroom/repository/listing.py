"""What lies below a folder at one moment, so that a second look tells whether anything was touched in between.

Two writes of the same length within one tick of the system's clock (some milliseconds) look the same; then the
manifests decide, like about any damage.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.formats.bag.tree import MAX_DEPTH
from strongroom.storage import saying

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

Stamp = tuple[int, int, int, int, int]
"""What changes when an entry is written, replaced or touched: device, inode, length, and both times in ns."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A file, or a folder with everything below it, links and special files among it.

    Attributes:
        top: of the subject itself, without its times: they change when it is renamed.
        stamps: of everything below, by path relative to the subject; of a file itself under the empty path.
        changed_ns: when something below it changed last, as the system saw it (ctime), in ns since 1970.
        length_bytes: of all regular files.
    """

    top: tuple[int, int]
    stamps: Mapping[bytes, Stamp]
    changed_ns: int
    length_bytes: int

    def digest(self) -> str:
        """64 hex digits, the same for the same untouched files, wherever on the file system they are moved."""
        hasher = hashlib.sha256(b"%d:%d" % self.top)
        for path in sorted(self.stamps):
            hasher.update(b"\0%b\0%d:%d:%d:%d:%d" % (path, *self.stamps[path]))
        return hasher.hexdigest()


def listing(subject: Path, *, stop_after: int | None = None) -> Listing:
    """Look at a file or folder, following no link.

    Args:
        subject: what to look at.
        stop_after: so many entries at most are looked at; a folder that has more differs from itself only by those.

    Raises:
        StorageError: it is not there, or cannot be read.
    """
    with saying("read", subject):
        status = subject.lstat()
        stamps: dict[bytes, Stamp] = {}
        length, changed = 0, status.st_ctime_ns
        if stat.S_ISDIR(status.st_mode):
            for path, entry in _below(subject, None, b"", 0):
                stamps[path] = _stamp(entry)
                changed = max(changed, entry.st_ctime_ns)
                length += entry.st_size if stat.S_ISREG(entry.st_mode) else 0
                if stop_after is not None and len(stamps) >= stop_after:
                    break
        else:
            # a rename sets the ctime of a file, and nothing is inside that would tell; its mtime and length do
            stamps[b""] = (*_stamp(status)[:4], 0)
            length = status.st_size
        return Listing((status.st_dev, status.st_ino), stamps, changed, length)


def _below(name: Path | str, within: int | None, prefix: bytes, depth: int) -> Iterator[tuple[bytes, os.stat_result]]:
    descriptor = os.open(name, _FOLDER, dir_fd=within)
    try:
        with os.scandir(descriptor) as entries:
            names = [entry.name for entry in entries]
        for inner in names:
            status = os.stat(inner, dir_fd=descriptor, follow_symlinks=False)
            path = prefix + os.fsencode(inner)
            yield path, status
            if stat.S_ISDIR(status.st_mode) and depth < MAX_DEPTH:
                yield from _below(inner, descriptor, path + b"/", depth + 1)
    finally:
        os.close(descriptor)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
