"""Recovery: what runs that were killed or failed have left in ``staging`` is completed or removed.

Every command that changes an archive does this first. A run that is at work is not touched, nor one that is silent: who
needs its locks takes them when it has been silent for too long.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from strongroom.errors import StorageError
from strongroom.repository import receipts
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import LeaseLostError, left_behind
from strongroom.repository.replicas import TICKET
from strongroom.repository.store import (
    StoredVersion,
    find_version,
    ingest_lock,
    object_lock,
    read_back,
    recover_object,
    undo,
)
from strongroom.repository.store.setting_aside import set_aside_left
from strongroom.repository.ticket import Ticket, read_ticket
from strongroom.repository.work import Work
from strongroom.settings import Settings
from strongroom.storage import reached, saying


def recover(
    archive: Archive,
    replicas: tuple[Archive, ...],
    settings: Settings,
    *,
    complete: Callable[[Work, Ticket, StoredVersion], object],
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
) -> tuple[str, ...]:
    """Complete what was interrupted, in the archive and its replicas.

    A version that was committed and has no receipt is read back and gets one; what was not committed is forgotten, and
    the bag, which still lies where it was delivered, is taken in when it is given again.

    Args:
        complete: brings a version that was read back to its receipt.

    Returns:
        A sentence for each piece of work that cannot be completed now and waits for the next time, as when the disk of
        a replica is full.

    Raises:
        StorageError: the staging folder cannot be read.
        LeaseLostError: this recovery itself was taken over.
    """
    unfinished: list[str] = []
    archive.tidy()
    for replica in replicas:
        replica.tidy()
        for left in left_behind(replica.staging):
            unfinished += _recover_replica(replica, left, new_id=new_id)
    for left in left_behind(archive.staging):
        with archive.attempt(new_id=new_id) as attempt:
            work = Work(archive, attempt, replicas, settings, clock, new_id)
            try:
                _recover_ingest(work, left, complete)
                _forget(left)
            except LeaseLostError:
                raise
            except StorageError as error:
                unfinished.append(f"an interrupted ingest waits to be completed: {error}")
    return tuple(unfinished)


def _recover_replica(replica: Archive, left: Path, *, new_id: Callable[[], str]) -> tuple[str, ...]:
    with replica.attempt(new_id=new_id) as attempt:
        try:
            object_id = _read_object(left / TICKET)
            if object_id:
                with attempt.lock(object_lock(object_id)):
                    recover_object(replica, attempt, object_id)
            set_aside_left(replica, attempt, left)
            _forget(left)
        except LeaseLostError:
            raise
        except StorageError as error:
            return (f"an interrupted replication waits to be completed: {error}",)
    return ()


def _recover_ingest(work: Work, left: Path, complete: Callable[[Work, Ticket, StoredVersion], object]) -> None:
    archive, attempt = work.archive, work.attempt
    ticket = read_ticket(left)
    if ticket is not None:
        with attempt.lock(ingest_lock(ticket.ingest)):
            with attempt.lock(object_lock(ticket.object)):
                version = _stored(work, ticket)
            if version is not None:
                reached("before an interrupted ingest is completed")
                complete(work, ticket, version)
    set_aside_left(archive, attempt, left)


def _stored(work: Work, ticket: Ticket) -> StoredVersion | None:
    """The version that was committed, when it can be read back or has a receipt; one that cannot is taken back."""
    recover_object(work.archive, work.attempt, ticket.object)
    version = find_version(work.archive, ticket.object, ticket.ingest)
    if version is None or receipts.read(work.archive, ticket.ingest) is not None:
        return version
    if damage := read_back(work.archive, version):
        undo(work.archive, work.attempt, version, damage)
        return None
    return version


def _read_object(path: Path) -> str:
    with saying("read", path):
        return path.read_text(encoding="utf-8") if path.is_file() else ""


def _forget(left: Path) -> None:
    shutil.rmtree(left, ignore_errors=True)  # another may be removing it too
