"""What `strongroom verify` found out about one subject."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from strongroom.cli.exits import Exit
from strongroom.cli.failing import Failure
from strongroom.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Verdict:
    """About one bag.

    Attributes:
        path: as given.
        exit: what this one alone would return.
        findings: all of them, gravest first.
        failure: why it could not be looked at.
    """

    path: Path
    exit: Exit
    findings: tuple[Finding, ...] = ()
    failure: Failure | None = None

    @property
    def word(self) -> str:
        """``valid``, ``refused`` or ``not looked at``."""
        if self.failure is not None:
            return "not looked at"
        return "valid" if self.exit is Exit.DONE else "refused"


def summed(verdicts: Iterable[Verdict]) -> str:
    """All of them in a line: ``3 looked for: 1 valid, 1 refused, 1 not looked at``."""
    words = [verdict.word for verdict in verdicts]
    counts = ", ".join(f"{words.count(word)} {word}" for word in ("valid", "refused", "not looked at"))
    return f"{len(words)} looked for: {counts}"
