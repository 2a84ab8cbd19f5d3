"""Killed at any moment, the same command goes on: nothing lost, nothing doubled, one package at the end."""

import gzip
import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from presence import absent
from preserving import Preserved
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


def kill_at(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Kill a command after so many seconds; False when it was done before."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        return True
    return False


def asked(site: Site) -> int:
    time.sleep(0.05)
    return len(site.server.exchanges())


@pytest.mark.prove
def test_killed_at_random_moments_the_capture_ends_as_if_undisturbed(site: Site, tmp_path: Path, in_full: bool):
    kills = 200 if in_full else 12
    before = asked(site)
    began = time.monotonic()
    undisturbed = finish(begin(site, tmp_path / "undisturbed"))
    whole_seconds = time.monotonic() - began
    needed = asked(site) - before
    expected = captured(undisturbed)
    assert (undisturbed.exit, len(expected)) == (0, 2 * PAGES + 3)

    source = random.Random(20251124)
    killed = 0
    for number in range(kills * 3):
        output = tmp_path / f"killed-{number}"
        before, times = asked(site), 0
        while True:
            process = begin(site, output)
            if not kill_at(process, source.uniform(0.25, 1.0) * whole_seconds):
                said = process.stdout.read() if process.stdout else b""
                process.communicate()
                break
            times += 1
            assert [name for name in visible(output) if not (output / name / "tagmanifest-sha512.txt").exists()] == []
            if times == 6:
                process = begin(site, output)
                said = process.communicate(timeout=120)[0]
                break
        preserved = Preserved(process.returncode, json.loads(said))
        assert captured(preserved) == expected
        assert [gzip.decompress(warc.read_bytes())[:8] for warc in preserved.warcs] == [b"WARC/1.1"] * len(
            preserved.warcs
        )
        assert preserved.document["outcomes"] == undisturbed.document["outcomes"]
        assert asked(site) - before <= needed + times * CONNECTIONS
        assert visible(output) == [preserved.bag.name]
        assert sorted(path.name for path in output.iterdir()) == [preserved.bag.name]
        killed += times
        if killed >= kills:
            return
    pytest.fail(f"only {killed} of {kills} kills came before the end")


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
