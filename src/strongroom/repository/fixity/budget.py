"""How much a run may read, in bytes and in seconds; it ends between two files."""

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Budget:
    """What is left of a run's allowance.

    Attributes:
        max_bytes, max_seconds: None for no bound.
        enough_bytes: where the run may end, since all that is due is read.
        spent_bytes, files: so far.
    """

    max_bytes: int | None = None
    max_seconds: float | None = None
    enough_bytes: int | None = None
    spent_bytes: int = 0
    files: int = 0
    ended: bool = False
    _own_bytes: int = 0
    _begun: float = field(default_factory=time.monotonic)

    def allows(self, length_bytes: int) -> bool:
        """Whether a file of this length may be begun; a first one may in any case, or a run might get nowhere."""
        over = self.max_bytes is not None and self.spent_bytes + length_bytes > max(self.max_bytes, self._own_bytes)
        late = self.max_seconds is not None and time.monotonic() - self._begun >= self.max_seconds
        self.ended = self.ended or (self.files > 0 and (over or late))
        return not self.ended

    def begin(self, inventory_bytes: int) -> None:
        """Begin with the content of an object, whose inventories were read.

        As much of its content is read as of its inventories, even beyond the budget: they are read again at each visit,
        and an object with many versions would else cost most for what is read of it least.
        """
        self.spent_bytes += inventory_bytes
        self._own_bytes = self.spent_bytes + inventory_bytes

    def leave(self) -> None:
        """Be done with an object."""
        self._own_bytes = 0

    def spend(self, length_bytes: int, *, files: int = 0) -> None:
        """Count what was read; inventories are bytes, and no files."""
        self.spent_bytes += length_bytes
        self.files += files

    @property
    def is_enough(self) -> bool:
        """Whether all that is due was read."""
        return self.enough_bytes is not None and self.spent_bytes >= self.enough_bytes
