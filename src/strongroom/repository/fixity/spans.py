"""The ages of what is in the copies: spans of an object's files that were last read at one time.

The files of an object stand in the order of its inventory's content paths, those of a later version behind those of an
earlier one, so a number means the same file for ever, and a new version only adds numbers at the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from strongroom.repository.fixity.index import END, LOG, Index

_BATCH: Final = 256
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Unit:
    """A span to be read: files `first` to `stop` of an object in a copy; `at` is in ms since 1970, 0 for never."""

    copy: str
    object: int
    first: int
    stop: int
    at: int
    length_bytes: int


def record(index: Index, copy: str, number: int, span: tuple[int, int], *, at: int, length_bytes: int) -> None:
    """Note that a span was read; what older spans say of the same files no longer counts."""
    first, stop = span
    kept = [(first, stop, at, length_bytes)]
    rows = index.sql.execute(
        "SELECT first, stop, at, bytes FROM span WHERE copy = ? AND object = ?", (copy, number)
    ).fetchall()
    for low, high, before, size in rows:
        left, right = (low, min(high, first)), (max(low, stop), high)
        parts = [part for part in (left, right) if part[0] < part[1]]
        rest = size if high <= first or low >= stop else max(0, size - length_bytes) // max(1, len(parts))
        kept += [(*part, before, rest) for part in parts]
    index.sql.execute("DELETE FROM span WHERE copy = ? AND object = ?", (copy, number))
    index.sql.executemany(
        "INSERT INTO span (copy, object, first, stop, at, bytes) VALUES (?, ?, ?, ?, ?, ?)",
        [(copy, number, *one) for one in kept],
    )


def units(index: Index, copies: Sequence[str], *, before: int, join_ms: int) -> Iterator[Unit]:
    """What is chosen, last read before a moment, and not read in this run: that which is oldest first.

    Parts of an object whose ages differ by less than `join_ms` are read as one, or they would stay apart for ever.
    """
    last = (-1, 0, "", 0)
    while rows := index.sql.execute(_UNITS.format(_marks(copies)), (*copies, before, *last, _BATCH)).fetchall():
        for copy, number, first, stop, at, size in rows:
            last = (at, number, copy, first)
            if not _is_read(index, copy, number, first):
                yield _joined(index, Unit(copy, number, first, stop, at, size), at + join_ms)


def remaining(index: Index, copies: Sequence[str], *, before: int) -> tuple[int, int]:
    """How many of what is chosen and was last read before a moment was not read in this run: units, and bytes."""
    row = index.sql.execute(_REMAINING.format(_marks(copies)), (*copies, before)).fetchone()
    return int(row[0]), int(row[1])


def overdue(index: Index, copies: Sequence[str], *, before: int) -> dict[str, tuple[int, int]]:
    """By copy, how many objects have a part that was last read before a moment, and the bytes of those parts."""
    rows = index.sql.execute(
        f"SELECT copy, count(DISTINCT object), sum(bytes) FROM span WHERE copy IN ({_marks(copies)}) AND at < ?"  # noqa: S608 - marks alone
        " AND object > ? GROUP BY copy",
        (*copies, before, LOG),
    )
    return {copy: (objects, size) for copy, objects, size in rows}


def needed_bytes(index: Index, copies: Sequence[str], *, now: int, audit_days: float, interval_ms: int) -> int:
    """The least that has to be read today, if every run reads as much and nothing is ever to be overdue.

    What must be read until a day is shared out evenly among the runs until then; the day that asks for most decides.
    """
    rows = index.sql.execute(
        f"SELECT at / {_DAY_MS}, sum(bytes) FROM span WHERE copy IN ({_marks(copies)}) GROUP BY 1 ORDER BY 1",  # noqa: S608 - marks alone
        tuple(copies),
    )
    until, most = 0, 0
    for day, size in rows:
        until += size
        # the run before the deadline counts as the last one: the next may come late
        left = day * _DAY_MS + round(audit_days * _DAY_MS) - now - interval_ms
        runs = max(1, left // interval_ms + 1)
        most = max(most, -(-until // runs))
    return most


def by_period(index: Index, copies: Sequence[str], form: str) -> Iterator[tuple[str, str, int, int]]:
    """Copy, period as `strftime` writes it (empty: never read), objects by their oldest part, and bytes."""
    objects = index.sql.execute(
        f"SELECT copy, period, count(*), 0 FROM (SELECT copy, {_PERIOD.format('min(at)')} AS period FROM span"  # noqa: S608 - constants and marks
        f" WHERE copy IN ({_marks(copies)}) AND object > ? GROUP BY copy, object) GROUP BY copy, period",
        (form, *copies, LOG),
    ).fetchall()
    sizes = index.sql.execute(
        f"SELECT copy, {_PERIOD.format('at')} AS period, 0, sum(bytes) FROM span"  # noqa: S608 - constants and marks
        f" WHERE copy IN ({_marks(copies)}) AND object > ? GROUP BY copy, period",
        (form, *copies, LOG),
    ).fetchall()
    sums: dict[tuple[str, str], list[int]] = {}
    for copy, period, count, size in (*objects, *sizes):
        both = sums.setdefault((copy, period), [0, 0])
        both[0] += count
        both[1] += size
    yield from ((copy, period, both[0], both[1]) for (copy, period), both in sorted(sums.items()))


_PERIOD: Final = "CASE {0} WHEN 0 THEN '' ELSE strftime(?, {0} / 1000, 'unixepoch') END"
_UNITS: Final = (
    "SELECT s.copy, s.object, s.first, s.stop, s.at, s.bytes FROM span s JOIN object o ON o.no = s.object"
    " WHERE s.copy IN ({}) AND s.at < ? AND (s.at, s.object, s.copy, s.first) > (?, ?, ?, ?) AND chosen(o.id)"
    " ORDER BY s.at, s.object, s.copy, s.first LIMIT ?"
)
_COVERED: Final = "SELECT 1 FROM reading WHERE copy = ? AND object = ? AND first <= ? AND ? < stop"
_REMAINING: Final = (
    "SELECT count(*), coalesce(sum(max(0, s.bytes - coalesce(r.bytes, 0))), 0) FROM span s"
    " JOIN object o ON o.no = s.object LEFT JOIN reading r"
    " ON r.copy = s.copy AND r.object = s.object AND r.first <= s.first AND s.first < r.stop"
    " WHERE s.copy IN ({}) AND s.at < ? AND o.no > 2 AND chosen(o.id) AND (r.stop IS NULL OR r.stop < s.stop)"
)


def _is_read(index: Index, copy: str, number: int, first: int) -> bool:
    return index.sql.execute(_COVERED, (copy, number, first, first)).fetchone() is not None


def _joined(index: Index, unit: Unit, before: int) -> Unit:
    stop, size = unit.stop, unit.length_bytes
    while stop < END:
        row = index.sql.execute(
            "SELECT stop, bytes FROM span WHERE copy = ? AND object = ? AND first = ? AND at < ?",
            (unit.copy, unit.object, stop, before),
        ).fetchone()
        if row is None or _is_read(index, unit.copy, unit.object, stop):
            break
        stop, size = row[0], size + row[1]
    return Unit(unit.copy, unit.object, unit.first, stop, unit.at, size)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
