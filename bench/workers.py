"""Twice the workers, and how many more bags that is: worker processes on a full queue in PostgreSQL.

Bags and archive lie in memory where the system has a file system there, so that the disk is not the limit. The clock
runs from when every worker has taken in its first bag, so that their start is not counted.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median

from bench.rounds import Measure, Taken, interleaved
from bench.table import Table, ratio
from bench.verifying import plain

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests know how to start a server

from servers.postgres import Postgres, running_postgres

_IN_MEMORY = Path("/dev/shm")
_NUMBERS = (1, 2)


def tables(*, quick: bool) -> Iterator[Table]:
    """One worker and two, in turn."""
    count, rounds = (40, 1) if quick else (400, 5)
    with ExitStack() as stack:
        server = stack.enter_context(running_postgres())
        where = _IN_MEMORY if _IN_MEMORY.is_dir() else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=where)))
        bags = [
            plain(folder / "bags" / f"{number:04}", 20, 65_536).rename(folder / "bags" / f"bag-{number:04}")
            for number in range(count)
        ]
        measures = interleaved(
            {
                f"{number} worker{'' if number == 1 else 's'}": partial(worked, bags, folder, server, number)
                for number in _NUMBERS
            },
            rounds,
        )
        yield _table(count, measures)


def worked(bags: list[Path], folder: Path, server: Postgres, number: int) -> Taken:
    """Let so many workers take in all bags; the seconds are those of one bag, over all workers."""
    root, log = folder / "archive", folder / "log.jsonl"
    shutil.rmtree(root, ignore_errors=True)
    log.unlink(missing_ok=True)
    options = ["--root", root, "--jobs", server.database(), "--config", folder / "settings.toml"]
    (folder / "settings.toml").write_text("[ingest]\nsettle_seconds = 0\nfree_bytes = 0\n")
    command = [sys.executable, "-m", "strongroom"]
    with subprocess.Popen([*command, "watch", "--workers", "0", "-q", *options]) as door:
        _wait((root / "log" / "archive.json").exists)
        for bag in bags:
            shutil.copytree(bag, root / f".{bag.name}")
            (root / f".{bag.name}").rename(root / "incoming" / bag.name)
        _wait(lambda: _waiting([*command, "status", "--json", *options]) == len(bags))
        door.terminate()
    workers = [subprocess.Popen([*command, "worker", "-q", "--log", log, *options]) for _ in range(number)]
    try:
        _wait(lambda: len(_ends(log)) == len(bags), seconds=600, nap=1)
    finally:
        for one in workers:
            one.terminate()
        for one in workers:
            one.wait(30)
    ends = _ends(log)
    firsts = {pid: moment for moment, pid in reversed(ends)}
    begun, ended = max(firsts.values()), ends[-1][0]
    counted = sum(moment > begun for moment, _ in ends)
    return Taken((ended - begun).total_seconds() / counted, 0.0)


def _table(count: int, measures: dict[str, Measure]) -> Table:
    one, two = measures.values()
    return Table(
        f"Workers on PostgreSQL: {count} bags of 20 files of 64 KiB",
        "Goal: at least 1.7 times the bags with two workers, on two processors that nothing else uses.",
        ("", "bags a second", "ratio"),
        tuple(
            (name, f"{1 / median(measure.seconds):.1f}", f"{ratio(one.seconds, measure.seconds):.2f}")
            for name, measure in zip(measures, (one, two), strict=True)
        ),
    )


def _ends(log: Path) -> list[tuple[datetime, int]]:
    """When each bag was in, and through which process."""
    if not log.exists():
        return []
    lines = [line for line in log.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
    events = [event for event in map(json.loads, lines) if event["event"] == "job"]
    if bad := [event for event in events if event["state"] != "done"]:
        raise RuntimeError(f"not taken in: {bad[0]}")
    return sorted((datetime.fromisoformat(event["at"]), event["pid"]) for event in events)


def _waiting(command: list[object]) -> int:
    said = subprocess.run([str(word) for word in command], capture_output=True, check=True, text=True)
    return sum(one["jobs"] for one in json.loads(said.stdout)["counts"] if one["state"] == "waiting")


def _wait(condition, *, seconds: float = 120.0, nap: float = 0.2) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not so after {seconds} s")
        time.sleep(nap)
