"""What the commands of the jobs share: how workers are begun and stopped, and the lines they say."""

import argparse
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from strongroom.cli.readable import readable
from strongroom.cli.report import put_lines, say

if TYPE_CHECKING:
    from strongroom.cli.outputs.working import JobPart
    from strongroom.jobs.job import Happening, Job, Recorded

_PASSED_ON: Final = ("config", "quiet", "verbose", "catalogue", "jobs", "root", "replica")


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set, so that the command ends when it is ready to."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Lines:
    """Says a line for each job on stderr, and writes it into the log; counts what the jobs came to."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        """Say nothing when quiet."""
        self._quiet = hasattr(arguments, "quiet")
        self._log = getattr(arguments, "log", None)
        self._lock = threading.Lock()
        self.counts: Counter[tuple[str, str]] = Counter()

    def happened(self, one: "Happening") -> None:
        """A job came to an end, or was postponed."""
        with self._lock:
            self.counts[one.job.kind.value, one.state.value] += 1
            if not self._quiet:
                put_lines([f"{one.state.value}: {shown(one.job)}{_said(one)} ({one.seconds:.1f} s)"], sys.stderr)
            if self._log is not None:
                facts = {
                    "job": one.job.id,
                    "kind": one.job.kind.value,
                    "subject": unquote(one.job.subject, errors="backslashreplace"),
                    "state": one.state.value,
                    "reason": one.sentence,
                    "seconds": round(one.seconds, 3),
                    "worker": one.worker,
                    **{name: value for name, value in one.facts.items() if name != "findings"},
                }
                self._log.event("job", facts, level="error" if one.state.value == "parked" else "info")

    def arrived(self, job: "Job") -> None:
        """A bag lies ready."""
        with self._lock:
            self.counts[job.kind.value, "arrived"] += 1
            if self._log is not None:
                facts = {"job": job.id, "subject": unquote(job.subject, errors="backslashreplace")}
                self._log.event("arrival", facts)

    def trouble(self, sentence: str) -> None:
        """Something hindered, and is tried again."""
        with self._lock:
            say(readable(sentence))
            if self._log is not None:
                self._log.event("trouble", {"message": sentence}, level="error")


def shown(job: "Job") -> str:
    """What a job is about, for people."""
    return readable(_subject(job))


def _subject(job: "Job") -> str:
    """Paths are kept percent-encoded, since they may be of any bytes."""
    is_path = job.kind.value in {"ingest", "replicate"}
    return unquote(job.subject, errors="backslashreplace") if is_path else job.subject


def job_part(recorded: "Recorded") -> "JobPart":
    """A job for JSON."""
    from strongroom.cli.outputs.working import JobPart

    job = recorded.job
    return JobPart(
        id=job.id,
        kind=job.kind.value,
        subject=_subject(job),
        state=recorded.state.value,
        reason=recorded.reason,
        attempts=recorded.attempts,
        queued_at=recorded.queued_at,
        changed_at=recorded.changed_at,
        facts=dict(recorded.facts),
    )


def worker_command(arguments: argparse.Namespace) -> Sequence[str]:
    """The command line of one worker with the same archive and settings, which ends when its standard input does."""
    words = [sys.executable, "-m", "strongroom", "worker", "--tied"]
    for name in _PASSED_ON:
        value = getattr(arguments, name, None)
        if value is True:
            words.append(f"--{name}")
        elif value is not None:
            for one in value if isinstance(value, list) else [value]:
                words += [f"--{name}", str(one.absolute()) if isinstance(one, Path) else str(one)]
    if (log := getattr(arguments, "log", None)) is not None:
        words += ["--log", str(log.path)]
    return words


def _said(one: "Happening") -> str:
    facts = one.facts
    if "version" in facts:
        warnings = facts.get("warnings")
        codes = f", warned of {', '.join(map(str, warnings))}" if isinstance(warnings, list) and warnings else ""
        return f": version {facts['version']} of {readable(str(facts['object']))}{codes}"
    said = one.sentence or str(facts.get("package", ""))
    return f": {readable(said)}" if said else ""
