"""Who is alive: a lock that the system drops with its process, and a sign of life every two seconds.

A killed worker is known at once, because its lock is free. One that is only stopped keeps its lock, but gives no sign
of life any more. Whoever finds it dead removes its line; if it goes on after that it finds the line missing, and stops.
What it was doing meanwhile cannot hurt: an archive is changed through `strongroom.repository.attempt`, whose renames
fail for whoever was taken over.
"""

import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import sqlalchemy as sa

from strongroom.errors import StorageError
from strongroom.jobs.database import Database, JobsLostError, saying_so
from strongroom.jobs.job import Patience
from strongroom.jobs.ledger import WORKERS
from strongroom.storage import make_directory, saying

_FOLDER: Final = "workers"
_TAKEN_OVER: Final = (
    "another worker has taken over the jobs of this one, because it gave no sign of life; it begins again"
)


class Lease:
    """A worker's claim to be alive. A context manager.

    Attributes:
        lost: set as soon as the claim is gone: this process begins nothing more under this name.
        why: the reason, once `lost` is set.
    """

    def __init__(
        self, database: Database, locks: Path, worker: str, *, patience: Patience, clock: Callable[[], datetime]
    ) -> None:
        """Prepare; `locks` is the archive's folder of locks, used with SQLite alone."""
        self._database = database
        self._path = locks / _FOLDER / worker
        self._worker = worker
        self._patience = patience
        self._clock = clock
        self._descriptor = -1
        self._session: sa.Connection | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)
        self.lost = threading.Event()
        self.why: StorageError | None = None

    def __enter__(self) -> Self:
        if self._database.is_sqlite:
            make_directory(self._path.parent)
            with saying("lock", self._path):
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            with saying_so("use", self._database.engine):
                self._session = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                self._session.execute(sa.select(sa.func.pg_advisory_lock(_key(self._worker))))
        since = int(self._clock().timestamp() * 1000)
        with self._database.changing() as connection:
            connection.execute(WORKERS.insert().values(id=self._worker, beat=0, since=since))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        with suppress(StorageError), self._database.changing() as connection:
            connection.execute(WORKERS.delete().where(WORKERS.c.id == self._worker))
        if self._session is not None:
            self._session.invalidate()  # not back into the pool: the lock belongs to the session
            self._session.close()
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)

    def _beat(self) -> None:
        while not self._ended.wait(self._patience.beat_seconds):
            try:
                self._database.check()
                if not self._give_sign():
                    raise JobsLostError(_TAKEN_OVER)
            except StorageError as error:
                self.why = error
                self.lost.set()
                return

    def _give_sign(self) -> bool:
        sign = WORKERS.update().where(WORKERS.c.id == self._worker).values(beat=WORKERS.c.beat + 1)
        if self._session is not None:
            # over the session that holds the lock, so that losing it is noticed here
            with saying_so("use", self._database.engine):
                return self._session.execute(sign).rowcount == 1
        with self._database.changing() as connection:
            return connection.execute(sign).rowcount == 1


class RollCall:
    """What one worker has seen of the others."""

    def __init__(self, database: Database, locks: Path, *, expiry_seconds: float) -> None:
        """Begin with nothing seen."""
        self._database = database
        self._locks = locks
        self._expiry_seconds = expiry_seconds
        self._seen: dict[str, tuple[int, float]] = {}

    def dead(self, holders: Iterable[str], *, me: str) -> list[str]:
        """Which of those who hold jobs, or have a line, are dead; their lines are removed, and they stay dead."""
        with self._database.reading() as connection:
            beats = {row.id: row.beat for row in connection.execute(sa.select(WORKERS.c.id, WORKERS.c.beat))}
        now = time.monotonic()
        self._seen = {one: seen for one, seen in self._seen.items() if one in beats}
        found = []
        for one in sorted({*holders, *beats} - {me}):
            beat = beats.get(one)
            if beat is None or ((self._is_free(one) or self._is_silent(one, beat, now)) and self._remove(one, beat)):
                found.append(one)
        return found

    def _is_silent(self, worker: str, beat: int, now: float) -> bool:
        last, since = self._seen.get(worker, (-1, now))
        if last != beat:
            self._seen[worker] = (beat, now)
            return False
        return now - since >= self._expiry_seconds

    def _is_free(self, worker: str) -> bool:
        if not self._database.is_sqlite:
            with self._database.changing() as connection:  # given back with the transaction
                return bool(connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(_key(worker)))).scalar())
        path = self._locks / _FOLDER / worker
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        path.unlink(missing_ok=True)
        return True

    def _remove(self, worker: str, beat: int) -> bool:
        with self._database.changing() as connection:
            gone = connection.execute(WORKERS.delete().where(WORKERS.c.id == worker, WORKERS.c.beat == beat))
            return gone.rowcount == 1


def _key(worker: str) -> int:
    """The number that an advisory lock of PostgreSQL wants: 64 bits, signed."""
    return int.from_bytes(hashlib.sha256(f"strongroom worker {worker}".encode()).digest()[:8], "big", signed=True)
