"""Commands that an institution has run by the archive: without a shell, for a bounded time, with bounded output."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.formats.bag.paths import shown

_OUTPUT_BYTES: Final = 1 << 14
_SAID_CHARACTERS: Final = 300
_POLL_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended.

    Attributes:
        status: its exit status; negative for the signal that ended it; None when it could not be started or took too
            long.
        said: its last lines in one, at most 300 characters; or why it has no status.
        started: whether it could be started at all.
    """

    status: int | None
    said: str
    started: bool = True


def run_command(argv: Sequence[str], subject: Path, *, seconds: float) -> Ran:
    """Run a command with a path as its last argument; whatever it started is ended with it when it takes too long."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the command of the settings, without a shell
            [*argv, str(subject)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return Ran(None, f"it could not be started: {why}", started=False)
    with process:
        try:
            tail = _listen(process, time.monotonic() + seconds)
            status = process.poll()
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    if status is None:
        return Ran(None, f"it took longer than {seconds:g} s")
    return Ran(status, _last_words(tail, subject))


def _listen(process: "subprocess.Popen[bytes]", deadline: float) -> bytes:
    """The end of what a process says until it ends; what a daemon that it leaves behind says is not waited for."""
    tail = b""
    assert process.stdout is not None
    while time.monotonic() < deadline:
        waiting, _, _ = select.select([process.stdout], [], [], min(_POLL_SECONDS, deadline - time.monotonic()))
        if waiting:
            piece = os.read(process.stdout.fileno(), _OUTPUT_BYTES)
            tail = (tail + piece)[-_OUTPUT_BYTES:]
            if not piece:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, deadline - time.monotonic()))
                break
        elif process.poll() is not None:
            break
    return tail


def _last_words(tail: bytes, subject: Path) -> str:
    text = tail.decode("utf-8", "replace").replace(str(subject), subject.name)
    return shown("; ".join(filter(None, map(str.strip, text.splitlines()))))[-_SAID_CHARACTERS:]
