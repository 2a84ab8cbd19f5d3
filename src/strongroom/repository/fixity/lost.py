"""What is wholly gone from a copy, found by looking for its name alone: a store, a log, an object, a version."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.ocfl.inventory import NAME, object_declaration, sidecar_name, version_name
from strongroom.formats.ocfl.layout import ROOT_FILES
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.expected import Expected
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.looking import is_there
from strongroom.repository.log import Log
from strongroom.repository.remembering import replica_folders
from strongroom.repository.ticket import read_ticket
from strongroom.settings import Settings
from strongroom.storage import make_directory, saying

_OWN: Final = frozenset(name.partition("/")[0] for name in ROOT_FILES)
_NEEDED: Final = frozenset({object_declaration()[0], NAME, sidecar_name(), "logs"})


def make_stores_again(root: Path, settings: Settings, *, new_id: Callable[[], str]) -> tuple[str, ...]:
    """Give a copy that has lost its whole store an empty one, if another copy is there from which it can be filled.

    A store and the staging folder beside it are of one file system, or nothing could ever have been committed: where
    the one is there and the other is gone or empty, no disk is missing. A link in the place of the store may lead to
    one that is, and is left alone; so is a folder that something else is mounted on.

    Args:
        root: of the archive.
        settings: name replicas, beside those that it remembers.
        new_id: of the pieces of work.

    Returns:
        The identifiers of these copies; that of the archive is empty.

    Raises:
        StorageError: a copy cannot be written.
    """
    archive = _identified(root, root / "log" / "archive.json")
    if archive is None or archive.replica or (root / "replica.json").exists():
        return ()
    folders = replica_folders(root, settings.archive.replicas)
    found = (_identified(path, path / "replica.json") for path in folders)
    copies = [archive, *(one for one in found if one is not None and one.id == archive.id and one.replica)]
    lost = [one for one in copies if _has_lost_its_store(one)]
    if not any(is_there(one) and _has_objects(one) for one in copies if one not in lost):
        return ()
    for copy in lost:
        with copy.attempt(new_id=new_id) as attempt:
            fresh = attempt.folder / "store"
            with attempt.guarding(), saying("write", fresh):
                for path, content in ROOT_FILES.items():
                    make_directory((fresh / path).parent)
                    (fresh / path).write_bytes(content)
            attempt.sync(fresh)
            with suppress(FileExistsError):  # another repair was sooner
                attempt.move(fresh, copy.store)
    return tuple(dict.fromkeys(one.replica for one in lost))


def is_log_lost(archive: Archive, replicas: Iterable[Archive]) -> bool:
    """Whether an archive that once had a log has none at all; a log must never begin anew beside what it told of.

    An object in the store comes before its entry, and an entry before its copy, so the archive's own log is looked at
    last: what another process does meanwhile is not taken for a loss.
    """
    is_copied = any((one.log / "checkpoint").exists() for one in replicas)
    is_kept = is_there(archive) and _has_objects(archive)
    is_under_way = any(read_ticket(path) is not None for path in archive.staging.glob("*") if path.is_dir())
    return (is_copied or (is_kept and not is_under_way)) and not (archive.log / "checkpoint").exists()


def is_new(copy: Archive) -> bool:
    """Whether nothing was ever put into the store of a copy; one that cannot be looked at is not new."""
    return is_there(copy) and not _has_objects(copy)


def refuse_lost_log(archive: Archive, replicas: Iterable[Archive]) -> None:
    """Raise `StorageError` where the log of an archive is wholly gone."""
    if is_log_lost(archive, replicas):
        raise StorageError(
            f"{archive.log} holds nothing, though objects were taken in; nothing was touched. Bring a replica with the "
            "log in reach with --replica and run `strongroom repair`, or bring the folder back from a backup"
        )


def refuse_second_log(archive: Archive, replicas: Iterable[Archive]) -> None:
    """Raise `StorageError` where the next entry would begin a log, and there was one before."""
    if not (archive.log / "checkpoint").exists():
        Log.open(archive)  # says so where a part of it is left
        refuse_lost_log(archive, replicas)


def lost_objects(index: Index, copies: Mapping[str, Archive]) -> Iterator[int]:
    """The objects that lack a folder or a file at their root in a copy, or that cannot be looked for there.

    Nothing is read but folders, so that this may be asked of every object each time.
    """
    for number in index.numbers():
        expected = index.expected(number)
        if expected is not None and not all(_is_whole(copy, expected) for copy in copies.values()):
            yield number


def _is_whole(copy: Archive, expected: Expected) -> bool:
    try:
        names = set(os.listdir(copy.store / expected.folder))  # noqa: PTH208 - names alone are needed
    except OSError:
        return False
    return names >= {*_NEEDED, *(version_name(one.number) for one in expected.versions)}


def _identified(root: Path, identity: Path) -> Archive | None:
    try:
        facts = json.loads(identity.read_bytes())
        return Archive(root, str(facts["archive"]), str(facts.get("replica", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # told by who opens it


def _has_lost_its_store(copy: Archive) -> bool:
    try:
        device = copy.root.lstat().st_dev
        if not copy.staging.is_dir() or copy.staging.lstat().st_dev != device:
            return False
        if not os.path.lexists(copy.store):
            return True
        is_folder = copy.store.is_dir() and not copy.store.is_symlink()
        return is_folder and copy.store.lstat().st_dev == device and not any(copy.store.iterdir())
    except OSError:
        return False


def _has_objects(copy: Archive) -> bool:
    with os.scandir(copy.store) as entries:
        return any(entry.name not in _OWN for entry in entries)
