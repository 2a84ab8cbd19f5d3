"""Restoring: a version of an object becomes the bag again that it was, byte for byte."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError, UsageError
from strongroom.formats.bag.paths import shown
from strongroom.formats.bag.tree import Tree
from strongroom.formats.ocfl.algorithms import CONTENT
from strongroom.formats.ocfl.inventory import NAME, Inventory
from strongroom.model.finding import Finding, Refused, RefusedError
from strongroom.model.rules import fixity
from strongroom.model.rules.ocfl import BY_CODE
from strongroom.repository import receipts
from strongroom.repository.archive import Archive
from strongroom.repository.inventories import KeptInventory, kept_inventory
from strongroom.repository.log import Log
from strongroom.repository.stored import StoredVersion, ingest_id_of, object_folder, stored_version
from strongroom.storage import make_directory, move_into_place, reached, saying, sync_tree

_PIECE_BYTES: Final = 1 << 20


def restore(archive: Archive, object_id: str, number: int | None, output: Path) -> tuple[Path, StoredVersion]:
    """Write the bag that a version was, under the name that it had, into a folder.

    Every file is compared with the inventory while it is copied, and the inventory with the log; the bag gets its name
    when all of it is there.
    Killed in between, it leaves a folder ``.<name>.partial``, which the next restoring of the same bag removes.

    Args:
        archive: or a replica.
        object_id: of the object.
        number: of the version; None for the last.
        output: the folder in which the bag's own is made.

    Returns:
        The bag's folder, and which version it is.

    Raises:
        UsageError: there is no such object or version.
        StorageError: `output` cannot be written, or has something of that name already, which is never overwritten.
        RefusedError: files are damaged; all of them are named, and nothing is restored.
    """
    folder = object_folder(archive, object_id)
    kept = kept_inventory(folder, object_id)
    if kept is None:
        raise UsageError(f"there is no object {object_id} in {archive.root}; `strongroom find` lists what there is")
    version = _version(folder, kept, number)
    target = output / _name(version)
    if os.path.lexists(target):
        raise StorageError(f"{target} is there already and is never overwritten; move it away or choose another folder")
    make_directory(output)
    with _partial(target) as partial:
        damage = (
            *_contradictions(archive, version, kept.inventory),
            *_copy_files(folder, kept.inventory, version.number, partial),
        )
        if damage:
            Refused(damage).or_raise()
        reached("after the restored bag is written")
        sync_tree(partial)
        move_into_place(partial, target)
    return target, version


@dataclass(frozen=True, slots=True)
class Restored:
    """A bag that was restored.

    Attributes:
        path: its folder.
        version: which it is.
        copy: of the archive, that it came from.
        damage: of the copies that were asked before, one sentence each.
    """

    path: Path
    version: StoredVersion
    copy: Archive
    damage: tuple[str, ...] = ()


def restore_from(copies: Sequence[Archive], object_id: str, number: int | None, output: Path) -> Restored:
    """Restore a version from the first copy that has it whole; otherwise as `restore`.

    Raises:
        UsageError: no copy has such an object or version.
        StorageError: `output` cannot be written, or no copy of the object can be read.
        RefusedError: all copies are damaged; the findings are those of the first.
    """
    failures: list[UsageError | StorageError | RefusedError] = []
    for copy in copies:
        try:
            kept_inventory(object_folder(copy, object_id), object_id)
        except StorageError as error:
            failures.append(error)
            continue
        try:
            path, version = restore(copy, object_id, number, output)
        except (UsageError, RefusedError) as error:
            failures.append(error)
        else:
            return Restored(path, version, copy, tuple(map(str, failures)))
    kinds = (RefusedError, StorageError, UsageError)
    raise next(error for kind in kinds for error in failures if isinstance(error, kind))


def _version(folder: Path, kept: KeptInventory, number: int | None) -> StoredVersion:
    known = kept.inventory.versions
    chosen = kept.inventory.head if number is None else number
    if chosen not in known:
        there = "version 1" if len(known) == 1 else f"versions 1 to {kept.inventory.head}"
        raise UsageError(f"{kept.inventory.id} has no version {chosen}; it has {there}")
    return stored_version(folder, kept, chosen)


def _contradictions(archive: Archive, version: StoredVersion, inventory: Inventory) -> Iterator[Finding]:
    """Where what the inventory says of a version is not what was logged: the files may have been exchanged with it."""
    where = f"{inventory.version_name(version.number)}/{NAME}"
    if inventory.digest_algorithm == "sha512":
        made = ingest_id_of({path: digest.lower() for path, digest in inventory.state(version.number).items()})
        if made != version.ingest_id:
            yield fixity.INVENTORY.at(
                where, expected=f"ingest {version.ingest_id}", found=f"the files of ingest {made}"
            )
            return
    receipt = receipts.read(archive, version.ingest_id)
    if receipt is not None:
        stated = (receipt.object_id, receipt.version, receipt.inventory_sha512)
        if stated != (version.object_id, version.number, version.inventory_sha512):
            found = f"version {version.number} of {version.object_id}: {version.inventory_sha512}"
            expected = f"version {receipt.version} of {receipt.object_id}: {receipt.inventory_sha512}"
            yield fixity.INVENTORY.at(where, expected=expected, found=found)
    elif (logged := Log.open(archive).find("ingest", object=version.object_id, version=version.number)) is not None:
        facts = logged[1].facts
        if (facts["ingest"], facts["inventory"]) != (version.ingest_id, version.inventory_sha512):
            expected = f"ingest {facts['ingest']}: {facts['inventory']}"
            yield fixity.INVENTORY.at(
                where, expected=expected, found=f"ingest {version.ingest_id}: {version.inventory_sha512}"
            )


def _name(version: StoredVersion) -> str:
    """The name that the bag had, unless it cannot be that of a folder: an inventory may have been written by others."""
    name = version.package_id
    if name and name not in {".", ".."} and "/" not in name and "\0" not in name:
        return name
    return f"version-{version.number}"


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """A folder beside the target that nobody else writes to; what an interrupted run has left in it is removed."""
    partial = target.with_name(f".{target.name}.partial")
    with saying("write", partial):
        partial.mkdir(exist_ok=True)
        descriptor = os.open(partial, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StorageError(f"another strongroom restores to {target} now; wait until it is done") from error
        with saying("write", partial):
            for left in partial.iterdir():
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        try:
            yield partial
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    finally:
        os.close(descriptor)


def _copy_files(folder: Path, inventory: Inventory, number: int, target: Path) -> Iterator[Finding]:
    made: set[Path] = set()
    with Tree(folder) as tree:
        for path, digest in inventory.state(number).items():
            place = target / path
            if place.parent not in made:
                make_directory(place.parent)
                made.add(place.parent)
            content = inventory.content_path(digest)
            found = _copy(tree, content, place, inventory.digest_algorithm)
            if found != digest.lower():
                yield BY_CODE["E092"].at(shown(content), expected=digest.lower(), found=found)


def _copy(tree: Tree, content: str, place: Path, algorithm: str) -> str:
    """Copy a file, and say the digest of what was read, or why it cannot be read."""
    hasher = CONTENT[algorithm].make()
    with ExitStack() as stack:
        try:
            source = stack.enter_context(tree.open(content))
        except StorageError as error:
            return f"it cannot be read: {error.__cause__ or error}"
        with saying("write", place):
            target = stack.enter_context(place.open("xb", buffering=0))
        while True:
            try:
                piece = source.read(_PIECE_BYTES)
            except OSError as error:
                return f"it cannot be read: {error.strerror or error}"
            if not piece:
                return str(hasher.hexdigest())
            hasher.update(piece)
            with saying("write", place):
                view = memoryview(piece)
                while view:
                    view = view[target.write(view) :]
