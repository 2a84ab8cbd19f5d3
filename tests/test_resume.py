"""Killed at any moment, the same command goes on: nothing lost, nothing doubled, one package at the end."""

import fcntl
import gzip
import json
import os
import random
import select
import signal
import struct
import subprocess
import termios
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from warcio.archiveiterator import ArchiveIterator

from presence import absent
from preserving import Preserved
from proof_table import Figures
from servers import nginx
from servers.certificates import Authority
from servers.nginx import Nginx, running_nginx
from servers.processes import REPOSITORY, python

PAGES = 120
CONNECTIONS = 32


@dataclass(frozen=True)
class Site:
    server: Nginx
    seed: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Site]:
    """A front page that links to many pages, each with an image of its own."""
    if fault := nginx.missing():
        absent(fault)
    folder = tmp_path_factory.mktemp("pages")
    source = random.Random(1)
    links = "".join(f'<a href="p{number}.html">page {number}</a>\n' for number in range(PAGES))
    (folder / "index.html").write_text(f"<!doctype html><title>All</title>{links}")
    for number in range(PAGES):
        words = " ".join(source.choices(["archive", "bag", "record", "shelf"], k=400))
        text = f'<!doctype html><title>Page {number}</title><img src="i{number}.png"><p>{words}</p>'
        (folder / f"p{number}.html").write_text(text)
        (folder / f"i{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + source.randbytes(20_000))
    work = tmp_path_factory.mktemp("nginx")
    with running_nginx(work, authority.leaf(), authority.root, {"/site/": folder}) as server:
        yield Site(server, f"{server.http}/site/index.html")


def begin(site: Site, output: Path, *, delay: str = "0") -> "subprocess.Popen[bytes]":
    command = python(
        "strongroom", "preserve", site.seed, "--output", output, "--json", "--allow-private", "--delay", delay
    )
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)


def finish(process: "subprocess.Popen[bytes]") -> Preserved:
    said, _ = process.communicate(timeout=120)
    return Preserved(process.returncode, json.loads(said))


def captured(preserved: Preserved) -> dict[str, tuple[str, str]]:
    """What matters of every URL: status and payload digest, by warcio; each URL has one response in all files."""
    found: list[tuple[str, tuple[str, str]]] = []
    for warc in preserved.warcs:
        with warc.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type in {"response", "revisit"}:
                    head = record.rec_headers
                    status = record.http_headers.get_statuscode()
                    found.append((head["WARC-Target-URI"], (status, head["WARC-Payload-Digest"])))
    doubled = [url for url, count in Counter(url for url, _ in found).items() if count > 1]
    assert doubled == []
    return dict(found)


def visible(output: Path) -> list[str]:
    return sorted(path.name for path in output.iterdir() if not path.name.startswith(".")) if output.exists() else []


def kill_when(process: "subprocess.Popen[bytes]", site: Site, requests: int, seconds: float) -> bool:
    """Kill a command so many seconds after the server logged so many lines; False when it had told its result."""
    while site.server.logged() < requests:
        if process.poll() is not None:
            return False
        time.sleep(0.002)
    assert process.stdout
    select.select([process.stdout], [], [], seconds)
    if unread_bytes(process.stdout):
        return False
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    return not unread_bytes(process.stdout)


def unread_bytes(pipe: IO[bytes]) -> int:
    answer = fcntl.ioctl(pipe.fileno(), termios.FIONREAD, b"\0\0\0\0")
    return struct.unpack("i", answer)[0]


def asked(site: Site) -> int:
    time.sleep(0.05)
    return site.server.logged()


@pytest.mark.prove
def test_killed_at_random_moments_the_capture_ends_as_if_undisturbed(
    site: Site, tmp_path: Path, in_full: bool, proof: Callable[[str, Figures], None]
):
    kills = 200 if in_full else 12
    before = asked(site)
    undisturbed = finish(begin(site, tmp_path / "undisturbed"))
    needed = asked(site) - before
    expected = captured(undisturbed)
    assert (undisturbed.exit, len(expected)) == (0, 2 * PAGES + 3)

    source = random.Random(20251124)
    rounds = killed = again = 0
    while killed < kills:
        output = tmp_path / f"killed-{rounds}"
        before, times = asked(site), 0
        process = begin(site, output)
        # Some moments lie between two requests, some behind the last one, while the package is made.
        while times < 6 and kill_when(
            process, site, asked(site) + source.randrange(needed // 3), source.choice([0.0, 0.01, 0.3, 0.6])
        ):
            times += 1
            process.communicate(timeout=30)
            assert [name for name in visible(output) if not (output / name / "tagmanifest-sha512.txt").exists()] == []
            process = begin(site, output)
        preserved = finish(process)
        assert captured(preserved) == expected
        beginnings = {gzip.decompress(warc.read_bytes())[:8] for warc in preserved.warcs}
        assert beginnings == {b"WARC/1.1"}
        assert preserved.document["outcomes"] == undisturbed.document["outcomes"]
        extra = asked(site) - before - needed
        assert extra <= times * CONNECTIONS
        again += extra
        assert sorted(path.name for path in output.iterdir()) == [preserved.bag.name]
        rounds += 1
        killed += times
    title = "Killed at random moments, each capture ends as if undisturbed"
    proof(
        title,
        {"kills": killed, "captures ended alike": rounds, "URLs of each": len(expected), "exchanges made again": again},
    )


def test_ctrl_c_ends_with_130_and_a_word_on_resuming(site: Site, tmp_path: Path):
    command = python(
        "strongroom", "preserve", site.seed, "--output", tmp_path / "bags", "--allow-private", "--delay", "0.05"
    )
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)
    before = len(site.server.exchanges())
    site.server.exchanges(at_least=before + 10, seconds=30)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, visible(tmp_path / "bags")) == (130, [])
    assert "run the same command again" in said
    done = finish(begin(site, tmp_path / "bags"))
    assert (done.exit, len(captured(done))) == (0, 2 * PAGES + 3)


def test_a_second_process_on_the_same_capture_is_turned_away(site: Site, tmp_path: Path):
    before = len(site.server.exchanges())
    first = begin(site, tmp_path / "bags", delay="0.2")
    site.server.exchanges(at_least=before + 5, seconds=30)
    second = begin(site, tmp_path / "bags")
    said, _ = second.communicate(timeout=120)
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (130, 6)
    assert "in use by another strongroom" in said.decode()
