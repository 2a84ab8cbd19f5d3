"""The logs of the copies, brought back to what was signed: that of a replica from the archive's, and the other way."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from strongroom.errors import StorageError
from strongroom.model.finding import Finding, Severity
from strongroom.model.rules import fixity as rules
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.checker.script import NAME as CHECKER
from strongroom.repository.checker.script import checker_script
from strongroom.repository.fixity.damage import Damage, Kind
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.judging import findings_of
from strongroom.repository.fixity.keeping_aside import keep_aside
from strongroom.repository.fixity.log_audit import LogCheck, check
from strongroom.repository.fixity.lost import is_log_lost, is_new, refuse_lost_log
from strongroom.repository.fixity.receipts_again import receipt_of_log
from strongroom.repository.log import Log
from strongroom.repository.log.staging import place
from strongroom.repository.receipts import receipt_path
from strongroom.storage import saying


@dataclass(slots=True)
class LogsMended:
    """What came of it; `paths` and `kept` begin with the copy's name."""

    paths: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def mend_logs(
    copies: Mapping[str, Archive], attempts: Mapping[str, Attempt], index: Index, *, at: datetime
) -> LogsMended:
    """Repair the archive's log from a replica's that is whole, and then the replicas' from the archive's.

    Raises:
        StorageError: a disk cannot be written.
    """
    done = LogsMended()
    archive = copies[""]
    replicas = [copy for identifier, copy in copies.items() if identifier]
    first = check(archive, archive, index, attempt=attempts[""])
    if is_log_lost(archive, replicas):
        first.damages.append(Damage(Kind.LOG, "", "", "log", "a log as it was signed", "nothing"))
    if first.is_harmed:
        for replica in sorted(
            replicas, key=_size, reverse=True
        ):  # one that is behind does not have all that was logged
            if _size(replica) and not check(replica, replica, index, attempt=attempts[""]).is_harmed:
                _mend(replica, archive, attempts[""], first, done, at=at, copies=copies)
                first = check(archive, archive, index, attempt=attempts[""])
                break
        refuse_lost_log(archive, replicas)
        _make_receipts_again(archive, attempts[""], first, done, at=at)
        first = check(archive, archive, index, attempt=attempts[""])
        done.findings += _left(first, copies)
    _place_checker(archive, attempts[""], done, at=at)
    for identifier, replica in copies.items():
        if not identifier:
            continue
        checked = check(replica, archive, index, attempt=attempts[""])
        if not checked.is_harmed:
            _bring_up(archive, replica, attempts[identifier], done)
        elif first.is_harmed:
            done.findings += _left(checked, copies)  # there is nothing to mend it from
        else:
            _mend(archive, replica, attempts[identifier], checked, done, at=at, copies=copies)
            done.findings += _left(check(replica, archive, index, attempt=attempts[""]), copies)
    return done


def _size(copy: Archive) -> int:
    try:
        return Log.open(copy).size
    except StorageError:
        return 0


def _place_checker(archive: Archive, attempt: Attempt, done: LogsMended, *, at: datetime) -> None:
    """The script that travels with receipts, which every archive has that has given one."""
    path = archive.log / CHECKER
    if not (archive.log / "receipts").is_dir():
        return
    with saying("read", path):
        known = path.read_bytes() if path.is_file() else b""
    if known == checker_script():
        return
    if os.path.lexists(path):  # damaged, or of an earlier version of this program
        kept = keep_aside(archive, attempt, [path], within=archive.log, name="log", at=at, findings=())
        done.kept.append(f"{archive.name}/{kept.relative_to(archive.root).as_posix()}")
    place(attempt, path, checker_script())
    done.paths.append(f"{archive.name}/log/{CHECKER}")


def _bring_up(archive: Archive, replica: Archive, attempt: Attempt, done: LogsMended) -> None:
    """What a replica's log does not have yet; what it must have had before is told as repaired."""
    is_lost = is_log_lost(replica, [archive]) and not is_new(replica)
    lacks_checker = (archive.log / CHECKER).is_file() and not (replica.log / CHECKER).is_file()
    try:
        Log.open(archive).copy_to(replica, attempt)
    except StorageError as error:
        if error.__cause__ is not None:
            raise
        done.findings.append(rules.FORKED.at(f"{replica.name}/log", expected="the archive's log", found=str(error)))
    else:
        if is_lost:
            done.paths.append(f"{replica.name}/log")
        elif lacks_checker and not is_new(replica):
            done.paths.append(f"{replica.name}/log/{CHECKER}")


def _mend(
    good: Archive,
    bad: Archive,
    attempt: Attempt,
    checked: LogCheck,
    done: LogsMended,
    *,
    at: datetime,
    copies: Mapping[str, Archive],
) -> None:
    differing = list(_differing(good.log, bad.log))
    there = [bad.log / path for path in differing if os.path.lexists(bad.log / path)]
    if there:
        findings = (*checked.findings, *findings_of(checked.damages, copies))
        kept = keep_aside(bad, attempt, there, within=bad.log, name="log", at=at, findings=findings)
        done.kept.append(f"{bad.name}/{kept.relative_to(bad.root).as_posix()}")
    try:
        Log.open(good).mend(bad, attempt)
    except StorageError as error:
        if error.__cause__ is not None:
            raise
        done.findings.append(rules.FORKED.at(f"{bad.name}/log", expected="a beginning of the log", found=str(error)))
    else:
        done.paths += [f"{bad.name}/log/{path}" for path in differing]


def _make_receipts_again(
    archive: Archive,
    attempt: Attempt,
    checked: LogCheck,
    done: LogsMended,
    *,
    at: datetime,
) -> None:
    """Receipts that no replica had, from the log itself."""
    places = [one.where.removeprefix(f"{archive.name}/") for one in checked.findings if one.severity is Severity.ERROR]
    places += [one.path for one in checked.damages]
    log = Log.open(archive)
    for place_ in places:
        path = archive.root / place_
        content = receipt_of_log(log, path.stem) if path == receipt_path(archive.log, path.stem) else None
        if content is None:
            continue
        if os.path.lexists(path):
            kept = keep_aside(
                archive, attempt, [path], within=archive.log, name="log", at=at, findings=checked.findings
            )
            done.kept.append(f"{archive.name}/{kept.relative_to(archive.root).as_posix()}")
        place(attempt, path, content)
        done.paths.append(f"{archive.name}/{place_}")


def _left(checked: LogCheck, copies: Mapping[str, Archive]) -> Iterator[Finding]:
    """What is still wrong: nothing could be done about it."""
    yield from (one for one in checked.findings if one.severity is Severity.ERROR)
    yield from findings_of(checked.damages, copies)


def _differing(good: Path, bad: Path) -> Iterator[str]:
    """Files of a log that another one has not, or has otherwise; relative to it. The cache of heads is none of them."""
    for folder, _, names in sorted(os.walk(good)):
        for name in sorted({*names} - {"roots"}):
            path = Path(folder, name).relative_to(good)
            ours, theirs = good / path, bad / path
            if not theirs.is_file() or theirs.is_symlink() or ours.read_bytes() != theirs.read_bytes():
                yield path.as_posix()
