"""What every piece of work on an archive has at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.log import Log
from strongroom.repository.log.copying import refuse_other
from strongroom.repository.remembering import replica_folders
from strongroom.settings import Settings


@dataclass(frozen=True, slots=True)
class Work:
    """An attempt on an archive, with the copies and conditions that go with it.

    Attributes:
        archive: the archive itself.
        attempt: the right to change it.
        replicas: opened, without attempts of their own yet.
    """

    archive: Archive
    attempt: Attempt
    replicas: tuple[Archive, ...]
    settings: Settings
    clock: Callable[[], datetime]
    new_id: Callable[[], str]


def opened_replicas(archive: Archive, settings: Settings, *, new_id: Callable[[], str]) -> tuple[Archive, ...]:
    """Open the replicas of the settings and those that the archive remembers; a named folder that is empty becomes one.

    Raises:
        StorageError: one is away, belongs to another archive, cannot be made or read, or its log is no beginning of
            the archive's.
    """
    folders = replica_folders(archive.root, settings.archive.replicas)
    replicas = tuple(Archive.open_replica(path, archive, new_id=new_id) for path in folders)
    refuse_forks(archive, replicas)
    return replicas


def refuse_forks(archive: Archive, replicas: tuple[Archive, ...]) -> None:
    """Raise `StorageError` where a replica holds the log of another history: two archives wrote under one identifier.

    It is looked at before anything is logged, since a receipt for an entry of a fork would be worth nothing.
    """
    if replicas:
        log = Log.open(archive)
        for replica in replicas:
            refuse_other(log, Log.open(replica))
