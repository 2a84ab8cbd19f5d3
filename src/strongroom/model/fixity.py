"""What an audit is to read, what it found in an archive and its replicas, and what a repair did about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from strongroom.model.finding import Finding


class Choice(StrEnum):
    """How the objects of an audit are chosen."""

    ALL = "all"
    SAMPLE = "sample"
    DUE = "due"
    OLDER = "older"
    OBJECTS = "objects"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects an audit reads; of what is chosen, that which was not read for longest comes first.

    Attributes:
        choice: all; a sample; what is due, evenly over the days, so that nothing is ever older than ``audit_days``;
            what was last read longer ago than `days`; or `objects` alone.
        fraction: of a sample, above 0 and at most 1.
        seed: of a sample: the same seed chooses the same objects.
        days: for ``older``.
        objects: identifiers, for ``objects``.
    """

    choice: Choice = Choice.ALL
    fraction: float = 1.0
    seed: int = 0
    days: float = 0.0
    objects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FixityReport:
    """One run of an audit: what was read, what is damaged, what could not be reached.

    Attributes:
        audit_id: ``urn:uuid:…``.
        started_at, ended_at: UTC.
        objects, files, length_bytes: read in this run and the interrupted ones that it goes on with, over all copies;
            an object counts once for each copy.
        findings: of severity error for damage, of severity warning for what a second reading took back; `where` is
            the path relative to the copy, and begins with the copy's name.
        unreachable: one sentence for each copy or path that could not be read at all; it is not called missing.
        complete: whether everything that was to be read was, within the budget.
        entry: index of the log entry that says so; -1 where the log is damaged and can take none.
        copies: objects read, by the name of the copy.
        receipt: the dated receipt, relative to the archive; empty where there is no entry.
        remaining_objects, remaining_bytes: chosen, and not read within the budget.
        overdue_objects, overdue_bytes: in all copies, last read longer ago than ``audit_days`` when the run ended.
        needed_bytes: with the choice ``due``, the least that a run such as this one has to read today, if nothing is
            ever to be overdue; more than the budget means that the budget does not suffice.
        resumed: whether the run was begun by one that was interrupted.
    """

    audit_id: str
    started_at: datetime
    ended_at: datetime
    objects: int
    files: int
    length_bytes: int
    findings: tuple[Finding, ...]
    unreachable: tuple[str, ...]
    complete: bool
    entry: int
    copies: Mapping[str, int] = field(default_factory=dict)
    receipt: str = ""
    remaining_objects: int = 0
    remaining_bytes: int = 0
    overdue_objects: int = 0
    overdue_bytes: int = 0
    needed_bytes: int = 0
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class RepairReport:
    """One run of a repair.

    Attributes:
        repair_id: ``urn:uuid:…``.
        repaired: paths that are as they should be now and were not, each beginning with the copy's name.
        objects, length_bytes: mended or copied, over all copies; bytes written.
        findings: what could not be repaired, and why.
        unreachable: copies and paths that could not be read or written.
        kept: folders of ``quarantine/damaged`` where the damaged bytes lie.
        entries: indexes of the log entries that say so.
    """

    repair_id: str
    started_at: datetime
    ended_at: datetime
    objects: int
    length_bytes: int
    repaired: tuple[str, ...]
    findings: tuple[Finding, ...]
    unreachable: tuple[str, ...]
    kept: tuple[str, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What of a copy was last read in one period.

    Attributes:
        copy: its name.
        period: ``2026-01`` or ``2026-01-31``; empty for what was never read there.
        objects, length_bytes: an object that was read in parts counts for the earliest of them.
    """

    copy: str
    period: str
    objects: int
    length_bytes: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The calendar of an archive's copies.

    Attributes:
        at: when it was asked for, UTC.
        audit_days: the most that may pass until a file is read again.
        rows: by copy, then by period.
        overdue: for each copy that has some, with an empty period.
    """

    at: datetime
    audit_days: float
    rows: tuple[CoverageRow, ...]
    overdue: tuple[CoverageRow, ...]
