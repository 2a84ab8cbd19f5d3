"""Taking back a version that cannot be read: it leaves the store for quarantine, and the object is as it was before."""

from collections.abc import Iterable
from pathlib import Path

from strongroom.errors import StorageError
from strongroom.model.finding import Finding
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.inventories import version_folders, version_inventory
from strongroom.repository.store.healing import remove_empty
from strongroom.repository.store.publishing import publish_inventory, write_inventory
from strongroom.repository.store.setting_aside import set_aside
from strongroom.repository.stored import StoredVersion, object_folder
from strongroom.storage import saying


def undo(archive: Archive, attempt: Attempt, version: StoredVersion, findings: Iterable[Finding]) -> Path:
    """Move the last version of an object to quarantine, with the findings beside it; the caller holds its lock.

    Only for a version of which no receipt speaks: what has a receipt is repaired, or withdrawn.

    Returns:
        Where it lies now.

    Raises:
        StorageError: it is not the last version of the object, or something cannot be moved.
        LeaseLostError: the work was taken over.
    """
    folder = object_folder(archive, version.object_id)
    names = version_folders(folder)
    if version.number not in names or version.number != max(names):
        raise StorageError(
            f"version {version.number} of {version.object_id} is not the last in {folder}, and stays as it is; "
            "`strongroom repair` brings its files back from a replica"
        )
    sentence = f"version {version.number} of {version.object_id} could not be read back after it was written"
    name = f"{folder.name}-v{version.number}.{version.ingest_id[:16]}"
    if version.number == 1:
        target = set_aside(archive, attempt, folder, name=name, sentence=sentence, findings=findings)
        remove_empty(archive, attempt, folder.parent)
        return target
    before = version_inventory(folder, version.object_id, names.get(version.number - 1, "v0"))
    if before is None:
        raise StorageError(
            f"version {version.number - 1} of {version.object_id} in {folder} has no inventory to go back to; "
            "`strongroom repair` brings it back from a replica"
        )
    staged = attempt.folder / "undone"
    with attempt.guarding(), saying("write", staged):
        staged.mkdir(exist_ok=True)
        write_inventory(staged, before)
    attempt.sync(staged)
    # the inventory first: killed in between, the object has a version too many, which recovery can judge
    publish_inventory(attempt, staged, folder, before)
    return set_aside(archive, attempt, folder / names[version.number], name=name, sentence=sentence, findings=findings)
