"""What the log says should be there, and when each part of each copy was last read, in one SQLite file.

All of it follows from the log and the dated receipts of audits, so the file may be deleted at any time; only what an
audit that is not finished has read so far is lost with it.
"""

import fcntl
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Self

from strongroom.errors import StorageError, UsageError
from strongroom.formats.ocfl.layout import object_path
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.expected import Expected, LoggedVersion
from strongroom.storage import make_directory, saying

_NAME: Final = "fixity.sqlite"
_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE copy (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE object (
    no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, path TEXT NOT NULL UNIQUE, purged INTEGER NOT NULL DEFAULT 0);
CREATE TABLE version (
    object INTEGER NOT NULL, number INTEGER NOT NULL, inventory TEXT NOT NULL, ingest TEXT NOT NULL,
    bytes INTEGER NOT NULL, PRIMARY KEY (object, number)) WITHOUT ROWID;
CREATE TABLE span (
    copy TEXT NOT NULL, object INTEGER NOT NULL, first INTEGER NOT NULL, stop INTEGER NOT NULL, at INTEGER NOT NULL,
    bytes INTEGER NOT NULL, PRIMARY KEY (copy, object, first)) WITHOUT ROWID;
CREATE INDEX span_age ON span (at, object, copy, first);
CREATE TABLE audit (entry INTEGER PRIMARY KEY);
CREATE TABLE harmed (copy TEXT NOT NULL, object INTEGER NOT NULL, PRIMARY KEY (copy, object)) WITHOUT ROWID;
CREATE TABLE reading (
    seq INTEGER PRIMARY KEY, copy TEXT NOT NULL, object INTEGER NOT NULL, first INTEGER NOT NULL,
    stop INTEGER NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE INDEX reading_of ON reading (copy, object);
CREATE TABLE note (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, text TEXT NOT NULL);
"""
ROOT: Final = 1
"""The number of the folders above the objects of a copy, which are looked through like an object."""
LOG: Final = 2
"""The number of a copy's log, with the receipts beside it."""


class Index:
    """The open file; one thread at a time. Nothing is kept before `commit`."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        """Use `Index.open`."""
        self.sql = sql

    @classmethod
    @contextmanager
    def open(cls, archive: Archive) -> Iterator[Self]:
        """Open the index of an archive; one that is damaged, of another archive or of another form is begun anew."""
        path = make_directory(archive.state) / _NAME
        with _alone(path):
            try:
                sql = _opened(path, archive.id)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise StorageError(f"cannot use {path}: {error}; check the disk and its permissions") from error
                _remove(path)
                sql = _opened(path, archive.id)
        with closing(sql):
            try:
                yield cls(sql)
            except sqlite3.DatabaseError as error:
                raise StorageError(
                    f"cannot go on with {path}: {error}; make room or check the disk, and run the same command again"
                ) from error

    def commit(self) -> None:
        """Keep everything since the last commit; a kill loses none of it."""
        self.sql.commit()

    def clear(self) -> None:
        """Forget everything, to begin anew from the log."""
        for table in ("copy", "object", "version", "span", "audit", "harmed", "reading", "note"):
            self.sql.execute(f"DELETE FROM {table}")  # noqa: S608 - constant names
        self.sql.execute("DELETE FROM fact WHERE name != 'archive'")
        _begin(self.sql)

    def fact(self, name: str) -> Any:
        """A JSON value; None where there is none."""
        row = self.sql.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_fact(self, name: str, value: object) -> None:
        """Remember a JSON value; None forgets it."""
        if value is None:
            self.sql.execute("DELETE FROM fact WHERE name = ?", (name,))
        else:
            self.sql.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, json.dumps(value)))

    def number_of(self, object_id: str) -> int | None:
        """The number under which an object is known here; None for one that was never taken in."""
        row = self.sql.execute("SELECT no FROM object WHERE id = ? AND no > ?", (object_id, LOG)).fetchone()
        return None if row is None else int(row[0])

    def id_of(self, number: int) -> str:
        """The identifier of an object."""
        return str(self.sql.execute("SELECT id FROM object WHERE no = ?", (number,)).fetchone()[0])

    def at_path(self, path: str) -> tuple[int, bool] | None:
        """The object that lies at a path of the store: its number, and whether it was purged; None for no object."""
        row = self.sql.execute("SELECT no, purged FROM object WHERE path = ? AND no > ?", (path, LOG)).fetchone()
        return None if row is None else (int(row[0]), bool(row[1]))

    def numbers(self) -> Iterator[int]:
        """The numbers of all objects that were not purged; others may be asked for meanwhile."""
        last = LOG
        while True:
            select = "SELECT no FROM object WHERE no > ? AND NOT purged ORDER BY no LIMIT 1000"
            found = [number for (number,) in self.sql.execute(select, (last,))]
            yield from found
            if not found:
                return
            last = found[-1]

    def expected(self, number: int) -> Expected | None:
        """What the log says of an object; None where it was purged."""
        row = self.sql.execute("SELECT id, purged FROM object WHERE no = ?", (number,)).fetchone()
        if row is None or row[1]:
            return None
        columns = "SELECT number, inventory, ingest, bytes FROM version WHERE object = ? ORDER BY number"
        versions = tuple(LoggedVersion(*one) for one in self.sql.execute(columns, (number,)))
        return Expected(row[0], versions)

    def resolve(self, names: Iterable[str]) -> tuple[str, ...]:
        """Identifiers of the objects that are meant: by the whole identifier, or a beginning that only one has.

        Raises:
            UsageError: there is no such object, it was purged, or several begin so.
        """
        return tuple(self._resolve(name) for name in names)

    def _resolve(self, name: str) -> str:
        row = self.sql.execute("SELECT id, purged FROM object WHERE id = ? AND no > ?", (name, LOG)).fetchone()
        if row is None:
            like = "SELECT id, purged FROM object WHERE substr(id, 1, ?) = ? AND no > ? LIMIT 2"
            rows = self.sql.execute(like, (len(name), name, LOG)).fetchall() if name else []
            if len(rows) > 1:
                raise UsageError(f"several objects begin with {name!r}; say more of the identifier")
            row = rows[0] if rows else None
        if row is None:
            raise UsageError(f"the log knows no object {name!r}; `strongroom find` lists what there is")
        if row[1]:
            raise UsageError(f"{row[0]} was purged; there is nothing left that could be read")
        return str(row[0])

    def add_copy(self, copy: str) -> None:
        """Know a copy from now on; what was taken in before counts as never read there."""
        known = self.sql.execute("INSERT OR IGNORE INTO copy VALUES (?)", (copy,)).rowcount
        if known:
            self.sql.execute(
                "INSERT OR IGNORE INTO span SELECT ?, o.no, 0, ?, 0, coalesce(sum(v.bytes), 0) FROM object o"
                " LEFT JOIN version v ON v.object = o.no WHERE NOT o.purged GROUP BY o.no",
                (copy, END),
            )

    def audits(self, before: int) -> list[int]:
        """The entries of audits among the first `before` of the log."""
        return [number for (number,) in self.sql.execute("SELECT entry FROM audit WHERE entry < ?", (before,))]

    def suspects(self, copies: Iterable[str]) -> Iterator[int]:
        """Objects that were found harmed in one of these copies when they were last read there, or never read there."""
        names = tuple(copies)
        marks = ", ".join("?" * len(names))
        last = LOG
        while True:
            row = self.sql.execute(
                f"SELECT min(object) FROM (SELECT object FROM harmed WHERE copy IN ({marks}) AND object > ?"  # noqa: S608 - marks alone
                f" UNION ALL SELECT object FROM span WHERE copy IN ({marks}) AND at = 0 AND object > ?)",
                (*names, last, *names, last),
            ).fetchone()
            if row[0] is None:
                return
            last = int(row[0])
            yield last

    def is_suspect(self, copy: str, number: int) -> bool:
        """Whether an object was found harmed in a copy, or has a part that was never read there."""
        row = self.sql.execute(
            "SELECT 1 FROM harmed WHERE copy = ? AND object = ?"
            " UNION ALL SELECT 1 FROM span WHERE copy = ? AND object = ? AND at = 0",
            (copy, number, copy, number),
        ).fetchone()
        return row is not None

    def choose_by(self, is_chosen: Callable[[str], bool]) -> None:
        """Let the SQL function `chosen(id)` be this one."""
        self.sql.create_function("chosen", 1, lambda name: int(is_chosen(name)), deterministic=True)


END: Final = 1 << 40
"""The end of a span that goes to the last file, however many there are."""


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time make the file, or make it again; those who work with it are not held up."""
    with saying("lock", path):
        descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path, archive_id: str) -> sqlite3.Connection:
    sql = sqlite3.connect(path, timeout=30)
    try:
        sql.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;")
        if sql.execute("PRAGMA user_version").fetchone()[0] != _VERSION or _archive_of(sql) != archive_id:
            sql.close()
            _remove(path)
            sql = sqlite3.connect(path, timeout=30)
            sql.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;{_SCHEMA}")
            sql.execute("INSERT INTO fact VALUES ('archive', ?)", (json.dumps(archive_id),))
            _begin(sql)
            sql.execute(f"PRAGMA user_version = {_VERSION}")
            sql.commit()
    except BaseException:
        sql.close()
        raise
    return sql


def _archive_of(sql: sqlite3.Connection) -> str:
    return str(json.loads(sql.execute("SELECT value FROM fact WHERE name = 'archive'").fetchone()[0]))


def _begin(sql: sqlite3.Connection) -> None:
    sql.executemany("INSERT INTO object (no, id, path) VALUES (?, ?, ?)", [(ROOT, "", ""), (LOG, "log", "log")])


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def path_in_store(object_id: str) -> str:
    """Where an object lies, relative to the store."""
    return object_path(object_id)
