"""The dated receipt of an audit: JSON lines in ``log/audits``, which say what was read when, and what was wrong.

The first line says which audit of which copies it is, the last one how it ended. In between, for each span that was
read, ``{"copy", "object", "version", "first", "stop", "files", "bytes", "at"}`` (without `stop`: to the last file of
that version), and a line for each fault and for each path that could not be reached.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from strongroom.errors import StorageError
from strongroom.repository.log.lines import canonical
from strongroom.storage import saying, sync_directory

FORMAT: Final = "strongroom-audit/1"
FOLDER: Final = "audits"


def name_of(audit_id: str, started_at: datetime) -> str:
    """The path of a receipt, relative to the folder of the log."""
    return f"{FOLDER}/{started_at.astimezone(UTC):%Y-%m-%d}-{audit_id.removeprefix('urn:uuid:')}.jsonl"


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> str:
    """Write a receipt line by line, durably, and return its SHA-512."""
    hasher = hashlib.sha512()
    with saying("write", path), path.open("wb") as file:
        for line in lines:
            encoded = canonical(line).encode("ascii") + b"\n"
            hasher.update(encoded)
            file.write(encoded)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(path.parent)
    return hasher.hexdigest()


def is_intact(path: Path, sha512: str) -> bool:
    """Whether a receipt is the one whose digest was logged; one that is not there or cannot be read is not."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha512").hexdigest() == sha512
    except OSError:
        return False


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a receipt, one after the other.

    Raises:
        StorageError: it cannot be read, or a line is none.
    """
    with saying("read", path), path.open("rb") as file:
        for line in file:
            try:
                value = json.loads(line)
            except ValueError as error:
                raise StorageError(f"{path} is damaged: {error}; bring it back from a replica") from error
            if isinstance(value, dict):
                yield value
