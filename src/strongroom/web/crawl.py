"""The loop of a capture: takes URLs from the frontier, asks for them, and hands what comes back to the recorder.

A URL stays under way until it is recorded durably, and no more are under way than there are connections: that is all
that a kill can cost.

What comes back is read and recorded between two turns of the event loop while it is small, since handing it to a
thread costs more than the work itself; large answers, and waiting for the disk, go to a thread.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from strongroom.model.exchange import Exchange, FailureKind, Fetch, Request
from strongroom.model.outcome import Outcome, Relation
from strongroom.model.plan import Plan
from strongroom.model.progress import Progress, Stage
from strongroom.settings import CaptureSettings
from strongroom.web.courtesy import Courtesy
from strongroom.web.frontier import Frontier, host_of, origin_of
from strongroom.web.recorder import Finished, Recorded, Recorder
from strongroom.web.robots import RobotsGate
from strongroom.web.seen import Queued, Verdict
from strongroom.web.stored import Beginning, StoredRobots
from strongroom.web.verdict import may_pass, retry_after_seconds

_ROBOTS_MAX_AGE = timedelta(hours=24)
_UNKNOWN = -1
# Of what may be under way, so much may wait for the commit while the rest keeps the hosts busy.
_SHARE_BEFORE_COMMIT = 0.75
_SECONDS_BEFORE_COMMIT = 0.25
_SMALL_BYTES = 1 << 19
T = TypeVar("T")


class Crawl:
    """One run of a capture, from the first fetch to the last record."""

    def __init__(
        self,
        plan: Plan,
        settings: CaptureSettings,
        recorder: Recorder,
        *,
        fetch: Fetch,
        robots: StoredRobots,
        clock: Callable[[], datetime],
        on_progress: Callable[[Progress], None],
        courtesy: Courtesy | None = None,
    ) -> None:
        """Prepare; `recorder` knows what earlier runs of this capture did, `courtesy` what others ask of the hosts."""
        self._plan = plan
        self._settings = settings
        self._recorder = recorder
        self._fetch = fetch
        self._robots = robots
        self._clock = clock
        self._seconds_before = recorder.seconds
        self._on_progress = on_progress
        self._courtesy = courtesy
        self._frontier = Frontier(connections_per_host=settings.connections_per_host, delay=settings.delay_seconds)
        self._gate = RobotsGate(self._fetch_robots, policy=plan.robots)
        self._known_origins: set[str] = set()
        self._unlearned: deque[str] = deque()
        self._learning = 0
        self._robots_asked: dict[str, asyncio.Task[Exchange]] = {}
        self._inbox: list[Finished] = []
        self._under_way: set[int] = set()
        self._unrecorded = 0
        self._uncommitted = 0
        self._commit_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._current = ""

    @property
    def _seconds(self) -> float:
        """How long this capture has taken, over all its runs."""
        return self._seconds_before + (asyncio.get_running_loop().time() - self._began)

    async def run(self, queued: list[Queued]) -> None:
        """Ask for everything that is queued and all that it leads to; returns when all is recorded.

        Cancelling it records what has come back and gives up the rest, which stays queued.
        """
        self._began = asyncio.get_running_loop().time()
        self._wake = asyncio.Event()
        self._mail = asyncio.Event()
        with ThreadPoolExecutor(1, "recorder") as thread:
            recording = asyncio.create_task(self._record(thread))
            try:
                for item in queued:
                    self._enqueue(item)
                await self._dispatch()
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                recording.cancel()
                await asyncio.gather(recording, return_exceptions=True)
                if self._failure is None:
                    self._recorder.record(self._inbox)
                    self._recorder.seconds = self._seconds
                    self._recorder.commit()

    async def _dispatch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if self._failure is not None:
                raise self._failure
            self._keep_limits()
            self._wake.clear()
            # Half of the connections at most wait for hosts that nobody knows yet: some of them never answer.
            while self._unlearned and self._learning < max(1, self._settings.connections // 2):
                self._learning += 1
                self._begin(self._learn_robots(self._unlearned.popleft()))
            while self._unrecorded + self._learning < self._settings.connections:
                item = self._frontier.take(loop.time())
                if item is None:
                    break
                self._unrecorded += 1
                self._under_way.add(item.id)
                self._ask(item, loop.time())
            if self._frontier.is_done and not self._unrecorded and not self._tasks:
                return
            pause = self._settings.idle_seconds
            until = self._frontier.next_time()
            if until is not None:
                pause = min(pause, max(0.0, until - loop.time()))
            pause = min(pause, max(0.0, self._plan.max_seconds - self._seconds) or pause)
            # Not wait_for: before Python 3.12 it can swallow a cancellation, and with it somebody's Ctrl-C.
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    def _begin(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._failure = self._failure or task.exception()
        self._wake.set()

    def _keep_limits(self) -> None:
        reason = ""
        if self._recorder.bytes >= self._plan.max_bytes:
            reason = f"limit-bytes: {self._plan.max_bytes} bytes"
        elif self._seconds >= self._plan.max_seconds:
            reason = f"limit-time: {self._plan.max_seconds:g} seconds"
        if reason and self._frontier.queued:
            refused = [Finished(item, Verdict(Outcome.REFUSED, reason)) for item in self._frontier.drain()]
            self._unrecorded += len(refused)
            self._post(*refused)

    def _enqueue(self, item: Queued) -> None:
        origin = origin_of(item.url)
        if origin not in self._known_origins:
            self._known_origins.add(origin)
            self._frontier.shut(origin)
            self._unlearned.append(origin)
        self._frontier.add(item)

    async def _learn_robots(self, origin: str) -> None:
        """Fetch the robots.txt of an origin before anything else of it, so that no delay runs while it comes."""
        decision = await self._gate.decide(f"{origin}/")
        if decision.crawl_delay_seconds:
            self._frontier.slow_down(origin, decision.crawl_delay_seconds)
        self._frontier.open(origin)
        self._learning -= 1

    def _ask(self, item: Queued, now: float) -> None:
        """Ask for a URL whose turn has come, or say at once what becomes of it."""
        if item.url in self._robots_asked:
            self._post(Finished(item, None))
            return
        decision = self._gate.decided(item.url)
        if not decision.allowed:
            # Where robots.txt met a failure, the URL would have met the same: that is not a refusal by the host.
            is_refusal = decision.failure in {None, FailureKind.ADDRESS}
            outcome = Outcome.REFUSED if is_refusal else Outcome.FAILED
            self._post(Finished(item, Verdict(outcome, decision.reason)))
            return
        self._frontier.asked(item, now)
        self._current = item.url
        self._begin(self._fetch_one(item))

    async def _fetch_one(self, item: Queued) -> None:
        pauses = self._frontier.pauses(item)
        if self._courtesy is None or pauses.are_none:
            exchange = await self._fetch(Request(item.url))
        else:
            host = host_of(item.url)
            turn = await self._courtesy.turn(host, pauses)
            exchange = await self._fetch(Request(item.url))
            await self._courtesy.asked(host, pauses, turn, exchange.duration_seconds)
        self._post(Finished(item, exchange))

    async def _fetch_robots(self, request: Request) -> Exchange:
        """Ask for a robots.txt once in a run, whether its own origin wants it or a redirect leads there."""
        stored = self._robots.exchange(request.url, since=self._clock() - _ROBOTS_MAX_AGE)
        if stored is not None:
            return stored
        task = self._robots_asked.get(request.url)
        if task is None:
            task = self._robots_asked[request.url] = asyncio.create_task(self._attempt_robots(request))
        return await task

    async def _attempt_robots(self, request: Request) -> Exchange:
        """Ask for a robots.txt and record it; what comes back can still be read when it is recorded."""
        attempt = 0
        while True:
            exchange = await self._fetch(request)
            answer = exchange
            if exchange.response is not None:
                response = exchange.response
                beginning = Beginning.of(response.block.chunks(), head_length_bytes=response.head_length_bytes)
                answer = replace(exchange, response=replace(response, block=beginning))
            item = Queued(_UNKNOWN, request.url, Relation.ROBOTS, False, 0, 0, "", attempt)
            attempt += 1
            pause = retry_after_seconds(exchange) or 0.0
            is_bearable = pause <= self._settings.max_retry_after_seconds
            is_last = attempt >= self._settings.attempts or not may_pass(exchange) or not is_bearable
            self._unrecorded += 1
            self._post(Finished(item, exchange))
            if is_last:
                return answer
            await asyncio.sleep(max(pause, self._settings.backoff_seconds * 2 ** (attempt - 1)))

    def _post(self, *finished: Finished) -> None:
        self._inbox += finished
        self._mail.set()

    async def _record(self, thread: ThreadPoolExecutor) -> None:
        """Record what comes in, all that is waiting at once, and commit from time to time."""
        loop = asyncio.get_running_loop()
        with self._failing():
            while True:
                await self._mail.wait()
                self._mail.clear()
                batch, self._inbox = self._inbox, []
                work = partial(self._recorder.record, batch)
                is_small = sum(one.weight_bytes for one in batch) <= _SMALL_BYTES
                for answer in work() if is_small else await self._in(thread, work):
                    self._settle(answer)
                if batch and not self._uncommitted:
                    self._commit_at = loop.time() + _SECONDS_BEFORE_COMMIT
                    loop.call_at(self._commit_at, self._mail.set)
                self._uncommitted += len(batch)
                self._wake.set()
                if self._uncommitted and self._is_time_to_commit(loop.time()):
                    self._recorder.seconds = self._seconds
                    await self._in(thread, self._recorder.commit)
                    self._unrecorded -= self._uncommitted
                    self._uncommitted = 0
                    self._wake.set()
                    self._report()

    def _is_time_to_commit(self, now: float) -> bool:
        """Whether too much would be lost by a kill, or nothing else is under way, or somebody waited long enough."""
        enough = self._uncommitted >= self._settings.connections * _SHARE_BEFORE_COMMIT
        return enough or self._uncommitted >= self._unrecorded or now >= self._commit_at

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Hand what a thread raises to the dispatcher, which ends the run with it."""
        try:
            yield
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - raised again by the dispatcher
            self._failure = error
            self._wake.set()

    async def _in(self, thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        """Do something in the recorder's thread; a cancelled caller still waits for its end."""
        running = asyncio.get_running_loop().run_in_executor(thread, work)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            if (error := running.exception()) is not None:
                raise error from None
            raise

    def _settle(self, answer: Recorded) -> None:
        item = answer.item
        now = asyncio.get_running_loop().time()
        pause = answer.retry_after_seconds
        if pause is not None:
            rest = min(pause, self._settings.max_retry_after_seconds)
            self._frontier.rest(item.url, now + rest)
            if self._courtesy is not None:
                self._begin(self._courtesy.rest(host_of(item.url), rest))
        for found in answer.found:
            self._enqueue(found)
        if item.id not in self._under_way:
            return
        self._under_way.discard(item.id)
        if answer.ask_again:
            backoff = self._settings.backoff_seconds * 2 ** (item.attempts - 1)
            self._frontier.again(item, now + max(backoff, pause or 0.0))
        else:
            self._frontier.done(item)

    def _report(self) -> None:
        self._on_progress(
            Progress(
                Stage.CAPTURE,
                captured=self._recorder.captured,
                queued=self._frontier.queued + len(self._under_way),
                bytes=self._recorder.bytes,
                hosts=self._frontier.busy_hosts(),
                current=self._current,
            )
        )
