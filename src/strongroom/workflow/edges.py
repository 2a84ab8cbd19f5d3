"""Where time and identifiers come in when nobody passes others."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from strongroom.model.progress import Progress

Clock = Callable[[], datetime]
NewId = Callable[[], str]


def now() -> datetime:
    """The moment it is, UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the edge where time comes in


def new_urn() -> str:
    """A new identifier, ``urn:uuid:…``."""
    return uuid.uuid4().urn


def silent(_: Progress) -> None:
    """Show nothing."""
