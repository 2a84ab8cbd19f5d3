"""Recovery of an object after a crash: what a commit began is brought to its end, by the steps of the commit itself.

A commit gives a version's folder its name first, when everything in it is durable, and replaces the two files at the
object's root after that. So a version that the root does not know is whole, and has only to be made known.
"""

import os
import re
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.paths import shown
from strongroom.formats.ocfl.inventory import NAME, Inventory, object_declaration, sidecar_name
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.inventories import KeptInventory, root_inventory, version_folders, version_inventory
from strongroom.repository.store.publishing import publish_inventory, write_inventory
from strongroom.repository.store.setting_aside import set_aside
from strongroom.repository.stored import object_folder
from strongroom.storage import reached, saying

_KNOWN: Final = re.compile(r"0=ocfl_object_1\.[01]|inventory\.json(?:\.sha(?:512|256))?|logs|extensions|v[0-9]+")


def recover_object(archive: Archive, attempt: Attempt, object_id: str) -> None:
    """Bring an object to the state that whoever was interrupted was about to leave; the caller holds its lock.

    Afterwards the object is absent or its inventory is that of its last version. Nothing is removed: what lies where a
    version would and is none, and an inventory that is neither the old nor the new one, go to quarantine.

    Raises:
        StorageError: the object is damaged beyond what a crash does; it has to be repaired from a replica.
        LeaseLostError: the work was taken over.
    """
    folder = object_folder(archive, object_id)
    with saying("read", folder):
        is_there = folder.exists()
    if not is_there:
        remove_empty(archive, attempt, folder.parent)
        return
    names = version_folders(folder)
    root = root_inventory(folder, object_id) or _restore_root(archive, attempt, folder, object_id, names)
    head = root.inventory.head
    if head not in names:
        raise StorageError(
            f"{folder} has no folder of version {head}, which its inventory knows; `strongroom repair` brings it back "
            "from a replica"
        )
    for number in sorted(number for number in names if number > head):
        following = _whole_version(folder, object_id, names[number])
        if following is not None and _continues(following.inventory, root.inventory):
            _publish(attempt, folder, following)
            root = following
        else:
            sentence = f"it lay in the object {object_id} as if it were its version {number}, and is none"
            name = f"{folder.name}-{names[number]}"
            set_aside(archive, attempt, folder / names[number], name=name, sentence=sentence)


def remove_empty(archive: Archive, attempt: Attempt, folder: Path) -> None:
    """Remove a folder of the store and those above it, as far as they are empty, since OCFL forbids empty ones.

    The caller holds the lock of the object. They go through the attempt's folder, so that a holder who was taken over
    removes none.
    """
    with attempt.guarding(), saying("remove", folder):
        while folder != archive.store and not folder.exists():
            folder = folder.parent
        while folder != archive.store and not any(folder.iterdir()):
            taken = attempt.folder / f"empty-{folder.name}"
            folder.rename(taken)
            reached("after an empty folder is taken away")
            taken.rmdir()
            folder = folder.parent


def refuse_strangers(folder: Path, inventory: Inventory) -> None:
    """Raise `StorageError` where something lies in an object that OCFL does not know, or its declaration is not there.

    A version added to such an object would not be one that others can read.
    """
    with saying("read", folder), os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        if not _KNOWN.fullmatch(name):
            raise StorageError(
                f"{shown(name)} lies in {folder} and belongs to no OCFL object; move it away and run the same command "
                "again"
            )
    declaration, _ = object_declaration(inventory.specification)
    if declaration not in names:
        raise StorageError(
            f"{folder} has no {declaration}, which makes it an OCFL object; `strongroom repair` brings it back from a "
            "replica"
        )


def _restore_root(
    archive: Archive, attempt: Attempt, folder: Path, object_id: str, names: dict[int, str]
) -> KeptInventory:
    """Give the root the inventory of the last version: a crash came between inventory and sidecar, or tore one."""
    latest = max(names, default=0)
    own = [
        version_inventory(folder, object_id, names[number]) if number in names else None
        for number in (latest, latest - 1)
    ]
    last, before = own
    if last is None and before is not None and _is_there(folder / NAME) and not _is_another(folder / NAME, before):
        last = before  # a version that cannot be read was being taken back
    if last is None:
        raise StorageError(
            f"neither the inventory of {object_id} in {folder} nor that of its last version can be read; `strongroom "
            "repair` brings them back from a replica"
        )
    if _is_there(folder / NAME) and _is_another(folder / NAME, *own):
        # bytes that a disk lost or a person wrote, and that would be lost by the replacement
        sentence = f"it lay in {object_id} as its inventory, and is not that of one of its last versions"
        set_aside(archive, attempt, folder / NAME, name=f"{folder.name}-{NAME}", sentence=sentence)
    _publish(attempt, folder, last)
    return last


def _is_there(path: Path) -> bool:
    with saying("read", path):
        return os.path.lexists(path)


def _is_another(path: Path, *known: KeptInventory | None) -> bool:
    """Whether a file is none of these."""
    with saying("read", path):
        return not path.is_file() or path.read_bytes() not in {kept.data for kept in known if kept is not None}


def _publish(attempt: Attempt, folder: Path, kept: KeptInventory) -> None:
    staged = attempt.folder / f"recovered-{kept.inventory.version_name(kept.inventory.head)}"
    with attempt.guarding(), saying("write", staged):
        staged.mkdir(exist_ok=True)
        write_inventory(staged, kept)
    reached("before the recovered inventory is durable")
    attempt.sync(staged)
    publish_inventory(attempt, staged, folder, kept)


def _whole_version(folder: Path, object_id: str, name: str) -> KeptInventory | None:
    """The inventory of a version whose folder holds exactly the files that the inventory places there; else None."""
    kept = version_inventory(folder, object_id, name)
    if kept is None:
        return None
    inventory = kept.inventory
    begins = f"{name}/"
    placed = {path for paths in inventory.manifest.values() for path in paths if path.startswith(begins)}
    placed |= {begins + NAME, begins + sidecar_name(inventory.digest_algorithm)}
    return kept if placed == _files(folder, name) else None


def _files(folder: Path, name: str) -> set[str]:
    found: set[str] = set()
    with saying("look through", folder / name):
        for below, _, names in os.walk(folder / name, onerror=_raise):
            place = Path(below).relative_to(folder).as_posix()
            found.update(f"{place}/{one}" for one in names)
    return found


def _raise(error: OSError) -> None:
    raise error


def _continues(following: Inventory, root: Inventory) -> bool:
    """Whether an inventory says the same of every earlier version, and of everything stored for them."""
    if following.head != root.head + 1 or following.digest_algorithm != root.digest_algorithm:
        return False
    same = all(following.versions.get(number) == version for number, version in root.versions.items())
    return same and all(following.manifest.get(digest) == paths for digest, paths in root.manifest.items())
