"""A second look at an object that is not as the log says: while nobody else changes it, and with the log as it is then.

What an ingest, a purge or a repair was about to do when the first look came is no damage.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Final

from strongroom.errors import StorageError
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import REVOKED, Attempt, left_behind
from strongroom.repository.completing import complete
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.projection import catch_up
from strongroom.repository.inventories import kept_inventory
from strongroom.repository.log import Log
from strongroom.repository.recovery import recover
from strongroom.repository.stored import ingest_lock, object_folder, object_lock
from strongroom.repository.ticket import Ticket, read_ticket
from strongroom.settings import Settings

_MESSAGE: Final = re.compile(r"ingest ([0-9a-f]{64}) of .*", re.DOTALL)


@contextmanager
def undisturbed(archive: Archive, attempt: Attempt, object_id: str) -> Iterator[None]:
    """Hold the locks under which the object is changed, and those of the ingests that may not be logged yet."""
    with ExitStack() as stack:
        for ingest_id in _ingests(archive, object_id):
            stack.enter_context(attempt.lock(ingest_lock(ingest_id)))
        stack.enter_context(attempt.lock(object_lock(object_id)))
        yield


def is_still_there(
    index: Index, log: Log, attempt: Attempt, copy: Archive, *, path: str, name: str, others: Sequence[Log]
) -> bool:
    """Whether an object that should not be there is one that nobody is taking in or removing now.

    Args:
        index: which is brought up to the log.
        log: of the archive, as it was opened.
        attempt: of the archive.
        copy: where the object lies.
        path: of its folder, relative to the store.
        name: of the object, as far as its folder tells.
    """
    with undisturbed(log.archive, attempt, name):
        catch_up(index, Log.open(log.archive), others)
        known = index.at_path(path)
        return (copy.store / path).is_dir() and (known is None or known[1])


def recover_or_wait(
    copies: Mapping[str, Archive],
    away: Sequence[str],
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
) -> tuple[str, ...]:
    """Complete what was interrupted, unless a replica is away: a receipt must not come about without it.

    Returns:
        What could not be completed, a sentence each.
    """
    archive = copies[""]
    if away:
        for _ in left_behind(archive.staging):
            pass  # taken from its dead holder, so that `waiting_objects` knows of it
        return ()
    replicas = tuple(copy for identifier, copy in copies.items() if identifier)
    return recover(archive, replicas, settings, complete=complete, clock=clock, new_id=new_id)


def waiting_objects(archive: Archive) -> frozenset[str]:
    """Objects of ingests that were interrupted and could not be completed yet: nothing is said of them."""
    return frozenset(ticket.object for ticket in _waiting(archive))


def waiting_ingests(archive: Archive) -> frozenset[str]:
    """The identifiers of those ingests."""
    return frozenset(ticket.ingest for ticket in _waiting(archive))


def waits(object_id: str) -> str:
    """The sentence about such an object."""
    return (
        f"an interrupted ingest of {object_id} waits to be completed; nothing is said of the object before that is done"
    )


def _waiting(archive: Archive) -> Iterator[Ticket]:
    for path in archive.staging.glob(f"{REVOKED}*"):
        ticket = read_ticket(path)
        if ticket is not None:
            yield ticket


def _ingests(archive: Archive, object_id: str) -> Sequence[str]:
    """The ingest of the last version that the store has; locks are taken in this order, that of the ingest first."""
    try:
        kept = kept_inventory(object_folder(archive, object_id), object_id)
    except StorageError:
        return ()
    if kept is None:
        return ()
    match = _MESSAGE.fullmatch(kept.inventory.versions[kept.inventory.head].message or "")
    return (match[1],) if match else ()
