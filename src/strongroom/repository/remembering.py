"""Which replicas an archive has: it remembers each until it is told to forget it, so that none is left behind."""

import json
import os
import threading
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from strongroom.errors import StorageError
from strongroom.storage import make_directory, saying, sync_directory

REPLICA: Final = "replica.json"
"""The file of a replica that says which it is, and of which archive."""

_FORMAT: Final = 1
_MAX_BYTES: Final = 4096


def replica_folders(root: Path, named: Iterable[Path]) -> tuple[Path, ...]:
    """The folders of an archive's replicas: those that are named, then the others that it remembers, each once.

    A replica that is named where it stands now is not looked for where it was before.

    Args:
        root: of the archive.
        named: by the settings and by the command.

    Raises:
        StorageError: what the archive remembers cannot be read.
    """
    folders: dict[Path, Path] = {}
    for folder in named:
        folders.setdefault(folder.resolve(), folder)
    here = {standing_at(folder) for folder in folders}
    for identifier, folder in remembered_replicas(root).items():
        if identifier not in here:
            folders.setdefault(folder, folder)
    return tuple(folders.values())


def remembered_replicas(root: Path) -> Mapping[str, Path]:
    """The replicas that an archive has had and not forgotten: identifier to the folder where it is, or was last.

    Raises:
        StorageError: what the archive remembers cannot be read.
    """
    known = [(facts, path) for path in records(root) if (facts := recorded(path)) is not None]
    # of several places of one replica the last wins: where it stands now, else where it was seen last
    known.sort(key=lambda one: (standing_at(Path(one[0]["path"])) == one[0]["replica"], one[1].stat().st_mtime_ns))
    found = {facts["replica"]: Path(facts["path"]) for facts, _ in known}
    return dict(sorted(found.items(), key=lambda one: one[1]))


def records(root: Path) -> list[Path]:
    """The files in which an archive remembers its replicas."""
    return sorted((root / "replicas").glob("[!.]*.json"))


def record_of(root: Path, folder: Path) -> Path:
    """The file in which an archive remembers which replica is in a folder."""
    return root / "replicas" / f"{sha256(str(folder.resolve()).encode()).hexdigest()[:16]}.json"


def recorded(record: Path) -> dict[str, str] | None:
    """What a record says: ``archive``, ``replica`` and ``path``; None when there is none.

    Raises:
        StorageError: it is damaged, or cannot be read.
    """
    try:
        with saying("read", record):
            facts = read_identity(record)
    except StorageError as error:
        if error.__cause__ is not None:
            raise
        facts = {}
    if facts is None:
        return None
    if not {"replica", "path"} <= facts.keys():
        raise StorageError(
            f"{record} says which replica is where, and is damaged; remove it, and name that replica once with "
            "--replica, so that it is remembered again"
        )
    return {name: str(facts[name]) for name in ("archive", "replica", "path")}


def remember(root: Path, archive_id: str, replica_id: str, folder: Path) -> None:
    """Write down that a replica of an archive is in a folder; a crash leaves the old record or the new one."""
    record = record_of(root, folder)
    facts = {"archive": archive_id, "path": str(folder.resolve()), "replica": replica_id}
    fresh = record.with_name(f".{os.getpid()}-{threading.get_ident()}.partial")
    with saying("remember the replica in", record):
        make_directory(record.parent)
        fresh.write_bytes(render_identity(facts))
        fresh.replace(record)
        sync_directory(record.parent)


def standing_at(folder: Path) -> str:
    """The identifier of the replica in a folder; empty where there is none, or its disk cannot be read."""
    try:
        facts = read_identity(folder / REPLICA)
    except (OSError, StorageError):
        return ""  # told by who opens it
    return str((facts or {}).get("replica", ""))


def read_identity(path: Path) -> dict[str, Any] | None:
    """The facts of a file that says whose a folder is; None when it is not there.

    Raises:
        StorageError: it is damaged.
        OSError: it cannot be read.
    """
    if not path.is_file():
        return None
    try:
        facts = json.loads(path.read_bytes()[:_MAX_BYTES])
        if facts["format"] == _FORMAT and facts["archive"].startswith("urn:uuid:"):
            return dict(facts)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # said below
    raise StorageError(f"{path} is not what this version of strongroom writes; bring it back from a replica")


def render_identity(facts: Mapping[str, object]) -> bytes:
    """How such a file is written; the format is added."""
    return json.dumps({"format": _FORMAT, **facts}, indent=2, sort_keys=True).encode() + b"\n"
