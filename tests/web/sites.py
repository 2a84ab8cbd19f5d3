"""Scripted sites: a fetch that answers from a table, received by the real code, and captures of them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edges import CountingIdentifiers, TickingClock
from strongroom.errors import NothingCapturedError
from strongroom.model.capture import Capture, Edge, RecordEntry
from strongroom.model.exchange import Exchange, FailureKind, Request
from strongroom.model.outcome import LinkRow
from strongroom.model.plan import Plan
from strongroom.settings import CaptureSettings, PlanSettings
from strongroom.stages.capture import capture
from strongroom.stages.plan import plan
from strongroom.web.journal import Journal
from web.exchanges import answer, answered, failed

Reply = bytes | FailureKind
Script = Reply | Sequence[Reply]
NOT_THERE = answer(404, b"not here", content_type=b"text/plain")


def page(*links: str, parts: Sequence[str] = (), text: str = "some words", head: str = "") -> bytes:
    """A page with links and images; `head` goes into its head."""
    inside = "".join(f'<a href="{one}">go</a>' for one in links) + "".join(f'<img src="{one}">' for one in parts)
    icon = '<link rel="icon" href="data:,">'
    return answer(200, f"<!doctype html><head>{icon}{head}</head><p>{text}</p>{inside}".encode())


def moved(target: str, status: int = 302) -> bytes:
    return answer(status, b"", b"Location: " + target.encode())


@dataclass
class ScriptedSites:
    """Answers by URL; a sequence gives the first answer, the second, and the last again and again.

    What stands in no script is not there (404). Each answer takes `seconds`; `before` is called with the number of the
    request, from 0, and may raise.
    """

    scripts: Mapping[str, Script]
    seconds: float = 0.0
    before: Callable[[int], None] = lambda _: None
    asked: list[tuple[str, float]] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    async def fetch(self, request: Request) -> Exchange:
        loop = asyncio.get_running_loop()
        number = len(self.asked)
        before = sum(url == request.url for url, _ in self.asked)
        self.asked.append((request.url, loop.time()))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.seconds)
            self.before(number)
        finally:
            self.under_way -= 1
        script = self.scripts.get(request.url, NOT_THERE)
        reply = script if isinstance(script, bytes | FailureKind) else script[min(before, len(script) - 1)]
        if isinstance(reply, FailureKind):
            return failed(request.url, reply, "as the script says")
        return answered(request.url, reply)

    def urls(self) -> list[str]:
        """What was asked for, robots.txt left out, in order."""
        return [url for url, _ in self.asked if not url.endswith("/robots.txt")]

    def time_of(self, url: str) -> float:
        """When a URL was first asked for."""
        return next(moment for asked, moment in self.asked if asked == url)


@dataclass(frozen=True)
class Captured:
    """A finished capture and what its journal says."""

    capture: Capture
    rows: dict[str, LinkRow]
    records: tuple[RecordEntry, ...]
    edges: tuple[Edge, ...]

    def outcomes(self) -> dict[str, tuple[str, str]]:
        """Outcome and reason by URL; `data:` URLs and robots.txt left out."""
        return {
            url: (row.outcome.value, row.reason)
            for url, row in self.rows.items()
            if not url.startswith("data:") and not url.endswith("/robots.txt")
        }


class Capturing:
    """One capture in a work directory, run once or, after an error, again."""

    def __init__(
        self, work: Path, seeds: Sequence[str], rules: Mapping[str, Any] | None = None, **settings: Any
    ) -> None:
        self.work = work
        self.plan: Plan = plan(seeds, PlanSettings.model_validate(rules or {}))
        quick = {"delay_seconds": 0, "backoff_seconds": 0, "idle_seconds": 5}
        self.settings = CaptureSettings.model_validate(quick | settings)
        self.new_id = CountingIdentifiers()
        self.clock = TickingClock()

    def run_to_end(self, sites: ScriptedSites) -> Captured | None:
        """As `run`, but None where no seed gave any answer."""
        try:
            return self.run(sites)
        except NothingCapturedError:
            return None

    def run(self, sites: ScriptedSites) -> Captured:
        """Run it to its end."""
        done = capture(
            self.plan,
            self.work,
            self.settings,
            clock=self.clock,
            new_id=self.new_id,
            version="1",
            fetch=sites.fetch,
        )
        with closing(Journal.read(self.work)) as journal:
            links = list(journal.links())
            rows = {row.url: row for row in links}
            assert len(rows) == len(links)
            return Captured(done, rows, tuple(journal.records()), tuple(journal.edges()))
