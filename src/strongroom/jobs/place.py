"""Where the jobs of an archive are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from strongroom.repository.archive import Archive


@dataclass(frozen=True, slots=True)
class Place:
    """The database of an archive's jobs, and the folder of its locks.

    Attributes:
        archive_id: ``urn:uuid:…``, whose jobs they are.
        url: ``postgresql://…``; empty: SQLite at `path`.
        path: of the SQLite database, on a local disk.
        locks: the archive's folder of locks.
    """

    archive_id: str
    url: str
    path: Path
    locks: Path

    @classmethod
    def of(cls, archive: Archive, url: str) -> Self:
        """The place for an archive: its own, or the shared database at `url`."""
        return cls(archive.id, url, archive.state / "jobs.sqlite", archive.locks)
