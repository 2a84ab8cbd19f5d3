"""Child processes that hold, die, are stopped and go on: copies of the test's own process, so that they start at once."""

import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 30.0


class Child:
    """A process that was forked to do one thing."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.pid = os.fork()
        self._status: int | None = None
        if self.pid == 0:
            status = 1
            try:
                work()
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)
        os.waitpid(self.pid, os.WUNTRACED)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def is_running(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status is None

    def wait(self) -> int:
        """Its exit status, or minus the signal that ended it."""
        until(lambda: not self.is_running())
        assert self._status is not None
        return self._status


@contextmanager
def children(number: int, work: Callable[[int], object]) -> Iterator[list[Child]]:
    """Several at once, none of which outlives the block."""
    running = [Child(lambda one=one: work(one)) for one in range(number)]
    try:
        yield running
    finally:
        for child in running:
            if child.is_running():
                child.go_on()
                child.kill()


@contextmanager
def child(work: Callable[[], object]) -> Iterator[Child]:
    with children(1, lambda _: work()) as (only,):
        yield only


def until(is_so: Callable[[], object]) -> None:
    """Wait for something, within reason."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.002)


def until_there(path: Path) -> None:
    until(path.exists)
