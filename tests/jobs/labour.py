"""A worker of the tests, in a process of its own: what it does follows from the subject of the job.

Every job that is begun adds a line to `begun` in the folder, and every one that is brought to an end to `ended`, each
in one write, so that the test counts what happened and not what the database says.
"""

import os
import signal
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from strongroom.errors import StorageError, UsageError
from strongroom.jobs.job import Ended, GoOn, Job, Kind, Patience, State
from strongroom.jobs.place import Place
from strongroom.jobs.worker import run_worker
from strongroom.workflow import now

ARCHIVE = "urn:uuid:00000000-0000-4000-8000-00000000abcd"
PATIENCE = Patience(
    poll_seconds=0.02, sweep_seconds=0.25, beat_seconds=0.25, expiry_seconds=2.0, pause_seconds=0.05, grace_seconds=1.0
)


def place_of(folder: Path, url: str) -> Place:
    return Place(ARCHIVE, url, folder / "jobs.sqlite", folder / "locks")


def note(folder: Path, name: str, line: str) -> None:
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


@contextmanager
def labour(folder: Path, job: Job, go_on: GoOn) -> Iterator[Ended]:
    """`/WHAT/…`: what is to happen."""
    note(folder, "begun", f"{job.subject} {os.getpid()} {time.time():.3f}")
    match job.subject.split("/")[1]:
        case "slow":
            for _ in range(int(job.subject.split("/")[2])):
                go_on()
                time.sleep(0.05)
        case "deaf":
            time.sleep(float(job.subject.split("/")[2]))
        case "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        case "held":
            while not (folder / "go").exists():
                time.sleep(0.02)
        case "bug":
            raise ValueError("nobody thought of this")
        case "full":
            if not (folder / "room").exists():
                raise StorageError("the disk is full; make room and run the same command again")
        case "wrong":
            raise UsageError("this cannot be done at all")
        case "refused":
            yield Ended(State.REFUSED, "2 errors")
            return
    note(folder, "ended", job.subject)
    yield Ended(State.DONE, "fine", {"object": "urn:x"})
    if job.subject.startswith("/untidy/"):
        raise StorageError("the disk is full")


def main(folder: Path, url: str, backoff: str) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    patience = replace(PATIENCE, backoff_seconds=tuple(map(float, backoff.split(","))))
    note(folder, "workers", str(os.getpid()))
    at_rest = run_worker(
        place_of(folder, url),
        lambda _: {kind: partial(labour, folder) for kind in (Kind.INGEST, Kind.CAPTURE)},
        stop=stop,
        clock=now,
        new_id=lambda: uuid.uuid4().urn,
        patience=patience,
        on_happening=lambda one: note(folder, "said", f"{one.job.subject} {one.state} {one.sentence}"),
        on_trouble=lambda sentence: note(folder, "trouble", sentence),
    )
    sys.stdout.flush()
    os._exit(0 if at_rest else 9)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
