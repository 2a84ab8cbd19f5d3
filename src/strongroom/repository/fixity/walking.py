"""The folders above the objects of a copy: what lies there that the log does not know of, and what it had purged."""

import hashlib
import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from strongroom.formats.ocfl.layout import CONFIGURATION, ROOT_FILES, object_path
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.damage import Damage, Kind
from strongroom.repository.fixity.index import Index
from strongroom.repository.fixity.reading import State, read_small, reason, unreachable

_TUPLE: Final = re.compile(r"[0-9a-f]{3}")
_LEVELS: Final = 3
_KNOWN: Final = "only what was taken in"


def root_files(copy: Archive) -> Iterator[Damage | str]:
    """What is wrong with the files that make the store a storage root; sentences for what cannot be reached."""
    for path, content in ROOT_FILES.items():
        where = f"store/{path}"
        read = read_small(copy.root / where, content.__eq__, max_bytes=1 << 16)
        digest = hashlib.sha512(content).hexdigest()
        if read.state is State.UNREACHABLE:
            yield unreachable(copy.root / where, read.why)
        elif read.state is State.UNSTEADY:
            yield Damage(Kind.UNSTEADY, copy.replica, "", where, digest, read.first, read.length_bytes)
        elif read.state is State.GONE:
            yield Damage(Kind.MISSING, copy.replica, "", where, digest, "nothing", expected_bytes=len(content))
        elif read.state is State.IRREGULAR:
            yield Damage(Kind.IRREGULAR, copy.replica, "", where, digest, read.why)
        elif read.content != content:
            yield Damage(Kind.CONTENT, copy.replica, "", where, digest, read.sha512, read.length_bytes, len(content))


def strangers(copy: Archive, index: Index) -> Iterator[Damage | str]:
    """What has no place above the objects, and objects that the log does not know; sentences for what is unreachable.

    Objects that are missing are not told here: who looks for them finds them.
    """
    yield from _folder(copy, index, "", 0)


def _folder(copy: Archive, index: Index, prefix: str, level: int) -> Iterator[Damage | str]:
    folder = copy.store / prefix
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError as error:
        yield unreachable(folder, reason(error))
        return
    for name, is_folder in found:
        path = prefix + name
        if level == 0 and path.partition("/")[0] in _TOP:
            yield from _top(copy, path, is_folder=is_folder)
        elif level < _LEVELS and is_folder and _TUPLE.fullmatch(name):
            yield from _folder(copy, index, f"{path}/", level + 1)
        elif level == _LEVELS:
            yield from _object(copy, index, path, is_folder=is_folder)
        else:
            yield _unexpected(copy, path, is_folder=is_folder)


def _object(copy: Archive, index: Index, path: str, *, is_folder: bool) -> Iterator[Damage]:
    known = index.at_path(path)
    if known is None:
        if not is_folder:
            yield _unexpected(copy, path, is_folder=False)
        else:
            yield Damage(Kind.UNLOGGED, copy.replica, "", f"store/{path}", "objects that were logged alone", "one more")
    elif known[1]:
        name = index.id_of(known[0])
        yield Damage(Kind.PURGED, copy.replica, name, f"store/{path}", "nothing", "the object")


_TOP: Final = {path.partition("/")[0] for path in ROOT_FILES}


def _top(copy: Archive, path: str, *, is_folder: bool) -> Iterator[Damage | str]:
    """The root's own files are read elsewhere; beside the configuration of its layout no extension is used."""
    if not is_folder:
        return
    allowed = {Path(CONFIGURATION), *Path(CONFIGURATION).parents}
    folder = copy.store / path
    try:
        walked = list(os.walk(folder))
        below = sorted(Path(place, name).relative_to(copy.store) for place, *named in walked for name in chain(*named))
    except OSError as error:
        yield unreachable(folder, reason(error))
        return
    for one in below:
        if one not in allowed and (one.parent in allowed):
            yield _unexpected(copy, one.as_posix(), is_folder=(copy.store / one).is_dir())


def _unexpected(copy: Archive, path: str, *, is_folder: bool) -> Damage:
    found = "a folder" if is_folder else "a file"
    return Damage(Kind.UNEXPECTED, copy.replica, "", f"store/{path}", _KNOWN, found)


def object_at(folder: Path) -> str:
    """The identifier whose object would lie in a folder of this name; empty where the name does not tell."""
    identifier = unquote(folder.name, errors="replace")
    return identifier if folder.as_posix().endswith(object_path(identifier)) else ""
