"""Inventories as they lie in the store.

A reader needs no lock. A version's own folder never changes once it has its name; only the two files at the object's
root are replaced, one after the other, and a reader that comes between them reads the version's own copy instead.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.ocfl.inventory import NAME, Inventory, sidecar, sidecar_name
from strongroom.formats.ocfl.reading import parse
from strongroom.model.finding import Accepted
from strongroom.storage import saying

_VERSION: Final = re.compile(r"v0*[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class KeptInventory:
    """An inventory and the bytes it was read from."""

    inventory: Inventory
    data: bytes

    @property
    def sidecar(self) -> bytes:
        """What stands in the file beside it."""
        return sidecar(self.data, self.inventory.digest_algorithm)

    @property
    def sidecar_name(self) -> str:
        """What the file beside it is called."""
        return sidecar_name(self.inventory.digest_algorithm)


def kept_inventory(folder: Path, object_id: str) -> KeptInventory | None:
    """The inventory of the object in a folder; None where there is no such folder.

    Raises:
        StorageError: it cannot be read, or is damaged, and no version's own inventory can stand in.
    """
    with saying("read", folder):
        if not folder.is_dir():
            return None
    found = root_inventory(folder, object_id)
    if found is not None:
        return found
    # between the replacing of the inventory and of its sidecar, or damaged: the last version's own copy decides
    names = version_folders(folder)
    if names and (own := version_inventory(folder, object_id, names[max(names)])) is not None:
        return own
    raise StorageError(
        f"the inventory of {object_id} in {folder} is damaged or gone; `strongroom repair` brings it back from a "
        "replica"
    )


def root_inventory(folder: Path, object_id: str) -> KeptInventory | None:
    """The inventory at the object's root, when it and its sidecar agree; None otherwise."""
    with saying("read", folder):
        return _checked(folder, object_id)


def version_inventory(folder: Path, object_id: str, name: str) -> KeptInventory | None:
    """A version's own inventory, when it agrees with its sidecar and is that of the version; None otherwise."""
    with saying("read", folder / name):
        found = _checked(folder / name, object_id)
    if found is None or found.inventory.version_name(found.inventory.head) != name:
        return None
    return found


def version_folders(folder: Path) -> dict[int, str]:
    """The folders in an object that are named as versions are, by number."""
    with saying("look through", folder), os.scandir(folder) as entries:
        return {
            int(entry.name[1:]): entry.name
            for entry in entries
            if _VERSION.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
        }


def _checked(folder: Path, object_id: str) -> KeptInventory | None:
    """The inventory in a folder; None when it is absent, cannot be read as one, is another object's, or is torn."""
    try:
        data = (folder / NAME).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
    judged = parse(data)
    if not isinstance(judged, Accepted) or judged.value.id != object_id:
        return None
    found = KeptInventory(judged.value, data)
    try:
        stated = (folder / found.sidecar_name).read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None
    return found if stated.split() == found.sidecar.split() else None
