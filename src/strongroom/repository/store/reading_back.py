"""Reading back: what the store holds of a version is read from the disk itself and compared with the inventory."""

import errno
import hashlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from strongroom.errors import StorageError
from strongroom.formats.bag.paths import shown
from strongroom.formats.bag.tree import Tree
from strongroom.formats.ocfl.inventory import NAME, Inventory, sidecar, version_name
from strongroom.formats.ocfl.reading import parse
from strongroom.model.finding import Accepted, Finding
from strongroom.model.rules.ocfl import BY_CODE
from strongroom.repository.archive import Archive
from strongroom.repository.store.rereading import fresh, known_files, reread_in
from strongroom.repository.stored import StoredVersion, ingest_id_of, object_folder
from strongroom.storage import saying


def read_back(archive: Archive, version: StoredVersion, *, just_read: Collection[str] = ()) -> tuple[Finding, ...]:
    """Read every file of a version again, and its inventory and sidecars, from the disk and not from memory.

    What differs is read once more before it is believed: a bus or a controller may err once.

    Args:
        archive: or a replica that holds the version.
        version: as it was committed.
        just_read: content paths, relative to the object, that need not be read again.

    Returns:
        A finding for each file that is missing, cannot be read or has other bytes, none when all is as it was
        committed; places are relative to the object.

    Raises:
        StorageError: the object's folder itself cannot be read.
    """
    folder = object_folder(archive, version.object_id)
    with Tree(folder) as tree:
        name, inventory, findings = _read_inventories(tree, version)
        if inventory is None:
            return tuple(findings)
        known = known_files(inventory, version.number)
        for path in just_read:
            known.pop(path, None)
        findings += reread_in(tree, folder, known, inventory.digest_algorithm)
    if not findings and inventory.digest_algorithm == "sha512":
        # the inventory's own message was believed until here
        made = ingest_id_of(inventory.state(version.number))
        if made != version.ingest_id:
            found = f"the files of ingest {made}"
            findings.append(BY_CODE["E066"].at(f"{name}/{NAME}", expected=f"ingest {version.ingest_id}", found=found))
    return tuple(findings)


def _read_inventories(tree: Tree, version: StoredVersion) -> tuple[str, Inventory | None, list[Finding]]:
    """The version's inventory as it was committed, and what is wrong with it, its sidecar and those at the root."""
    findings: list[Finding] = []
    data = _read(tree, NAME)
    root = parse(data or b"")
    padding = root.value.padding if isinstance(root, Accepted) else 0
    name = version_name(version.number, padding)
    place = f"{name}/{NAME}"
    own = _read(tree, place)
    if own is None or hashlib.sha512(own).hexdigest() != version.inventory_sha512:
        found = "no such file" if own is None else hashlib.sha512(own).hexdigest()
        expected = version.inventory_sha512
        return name, None, [BY_CODE["E060"].at(place, expected=expected, found=found)]
    judged = root if own == data else parse(own, where=place)
    if not isinstance(judged, Accepted):
        return name, None, list(judged.findings)
    inventory = judged.value
    algorithm = inventory.digest_algorithm
    findings += _check_sidecar(tree, f"{place}.{algorithm}", sidecar(own, algorithm))
    if isinstance(root, Accepted) and root.value.head > version.number:
        return name, inventory, findings  # a later version is the object's last, and its reading says the rest
    if data != own:
        found = "no such file" if data is None else hashlib.sha512(data).hexdigest()
        findings.append(BY_CODE["E064"].at(NAME, expected=version.inventory_sha512, found=found))
    findings += _check_sidecar(tree, f"{NAME}.{algorithm}", sidecar(own, algorithm))
    return name, inventory, findings


def _check_sidecar(tree: Tree, place: str, expected: bytes) -> Iterator[Finding]:
    found = _read(tree, place)
    if found is None or found.split() != expected.split():
        said = "no such file" if found is None else shown(found[:200].decode("utf-8", "replace").strip())
        yield BY_CODE["E060"].at(place, expected=expected.decode("ascii").strip(), found=said)


def _read(tree: Tree, path: str) -> bytes | None:
    """A small file from the disk; None when there is none."""
    try:
        descriptor = fresh(tree, path)
    except StorageError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.ESTALE:
            return None
        raise
    with saying("read", Path(path)), os.fdopen(descriptor, "rb", buffering=0) as file:
        return file.read()
