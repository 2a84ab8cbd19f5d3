"""File systems of a few hundred kilobytes, to be filled and to be made read-only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from presence import forbidden


def remount(folder: Path, options: str) -> None:
    """Change a file system while it is used: ``size=1m``, ``ro``, ``rw``."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own at `folder`, where we may make one."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        forbidden("mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Use up what is left of a file system; remove the file that is returned to have it back."""
    filler = folder / ".filler"
    with filler.open("ab", buffering=0) as file:
        for length in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(length))
            except OSError:
                continue
    return filler


def free(folder: Path) -> int:
    """Bytes left."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
