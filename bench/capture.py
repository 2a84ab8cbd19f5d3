"""Capture against wget: generated pages and images on Debian's nginx, loopback, no delay."""

import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.nginx import serving
from bench.peers.environment import command
from bench.rounds import Taken, interleaved, run
from bench.table import Table, timing

WORDS = (
    "archive",
    "record",
    "payload",
    "bag",
    "manifest",
    "digest",
    "agent",
    "event",
    "object",
    "page",
    "vault",
    "shelf",
)


def make_site(folder: Path, pages: int) -> None:
    """Pages of 20 KB and as many images of 30 KB; the front page links to all, each page to ten others."""
    source = random.Random(20251103)
    links = "".join(f'<li><a href="p{n}.html">Page {n}</a></li>\n' for n in range(pages))
    (folder / "index.html").write_text(f"<!doctype html><title>All</title><ul>{links}</ul>")
    for number in range(pages):
        near = "".join(f'<a href="p{(number + step) % pages}.html">next {step}</a> ' for step in range(1, 11))
        words = " ".join(source.choices(WORDS, k=3200))
        body = f'<h1>Page {number}</h1><img src="i{number}.png" alt=""><p>{near}</p><p>{words}</p>'
        text = f"<!doctype html><html lang=en><title>Page {number}</title><body>{body}</body></html>"
        (folder / f"p{number}.html").write_text(text[:20480])
        (folder / f"i{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + source.randbytes(30720 - 8))


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield Path(folder)


def tables(*, quick: bool) -> Iterator[Table]:
    """Capture and preserve beside wget, a script of requests and warcio, and aiohttp that keeps nothing."""
    pages, rounds = (100, 1) if quick else (2000, 5)
    if shutil.which("wget") is None:
        raise SystemExit("wget is not installed; apt-get install wget")
    with scratch() as folder:
        make_site(folder, pages)
        with serving(folder) as base:
            contenders = {
                "wget --warc-file": partial(_wget, base),
                "strongroom capture": partial(strongroom, "capture", f"{base}/index.html"),
                "strongroom preserve (a whole bag)": partial(strongroom, "preserve", f"{base}/index.html"),
                "requests + warcio": partial(_requests, base),
                "aiohttp, keeping nothing": partial(_aiohttp, base),
            }
            measures = interleaved(contenders, rounds)
    yield timing(
        f"Capture: {pages} pages of 20 KB and {pages} images of 30 KB, nginx on loopback",
        "Goal: both of strongroom's at most 0.8 of wget. strongroom hashes twice, indexes and follows links as a "
        "browser does; preserve also describes, validates and packs a bag. No delay between requests.",
        measures,
        against="wget --warc-file",
    )


def strongroom(verb: str, url: str) -> Taken:
    """Capture or preserve one URL into a folder of its own."""
    with scratch() as folder:
        place = ["--work", folder / "work"] if verb == "capture" else ["--output", folder / "bags"]
        return run([sys.executable, "-m", "strongroom", verb, url, *place, "--delay", "0", "--allow-private", "-q"])


def _wget(base: str) -> Taken:
    options = ("--quiet", "--recursive", "--level=1", "--page-requisites", "--warc-file=w")
    with scratch() as folder:
        return run(["wget", *options, f"{base}/index.html"], cwd=folder)


def _requests(base: str) -> Taken:
    with scratch() as folder:
        return run(command("requests_warcio.py", f"{base}/index.html", folder / "w.warc.gz"))


def _aiohttp(base: str) -> Taken:
    return run(command("aiohttp_alone.py", f"{base}/index.html"))
