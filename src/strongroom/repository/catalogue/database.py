"""A database that holds a catalogue, and what it says against us as sentences."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from strongroom.errors import StorageError

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_GONE: Final = ("no such table", "no such column", "unable to open database file")
# a schema, table or column that is not there, and what the server says of damaged files
_DAMAGED_STATES: Final = frozenset({"3F000", "42P01", "42703", "XX000", "XX001", "XX002"})
_FULL_STATE: Final = "53100"


class CatalogueDamagedError(StorageError):
    """The catalogue cannot be read as one; it is made again from the store and the log."""


@dataclass(frozen=True, slots=True)
class Database:
    """A catalogue in a database.

    Attributes:
        engine: connections to it.
        name: for people, without a password.
    """

    engine: sa.Engine
    name: str

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def changing(self) -> Iterator[sa.Connection]:
        """A transaction that nobody else changes the catalogue beside; undone by an error."""
        with self._saying("write"), self.engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the catalogue."""
        engine = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        with self._saying("read"), engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()

    @contextmanager
    def _saying(self, doing: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise said(error, doing, self.name) from error


def said(error: SQLAlchemyError, doing: str, name: str) -> StorageError:
    """What a database says, as the error that it is."""
    cause = getattr(error, "orig", None) or error
    sentence = str(cause).strip().split("\n")[0]
    if _is_damage(cause):
        return CatalogueDamagedError(
            f"cannot {doing} the catalogue {name}: {sentence}; `strongroom catalogue rebuild` makes it again"
        )
    code: int = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or _state_of(cause) == _FULL_STATE:
        remedy = "the disk is full; make room and try again"
    elif code == sqlite3.SQLITE_READONLY:
        remedy = "it is read-only; run this where its folder can be written to"
    else:
        remedy = f"{sentence}; check it and try again"
    return StorageError(f"cannot {doing} the catalogue {name}: {remedy}")


def _is_damage(cause: object) -> bool:
    if isinstance(cause, sqlite3.Error):
        code: int = getattr(cause, "sqlite_errorcode", 0)
        return code & 0xFF in _DAMAGED or any(part in str(cause) for part in _GONE)
    return _state_of(cause) in _DAMAGED_STATES


def _state_of(cause: object) -> str:
    """The five characters by which PostgreSQL names a kind of error."""
    return str(getattr(cause, "sqlstate", None) or "")
