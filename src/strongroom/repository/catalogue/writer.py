"""Rows on their way into a catalogue: gathered, and written many at a time."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from strongroom.repository.catalogue.reading import Link
from strongroom.repository.catalogue.tables import (
    ARRIVING,
    DETAIL,
    HOST,
    KEPT,
    LINK,
    OBJECT,
    SEARCH,
    STATE,
    VERSION,
    digest_of,
)

_ROWS: Final = 2_000
_LINKS: Final = 20_000


class Writer:
    """Puts rows into the tables, in one transaction.

    Attributes:
        links: how many were put so far.
    """

    def __init__(self, connection: sa.Connection, *, making: bool) -> None:
        """Take a transaction; `making` lets links wait until `settle` sorts them all at once."""
        self.links = 0
        self._connection = connection
        self._making = making
        self._rows: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in (VERSION, SEARCH, DETAIL, HOST)}
        self._links: list[dict[str, Any]] = []
        self._versions: set[tuple[int, int]] = set()  # that were gathered, and cannot be asked for yet
        if making:
            self._put_links: sa.Executable = sa.insert(ARRIVING)
        else:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            insert = dialect.insert(LINK)
            # a URL stands once in links.csv; where it does not, the first of the outcomes in their order is taken
            better = sa.case((insert.excluded.outcome < LINK.c.outcome, insert.excluded.outcome), else_=LINK.c.outcome)
            self._put_links = insert.on_conflict_do_update(
                index_elements=[LINK.c.url, LINK.c.version], set_={"outcome": better}
            )

    def object_key(self, object_id: str) -> int | None:
        """The number of an object; None while there is none."""
        key: int | None = self._connection.execute(_OBJECT_KEY, {"digest": digest_of(object_id)}).scalar_one_or_none()
        return key

    def object_state(self, key: int) -> str:
        """Whether an object is kept, withdrawn or purged."""
        return str(self._connection.execute(sa.select(OBJECT.c.state).where(OBJECT.c.key == key)).scalar_one())

    def put_object(self, key: int, object_id: str, since: str) -> None:
        """Put an object that is kept."""
        row = {"key": key, "id": object_id, "digest": digest_of(object_id), "state": KEPT, "since": since}
        self._connection.execute(sa.insert(OBJECT), row)

    def set_state(self, key: int, state: str, since: str) -> None:
        """Let an object be kept, withdrawn or purged from a moment on."""
        self._connection.execute(sa.update(OBJECT).where(OBJECT.c.key == key).values(state=state, since=since))

    def has_version(self, object_key: int, number: int) -> bool:
        """Whether a version of an object was put already."""
        if (object_key, number) in self._versions:
            return True
        found = self._connection.execute(_VERSION_KEY, {"object": object_key, "number": number})
        return found.scalar_one_or_none() is not None

    def put_version(self, row: Mapping[str, Any]) -> None:
        """Put what a version is in short."""
        self._versions.add((row["object"], row["number"]))
        self.put(VERSION, row)

    def put(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        """Put a row of a table other than that of objects or links."""
        rows = self._rows[table]
        rows.append(dict(row))
        if len(rows) >= _ROWS:
            self.flush()

    def put_links(self, version: int, links: list[Link]) -> None:
        """Put URLs of a version, with their outcomes."""
        self.links += len(links)
        self._links += ({"url": url, "version": version, "outcome": outcome} for url, outcome in links)
        if len(self._links) >= _LINKS:
            self._flush_links()

    def versions(self, object_key: int) -> "list[sa.Row[Any]]":
        """The versions of an object: key, number, ingest, package and document of each, in their order."""
        self.flush()
        columns = (VERSION.c.key, VERSION.c.number, VERSION.c.ingest, VERSION.c.package, DETAIL.c.document)
        joined = VERSION.join(DETAIL, DETAIL.c.version == VERSION.c.key)
        query = sa.select(*columns).select_from(joined).where(VERSION.c.object == object_key).order_by(VERSION.c.number)
        return list(self._connection.execute(query))

    def forget_contents(self, versions: list[int]) -> None:
        """Remove what some versions are about, all but the rows that say it in short."""
        self.flush()
        for table in (SEARCH, DETAIL, HOST, LINK, *((ARRIVING,) if self._making else ())):
            self._connection.execute(sa.delete(table).where(table.c.version.in_(versions)))

    def replace_version(self, key: int, row: Mapping[str, Any]) -> None:
        """Put what a version is in short over what was there."""
        self._connection.execute(sa.update(VERSION).where(VERSION.c.key == key).values(**row))

    def flush(self) -> None:
        """Write what was gathered."""
        for table, rows in self._rows.items():
            if rows:
                self._connection.execute(sa.insert(table), rows)
                rows.clear()
        self._versions.clear()
        self._flush_links()

    def settle(self) -> None:
        """Write everything, and sort the links of a catalogue that is being made into their table."""
        self.flush()
        if not self._making:
            return
        arrived = ARRIVING.c
        keys = (arrived.url, arrived.version)
        sorted_ = sa.select(*keys, sa.func.min(arrived.outcome)).group_by(*keys).order_by(*keys)
        self._connection.execute(sa.insert(LINK).from_select(["url", "version", "outcome"], sorted_))
        ARRIVING.drop(self._connection)

    def put_state(self, row: Mapping[str, Any]) -> None:
        """Say how far the log is projected."""
        # changed in place: whoever waits for the row on PostgreSQL must find it there
        if not self._connection.execute(sa.update(STATE).values(**row)).rowcount:
            self._connection.execute(sa.insert(STATE), {"id": 1, **row})

    def _flush_links(self) -> None:
        if self._links:
            self._connection.execute(self._put_links, self._links)
            self._links = []


_OBJECT_KEY: Final = sa.select(OBJECT.c.key).where(OBJECT.c.digest == sa.bindparam("digest"))
_VERSION_KEY: Final = sa.select(VERSION.c.key).where(
    VERSION.c.object == sa.bindparam("object"), VERSION.c.number == sa.bindparam("number")
)
