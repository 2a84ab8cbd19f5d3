"""What the commands about receipts, the log, keys and withdrawals say."""

from datetime import datetime
from typing import Literal

from strongroom.cli.outputs.parts import FindingPart, Output, Part
from strongroom.cli.outputs.taking_in import ReceiptPart


class ReceiptOutput(Output):
    """A receipt, and where it was put."""

    kind: Literal["receipt"] = "receipt"
    receipt: ReceiptPart | None = None
    """What it says."""
    written: tuple[str, ...] = ()
    """The files that were put into the folder: the receipt, the script that checks it, the public key."""


class EntryPart(Part):
    """A line of the log, as it is hashed."""

    index: int
    """From 0; this is the order, whatever the clock said."""
    line: str
    """The canonical JSON of the entry."""


class LogOutput(Output):
    """An archive's log, and with `verify` or `--against` what is wrong with it."""

    kind: Literal["log"] = "log"
    archive: str | None = None
    """`urn:uuid:…` of the archive."""
    size: int | None = None
    """Entries."""
    head: str | None = None
    """Of the Merkle tree over them, hexadecimal; null while there is no entry."""
    checkpoint: str | None = None
    """The signed note; whoever keeps it can later show that the log was rewritten."""
    key_id: str | None = None
    """Of the key that signed it."""
    signed_at: datetime | None = None
    """When the last entry was logged, UTC."""
    sound: bool | None = None
    """Whether there is no finding of severity error; null when nothing was asked for."""
    findings: tuple[FindingPart, ...] = ()
    """Of the log, its replicas and what it was held against."""
    entries: tuple[EntryPart, ...] = ()
    """With `--entries`."""
    proof: str | None = None
    """The file that `--output` wrote."""


class OfficerPart(Part):
    """Somebody who may sign withdrawals."""

    name: str
    """As registered."""
    key_id: str
    """Of the key."""
    since: datetime
    """When it was registered, UTC."""
    entry: int
    """Index of the log entry that says so."""


class KeyOutput(Output):
    """The key that signs the log, those before it, and those of the officers."""

    kind: Literal["key"] = "key"
    key_id: str | None = None
    """Of the key that signs the log."""
    public_key: str | None = None
    """The same as PEM; publish it where the archive itself is not."""
    private_key: str | None = None
    """The file it lies in."""
    usable: bool | None = None
    """Whether that file is there and for its owner alone."""
    previous: tuple[str, ...] = ()
    """Identifiers of the keys before it, oldest first."""
    officers: tuple[OfficerPart, ...] = ()
    """By name."""
    written: str | None = None
    """The file that `key new` wrote."""


class SignaturePart(Part):
    """One person's part in a withdrawal."""

    officer: str
    """The name under which the key is registered."""
    key_id: str
    """Of the key."""
    at: datetime
    """When it was logged, UTC."""
    entry: int
    """Index of the log entry that holds the signed note."""


class WithdrawOutput(Output):
    """How far the withdrawal of an object is."""

    kind: Literal["withdraw"] = "withdraw"
    object_id: str | None = None
    """Of the archival object."""
    state: Literal["kept", "requested", "withdrawn", "purged"] | None = None
    """kept: nobody asked, or it was taken back."""
    reason: str | None = None
    """As stated by whoever asked."""
    requested: SignaturePart | None = None
    """Who asked."""
    confirmed: SignaturePart | None = None
    """Who confirmed."""
    purge_at: datetime | None = None
    """From when the object may be removed, UTC."""
    purged: SignaturePart | None = None
    """Who had it removed."""
