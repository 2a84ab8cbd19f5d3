"""Whether a host lets us ask for a URL: fetches each robots.txt once, follows it, and decides by RFC 9309.

The gate asks through the `fetch` it is given, which records every exchange and makes the attempts; it never closes
what it reads. What the rules mean is `strongroom.formats.robots_txt`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from strongroom.formats.http.coding import decode
from strongroom.formats.http.message import payload
from strongroom.formats.robots_txt import LIMIT_BYTES, RobotsTxt
from strongroom.formats.url import parse, resolve
from strongroom.model.exchange import Exchange, FailureKind, Fetch, Request, Response, Truncation
from strongroom.model.plan import RobotsPolicy

__all__ = ["RobotsDecision", "RobotsGate", "RobotsTxt", "redirect_target"]

# RFC 9309 section 2.3.1.2: at least five consecutive redirects are followed; after more there are no rules.
_MAX_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class RobotsDecision:
    """Whether a URL may be asked for, and why.

    Attributes:
        reason: one phrase; for a refusal by a rule ``robots: line 2: Disallow: /private``.
        crawl_delay_seconds: what the host asks for between two requests, None when it asks for nothing.
        failure: what kept robots.txt from coming at all; the page would most likely meet the same.
    """

    allowed: bool
    reason: str
    crawl_delay_seconds: float | None = None
    failure: FailureKind | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an origin: its rules, or one answer for all its URLs."""

    rules: RobotsTxt | None = None
    for_all: RobotsDecision | None = None


def redirect_target(exchange: Exchange) -> str | None:
    """Where a redirect leads, absolute; None when the exchange is no redirect or names no URL."""
    response = exchange.response
    if response is None or response.status not in _REDIRECTS:
        return None
    location = response.header("location")
    if location is None:
        return None
    # Field values are octets; browsers percent-encode those that are not ASCII, one by one.
    ascii_only = "".join(one if one < "\x80" else f"%{ord(one):02X}" for one in location)
    return resolve(ascii_only, exchange.url)


class RobotsGate:
    """Decides for every URL of a capture; one robots.txt is fetched for each origin, however many ask for it."""

    def __init__(
        self,
        fetch: Fetch,
        *,
        token: str = "strongroom",  # noqa: S107 - a product token (RFC 9309 section 2.2.1), not a secret
        policy: RobotsPolicy,
        follow: Callable[[Exchange], str | None] = redirect_target,
    ) -> None:
        """Decide for a product token; `follow` says where a redirect leads."""
        self._fetch = fetch
        self._token = token
        self._policy = policy
        self._follow = follow
        self._origins: dict[str, asyncio.Task[_Known]] = {}

    async def decide(self, url: str) -> RobotsDecision:
        """Whether a URL may be asked for; the first question about an origin fetches its robots.txt."""
        parts = parse(url)
        if parts is None or not parts.is_http:
            return RobotsDecision(allowed=True, reason="robots: only http and https have rules")
        return self._decided(await self._known(parts.origin), parts.target)

    def decided(self, url: str) -> RobotsDecision:
        """The same for an http or https URL of an origin whose robots.txt has come, without waiting."""
        parts = parse(url)
        if parts is None or parts.origin not in self._origins:
            raise ValueError(f"nobody asked for the robots.txt that speaks for {url}")
        return self._decided(self._origins[parts.origin].result(), parts.target)

    def _decided(self, known: _Known, target: str) -> RobotsDecision:
        decision = known.for_all or self._by_rules(known.rules or RobotsTxt((), ()), target)
        if self._policy is RobotsPolicy.OBEY:
            return decision
        said = "" if decision.allowed else f"; obeyed, it would forbid this ({decision.reason})"
        return RobotsDecision(allowed=True, reason=f"robots: recorded, not obeyed{said}")

    def _by_rules(self, rules: RobotsTxt, target: str) -> RobotsDecision:
        allowed, rule = rules.decide(self._token, target)
        reason = f"robots: {rule}" if rule else "robots: no rule forbids it"
        return RobotsDecision(allowed, reason, rules.crawl_delay(self._token))

    async def _known(self, origin: str) -> _Known:
        task = self._origins.get(origin)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._learn(origin))
            self._origins[origin] = task
        try:
            # One caller that is cancelled must not take the answer from the others.
            return await asyncio.shield(task)
        except BaseException:
            if task.done() and (task.cancelled() or task.exception() is not None):
                self._origins.pop(origin, None)
            raise

    async def _learn(self, origin: str) -> _Known:
        """Fetch the robots.txt of an origin; wherever it comes from, it speaks for this origin (section 2.3.1.2)."""
        url = f"{origin}/robots.txt"
        for _ in range(_MAX_REDIRECTS + 1):
            exchange = await self._fetch(Request(url))
            response = exchange.response
            if response is None:
                return _unreachable(exchange)
            if response.status is None or not 300 <= response.status < 400:
                return _understood(response, response.status)
            target = self._follow(exchange)
            if target is None or not target.startswith(("http://", "https://")):
                return _for_all(allowed=True, reason=f"robots: none, {response.status} leads nowhere")
            url = target
        return _for_all(allowed=True, reason=f"robots: none after {_MAX_REDIRECTS} redirects")


def _understood(response: Response, status: int | None) -> _Known:
    """Section 2.3.1: 2xx has rules, 4xx means that there are none, anything else forbids everything."""
    if status is None:
        return _for_all(allowed=False, reason="robots: it answered with what is not HTTP, so all is forbidden")
    if 400 <= status < 500:
        return _for_all(allowed=True, reason=f"robots: none, the answer was {status}")
    if not 200 <= status < 300:
        return _for_all(allowed=False, reason=f"robots: it answered {status}, so all is forbidden")
    coding = response.header("content-encoding") or ""
    body = decode(payload(response.block.chunks()), coding, max_bytes=LIMIT_BYTES + 1).body
    was_cut = response.truncated not in {None, Truncation.LENGTH}
    if was_cut and len(body) <= LIMIT_BYTES:
        # Rules that did not arrive may be the ones that forbid.
        return _for_all(allowed=False, reason="robots: it did not arrive as a whole, so all is forbidden")
    return _Known(rules=RobotsTxt.parse(body))


def _unreachable(exchange: Exchange) -> _Known:
    """Section 2.3.1.4: where a network error hides the rules, all is forbidden."""
    failure = exchange.failure
    if failure is None:
        return _for_all(allowed=False, reason="disconnect: no answer to robots.txt", failure=FailureKind.DISCONNECT)
    return _for_all(allowed=False, reason=f"{failure.kind.value}: {failure.message}", failure=failure.kind)


def _for_all(*, allowed: bool, reason: str, failure: FailureKind | None = None) -> _Known:
    return _Known(for_all=RobotsDecision(allowed, reason, failure=failure))
