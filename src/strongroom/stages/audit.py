"""Audit: is every file of every copy what was taken in? Each run, without a fault too, leaves a dated receipt."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from strongroom.errors import StorageError
from strongroom.model.finding import Finding, Severity, judge
from strongroom.model.fixity import Choice, FixityReport, Selection
from strongroom.model.progress import OnProgress
from strongroom.model.receipt import Entry
from strongroom.model.rules import fixity as rules
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt, LeaseLostError
from strongroom.repository.fixity import dated_receipt, due, spans
from strongroom.repository.fixity.auditing import Auditor
from strongroom.repository.fixity.budget import Budget
from strongroom.repository.fixity.copies import copies_in_reach, open_archive
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.judging import findings_of
from strongroom.repository.fixity.looking import is_there, store_away
from strongroom.repository.fixity.lost import refuse_lost_log
from strongroom.repository.fixity.projection import catch_up, milliseconds
from strongroom.repository.fixity.reading import Reader
from strongroom.repository.fixity.run import Run, begin_run, facts_of, interrupted
from strongroom.repository.fixity.second_look import recover_or_wait
from strongroom.repository.log import Log
from strongroom.repository.log.lines import moment
from strongroom.repository.log.staging import make_parents
from strongroom.settings import Settings
from strongroom.storage import reached

_LOCK: Final = "audit"
_PATIENCE_SECONDS: Final = 15.0
_DAY_MS: Final = 86_400_000
_LATEST: Final = 1 << 62
_JOINED: Final = 8  # parts of an object whose ages differ by less than this part of audit_days are read as one


def audit(
    root: Path,
    settings: Settings,
    *,
    selection: Selection = Selection(),  # noqa: B008 - a frozen value
    max_bytes: int | None = None,
    max_seconds: float | None = None,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    on_progress: OnProgress = lambda _: None,
) -> FixityReport:
    """Read the files of an archive and its replicas again, oldest reading first, and compare them with the log.

    A run that was killed is gone on with by the next one of the same selection; one of another selection first writes
    the receipt of what was read.

    Args:
        root: of the archive.
        settings: its replicas, and how old a reading may become.
        selection: what is read.
        max_bytes: the run ends before the file that would exceed them; the first file is read in any case.
        max_seconds: the run ends before the next file.

    Returns:
        What was found. Damage is a finding; what could not be reached is a sentence and no finding.

    Raises:
        UsageError: there is no archive, or an object of the selection is not known.
        StorageError: the archive itself cannot be reached or written, or another audit is at work.
    """
    archive = open_archive(root)
    copies, away = copies_in_reach(archive, settings)
    replicas = tuple(copy for identifier, copy in copies.items() if identifier)
    away = (*away, *recover_or_wait(copies, away, settings, clock=clock, new_id=new_id))
    with ExitStack() as stack:
        attempt = stack.enter_context(archive.attempt(new_id=new_id))
        stack.enter_context(attempt.lock(_LOCK, patience_seconds=_PATIENCE_SECONDS))
        index = stack.enter_context(Index.open(archive))
        try:
            log = Log.open(archive)
            refuse_lost_log(archive, replicas)
            logs = _logs_of(replicas, log)
            catch_up(index, log, logs)
        except LeaseLostError:
            raise
        except StorageError as error:
            return _without_log(archive, error, away, clock=clock, new_id=new_id)
        for identifier in copies:
            index.add_copy(identifier)
        chosen = replace(selection, objects=index.resolve(selection.objects))
        work = _Work(archive, copies, settings, attempt, index, clock, new_id)
        before = interrupted(index, archive)
        if before is not None and before.selection != chosen:
            work.conclude(before, complete=False, away=())
        run = begin_run(index, archive, chosen, audit_id=new_id(), at=clock())
        budget = Budget(max_bytes, max_seconds)
        try:
            needed = work.read(run, budget, logs, on_progress)
        finally:
            run.close()
        return work.conclude(run, complete=not budget.ended, away=away, needed_bytes=needed)


@dataclass(frozen=True, slots=True)
class _Work:
    archive: Archive
    copies: Mapping[str, Archive]
    settings: Settings
    attempt: Attempt
    index: Index
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def read(self, run: Run, budget: Budget, logs: tuple[Log, ...], on_progress: OnProgress) -> int:
        """Read what is chosen as far as the budget goes; returns the bytes that are due, where that was asked."""
        now = milliseconds(self.clock())
        days = self.settings.archive.audit_days
        # a reading in the future is of a clock that was wrong: it proves nothing of now
        self.index.sql.execute("UPDATE span SET at = 0 WHERE at > ?", (now + _DAY_MS,))
        self.index.commit()
        self.index.choose_by(_chooser(run.selection))
        is_due, needed = run.selection.choice is Choice.DUE, 0
        if is_due:
            needed = due.due_bytes(self.index, tuple(self.copies), now=now, audit_days=days)
            budget.enough_bytes = max(1, needed - run.totals()[2])
        with Reader() as reader:
            auditor = Auditor(
                self.archive,
                self.copies,
                self.attempt,
                self.index,
                run,
                logs,
                reader,
                budget,
                self.clock,
                on_progress,
            )
            names = tuple(self.copies)
            join_ms = round(days * _DAY_MS / _JOINED)
            for unit in spans.units(self.index, names, before=self._before(run.selection, now), join_ms=join_ms):
                if is_due and budget.is_enough and unit.at >= now - days * _DAY_MS:
                    break
                if budget.ended or not budget.allows(0):
                    break
                auditor.visit(unit)
        self.index.commit()
        return needed

    def conclude(self, run: Run, *, complete: bool, away: tuple[str, ...], needed_bytes: int = 0) -> FixityReport:
        """Write the dated receipt, log it, bring the replicas' logs up to it, and report."""
        for sentence in away:
            run.note_unreachable(sentence)
        ended = self.clock()
        by_copy, files, length = run.totals()
        findings = tuple(judge(None, [*findings_of(list(run.damages()), self.copies), *run.findings()]).findings)
        unreachable = run.unreachable()
        remaining = (0, 0) if complete else self._remaining(run, ended)
        report = FixityReport(
            audit_id=run.audit_id,
            started_at=run.started_at,
            ended_at=ended,
            objects=sum(by_copy.values()),
            files=files,
            length_bytes=length,
            findings=findings,
            unreachable=unreachable,
            complete=complete and not unreachable,
            entry=-1,
            copies={self._name(copy): count for copy, count in sorted(by_copy.items())},
            receipt=f"log/{dated_receipt.name_of(run.audit_id, run.started_at)}",
            remaining_objects=remaining[0],
            remaining_bytes=remaining[1],
            needed_bytes=needed_bytes,
            resumed=run.resumed,
        )
        entry = self._log(run, report)
        overdue = self._overdue(ended)
        return replace(
            report,
            entry=entry,
            unreachable=tuple(dict.fromkeys((*unreachable, *self._copy_logs()))),
            overdue_objects=sum(count for count, _ in overdue.values()),
            overdue_bytes=sum(size for _, size in overdue.values()),
        )

    def _log(self, run: Run, report: FixityReport) -> int:
        """Let the receipt and the entry that has its digest come to be at once."""
        target = self.archive.root / report.receipt
        staged = self.attempt.folder / target.name
        with self.attempt.guarding():
            sha512 = dated_receipt.write(staged, [self._first_line(run), *run.lines(), _last_line(report)])
            make_parents(target.parent)
        reached("after the receipt of an audit is written")
        facts: dict[str, Any] = {
            "audit": run.audit_id,
            "receipt": report.receipt.removeprefix("log/"),
            "sha512": sha512,
            "selection": facts_of(run.selection),
            "started": moment(run.started_at),
            "objects": report.objects,
            "files": report.files,
            "bytes": report.length_bytes,
            "damaged": sum(one.severity is Severity.ERROR for one in report.findings),
            "unsteady": sum(one.code == rules.UNSTEADY.code for one in report.findings),
            "unreachable": len(report.unreachable),
            "needed": report.needed_bytes,
            "complete": report.complete,
        }
        log = Log.open(self.archive)
        inclusions = log.append(
            self.attempt,
            [Entry("audit", report.ended_at, facts)],
            before_commit=lambda _: self.attempt.move(staged, target),
        )
        reached("after an audit is logged")
        catch_up(self.index, log)
        return inclusions[-1].index

    def _first_line(self, run: Run) -> dict[str, Any]:
        return {
            "format": dated_receipt.FORMAT,
            "archive": self.archive.id,
            "audit": run.audit_id,
            "started": moment(run.started_at),
            "selection": facts_of(run.selection),
            "copies": {identifier: copy.name for identifier, copy in self.copies.items()},
        }

    def _copy_logs(self) -> tuple[str, ...]:
        """Bring the replicas' logs up to the archive's; sentences about those that cannot be."""
        sentences = []
        for identifier, copy in self.copies.items():
            if identifier and not is_there(copy):  # or the log would be written to what lies below its disk
                sentences.append(store_away(copy))
            elif identifier:
                try:
                    with copy.attempt(new_id=self.new_id) as attempt:
                        Log.open(self.archive).copy_to(copy, attempt)
                except StorageError as error:
                    sentences.append(f"the log was not copied to {copy.name}: {error}")
        return tuple(sentences)

    def _before(self, selection: Selection, now: int) -> int:
        return now - round(selection.days * _DAY_MS) if selection.choice is Choice.OLDER else _LATEST

    def _remaining(self, run: Run, ended: datetime) -> tuple[int, int]:
        now = milliseconds(ended)
        if run.selection.choice is Choice.DUE:
            before = now - round(self.settings.archive.audit_days * _DAY_MS)
        else:
            before = self._before(run.selection, milliseconds(run.started_at))
        self.index.choose_by(_chooser(run.selection))
        return spans.remaining(self.index, tuple(self.copies), before=before)

    def _overdue(self, ended: datetime) -> dict[str, tuple[int, int]]:
        before = milliseconds(ended - timedelta(days=self.settings.archive.audit_days))
        return spans.overdue(self.index, tuple(self.copies), before=before)

    def _name(self, identifier: str) -> str:
        return self.copies[identifier].name if identifier in self.copies else identifier


