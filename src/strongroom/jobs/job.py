"""What a job is, what becomes of it, and how patient a worker is."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from strongroom.errors import StorageError


class Kind(StrEnum):
    """What is to be done; each has a queue of its own."""

    INGEST = "ingest"
    CAPTURE = "capture"
    AUDIT = "audit"
    REPLICATE = "replicate"


LANED: Final = frozenset({Kind.CAPTURE, Kind.REPLICATE})
"""The kinds whose jobs have lanes."""


class State(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    """For a worker."""
    WORKING = "working"
    """A worker is at it."""
    POSTPONED = "postponed"
    """It could not be done now (disk full, replica away) and is tried again by itself."""
    DONE = "done"
    """There is a receipt, a bag, a report."""
    REFUSED = "refused"
    """Done as well: the bag has findings of severity error, and stands in quarantine with its report."""
    EMPTY = "empty"
    """Done as well: no answer came from the page, so there is no bag."""
    DAMAGED = "damaged"
    """Done as well: damage was found that no good copy mends, or by an audit; `strongroom audit` says which."""
    GONE = "gone"
    """Done as well: the bag was no longer there when its turn came."""
    PARKED = "parked"
    """Given up, with the reason, until somebody says `strongroom retry`."""


ENDED: Final = frozenset({State.DONE, State.REFUSED, State.EMPTY, State.DAMAGED, State.GONE, State.PARKED})
"""The states in which nothing happens to a job by itself."""

AGAIN: Final = frozenset({State.PARKED, State.EMPTY})
"""Those of them out of which a person may take a job again."""


class AwayError(StorageError):
    """Something that the job needs is not there now, such as a disk: it waits for that, however long it takes."""


class StoppedError(BaseException):
    """This worker is to stop: raised inside the work, past every `except Exception`, and never a result of the job."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work, before anybody has begun it.

    Attributes:
        id: 64 hex digits; the same work has the same one (see `arrival`).
        kind: what is to be done.
        subject: with what: the path of a bag or of a replica, percent-encoded, or a URL.
        mark: what else says which work it is: what was seen of the bag, or the rules of the capture.
        lane: jobs of one lane are done one after the other; empty: this one waits for nobody.
        round: 1, and one more each time the job was postponed or taken up again by a person.
        tries: how often it was postponed since a person last asked for it.
    """

    id: str
    kind: Kind
    subject: str
    mark: str = ""
    lane: str = ""
    round: int = 1
    tries: int = 0

    @property
    def delivery(self) -> str:
        """What the engine calls the delivery of this round: the job's identifier, with its round from the second on."""
        return self.id if self.round == 1 else f"{self.id}~{self.round}"


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a job.

    Attributes:
        state: one of `ENDED`, never parked: that is for the engine to say.
        sentence: for people, such as where the report stands.
        facts: JSON values under short names, such as the object's identifier.
        then: the job that goes on where this one ended; None: there is nothing more to do.
    """

    state: State
    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)
    then: Job | None = None


GoOn = Callable[[], None]
"""Called by a work as often as it likes; raises `StoppedError` when this worker is to stop."""

Work = Callable[[Job, GoOn], AbstractContextManager[Ended]]
"""Does one job; what became of it is written down inside the block, and only then does the work tidy up behind it.

It may be called twice for one job, also at the same time, and must come to the same end. Raises `StorageError` where it
cannot be done now, another `StrongroomError` where it cannot be done at all; anything else is unforeseen.
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a job, for the line that a worker writes."""

    job: Job
    state: State
    sentence: str
    seconds: float
    worker: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a worker waits for what, in seconds.

    Attributes:
        poll_seconds: between two looks for work when there was none.
        hurry_seconds: the same when work waits.
        sweep_seconds: between two looks for dead workers.
        beat_seconds: between two signs of life of a worker.
        expiry_seconds: without a sign of life after which a worker is taken for dead, although its process is there.
        attempts: so often a worker may die of a job, or something unforeseen come of it, before it is parked.
        pause_seconds: after something unforeseen.
        backoff_seconds: before the job is tried again that could not be done; after the last it is parked, unless all
            that it lacks is a disk that is away.
        chores_seconds: between two looks for what is to be done that nobody delivered.
        grace_seconds: for the job that is under way when the worker is to stop.
    """

    poll_seconds: float = 0.1
    hurry_seconds: float = 0.02
    sweep_seconds: float = 1.0
    beat_seconds: float = 2.0
    expiry_seconds: float = 8.0
    attempts: int = 3
    pause_seconds: float = 1.0
    backoff_seconds: tuple[float, ...] = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)
    chores_seconds: float = 60.0
    grace_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """A job as the database of jobs has it.

    Attributes:
        attempts: how often it was begun in this round without coming to an end.
        reason: why it is where it is; empty where that needs no reason.
        worker: who began it last.
        queued_at, changed_at: UTC.
    """

    job: Job
    state: State
    attempts: int
    reason: str
    worker: str
    queued_at: datetime
    changed_at: datetime
    facts: Mapping[str, object] = field(default_factory=dict)
