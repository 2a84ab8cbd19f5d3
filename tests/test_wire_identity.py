"""Every byte that the server sent is recorded, and every byte that was sent is what the server got."""

import asyncio
import hashlib
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import pytest

from edges import CountingIdentifiers, TickingClock
from judges import payload_digests
from servers.demo_site import DemoSite, WireExchange
from strongroom.cli.demo_site import names_of
from strongroom.cli.demo_site.documents import Documents, site_folder
from strongroom.cli.demo_site.troubles import Troubles
from strongroom.cli.demo_site.wire_cases import wire_cases
from strongroom.formats.warc.exchange import records_of
from strongroom.formats.warc.write import WarcWriter
from strongroom.model.exchange import Exchange, Request
from strongroom.settings import CaptureSettings
from strongroom.web.engine import Engine
from wire_records import differences, recorded

# These answer after longer than a test should wait; what is cut by a timeout has tests of its own.
_TOO_SLOW = {"/troubles/stalled", "/troubles/late"}
_UNANSWERED = {"/troubles/silent"}


def every_url(site: DemoSite) -> list[str]:
    """All that the demo site answers: files, rules, cases, what is not there, and what is a folder."""
    names = names_of(site.addresses)
    paths = (*Documents(site_folder() / "first", names).paths(), *Troubles(names).paths(), *wire_cases(), "/wire/")
    others = ("/", "/article", "/article/", "/never/there", "/article/keeper.html?a=1&b=%C3%BC", "/search?q=")
    first = [site.addresses.first + quote(path, safe="/?=&%") for path in (*paths, *others) if path not in _TOO_SLOW]
    second = [site.addresses.second + quote(path) for path in Documents(site_folder() / "second", names).paths()]
    return [*first, *second, site.addresses.third + "/robots.txt", site.addresses.third + "/notes.html"]


def sent_bytes(exchange: Exchange) -> bytes:
    """What the server must have sent, by the exchange's account."""
    response = exchange.response
    if response is None:
        return exchange.interim
    assert not response.surplus_cut
    return response.interim + b"".join(response.block.chunks()) + response.surplus


async def fetch_all(site: DemoSite, requests: Iterable[Request], spool: Path) -> list[Exchange]:
    settings = CaptureSettings(allow_private=True, certificate_authorities=site.authority, connections_per_host=4)
    slots = asyncio.Semaphore(4)
    async with Engine(settings, spool=spool, clock=TickingClock(), version="0") as engine:

        async def fetch(request: Request) -> Exchange:
            async with slots:
                return await engine.fetch(request)

        return await asyncio.gather(*(fetch(request) for request in requests))


def by_request(logged: Iterable[WireExchange]) -> dict[bytes, list[WireExchange]]:
    """The server's lines by the request that it got; ports in Host tell the hosts apart."""
    lines: dict[bytes, list[WireExchange]] = {}
    for exchange in logged:
        assert exchange.received.data is not None
        lines.setdefault(exchange.received.data, []).append(exchange)
    return lines


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_exchange_is_recorded_as_the_server_logged_it(
    scheme: str, demo_site: DemoSite, demo_site_tls: DemoSite, tmp_path: Path
) -> None:
    site = demo_site if scheme == "http" else demo_site_tls
    asked = [Request(url) for url in every_url(site)]
    asked += [Request(url, method="HEAD") for url in every_url(site) if "/wire/" not in url]
    exchanges = asyncio.run(fetch_all(site, asked, tmp_path))
    lines = by_request(site.exchanges(at_least=len(asked)))
    # What was asked twice has two lines, so that many lines alone do not say that the last answer has its own.
    deadline = time.monotonic() + 10
    while not {one.request_block for one in exchanges} <= set(lines) and time.monotonic() < deadline:
        time.sleep(0.02)
        lines = by_request(site.exchanges(at_least=len(asked)))

    unlike = []
    for exchange in exchanges:
        heard = lines.pop(exchange.request_block, [])
        sent = sent_bytes(exchange)
        ours = (len(sent), hashlib.sha256(sent).hexdigest())
        theirs = [(line.sent.length_bytes, line.sent.sha256) for line in heard]
        tries = 2 if exchange.url.removeprefix(site.addresses.first) in _UNANSWERED else 1
        if not 1 <= len(theirs) <= tries or set(theirs) != {ours}:
            unlike.append((exchange.request.method, exchange.url, ours, theirs))
        if exchange.response is not None:
            assert str(exchange.response.block.digest()) == (
                "sha256:" + hashlib.sha256(b"".join(exchange.response.block.chunks())).hexdigest()
            )
            exchange.response.block.close()
    assert unlike == []
    assert lines == {}
    assert len(exchanges) > 150


def test_the_answers_without_any_byte_are_the_ones_meant_to_be(demo_site: DemoSite, tmp_path: Path) -> None:
    exchanges = asyncio.run(fetch_all(demo_site, map(Request, every_url(demo_site)), tmp_path))
    unanswered = {
        exchange.url.removeprefix(demo_site.addresses.first) for exchange in exchanges if not exchange.response
    }
    for exchange in exchanges:
        if exchange.response:
            exchange.response.block.close()
    assert unanswered == _UNANSWERED


def write(exchanges: Iterable[Exchange], folder: Path) -> Path:
    """Put exchanges into one WARC file."""
    new_id = CountingIdentifiers()
    known: set[str] = set()
    with WarcWriter(folder, stem="wire", info={}, max_bytes=10**9, clock=TickingClock(), new_id=new_id) as writer:
        for exchange in exchanges:
            writer.write_all(records_of(exchange, new_id=new_id, known_certificates=known))
            if exchange.response:
                exchange.response.block.close()
    return folder / "wire-00001.warc.gz"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_records_hold_every_byte_and_their_digests_are_true_by_independent_code(
    scheme: str, demo_site: DemoSite, demo_site_tls: DemoSite, tmp_path: Path
) -> None:
    site = demo_site if scheme == "http" else demo_site_tls
    urls = every_url(site)
    warc = write(asyncio.run(fetch_all(site, map(Request, urls), tmp_path)), tmp_path)
    exchanges = recorded([warc])
    assert differences(exchanges, site.exchanges(at_least=len(urls))) == []
    assert len(exchanges) == len(urls) - len(_UNANSWERED)
    assert list(payload_digests.faults(warc)) == []
