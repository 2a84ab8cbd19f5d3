"""Repair: what an audit found harmed becomes again what was logged, from a copy that was compared with the log.

Nothing is guessed and there is no vote: bytes are taken when their digest is that of an inventory whose own digest
stands in the log. A run that was killed is gone on with by the same command.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.paths import shown
from strongroom.formats.ocfl.layout import ROOT_FILES
from strongroom.model.finding import Finding, judge
from strongroom.model.fixity import RepairReport
from strongroom.model.progress import OnProgress, Progress, Stage
from strongroom.model.receipt import Entry
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.fixity import walking
from strongroom.repository.fixity.auditing import damage_of
from strongroom.repository.fixity.copies import copies_in_reach, open_archive
from strongroom.repository.fixity.damage import Damage, Kind
from strongroom.repository.fixity.expected import Expected
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.judging import findings_of
from strongroom.repository.fixity.keeping_aside import keep_aside
from strongroom.repository.fixity.log_mending import mend_logs
from strongroom.repository.fixity.looking import is_there, look, store_away
from strongroom.repository.fixity.lost import lost_objects, make_stores_again, refuse_lost_log
from strongroom.repository.fixity.mending import Copy, Mended, mend
from strongroom.repository.fixity.projection import catch_up
from strongroom.repository.fixity.reading import Reader, State, unreachable
from strongroom.repository.fixity.second_look import (
    is_still_there,
    recover_or_wait,
    undisturbed,
    waiting_objects,
    waits,
)
from strongroom.repository.log import Log
from strongroom.repository.log.staging import place
from strongroom.repository.store.healing import remove_empty
from strongroom.repository.stored import object_lock
from strongroom.settings import Settings
from strongroom.storage import reached, saying

_LOCK: Final = "repair"
_PATIENCE_SECONDS: Final = 15.0
_ENTRIES: Final = 64
_FORGETTABLE: Final = {Kind.UNLOGGED, Kind.UNEXPECTED}


def repair(
    root: Path,
    settings: Settings,
    *,
    objects: Iterable[str] = (),
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    on_progress: OnProgress = lambda _: None,
) -> RepairReport:
    """Repair objects in every copy, and fill a replica that is new.

    Args:
        root: of the archive.
        settings: its replicas; one whose folder is empty, and that never was there before, is made.
        objects: identifiers; none for all that audits found harmed, that a copy was never seen to hold or that is not
            there now, and for what surrounds the objects: the logs, the stores, and the folders above the objects.

    Returns:
        What was repaired, and a finding for each path that no good copy has.

    Raises:
        UsageError: there is no archive, or no such object.
        StorageError: a disk cannot be written, the archive's log cannot be opened or no copy has any of it, or another
            repair is at work.
    """
    emptied = make_stores_again(root, settings, new_id=new_id)
    archive = open_archive(root)
    copies, away = copies_in_reach(archive, settings, new_id=new_id)
    away = (*away, *recover_or_wait(copies, away, settings, clock=clock, new_id=new_id))
    with ExitStack() as stack:
        attempts = {identifier: stack.enter_context(copy.attempt(new_id=new_id)) for identifier, copy in copies.items()}
        stack.enter_context(attempts[""].lock(_LOCK, patience_seconds=_PATIENCE_SECONDS))
        index = stack.enter_context(Index.open(archive))
        reader = stack.enter_context(Reader())
        work = Repairing(copies, attempts, index, reader, new_id(), clock, on_progress)
        work.unreachable += away
        started = clock()
        named = tuple(objects)
        if not named:
            work.mend_logs()
        work.begin()
        work.note_stores(emptied)
        if named:
            numbers: Sequence[int | None] = [index.number_of(name) for name in index.resolve(named)]
        else:
            work.mend_roots()
            numbers = sorted({*index.suspects(copies), *lost_objects(index, copies)})
        for number in numbers:
            if number is not None:
                work.mend_object(number, all_copies=bool(named))
        work.log_entries()
        work.copy_logs()
        return work.report(started)


@dataclass(slots=True)
class Repairing:
    """One run of a repair, or of what fills a replica; use `repair`, or `fill` of `filling`.

    Attributes:
        copies, attempts: in reach, each with the right to change it.
        only: the identifier of the one copy that is mended; None: all are.
    """

    copies: Mapping[str, Archive]
    attempts: Mapping[str, Attempt]
    index: Index
    reader: Reader
    id: str
    clock: Callable[[], datetime]
    on_progress: OnProgress
    only: str | None = None
    repaired: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    logged: list[int] = field(default_factory=list)
    objects: int = 0
    length_bytes: int = 0
    _entries: list[Entry] = field(default_factory=list)
    _others: Sequence[Log] = ()
    _waiting: frozenset[str] = frozenset()

    @property
    def archive(self) -> Archive:
        """The archive itself."""
        return self.copies[""]

    def begin(self) -> None:
        """Bring the index up to the log, and know which ingests wait."""
        self._others = tuple(self._logs())
        refuse_lost_log(self.archive, ())
        catch_up(self.index, Log.open(self.archive), self._others)
        for identifier in self.copies:
            self.index.add_copy(identifier)
        self.index.commit()
        self._waiting = waiting_objects(self.archive)

    def mend_logs(self) -> None:
        """The logs come first: by them all else is judged."""
        at = self.clock()
        mended = mend_logs(self.copies, self.attempts, self.index, at=at)
        self.repaired += mended.paths
        self.findings += mended.findings
        self.kept += mended.kept
        if mended.paths:
            facts = {"repair": self.id, "copy": "", "complete": not mended.findings, "paths": len(mended.paths)}
            self._entries.append(Entry("repair", at, {**facts, "bytes": 0, "kept": mended.kept}))

    def note_stores(self, emptied: Iterable[str]) -> None:
        """Note the copies whose store was lost and made again; their objects follow."""
        for identifier in emptied:
            if identifier in self.copies:
                self.repaired.append(f"{self.copies[identifier].name}/store")
                facts = {"repair": self.id, "copy": identifier, "complete": True, "paths": 1, "bytes": 0, "kept": []}
                self._entries.append(Entry("repair", self.clock(), facts))

    def mend_roots(self) -> None:
        """The files that make the stores storage roots, and what lies above the objects without a place there."""
        for identifier, copy in self.copies.items():
            harms = []
            for found in (*walking.root_files(copy), *walking.strangers(copy, self.index)):
                if isinstance(found, str):
                    self.unreachable.append(found)
                elif found.is_harm and self._is_harm(copy, found):
                    harms.append(found)
            movable = [one for one in harms if one.kind is not Kind.PURGED]
            self.findings += findings_of([one for one in harms if one.kind is Kind.PURGED], self.copies)
            if movable:
                self._mend_root(identifier, copy, movable)

    def mend_object(self, number: int, *, all_copies: bool) -> None:
        """An object in every copy where it may be harmed."""
        expected = self.index.expected(number)
        if expected is None:
            return
        if expected.object_id in self._waiting:
            self.unreachable.append(waits(expected.object_id))
            return
        with ExitStack() as stack:
            stack.enter_context(undisturbed(self.archive, self.attempts[""], expected.object_id))
            for identifier, attempt in self.attempts.items():
                if identifier:
                    stack.enter_context(attempt.lock(object_lock(expected.object_id)))
            catch_up(self.index, Log.open(self.archive), self._others)
            now = self.index.expected(number)
            if now is not None:
                self._mend_object(number, now, all_copies=all_copies)
        if len(self._entries) >= _ENTRIES:
            self.log_entries()

    def log_entries(self) -> None:
        """Log what was repaired since the last time."""
        if self._entries:
            reached("before repairs are logged")
            inclusions = Log.open(self.archive).append(self.attempts[""], self._entries)
            self.logged += [one.index for one in inclusions]
            self._entries.clear()
            catch_up(self.index, Log.open(self.archive), self._others)

    def copy_logs(self) -> None:
        """Bring the logs of the replicas up to the archive's."""
        forked = {one.where for one in self.findings}
        for identifier, copy in self.copies.items():
            if self.only not in {None, identifier}:
                continue
            if identifier and not is_there(copy):
                self.unreachable.append(store_away(copy))
            elif identifier and f"{copy.name}/log" not in forked:
                try:
                    Log.open(self.archive).copy_to(copy, self.attempts[identifier])
                except StorageError as error:
                    self.unreachable.append(f"the log was not copied to {copy.name}: {error}")

    def report(self, started: datetime) -> RepairReport:
        """What came of it all."""
        return RepairReport(
            repair_id=self.id,
            started_at=started,
            ended_at=self.clock(),
            objects=self.objects,
            length_bytes=self.length_bytes,
            repaired=tuple(self.repaired),
            findings=judge(None, self.findings).findings,
            unreachable=tuple(dict.fromkeys(self.unreachable)),
            kept=tuple(self.kept),
            entries=tuple(self.logged),
        )

    def _mend_object(self, number: int, expected: Expected, *, all_copies: bool) -> None:
        looks = self._looks(expected)
        for identifier, copy in looks.items():
            if self.only not in {None, identifier}:
                continue
            if copy.seen.unreachable:
                self.unreachable.append(copy.seen.unreachable)
                continue
            is_suspect = self.index.is_suspect(identifier, number)
            if not (all_copies or is_suspect or any(one.is_harm for one in copy.seen.damages)):
                continue
            damages = [*copy.seen.damages, *self._content_damages(identifier, copy, expected)]
            harms = [one for one in damages if one.is_harm]
            at = self.clock()
            mended = Mended()
            if harms:
                self._tell(expected)
                # looked at again, since a copy that was repaired just now is a good one
                others = [one for other, one in self._looks(expected).items() if other != identifier]
                mended = mend(
                    copy,
                    harms,
                    expected,
                    others,
                    log=Log.open(self.archive),
                    reader=self.reader,
                    at=at,
                    copies=self.copies,
                )
            if harms or is_suspect:
                self._note(identifier, expected, mended, at)

    def _looks(self, expected: Expected) -> dict[str, Copy]:
        found = {}
        for identifier, archive in self.copies.items():
            others = [one for other, one in self.copies.items() if other != identifier]
            found[identifier] = Copy(archive, self.attempts[identifier], look(archive, expected, others))
        return found

    def _content_damages(self, identifier: str, copy: Copy, expected: Expected) -> Iterator[Damage]:
        """What is wrong with the content of an object that is there."""
        folder = copy.archive.store / expected.folder
        seen = copy.seen
        if any(one.kind is Kind.OBJECT_MISSING for one in seen.damages):
            return
        for path, digest in seen.content:
            reading = seen.read(self.reader, folder, path, digest)
            place_ = f"store/{expected.folder}/{path}"
            if reading is not None and reading.state is State.UNREACHABLE:
                self.unreachable.append(unreachable(folder / path, reading.why))
            damage = damage_of(reading, identifier, expected.object_id, place_, digest)
            if damage is not None:
                yield damage

    def _note(self, identifier: str, expected: Expected, mended: Mended, at: datetime) -> None:
        name = self.copies[identifier].name
        self.repaired += [f"{name}/{path}" for path in mended.paths]
        self.findings += mended.findings
        self.length_bytes += mended.length_bytes
        self.objects += bool(mended.paths)
        if mended.kept:
            self.kept.append(f"{name}/{mended.kept}")
        facts = {
            "repair": self.id,
            "object": expected.object_id,
            "copy": identifier,
            "complete": not mended.findings,
            "paths": len(mended.paths),
            "bytes": mended.length_bytes,
            "kept": [mended.kept] if mended.kept else [],
        }
        if mended.paths or not mended.findings:
            self._entries.append(Entry("repair", at, facts))

    def _is_harm(self, copy: Archive, found: Damage) -> bool:
        if found.kind not in {Kind.UNLOGGED, Kind.PURGED}:
            return True
        path = copy.root / found.path
        name = walking.object_at(path) or found.object_id
        if name in self._waiting:
            self.unreachable.append(waits(name))
            return False
        place_ = path.relative_to(copy.store).as_posix()
        log = Log.open(self.archive)
        own = self.attempts[""]
        return is_still_there(self.index, log, own, copy, path=place_, name=name, others=self._others)

    def _mend_root(self, identifier: str, copy: Archive, harms: list[Damage]) -> None:
        attempt, at = self.attempts[identifier], self.clock()
        places = [copy.root / one.path for one in harms]
        findings = tuple(findings_of(harms, self.copies))
        kept = keep_aside(copy, attempt, places, within=copy.store, name="store", at=at, findings=findings)
        for one in harms:
            target = copy.root / one.path
            if one.kind in _FORGETTABLE or (target.exists() and not target.is_file()) or target.is_symlink():
                with attempt.guarding(), saying("move away", target):
                    gone = attempt.folder / f"stranger-{len(self.repaired)}"
                    target.rename(gone)
            if one.kind not in _FORGETTABLE:
                place(attempt, target, ROOT_FILES[one.path.removeprefix("store/")])
            self.repaired.append(f"{copy.name}/{one.path}")
        for place_ in places:
            if not place_.exists():
                remove_empty(copy, attempt, place_.parent)
        self.kept.append(f"{copy.name}/{kept.relative_to(copy.root).as_posix()}")
        facts = {"repair": self.id, "copy": identifier, "complete": True, "paths": len(harms), "bytes": 0}
        self._entries.append(Entry("repair", at, {**facts, "kept": [self.kept[-1]]}))

    def _logs(self) -> Iterator[Log]:
        for identifier, copy in self.copies.items():
            if identifier:
                try:
                    yield Log.open(copy)
                except StorageError:  # told by what mends the logs
                    continue

    def _tell(self, expected: Expected) -> None:
        self.on_progress(
            Progress(
                Stage.REPAIR, captured=len(self.repaired), bytes=self.length_bytes, current=shown(expected.object_id)
            )
        )
