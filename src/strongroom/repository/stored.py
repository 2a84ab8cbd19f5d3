"""What is in the store, read and never written: objects and their versions."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from strongroom.formats.bag.paths import encode_path
from strongroom.formats.ocfl.inventory import NAME, Inventory
from strongroom.formats.ocfl.layout import object_path
from strongroom.formats.ocfl.reading import parse
from strongroom.model.finding import Accepted
from strongroom.repository.archive import Archive
from strongroom.repository.inventories import KeptInventory, kept_inventory, version_folders
from strongroom.storage import saying

_MESSAGE: Final = re.compile(r"ingest ([0-9a-f]{64}) of (.*)", re.DOTALL)
_TUPLE: Final = re.compile(r"[0-9a-f]{3}")
_TUPLES: Final = 3


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of an object as the store has it.

    Attributes:
        number: from 1.
        ingest_id: SHA-256 of the bag's canonical list of files, 64 hex digits.
        package_id: the name of the bag's folder.
        created: when it was committed, UTC.
        inventory_sha512: of the version's own inventory, 128 hex digits.
        files, length_bytes: of the whole bag; a file that is lost counts no bytes.
    """

    object_id: str
    number: int
    ingest_id: str
    package_id: str
    created: datetime
    inventory_sha512: str
    files: int
    length_bytes: int


def ingest_id_of(files: Mapping[str, str]) -> str:
    """The ingest identifier of a bag: the same for the same files, however they were delivered.

    Args:
        files: path relative to the bag, to SHA-512 in lower-case hexadecimal.

    DESIGN ruling 15: the SHA-256 of the lines ``<sha512>  <path>`` and LF, sorted as bytes, paths as RFC 8493 encodes
    them.

    >>> ingest_id_of({"b": "02" * 64, "a": "01" * 64})[:16]
    '593ab382666fc653'
    """
    lines = sorted(f"{digest}  {encode_path(path)}\n".encode() for path, digest in files.items())
    return hashlib.sha256(b"".join(lines)).hexdigest()


def message_of(ingest_id: str, package_id: str) -> str:
    """What the inventory says of a version that a bag became."""
    return f"ingest {ingest_id} of {package_id}"


def ingest_lock(ingest_id: str) -> str:
    """The lock that whoever takes in this bag holds; taken before that of the object."""
    return f"ingest-{ingest_id[:3]}"


def object_lock(object_id: str) -> str:
    """The lock that whoever changes this object holds: one for each folder at the top of the store."""
    return f"object-{_place(object_id)[:3]}"


def object_folder(archive: Archive, object_id: str) -> Path:
    """Where an object lies, or would lie."""
    return archive.store / _place(object_id)


# what is asked for again and again while one bag is taken in
_place = lru_cache(maxsize=64)(object_path)


def read_inventory(archive: Archive, object_id: str) -> Inventory | None:
    """The inventory of an object; None where there is no such object.

    Raises:
        StorageError: it cannot be read, or is damaged, and no version's own inventory can stand in.
    """
    kept = kept_inventory(object_folder(archive, object_id), object_id)
    return None if kept is None else kept.inventory


def versions(archive: Archive, object_id: str) -> tuple[StoredVersion, ...]:
    """All versions of an object, oldest first; none where there is no such object.

    Raises:
        StorageError: the inventory cannot be read.
    """
    folder = object_folder(archive, object_id)
    kept = kept_inventory(folder, object_id)
    if kept is None:
        return ()
    return tuple(stored_version(folder, kept, number) for number in sorted(kept.inventory.versions))


def find_version(archive: Archive, object_id: str, ingest_id: str) -> StoredVersion | None:
    """The version of an object that a bag became; None when it became none.

    Raises:
        StorageError: the inventory cannot be read.
    """
    folder = object_folder(archive, object_id)
    kept = kept_inventory(folder, object_id)
    return None if kept is None else version_of(folder, kept, ingest_id)


def version_of(folder: Path, kept: KeptInventory, ingest_id: str) -> StoredVersion | None:
    """As `find_version`, in an inventory that was read already."""
    for number in sorted(kept.inventory.versions):
        if _identity(kept.inventory, number)[0] == ingest_id:
            return stored_version(folder, kept, number)
    return None


def stored_version(folder: Path, kept: KeptInventory, number: int) -> StoredVersion:
    """Say what the inventory and the disk say of a version."""
    inventory = kept.inventory
    ingest_id, package_id = _identity(inventory, number)
    with saying("read", folder):
        if number == inventory.head:
            data = kept.data
        else:
            try:
                data = (folder / inventory.version_name(number) / NAME).read_bytes()
            except FileNotFoundError:  # a version need not have one (OCFL 1.1 section 3.7)
                data = b""
    files = inventory.files(number)
    return StoredVersion(
        inventory.id,
        number,
        ingest_id,
        package_id,
        datetime.fromisoformat(inventory.versions[number].created),
        hashlib.sha512(data).hexdigest(),
        len(files),
        sum(_length(folder / path) for path in files.values()),
    )


def objects(archive: Archive) -> Iterator[tuple[str, Path]]:
    """The identifier and the folder of every object, in the order of folders; memory does not grow with their number.

    What lies in the store and is no object of ours is passed over: `strongroom check-storage` names it.

    Raises:
        StorageError: a folder cannot be read.
    """
    yield from _objects(archive.store, archive.store, _TUPLES)


def _objects(store: Path, folder: Path, levels: int) -> Iterator[tuple[str, Path]]:
    with saying("look through", folder), os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    for name in names:
        path = folder / name
        if levels:
            if _TUPLE.fullmatch(name):
                yield from _objects(store, path, levels - 1)
        elif (object_id := _object_id(store, path)) is not None:
            yield object_id, path


def _object_id(store: Path, folder: Path) -> str | None:
    """The identifier whose object lies in a folder of this name; a long one was cut and stands in the inventory."""
    place = folder.relative_to(store).as_posix()
    if object_path(object_id := unquote(folder.name, errors="replace")) == place:
        return object_id
    for path in (folder / NAME, *(folder / name / NAME for name in version_folders(folder).values())):
        with saying("read", path):
            data = path.read_bytes() if path.is_file() else b""
        judged = parse(data)
        if isinstance(judged, Accepted) and object_path(judged.value.id) == place:
            return judged.value.id
    return None


def _identity(inventory: Inventory, number: int) -> tuple[str, str]:
    """Ingest identifier and package of a version; of one that strongroom did not make, as far as they can be told."""
    if match := _MESSAGE.fullmatch(inventory.versions[number].message or ""):
        return match[1], match[2]
    if inventory.digest_algorithm == "sha512":
        return ingest_id_of({path: digest.lower() for path, digest in inventory.state(number).items()}), ""
    return "", ""


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # lost, or unreadable: those who read the file itself say so
        return 0
