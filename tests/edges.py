"""What tests pass in where the world would be: a clock and identifiers that say the same every time."""

from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2025, 11, 3, 8, 0, 0, tzinfo=UTC)


class TickingClock:
    """A clock that starts on a certain morning and moves on by `step` each time somebody looks."""

    def __init__(self, beginning: datetime = BEGINNING, step: timedelta = timedelta(milliseconds=7)) -> None:
        self._now = beginning
        self._step = step

    def __call__(self) -> datetime:
        now = self._now
        self._now += self._step
        return now


class CountingIdentifiers:
    """``urn:uuid:`` identifiers of version 4 in form, numbered from 1."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self) -> str:
        self._count += 1
        return f"urn:uuid:00000000-0000-4000-8000-{self._count:012x}"
