"""Several workers: a process each, begun anew when it dies, and ended with the one that began it."""

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

_LOOK_SECONDS: Final = 0.2
_LEAVE_SECONDS: Final = 20.0
_SHORT_LIFE_SECONDS: Final = 10.0
_LONGEST_PAUSE_SECONDS: Final = 30.0


@dataclass(slots=True)
class _Post:
    """A worker's place: who has it, and when it is given to another."""

    process: "subprocess.Popen[bytes] | None" = None
    begun_at: float = 0.0
    free_at: float = 0.0
    pause_seconds: float = field(default=0.5)


def supervise(
    command: Sequence[str], number: int, *, stop: threading.Event, on_trouble: Callable[[str], None] = lambda _: None
) -> None:
    """Keep so many processes of a command running until `stop` is set, and wait for their end.

    Each has a pipe for standard input that nobody writes to: when it ends, this process is gone, and so should it be.
    """
    posts = [_Post() for _ in range(number)]
    try:
        while not stop.wait(_LOOK_SECONDS):
            for post in posts:
                _tend(post, command, on_trouble)
    finally:
        _dismiss([post.process for post in posts if post.process is not None])


def _tend(post: _Post, command: Sequence[str], on_trouble: Callable[[str], None]) -> None:
    now = time.monotonic()
    if post.process is None:
        if now >= post.free_at:
            post.process, post.begun_at = subprocess.Popen(command, stdin=subprocess.PIPE), now  # noqa: S603 - our own
        return
    status = post.process.poll()
    if status is None:
        return
    _close(post.process)
    post.process = None
    how = f"was killed by signal {-status}" if status < 0 else f"ended with exit status {status}"
    is_short = now - post.begun_at < _SHORT_LIFE_SECONDS
    post.pause_seconds = min(post.pause_seconds * 2, _LONGEST_PAUSE_SECONDS) if is_short else 0.5
    post.free_at = now + post.pause_seconds
    on_trouble(f"a worker {how}; another begins in {post.pause_seconds:g} s")


def _dismiss(processes: "Sequence[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + _LEAVE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _close(process)


def _close(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
