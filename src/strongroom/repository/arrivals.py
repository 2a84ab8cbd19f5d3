"""The folder into which bags are delivered: which of them are whole, and how they leave it.

Nothing here trusts a name or a time that a sender can set: a bag has settled when the system itself, not the sender,
last saw a change of it long enough ago.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.paths import shown
from strongroom.formats.serialised.unpack import is_serialised
from strongroom.model.finding import Finding
from strongroom.model.rules import ingest as rules
from strongroom.repository.listing import Listing, listing
from strongroom.storage import reached, saying

MARKER: Final = ".ready"
_UNFINISHED: Final = (".partial", ".tmp", ".filepart", ".part", ".crdownload")
_TAKING: Final = ".taking-"
_TAKEN: Final = ".taken-"
_GONE: Final = ".gone-"
REFUSED: Final = ".refused"
"""Where what was refused goes that cannot be moved to the quarantine, since it is on another file system."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something in an incoming folder that is whole as far as can be told.

    Attributes:
        path: the folder, or the file, of the bag.
        id: SHA-256 over the path and what was seen there; the same as long as nobody touches it.
        marker: the ``.ready`` file beside it, which goes when the bag goes.
    """

    path: Path
    id: str
    marker: Path | None

    @property
    def lock_name(self) -> str:
        """Of the lock that whoever takes it in holds, so that one process does."""
        return f"arrival-{hashlib.sha256(_place(self.path)).hexdigest()[:3]}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something in an incoming folder that is not looked at yet, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What an incoming folder holds, in the order of names."""

    ready: tuple[Arrival, ...]
    waiting: tuple[Waiting, ...]


def ready(folder: Path, *, settle_seconds: float, clock: Callable[[], datetime], max_files: int) -> Incoming:
    """Tell bags that are whole from those that are still being copied.

    Whole is what has a file ``<name>.ready`` beside it, or what has not changed for `settle_seconds`. Names that begin
    with a full stop or end as unfinished transfers do (``.partial``, ``.tmp``, ``.filepart``) wait until they are
    renamed. Other files that are no serialised bags are passed over, unless a marker says that they are meant.

    Args:
        folder: the incoming folder.
        settle_seconds: ``[ingest] settle_seconds``.
        max_files: ``[verify] max_files``; no folder is looked through farther than twice that.

    Raises:
        StorageError: the folder cannot be read.
    """
    with saying("look into the incoming folder", folder):
        entries = {entry.name: entry for entry in sorted(os.scandir(folder), key=lambda one: one.name)}
    found: list[Arrival] = []
    waiting: list[Waiting] = []
    now_ns = clock().timestamp() * 1e9
    for name, entry in entries.items():
        if name.startswith("."):
            continue
        path, is_file = folder / name, entry.is_file(follow_symlinks=False)
        if is_file and name.endswith(MARKER):
            continue
        marker = folder / f"{name}{MARKER}" if f"{name}{MARKER}" in entries else None
        if is_file and not marker and not is_serialised(path):
            waiting.append(Waiting(path, f"it is neither a folder nor a serialised bag; {name}{MARKER} would mean it"))
            continue
        try:
            seen = listing(path, stop_after=2 * max_files)
        except StorageError as error:
            if not isinstance(error.__cause__, FileNotFoundError):  # taken in by another process meanwhile
                waiting.append(Waiting(path, str(error)))
            continue
        if reason := "" if marker else _reason_to_wait(name, seen, settle_seconds, now_ns):
            waiting.append(Waiting(path, reason))
        else:
            found.append(Arrival(path, _arrival_id(path, seen), marker))
    return Incoming(tuple(found), tuple(waiting))


def is_the_same(arrival: Arrival, max_files: int) -> bool:
    """Whether it still lies there, and nobody touched it since it was found ready."""
    try:
        seen = listing(arrival.path, stop_after=2 * max_files)
    except StorageError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return False
        raise
    return _arrival_id(arrival.path, seen) == arrival.id


