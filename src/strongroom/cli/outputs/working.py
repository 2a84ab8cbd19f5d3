"""What the commands of the jobs say with `--json`."""

from datetime import datetime
from typing import Literal

from strongroom.cli.outputs.parts import Output, Part


class JobPart(Part):
    """A job, and where it is."""

    id: str
    """64 hex digits; a beginning that is its alone names it too."""
    kind: str
    """`ingest`, `capture`, `audit` or `replicate`."""
    subject: str
    """The path of the bag or of the replica, or the URL."""
    state: str
    """`waiting`, `working`, `postponed`, `done`, `refused`, `empty`, `damaged`, `gone` or `parked`."""
    reason: str
    """Why it is there; empty where that needs no reason."""
    attempts: int
    """How often it was begun without coming to an end."""
    queued_at: datetime
    """UTC."""
    changed_at: datetime
    """UTC."""
    facts: dict[str, object]
    """What came of it, such as `object`, `version` and `ingest` of a bag, or `package` of a page."""


class CountPart(Part):
    """How many jobs of a kind are in a state."""

    kind: str
    """`ingest`, `capture`, `audit` or `replicate`."""
    state: str
    """As of a job."""
    jobs: int
    """At least 1; what there is none of is left out."""


class StatusOutput(Output):
    """How the jobs of an archive stand."""

    kind: Literal["status"] = "status"
    counts: tuple[CountPart, ...] = ()
    """Every kind and state that has jobs."""
    waiting_since: datetime | None = None
    """When the job that has waited longest was queued, UTC; null when none waits."""
    workers: int | None = None
    """That are alive, as far as the other workers know."""
    parked: tuple[JobPart, ...] = ()
    """Those that need a person, the latest first, ten at most unless more are asked for."""
    jobs: tuple[JobPart, ...] = ()
    """With `--list`, every job of that kind, in the order in which they were queued."""
    objects: int | None = None
    """In the archive, withdrawn ones among them, as its catalogue says; null where there is no catalogue yet."""
    log_entries: int | None = None
    """Of the archive's log, as far as the catalogue has read it."""


class RetryOutput(Output):
    """Parked jobs wait again, or why not."""

    kind: Literal["retry"] = "retry"
    jobs: tuple[JobPart, ...] = ()
    """As they were when they were parked."""


class QueueOutput(Output):
    """Pages to be captured, or replicas to be filled, wait for workers, or why not."""

    kind: Literal["queue"] = "queue"
    new: int | None = None
    """Pages or replicas that were not in the queue before."""
    again: int | None = None
    """Pages that gave no answer, or were parked, and begin again."""
    known: int | None = None
    """Pages that are captured already, wait, or are being captured."""


class WorkerOutput(Output):
    """A worker was asked to stop, and did."""

    kind: Literal["worker"] = "worker"
    counts: tuple[CountPart, ...] = ()
    """What the jobs came to that this process did; with `--workers` each process says its own."""


class WatchOutput(Output):
    """The service was asked to stop, and did."""

    kind: Literal["watch"] = "watch"
    arrived: int | None = None
    """Bags that were found ready."""
