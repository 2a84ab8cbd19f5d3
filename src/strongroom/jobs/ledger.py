"""The ledger: what every job is, where it is, how often it was begun, and why it stands still.

The engine delivers jobs and knows nothing else of them; people, `status` and `retry` look here, without the engine.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from strongroom.errors import StorageError
from strongroom.jobs.database import Database, JobsLostError
from strongroom.jobs.job import AGAIN, ENDED, Job, Kind, Recorded, State

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

FORMAT: Final = "strongroom-jobs-1"
"""Of the jobs and of this database; jobs of another format are not touched."""

METADATA: Final = sa.MetaData()
JOBS: Final = sa.Table(
    "strongroom_jobs",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("queued_at", sa.BigInteger, nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.Index("strongroom_jobs_by_state", "kind", "state", "queued_at"),
)
WORKERS: Final = sa.Table(
    "strongroom_workers",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("beat", sa.BigInteger, nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
)
HOSTS: Final = sa.Table(
    "strongroom_hosts",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("turn", sa.BigInteger, nullable=False),
    sa.Column("next_page_at", sa.Double, nullable=False),
    sa.Column("next_any_at", sa.Double, nullable=False),
)
_FORMAT: Final = sa.Table(
    "strongroom_format",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("archive", sa.Text, nullable=False),
)
_AT_ONCE: Final = 500
_LOCK: Final = 7_307_823_901_244_001


@dataclass(frozen=True, slots=True)
class Begun:
    """The right to do a job.

    Attributes:
        attempt: from 1 in each round.
        reason: what was said of it before, such as that a worker died of it.
    """

    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """The delivery is of no use any more: the job has ended, or a later round of it is on its way."""

    recorded: Recorded


class Ledger:
    """The tables of one database; several processes use them at once."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        """Use a database that `make` has prepared."""
        self.database = database
        self._clock = clock

    def make(self, archive_id: str) -> None:
        """Make the tables where they are not there, for the jobs of one archive.

        Raises:
            StorageError: they are of another format, or another archive's.
        """
        with self.database.changing() as connection:
            if not self.database.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            METADATA.create_all(connection)
            found = connection.execute(sa.select(_FORMAT)).one_or_none()
            if found is None:
                connection.execute(_FORMAT.insert().values(name=FORMAT, archive=archive_id))
            elif found.name != FORMAT:
                raise StorageError(
                    f"the database of jobs is of the format {found.name}, and this version of strongroom knows "
                    f"{FORMAT}; let the version that made it finish its jobs, or delete the database: nothing is lost"
                )
            elif found.archive != archive_id:
                raise StorageError(
                    f"the database of jobs is that of the archive {found.archive}, not of {archive_id}; "
                    "give each archive its own with --jobs"
                )

    def add(self, jobs: Iterable[Job]) -> None:
        """Record jobs as waiting; those that are recorded already stay as they are."""
        now = self._now()
        rows = [_row(job, State.WAITING, now) for job in jobs]
        if rows:
            with self.database.changing() as connection:
                connection.execute(self._insert().on_conflict_do_nothing(), rows)

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Which of these are recorded."""
        found: set[str] = set()
        with self.database.reading() as connection:
            for first in range(0, len(ids), _AT_ONCE):
                among = sa.select(JOBS.c.id).where(JOBS.c.id.in_(ids[first : first + _AT_ONCE]))
                found |= set(connection.execute(among).scalars())
        return frozenset(found)

    def waits(self, kind: Kind) -> bool:
        """Whether a job of this kind waits for a worker."""
        with self.database.reading() as connection:
            one = sa.select(JOBS.c.id).where(JOBS.c.kind == kind, JOBS.c.state == State.WAITING).limit(1)
            return connection.execute(one).first() is not None

    def attempts(self, job: Job) -> int:
        """How often this round of a job was begun without coming to an end."""
        with self.database.reading() as connection:
            found = sa.select(JOBS.c.attempts).where(JOBS.c.id == job.id, JOBS.c.round == job.round)
            return connection.execute(found).scalar() or 0

    def parked(self) -> tuple[Recorded, ...]:
        """The jobs that need a person, in the order in which they were queued."""
        with self.database.reading() as connection:
            every = sa.select(JOBS).where(JOBS.c.state == State.PARKED).order_by(JOBS.c.queued_at, JOBS.c.id)
            return tuple(map(recorded_job, connection.execute(every).all()))

    def busy_lanes(self, kind: Kind) -> frozenset[str]:
        """The lanes in which a job of a kind has not ended, or is parked until a person looks at it."""
        states = sorted({*State} - ENDED | {State.PARKED})
        with self.database.reading() as connection:
            lanes = sa.select(JOBS.c.lane).where(JOBS.c.kind == kind, JOBS.c.state.in_(states)).distinct()
            return frozenset(connection.execute(lanes).scalars())

    def named(self, beginning: str) -> tuple[Recorded, ...]:
        """The jobs whose identifiers begin so; two at most, since more would not help."""
        with self.database.reading() as connection:
            some = sa.select(JOBS).where(JOBS.c.id.startswith(beginning, autoescape=True)).limit(2)
            return tuple(map(recorded_job, connection.execute(some).all()))

    def begin(self, job: Job, worker: str) -> Begun | Superseded:
        """Count an attempt and let the worker be the one whose word counts."""
        now = self._now()
        with self.database.changing() as connection:
            connection.execute(self._insert().on_conflict_do_nothing(), [_row(job, State.WAITING, now)])
            found = connection.execute(sa.select(JOBS).where(JOBS.c.id == job.id).with_for_update()).one()
            recorded = recorded_job(found)
            is_new = job.round > recorded.job.round
            if job.round < recorded.job.round or recorded.state in (ENDED - AGAIN if is_new else ENDED):
                return Superseded(recorded)
            attempts, reason = (0, "") if is_new else (recorded.attempts, recorded.reason)
            if recorded.state is State.WORKING and not reason:
                reason = _died(recorded.worker)
            connection.execute(
                JOBS.update()
                .where(JOBS.c.id == job.id)
                .values(
                    round=job.round,
                    tries=job.tries,
                    state=State.WORKING,
                    attempts=attempts + 1,
                    reason=reason,
                    worker=worker,
                    changed_at=now,
                )
            )
            return Begun(attempts + 1, reason)

    def end(
        self, job: Job, worker: str, state: State, reason: str = "", facts: Mapping[str, object] | None = None
    ) -> bool:
        """Say what became of a job; whether this worker's word still counted. Without facts those noted remain."""
        known = {} if facts is None else {"facts": _rendered(facts)}
        return self._change(job, worker, state=state, reason=reason, **known)

    def note(self, job: Job, facts: Mapping[str, object]) -> None:
        """Keep what is known of a job before it ends, whoever ends it; it outlives the worker, not a power cut."""
        with self.database.changing() as connection:
            if not self.database.is_sqlite:
                connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
            connection.execute(JOBS.update().where(JOBS.c.id == job.id).values(facts=_rendered(facts)))

    def noted(self, job: Job) -> Mapping[str, object]:
        """What was noted of a job; nothing where nothing was."""
        found = next(iter(self.named(job.id)), None)
        return {} if found is None else found.facts

    def stumble(self, job: Job, worker: str, reason: str) -> bool:
        """Keep what came unforeseen; the attempt stays counted."""
        return self._change(job, worker, state=State.WAITING, reason=reason)

    def give_back(self, job: Job, worker: str) -> None:
        """Take an attempt back: the worker was asked to stop, which says nothing about the job."""
        self._change(job, worker, state=State.WAITING, attempts=JOBS.c.attempts - 1)

    def bury(self, workers: Sequence[str]) -> None:
        """Let what dead workers were at wait again."""
        for worker in workers:
            with self.database.changing() as connection:
                connection.execute(
                    JOBS.update()
                    .where(JOBS.c.worker == worker, JOBS.c.state == State.WORKING)
                    .values(state=State.WAITING, reason=_died(worker), changed_at=self._now())
                )

    def reopen(self, job: Job) -> None:
        """Let a job that ended wait again in its next round, which is on its way already."""
        with self.database.changing() as connection:
            connection.execute(
                JOBS.update()
                .where(JOBS.c.id == job.id, JOBS.c.round < job.round)
                .values(round=job.round, tries=job.tries, state=State.WAITING, attempts=0, changed_at=self._now())
            )

    def _change(self, job: Job, worker: str, **values: object) -> bool:
        with self.database.changing() as connection:
            changed = connection.execute(
                JOBS.update()
                .where(
                    JOBS.c.id == job.id,
                    JOBS.c.round == job.round,
                    JOBS.c.worker == worker,
                    JOBS.c.state == State.WORKING,
                )
                .values(changed_at=self._now(), **values)
            )
            return changed.rowcount == 1

    def _insert(self) -> "sqlite.Insert | postgresql.Insert":
        if self.database.is_sqlite:
            return sqlite.insert(JOBS)
        from sqlalchemy.dialects import postgresql  # takes a while, and `status` does not need it

        return postgresql.insert(JOBS)

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)


