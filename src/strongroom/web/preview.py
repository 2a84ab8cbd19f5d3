"""What would be done about each link of the seeds, before anything but the seeds and robots.txt is asked for."""

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from strongroom.formats.url import listed_form
from strongroom.model.exchange import Fetch, Request
from strongroom.model.outcome import Outcome, Reference, Relation
from strongroom.model.plan import Plan, PlannedLink
from strongroom.settings import CaptureSettings
from strongroom.web.engine import Engine
from strongroom.web.reading import Reading, read
from strongroom.web.robots import RobotsGate
from strongroom.web.scope import SEED, Place, ScopeRules


def look(
    plan: Plan, *, settings: CaptureSettings, clock: Callable[[], datetime], version: str
) -> tuple[PlannedLink, ...]:
    """Fetch the seeds, follow their redirects, and decide about every link in them.

    Returns:
        The seeds first, then what they name in the order of the documents, each URL once.
    """
    with tempfile.TemporaryDirectory(prefix="strongroom-") as spool:
        return asyncio.run(_look(plan, settings, Path(spool), clock, version))


async def _look(
    plan: Plan, settings: CaptureSettings, spool: Path, clock: Callable[[], datetime], version: str
) -> tuple[PlannedLink, ...]:
    async with Engine(settings, spool=spool, clock=clock, version=version) as engine:
        viewer = _Viewer(plan, settings, engine.fetch)
        for seed in plan.seeds:
            await viewer.view(Reference(seed, Relation.SEED, ""), SEED, "")
        return await viewer.decided()


class _Viewer:
    def __init__(self, plan: Plan, settings: CaptureSettings, fetch: Fetch) -> None:
        self._fetch = fetch
        self._scope = ScopeRules(plan, max_redirects=settings.max_redirects)
        self._gate = RobotsGate(fetch, policy=plan.robots)
        self._lines = asyncio.Semaphore(settings.connections)
        self._links: dict[str, PlannedLink] = {}

    async def view(self, reference: Reference, place: Place, found_on: str) -> None:
        """Ask for a seed, or for what it redirects to, and note all that it names."""
        url = reference.url
        if url in self._links and not self._links[url].hop:
            return
        robots = await self._gate.decide(url)
        self._links[url] = PlannedLink(url, reference.relation, robots.allowed, robots.reason, found_on, 0)
        if not robots.allowed:
            return
        reading = await self._read(url, reference.relation)
        if reading.outcome is not Outcome.CAPTURED:
            self._links[url] = PlannedLink(url, reference.relation, False, reading.reason, found_on, 0)
        for one in reading.references:
            why_not = self._scope.why_not(one, place)
            there = self._scope.place(one.relation, place)
            if one.relation is Relation.REDIRECT and not why_not:
                await self.view(one, there, url)
            else:
                listed = listed_form(one.url)
                planned = PlannedLink(listed, one.relation, not why_not, why_not, url, there.hop)
                self._links.setdefault(listed, planned)

    async def _read(self, url: str, relation: Relation) -> Reading:
        exchange = await self._fetch(Request(url))
        try:
            return read(exchange, relation, is_page=True)
        finally:
            if exchange.response is not None:
                exchange.response.block.close()

    async def decided(self) -> tuple[PlannedLink, ...]:
        """All links, those in scope with what robots.txt says of them."""
        return tuple(await asyncio.gather(*map(self._with_robots, self._links.values())))

    async def _with_robots(self, link: PlannedLink) -> PlannedLink:
        if not link.fetch or link.reason:
            return link
        async with self._lines:
            robots = await self._gate.decide(link.url)
        return PlannedLink(link.url, link.relation, robots.allowed, robots.reason, link.found_on, link.hop)
