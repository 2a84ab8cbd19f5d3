"""Take bags into an archive: strongroom, and a plain program that copies, hashes and fsyncs the same bytes.

Whole processes, start-up included. Bags are read from the page cache; what is written goes to the disk.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.rounds import Taken, interleaved, run
from bench.table import Table, timing
from bench.verifying import plain

PLAIN = Path(__file__).parent / "peers" / "plain_copy.py"
NAME, AGAIN = "copy, hash, fsync", "copy, hash, fsync, read again"


def copied(bags: list[Path], target: Path, *words: str) -> Taken:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    os.sync()  # what others wrote is not to be waited for
    return run([sys.executable, PLAIN, target, *words, *bags])


def ingested(bags: list[Path], root: Path) -> Taken:
    shutil.rmtree(root, ignore_errors=True)
    os.sync()
    return run([sys.executable, "-m", "strongroom", "ingest", *bags, "--root", root, "-q"])


def tables(*, quick: bool) -> Iterator[Table]:
    """Many small bags, and one large one."""
    part, rounds = (50, 1) if quick else (1, 3)
    shapes = {
        f"{1000 // part} bags of 10 files of 64 KiB": (1000 // part, 10, 65_536),
        f"one bag with a file of {4096 // part} MiB": (1, 1, 2**32 // part),
    }
    for shape, (count, files, length) in shapes.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            bags = []
            for number in range(count):
                made = folder / "bags" / f"{number:04}"
                made.mkdir(parents=True)
                bags.append(plain(made, files, length).rename(made / f"bag-{number:04}"))
            contenders = {
                NAME: partial(copied, bags, folder / "copies"),
                AGAIN: partial(copied, bags, folder / "copies", "--read-back"),
                "strongroom ingest": partial(ingested, bags, folder / "archive"),
            }
            yield timing(
                f"Ingest: {shape}",
                "Goal: at most 1.3 of copying, hashing and fsyncing. strongroom verifies each bag, makes an OCFL "
                "version, reads it again from the disk, logs it under a signed head, writes a receipt, and enters it "
                "into the catalogue.",
                interleaved(contenders, rounds),
                against=NAME,
            )
