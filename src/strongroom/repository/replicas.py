"""Replicas: copies of objects on other disks, each version read again there before it has its name."""

import os
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError, UsageError
from strongroom.formats.bag.tree import Tree
from strongroom.formats.ocfl.inventory import NAME
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.inventories import KeptInventory, kept_inventory, root_inventory, version_inventory
from strongroom.repository.receiving import copy_file
from strongroom.repository.store.committing import first_missing
from strongroom.repository.store.healing import recover_object
from strongroom.repository.store.publishing import publish_inventory, publish_version, write_inventory
from strongroom.repository.store.reading_back import read_back
from strongroom.repository.store.rereading import known_files, reread
from strongroom.repository.stored import object_folder, object_lock, stored_version
from strongroom.storage import make_directory, reached, saying

TICKET: Final = "object"
"""The file in an attempt's folder that says which object of a replica it changes."""

_LOGS: Final = "logs"


def replicate(
    archive: Archive, replica: Archive, object_id: str, *, attempt: Attempt, replica_attempt: Attempt
) -> None:
    """Bring an object of a replica up to that of the archive; what it has already is not copied again.

    It takes the lock of the object in the replica itself. What is copied is read again from the replica's disk before
    it gets its name there; what the last version has from earlier ones is read again where it lies.

    Args:
        archive: from where; its lock need not be held, since a version never changes.
        replica: to where.
        object_id: of the object.
        attempt: of the archive; when that was taken over nothing is given a name in the replica.
        replica_attempt: of the replica.

    Raises:
        UsageError: the archive has no such object.
        StorageError: the replica cannot be written or is full, has another history of the object, or what was written
            does not read back.
        LeaseLostError: the work was taken over.
    """
    source = object_folder(archive, object_id)
    kept = kept_inventory(source, object_id)
    if kept is None:
        raise UsageError(f"there is no object {object_id} in {archive.root}; `strongroom find` lists what there is")
    with replica_attempt.lock(object_lock(object_id)):
        with replica_attempt.guarding(), saying("write", replica_attempt.folder / TICKET):
            (replica_attempt.folder / TICKET).write_text(object_id, encoding="utf-8")
        recover_object(replica, replica_attempt, object_id)
        target = object_folder(replica, object_id)
        theirs = _prefix(source, target, kept)
        numbers = [number for number in sorted(kept.inventory.versions) if number > theirs]
        copied = _copy_versions(source, replica_attempt, kept, numbers)
        attempt.check()
        if not theirs:
            _publish_object(replica, replica_attempt, source, target, kept)
        else:
            _publish_versions(replica_attempt, target, source, kept, numbers)
        last = stored_version(target, kept, kept.inventory.head)
        if damage := read_back(replica, last, just_read=copied):
            raise StorageError(
                f"the copy of {object_id} in {replica.root} is damaged ({damage[0].where}: {damage[0].found}); "
                "`strongroom repair` brings it back from a good one"
            )


def _staged(attempt: Attempt) -> Path:
    return attempt.folder / "replicated"


def _prefix(source: Path, target: Path, kept: KeptInventory) -> int:
    """How many of the archive's versions the replica has; refuses one that has others."""
    inventory = kept.inventory
    with saying("read", target):
        if not target.exists():
            return 0
    theirs = root_inventory(target, inventory.id)
    if theirs is None:
        raise StorageError(f"{target} is there, but is no whole object; `strongroom repair` brings it back")
    head = theirs.inventory.head
    if head == inventory.head:
        ours = kept.data
    elif head < inventory.head:
        own = version_inventory(source, inventory.id, inventory.version_name(head))
        ours = own.data if own is not None else b""
    else:
        raise StorageError(
            f"{target} has {head} versions of {inventory.id}, and the archive has {inventory.head}: the archive was "
            "set back, or another one writes to this replica. Nothing was copied; docs/operations.md says under "
            "disaster recovery how to bring the archive up to its replica"
        )
    if theirs.data != ours:
        raise StorageError(
            f"{target} tells another history of {inventory.id} than the archive does, or one of the two is damaged; "
            "nothing was copied: `strongroom audit` says which of them is as it was logged"
        )
    return head


