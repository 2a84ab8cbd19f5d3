"""How far the work has come, as told to whoever shows it; nothing is decided by it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """What is being done, by the name of the stage that does it."""

    PLAN = "plan"
    CAPTURE = "capture"
    DESCRIBE = "describe"
    COMPOSE = "compose"
    VALIDATE = "validate"
    PACK = "pack"
    RECEIVE = "receive"
    VERIFY = "verify"
    INGEST = "ingest"
    AUDIT = "audit"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of the work; counts are totals since the capture began, over all its runs.

    Attributes:
        stage: what is being done.
        captured: URLs that have an outcome; bags that were taken in.
        queued: URLs or bags that are waiting or in flight.
        bytes: of response blocks received.
        hosts: those being asked now.
        current: the URL or file that was last finished or begun.
    """

    stage: Stage
    captured: int = 0
    queued: int = 0
    bytes: int = 0
    hosts: tuple[str, ...] = ()
    current: str = ""


OnProgress = Callable[[Progress], None]
"""What a stage tells of its progress."""
