"""The log of a replica, brought up to that of its archive: only ever longer, never another."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.log.checkpoint import read_checkpoint
from strongroom.repository.log.lines import bundle_path, entry_of, join
from strongroom.repository.log.log import Log
from strongroom.repository.log.staging import place
from strongroom.repository.log.tree import BUNDLE
from strongroom.repository.receipts import read as read_receipt
from strongroom.repository.receipts import receipt_path
from strongroom.storage import saying

_FOLDERS: Final = ("keys", "tombstones")
"""Looked through each time: they hold few files."""

_AUDITS: Final = "audits"
"""One file for each audit there ever was: only those of new entries are looked at, and all where a log is mended."""

_NEVER_CHANGED: Final = ("keys", "audits")
"""What a replica has of these is not replaced: it may be the only copy that is not damaged."""

_FILES: Final = ("archive.json", "check-receipt.py")


def copy_log(log: Log, replica: Archive, attempt: Attempt) -> None:
    """Do what `Log.copy_to` says, under the lock of the replica's log."""
    if log.checkpoint is None:
        return
    theirs = Log.open(replica)
    refuse_other(log, theirs)
    for source in _beside(log.archive.log, _FOLDERS):
        target = replica.log / source.relative_to(log.archive.log)
        if source.parent.name not in _NEVER_CHANGED or not target.is_file():
            _copy(attempt, source, target)
    if theirs.size < log.size:
        for begin in range(theirs.size // BUNDLE * BUNDLE, log.size, BUNDLE):
            _place_bundle(log, begin, replica, attempt)
    _place(attempt, replica.log / "roots", b"".join(log.bundle_heads()))
    # the receipts of the last bundles again: that of the last entry may not have been there at the last copy
    for index in range(max(0, theirs.size // BUNDLE * BUNDLE - BUNDLE), log.size, BUNDLE):
        for source in _receipts(log, index):
            if _is_sound(log, source):
                _copy(attempt, source, replica.log / source.relative_to(log.archive.log))
        for path, sha512 in _dated_receipts(log, index):
            source, target = log.archive.log / path, replica.log / path
            if not target.is_file() and _has_digest(source, sha512):
                _copy(attempt, source, target)
    _place(attempt, replica.log / "checkpoint", log.checkpoint.note.encode("utf-8"))


def mend_log(log: Log, other: Archive, attempt: Attempt) -> None:
    """Bring every file of another copy's log back to what it was, from this one; under the lock of its log.

    Raises:
        StorageError: an entry is damaged here too, or the other copy's checkpoint is not of a beginning of this log,
            so that a person has to look which of the two is right.
    """
    theirs = read_checkpoint(other)
    if log.checkpoint is None or (
        theirs is not None and (theirs.size > log.size or log.head(theirs.size).hex() != theirs.root_sha256)
    ):
        raise StorageError(
            f"the log in {log.archive.root} does not hold all that the checkpoint in {other.root} signs; nothing was "
            "mended, and a person has to look which of the two is right"
        )
    for begin in range(0, log.size, BUNDLE):
        _place_bundle(log, begin, other, attempt)
        for source in _receipts(log, begin):
            _copy(attempt, source, other.log / source.relative_to(log.archive.log))
    for source in _beside(log.archive.log, (*_FOLDERS, _AUDITS)):
        _copy(attempt, source, other.log / source.relative_to(log.archive.log))
    _place(attempt, other.log / "roots", b"".join(log.bundle_heads()))
    _place(attempt, other.log / "checkpoint", log.checkpoint.note.encode("utf-8"))


def refuse_other(log: Log, other: Log) -> None:
    """Refuse a copy of the log that is no prefix of it.

    Raises:
        StorageError: the copy is longer, or says something else.
    """
    if other.size > log.size:  # another may have appended and copied since this one was opened
        log = Log.open(log.archive)
    shared = min(log.size, other.size)
    if log.head(shared) != other.head(shared):
        raise StorageError(
            f"the log was forked: {log.archive.root} and {other.archive.root} are both signed and part ways at entry "
            f"{first_difference(log, other)}; nothing was copied, and one of them has to be set aside by a person "
            "(docs/receipts.md says how to tell which)"
        )
    if other.size > log.size:
        raise StorageError(
            f"the log was rolled back: {log.archive.root} has {log.size} entries, and {other.archive.root}, a copy of "
            f"it, has {other.size}; nothing was copied: bring the log of the archive back from there"
        )


def first_difference(log: Log, other: Log) -> int:
    """The index of the first entry in which two logs differ."""
    low, high = 0, min(log.size, other.size)
    while low < high:
        middle = (low + high + 1) // 2
        if log.head(middle) == other.head(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _beside(log: Path, folders: Iterable[str]) -> Iterator[Path]:
    with saying("look through", log):
        for name in _FILES:
            if (log / name).is_file():
                yield log / name
        for folder in folders:
            yield from sorted(path for path in (log / folder).rglob("*") if path.is_file())


def _receipts(log: Log, start: int) -> Iterator[Path]:
    for _, line in log.lines(start, start + BUNDLE):
        _, entry = entry_of(line)
        if entry.kind == "ingest":
            path = receipt_path(log.archive.log, str(entry.facts.get("ingest")))
            if path.is_file():
                yield path


def _dated_receipts(log: Log, start: int) -> Iterator[tuple[str, str]]:
    """Path below the log and SHA-512 of the dated receipts of a bundle's audits."""
    for _, line in log.lines(start, start + BUNDLE):
        _, entry = entry_of(line)
        if entry.kind == "audit":
            yield str(entry.facts.get("receipt")), str(entry.facts.get("sha512"))


def _has_digest(path: Path, sha512: str) -> bool:
    """Whether a file is there and is what was logged; a damaged one is not handed on."""
    with saying("read", path):
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha512").hexdigest() == sha512


def _is_sound(log: Log, receipt: Path) -> bool:
    """Whether a receipt is one; a damaged one must not take the place of a good one."""
    try:
        return read_receipt(log.archive, receipt.stem) is not None
    except StorageError:
        return False


def _copy(attempt: Attempt, source: Path, target: Path) -> None:
    with saying("copy", source):
        content = source.read_bytes()
    _place(attempt, target, content)


def _place_bundle(log: Log, begin: int, target: Archive, attempt: Attempt) -> None:
    lines = [line for _, line in log.lines(begin, begin + BUNDLE)]
    _place(attempt, bundle_path(target.log, begin // BUNDLE), join(lines))


def _place(attempt: Attempt, target: Path, content: bytes) -> None:
    """Place a file unless it is there just so."""
    with saying("read", target):
        same = target.is_file() and target.stat().st_size == len(content) and target.read_bytes() == content
    if not same:
        place(attempt, target, content)