def _logs_of(replicas: tuple[Archive, ...], log: Log) -> tuple[Log, ...]:
    """The logs of replicas that are the beginning of the archive's."""
    found = []
    for replica in replicas:
        try:
            one = Log.open(replica)
        except StorageError:  # told when the log of that copy is looked at
            continue
        if one.size <= log.size and one.head() == log.head(one.size):
            found.append(one)
    return tuple(found)


def _chooser(selection: Selection) -> Callable[[str], bool]:
    """Whether an object is chosen; the log and the folders above the objects are, unless objects are named."""
    if selection.choice is Choice.OBJECTS:
        return frozenset(selection.objects).__contains__
    if selection.choice is not Choice.SAMPLE:
        return lambda _: True
    bound = round(selection.fraction * 2**64)

    def is_sampled(name: str) -> bool:
        digest = hashlib.sha256(f"{selection.seed}\n{name}".encode()).digest()
        return name in {"", "log"} or int.from_bytes(digest[:8], "big") < bound

    return is_sampled


def _last_line(report: FixityReport) -> dict[str, Any]:
    return {
        "ended": moment(report.ended_at),
        "objects": report.objects,
        "files": report.files,
        "bytes": report.length_bytes,
        "complete": report.complete,
        "findings": _counted(report.findings),
    }


def _counted(findings: tuple[Finding, ...]) -> dict[str, int]:
    codes = [one.code for one in findings]
    return {code: codes.count(code) for code in sorted(set(codes))}


def _without_log(
    archive: Archive,
    error: StorageError,
    away: tuple[str, ...],
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
) -> FixityReport:
    """The report where the log itself cannot be trusted: nothing else can be judged, and no entry can be made."""
    if isinstance(error.__cause__, OSError):
        raise error
    now = clock()
    found = rules.LOG_DAMAGED.at(f"{archive.name}/log", expected="a log as it was signed", found=str(error))
    return FixityReport(new_id(), now, now, 0, 0, 0, (found,), away, complete=False, entry=-1)
