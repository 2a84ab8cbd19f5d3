"""The log of a copy, audited like the store: its entries, keys, receipts and tombstones, and the receipts of audits."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Final

from strongroom.errors import StorageError
from strongroom.model.finding import Finding, Severity
from strongroom.model.rules import log as log_rules
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.fixity import dated_receipt
from strongroom.repository.fixity.damage import Damage, Kind
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.reading import is_gone, reason, unreachable
from strongroom.repository.fixity.second_look import waiting_ingests
from strongroom.repository.log import Log
from strongroom.repository.log.copying import refuse_other
from strongroom.repository.stored import ingest_lock

_INGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class LogCheck:
    """What was found in the log of a copy.

    Attributes:
        findings: of the log itself, their places beginning with the copy's name.
        length_bytes: of all files below it.
    """

    findings: list[Finding] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    length_bytes: int = 0

    @property
    def is_harmed(self) -> bool:
        """Whether something has to be repaired."""
        return bool(self.damages) or any(one.severity is Severity.ERROR for one in self.findings)


def check(copy: Archive, archive: Archive, index: Index, *, attempt: Attempt) -> LogCheck:
    """Look at everything in the log of a copy; that of a replica must be the beginning of the archive's.

    Others append while it is read: what is wrong is looked at again, when the ingests that it is of have ended, and
    only what is wrong both times is told.

    Args:
        copy: whose log it is.
        archive: itself.
        index: knows the audits.
        attempt: of the archive, for the locks of those ingests.
    """
    first = _look(copy, archive, index)
    if not first.is_harmed:
        return first
    waiting = waiting_ingests(archive)
    for place in (*(one.where for one in first.findings), *(one.path for one in first.damages)):
        ingest_id = PurePosixPath(place).stem
        if _INGEST.fullmatch(ingest_id):
            with attempt.lock(ingest_lock(ingest_id)):
                pass
    again = _look(copy, archive, index)
    known = {(one.code, one.where) for one in first.findings}
    again.findings = [
        one for one in again.findings if (one.code, one.where) in known and PurePosixPath(one.where).stem not in waiting
    ]
    paths = {one.path for one in first.damages}
    again.damages = [one for one in again.damages if one.path in paths and PurePosixPath(one.path).stem not in waiting]
    return again


def _look(copy: Archive, archive: Archive, index: Index) -> LogCheck:
    checked = LogCheck()
    try:
        log = Log.open(copy)
        for one in log.verify(archive):
            if one.code == log_rules.NO_RECEIPT.code:
                # to an audit it is a damaged file like any other, and told by the same rule as one that was changed
                checked.damages.append(Damage(Kind.RECEIPT, copy.replica, "", one.where, one.expected, "nothing"))
            else:
                checked.findings.append(replace(one, where=f"{copy.name}/{one.where}"))
        if copy.replica:
            refuse_other(Log.open(archive), log)
        checked.damages += _dated_receipts(copy, log, index)
        checked.length_bytes = sum(_lengths(copy))
    except (StorageError, ValueError) as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and not is_gone(cause):
            checked.unreachable.append(unreachable(copy.log, reason(error)))
        else:
            kind = Kind.REPLICA_LOG if copy.replica else Kind.LOG
            checked.damages.append(Damage(kind, copy.replica, "", "log", "a log as it was signed", str(error)))
    return checked


def _dated_receipts(copy: Archive, log: Log, index: Index) -> Iterator[Damage]:
    """The dated receipts whose digests the log has; the index knows which entries to look at."""
    for number in index.audits(log.size):
        [(_, entry)] = log.entries(number, number + 1)
        facts: Any = entry.facts
        path = copy.log / facts["receipt"]
        if not dated_receipt.is_intact(path, facts["sha512"]):
            found = "another one" if os.path.lexists(path) else "nothing"
            yield Damage(Kind.RECEIPT, copy.replica, "", f"log/{facts['receipt']}", facts["sha512"], found)


def _lengths(copy: Archive) -> Iterator[int]:
    for folder, _, names in os.walk(copy.log):
        for name in names:
            yield os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - as os.walk gives it, and sooner
