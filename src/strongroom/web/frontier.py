"""Which URL to ask for next, so that no host is asked faster than it may be and no host waits for another.

Pages are taken in the order of their distance from a seed: none that lies deeper begins before all that lie nearer
are done, so that a bound on depth means the same however fast the hosts answer. Parts of pages go before pages.
"""

import heapq
import math
import re
from collections import deque
from dataclasses import dataclass, field

from strongroom.web.courtesy import Pauses
from strongroom.web.seen import Queued

_HOST = re.compile(r"https?://(\[[^\]]*\]|[^:/?#]*)")


def host_of(url: str) -> str:
    """The host of an http or https URL in WHATWG form: what politeness counts by, whatever the port."""
    found = _HOST.match(url)
    return found.group(1) if found else ""


def origin_of(url: str) -> str:
    """Scheme, host and port of an http or https URL in WHATWG form: what a robots.txt speaks for."""
    return "/".join(url.split("/", 3)[:3])


@dataclass(slots=True)
class _Host:
    parts: deque[Queued] = field(default_factory=deque)
    pages: dict[int, deque[Queued]] = field(default_factory=dict)
    active: int = 0
    next_page_at: float = 0.0
    next_any_at: float = 0.0
    crawl_delay: float = 0.0
    is_ready: bool = False
    wakes_at: float = math.inf


class Frontier:
    """The queue of one capture; times are seconds of a monotonic clock.

    Args:
        connections_per_host: how many URLs of a host may be under way at once.
        delay: seconds between the starts of two page fetches on a host.
    """

    def __init__(self, *, connections_per_host: int, delay: float) -> None:
        """Begin with nothing queued."""
        self._connections = connections_per_host
        self._delay = delay
        self._hosts: dict[str, _Host] = {}
        self._ready: deque[str] = deque()
        self._waiting: list[tuple[float, str]] = []
        self._later: list[tuple[float, int, Queued]] = []
        self._shut: dict[str, list[Queued]] = {}
        self._open_pages: dict[int, int] = {}
        self._queued = 0
        self._under_way = 0

    @property
    def queued(self) -> int:
        """How many URLs wait."""
        return self._queued

    @property
    def is_done(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not self._queued and not self._under_way

    def busy_hosts(self) -> tuple[str, ...]:
        """The hosts that are being asked right now, sorted."""
        return tuple(sorted(name for name, host in self._hosts.items() if host.active))

    def add(self, item: Queued) -> None:
        """Queue a URL."""
        if item.is_page:
            self._open_pages[item.hop] = self._open_pages.get(item.hop, 0) + 1
        self._queued += 1
        shut = self._shut.get(origin_of(item.url))
        if shut is None:
            self._place(item)
        else:
            shut.append(item)

    def take(self, now: float) -> Queued | None:
        """The next URL that may be asked for now, or None; `asked` follows when it is, then `done` or `again`."""
        self._wake(now)
        for _ in range(len(self._ready)):
            name = self._ready.popleft()
            host = self._hosts[name]
            host.is_ready = False
            item = self._pick(name, host, now)
            if item is not None:
                host.active += 1
                self._queued -= 1
                self._under_way += 1
                self._make_ready(name)
                return item
        return None

    def asked(self, item: Queued, now: float) -> None:
        """The URL is being asked for: its host's clocks start."""
        host = self._host(host_of(item.url))
        host.next_any_at = max(host.next_any_at, now + host.crawl_delay)
        if item.is_page:
            host.next_page_at = now + self._delay

    def pauses(self, item: Queued) -> Pauses:
        """What must pass between this request and others to its host, for those who ask it too."""
        host = self._host(host_of(item.url))
        return Pauses(page=self._delay if item.is_page else 0.0, any=host.crawl_delay)

    def next_time(self) -> float | None:
        """When `take` may have something although nothing else happens; None when only `done` can bring it."""
        times = [heap[0][0] for heap in (self._waiting, self._later) if heap]
        return min(times, default=None)

    def done(self, item: Queued) -> None:
        """The URL has its outcome, and what it named was added."""
        self._release(item)
        if item.is_page:
            self._close_page(item.hop)

    def again(self, item: Queued, at: float) -> None:
        """The URL is to be asked for once more, not before `at`."""
        self._release(item)
        self._queued += 1
        heapq.heappush(self._later, (at, item.id, item))

    def shut(self, origin: str) -> None:
        """Keep what is queued for an origin back until `open`; other origins of the same host go on."""
        self._shut.setdefault(origin, [])

    def open(self, origin: str) -> None:
        """What the origin was shut for is known."""
        for item in self._shut.pop(origin, ()):
            self._place(item)

    def rest(self, url: str, until: float) -> None:
        """Leave a host in peace until then (Retry-After)."""
        host = self._host(host_of(url))
        host.next_any_at = max(host.next_any_at, until)

    def slow_down(self, url: str, crawl_delay: float) -> None:
        """Ask a host at most once in so many seconds (Crawl-delay)."""
        host = self._host(host_of(url))
        host.crawl_delay = max(host.crawl_delay, crawl_delay)

    def drain(self) -> list[Queued]:
        """Take out all that waits."""
        items = [item for _, _, item in self._later]
        items += [item for shut in self._shut.values() for item in shut]
        for shut in self._shut.values():
            shut.clear()
        for host in self._hosts.values():
            items += host.parts
            items += [item for pages in host.pages.values() for item in pages]
            host.parts.clear()
            host.pages.clear()
        self._later.clear()
        self._queued = 0
        for item in items:
            if item.is_page:
                self._close_page(item.hop)
        return sorted(items, key=lambda item: item.id)

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host()
        return host

    def _place(self, item: Queued) -> None:
        name = host_of(item.url)
        host = self._host(name)
        if item.is_page:
            host.pages.setdefault(item.hop, deque()).append(item)
        else:
            host.parts.append(item)
        self._make_ready(name)

    def _make_ready(self, name: str) -> None:
        host = self._hosts[name]
        if not host.is_ready and host.active < self._connections:
            host.is_ready = True
            self._ready.append(name)

    def _wake(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            self._place(heapq.heappop(self._later)[2])
        while self._waiting and self._waiting[0][0] <= now:
            name = heapq.heappop(self._waiting)[1]
            self._hosts[name].wakes_at = math.inf
            self._make_ready(name)

    def _pick(self, name: str, host: _Host, now: float) -> Queued | None:
        """The host's next URL; where only time stands in the way, the host is set to wait for it."""
        if host.active >= self._connections:
            return None
        nearest = min(self._open_pages, default=0)
        pages = host.pages.get(nearest)
        if not host.parts and not pages:
            return None
        may_begin = host.next_any_at if host.parts else max(host.next_any_at, host.next_page_at)
        if may_begin > now:
            if may_begin < host.wakes_at:
                host.wakes_at = may_begin
                heapq.heappush(self._waiting, (may_begin, name))
            return None
        if host.parts:
            return host.parts.popleft()
        if pages is None:
            return None
        item = pages.popleft()
        if not pages:
            del host.pages[nearest]
        return item

    def _release(self, item: Queued) -> None:
        self._under_way -= 1
        name = host_of(item.url)
        self._hosts[name].active -= 1
        self._make_ready(name)

    def _close_page(self, hop: int) -> None:
        self._open_pages[hop] -= 1
        if not self._open_pages[hop]:
            del self._open_pages[hop]
            for name in self._hosts:
                self._make_ready(name)
