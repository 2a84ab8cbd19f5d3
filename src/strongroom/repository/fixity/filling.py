"""A replica brought up to the log: which ingests went past it, and their objects copied into it.

How far a replica is full is kept in the index, as the number of the first entry of the log that may have gone past it;
where the index is lost all entries are looked at again, and what is found whole is not copied again.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from strongroom.errors import StorageError
from strongroom.model.fixity import RepairReport
from strongroom.model.progress import OnProgress, Progress, Stage
from strongroom.repository import remembering
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.copies import copies_in_reach, open_archive
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.looking import is_there, look, store_away
from strongroom.repository.fixity.reading import Reader
from strongroom.repository.fixity.repairing import Repairing
from strongroom.repository.fixity.second_look import recover_or_wait
from strongroom.repository.log import Log
from strongroom.repository.work import refuse_forks
from strongroom.settings import Settings

_ENTRIES_AT_ONCE: Final = 10_000
"""Of the log, that one look for what is lacking reads."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What one part of filling a replica came to.

    Attributes:
        report: what was copied, and what no good copy has.
        next: the entry of the log with which the next part begins; None: this was the last one.
    """

    report: RepairReport
    next: int | None


def replica_folders(archive: Archive, settings: Settings) -> tuple[Path, ...]:
    """Where replicas are: those of the settings, and those that the archive remembers; each resolved, and once."""
    return tuple(path.resolve() for path in remembering.replica_folders(archive.root, settings.archive.replicas))


def with_replicas(archive: Archive, settings: Settings) -> Settings:
    """The settings as they would be if every replica that the archive remembers were named in them."""
    kept = settings.archive.model_copy(update={"replicas": replica_folders(archive, settings)})
    return settings.model_copy(update={"archive": kept})


def lacking(archive: Archive, settings: Settings, *, new_id: Callable[[], str]) -> dict[Path, int]:
    """The replicas that can be reached and past which ingests went, each with the first entry of the log that did so.

    A replica of the settings whose folder is empty, and that never was there before, is made. Long logs are read in
    parts, one each time this is called.

    Raises:
        StorageError: the log or the index cannot be read.
    """
    archive = open_archive(archive.root)
    log = Log.open(archive)
    found = {}
    with Index.open(archive) as index:
        for replica in _replicas(archive, settings, new_id=new_id):
            begin = _cursor(index, log, replica)
            stop = min(log.size, begin + _ENTRIES_AT_ONCE)
            first = next((number for number, _ in _passed(log, replica, begin, stop)), None)
            if first is not None:
                found[replica.root.resolve()] = first
            _keep_cursor(index, log, replica, stop if first is None else first)
    return found


def fill(
    root: Path,
    settings: Settings,
    folder: Path,
    *,
    start: int = 0,
    max_bytes: int,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    on_progress: OnProgress = lambda _: None,
) -> Filled:
    """Copy into a replica what ingests since an entry of the log went past it, and no other copy is changed.

    Every file is compared with the log while it is copied, from whichever copy has it as it was logged, and read again
    from the replica's disk before it gets its name. What lies there already is read once, and not copied again.

    Args:
        root: of the archive.
        settings: name its other replicas, which may have what the archive has lost.
        folder: of the replica, which has to be there.
        start: the first entry to be looked at; what went past the replica before is not.
        max_bytes: after so many were written no further object is begun.
        on_progress: called before each object.

    Raises:
        StorageError: the replica is not there or cannot be written, or its log is not a beginning of the archive's.
    """
    archive = open_archive(root)
    own = Archive.open_replica(folder, archive)
    if not is_there(own):
        raise StorageError(store_away(own))
    refuse_forks(archive, (own,))
    copies, away = copies_in_reach(archive, settings)
    copies[own.replica] = own
    recover_or_wait(copies, away, settings, clock=clock, new_id=new_id)
    with ExitStack() as stack:
        attempts = {identifier: stack.enter_context(copy.attempt(new_id=new_id)) for identifier, copy in copies.items()}
        index = stack.enter_context(Index.open(archive))
        reader = stack.enter_context(Reader())
        work = Repairing(copies, attempts, index, reader, new_id(), clock, on_progress, only=own.replica)
        started = clock()
        work.begin()
        log = Log.open(archive)
        reached, failed, seen = log.size, -1, set[str]()
        for number, object_id in _passed(log, own, start, log.size):
            if object_id in seen:
                continue
            if work.length_bytes >= max_bytes:
                reached = number
                break
            seen.add(object_id)
            on_progress(Progress(Stage.REPAIR, captured=len(work.repaired), bytes=work.length_bytes))
            _fill_object(work, own, object_id)
            if failed < 0 and (work.findings or work.unreachable):
                failed = number
        work.log_entries()
        if not work.unreachable:
            work.copy_logs()
        if start <= _cursor(index, log, own):
            _keep_cursor(index, log, own, reached if failed < 0 else failed)
        return Filled(work.report(started), reached if reached < log.size else None)


def _fill_object(work: Repairing, own: Archive, object_id: str) -> None:
    number = work.index.number_of(object_id)
    expected = None if number is None else work.index.expected(number)
    if number is None or expected is None:
        return  # purged since
    seen = look(own, expected, ())
    is_whole = not seen.unreachable and not any(one.is_harm for one in seen.damages)
    if is_whole and not work.index.is_suspect(own.replica, number):
        return
    work.mend_object(number, all_copies=False)


def _replicas(archive: Archive, settings: Settings, *, new_id: Callable[[], str]) -> Iterator[Archive]:
    named, _ = copies_in_reach(archive, settings, new_id=new_id)
    every, _ = copies_in_reach(archive, with_replicas(archive, settings))
    yield from (copy for identifier, copy in {**named, **every}.items() if identifier)


def _passed(log: Log, replica: Archive, begin: int, stop: int) -> Iterator[tuple[int, str]]:
    """The entries of ingests that went past a replica, and the objects."""
    for number, entry in log.entries(begin, stop) if begin < stop else ():
        facts: Any = entry.facts
        if entry.kind == "ingest" and replica.replica not in facts["replicas"]:
            yield number, str(facts["object"])


def _cursor(index: Index, log: Log, replica: Archive) -> int:
    known = index.fact(_fact(replica))
    return known if isinstance(known, int) and known <= log.size else 0


def _keep_cursor(index: Index, log: Log, replica: Archive, position: int) -> None:
    if position != _cursor(index, log, replica):
        index.set_fact(_fact(replica), position)
        index.commit()


def _fact(replica: Archive) -> str:
    return f"filled {replica.replica}"
