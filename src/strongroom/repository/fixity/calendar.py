"""The calendar of an archive: how much of each copy was last read in which month, and what is overdue."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.model.fixity import Coverage, CoverageRow
from strongroom.repository.archive import Archive
from strongroom.repository.fixity import spans
from strongroom.repository.fixity.copies import copies_in_reach, open_archive
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.projection import catch_up, milliseconds
from strongroom.repository.log import Log
from strongroom.settings import Settings

MONTHS: Final = "%Y-%m"
DAYS: Final = "%Y-%m-%d"
_DAY_MS: Final = 86_400_000


def coverage(root: Path, settings: Settings, *, form: str = MONTHS, clock: Callable[[], datetime]) -> Coverage:
    """Say what was last read when; nothing is read for it but the log and the dated receipts.

    A copy that cannot be reached now is not left out: its readings grow older all the same.

    Args:
        root: of the archive.
        settings: its replicas, and how old a reading may become.
        form: of a period, `MONTHS` or `DAYS`.

    Raises:
        UsageError: there is no archive.
        StorageError: its log is damaged, or the index cannot be written.
    """
    archive = open_archive(root)
    copies, _ = copies_in_reach(archive, settings)
    now = clock()
    days = settings.archive.audit_days
    with Index.open(archive) as index:
        catch_up(index, Log.open(archive), _logs(copies))
        for identifier in copies:
            index.add_copy(identifier)
        index.commit()
        names = _names(archive, copies, index)
        rows = [
            CoverageRow(names[one], period, objects, size)
            for one, period, objects, size in spans.by_period(index, tuple(names), form)
        ]
        before = milliseconds(now) - round(days * _DAY_MS)
        late = spans.overdue(index, tuple(names), before=before)
        overdue = [CoverageRow(names[one], "", *counted) for one, counted in sorted(late.items())]
    return Coverage(now, days, tuple(rows), tuple(overdue))


def _names(archive: Archive, copies: dict[str, Archive], index: Index) -> dict[str, str]:
    """What to call the copies in reach, and those that are away and were not given up."""
    known = [identifier for (identifier,) in index.sql.execute("SELECT id FROM copy ORDER BY id")]
    away = archive.remembered_replicas
    named = {identifier: copies[identifier].name for identifier in known if identifier in copies}
    return named | {one: str(away[one]) for one in known if one in away and one not in copies}


def _logs(copies: dict[str, Archive]) -> list[Log]:
    found = []
    for identifier, copy in copies.items():
        if identifier:
            try:
                found.append(Log.open(copy))
            except StorageError:  # a damaged one cannot stand in, and is the matter of an audit
                continue
    return found
