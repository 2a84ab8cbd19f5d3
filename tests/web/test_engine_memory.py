"""Memory does not grow with the length of a body."""

import subprocess
import sys
from pathlib import Path

import pytest

from presence import forbidden
from servers.certificates import Authority
from web.hostile import CLOSE, HostileServer

MEBIBYTE = 1 << 20
LENGTH_MEBIBYTES = 200
LIMIT_MEBIBYTES = 100

FETCH = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from strongroom.model.exchange import Request
from strongroom.settings import CaptureSettings
from strongroom.web.engine import Engine

async def run(url, spool, roots):
    settings = CaptureSettings(allow_private=True, certificate_authorities=Path(roots))
    async with Engine(settings, spool=Path(spool), clock=lambda: datetime.now(UTC), version="1") as engine:
        exchange = await engine.fetch(Request(url))
        length = sum(map(len, exchange.response.block.chunks()))
        exchange.response.block.close()
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        print(length, int(status["VmHWM"].split()[0]) // 1024)  # ru_maxrss would count the parent's memory, too

asyncio.run(run(*sys.argv[1:]))
"""


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_large_body_streams_through(scheme: str, authority: Authority, tmp_path: Path) -> None:
    if not Path("/proc/self/status").exists():
        forbidden("learn what one process took at most")
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    tls = authority.leaf().context() if scheme == "https" else None
    script = (head, *[bytes(MEBIBYTE)] * LENGTH_MEBIBYTES, CLOSE)
    with HostileServer({"/": script}, tls=tls, keep_sent=False) as server:
        command = [sys.executable, "-c", FETCH, server.url(), str(tmp_path), str(authority.root)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    length, peak_mebibytes = map(int, done.stdout.split())
    assert length == len(head) + LENGTH_MEBIBYTES * MEBIBYTE
    assert peak_mebibytes < LIMIT_MEBIBYTES
