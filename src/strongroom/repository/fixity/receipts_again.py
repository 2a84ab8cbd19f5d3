"""A receipt that was lost or damaged: as another copy has it, or made again from the log."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.repository import receipts
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.expected import Expected, LoggedVersion
from strongroom.repository.fixity.looking import is_receipt
from strongroom.repository.log import Log

_MAX_BYTES: Final = 16 << 20


def receipt_again(log: Log, copies: Iterable[Archive], expected: Expected, version: LoggedVersion) -> bytes | None:
    """The bytes of the receipt of a version; None where no copy has it and the log cannot tell.

    The same receipt stands beside the log and in the object itself, in every copy; one that is made again proves the
    same by a later checkpoint.
    """
    every = tuple(copies)
    places = [receipts.receipt_path(copy.log, version.ingest_id) for copy in every]
    places += [copy.store / expected.folder / "logs" / f"receipt-v{version.number}.json" for copy in every]
    for path in places:
        data = _content(path)
        if data and is_receipt(data, log.archive.id, expected.object_id, version):
            return data
    return receipt_of_log(log, version.ingest_id)


def receipt_of_log(log: Log, ingest_id: str) -> bytes | None:
    """A receipt made again; None where the log has no such ingest, or is damaged there."""
    try:
        found = log.find("ingest", ingest=ingest_id)
        return None if found is None else receipts.render(receipts.receipt_of(log.inclusion(found[0])))
    except (StorageError, ValueError):
        return None


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except OSError:
        return b""