def clear(arrival: Arrival, seen: Listing, *, new_id: Callable[[], str]) -> tuple[Finding, ...]:
    """Remove a delivery that was received, with its marker, unless it is not what was received.

    It is renamed before it is looked at, so that nobody adds to it between the look and the removal. A sender who
    still holds a file open can write to it nevertheless; the receipt speaks of what was received.

    Returns:
        A warning when something else has its name by now, or when the system does not let it be removed.
    """
    token = new_id().removeprefix("urn:uuid:")
    try:
        with _held(arrival.path.parent, token) as taken:
            # the marker first: one that a kill leaves behind alone would call the next delivery of that name whole
            if arrival.marker is not None:
                with suppress(FileNotFoundError):
                    arrival.marker.rename(taken / arrival.marker.name)
            reached("before a delivery is taken away")
            try:
                arrival.path.rename(taken / arrival.path.name)
            except FileNotFoundError:  # another process removed it
                shutil.rmtree(taken)
                return ()
            return _remove(arrival, taken, seen, token)
    except (OSError, StorageError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return (_left(arrival, f"it cannot be removed: {why}"),)


def set_aside(arrival: Arrival) -> tuple[Finding, ...]:
    """Move what was refused out of the way inside the incoming folder, since quarantine is on another file system."""
    target = arrival.path.parent / REFUSED / f"{arrival.path.name}.{arrival.id[:16]}"
    try:
        target.parent.mkdir(exist_ok=True)
        if arrival.marker is not None:
            arrival.marker.unlink(missing_ok=True)
        arrival.path.rename(target)
    except FileNotFoundError:
        return ()
    except OSError as error:
        return (_left(arrival, f"it cannot be moved to quarantine: {error.strerror or error}"),)
    return ()


def tidy(folder: Path) -> None:
    """Finish the removals that a kill interrupted: what was not looked at yet goes back under its name.

    A removal under way is left alone: whoever removes holds a lock on the folder that it makes for this.
    """
    with saying("look into the incoming folder", folder):
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names alone are needed
    for name in names:
        if name.startswith((_TAKING, _TAKEN, _GONE)) and not _is_held(folder / name):
            if name.startswith(_GONE):
                shutil.rmtree(folder / name, ignore_errors=True)
                continue
            _put_back(folder / name)
            with suppress(OSError):
                (folder / name).rmdir()


@contextmanager
def _held(folder: Path, token: str) -> Iterator[Path]:
    """A hidden folder that is locked from the moment on at which it is called so."""
    fresh, taken = folder / f"{_TAKING}{token}", folder / f"{_TAKEN}{token}"
    with ExitStack() as stack:
        while not taken.exists():
            fresh.mkdir(exist_ok=True)
            with suppress(FileNotFoundError, BlockingIOError):  # somebody tidied up before it was locked
                descriptor = os.open(fresh, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                stack.callback(os.close, descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fresh.rename(taken)
        yield taken


def _is_held(folder: Path) -> bool:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _remove(arrival: Arrival, taken: Path, seen: Listing, token: str) -> tuple[Finding, ...]:
    reached("before a delivery is looked at for the last time")
    now = listing(taken / arrival.path.name)
    if now.digest() != seen.digest():
        _put_back(taken)
        with suppress(OSError):
            taken.rmdir()
        return (_left(arrival, "something else by now"),)
    gone = arrival.path.with_name(f"{_GONE}{token}")
    taken.rename(gone)
    reached("before a delivery is removed")
    shutil.rmtree(gone)
    return ()


def _put_back(taken: Path) -> None:
    """Give a delivery its name back, and its marker; where a new one has the name, both stay where they are."""
    inside = sorted(taken.iterdir(), key=_is_marker)
    for inner in inside:
        target = taken.with_name(inner.name)
        with suppress(OSError):
            if not _is_marker(inner):
                if not os.path.lexists(target):
                    inner.rename(target)
            elif not os.path.lexists(taken / inner.name.removesuffix(MARKER)):
                # it may only say of the delivery that it came with that this is whole
                if os.path.lexists(taken.with_name(inner.name.removesuffix(MARKER))):
                    inner.rename(target)
                else:
                    inner.unlink()


def _is_marker(path: Path) -> bool:
    return path.name.endswith(MARKER) and path.is_file()


def _left(arrival: Arrival, found: str) -> Finding:
    return rules.LEFT_BEHIND.at(shown(arrival.path.name), expected="what was received", found=found)


def _reason_to_wait(name: str, seen: Listing, settle_seconds: float, now_ns: float) -> str:
    if name.lower().endswith(_UNFINISHED):
        return "its name says that it is still being transferred"
    quiet_seconds = (now_ns - seen.changed_ns) / 1e9
    if not settle_seconds:
        return ""
    if quiet_seconds < 0:
        return "it was changed in the future, as far as the clock says; set the clock, or add a .ready marker"
    if quiet_seconds < settle_seconds:
        return f"it changed {quiet_seconds:.0f} s ago, and must not change for {settle_seconds:g} s"
    return ""


def _arrival_id(path: Path, seen: Listing) -> str:
    return hashlib.sha256(_place(path) + b"\0" + seen.digest().encode()).hexdigest()


def _place(path: Path) -> bytes:
    return os.fsencode(path.parent.resolve() / path.name)
