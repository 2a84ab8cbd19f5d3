"""The commands of the jobs as a repository runs them: an archive, its service, its workers, and what came of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from findings import tiny_bag
from ingesting import Shop
from servers.processes import REPOSITORY
from strongroom.jobs.job import Kind, Recorded, State
from strongroom.jobs.place import Place
from strongroom.jobs.status import jobs_of

_WITHOUT = """
import importlib.util, sys
find, missing = importlib.util.find_spec, sys.argv.pop(1)
importlib.util.find_spec = lambda name, *more: None if name == missing else find(name, *more)
from strongroom.cli.running import run
sys.exit(run(sys.argv[1:]))
"""
SETTINGS = "[ingest]\nfree_bytes = 0\nsettle_seconds = 0\n"


def deliver(incoming: Path, number: int) -> Path:
    """Put a bag of its own into a folder, whole as soon as it is seen."""
    hidden = incoming / f".bag-{number:04}"
    tiny_bag.make(hidden)
    tiny_bag.put(hidden, "data/a.txt", f"number {number}\n")
    tiny_bag.list_payload(hidden)
    return hidden.rename(incoming / f"bag-{number:04}")


@dataclass
class Service(Shop):
    """Processes of the commands, in a folder; all are gone when the block of `service` ends."""

    url: str = ""
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "log.jsonl"

    @property
    def place(self) -> Place:
        return Place.of(self.archive(), self.url)

    def words(self, command: str, *arguments: object) -> list[str]:
        config = self.folder / "strongroom.toml"
        if not config.exists() or config.read_text() != self.settings:
            config.write_text(self.settings)
        words = [command, *map(str, arguments), "--root", str(self.root), "--config", str(config)]
        return [sys.executable, "-m", "strongroom", *words, *(["--jobs", self.url] if self.url else [])]

    def begin(
        self, command: str, *arguments: object, halt_at: str = "", without: str = ""
    ) -> "subprocess.Popen[bytes]":
        """Begin a command that runs until it is stopped; what it says goes to `output`.

        It halts at a named point, or finds a Python module not installed, although it is.
        """
        words = self.words(command, *arguments)
        if halt_at:
            words[1:3] = ["-m", "jobs.halting", halt_at, str(self.folder)]
        if without:
            words[1:3] = ["-c", _WITHOUT, without]
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                [*words, "--log", str(self.log)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (REPOSITORY / "src", REPOSITORY / "tests")))},
            )
        self.processes.append(process)
        return process

    def say(self, command: str, *arguments: object) -> dict[str, Any]:
        """Run a command to its end with `--json`, and return its document."""
        done = subprocess.run(
            [*self.words(command, *arguments), "--json"], capture_output=True, text=True, check=False, timeout=120
        )
        assert "Traceback" not in done.stderr, done.stderr
        document = json.loads(done.stdout)
        assert document["exit"] == done.returncode
        return dict(document)

    def output(self) -> str:
        path = self.folder / "output"
        return path.read_text(errors="replace") if path.exists() else ""

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of one name in the log, whole lines only."""
        if not self.log.exists():
            return []
        lines = [line for line in self.log.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
        return [event for event in map(json.loads, lines) if event["event"] == name]

    def jobs(self, kind: Kind = Kind.INGEST) -> list[Recorded]:
        return list(jobs_of(self.place, kind)) if (self.root / "log" / "archive.json").exists() else []

    def busy(self) -> list[int]:
        """The process identifiers of workers that are in the middle of a job."""
        return [int(one.worker.split("-")[-2]) for one in self.jobs() if one.state is State.WORKING]

    def states(self, kind: Kind = Kind.INGEST) -> dict[str, str]:
        """The last part of each subject, and the state of the job."""
        return {one.job.subject.rpartition("/")[2]: one.state.value for one in self.jobs(kind)}

    def wait(self, condition: Callable[[], object], *, seconds: float = 120.0) -> float:
        """Wait until something is so; returns how long it took."""
        begun = time.monotonic()
        while not condition():
            if time.monotonic() - begun > seconds:
                raise AssertionError(f"not so after {seconds} s: {self.states()}; {self.output()[-4000:]}")
            time.sleep(0.05)
        return time.monotonic() - begun

    def stop(self, process: "subprocess.Popen[bytes]", *, number: int = signal.SIGTERM) -> int:
        """Ask a process to stop, and return how it ended."""
        process.send_signal(number)
        return process.wait(30)


@contextlib.contextmanager
def service(folder: Path, url: str = "") -> Iterator[Service]:
    """A folder in which commands run, and their end."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Service(folder, settings=SETTINGS, url=url)
    try:
        yield found
    finally:
        for process in found.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in found.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait(10)
