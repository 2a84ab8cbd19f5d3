"""The content of a version on its way: a staged folder, of which only what the object does not hold yet is kept."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.paths import shown
from strongroom.model.digest import Fixity

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def keep_only(content: Path, fixities: Mapping[str, Fixity], wanted: Collection[str]) -> None:
    """Remove from a staged folder the files whose content is held already, and the folders that this empties.

    Args:
        content: which has to hold the files of `fixities` and nothing else, each as long as stated.
        fixities: by path relative to `content`.
        wanted: the paths that stay.

    Raises:
        StorageError: another file is there, or one is not, or it has another length; nothing can be committed then.
    """
    descriptor = os.open(content, _FOLDER)
    try:
        found, _ = _keep_below(descriptor, "", fixities, wanted)
    finally:
        os.close(descriptor)
    if found != len(fixities):
        raise StorageError(f"{len(fixities) - found} files of the copy {content} are gone; run the same command again")


def _keep_below(
    descriptor: int, prefix: str, fixities: Mapping[str, Fixity], wanted: Collection[str]
) -> tuple[int, bool]:
    """How many of the files were found, and whether nothing is left."""
    with os.scandir(descriptor) as scan:
        entries = list(scan)
    found, left = 0, 0
    for entry in entries:
        path = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            below = os.open(entry.name, _FOLDER, dir_fd=descriptor)
            try:
                number, is_empty = _keep_below(below, path + "/", fixities, wanted)
            finally:
                os.close(below)
            found += number
            if is_empty:
                os.rmdir(entry.name, dir_fd=descriptor)
            else:
                left += 1
        else:
            _check(entry, path, fixities)
            found += 1
            if path in wanted:
                left += 1
            else:
                os.unlink(entry.name, dir_fd=descriptor)
    return found, left == 0


def _check(entry: "os.DirEntry[str]", path: str, fixities: Mapping[str, Fixity]) -> None:
    fixity = fixities.get(path)
    if fixity is None or not entry.is_file(follow_symlinks=False):
        raise StorageError(f"{shown(path)} is in the copy, and was not verified; run the same command again")
    if (length := entry.stat(follow_symlinks=False).st_size) != fixity.length_bytes:
        raise StorageError(
            f"{shown(path)} has {length} bytes in the copy, and had {fixity.length_bytes} when it was verified; run "
            "the same command again"
        )
