"""What the commands say that look after what an archive keeps."""

from datetime import datetime
from typing import Literal

from strongroom.cli.outputs.parts import FindingPart, Output, Part


class SelectionPart(Part):
    """Which objects were to be read."""

    choice: Literal["all", "sample", "due", "older", "objects"]
    """How they were chosen."""
    fraction: float
    """Of a sample."""
    seed: int
    """Of a sample: the same seed chooses the same objects."""
    days: float
    """For `older`: what was last read longer ago."""
    objects: tuple[str, ...]
    """For `objects`: their identifiers."""


class CoveragePart(Part):
    """What of a copy was last read in one period."""

    name: str
    """The copy: `archive`, or the folder of a replica."""
    period: str
    """`2026-01` or `2026-01-31`; empty for what was never read there, and for what is overdue."""
    objects: int
    """Counted by their oldest part."""
    length_bytes: int
    """In bytes."""


class AuditOutput(Output):
    """Files were read again and compared with the log, or why not."""

    kind: Literal["audit"] = "audit"
    root: str | None = None
    """The folder of the archive."""
    audit_id: str | None = None
    """`urn:uuid:…` of the run; one that goes on with an interrupted one has its identifier."""
    selection: SelectionPart | None = None
    """Which objects were to be read."""
    started_at: datetime | None = None
    """When the run began, UTC."""
    ended_at: datetime | None = None
    """When it ended, UTC."""
    resumed: bool = False
    """Whether it went on with a run that was interrupted."""
    objects: int = 0
    """Read, over all copies; an object counts once for each."""
    files: int = 0
    """Read, over all copies."""
    length_bytes: int = 0
    """Read, over all copies."""
    intact: bool | None = None
    """Whether nothing that was read is damaged; null when nothing was read."""
    complete: bool | None = None
    """Whether everything that was to be read was."""
    damaged: tuple[str, ...] = ()
    """The path of everything damaged, each once, beginning with the copy's name."""
    findings: tuple[FindingPart, ...] = ()
    """Damage as errors, unsteady readings as warnings; places begin with the copy's name."""
    unreachable: tuple[str, ...] = ()
    """A sentence for each copy or path that could not be read; it is not called missing."""
    remaining_objects: int = 0
    """Chosen, and not read within the budget."""
    remaining_bytes: int = 0
    """Chosen, and not read within the budget."""
    overdue_objects: int = 0
    """Last read longer ago than audit_days, when the run ended."""
    overdue_bytes: int = 0
    """Last read longer ago than audit_days, when the run ended."""
    needed_bytes: int = 0
    """With --due: what a run has to read now, if nothing is ever to be overdue."""
    receipt: str | None = None
    """The dated receipt; its digest is in the log."""
    entry: int | None = None
    """Index of the entry in the log."""
    calendar: tuple[CoveragePart, ...] = ()
    """With --calendar: by copy, then by period."""
    overdue: tuple[CoveragePart, ...] = ()
    """With --calendar: for each copy that has some."""


class RepairOutput(Output):
    """Damage was repaired from verified copies, or why not."""

    kind: Literal["repair"] = "repair"
    root: str | None = None
    """The folder of the archive."""
    repair_id: str | None = None
    """`urn:uuid:…` of the run."""
    started_at: datetime | None = None
    """When it began, UTC."""
    ended_at: datetime | None = None
    """When it ended, UTC."""
    repaired: tuple[str, ...] = ()
    """Paths that are as they were logged now, and were not, beginning with the copy's name."""
    objects: int = 0
    """Mended or copied, over all copies."""
    length_bytes: int = 0
    """Written."""
    kept: tuple[str, ...] = ()
    """Where the damaged bytes lie."""
    findings: tuple[FindingPart, ...] = ()
    """What could not be repaired."""
    unreachable: tuple[str, ...] = ()
    """A sentence for each copy or path that could not be read or written."""
    entries: tuple[int, ...] = ()
    """Indexes of the entries in the log."""


class CheckStorageOutput(Output):
    """Storage roots were judged by the rules of OCFL, or why not."""

    kind: Literal["check-storage"] = "check-storage"
    root: str | None = None
    """The folder of the archive, or of the storage root."""
    valid: bool | None = None
    """Whether there is no finding of severity error; null when it could not be judged."""
    stores: tuple[str, ...] = ()
    """The storage roots that were judged."""
    findings: tuple[FindingPart, ...] = ()
    """With the standard's own codes; places begin with the storage root's folder."""
