"""Verify bags with both algorithms: strongroom, bagit-python with one process, and openssl with one process a digest.

All three are whole processes, start-up included, on the same bags. Bags lie in the page cache: it is the hashing that
is measured, not the disk.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.rounds import Taken, interleaved, run
from bench.table import Table, timing

from strongroom.formats.bag.tag_files import payload_oxum, write_tag_files
from strongroom.storage import write_file

SHAPES = {"one large file": 1, "eight files": 8, "files of 25 kB": None}


def make_bag(root: Path, megabytes: int, files: int | None) -> None:
    """A bag of random bytes, in so many files; None: in files of 25 kB."""
    total = megabytes * 10**6
    count = files or total // 25_000
    payload = {}
    for number in range(count):
        name = f"data/{number % 100:02}/{number}.bin"
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        payload[name] = write_file(root / name, pieces(total // count))
    info = [
        ("Bagging-Date", "2025-11-03"),
        ("Payload-Oxum", str(payload_oxum(payload.values()))),
    ]
    write_tag_files(root, payload, info, {})


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
    """Bags of the same size, in few and in many files."""
    megabytes, rounds = (20, 1) if quick else (400, 3)
    contenders = {"bagit-python": bagit_python, "strongroom verify": ours, "openssl, two processes": openssl}
    for shape, files in SHAPES.items():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "bag"
            make_bag(root, megabytes, files)
            runs = {name: partial(contender, root) for name, contender in contenders.items()}
            measures = interleaved(runs, rounds)
        yield timing(
            f"Verify: {megabytes} MB in {shape}",
            "Goal: at most 0.6 of bagit-python with one process. openssl hashes everything twice, in two processes.",
            measures,
            against="bagit-python",
        )
