"""Processes that work side by side: each is told tasks, and says of each what became of it; a line of JSON, both ways.

Each begins anew, as a command of its own would, so that nothing of this process is in it. One that cannot be started or
is killed is no error: what it had not said shows which tasks were not done.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import IO, Any, Final, cast

from strongroom.errors import StorageError, StrongroomError
from strongroom.model.finding import Finding, Severity

# Ctrl-C reaches it too, and is heard only when there is something to be left as it should be
_START: Final = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = sys.argv[1:]; "
    "from strongroom.workflow import {module} as m; m.serve()"
)
_GRACE_SECONDS: Final = 20.0
_PIECE_BYTES: Final = 1 << 16
_ERRORS: Final = {kind.__name__: kind for kind in StrongroomError.__subclasses__()}


class Hand:
    """One process.

    Attributes:
        told: the tasks that it knows of, and has not said what became of; it is at the first of them.
        lane: those that it has to do after them, one after the other.
    """

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        """Take a process that was started with pipes."""
        self.process = process
        self.out = cast("IO[bytes]", process.stdout)
        self.told: list[int] = []
        self.lane: deque[int] = deque()
        self._rest: list[bytes] = []

    def tell(self, document: object) -> None:
        """Give it a line to read."""
        with suppress(BrokenPipeError):  # it ended: that nothing comes back says so
            stdin = cast("IO[bytes]", self.process.stdin)
            stdin.write(json.dumps(document).encode("ascii") + b"\n")
            stdin.flush()

    def lines(self) -> list[bytes] | None:
        """The whole lines that it has written meanwhile; None when it has ended."""
        piece = os.read(self.out.fileno(), _PIECE_BYTES)
        if not piece:
            return None
        first, *others = piece.split(b"\n")
        self._rest.append(first)
        if not others:
            return []
        whole, self._rest = b"".join(self._rest), [others.pop()]
        return [whole, *others]


@contextmanager
def started(module: str, greeting: object) -> Iterator[Hand | None]:
    """A process that runs `serve` of a module of this room until the end; None when it cannot be started.

    Args:
        module: its name; its `serve` calls `serving`.
        greeting: what all tasks have in common, as JSON has it.
    """
    command = [sys.executable, "-c", _START.format(module=module), *sys.path]
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
    except OSError:
        yield None
        return
    hand = Hand(process)
    try:
        hand.tell(greeting)
        yield hand
    except BaseException:
        process.send_signal(signal.SIGINT)  # it leaves nothing half done that it could finish or undo
        raise
    finally:
        with suppress(BrokenPipeError):
            cast("IO[bytes]", process.stdin).close()
        try:
            process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        hand.out.close()


def shared_out(
    hands: Sequence[Hand], lanes: "deque[tuple[int, ...]]", *, task: Callable[[int], object], ahead: int
) -> Iterator[tuple[int, Any]]:
    """Give out tasks and yield the number of each with what was said of it; those of one that ended are left out.

    Args:
        hands: to whom.
        lanes: numbers of tasks; those of one lane are done by one process in their order. What is left in it when all
            processes ended was given to nobody.
        task: what a process is told of the task with a number, as JSON has it.
        ahead: so many tasks each knows of: with 2 it need not wait for the next, with 1 none is behind a long one.
    """
    with selectors.DefaultSelector() as selector:
        for hand in hands:
            selector.register(hand.out, selectors.EVENT_READ, hand)
            _feed(hand, lanes, task, ahead)
        while any(key.data.told for key in selector.get_map().values()):
            for key, _ in selector.select():
                hand = key.data
                lines = hand.lines()
                if lines is None:
                    selector.unregister(hand.out)
                for line in lines or ():
                    number, said = json.loads(line)
                    hand.told.remove(number)
                    _feed(hand, lanes, task, ahead)
                    yield number, said


def _feed(hand: Hand, lanes: "deque[tuple[int, ...]]", task: Callable[[int], object], ahead: int) -> None:
    """Tell it so many tasks that it need not wait, and not so many that either side waits for the other to read."""
    while len(hand.told) < ahead and (hand.lane or lanes):
        if not hand.lane:
            hand.lane.extend(lanes.popleft())
        number = hand.lane.popleft()
        hand.told.append(number)
        hand.tell([number, task(number)])


def serving(begin: Callable[[Any], Callable[[Any], object]]) -> None:
    """Be one of the processes: tasks come on standard input, what became of them goes to standard output.

    Args:
        begin: takes the greeting and returns what does a task and says, as JSON has it, what became of it.
    """
    with suppress(KeyboardInterrupt, BrokenPipeError):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        do = begin(json.loads(sys.stdin.readline()))
        for line in sys.stdin:
            number, told = json.loads(line)
            sys.stdout.write(json.dumps([number, do(told)]) + "\n")
            sys.stdout.flush()


def finding_facts(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as JSON has them."""
    return [asdict(one) for one in findings]


def findings_of(facts: Sequence[dict[str, Any]]) -> tuple[Finding, ...]:
    """Findings that another process said."""
    return tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in facts)


def error_facts(error: StrongroomError) -> dict[str, Any]:
    """An error as JSON has it, told from all else by its key ``error``."""
    return {"error": type(error).__name__, "message": str(error)}


def error_of(facts: dict[str, Any]) -> StrongroomError:
    """An error that another process said."""
    return _ERRORS.get(facts["error"], StorageError)(facts["message"])
