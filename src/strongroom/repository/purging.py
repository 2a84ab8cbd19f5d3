"""Removing a withdrawn object from the store and from every replica, when it may be."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import datetime

from strongroom.model.tombstone import Tombstone
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.keys import SigningKey
from strongroom.repository.log import Log
from strongroom.repository.store.healing import remove_empty
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
    """Take the object out of the store, with the folders above it that are empty then (OCFL 1.1 section 4).

    All goes through the attempt's folder: a holder who was taken over, and wakes up, finds nowhere to move it to. The
    lock of the object covers all below the first of those folders.
    """
    home = object_folder(copy, object_id)
    gone = attempt.folder / "purged"
    reached(f"before {home.name} leaves {copy.name}")
    with attempt.guarding(), saying("remove", home):
        if home.is_dir():
            home.rename(gone)
    reached(f"after {home.name} left {copy.name}")
    remove_empty(copy, attempt, home.parent)
    with attempt.guarding(), saying("remove", home):
        sync_directory(next(folder for folder in home.parents if folder.is_dir()))
        if gone.is_dir():
            shutil.rmtree(gone)
