"""The catalogue as SQLite files in the archive's `state` folder.

Each making of the catalogue has a file of its own, ``catalogue.7.sqlite``; ``catalogue.sqlite`` is a symbolic link to
the one that counts. A new one is written beside it and the link replaced in one step: a file is never replaced under a
process that has it open, which would mix the write-ahead logs of the two.
"""

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from strongroom.repository.catalogue.database import CatalogueDamagedError, Database, said
from strongroom.repository.catalogue.tables import ARRIVING, METADATA
from strongroom.storage import make_directory, saying, sync_directory

NAME: Final = "catalogue.sqlite"
_LOCK: Final = "catalogue.lock"
_MAKING: Final = re.compile(r"catalogue\.([0-9]{1,18})\.sqlite(?:-wal|-shm|-journal)?")
_WAIT_SECONDS: Final = 60.0
_CACHE_KIB: Final = 32 << 10
_MAKING_CACHE_KIB: Final = 64 << 10
_TRIES: Final = 5


class SqlitePlace:
    """Where the catalogue of an archive lies when nothing else is set."""

    def __init__(self, state: Path) -> None:
        """Take the folder; nothing is made before it is needed."""
        self._state = state
        self._link = state / NAME

    def open(self) -> Database | None:
        """The catalogue that counts; None where there is none.

        Raises:
            CatalogueDamagedError: what is there is no database.
            StorageError: it cannot be read.
        """
        for _ in range(_TRIES):
            with saying("read", self._link):
                path = self._current()
                if path is None:
                    return None
            database = Database(_engine(path), str(self._link))
            try:
                with database.reading() as connection:
                    connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
            except CatalogueDamagedError:
                database.close()
                if path != self._current():
                    continue  # a new one took its place just now
                raise
            except BaseException:
                database.close()
                raise
            return database
        return None

    def is_current(self, database: Database) -> bool:
        """Whether an opened catalogue is still the one that counts."""
        current = self._current()
        return current is not None and database.engine.url.database == str(current)

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Be the only process that makes a catalogue; others wait, and see afterwards whether they still need to."""
        make_directory(self._state)
        with saying("lock", self._state / _LOCK):
            descriptor = os.open(self._state / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            with saying("lock", self._state / _LOCK):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def making(self) -> Iterator[Database]:
        """An empty catalogue, which takes the place of the one that counts when the block ends without an error.

        Inside `exclusively` alone. What earlier makings left that were killed is removed.
        """
        with saying("make the catalogue in", self._state):
            number = 1 + max(self._sweep(), default=0)
        path = self._state / f"catalogue.{number}.sqlite"
        with saying("make the catalogue in", self._state):
            path.touch()
        database = Database(_engine(path, making=True), str(self._link))
        try:
            with database.changing() as connection:
                METADATA.create_all(connection)
                ARRIVING.create(connection)
            yield database
            _finish(database)
        except BaseException:
            database.close()
            with suppress(OSError):
                self._sweep()
            raise
        database.close()
        with saying("make the catalogue in", self._state):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            fresh = self._state / f".{NAME}.partial"
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(path.name)
            fresh.replace(self._link)
            sync_directory(self._state)
            self._sweep()

    def _current(self) -> Path | None:
        """The file that the link leads to; a file in the place of the link is taken as such."""
        try:
            return self._state / os.readlink(self._link)  # noqa: PTH115 - a text that is joined anyway
        except FileNotFoundError:
            return None
        except OSError:
            return self._link

    def _sweep(self) -> list[int]:
        """Remove the files of makings that do not count; returns the numbers that there were."""
        current = self._current()
        numbers = []
        for entry in list(os.scandir(self._state)):
            if match := _MAKING.fullmatch(entry.name):
                numbers.append(int(match[1]))
                if current is None or not entry.name.startswith(current.name):
                    Path(entry.path).unlink(missing_ok=True)
        return numbers


def _engine(path: Path, *, making: bool = False) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        # where nobody can write there are no locks to take, and the files that hold them cannot be made
        mode = "ro&immutable=1" if os.statvfs(path.parent).f_flag & os.ST_RDONLY else "rw"
        address = f"{path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
        try:
            connection.execute(f"PRAGMA cache_size=-{_MAKING_CACHE_KIB if making else _CACHE_KIB}")
            if making:
                # nobody else sees the file, and one that is not finished is thrown away
                connection.execute("PRAGMA journal_mode=OFF")
                connection.execute("PRAGMA synchronous=OFF")
            else:
                connection.execute("PRAGMA synchronous=NORMAL")  # what a power failure loses is projected again
        except BaseException:
            connection.close()
            raise
        return connection

    url = sa.URL.create("sqlite", database=str(path))
    engine = sa.create_engine(url, creator=connect, poolclass=sa.pool.NullPool)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(str(connection.get_execution_options().get("begin", "BEGIN")))

    return engine


def _finish(database: Database) -> None:
    """Let readers and writers not wait for each other from now on, and let the planner know the tables."""
    try:
        with database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("ANALYZE")
            raw.execute("PRAGMA journal_mode=WAL")
    except SQLAlchemyError as error:
        raise said(error, "write", database.name) from error
    except sqlite3.Error as error:
        raise said(SQLAlchemyError(str(error)), "write", database.name) from error