def _copy_versions(source: Path, attempt: Attempt, kept: KeptInventory, numbers: list[int]) -> frozenset[str]:
    """Copy the folders of versions to where they are staged, and read them again there; returns their content paths."""
    inventory = kept.inventory
    begins = tuple(f"{inventory.version_name(number)}/" for number in numbers)
    known = {path: one for path, one in known_files(inventory).items() if path.startswith(begins)} if begins else {}
    staged = _staged(attempt)
    # the version's own name is given last, so the folders are made where they are read
    with attempt.guarding(), saying("copy to", staged):
        make_directory(staged)
        with Tree(source) as tree:
            for path in [*known, *_inventories(source, kept, numbers)]:
                _copy(tree, path, staged)
    if numbers:
        reached("before the copy in a replica is durable")
        attempt.sync(staged)
    with attempt.guarding():  # what was taken away with the lease is not damaged
        if findings := tuple(reread(staged, known, inventory.digest_algorithm)):
            _refuse(source, findings[0].where, kept, staged)
    return frozenset(known)


def _refuse(source: Path, path: str, kept: KeptInventory, staged: Path) -> None:
    known = {path: known_files(kept.inventory)[path]} if path in known_files(kept.inventory) else {}
    if known and not any(reread(source, known, kept.inventory.digest_algorithm)):
        raise StorageError(
            f"what was written to {staged.parent.parent} does not read back ({path}); check that disk, and run the "
            "same command again"
        )
    raise StorageError(
        f"{source / path} is damaged, so that it was not copied to a replica; `strongroom repair` brings it back from "
        "a replica that has it"
    )


def _inventories(source: Path, kept: KeptInventory, numbers: list[int]) -> list[str]:
    """The inventories and sidecars of versions, as far as there are any (OCFL 1.1 section 3.7)."""
    names = [f"{kept.inventory.version_name(number)}/" for number in numbers]
    return [name + file for name in names for file in (NAME, kept.sidecar_name) if (source / (name + file)).is_file()]


def _publish_object(replica: Archive, attempt: Attempt, source: Path, target: Path, kept: KeptInventory) -> None:
    top, below = first_missing(replica.store, target)
    staged = attempt.folder / "placed" / top.name
    with attempt.guarding(), saying("copy to", staged):
        make_directory((staged / below).parent)
        _staged(attempt).rename(staged / below)
        root = staged / below
        write_inventory(root, kept)
        with Tree(source) as tree:
            for path in _others(source):
                _copy(tree, path, root)
    attempt.sync(staged)
    publish_version(attempt, staged, top)


def _publish_versions(attempt: Attempt, target: Path, source: Path, kept: KeptInventory, numbers: list[int]) -> None:
    inventory, staged = kept.inventory, _staged(attempt)
    for number in numbers:
        name = inventory.version_name(number)
        own = kept if number == inventory.head else version_inventory(source, inventory.id, name)
        if own is None:
            raise StorageError(f"version {number} in {source} has no inventory, so that it cannot be copied alone")
        with attempt.guarding(), saying("write", staged):
            write_inventory(staged, own)
        attempt.sync(staged)
        publish_version(attempt, staged / name, target / name)
        publish_inventory(attempt, staged, target, own)


def _others(source: Path) -> list[str]:
    """What else belongs to an object: its declaration, and its logs."""
    found = [name for name in os.listdir(source) if name.startswith("0=")]  # noqa: PTH208 - names alone are needed
    if (source / _LOGS).is_dir():
        found += [
            f"{_LOGS}/{entry.name}" for entry in os.scandir(source / _LOGS) if entry.is_file(follow_symlinks=False)
        ]
    return sorted(found)


def _copy(tree: Tree, path: str, target: Path) -> None:
    place = target / path
    place.parent.mkdir(parents=True, exist_ok=True)
    source, length = tree.descriptor(path)
    try:
        into = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            copy_file(source, into, length)
        finally:
            os.close(into)
    finally:
        os.close(source)
