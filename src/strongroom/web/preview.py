"""What would be done about each link of the seeds, before anything but the seeds and robots.txt is asked for."""

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from strongroom.formats.documents.document import is_document, read_document
from strongroom.formats.http.coding import decode
from strongroom.formats.http.message import payload
from strongroom.formats.url import listed_form
from strongroom.model.exchange import Exchange, Fetch, Request
from strongroom.model.outcome import Outcome, Reference, Relation
from strongroom.model.plan import Plan, PlannedLink
from strongroom.settings import CaptureSettings
from strongroom.web.engine import Engine
from strongroom.web.robots import RobotsGate, redirect_target
from strongroom.web.scope import Origin, ScopeRules
from strongroom.web.verdict import judge_failure

_DOCUMENT_BYTES = 32 * 2**20


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
            await viewer.view(Reference(seed, Relation.SEED, ""), Origin("", is_page=True, hop=0, redirects=0))
        return await viewer.decided()


class _Viewer:
    def __init__(self, plan: Plan, settings: CaptureSettings, fetch: Fetch) -> None:
        self._fetch = fetch
        self._scope = ScopeRules(plan, max_redirects=settings.max_redirects)
        self._gate = RobotsGate(fetch, policy=plan.robots)
        self._links: dict[str, PlannedLink] = {}

    async def view(self, reference: Reference, origin: Origin) -> None:
        """Ask for a seed, or for what it redirects to, and note all that it names."""
        url = reference.url
        if url in self._links:
            return
        robots = await self._gate.decide(url)
        link = PlannedLink(url, reference.relation, robots.allowed, robots.reason, origin.url, 0)
        self._links[url] = link
        if not robots.allowed:
            return
        exchange = await self._fetch(Request(url))
        found, why_not = _references(exchange)
        if why_not:
            self._links[url] = PlannedLink(url, reference.relation, False, why_not, origin.url, 0)
        here = Origin(url, is_page=True, hop=0, redirects=origin.redirects)
        for one in found:
            decision = self._scope.decide(one, here)
            if one.relation is Relation.REDIRECT and decision.fetch:
                await self.view(one, Origin(url, is_page=True, hop=0, redirects=decision.redirects))
            else:
                listed = listed_form(one.url)
                planned = PlannedLink(listed, one.relation, decision.fetch, decision.reason, url, decision.hop)
                self._links.setdefault(listed, planned)

    async def decided(self) -> tuple[PlannedLink, ...]:
        """All links, those in scope with what robots.txt says of them."""
        return tuple(await asyncio.gather(*map(self._with_robots, self._links.values())))

    async def _with_robots(self, link: PlannedLink) -> PlannedLink:
        if not link.fetch or link.reason:
            return link
        robots = await self._gate.decide(link.url)
        return PlannedLink(link.url, link.relation, robots.allowed, robots.reason, link.found_on, link.hop)


def _references(exchange: Exchange) -> tuple[tuple[Reference, ...], str]:
    response = exchange.response
    if response is None:
        outcome, reason = judge_failure(exchange)
        return (), reason if outcome is Outcome.REFUSED else f"it would fail: {reason}"
    try:
        target = redirect_target(exchange)
        if target is not None:
            return (Reference(target, Relation.REDIRECT, "Location"),), ""
        if response.status is None or not 200 <= response.status < 300:
            return (), f"it would not be captured: the server answers {response.status or 'with what is not HTTP'}"
        content_type = response.header("content-type") or ""
        if not is_document(content_type, Relation.SEED):
            return (), ""
        coding = response.header("content-encoding") or ""
        body = decode(payload(response.block.chunks()), coding, max_bytes=_DOCUMENT_BYTES).body
        return read_document(body, url=exchange.url, content_type=content_type, relation=Relation.SEED).references, ""
    finally:
        response.block.close()
