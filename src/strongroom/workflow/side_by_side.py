"""Many bags at once: taken in by as many processes as there are processors, in an order that versions can rely on.

Each process opens the door for itself, as separate commands would; what passes between them is JSON, one line a bag.
Bags that say that they are of one object are taken in one after the other, in the order given. A process that cannot
be started or is killed costs nothing but time: its bags are taken in here.
"""

import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from strongroom.errors import StrongroomError
from strongroom.formats.bag.digests import processors
from strongroom.model.finding import Accepted, Refused
from strongroom.model.receipt import Receipt
from strongroom.repository import receipts
from strongroom.repository.arrivals import Arrival
from strongroom.settings import Settings
from strongroom.workflow.hands import error_facts, error_of, finding_facts, findings_of, serving, shared_out, started
from strongroom.workflow.to_receipt import Intake, joined

Outcome: TypeAlias = Accepted[Receipt] | Refused | StrongroomError | None
"""As `Intake.take_in` and `Intake.take_delivery` return it, or the error that they raise."""

_FEW: Final = 4
"""To start a process takes as long as to take in so many small bags."""
_AHEAD: Final = 2
_CATALOGUE_SECONDS: Final = 1.0
_IDENTIFIER: Final = re.compile(rb"^(external-identifier)[ \t]*:[ \t]*([^\r\n]+)", re.MULTILINE | re.IGNORECASE)
_INFO_BYTES: Final = 1 << 16


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
        greeting = {"root": str(door.archive.root), "settings": door.settings.model_dump_json()}
        module = __name__.rpartition(".")[2]
        hands = [stack.enter_context(started(module, greeting)) for _ in range(wanted)] if wanted > 1 else []
        if hands:
            stack.enter_context(_catalogue_kept_up(door))
        done: set[int] = set()
        at_work = [hand for hand in hands if hand is not None]
        for number, said in shared_out(at_work, lanes, task=lambda number: _told(tasks[number]), ahead=_AHEAD):
            done.add(number)
            yield number, _outcome_of(door, tasks[number], said)
    for number in (number for number in range(len(tasks)) if number not in done):
        yield number, _taken(door, tasks[number])


def serve() -> None:
    """Be one of the processes: its tasks come on standard input; says on standard output what became of each."""
    serving(_begin)


def _begin(asked: Any) -> Callable[[Any], object]:
    door = joined(Path(asked["root"]), Settings.model_validate_json(asked["settings"]))

    def do(told: Any) -> object:
        task = _task_of(told)
        return _said(door, _taken(door, task), task)

    return do


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


def _told(task: Task) -> object:
    arrival = task.arrival and [task.arrival.id, str(task.arrival.marker or "")]
    return [str(task.path), task.object_id, arrival]


def _task_of(told: Any) -> Task:
    path, object_id, arrival = told
    if arrival is None:
        return Task(Path(path), object_id)
    return Task(Path(path), object_id, Arrival(Path(path), arrival[0], Path(arrival[1]) if arrival[1] else None))


def _said(door: Intake, outcome: Outcome, task: Task) -> dict[str, object]:
    if outcome is None:
        return {}
    if isinstance(outcome, StrongroomError):
        return error_facts(outcome)
    findings = finding_facts(outcome.findings)
    if isinstance(outcome, Accepted):
        return {"findings": findings, "receipt": receipts.render(outcome.value).decode("utf-8")}
    report = door.reports.get(task.path.resolve())
    return {"findings": findings, "report": str(report or "")}


def _outcome_of(door: Intake, task: Task, said: dict[str, Any]) -> Outcome:
    if not said:
        return None
    if "error" in said:
        return error_of(said)
    findings = findings_of(said["findings"])
    if "receipt" in said:
        door.note_news()
        return Accepted(receipts.parse(said["receipt"].encode("utf-8")), findings)
    if said["report"]:
        door.reports[task.path.resolve()] = Path(said["report"])
    return Refused(findings)
