"""What is wrong in one place of one copy, as it is noted while the reading goes on and kept in the dated receipt."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """What it is, as far as the place alone tells; how a file changed is told later, when all is known."""

    CONTENT = "content"
    MISSING = "missing"
    IRREGULAR = "irregular"
    UNEXPECTED = "unexpected"
    OBJECT_MISSING = "object-missing"
    VERSION_MISSING = "version-missing"
    INVENTORY = "inventory"
    SIDECAR = "sidecar"
    UNLOGGED = "unlogged"
    PURGED = "purged"
    RECEIPT = "receipt"
    LOG = "log"
    REPLICA_LOG = "replica-log"
    UNSTEADY = "unsteady"


@dataclass(frozen=True, slots=True)
class Damage:
    """One fault.

    Attributes:
        copy: the identifier of the replica, empty for the archive.
        object_id: empty where it is not of an object.
        path: relative to the copy's folder.
        expected: the SHA-512 that the file should have, or what should be there.
        found: the SHA-512 that it has, or what is there.
        length_bytes: as found; -1 where there is nothing.
        expected_bytes: the length that it should have; -1 where that is not known yet.
    """

    kind: Kind
    copy: str
    object_id: str
    path: str
    expected: str = ""
    found: str = ""
    length_bytes: int = -1
    expected_bytes: int = -1

    @property
    def is_harm(self) -> bool:
        """Whether something has to be repaired."""
        return self.kind is not Kind.UNSTEADY

    def facts(self) -> dict[str, Any]:
        """As JSON values; what says nothing is left out."""
        return {name: value for name, value in asdict(self).items() if value not in {"", -1}} | {"copy": self.copy}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """Read it back; raises `ValueError`, `TypeError` or `KeyError` when it is none."""
        return cls(**{"object_id": "", **facts, "kind": Kind(facts["kind"])})
