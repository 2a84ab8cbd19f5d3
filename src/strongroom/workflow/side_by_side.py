"""Many bags at once: taken in by as many processes as there are processors, in an order that versions can rely on.

Each process opens the door for itself, as separate commands would; what passes between them is JSON, one line a bag.
Bags that say that they are of one object are taken in one after the other, in the order given. A process that cannot
be started or is killed costs nothing but time: its bags are taken in here.
"""

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, cast

from strongroom.errors import StorageError, StrongroomError
from strongroom.formats.bag.digests import processors
from strongroom.model.finding import Accepted, Finding, Refused, Severity
from strongroom.model.receipt import Receipt
from strongroom.repository import receipts
from strongroom.repository.arrivals import Arrival
from strongroom.settings import Settings
from strongroom.workflow.to_receipt import Intake, joined

Outcome: TypeAlias = Accepted[Receipt] | Refused | StrongroomError | None
"""As `Intake.take_in` and `Intake.take_delivery` return it, or the error that they raise."""

# Ctrl-C reaches it too, and is heard only when there is something to be left as it should be
_START: Final = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = sys.argv[1:]; "
    "from strongroom.workflow import side_by_side as m; m.serve()"
)
_FEW: Final = 4
"""To start a process takes as long as to take in so many small bags."""
_AHEAD: Final = 2
"""Tasks that a process knows of, so that it need not wait for the next."""
_GRACE_SECONDS: Final = 20.0
_CATALOGUE_SECONDS: Final = 1.0
_IDENTIFIER: Final = re.compile(rb"^(external-identifier)[ \t]*:[ \t]*([^\r\n]+)", re.MULTILINE | re.IGNORECASE)
_INFO_BYTES: Final = 1 << 16
_ERRORS: Final = {kind.__name__: kind for kind in StrongroomError.__subclasses__()}


@dataclass(frozen=True, slots=True)
class Task:
    """A bag that somebody named, or, with `arrival`, one that lies ready in an incoming folder."""

    path: Path
    object_id: str = ""
    arrival: Arrival | None = None


