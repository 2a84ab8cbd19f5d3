"""Looking at jobs, putting some into the queue, taking some up again; looking needs no engine, so that it is quick."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from strongroom.errors import UsageError
from strongroom.jobs.database import Database, exists, require_extra
from strongroom.jobs.job import AGAIN, Job, Kind, Recorded, State
from strongroom.jobs.ledger import JOBS, WORKERS, Ledger, recorded_job
from strongroom.jobs.place import Place

if TYPE_CHECKING:
    from strongroom.jobs.engine import Sender

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Status:
    """How the jobs of an archive stand.

    Attributes:
        counts: jobs by kind and state; what there is none of is left out.
        oldest_waiting: since when the job that has waited longest has waited, UTC.
        parked: the jobs that need a person, the latest first, as many as were asked for.
        workers: that have given a sign of life and were not found dead.
    """

    counts: Mapping[Kind, Mapping[State, int]]
    oldest_waiting: datetime | None
    parked: tuple[Recorded, ...]
    workers: int

    def total(self, state: State) -> int:
        """How many jobs of all kinds are there."""
        return sum(one.get(state, 0) for one in self.counts.values())


@dataclass(frozen=True, slots=True)
class Queued:
    """What became of a list of jobs: how many are new, begin again, or were there."""

    new: int
    again: int
    known: int


def jobs_status(place: Place, *, parked: int) -> Status:
    """Count the jobs; `parked` of those that need a person are named.

    Raises:
        StorageError: the database cannot be reached.
    """
    if not exists(place.url, place.path):
        return Status({}, None, (), 0)
    with closing(Database.open(place.url, place.path)) as database, database.reading() as connection:
        if not sa.inspect(connection).has_table(JOBS.name):
            return Status({}, None, (), 0)
        counted = sa.select(JOBS.c.kind, JOBS.c.state, sa.func.count()).group_by(JOBS.c.kind, JOBS.c.state)
        counts: dict[Kind, dict[State, int]] = {}
        for kind, state, number in connection.execute(counted):
            counts.setdefault(Kind(kind), {})[State(state)] = number
        waiting = [_first(connection, kind, State.WAITING) for kind in counts]
        latest = sa.select(JOBS).where(JOBS.c.state == State.PARKED).order_by(JOBS.c.changed_at.desc()).limit(parked)
        return Status(
            counts,
            min((one.queued_at for one in waiting if one is not None), default=None),
            tuple(map(recorded_job, connection.execute(latest).all())) if parked else (),
            connection.execute(sa.select(sa.func.count()).select_from(WORKERS)).scalar_one(),
        )


def jobs_of(place: Place, kind: Kind) -> tuple[Recorded, ...]:
    """Every job of a kind, in the order in which they were queued."""
    if not exists(place.url, place.path):
        return ()
    with closing(Database.open(place.url, place.path)) as database, database.reading() as connection:
        if not sa.inspect(connection).has_table(JOBS.name):
            return ()
        every = sa.select(JOBS).where(JOBS.c.kind == kind).order_by(JOBS.c.queued_at, JOBS.c.id)
        return tuple(map(recorded_job, connection.execute(every).all()))


def recorded(place: Place, ids: Sequence[str]) -> dict[str, Recorded]:
    """These jobs, by their identifiers; those that are not there are left out."""
    found: dict[str, Recorded] = {}
    with closing(Database.open(place.url, place.path)) as database, database.reading() as connection:
        for first in range(0, len(ids), _AT_ONCE):
            some = sa.select(JOBS).where(JOBS.c.id.in_(ids[first : first + _AT_ONCE]))
            found |= {one.job.id: one for one in map(recorded_job, connection.execute(some).all())}
    return found


def retry(place: Place, ids: Sequence[str], *, clock: Callable[[], datetime]) -> tuple[Recorded, ...]:
    """Let parked jobs be done again from the beginning; returns those that were parked.

    Args:
        place: of the jobs.
        ids: the jobs, by any beginning of their identifiers that is theirs alone; none: all that are parked.

    Raises:
        UsageError: an identifier is nobody's, several jobs', or of a job that is not parked; then nothing is done.
    """
    from strongroom.jobs.engine import Sender

    require_extra()
    with closing(Database.open(place.url, place.path)) as database:
        ledger = Ledger(database, clock=clock)
        ledger.make(place.archive_id)
        chosen = [_chosen(ledger, one) for one in ids] if ids else list(ledger.parked())
        if chosen:
            with closing(Sender(database)) as sender:
                _take_up(chosen, ledger, sender)
    return tuple(chosen)


def queue(place: Place, jobs: Iterable[Job], *, clock: Callable[[], datetime]) -> Queued:
    """Put jobs into the queue; those that ended well, wait or are under way stay as they are, others begin again."""
    from strongroom.jobs.engine import Sender

    require_extra()
    wanted = list({job.id: job for job in jobs}.values())
    with closing(Database.open(place.url, place.path)) as database:
        ledger = Ledger(database, clock=clock)
        ledger.make(place.archive_id)
        with closing(Sender(database)) as sender:
            known = ledger.known([job.id for job in wanted])
            again = [one for job in wanted if job.id in known for one in ledger.named(job.id) if one.state in AGAIN]
            _take_up(again, ledger, sender)
            new = [job for job in wanted if job.id not in known]
            for job in new:
                sender.send(job)
            ledger.add(new)
    return Queued(len(new), len(again), len(wanted) - len(new) - len(again))


def _take_up(chosen: Sequence[Recorded], ledger: Ledger, sender: "Sender") -> None:
    for one in chosen:
        again = replace(one.job, round=one.job.round + 1, tries=0)
        # first the delivery: killed between the two, the next time the same one is sent, once
        sender.send(again)
        ledger.reopen(again)


def _chosen(ledger: Ledger, beginning: str) -> Recorded:
    found = ledger.named(beginning)
    if len(found) != 1:
        what = "no job" if not found else "several jobs"
        raise UsageError(f"{what} begin with {beginning!r}; `strongroom status` names those that are parked")
    if found[0].state not in AGAIN:
        raise UsageError(f"the job {beginning} is {found[0].state}, not parked; there is nothing to try again")
    return found[0]


def _first(connection: sa.Connection, kind: Kind, state: State) -> Recorded | None:
    oldest = sa.select(JOBS).where(JOBS.c.kind == kind, JOBS.c.state == state).order_by(JOBS.c.queued_at).limit(1)
    row = connection.execute(oldest).one_or_none()
    return None if row is None else recorded_job(row)
