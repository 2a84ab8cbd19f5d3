"""The demo site as a process of its own, and its log of the wire."""

import base64
import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers.certificates import Leaf
from servers.processes import python, running
from strongroom.cli.demo_site import Addresses


@dataclass(frozen=True)
class Passed:
    """Bytes that went one way in one exchange; `data` is None above 64 KiB."""

    length_bytes: int
    sha256: str
    data: bytes | None

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Passed":
        """Read one entry of the log."""
        data = base64.b64decode(facts["base64"]) if "base64" in facts else None
        return cls(facts["length_bytes"], facts["sha256"], data)


@dataclass(frozen=True)
class WireExchange:
    """One exchange as the server saw it; see `strongroom.cli.demo_site.wire_log.WireLog` for the words."""

    host: str
    tls: bool
    connection: int
    exchange: int
    target: str
    received: Passed
    sent: Passed
    asked_at_seconds: float
    answered_at_seconds: float
    ended: str


@dataclass(frozen=True)
class DemoSite:
    """A running demo site: where it is, and what it has logged so far."""

    addresses: Addresses
    log: Path
    authority: Path | None

    def exchanges(self, *, at_least: int = 0, seconds: float = 10.0) -> tuple[WireExchange, ...]:
        """Read the log once it has so many exchanges: an answer may arrive before its line is written."""
        deadline = time.monotonic() + seconds
        while True:
            found = tuple(_exchanges(self.log))
            if len(found) >= at_least:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"the server logged {len(found)} exchanges, not {at_least}, in {seconds} s")
            time.sleep(0.02)


def _exchanges(log: Path) -> Iterator[WireExchange]:
    for line in log.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n") and "fault" not in (facts := json.loads(line)):
            both = {"received": Passed.of(facts["received"]), "sent": Passed.of(facts["sent"])}
            yield WireExchange(**facts | both)


@contextlib.contextmanager
def running_demo_site(folder: Path, *, leaf: Leaf | None = None, authority: Path | None = None) -> Iterator[DemoSite]:
    """Serve the demo site from a process, over https with a `leaf`, with its log in `folder`."""
    log = folder / "wire.jsonl"
    command = python("strongroom.cli.demo_site", "--log", log, "--seconds", "600", "--until-stdin-ends")
    if leaf is not None:
        command += ["--tls", leaf.certificate, leaf.key]
    output = folder / "demo-site.txt"
    with running(command, output=output, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the demo site did not start: {output.read_text(errors='replace')}")
        said = json.loads(line)
        addresses = Addresses(said["first"], said["second"], said["third"], said["dead"])
        yield DemoSite(addresses, log, authority)
