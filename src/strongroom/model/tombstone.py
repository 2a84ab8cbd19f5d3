"""What is left of an object that was withdrawn."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """One person's part in a withdrawal.

    Attributes:
        officer: the name under which the key was registered.
        key_id: of the key.
        at: when it was logged, UTC.
        entry: index of the log entry that holds the signed note.
    """

    officer: str
    key_id: str
    at: datetime
    entry: int


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An object is withdrawn: why, by whom, and from when it may be or when it was removed from every copy.

    Attributes:
        object_id: of the archival object.
        reason: as stated by the first of the two.
        requested, confirmed: the two persons.
        purge_at: the earliest moment of a purge, UTC.
        purged: who removed the object, None while it is still in the store.
    """

    object_id: str
    reason: str
    requested: Signature
    confirmed: Signature
    purge_at: datetime
    purged: Signature | None = None
