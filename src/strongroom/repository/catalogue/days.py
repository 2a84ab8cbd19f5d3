"""Dates of any precision as first and last days, so that a year overlaps each of its days."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class Days(NamedTuple):
    """The first and the last day that a date may mean, as ``YYYY-MM-DD``."""

    first: str
    last: str


def days_of(text: str) -> Days | None:
    """The days of a W3CDTF date, a time of day left aside; None for what is none.

    >>> days_of("2024-02"), days_of("2024-03-05T10:15:00+01:00"), days_of("soon")
    (Days(first='2024-02-01', last='2024-02-29'), Days(first='2024-03-05', last='2024-03-05'), None)
    """
    match = _DATE.fullmatch(text.partition("T")[0])
    if match is None:
        return None
    year, month, day = int(match[1]), match[2], match[3]
    try:
        first = date(year, int(month or 1), int(day or 1))
        if day:
            last = first
        elif month:
            last = first.replace(day=monthrange(year, first.month)[1])
        else:
            last = first.replace(month=12, day=31)
    except ValueError:
        return None
    return Days(first.isoformat(), last.isoformat())


def moment_of(text: str) -> str:
    """A moment in UTC as ``YYYY-MM-DDTHH:MM:SS…Z``, a day as it is, and nothing for what is neither.

    >>> moment_of("2024-05-06T09:08:09+02:00"), moment_of("2024-05-06"), moment_of("May")
    ('2024-05-06T07:08:09Z', '2024-05-06', '')
    """
    if "T" not in text:
        stated = days_of(text)
        return text if stated is not None and len(text) == 10 else ""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            return ""
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return ""


def day_after(day: str) -> str:
    """The day after one of `Days`; the end of time for the last there is."""
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except OverflowError:
        return "~"