def check_tables(database: Database) -> None:
    """Raise `JobsLostError` when the file or the tables went away."""
    database.check()
    with database.reading() as connection:
        if not sa.inspect(connection).has_table(JOBS.name):
            raise JobsLostError("the tables of jobs were dropped while they were in use; `watch` finds the work again")


def _rendered(facts: Mapping[str, object]) -> str:
    return json.dumps(dict(facts), sort_keys=True, default=str)


def _died(worker: str) -> str:
    return f"the worker {worker} ended in the middle of it without a word"


def _row(job: Job, state: State, now: int) -> dict[str, object]:
    return {
        "id": job.id,
        "kind": job.kind,
        "subject": job.subject,
        "mark": job.mark,
        "lane": job.lane,
        "round": job.round,
        "tries": job.tries,
        "state": state,
        "attempts": 0,
        "reason": "",
        "worker": "",
        "facts": "{}",
        "queued_at": now,
        "changed_at": now,
    }


def recorded_job(row: sa.Row[tuple[object, ...]]) -> Recorded:
    """A row of `JOBS`."""
    one = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    job = Job(one["id"], Kind(one["kind"]), one["subject"], one["mark"], one["lane"], one["round"], one["tries"])
    return Recorded(
        job,
        State(one["state"]),
        one["attempts"],
        one["reason"],
        one["worker"],
        _moment(one["queued_at"]),
        _moment(one["changed_at"]),
        json.loads(one["facts"]),
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
