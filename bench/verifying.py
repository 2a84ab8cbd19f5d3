"""Verify bags with both algorithms: strongroom, bagit-python with one process, and openssl with one process a digest.

All three are whole processes, start-up included, on the same bags. Bags lie in the page cache: it is the hashing that
is measured, not the disk.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.capture import make_site
from bench.nginx import serving
from bench.rounds import Taken, interleaved, run
from bench.table import Table, timing

from strongroom.formats.bag.tag_files import payload_oxum, write_tag_files
from strongroom.storage import write_file


def captured(folder: Path, fill: Callable[[Path], object]) -> Path:
    """A bag of ours: a site of generated files, captured from nginx on loopback."""
    site = folder / "site"
    site.mkdir()
    fill(site)
    with serving(site) as base:
        program = [sys.executable, "-m", "strongroom", "preserve", f"{base}/index.html", "--output", folder / "bags"]
        run([*program, "--delay", "0", "--allow-private", "-q"])
    (bag,) = (folder / "bags").iterdir()
    return bag


def large_images(site: Path, count: int) -> None:
    """A page with images of 10 MB."""
    images = "".join(f'<img src="{number}.png" alt="">' for number in range(count))
    (site / "index.html").write_text(f"<!doctype html><title>Large</title><p>A page of large images.</p>{images}")
    for number in range(count):
        (site / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(10_000_000))


def plain(folder: Path, files: int, length_bytes: int) -> Path:
    """A bag of random bytes that holds no package."""
    root = folder / "bag"
    payload = {}
    for number in range(files):
        name = f"data/{number % 100:02}/{number}.bin"
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        payload[name] = write_file(root / name, pieces(length_bytes))
    info = [("Bagging-Date", "2025-11-03"), ("Payload-Oxum", str(payload_oxum(payload.values())))]
    write_tag_files(root, payload, info, {})
    return root


def pieces(length: int) -> Iterator[bytes]:
    """Random bytes in pieces."""
    while length > 0:
        yield os.urandom(min(length, 1 << 20))
        length -= 1 << 20


def ours(root: Path) -> Taken:
    return run([sys.executable, "-m", "strongroom", "verify", root, "-q"])


def bagit_python(root: Path) -> Taken:
    return run([sys.executable, "-m", "bagit", "--validate", "--quiet", root])


def openssl(root: Path) -> Taken:
    both = " & ".join(
        f"find '{root}' -type f -print0 | xargs -0 openssl dgst -r {one}" for one in ("-sha256", "-sha512")
    )
    return run(["sh", "-c", f"{both}; wait"])


def tables(*, quick: bool) -> Iterator[Table]:
    """Bags of ours, whose records, METS and PREMIS are checked too, and bags of which only digests are."""
    part, rounds = (50, 1) if quick else (1, 5)
    pages, images, files, length = 2000 // part, 20 // min(part, 10), 10_000 // part, 2**30 // part
    shapes: dict[str, Callable[[Path], Path]] = {
        f"a bag of ours, {pages} pages of 20 KB and {pages} images of 30 KB": partial(
            captured, fill=partial(make_site, pages=pages)
        ),
        f"a bag of ours, {images} images of 10 MB": partial(captured, fill=partial(large_images, count=images)),
        f"{files} files of 8 KiB": partial(plain, files=files, length_bytes=8192),
        f"one file of {length >> 20} MiB": partial(plain, files=1, length_bytes=length),
    }
    contenders = {"bagit-python": bagit_python, "strongroom verify": ours, "openssl, two processes": openssl}
    for shape, make in shapes.items():
        with tempfile.TemporaryDirectory() as folder:
            root = make(Path(folder))
            measures = interleaved({name: partial(one, root) for name, one in contenders.items()}, rounds)
        yield timing(
            f"Verify: {shape}",
            "Goal: at most 0.6 of bagit-python with one process. openssl hashes everything twice, in two processes. "
            "Of a bag of ours, strongroom also unpacks every record and compares METS, PREMIS and the index with it.",
            measures,
            against="bagit-python",
        )
