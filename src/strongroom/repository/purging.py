"""Removing a withdrawn object from the store and from every replica, when it may be."""

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from strongroom.model.tombstone import Tombstone
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.keys import SigningKey
from strongroom.repository.log import Log
from strongroom.repository.stored import object_folder, object_lock
from strongroom.repository.withdrawal import log_purge
from strongroom.storage import reached, saying, sync_directory


def purge(
    archive: Archive,
    replicas: Iterable[Archive],
    object_id: str,
    key: SigningKey,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Tombstone:
    """Remove an object for good, from every copy; its entries, receipts and tombstone stay.

    It is logged first, so that an object never vanishes in silence. After a crash the same call goes on. Every replica
    must be there, or nothing is removed.

    Raises:
        UsageError: it is not withdrawn, or the delay has not passed.
        StorageError: a copy cannot be written, or the withdrawal is not signed by two officers.
    """
    lock = object_lock(object_id)
    with ExitStack() as stack:
        attempt = stack.enter_context(archive.attempt(new_id=new_id))
        copies = [(replica, stack.enter_context(replica.attempt(new_id=new_id))) for replica in replicas]
        stack.enter_context(attempt.lock(lock))
        for _, own in copies:
            stack.enter_context(own.lock(lock))
        for replica, own in copies:  # a replica that cannot take the log is found before anything is logged
            Log.open(archive).copy_to(replica, own)
        stone = log_purge(archive, attempt, object_id, key, clock=clock)
        _remove(archive, attempt, object_id)
        for replica, own in copies:
            _remove(replica, own, object_id)
            Log.open(archive).copy_to(replica, own)
    return stone


def _remove(copy: Archive, attempt: Attempt, object_id: str) -> None:
    home = object_folder(copy, object_id)
    gone = attempt.folder / "purged"
    reached(f"before {home.name} leaves {copy.name}")
    with attempt.guarding(), saying("remove", home):
        if not home.is_dir():
            return
        home.rename(gone)  # fails when the work was taken over: the folder it goes to is not there any more
        _remove_empty(home.parent, copy.store)
    reached(f"after {home.name} left {copy.name}")
    with saying("remove", gone):
        shutil.rmtree(gone)


def _remove_empty(folder: Path, store: Path) -> None:
    """OCFL 1.1 section 4: a storage root has no empty folders. The lock covers all below the first of them."""
    while folder != store:
        with os.scandir(folder) as entries:
            if next(entries, None) is not None:
                break
        folder.rmdir()
        folder = folder.parent
    sync_directory(folder)
