"""Attempts: the right to change an archive, which ends with its holder or when somebody takes it over.

An attempt is a folder ``staging/<token>/``. Whatever its holder gives a final name is renamed out of that folder, and
whoever takes over renames the folder away first. So a process that was stopped in the middle and goes on when another
has taken its place finds nothing left to rename: there is no moment between a look and a deed.

A lock is a folder ``locks/<name>/`` with exactly one file in it, called ``free`` or after the token of the holder.
Taking, releasing and seizing are renames of that file, each of which succeeds only if the file is still called so.

A dead holder is known at once, since the system drops its lock on ``alive``; one that is only stopped keeps it, but
stops counting there, and is taken for dead when it has not counted for `Timing.expiry_seconds`.
"""

import errno
import fcntl
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from strongroom.errors import StorageError
from strongroom.storage import make_directory, reached, saying, sync_directory, sync_everything

_ALIVE: Final = "alive"
_COUNT: Final = b"%19d\n"
_TOKEN: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FREE: Final = "free"
_LOOKS: Final = 8
"""At a lock, in the time that was waited so far, before a waiter only looks every `Timing.poll_seconds`."""
_NEW: Final = ".new-"
_GONE: Final = ".gone-"
REVOKED: Final = ".revoked-"
"""What the name of a folder begins with that was taken from its holder."""


class LeaseLostError(StorageError):
    """Another process has taken this work over, because this one was silent for too long; it does not go on."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How often a holder counts, after what silence it is taken for dead, and how often a waiter looks; seconds.

    Most locks are held for a few milliseconds, so a waiter looks again soon at first, and seldom later.
    """

    beat_seconds: float = 2.0
    expiry_seconds: float = 10.0
    poll_seconds: float = 0.02
    first_poll_seconds: float = 0.001


