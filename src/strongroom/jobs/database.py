"""The database of jobs: SQLite in the archive's `state` folder with nothing to set up, or PostgreSQL."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from strongroom.errors import StorageError, UsageError
from strongroom.storage import make_directory

_MISSING: Final = "this needs a part of strongroom that is not installed; `pip install 'strongroom[jobs]'` adds it"
_PARTS: Final = ("dbos", "psycopg", "watchfiles")
_WAIT_SECONDS: Final = 30
_IDLE_MS: Final = 10_000
_POOL: Final = 6


class JobsLostError(StorageError):
    """The database of jobs went away under this process, or another process has taken its work over."""


def require_extra() -> None:
    """Raise `UsageError` when what the extra installs is not there."""
    if any(find_spec(name) is None for name in _PARTS):
        raise UsageError(_MISSING)


@dataclass(frozen=True, slots=True)
class Database:
    """A database of jobs that can be reached; `close` it.

    Attributes:
        engine: connections to it, for every thread.
        path: the file of an SQLite database; None for PostgreSQL.
        inode: of the file when it was opened.
    """

    engine: sa.Engine
    path: Path | None
    inode: int = 0

    @classmethod
    def open(cls, url: str, default: Path) -> Self:
        """Reach the database of jobs, made where there is none.

        Args:
            url: ``postgresql://…``; empty: the SQLite database at `default`.
            default: a file on a local disk.

        Raises:
            UsageError: the URL is none of PostgreSQL.
            StorageError: it cannot be reached.
        """
        if not url:
            return cls._open_sqlite(default)
        engine = _postgres(url)
        try:
            with saying_so("reach", engine), engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        except StorageError:
            engine.dispose()
            raise
        return cls(engine, None)

    @classmethod
    def _open_sqlite(cls, path: Path) -> Self:
        make_directory(path.parent)
        engine = _sqlite(path)
        database = cls(engine, path)
        with saying_so("open", engine):
            database._turn_to_wal()
        return cls(engine, path, path.stat().st_ino)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self.path is not None

    @property
    def url(self) -> str:
        """What opens it again, password and all: not for people's eyes."""
        return self.engine.url.render_as_string(hide_password=False)

    @property
    def now(self) -> sa.ColumnElement[float]:
        """The database's own clock, seconds since 1970: the same for all who share it."""
        if self.is_sqlite:
            return sa.literal_column("(julianday('now') - 2440587.5) * 86400.0", sa.Float())
        return sa.literal_column("EXTRACT(EPOCH FROM clock_timestamp())::double precision", sa.Float())

    def check(self) -> None:
        """Raise `JobsLostError` when the file was deleted or is another one by now."""
        if self.path is None:
            return
        try:
            there = self.path.stat().st_ino == self.inode
        except FileNotFoundError:
            there = False
        if not there:
            raise JobsLostError(f"{self.path} was deleted while it was in use; what it held is found again by `watch`")

    @contextmanager
    def changing(self) -> Iterator[sa.Connection]:
        """A transaction; what the database says against it becomes a `StorageError`."""
        with saying_so("use", self.engine), self.engine.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that changes nothing."""
        with saying_so("read", self.engine), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()

    def _turn_to_wal(self) -> None:
        """Let readers and writers not wait for each other; several processes may do this at once."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                with self.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                    return
            except SQLAlchemyError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


@contextmanager
def saying_so(doing: str, engine: sa.Engine) -> Iterator[None]:
    """Let what a database says become a `StorageError` that names it without its password."""
    try:
        yield
    except SQLAlchemyError as error:
        url = engine.url
        name = url.database if engine.dialect.name == "sqlite" else url.set(drivername="postgresql").render_as_string()
        cause = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        raise StorageError(f"cannot {doing} the database of jobs at {name}: {cause}; check it and try again") from error


def _sqlite(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), pool_size=_POOL, connect_args={"timeout": _WAIT_SECONDS}
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute(f"PRAGMA busy_timeout={_WAIT_SECONDS * 1000}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")  # the database is losable; a kill loses nothing of it

    return engine


def _postgres(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername.partition("+")[0] not in {"postgresql", "postgres"} or not parsed.database:
        raise UsageError(
            "the database of jobs is named as postgresql://user@host/database; leave it out for SQLite in the archive"
        )
    require_extra()
    engine = sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=_POOL,
        max_overflow=_POOL,
        pool_pre_ping=True,
        connect_args={"application_name": "strongroom", "connect_timeout": 10} | _keepalive(),
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        # a stopped process must not keep the rows locked that the others need
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = {_IDLE_MS}")
        connection.commit()

    return engine


def _keepalive() -> dict[str, int]:
    """How soon a lost network is noticed."""
    return {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}


def exists(url: str, default: Path) -> bool:
    """Whether there may be a database at all: for those who only look."""
    return bool(url) or (default.is_file() and os.path.getsize(default) > 0)  # noqa: PTH202 - a number of a path
