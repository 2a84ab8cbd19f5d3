"""Commit: a verified folder becomes a version of an object, wholly or not at all."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.paths import shown
from strongroom.formats.ocfl.inventory import NewVersion, first_version, next_version, object_declaration, render
from strongroom.model.digest import Fixity
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.inventories import KeptInventory, root_inventory
from strongroom.repository.store.content import keep_only
from strongroom.repository.store.healing import refuse_strangers
from strongroom.repository.store.publishing import publish_inventory, publish_version, write_inventory
from strongroom.repository.stored import StoredVersion, message_of, object_folder, version_of
from strongroom.storage import reached, saying

_MAILBOX: Final = re.compile(r"(?P<name>[^<>]+?) *<(?P<address>[^<>\s@]+@[^<>\s@]+)>")
_PROGRAM: Final = "strongroom"


def commit(
    archive: Archive,
    attempt: Attempt,
    content: Path,
    fixities: Mapping[str, Fixity],
    *,
    object_id: str,
    ingest_id: str,
    package_id: str,
    user: str,
    at: datetime,
) -> StoredVersion:
    """Make the next version of an object, or its first, of a folder that was verified.

    The caller holds the lock of the object, and has called `recover_object` under it. Nothing is read and nothing is
    copied: the folder itself goes into the store, without the files whose content the object holds already.

    Args:
        archive: or a replica.
        attempt: of that archive.
        content: a folder inside the attempt's, with exactly the files of `fixities`; it is used up.
        fixities: of every file, by path relative to `content`.
        object_id: of the object.
        ingest_id: of the bag; when a version of the object has it already, that one is returned and none is made.
        package_id: the name under which the bag is restored.
        user: who runs the repository, as ``Name`` or ``Name <address>``; may be empty.
        at: when, UTC.

    Raises:
        StorageError: the disk is full or cannot be written, or something else lies where the version would.
        LeaseLostError: the work was taken over, and nothing was committed.
    """
    folder = object_folder(archive, object_id)
    with saying("read", folder):
        is_there = folder.exists()
    base = root_inventory(folder, object_id) if is_there else None
    if base is not None:
        if (known := version_of(folder, base, ingest_id)) is not None:
            return known
        refuse_strangers(folder, base.inventory)
    elif is_there:
        raise StorageError(f"{folder} is there, but is no whole object; `strongroom check-storage` says what it is")
    new = _new_version(
        base, fixities, object_id, message=message_of(ingest_id, shown(package_id)), user=user or _PROGRAM, at=at,
        archive_id=archive.id,
    )  # fmt: skip
    kept = KeptInventory(new.inventory, render(new.inventory))
    staged = attempt.folder / f"commit-{ingest_id}"
    with attempt.guarding(), saying("write", staged):
        if base is None:
            _commit_object(archive, attempt, content, fixities, new=new, kept=kept, staged=staged, folder=folder)
        else:
            _commit_version(attempt, content, fixities, new=new, kept=kept, staged=staged, folder=folder)
    return StoredVersion(
        object_id,
        new.inventory.head,
        ingest_id,
        shown(package_id),
        datetime.fromisoformat(new.inventory.versions[new.inventory.head].created),
        hashlib.sha512(kept.data).hexdigest(),
        len(fixities),
        sum(fixity.length_bytes for fixity in fixities.values()),
    )


def _new_version(
    base: KeptInventory | None,
    fixities: Mapping[str, Fixity],
    object_id: str,
    *,
    message: str,
    user: str,
    at: datetime,
    archive_id: str,
) -> NewVersion:
    match = _MAILBOX.fullmatch(user)
    name, address = (match["name"], f"mailto:{match['address']}") if match else (user, archive_id)
    files = {path: (fixity.sha512, fixity.sha256) for path, fixity in fixities.items()}
    if base is None:
        return first_version(object_id, files, created=at, message=message, user_name=name, user_address=address)
    return next_version(base.inventory, files, created=at, message=message, user_name=name, user_address=address)


def _commit_object(
    archive: Archive,
    attempt: Attempt,
    content: Path,
    fixities: Mapping[str, Fixity],
    *,
    new: NewVersion,
    kept: KeptInventory,
    staged: Path,
    folder: Path,
) -> None:
    """A new object is one rename: of its folder, or of the first folder above it that is not there yet."""
    target, below = first_missing(archive.store, folder)
    root = staged / target.name / below
    root.mkdir(parents=True)
    _stage_version(root, content, fixities, new, kept)
    name, declaration = object_declaration(new.inventory.specification)
    (root / name).write_bytes(declaration)
    write_inventory(root, kept)
    reached("before the object is durable")
    attempt.sync(staged)
    publish_version(attempt, staged / target.name, target)


def _commit_version(
    attempt: Attempt,
    content: Path,
    fixities: Mapping[str, Fixity],
    *,
    new: NewVersion,
    kept: KeptInventory,
    staged: Path,
    folder: Path,
) -> None:
    version = new.inventory.version_name(new.inventory.head)
    staged.mkdir()
    _stage_version(staged, content, fixities, new, kept)
    write_inventory(staged, kept)
    reached("before the version is durable")
    attempt.sync(staged)
    publish_version(attempt, staged / version, folder / version)
    publish_inventory(attempt, staged, folder, kept)


def _stage_version(
    root: Path, content: Path, fixities: Mapping[str, Fixity], new: NewVersion, kept: KeptInventory
) -> None:
    inventory = new.inventory
    version = root / inventory.version_name(inventory.head)
    version.mkdir()
    keep_only(content, fixities, new.to_store)
    if new.to_store:  # a version of which everything was there before has no content folder (OCFL 1.1 section 3.3.1)
        content.rename(version / inventory.content_directory)
    write_inventory(version, kept)
    reached("after the version is staged")


def first_missing(store: Path, folder: Path) -> tuple[Path, str]:
    """The first folder on the way to an object that is not there yet, and the way on from there.

    A folder made in the store before the object is would be an empty one after a crash, which OCFL forbids.
    """
    parts = folder.relative_to(store).parts
    target = store
    for number, part in enumerate(parts):
        target /= part
        if not target.exists():
            return target, "/".join(parts[number + 1 :])
    return target, ""
