"""Reading files again from the disk itself, and comparing them with what an inventory says of them."""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.digests import Digests, Task, digests
from strongroom.formats.bag.paths import shown
from strongroom.formats.bag.tree import Tree
from strongroom.formats.ocfl.inventory import Inventory
from strongroom.model.finding import Finding
from strongroom.model.rules.ocfl import BY_CODE

_TRIAL_BYTES: Final = 1 << 17
_THREADS: Final = 4
_SMALL_BYTES: Final = 1 << 20
_AHEAD_BYTES: Final = 1 << 26  # in memory at once, beyond which the disk reads file by file


@dataclass(frozen=True, slots=True)
class Known:
    """What an inventory says of a content file; `sha256` is empty where it says nothing."""

    digest: str
    sha256: str


def known_files(inventory: Inventory, number: int | None = None) -> dict[str, Known]:
    """What is known of the content files of all versions, or of those that one version has."""
    sha256 = {path: digest for digest, paths in inventory.fixity.get("sha256", {}).items() for path in paths}
    wanted = inventory.manifest if number is None else inventory.versions[number].state
    return {
        path: Known(digest.lower(), sha256.get(path, "").lower())
        for digest in wanted
        for path in inventory.manifest[digest]
    }


def reread(folder: Path, known: Mapping[str, Known], algorithm: str) -> Iterator[Finding]:
    """Read files once, and those that differ once more before it is believed; a finding for each that is not right.

    Args:
        folder: in which the files lie.
        known: by path relative to it.
        algorithm: of the digests: ``sha512`` or ``sha256``.

    Raises:
        StorageError: the folder itself cannot be read.
    """
    with Tree(folder) as tree:
        yield from reread_in(tree, folder, known, algorithm)


def reread_in(tree: Tree, folder: Path, known: Mapping[str, Known], algorithm: str) -> Iterator[Finding]:
    """As `reread`, of a folder that is open already."""
    for path in sorted(_suspects(tree, known, algorithm)):
        yield from _judge(tree, folder, path, known[path], algorithm)


def fresh(tree: Tree, path: str) -> int:
    """Open a file, so that it is read from the disk: the system forgets what it has in memory of it.

    Returns:
        A descriptor, which the caller closes.

    Raises:
        StorageError: it cannot be opened, or is no regular file.
    """
    descriptor, _ = tree.descriptor(path)
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    return descriptor


def _length(tree: Tree, path: str, *, ahead_bytes: int = 0) -> int | None:
    """The length of a file of which the system forgets what it has in memory; None when it cannot be opened.

    One of at most `ahead_bytes` is asked of the disk at once, so that a disk has many small ones to read together.
    """
    try:
        descriptor = fresh(tree, path)
    except StorageError:
        return None
    try:
        length = os.fstat(descriptor).st_size
        if 0 < length <= ahead_bytes and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_WILLNEED)
        return length
    finally:
        os.close(descriptor)


def _suspects(tree: Tree, known: Mapping[str, Known], algorithm: str) -> set[str]:
    """The files that are not there, cannot be read, or were read with another digest than is known."""
    chosen = "sha256" if algorithm == "sha512" and _is_sha256_quicker() else algorithm
    right: dict[str, str] = {}
    tasks: list[Task] = []
    suspects = set()
    ahead = _AHEAD_BYTES
    for path, one in known.items():
        length = _length(tree, path, ahead_bytes=min(ahead, _SMALL_BYTES))
        if length is None:
            suspects.add(path)
            continue
        ahead -= length if length <= _SMALL_BYTES else 0
        used = chosen if chosen == algorithm or one.sha256 else algorithm
        right[path] = one.digest if used == algorithm else one.sha256
        tasks.append(Task(path, length, (used,)))
    unread = set(right)
    try:
        for done in digests(tree, tasks, threads=_THREADS):
            unread.discard(done.path)
            if _hex(done) != right[done.path]:
                suspects.add(done.path)
    except StorageError:  # of one file; which, is found one by one
        suspects |= unread
    return suspects


def _judge(tree: Tree, folder: Path, path: str, known: Known, algorithm: str) -> Iterator[Finding]:
    """Read one file once more, alone and by all that is known of it."""
    rule = BY_CODE["E092"]
    where = shown(path)
    length = _length(tree, path)
    if length is None:
        found = "what is there cannot be opened as a file" if os.path.lexists(folder / path) else "no such file"
        yield rule.at(where, expected=known.digest, found=found)
        return
    wanted = (algorithm, "sha256") if known.sha256 and algorithm != "sha256" else (algorithm,)
    try:
        (done,) = digests(tree, [Task(path, length, wanted)])
    except StorageError as error:
        yield rule.at(where, expected=known.digest, found=f"it cannot be read: {error.__cause__ or error}")
        return
    values = {name: value.hex() for name, value in done.by_algorithm.items()}
    if values[algorithm] != known.digest:
        yield rule.at(where, expected=known.digest, found=f"{values[algorithm]}, {done.length_bytes} bytes")
    elif known.sha256 and values["sha256"] != known.sha256:
        yield BY_CODE["E093"].at(where, expected=known.sha256, found=values["sha256"])


def _hex(done: Digests) -> str:
    (value,) = done.by_algorithm.values()
    return value.hex()


@cache
def _is_sha256_quicker() -> bool:
    """Whether this processor has instructions for SHA-256, by a trial; else SHA-512 is the quicker of the two."""
    data = bytes(_TRIAL_BYTES)

    def seconds(name: str) -> float:
        begun = time.perf_counter()
        hashlib.new(name, data, usedforsecurity=False).digest()
        return time.perf_counter() - begun

    return min(seconds("sha256") for _ in range(3)) < min(seconds("sha512") for _ in range(3))
