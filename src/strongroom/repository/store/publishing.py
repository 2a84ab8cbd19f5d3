"""Giving staged versions their names: the version's folder, then the inventory at the object's root, then its sidecar.

A commit, its recovery after a crash, a replication and the taking back of a version all end here.
"""

from pathlib import Path

from strongroom.errors import StorageError
from strongroom.formats.ocfl.inventory import NAME
from strongroom.repository.attempt import Attempt
from strongroom.repository.inventories import KeptInventory


def write_inventory(folder: Path, kept: KeptInventory) -> None:
    """Write an inventory and its sidecar into a staged folder; they are durable after `Attempt.sync`."""
    (folder / NAME).write_bytes(kept.data)
    (folder / kept.sidecar_name).write_bytes(kept.sidecar)


def publish_version(attempt: Attempt, staged: Path, target: Path) -> None:
    """Give a staged and durable folder its final name; this is the moment in which a version comes to be.

    Raises:
        StorageError: something else has that name.
        LeaseLostError: the work was taken over, and nothing was renamed.
    """
    try:
        attempt.move(staged, target)
    except FileExistsError as error:
        raise StorageError(
            f"{target} is there already, and no inventory knows of it; `strongroom check-storage` says what it is, and "
            "when it is moved away the same command goes on"
        ) from error


def publish_inventory(attempt: Attempt, staged: Path, folder: Path, kept: KeptInventory) -> None:
    """Let a staged and durable inventory be that of the object: the inventory first, then its sidecar.

    Args:
        attempt: whose folder `staged` is in.
        staged: the folder that `write_inventory` wrote to.
        folder: of the object.
        kept: what is in `staged`.
    """
    attempt.move(staged / NAME, folder / NAME)
    attempt.move(staged / kept.sidecar_name, folder / kept.sidecar_name)
