"""Finish a WARC file that a killed process left open."""

import hashlib
import os
from pathlib import Path

from strongroom.errors import StorageError
from strongroom.formats.warc.gzip_members import GzipMembers
from strongroom.model.capture import WarcFile
from strongroom.model.digest import Fixity
from strongroom.storage import saying, sync_directory


def close_after_kill(path: Path, valid_bytes: int) -> WarcFile | None:
    """Cut a WARC file that was left open back to its last committed record, and finish it.

    The file is read once, for its digests and to count its records; without any committed record it is removed. It is
    never written to again: what is captured next goes into a new file.

    Args:
        path: the file that was being written.
        valid_bytes: how much of it is known to be good: the offset that was committed last.

    Raises:
        StorageError: the file no longer holds what was committed, or the disk fails.
    """
    with saying("go on with", path):
        if valid_bytes == 0:
            path.unlink(missing_ok=True)
            sync_directory(path.parent)
            return None
        _cut(path, valid_bytes)
        sync_directory(path.parent)
    return _measure(path)


def _cut(path: Path, valid_bytes: int) -> None:
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        length = os.fstat(descriptor).st_size
        if length < valid_bytes:
            raise StorageError(
                f"{path} has {length} bytes where {valid_bytes} were committed: the disk lost the rest; "
                "check the disk, and capture again into another folder"
            )
        os.ftruncate(descriptor, valid_bytes)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _measure(path: Path) -> WarcFile:
    sha256, sha512, length, records = hashlib.sha256(), hashlib.sha512(), 0, 0

    with saying("read", path), path.open("rb") as file:

        def read(count: int) -> bytes:
            nonlocal length
            piece = file.read(count)
            sha256.update(piece)
            sha512.update(piece)
            length += len(piece)
            return piece

        members = GzipMembers(read)
        while members.begin():
            while members.read():
                pass
            if members.fault:
                raise StorageError(
                    f"{path} is damaged at byte {members.offset_bytes}: {members.fault}; "
                    "check the disk, and capture again into another folder"
                )
            records += 1
    return WarcFile(path.name, Fixity(length, sha256.hexdigest(), sha512.hexdigest()), records)
