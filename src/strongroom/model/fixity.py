"""What an audit found in an archive and its replicas."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from strongroom.model.finding import Finding


@dataclass(frozen=True, slots=True)
class FixityReport:
    """One run of an audit: what was read, what is damaged, what could not be reached.

    Attributes:
        audit_id: ``urn:uuid:…``.
        started_at, ended_at: UTC.
        objects, files, length_bytes: read in this run and the interrupted ones that it goes on with, over all copies.
        findings: of severity error for damage, of severity warning for what a second reading took back; `where` is
            the path relative to the copy, and begins with the copy's name.
        unreachable: one sentence for each copy or path that could not be read at all; it is not called missing.
        complete: whether everything that was to be read was, within the budget.
        entry: index of the log entry that says so.
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
