"""The ticket of an attempt: what is known of a bag before it is committed, so that a kill loses none of it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from strongroom.errors import StorageError
from strongroom.repository.archive import Archive
from strongroom.storage import reached, saying

NAME: Final = "ticket.json"
_FORMAT: Final = "strongroom-ticket/1"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What goes on the receipt and is not in the object itself.

    Attributes:
        ingest: the ingest identifier.
        object: the identifier of the archival object.
        package: the name of the bag's folder.
        warnings: codes of findings that did not refuse the bag, sorted, each once.
        empty_folders: relative to the bag, sorted.
        scan: what the virus scanner said.
        bag_created: Bagging-Date as bag-info.txt has it, empty when it has none.
        received_at: UTC, ``2026-01-02T03:04:05.678Z``.
    """

    ingest: str
    object: str
    package: str
    warnings: tuple[str, ...]
    empty_folders: tuple[str, ...]
    scan: str
    bag_created: str
    received_at: str


def write_ticket(folder: Path, ticket: Ticket) -> None:
    """Put the ticket into an attempt's folder; it survives a kill.

    It does not wait for the disk: after a power cut the bag itself still lies where it was delivered.
    """
    path = folder / NAME
    with saying("write", path):
        fresh = folder / f".{NAME}"
        fresh.write_bytes(json.dumps({"format": _FORMAT, **asdict(ticket)}, sort_keys=True).encode() + b"\n")
        fresh.rename(path)
    reached("after the ticket is written")


def read_ticket(folder: Path) -> Ticket | None:
    """The ticket of an attempt that was left behind; None when it had not come so far, or the ticket did not survive.

    Raises:
        StorageError: it cannot be read.
    """
    path = folder / NAME
    try:
        with saying("read", path):
            facts: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else {}
        if facts.pop("format", "") != _FORMAT:
            return None
        warnings, empty_folders = (tuple(map(str, facts.pop(name))) for name in ("warnings", "empty_folders"))
        texts = {name: str(value) for name, value in facts.items()}
        return Ticket(warnings=warnings, empty_folders=empty_folders, **texts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def is_under_way(archive: Archive, ingest_id: str) -> bool:
    """Whether somebody takes this bag in, or was interrupted: its ticket is in staging until it has its receipt.

    What is not there before an ingest has ended is not missing; who asks looks for it once more afterwards, since the
    ingest may have ended between the two looks.

    Raises:
        StorageError: the staging folder cannot be read.
    """
    while True:
        with saying("look through", archive.staging):
            paths = list(archive.staging.iterdir()) if archive.staging.is_dir() else []
        if any(_is_of(path, ingest_id) for path in paths):
            return True
        if all(map(os.path.lexists, paths)):  # none was renamed, as who takes work over does, while it was read
            return False


def _is_of(folder: Path, ingest_id: str) -> bool:
    try:
        ticket = read_ticket(folder)
    except StorageError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise
        return False  # its attempt ended just now
    return ticket is not None and ticket.ingest == ingest_id
