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
from bench.rounds import interleaved, run, show

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


def _wget(base: str) -> tuple[float, float]:
    with scratch() as folder:
        return run(
            ["wget", "--quiet", "--recursive", "--level=1", "--page-requisites", "--warc-file=w", f"{base}/index.html"],
            cwd=folder,
        )


def _strongroom(command: str, base: str) -> tuple[float, float]:
    with scratch() as folder:
        place = ["--work", folder / "work"] if command == "capture" else ["--output", folder / "bags"]
        program = [sys.executable, "-m", "strongroom", command, f"{base}/index.html", *place]
        return run([*program, "--delay", "0", "--allow-private", "-q"])


def main(pages: int = 2000, rounds: int = 5) -> None:
    """Print the comparison."""
    if shutil.which("wget") is None:
        raise SystemExit("wget is not installed; apt-get install wget")
    with scratch() as folder:
        make_site(folder, pages)
        with serving(folder) as base:
            contenders = {
                "wget --warc-file": partial(_wget, base),
                "strongroom capture": partial(_strongroom, "capture", base),
                "strongroom preserve (a whole bag)": partial(_strongroom, "preserve", base),
            }
            title = f"capture: {pages} pages of 20 KB, {pages} images of 30 KB, nginx on loopback"
            show(title, interleaved(contenders, rounds), against="wget --warc-file")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
