"""Giving up a replica: the one way by which an archive has fewer than it had, and an entry of the log."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from strongroom.errors import UsageError
from strongroom.model.receipt import Entry
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.lost import refuse_lost_log
from strongroom.repository.log import Log
from strongroom.repository.remembering import record_of, recorded, records, replica_folders, standing_at
from strongroom.settings import Settings
from strongroom.storage import saying, sync_directory


def forget_replica(
    archive: Archive, folder: Path, settings: Settings, *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> str:
    """Let an archive forget a replica; nothing in the replica is touched. Returns its identifier.

    The entry of the log comes first: after a crash in between it is given up by the same command again.

    Args:
        archive: whose replica it is.
        folder: where the archive remembers it.
        settings: they may name the folder still where a new replica shall be made in it, but not while it is there.

    Raises:
        UsageError: the archive remembers none there, or the settings name it, so that it would be remembered again.
        StorageError: the log cannot be written, or is gone.
    """
    known = recorded(record_of(archive.root, folder))
    if known is None:
        others = ", ".join(sorted(str(one) for one in archive.remembered_replicas.values())) or "none"
        raise UsageError(f"the archive remembers no replica at {folder}; it remembers: {others}")
    replica = known["replica"]
    if any(standing_at(one) == replica for one in settings.archive.replicas):
        raise UsageError(
            f"the replica at {folder} is there and is named by the settings or with --replica, so that it would be "
            "remembered again; take it out of [archive] replicas first"
        )
    left = [Archive.open_to_read(one) for one in replica_folders(archive.root, ()) if standing_at(one)]
    refuse_lost_log(archive, [one for one in left if one.id == archive.id])
    with archive.attempt(new_id=new_id) as attempt:
        Log.open(archive).append(attempt, [Entry("forget", clock(), {"replica": replica})])
        for record in records(archive.root):
            if (facts := recorded(record)) is not None and facts["replica"] == replica:
                with saying("forget the replica of", record):
                    record.unlink(missing_ok=True)
        with saying("write", archive.root / "replicas"):
            sync_directory(archive.root / "replicas")
    return replica
