"""What the command that takes bags in says."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from strongroom.cli.outputs.parts import ErrorPart, FindingPart, Output, Part

if TYPE_CHECKING:
    from pathlib import Path

    from strongroom.model.receipt import Receipt


class ReceiptPart(Part):
    """What the archive has, as its receipt says."""

    archive: str
    """`urn:uuid:…` of the archive."""
    ingest_id: str
    """SHA-256 of the bag's list of files; the same bag has the same."""
    object_id: str
    """Of the archival object."""
    version: int
    """Of that object, from 1."""
    package_id: str
    """The name of the bag's folder."""
    ingested_at: datetime
    """When the version was committed, UTC."""
    inventory_sha512: str
    """Of the inventory of the version."""
    files: int
    """Of the whole bag."""
    length_bytes: int
    """Of the whole bag."""
    replicas: tuple[str, ...]
    """Identifiers of the replicas that held the version before the receipt was given."""
    warnings: tuple[str, ...]
    """Codes of findings that did not refuse the bag."""
    empty_folders: tuple[str, ...]
    """Of the bag, which the archive cannot keep."""
    scan: str
    """What the virus scanner said; empty when none is set."""
    entry: int
    """Index of the entry in the log that proves the receipt."""
    path: str
    """The file of the receipt, which `check-receipt.py` beside the log checks."""

    @classmethod
    def at(cls, receipt: "Receipt", path: "Path") -> Self:
        """Say a receipt and where it lies."""
        own = {name: getattr(receipt, name) for name in cls.model_fields if name not in {"entry", "path"}}
        return cls.model_validate({**own, "entry": receipt.inclusion.index, "path": str(path)})


class IngestedPart(Part):
    """What became of one bag."""

    path: str
    """As given, or as found in the incoming folder."""
    status: Literal["ingested", "known", "refused", "failed"]
    """`known`: it was in the archive already, and the receipt is that of the first time; `failed`: see `error`."""
    receipt: ReceiptPart | None = None
    """Of a bag that is in the archive."""
    findings: tuple[FindingPart, ...] = ()
    """All of them, gravest first."""
    report: str | None = None
    """The report on a refused bag, in quarantine."""
    exit: int
    """What this one alone would return."""
    error: ErrorPart | None = None
    """Why the work could not be done; the bag lies where it lay."""


class WaitingPart(Part):
    """Something in the incoming folder that was not looked at."""

    path: str
    """Where it lies."""
    reason: str
    """Why it waits."""


class IngestOutput(Output):
    """Bags were taken into an archive, or why not."""

    kind: Literal["ingest"] = "ingest"
    root: str | None = None
    """The folder of the archive."""
    results: tuple[IngestedPart, ...] = ()
    """One entry for each bag, in the order given."""
    waiting: tuple[WaitingPart, ...] = ()
    """What lies in the incoming folder and is not whole yet."""
    remarks: tuple[str, ...] = ()
    """Sentences about what went less than well and touches no bag, such as a catalogue that cannot be reached."""
