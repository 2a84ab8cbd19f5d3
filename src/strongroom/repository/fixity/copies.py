"""The copies of an archive that can be reached now, and a sentence about each that cannot.

A store whose own files (its declaration, its layout) are damaged is in reach all the same, or nothing could be found or
repaired in it; everywhere else it is refused.
"""

import json
from collections.abc import Callable
from pathlib import Path

from strongroom.errors import StorageError
from strongroom.formats.ocfl.layout import fault_of_root
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.looking import is_reachable
from strongroom.repository.fixity.reading import reason, unreachable
from strongroom.repository.remembering import replica_folders
from strongroom.settings import Settings


def open_archive(root: Path) -> Archive:
    """Open an archive to audit or repair it.

    Raises:
        UsageError: there is none.
        StorageError: it is a replica, or its store is not there.
    """
    try:
        return Archive.open(root)
    except StorageError:
        found = _despite_its_root(root, root / "log" / "archive.json")
        if found is None or found.replica or (root / "replica.json").is_file():
            raise
        return found


def copies_in_reach(
    archive: Archive, settings: Settings, *, new_id: Callable[[], str] | None = None
) -> tuple[dict[str, Archive], tuple[str, ...]]:
    """The archive under the empty identifier, and its replicas under theirs.

    Args:
        archive: opened, so it is in reach.
        settings: name replicas; the others are those that the archive remembers.
        new_id: makes a replica where the folder is empty and none was there before; absent: none is made.
    """
    found = {"": archive}
    sentences = []
    for path in replica_folders(archive.root, settings.archive.replicas):
        try:
            replica = _open_replica(path, archive, new_id)
            if not is_reachable(replica):
                sentences.append(unreachable(replica.store, "it is empty; is a disk not mounted?"))
                continue
        except StorageError as error:
            sentences.append(str(error))
        except OSError as error:
            sentences.append(unreachable(path, reason(error)))
        else:
            found[replica.replica] = replica
    return found, tuple(sentences)


def _open_replica(path: Path, archive: Archive, new_id: Callable[[], str] | None) -> Archive:
    try:
        return Archive.open_replica(path, archive, new_id=new_id)
    except StorageError:
        found = _despite_its_root(path, path / "replica.json")
        if found is None or found.id != archive.id or not found.replica:
            raise
        return found


def _despite_its_root(root: Path, identity: Path) -> Archive | None:
    """A copy whose identity can be read and whose store is refused for its own files alone; None for any other."""
    try:
        facts = json.loads(identity.read_bytes())
        found = Archive(root, str(facts["archive"]), str(facts.get("replica", "")))
        return found if is_reachable(found) and fault_of_root(found.store) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
