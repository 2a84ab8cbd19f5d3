"""A small capture that needs no network, and the package and the bag made of it; the same bytes every time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from edges import CountingIdentifiers, TickingClock
from formats.warc_samples import response
from strongroom.model.capture import Capture
from strongroom.model.exchange import Exchange, Failure, FailureKind, Request
from strongroom.model.finding import Accepted
from strongroom.model.package import Bag, Package
from strongroom.settings import Settings
from strongroom.stages.capture import capture
from strongroom.stages.compose import compose
from strongroom.stages.describe import describe
from strongroom.stages.pack import pack
from strongroom.stages.plan import plan
from strongroom.stages.validate import validate

SEED = "http://harbour.example/article.html"
SETTINGS = Settings.of(
    {
        "capture": {"delay_seconds": 0, "backoff_seconds": 0, "attempts": 1, "operator": "Ada Keeper"},
        "describe": {"values": {"dcterms:license": ["https://creativecommons.org/licenses/by/4.0/"]}},
        "pack": {"source_organization": "Harbour Archive"},
    },
    "the settings of the tests",
)
_ARTICLE = b"""<!doctype html><html lang="en"><head><title>The lamp &amp; the tide</title>
<meta name="author" content="Ada Keeper"><link rel="stylesheet" href="/style.css">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The lamp & the tide", </script></head>
<body><main><h1>The lamp &amp; the tide</h1><p>A paragraph about the harbour lamp, and one more sentence of it.</p>
<img src="/lamp.png" alt=""><img src="/same.png" alt="">
<p><a href="/next.html">The next page</a> <a href="/gone.html">Gone</a> <a href="mailto:ada@harbour.example">Ada</a>
<a href="http://nowhere.example/">Nowhere</a></p></main></body></html>"""
_NEXT = b"""<!doctype html><html lang="en"><head><title>Next</title></head><body><p>Words enough to be a page.</p>
<p><a href="/article.html">Back</a> <a href="/farther.html">Farther</a></p></body></html>"""
_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def _answer(media_type: str, body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


_SITE = {
    "/robots.txt": _answer("text/plain", b"User-agent: *\nAllow: /\n"),
    "/article.html": _answer("text/html; charset=utf-8", _ARTICLE),
    "/next.html": _answer("text/html; charset=utf-8", _NEXT),
    "/style.css": _answer("text/css", b"body { background: url(/lamp.png) }"),
    "/lamp.png": _answer("image/png", _PICTURE),
    "/same.png": _answer("image/png", _PICTURE),
}


@dataclass
class StillWater:
    """Answers as the server of the site would, at once and always alike; another host cannot be reached."""

    clock: Callable = field(default_factory=TickingClock)

    async def __call__(self, request: Request) -> Exchange:
        host, _, rest = request.url.removeprefix("http://").partition("/")
        target = f"/{rest}"
        made = Exchange(
            request=request,
            request_block=f"{request.method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(),
            started_at=self.clock(),
            duration_seconds=0.0,
            address="192.0.2.7",
        )
        if host != "harbour.example":
            failure = Failure(FailureKind.DNS, f"the name {host} is not known")
            return Exchange(request, b"", made.started_at, 0.0, None, failure=failure)
        block = _SITE.get(target, _answer("text/html", b"<p>Nothing here.</p>", "404 Not Found"))
        return Exchange(request, made.request_block, made.started_at, 0.0, made.address, response=response(block))


@dataclass
class Maker:
    """Makes captures, packages and bags below a folder, with clocks and identifiers of its own.

    The clock of the capture stands still, since how often a crawl looks at it depends on the machine.
    """

    folder: Path
    captured_at: TickingClock = field(default_factory=lambda: TickingClock(step=timedelta(0)))
    clock: TickingClock = field(default_factory=TickingClock)
    new_id: CountingIdentifiers = field(default_factory=CountingIdentifiers)

    def capture(self) -> Capture:
        return capture(
            plan([SEED], SETTINGS.plan),
            self.folder / "work",
            SETTINGS.capture,
            clock=self.captured_at,
            new_id=self.new_id,
            version="0.1.0",
            fetch=StillWater(self.captured_at),
        )

    def package(self) -> Package:
        captured = self.capture()
        described = describe(captured, SETTINGS.describe)
        return compose(captured, described, SETTINGS, clock=self.clock, new_id=self.new_id)

    def bag(self) -> Bag:
        accepted = validate(self.package())
        assert isinstance(accepted, Accepted), accepted.findings
        output = self.folder / "bags"
        output.mkdir()
        return pack(accepted, output, SETTINGS.pack, clock=self.clock)
