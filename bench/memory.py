"""Memory that one large body takes: strongroom beside a script that holds the body, as scripts of requests do."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.capture import scratch, strongroom
from bench.nginx import serving
from bench.peers.environment import command
from bench.rounds import Taken, interleaved, run
from bench.table import Table, timing


def tables(*, quick: bool) -> Iterator[Table]:
    """One body of random bytes, captured, preserved, and held in memory."""
    mebibytes = 64 if quick else 1024
    with scratch() as folder:
        piece = random.Random(20251103).randbytes(1 << 20)
        with (folder / "body.bin").open("wb") as file:
            for _ in range(mebibytes):
                file.write(piece)
        with serving(folder) as base:
            url = f"{base}/body.bin"
            contenders = {
                "requests + warcio": partial(_requests, url),
                "strongroom capture": partial(strongroom, "capture", url),
                "strongroom preserve (a whole bag)": partial(strongroom, "preserve", url),
            }
            measures = interleaved(contenders, 1)
    yield timing(
        f"Memory: one body of {mebibytes} MiB",
        "Goal: below 150 MiB, however long the body. The peak is the kernel's high-water mark of the resident set.",
        measures,
        against="requests + warcio",
    )


def _requests(url: str) -> Taken:
    with scratch() as folder:
        return run(command("requests_warcio.py", "--one", url, Path(folder, "w.warc.gz")))
