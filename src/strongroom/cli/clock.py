"""The clock of the process: the time now, or the moment that SOURCE_DATE_EPOCH fixes."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

from strongroom.errors import UsageError


def clock() -> Callable[[], datetime]:
    """A clock in UTC; with SOURCE_DATE_EPOCH in the environment it stands still at that moment."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return _now
    try:
        fixed = datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}; set it to seconds since 1970, or unset it") from error
    return lambda: fixed


def is_fixed() -> bool:
    """Whether it stands still: then other processes, whose clocks run, are no help."""
    return bool(os.environ.get("SOURCE_DATE_EPOCH"))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the edge where time comes in
