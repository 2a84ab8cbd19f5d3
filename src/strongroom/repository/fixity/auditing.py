"""Reading what is chosen: unit by unit, each compared with the log, and noted before the next one is begun."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from strongroom.formats.bag.paths import shown
from strongroom.model.progress import OnProgress, Progress, Stage
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.fixity import log_audit, walking
from strongroom.repository.fixity.budget import Budget
from strongroom.repository.fixity.damage import Damage, Kind
from strongroom.repository.fixity.expected import Expected, LoggedVersion, Trusted
from strongroom.repository.fixity.index import END, LOG, ROOT, Index
from strongroom.repository.fixity.looking import Look, is_there, look, store_away
from strongroom.repository.fixity.projection import catch_up, milliseconds
from strongroom.repository.fixity.reading import Reader, Reading, State, unreachable
from strongroom.repository.fixity.run import Progress as Reached
from strongroom.repository.fixity.run import Run
from strongroom.repository.fixity.second_look import is_still_there, undisturbed, waiting_objects, waits
from strongroom.repository.fixity.spans import Unit
from strongroom.repository.log import Log
from strongroom.storage import reached


@dataclass(slots=True)
class Auditor:
    """Reads units and notes what it finds in the run.

    Attributes:
        copies: in reach, by identifier; the archive is under the empty one.
        attempt: of the archive, for the locks of a second look.
        others: logs of replicas that may stand in for a damaged part of the archive's.
    """

    archive: Archive
    copies: Mapping[str, Archive]
    attempt: Attempt
    index: Index
    run: Run
    others: Sequence[Log]
    reader: Reader
    budget: Budget
    clock: Callable[[], datetime]
    on_progress: OnProgress
    _waiting: frozenset[str] = field(default_factory=frozenset)
    _lost: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._waiting = waiting_objects(self.archive)

    def visit(self, unit: Unit) -> None:
        """Read a unit, or the part of it that the budget allows."""
        self.attempt.check()
        copy = self.copies[unit.copy]
        if unit.copy in self._lost:
            return
        if unit.object == ROOT:
            self._visit_root(copy, unit)
        elif unit.object == LOG:
            self._visit_log(copy, unit)
        else:
            expected = self.index.expected(unit.object)
            if expected is not None:
                self._visit_object(copy, unit, expected)
        reached("after a part of a copy is read")

    def _visit_root(self, copy: Archive, unit: Unit) -> None:
        progress = self.run.begin(unit, milliseconds(self.clock()))
        whole = True
        noted = (*walking.root_files(copy), *walking.strangers(copy, self.index))
        if noted and not is_there(copy):
            self._lose(copy, unit)
            return
        for found in noted:
            if isinstance(found, str):
                whole = False
                self.run.note_unreachable(found)
            elif found.kind not in {Kind.UNLOGGED, Kind.PURGED} or self._is_still_there(copy, found):
                progress.damages.append(found)
        progress.end(unit.stop if whole else unit.first)

    def _is_still_there(self, copy: Archive, found: Damage) -> bool:
        """Whether an object that should not be there is one that nobody is taking in or removing now."""
        path = copy.root / found.path
        place = path.relative_to(copy.store).as_posix()
        name = walking.object_at(path) or found.object_id
        if name in self._waiting:
            self.run.note_unreachable(waits(name))
            return False
        log = Log.open(self.archive)
        return is_still_there(self.index, log, self.attempt, copy, path=place, name=name, others=self.others)

    def _lose(self, copy: Archive, unit: Unit) -> None:
        """Note that a copy went away while it was read; nothing more is asked of it in this run."""
        self.run.note_unreachable(store_away(copy))
        self._lost.add(unit.copy)

    def _visit_log(self, copy: Archive, unit: Unit) -> None:
        progress = self.run.begin(unit, milliseconds(self.clock()))
        checked = log_audit.check(copy, self.archive, self.index, attempt=self.attempt)
        if checked.is_harmed and not is_there(copy):
            self._lose(copy, unit)
            return
        for finding in checked.findings:
            self.run.note_finding(finding)
        progress.damages += checked.damages
        for sentence in checked.unreachable:
            self.run.note_unreachable(sentence)
        self.budget.spend(checked.length_bytes, files=1)
        progress.end(unit.first if checked.unreachable else unit.stop, length_bytes=checked.length_bytes)

    def _visit_object(self, copy: Archive, unit: Unit, expected: Expected) -> None:
        if expected.object_id in self._waiting:
            self.run.note_unreachable(waits(expected.object_id))
            return
        at = milliseconds(self.clock())
        others = [one for identifier, one in self.copies.items() if identifier != unit.copy]
        seen = look(copy, expected, others)
        if seen.damages:
            reached("before an object is looked at again")
            with undisturbed(self.archive, self.attempt, expected.object_id):
                catch_up(self.index, Log.open(self.archive), self.others)
                now = self.index.expected(unit.object)
                if now is None:
                    return
                expected = now
                seen = look(copy, expected, others)
        progress = self.run.begin(unit, at)
        progress.damages += seen.damages
        self.budget.begin(seen.length_bytes)
        if seen.unreachable:
            self.run.note_unreachable(seen.unreachable)
            if not is_there(copy):
                self._lost.add(unit.copy)
        stop = self._read_content(copy, expected, seen, progress)
        self.budget.leave()
        if stop == END and unit.first == 0:
            progress.damages = [_with_length(one, expected, seen, progress.damages) for one in progress.damages]
        progress.end(unit.first if seen.unreachable else stop, length_bytes=seen.length_bytes)

    def _read_content(self, copy: Archive, expected: Expected, seen: Look, progress: Reached) -> int:
        """Read the files of a unit; returns the number of the file behind the last one."""
        unit = progress.unit
        folder = copy.store / expected.folder
        for number in range(progress.next, min(unit.stop, len(seen.content))):
            path, digest = seen.content[number]
            length = seen.present.get(path, 0)
            if not self.budget.allows(length):
                return number
            place = f"store/{expected.folder}/{path}"
            reading = seen.read(self.reader, folder, path, digest)
            if reading is not None and reading.state is State.GONE and not is_there(copy):
                seen.unreachable = store_away(copy)
                self._lose(copy, unit)
                return number
            damage = damage_of(reading, unit.copy, expected.object_id, place, digest)
            if reading is not None and reading.state is State.UNREACHABLE:
                sentence = unreachable(folder / path, reading.why)
                seen.unreachable = seen.unreachable or sentence
                self.run.note_unreachable(sentence)
            read = 0 if reading is None else reading.length_bytes
            progress.read(number, read, damage, files=int(path in seen.present))
            self.budget.spend(read, files=int(path in seen.present))
            self._tell(progress, place)
            reached("after a file is read")
        return unit.stop

    def _tell(self, progress: Reached, place: str) -> None:
        name = self.copies[progress.unit.copy].name
        moment = Progress(
            Stage.AUDIT, captured=progress.files, bytes=self.budget.spent_bytes, current=shown(f"{name}/{place}")
        )
        self.on_progress(moment)


_KINDS = {
    State.DAMAGED: Kind.CONTENT,
    State.UNSTEADY: Kind.UNSTEADY,
    State.GONE: Kind.MISSING,
    State.IRREGULAR: Kind.IRREGULAR,
}


def damage_of(reading: Reading | None, copy: str, object_id: str, path: str, digest: str) -> Damage | None:
    """What a reading of a content file says is wrong with it; None for nothing, or nothing that can be said."""
    if reading is None or reading.state not in _KINDS:
        return None
    found = reading.first if reading.state is State.UNSTEADY else reading.sha512
    length = reading.length_bytes if reading.state in {State.UNSTEADY, State.DAMAGED} else -1
    return Damage(_KINDS[reading.state], copy, object_id, path, digest, found or reading.why, length)


def _with_length(one: Damage, expected: Expected, seen: Look, every: Sequence[Damage]) -> Damage:
    """A changed file with the length that it had, where the logged length of its version tells it."""
    if one.kind is not Kind.CONTENT or one.expected_bytes >= 0 or seen.trusted is None:
        return one
    folder = f"store/{expected.folder}/"
    unsure = {other.path.removeprefix(folder) for other in every if other.is_harm}
    path = one.path.removeprefix(folder)
    for version in expected.versions:
        if version.number <= seen.trusted.version.number:
            length = _length_in(seen.trusted, version, path, seen.present, unsure)
            if length >= 0:
                return replace(one, expected_bytes=length)
    return one


def _length_in(
    trusted: Trusted, version: LoggedVersion, path: str, present: Mapping[str, int], unsure: set[str]
) -> int:
    """What is left of a version's length for one of its files, when all others have theirs; -1 where it is not so."""
    files = list(trusted.inventory.files(version.number).values())
    times = files.count(path)
    rest = [one for one in files if one != path]
    if not times or any(one in unsure or one not in present for one in rest):
        return -1
    left = version.length_bytes - sum(present[one] for one in rest)
    return left // times if left >= 0 and left % times == 0 else -1