class Attempt:
    """One process's piece of work on an archive: a folder of its own, and locks. A context manager.

    When the block ends without an error the folder is removed; with an error it stays for `left_behind`, as after a
    kill, so that what was half done is recovered in one way only.
    """

    def __init__(self, staging: Path, locks: Path, *, new_id: Callable[[], str], timing: Timing | None = None) -> None:
        """Take where attempts and locks live; nothing is made before the block is entered."""
        self._staging = staging
        self._locks = locks
        self._timing = timing or Timing()
        self.token = new_id().removeprefix("urn:uuid:")
        self.folder = staging / self.token
        self._descriptor = -1
        self._stop = threading.Event()
        self._beating: threading.Thread | None = None

    def __enter__(self) -> Self:
        make_directory(self._staging)
        make_directory(self._locks)
        with saying("make an attempt in", self._staging):
            while not self._begin():
                pass  # somebody who tidied up came between; the token is still free
        self._beating = threading.Thread(target=self._beat, name=f"beat-{self.token}", daemon=True)
        self._beating.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._beating is not None:
            self._beating.join()
        if error is None:
            gone = self._staging / f"{_GONE}{self.token}"
            with suppress(OSError):  # taken over: the folder is somebody else's to remove
                self.folder.rename(gone)
                shutil.rmtree(gone, ignore_errors=True)
        # unlocked, not only closed: a child process may have inherited the descriptor
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        os.close(self._descriptor)

    def check(self) -> None:
        """Raise `LeaseLostError` when somebody has taken over."""
        if not self.folder.is_dir():
            raise LeaseLostError(
                "another process has taken this work over, because this one did not answer for "
                f"{self._timing.expiry_seconds:g} s; nothing is lost, and the same command again tells how it ended"
            )

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let errors inside become `LeaseLostError` where they come of having been taken over."""
        try:
            yield
        except (OSError, StorageError):
            self.check()
            raise

    def move(self, source: Path, target: Path) -> None:
        """Rename something in the attempt's folder to its final name and make the name durable.

        A file takes the place of one that is there; a folder never does.

        Raises:
            FileExistsError: a folder that is not empty has that name already.
            LeaseLostError: the work was taken over, and nothing was renamed.
            StorageError: the system does not let it be renamed.
        """
        reached(f"before {target.name} has its name")
        try:
            source.rename(target)
        except OSError as error:
            self.check()
            if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
                raise FileExistsError(error.errno, "is there already", str(target)) from error
            with saying("give the final name to", target):
                raise
        reached(f"after {target.name} has its name")
        with saying("make durable", target.parent):
            sync_directory(target.parent)

    def sync(self, tree: Path) -> None:
        """Make everything durable that was written below a folder of this attempt, before a part of it is moved.

        The whole file system is synced in one call, which takes a fifth of the time that a call for each file does
        (docs/adr/0016). What the disk could not write since the attempt began is told, even if another has heard of it.

        Raises:
            StorageError: something could not be written.
        """
        with self.guarding(), saying("make durable", tree):
            sync_everything(tree, self._descriptor)

    @contextmanager
    def lock(self, name: str, *, patience_seconds: float | None = None) -> Iterator[None]:
        """Hold a lock of the archive; waits for a living holder, and takes it from a dead or silent one.

        Args:
            name: of the lock, a file name; an attempt takes it once.
            patience_seconds: how long to wait for a living holder; absent: without end.

        Raises:
            StorageError: a living holder kept it for longer than `patience_seconds`.
            LeaseLostError: this attempt itself was taken over.
        """
        folder = self._locks / name
        with self.guarding(), saying("lock", folder):
            self._acquire(folder, patience_seconds)
        try:
            self.check()  # it may have been taken over while it waited
            yield
        finally:
            with suppress(FileNotFoundError):  # seized meanwhile: it is not ours to give back
                (folder / self.token).rename(folder / _FREE)

    def _begin(self) -> bool:
        fresh = self._staging / f"{_NEW}{self.token}"
        with suppress(FileExistsError):
            fresh.mkdir()
        descriptor = -1
        try:
            descriptor = os.open(fresh / _ALIVE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.pwrite(descriptor, _COUNT % 0, 0)  # so that counting needs no room on a disk that is full later
            fresh.rename(self.folder)
        except (FileNotFoundError, BlockingIOError):
            if descriptor >= 0:
                os.close(descriptor)
            return False
        except BaseException:
            if descriptor >= 0:
                os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def _beat(self) -> None:
        count = 0
        while not self._stop.wait(self._timing.beat_seconds):
            count += 1
            with suppress(
                OSError
            ):  # a disk that fails for a moment; one that fails for long is told by the work itself
                os.pwrite(self._descriptor, _COUNT % count, 0)

    def _make_lock(self, folder: Path) -> None:
        """Make a lock that is free, unless there is one: a folder is never renamed onto one with a file in it."""
        fresh = self.folder / "lock"
        fresh.mkdir(exist_ok=True)
        (fresh / _FREE).touch()
        try:
            fresh.rename(folder)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
            shutil.rmtree(fresh)

    def _acquire(self, folder: Path, patience_seconds: float | None) -> None:
        watch = _Watch(self._staging, self._timing)
        begun = time.monotonic()
        while True:
            holder = _holder(folder)
            if holder is None:
                self._make_lock(folder)
                continue
            if holder == self.token:
                raise RuntimeError(f"an attempt takes a lock once, and it holds {folder.name} already")
            if holder == _FREE:
                if self._rename_lock(folder, _FREE):
                    return
            elif watch.is_dead(holder):
                revoke(self._staging, holder)
                if self._rename_lock(folder, holder):
                    return
            self.check()
            if patience_seconds is not None and time.monotonic() - begun > patience_seconds:
                raise StorageError(
                    f"another strongroom works on this part of the archive ({folder.name}) and did not finish within "
                    f"{patience_seconds:g} s; run the same command again later"
                )
            waited = time.monotonic() - begun
            time.sleep(min(self._timing.poll_seconds, max(self._timing.first_poll_seconds, waited / _LOOKS)))

    def _rename_lock(self, folder: Path, name: str) -> bool:
        try:
            (folder / name).rename(folder / self.token)
        except FileNotFoundError:
            return False
        return True


class _Watch:
    """What a waiter has seen of the holders of a lock."""

    def __init__(self, staging: Path, timing: Timing) -> None:
        self._staging = staging
        self._timing = timing
        self._seen: tuple[str, bytes] = ("", b"")
        self._silent_seconds = 0.0
        self._looked = 0.0

    def is_dead(self, token: str) -> bool:
        alive = self._staging / token / _ALIVE
        try:
            descriptor = os.open(alive, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return self._is_silent(token, os.pread(descriptor, 32, 0))
        finally:
            os.close(descriptor)
        return True

    def _is_silent(self, token: str, count: bytes) -> bool:
        """Whether it has not counted for too long, by what was seen: a look after a long pause says little.

        A machine that was suspended, or a waiter that was stopped itself, has seen nobody be silent meanwhile.
        """
        now = time.monotonic()
        if self._seen != (token, count):
            self._seen = (token, count)
            self._silent_seconds = 0.0
        else:
            self._silent_seconds += min(now - self._looked, self._timing.beat_seconds)
        self._looked = now
        return self._silent_seconds >= self._timing.expiry_seconds


def _holder(folder: Path) -> str | None:
    """What the file in a lock is called; None when there is no lock, or the file was lost with a disk."""
    try:
        return next(iter(os.listdir(folder)), None)  # noqa: PTH208 - one name, without an object for it
    except FileNotFoundError:
        return None


def revoke(staging: Path, token: str) -> Path:
    """Take an attempt from its holder: from now on it can rename nothing. Returns the folder's new name."""
    revoked = staging / f"{REVOKED}{token}"
    with suppress(FileNotFoundError):  # ended or revoked meanwhile
        (staging / token).rename(revoked)
    return revoked


def left_behind(staging: Path) -> Iterator[Path]:
    """The folders of attempts whose holder died or was taken over, each revoked now; the caller removes them.

    An attempt whose holder is only silent is not among them: whoever needs its locks takes them after the expiry.
    """
    watch = _Watch(staging, Timing())
    with saying("look through", staging):
        names = sorted(os.listdir(staging)) if staging.is_dir() else []  # noqa: PTH208 - names alone are needed
    for name in names:
        kind, token = _parts(name)
        if not _TOKEN.fullmatch(token):
            continue  # nothing of ours
        if kind == REVOKED:
            yield staging / name
        elif kind == _GONE:
            shutil.rmtree(staging / name, ignore_errors=True)
        elif watch.is_dead(name):
            if kind == _NEW:
                # `alive` is locked before the folder gets its name; one that is not was left by a kill, or is so young
                # that its maker, who does not find it under that name, tries again
                gone = staging / f"{_GONE}{token}"
                with suppress(OSError):
                    (staging / name).rename(gone)
                    shutil.rmtree(gone, ignore_errors=True)
            elif (revoked := revoke(staging, name)).is_dir():  # and did not just end well
                yield revoked


def _parts(name: str) -> tuple[str, str]:
    """What a folder's name in ``staging`` begins with, and the token."""
    kind = next((kind for kind in (_NEW, _GONE, REVOKED) if name.startswith(kind)), "")
    return kind, name.removeprefix(kind)
