"""What is recorded is what was on the wire, for every answer a server may give, over TCP and TLS."""

import asyncio
from pathlib import Path

import pytest

from edges import TickingClock
from servers.certificates import Authority
from strongroom.formats.http.message import payload
from strongroom.model.digest import Digest
from strongroom.model.exchange import Exchange, Request
from strongroom.settings import CaptureSettings
from strongroom.web.engine import Engine
from web.answers import ANSWERS, Answer
from web.hostile import CLOSE, HostileServer, Pause, Script

TARGETS = {f"/{number}": answer for number, answer in enumerate(ANSWERS.values())}


def script(answer: Answer) -> Script:
    """In one piece, or in two with a pause between them, and then the end where it belongs to the answer."""
    sent = answer.sent
    middle = len(answer.interim) + len(answer.block) // 2
    parts = (sent[:middle], Pause(0.002), sent[middle:]) if len(sent) % 2 else (sent,)
    return (*parts, CLOSE) if answer.closes else parts


async def fetch_all(server: HostileServer, authority: Authority, spool: Path) -> list[Exchange]:
    settings = CaptureSettings(allow_private=True, certificate_authorities=authority.root, idle_seconds=2.0)
    async with Engine(settings, spool=spool, clock=TickingClock(), version="0.1.0") as engine:
        return [
            await engine.fetch(Request(server.url(target), method=answer.method)) for target, answer in TARGETS.items()
        ]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_byte_sent_is_recorded_and_every_byte_recorded_was_sent(
    scheme: str, authority: Authority, tmp_path: Path
) -> None:
    tls = authority.leaf().context() if scheme == "https" else None
    with HostileServer({target: script(answer) for target, answer in TARGETS.items()}, tls=tls) as server:
        exchanges = asyncio.run(fetch_all(server, authority, tmp_path))
    assert [exchange.request_block for exchange in exchanges] == server.requests
    for (target, answer), (name, exchange) in zip(TARGETS.items(), zip(ANSWERS, exchanges, strict=True), strict=True):
        response = exchange.response
        assert response is not None, name
        block = b"".join(response.block.chunks())
        recorded = response.interim + block + response.surplus
        assert Digest.of([recorded]) == Digest.of([server.sent[target]]), name
        assert (response.interim, block, response.surplus) == (answer.interim, answer.block, answer.surplus), name
        assert (response.status, response.framing, response.truncated, response.malformed) == (
            answer.status,
            answer.framing,
            answer.truncated,
            answer.malformed,
        ), name
        assert response.payload_digest == Digest.of([answer.payload]) == Digest.of(payload([block])), name
