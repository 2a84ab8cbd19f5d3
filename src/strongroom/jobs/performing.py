"""Doing one job: count the attempt, do the work, and write down what became of it.

Two workers may be at one job, when one was taken for dead that is only slow. That is safe, because a work may be done
twice: only the worker that began it last has its word counted, and only one of them can give a version its name.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from strongroom.errors import InterruptedByUserError, StorageError, StrongroomError
from strongroom.jobs.engine import Sender
from strongroom.jobs.job import AwayError, Ended, Happening, Job, Kind, Patience, State, StoppedError, Work
from strongroom.jobs.ledger import Begun, Ledger


class Performer:
    """What a worker does with each delivery."""

    def __init__(
        self,
        ledger: Ledger,
        sender: Sender,
        works: Mapping[Kind, Work],
        *,
        worker: str,
        patience: Patience,
        stop: threading.Event,
        on_happening: Callable[[Happening], None],
    ) -> None:
        """Take the works, and the event that ends them."""
        self._ledger = ledger
        self._sender = sender
        self._works = works
        self._worker = worker
        self._patience = patience
        self._stop = stop
        self._on_happening = on_happening
        self._order = _Order()
        self._under_way: dict[str, Job] = {}

    @property
    def is_busy(self) -> bool:
        """Whether a job is under way in this process, or waits here for its turn."""
        return bool(self._under_way)

    def perform(self, job: Job) -> None:
        """Bring a job to an end, or raise `StoppedError` and leave it to another worker."""
        self._under_way[job.id] = job
        try:
            while not self._attempt(job):
                if self._stop.wait(self._patience.pause_seconds):
                    raise StoppedError
        finally:
            self._under_way.pop(job.id, None)

    def is_at(self, delivery: str) -> bool:
        """Whether this delivery is under way here."""
        return any(job.delivery == delivery for job in tuple(self._under_way.values()))

    def give_back(self) -> None:
        """Say of what is still under way that it is not the job's fault when this process ends now."""
        for job in tuple(self._under_way.values()):
            self._ledger.give_back(job, self._worker)

    def _attempt(self, job: Job) -> bool:
        # Whatever a worker may have died of is done alone, so that nothing else is blamed for it.
        with self._order.turn(job.kind, alone=self._ledger.attempts(job) > 0):
            self._go_on()
            begun = self._ledger.begin(job, self._worker)
            if not isinstance(begun, Begun):
                return self._pass_on(job, begun.recorded.job, begun.recorded.state)
            since = time.monotonic()
            if begun.attempt > self._patience.attempts:
                reason = f"given up after {self._patience.attempts} attempts: {begun.reason}"
                return self._end(job, State.PARKED, reason, since)
            return self._try(job, begun.attempt, since)

    def _try(self, job: Job, attempt: int, since: float) -> bool:
        has_ended = False
        try:
            with self._works[job.kind](job, self._go_on) as ended:
                has_ended = self._end(job, ended.state, ended.sentence, since, ended)
        except (StoppedError, InterruptedByUserError) as error:
            if not has_ended:
                self._ledger.give_back(job, self._worker)
                raise StoppedError from error
        except Exception as error:  # noqa: BLE001 - one job that nobody foresaw must not keep the others from it
            # what failed after the end of the job was written down is tidying, which the next run there does too
            return has_ended or self._judge(job, attempt, error, since)
        return True

    def _judge(self, job: Job, attempt: int, error: Exception, since: float) -> bool:
        if isinstance(error, StorageError):
            return self._postpone(job, str(error), since, is_away=isinstance(error, AwayError))
        if isinstance(error, StrongroomError):
            return self._end(job, State.PARKED, str(error), since)
        reason = f"something unforeseen happened ({type(error).__name__}: {error})"
        if attempt < self._patience.attempts:
            self._ledger.stumble(job, self._worker, reason)
            return False
        return self._end(job, State.PARKED, f"given up after {attempt} attempts: {reason}", since)

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise StoppedError

    def _postpone(self, job: Job, sentence: str, since: float, *, is_away: bool) -> bool:
        pauses = self._patience.backoff_seconds
        tries = min(job.tries, len(pauses) - 1) if is_away else job.tries
        if tries >= len(pauses):
            return self._end(job, State.PARKED, f"tried {job.tries + 1} times: {sentence}", since)
        later = replace(job, round=job.round + 1, tries=tries + 1)
        # first the delivery and then the word of it: killed between the two, the next round makes good for it
        self._sender.send(later, delay_seconds=pauses[tries])
        return self._end(job, State.POSTPONED, sentence, since)

    def _pass_on(self, job: Job, recorded: Job, state: State) -> bool:
        """See to it that a later round is on its way, should the worker that began it have died before it was."""
        if recorded.round > job.round and state in {State.WAITING, State.POSTPONED}:
            self._sender.send(recorded)
        return True

    def _end(self, job: Job, state: State, sentence: str, since: float, ended: Ended | None = None) -> bool:
        facts = ended.facts if ended is not None else None
        if ended is not None and ended.then is not None:
            self._sender.send(ended.then)
            self._ledger.add([ended.then])
        if self._ledger.end(job, self._worker, state, sentence, facts):
            seconds = time.monotonic() - since
            self._on_happening(Happening(job, state, sentence, seconds, self._worker, facts or {}))
        return True


class _Order:
    """Who may work at the same time in one process: one of each kind, first come, first served; or one alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queues: dict[Kind, deque[object]] = {}
        self._working: set[Kind] = set()
        self._is_alone = False

    @contextmanager
    def turn(self, kind: Kind, *, alone: bool) -> Iterator[None]:
        """Wait until nobody of this kind works and nobody works alone, or until nobody works."""
        ticket = object()
        with self._changed:
            queue = self._queues.setdefault(kind, deque())
            queue.append(ticket)
            self._changed.wait_for(lambda: queue[0] is ticket and self._is_free(kind, alone=alone))
            self._working.add(kind)
            self._is_alone = alone
        try:
            yield
        finally:
            with self._changed:
                queue.popleft()
                self._working.discard(kind)
                self._is_alone = False
                self._changed.notify_all()

    def _is_free(self, kind: Kind, *, alone: bool) -> bool:
        return not self._is_alone and kind not in self._working and not (alone and self._working)
