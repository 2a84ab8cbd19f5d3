"""The log of a copy, audited like the store: its entries, keys, receipts and tombstones, and the receipts of audits."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from strongroom.errors import StorageError
from strongroom.model.finding import Finding
from strongroom.repository.archive import Archive
from strongroom.repository.fixity import dated_receipt
from strongroom.repository.fixity.damage import Damage, Kind
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.reading import is_gone, reason, unreachable
from strongroom.repository.log import Log
from strongroom.repository.log.copying import refuse_other


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


def check(copy: Archive, archive: Archive, index: Index) -> LogCheck:
    """Look at everything in the log of a copy; that of a replica must be the beginning of the archive's."""
    checked = LogCheck()
    try:
        log = Log.open(copy)
        checked.findings += [replace(one, where=f"{copy.name}/{one.where}") for one in log.verify()]
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