def take_all(door: Intake, tasks: Sequence[Task], *, processes: int | None = None) -> Iterator[tuple[int, Outcome]]:
    """Take in many bags; yields the number of each in `tasks`, and what became of it, as they are done.

    Args:
        door: open; the processes have its archive and settings, and the clock and identifiers of the system.
        tasks: each once.
        processes: at most so many; absent: as many as there are processors.
    """
    lanes = deque(_lanes(tasks))
    wanted = min(processes or processors(), len(lanes) // _FEW)
    with ExitStack() as stack:
        hands = [stack.enter_context(_started(door)) for _ in range(wanted)] if wanted > 1 else []
        if hands:
            stack.enter_context(_catalogue_kept_up(door))
        done: set[int] = set()
        for number, outcome in _shared_out(door, tasks, lanes, [hand for hand in hands if hand is not None]):
            done.add(number)
            yield number, outcome
    for number in (number for number in range(len(tasks)) if number not in done):
        yield number, _taken(door, tasks[number])


def serve() -> None:
    """Be one of the processes: its tasks come on standard input; says on standard output what became of each."""
    with suppress(KeyboardInterrupt, BrokenPipeError):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        asked = json.loads(sys.stdin.readline())
        door = joined(Path(asked["root"]), Settings.model_validate_json(asked["settings"]))
        for line in sys.stdin:
            number, told = json.loads(line)
            task = _task_of(told)
            said = _said(door, _taken(door, task), task)
            sys.stdout.write(json.dumps([number, said]) + "\n")
            sys.stdout.flush()


@contextmanager
def _catalogue_kept_up(door: Intake) -> Iterator[None]:
    """Bring the catalogue up to date now and then, while this process only waits for the others."""
    stop = threading.Event()

    def keep() -> None:
        while not stop.wait(_CATALOGUE_SECONDS):
            door.project()

    thread = threading.Thread(target=keep, name="catalogue", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _taken(door: Intake, task: Task) -> Outcome:
    try:
        if task.arrival is not None:
            return door.take_delivery(task.arrival, object_id=task.object_id)
        return door.take_in(task.path, object_id=task.object_id)
    except StrongroomError as error:
        return error


def _lanes(tasks: Sequence[Task]) -> Iterator[tuple[int, ...]]:
    """Numbers of tasks, those of one object together: the order in which they are given is that of its versions."""
    lanes: dict[object, list[int]] = {}
    for number, task in enumerate(tasks):
        lanes.setdefault(task.object_id or _stated(task.path) or number, []).append(number)
    return map(tuple, lanes.values())


def _stated(path: Path) -> bytes:
    """What a bag says of the object that it belongs to, unread and unproved; nothing for one in a single file."""
    try:
        descriptor = os.open(path / "bag-info.txt", os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return b"\n".join(match[2] for match in _IDENTIFIER.finditer(os.read(descriptor, _INFO_BYTES)))
    except OSError:
        return b""
    finally:
        os.close(descriptor)


class _Hand:
    """One process.

    Attributes:
        told: the tasks that it knows of, and has not said what became of.
        lane: those that it has to do after them, since they are of the same object.
    """

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.out = cast("IO[bytes]", process.stdout)
        self.told: set[int] = set()
        self.lane: deque[int] = deque()
        self._rest = b""

    def tell(self, document: object) -> None:
        """Give it a line to read."""
        with suppress(BrokenPipeError):  # it ended: that nothing comes back says so
            stdin = cast("IO[bytes]", self.process.stdin)
            stdin.write(json.dumps(document).encode("ascii") + b"\n")
            stdin.flush()

    def lines(self) -> list[bytes] | None:
        """The whole lines that it has written meanwhile; None when it has ended."""
        piece = os.read(self.out.fileno(), 1 << 16)
        *lines, self._rest = (self._rest + piece).split(b"\n")
        return lines if piece else None


@contextmanager
def _started(door: Intake) -> Iterator[_Hand | None]:
    command = [sys.executable, "-c", _START, *sys.path]
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
    except OSError:
        yield None
        return
    hand = _Hand(process)
    try:
        hand.tell({"root": str(door.archive.root), "settings": door.settings.model_dump_json()})
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


def _shared_out(
    door: Intake, tasks: Sequence[Task], lanes: "deque[tuple[int, ...]]", hands: Sequence[_Hand]
) -> Iterator[tuple[int, Outcome]]:
    """What the processes did; what one of them was given when it ended is not among it."""
    with selectors.DefaultSelector() as selector:
        for hand in hands:
            selector.register(hand.out, selectors.EVENT_READ, hand)
            _feed(hand, tasks, lanes)
        while any(key.data.told for key in selector.get_map().values()):
            for key, _ in selector.select():
                hand = key.data
                lines = hand.lines()
                if lines is None:
                    selector.unregister(hand.out)
                for line in lines or ():
                    number, said = json.loads(line)
                    hand.told.remove(number)
                    _feed(hand, tasks, lanes)
                    yield number, _outcome_of(door, tasks[number], said)


def _feed(hand: _Hand, tasks: Sequence[Task], lanes: "deque[tuple[int, ...]]") -> None:
    """Tell it so many tasks that it need not wait, and not so many that either side waits for the other to read."""
    while len(hand.told) < _AHEAD and (hand.lane or lanes):
        if not hand.lane:
            hand.lane.extend(lanes.popleft())
        number = hand.lane.popleft()
        hand.told.add(number)
        task = tasks[number]
        arrival = task.arrival and [task.arrival.id, str(task.arrival.marker or "")]
        hand.tell([number, [str(task.path), task.object_id, arrival]])


def _task_of(told: Any) -> Task:
    path, object_id, arrival = told
    if arrival is None:
        return Task(Path(path), object_id)
    return Task(Path(path), object_id, Arrival(Path(path), arrival[0], Path(arrival[1]) if arrival[1] else None))


def _said(door: Intake, outcome: Outcome, task: Task) -> dict[str, object]:
    if outcome is None:
        return {}
    if isinstance(outcome, StrongroomError):
        return {"error": type(outcome).__name__, "message": str(outcome)}
    findings = [asdict(one) for one in outcome.findings]
    if isinstance(outcome, Accepted):
        return {"findings": findings, "receipt": receipts.render(outcome.value).decode("utf-8")}
    report = door.reports.get(task.path.resolve())
    return {"findings": findings, "report": str(report or "")}


def _outcome_of(door: Intake, task: Task, said: dict[str, Any]) -> Outcome:
    if not said:
        return None
    if "error" in said:
        kind = _ERRORS.get(said["error"], StorageError)
        return kind(said["message"])
    findings = tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in said["findings"])
    if "receipt" in said:
        door.note_news()
        return Accepted(receipts.parse(said["receipt"].encode("utf-8")), findings)
    if said["report"]:
        door.reports[task.path.resolve()] = Path(said["report"])
    return Refused(findings)
