"""Workers of the tests: begun, killed, stopped and always ended; and what they left behind."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from jobs.labour import ARCHIVE, place_of
from servers.processes import REPOSITORY
from strongroom.jobs.database import Database
from strongroom.jobs.engine import Sender
from strongroom.jobs.job import Job, Kind, Recorded, State
from strongroom.jobs.ledger import Ledger
from strongroom.jobs.place import Place
from strongroom.jobs.status import jobs_of, jobs_status
from strongroom.workflow import now


def job(subject: str, *, lane: str = "") -> Job:
    """A job that does what its subject says; the same subject is the same job."""
    kind = Kind.CAPTURE if lane else Kind.INGEST
    return Job(subject.encode().hex().rjust(64, "0"), kind, subject, lane=lane)


@dataclass
class Gang:
    """Jobs in a folder and its database, and the workers that the test begins."""

    folder: Path
    url: str
    backoff: str = "0.2,0.2"
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return place_of(self.folder, self.url)

    @contextlib.contextmanager
    def ledger(self) -> Iterator[Ledger]:
        with closing(Database.open(self.url, self.place.path)) as database:
            ledger = Ledger(database, clock=now)
            ledger.make(ARCHIVE)
            yield ledger

    def send(self, *jobs: Job) -> None:
        with self.ledger() as ledger, closing(Sender(ledger.database)) as sender:
            for one in jobs:
                sender.send(one)
            ledger.add(jobs)

    def hire(self, number: int = 1) -> list[subprocess.Popen[bytes]]:
        """Begin workers and wait until they are at work or have died of it."""
        before = len(self.lines("workers"))
        words = [sys.executable, "-m", "jobs.labour", str(self.folder), self.url, self.backoff]
        paths = os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY / "tests")])
        with (self.folder / "output").open("ab") as output:
            new = [
                subprocess.Popen(
                    words,
                    env=os.environ | {"PYTHONPATH": paths},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                )
                for _ in range(number)
            ]
        self.processes += new
        self.wait(lambda: len(self.lines("workers")) >= before + number)
        return new

    def lines(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def begun(self, subject: str) -> int:
        """How often a job was begun."""
        return sum(line.split(" ")[0] == subject for line in self.lines("begun"))

    def ended(self) -> Counter[str]:
        """How often each job was brought to an end."""
        return Counter(self.lines("ended"))

    def states(self) -> dict[str, str]:
        """Subject to state."""
        return {one.job.subject: one.state.value for one in self.recorded()}

    def recorded(self) -> list[Recorded]:
        return [one for kind in (Kind.INGEST, Kind.CAPTURE) for one in jobs_of(self.place, kind)]

    def open_jobs(self) -> int:
        """How many jobs have not ended."""
        status = jobs_status(self.place, parked=0)
        return sum(status.total(state) for state in (State.WAITING, State.WORKING, State.POSTPONED))

    def wait(self, condition: Callable[[], object], *, seconds: float = 60.0) -> float:
        """Wait until something is so; returns how long it took."""
        begun = time.monotonic()
        while not condition():
            if time.monotonic() - begun > seconds:
                said = (self.folder / "output").read_text(errors="replace")
                raise AssertionError(
                    f"not so after {seconds} s: {self.states()}; {self.lines('trouble')}; {said[-4000:]}"
                )
            time.sleep(0.05)
        return time.monotonic() - begun

    def dismiss(self, processes: Sequence[subprocess.Popen[bytes]] = ()) -> list[int]:
        """Ask workers to stop, or all; returns how each ended."""
        chosen = processes or self.processes
        for one in chosen:
            if one.poll() is None:
                one.send_signal(signal.SIGCONT)
                one.send_signal(signal.SIGTERM)
        for one in chosen:
            try:
                one.wait(20)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait(10)
                raise
        return [one.returncode for one in chosen]


def freeze(process: "subprocess.Popen[bytes]", place: Place) -> None:
    """Stop a worker, but not while it writes to SQLite: then nobody could write until it goes on (ADR 12)."""
    if place.url:
        process.send_signal(signal.SIGSTOP)
        return
    with closing(sqlite3.connect(place.path, timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        process.send_signal(signal.SIGSTOP)
        state = Path(f"/proc/{process.pid}/stat")
        while state.read_text().rpartition(")")[2].split()[0] != "T":
            time.sleep(0.01)
        connection.execute("ROLLBACK")


@contextlib.contextmanager
def gang(folder: Path, url: str, **options: str) -> Iterator[Gang]:
    """Workers that are gone when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Gang(folder, url, **options)
    try:
        yield found
    finally:
        for one in found.processes:
            if one.poll() is None:
                one.kill()
                one.wait(10)
