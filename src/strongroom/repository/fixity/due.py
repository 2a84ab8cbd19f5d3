"""What is due: as much as has to be read now, if it is to be read evenly and nothing is ever to be overdue."""

from collections.abc import Sequence
from typing import Final

from strongroom.repository.fixity import spans
from strongroom.repository.fixity.index import Index

_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
_SITTING_MS: Final = 12 * _HOUR_MS
_FACT: Final = "due"


def note(index: Index, *, at: int, left: int) -> None:
    """Remember a run that read what was due.

    Runs that follow each other within twelve hours are one sitting: the later ones read what the first one left.

    Args:
        at: when it ended, ms since 1970.
        left: bytes that were due and were not read.
    """
    known = index.fact(_FACT)
    start = known["start"] if known is not None and 0 <= at - known["last"] < _SITTING_MS else at
    index.set_fact(_FACT, {"start": start, "last": at, "left": max(0, left)})


def due_bytes(index: Index, copies: Sequence[str], *, now: int, audit_days: float) -> int:
    """The bytes that are due, by how often what is due was read up to now; once a day where that is not known."""
    known = index.fact(_FACT)
    if known is None or now < known["last"]:
        interval = _DAY_MS
    elif now - known["last"] < _SITTING_MS:
        if known["left"]:
            return int(known["left"])
        interval = now - known["last"]
    else:
        interval = now - known["start"]
    interval = min(max(interval, _HOUR_MS), round(audit_days * _DAY_MS / 2))
    return spans.needed_bytes(index, copies, now=now, audit_days=audit_days, interval_ms=interval)
