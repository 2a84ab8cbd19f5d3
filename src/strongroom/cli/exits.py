"""Exit statuses: what each says, and which one a batch returns (docs/exit-codes.md)."""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final


class Exit(IntEnum):
    """What a command says with its exit status."""

    DONE = 0
    BUG = 1
    USAGE = 2
    LOSS = 3
    REFUSED = 4
    NOTHING = 5
    STORAGE = 6
    INTERRUPTED = 130


MEANINGS: Final[Mapping[Exit, str]] = {
    Exit.DONE: "done",
    Exit.BUG: "unforeseen: a bug; please report it",
    Exit.USAGE: "the command line or the settings are wrong",
    Exit.LOSS: "done with loss: something in scope was blocked, empty or failed; the package exists and is valid",
    Exit.REFUSED: "refused: there are findings of severity error",
    Exit.NOTHING: "nothing was captured, there is no package",
    Exit.STORAGE: "storage: full, locked, unwritable, or a schema is missing",
    Exit.INTERRUPTED: "interrupted; the same command again goes on from there",
}

_GRAVITY: Final = (
    Exit.INTERRUPTED,
    Exit.BUG,
    Exit.USAGE,
    Exit.STORAGE,
    Exit.NOTHING,
    Exit.REFUSED,
    Exit.LOSS,
    Exit.DONE,
)


def gravest(exits: Iterable[Exit]) -> Exit:
    """The exit status of a batch: that of its gravest part; done when there is none.

    >>> gravest([Exit.DONE, Exit.LOSS, Exit.REFUSED]).name
    'REFUSED'
    """
    return min(exits, key=_GRAVITY.index, default=Exit.DONE)
