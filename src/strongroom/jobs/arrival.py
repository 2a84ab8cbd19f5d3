"""Which work is the same work: a bag that stands somewhere since some moment, a page that is to be captured.

The ingest identifier would say better which bag it is, but is known only when every byte has been read; that two
arrivals are one bag, ingest finds out.
"""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from strongroom.jobs.job import Job, Kind
from strongroom.storage import saying


def bag_job(path: Path, archive_id: str) -> Job:
    """The job of taking in what stands at `path` now; a bag that is put there later is another job.

    Raises:
        StorageError: it cannot be looked at.
    """
    path = path.absolute()
    return Job(_id(Kind.INGEST, archive_id, _fingerprint(path)), Kind.INGEST, subject_of(path))


def capture_job(url: str, archive_id: str, rules: str, lane: str) -> Job:
    """The job of capturing a page by certain rules; `lane` is its host."""
    return Job(_id(Kind.CAPTURE, archive_id, f"{url}\n{rules}"), Kind.CAPTURE, url, lane)


def subject_of(path: Path) -> str:
    """A path as text that every database and JSON can carry, whatever bytes it has.

    >>> subject_of(Path("/in/a b"))
    '/in/a%20b'
    """
    return quote(os.fsencode(path))


def path_of(subject: str) -> Path:
    """The path that `subject_of` wrote."""
    return Path(os.fsdecode(unquote_to_bytes(subject)))


def _id(kind: Kind, archive_id: str, what: str) -> str:
    return hashlib.sha256(f"{kind}\n{archive_id}\n{what}".encode("utf-8", "surrogateescape")).hexdigest()


def _fingerprint(path: Path) -> str:
    """The path, and what the system says of it and of what stands directly in it, such as the manifests.

    The change time is among it, so that a bag whose permissions were put right is a new arrival. The device is not: it
    may be another after a restart.
    """
    with saying("look at", path):
        lines = [os.fsdecode(os.fsencode(path)), _stamp(path)]
        if path.is_dir() and not path.is_symlink():
            lines += sorted(f"{name} {_stamp(path / name)}" for name in os.listdir(path))  # noqa: PTH208 - names alone
    return "\n".join(lines)


def _stamp(path: Path) -> str:
    found = path.lstat()
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
