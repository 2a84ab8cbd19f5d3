"""The catalogue of an archive: searched, brought up to the log, made again, written out.

What only one of these needs is loaded when it is done: a search begins in a fraction of a second.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self, TypeVar

import sqlalchemy as sa

from strongroom.errors import UsageError
from strongroom.repository.archive import Archive
from strongroom.repository.catalogue.database import CatalogueDamagedError, Database
from strongroom.repository.catalogue.sqlite_place import SqlitePlace
from strongroom.repository.catalogue.tables import KEPT, PURGED, SCHEMA, STATE
from strongroom.repository.catalogue.values import CataloguedObject, CataloguedVersion, Criteria, Detail, Page
from strongroom.repository.log import Log

if TYPE_CHECKING:
    from strongroom.repository.catalogue.comparing import Difference

_ENTRIES: Final = 200
_LINKS: Final = 20_000
_TOLD_EVERY: Final = 100
_Answer = TypeVar("_Answer")

OnEntries = Callable[[int, int], object]
"""Told how many entries of the log are in a catalogue that is being made, and how many there are."""


class _Place(Protocol):
    def open(self) -> Database | None: ...
    def is_current(self, database: Database) -> bool: ...
    def exclusively(self) -> AbstractContextManager[None]: ...
    def making(self) -> AbstractContextManager[Database]: ...


class Catalogue:
    """What is in an archive, in tables that may be deleted at any time; a context manager.

    One that is not there, is damaged, or is of another version of this program is made again by whatever is asked of it
    first. Any number of processes may use it at once.

    Attributes:
        remarks: sentences for people about what was made again without being asked for.
    """

    def __init__(self, archive: Archive, place: _Place, on_entries: OnEntries) -> None:
        """Use `open`."""
        self.remarks: list[str] = []
        self._archive = archive
        self._place = place
        self._on_entries = on_entries
        self._database: Database | None = None

    @classmethod
    def open(cls, archive: Archive, url: str = "", *, on_entries: OnEntries = lambda _, __: None) -> Self:
        """Open the catalogue of an archive.

        Args:
            archive: whose store and log it shows.
            url: ``postgresql://…``; empty: SQLite in the archive's ``state`` folder.
            on_entries: is told how far the making of a catalogue is; some take minutes.

        Raises:
            UsageError: the URL is none of PostgreSQL.
        """
        if not url:
            return cls(archive, SqlitePlace(archive.state), on_entries)
        from strongroom.repository.catalogue.postgres_place import PostgresPlace

        return cls(archive, PostgresPlace(url, archive.id), on_entries)

    def __enter__(self) -> Self:
        """Nothing is opened before something is asked."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the database."""
        self.close()

    def close(self) -> None:
        """Close the database."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def catch_up(self) -> None:
        """Project what was logged since the last time.

        Raises:
            StorageError: the log is damaged, or the database cannot be written.
        """
        self._tried(self._project)

    def rebuild(self) -> None:
        """Make the catalogue again from the log and the store alone; until it is whole, the one before counts.

        Raises:
            StorageError: the log is damaged, or the database cannot be written.
        """
        with self._place.exclusively():
            self._make()
        self.catch_up()

    def find(self, criteria: Criteria, *, limit: int = 50, after: str = "") -> Page:
        """Look for objects, the latest capture first.

        Args:
            criteria: all of which must hold of one version.
            limit: how many at most.
            after: `Page.after` of the page before.

        Raises:
            UsageError: a date, a URL, a host or `after` is none.
        """
        from strongroom.repository.catalogue.searching import search

        return self._asked(lambda connection: search(connection, criteria, limit=limit, after=after))

    def show(self, asked: str) -> CataloguedObject:
        """An object with its versions, and its tombstone where it is withdrawn.

        Args:
            asked: its identifier, that of a bag that became a version of it, or the beginning of one.

        Raises:
            UsageError: it leads to no object, or to several.
        """
        from strongroom.repository.catalogue.identifying import object_key
        from strongroom.repository.catalogue.looking import object_of

        found = self._asked(lambda connection: object_of(connection, object_key(connection, asked)))
        if found.state == KEPT:
            return found
        from strongroom.repository.withdrawal import tombstone

        return replace(found, tombstone=tombstone(self._archive, found.object_id))

    def detail(self, found: CataloguedObject, number: int | None = None) -> Detail:
        """All that is known of a version of an object, of the newest when no number is given.

        Raises:
            UsageError: there is no such version.
        """
        version = _version(found, found.versions[-1].number if number is None else number)
        from strongroom.repository.catalogue.looking import detail_of

        return self._asked(lambda connection: detail_of(connection, version))

    def diff(self, found: CataloguedObject, first: int, second: int, *, limit: int = 100) -> "Difference":
        """What changed from one version of an object to another, read from the store.

        Args:
            found: the object.
            first, second: numbers of its versions.
            limit: links and files named of each kind.

        Raises:
            UsageError: there is no such version, or the object is purged.
        """
        from strongroom.repository.catalogue.comparing import compare

        before, after = _version(found, first), _version(found, second)
        if found.state == PURGED:
            raise UsageError(f"{found.object_id} was purged; nothing is left of it that could be compared")
        return compare(self._archive, found.object_id, before, after, limit=limit)

    def counts(self) -> tuple[int, int]:
        """How many objects it holds, withdrawn and purged ones among them, and from how many entries of the log."""
        from strongroom.repository.catalogue.looking import counts

        return self._asked(counts)

    def glance(self) -> tuple[int, int] | None:
        """As `counts`, but None where there is no catalogue that can be used: nothing is made for it."""
        from strongroom.repository.catalogue.looking import counts

        if self._database is None:
            self._database, _ = self._opened()
        if self._database is None:
            return None
        try:
            with self._database.reading() as connection:
                return counts(connection)
        except CatalogueDamagedError:
            return None

    def dump(self) -> Iterator[bytes]:
        """Yield the whole catalogue as JSON lines in one order, which depends on log and store alone."""
        from strongroom.repository.catalogue.dumping import dump

        with self._usable().reading() as connection:
            yield from dump(connection)

    def _asked(self, question: Callable[[sa.Connection], _Answer]) -> _Answer:
        def answer(database: Database) -> _Answer:
            with database.reading() as connection:
                return question(connection)

        return self._tried(answer)

    def _tried(self, work: Callable[[Database], _Answer]) -> _Answer:
        """Do what may come upon damage: once more with the catalogue opened again, and then with a new one."""
        try:
            return work(self._usable())
        except CatalogueDamagedError:
            self.close()  # most often another process has put a new one in its place
        try:
            return work(self._usable())
        except CatalogueDamagedError as error:
            self._make_again(error)
        return work(self._usable())

    def _usable(self) -> Database:
        """The catalogue that counts, made first where there is none that can be used."""
        if self._database is not None and not self._place.is_current(self._database):
            self.close()
        if self._database is None:
            self._database, fault = self._opened()
            if self._database is None:
                self._make_unless_others_did(fault)
        assert self._database is not None
        return self._database

    def _opened(self) -> tuple[Database | None, str]:
        """The catalogue that counts; None and what is wrong with it where it cannot be used, or nothing is there."""
        database: Database | None = None
        try:
            database = self._place.open()
            if database is None:
                return None, ""
            with database.reading() as connection:
                fault = self._fault(connection)
        except CatalogueDamagedError as error:
            fault = f"the catalogue is damaged: {error.__cause__ or error}".split("\n")[0]
        except BaseException:
            if database is not None:
                database.close()
            raise
        if not fault:
            return database, ""
        if database is not None:
            database.close()
        return None, fault

    def _fault(self, connection: sa.Connection) -> str:
        state = connection.execute(sa.select(STATE)).one_or_none()
        if state is None or state.schema != SCHEMA:
            return "the catalogue is of another version of strongroom"
        if state.archive != self._archive.id:
            return "the catalogue is of another archive"
        log = Log.open(self._archive)
        if state.entries > log.size or log.head(state.entries).hex() != state.head:
            return "the catalogue is not of this log"
        return ""

    def _make_unless_others_did(self, fault: str) -> None:
        with self._place.exclusively():
            self._database, again = self._opened()
            if self._database is None:
                if fault or again:
                    self.remarks.append(f"{fault or again}; it is made again from the store and the log")
                self._make()

    def _make_again(self, error: CatalogueDamagedError) -> None:
        """After damage was come upon, which may be no more than that another process has put a new one in its place."""
        damaged = self._database
        if damaged is None or self._place.is_current(damaged):
            with self._place.exclusively():
                if damaged is None or self._place.is_current(damaged):
                    cause = str(error.__cause__ or error).split("\n")[0]
                    self.remarks.append(
                        f"the catalogue is damaged: {cause}; it is made again from the store and the log"
                    )
                    self._make()
                    return
        self.close()

    def _make(self) -> None:
        """Make a new one, which takes the place of the one that counts when it is whole."""
        from strongroom.repository.catalogue.projecting import Projector
        from strongroom.repository.catalogue.writer import Writer

        self.close()
        log = Log.open(self._archive)
        with self._place.making() as database, database.changing() as connection:
            writer = Writer(connection, making=True)
            projector = Projector(self._archive, writer)
            for index, entry in log.entries():
                if index % _TOLD_EVERY == 0:
                    self._on_entries(index, log.size)
                projector.put(index, entry)
            self._on_entries(log.size, log.size)
            writer.settle()
            writer.put_state(self._state(log, log.size))
        self._database = self._place.open()

    def _project(self, database: Database) -> None:
        """Project what is missing, in transactions that are short enough for others to wait for."""
        log = Log.open(self._archive)
        with database.reading() as connection:
            if connection.execute(sa.select(STATE.c.entries)).scalar_one() >= log.size:
                return
        from strongroom.repository.catalogue.projecting import Projector
        from strongroom.repository.catalogue.writer import Writer

        while True:
            with database.changing() as connection:
                state = connection.execute(sa.select(STATE).with_for_update()).one()
                if state.entries >= log.size:
                    return  # what was logged after this process looked is projected by whoever logged it
                writer = Writer(connection, making=False)
                projector = Projector(self._archive, writer)
                done = state.entries
                for index, entry in log.entries(done, done + _ENTRIES):
                    projector.put(index, entry)
                    done = index + 1
                    if writer.links >= _LINKS:
                        break
                writer.settle()
                writer.put_state(self._state(log, done))
            if done < log.size:
                self._on_entries(done, log.size)

    def _state(self, log: Log, entries: int) -> dict[str, object]:
        head = log.head(entries).hex()
        return {"schema": SCHEMA, "archive": self._archive.id, "entries": entries, "head": head}


def _version(found: CataloguedObject, number: int) -> CataloguedVersion:
    version = next((one for one in found.versions if one.number == number), None)
    if version is None:
        numbers = ", ".join(str(one.number) for one in found.versions[:20])
        raise UsageError(f"{found.object_id} has no version {number}; it has {numbers}")
    return version
