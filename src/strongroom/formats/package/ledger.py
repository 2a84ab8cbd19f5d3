"""A scratch table in which the documents of one package are compared with each other.

Each reader enters what its document says; `strongroom.formats.package.agreement` then asks for the differences.
SQLite keeps the rows in a temporary file once they are many, so memory does not grow with the package.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Final, Self

# `record` is what the WARC files hold, where they were read; `truth` adds what METS and the index say where they were
# not, or could not be: `unread` are those files, `broken` those with an error in them.
_TABLES: Final = """
CREATE TABLE ident (doc TEXT, id TEXT);
CREATE TABLE idref (doc TEXT, id TEXT, attribute TEXT);
CREATE TABLE file (doc TEXT, id TEXT, path TEXT);
CREATE TABLE href (path TEXT, doc TEXT);
CREATE TABLE area (doc TEXT, file_id TEXT, offset INTEGER, length INTEGER, record_id TEXT, path TEXT);
CREATE TABLE subject (kind TEXT, id TEXT, doc TEXT);
CREATE TABLE subject_link (kind TEXT, id TEXT, doc TEXT);
CREATE TABLE stream (record_id TEXT, digest TEXT, length INTEGER, place TEXT, doc TEXT);
CREATE TABLE line (path TEXT, offset INTEGER, length INTEGER, url TEXT, digest TEXT, doc TEXT, number INTEGER,
    facts TEXT);
CREATE TABLE record (
    path TEXT, offset INTEGER, length INTEGER, record_id TEXT, type TEXT, url TEXT, digest TEXT, size INTEGER,
    content INTEGER, facts TEXT);
CREATE TABLE link (url TEXT, outcome TEXT, record_id TEXT, row INTEGER, doc TEXT);
CREATE TABLE page (url TEXT, doc TEXT, number INTEGER);
CREATE TABLE broken (path TEXT);
CREATE TABLE known (path TEXT);
CREATE TABLE truth (
    path TEXT, offset INTEGER, length INTEGER, record_id TEXT, url TEXT, digest TEXT, size INTEGER, content INTEGER);
"""
_INDEXES: Final = """
CREATE INDEX known_path ON known (path);
CREATE INDEX ident_id ON ident (doc, id);
CREATE INDEX file_id ON file (doc, id);
CREATE INDEX href_path ON href (path);
CREATE INDEX subject_id ON subject (kind, id);
CREATE INDEX record_place ON record (path, offset);
CREATE INDEX record_urn ON record (record_id);
CREATE INDEX stream_urn ON stream (record_id);
CREATE INDEX line_place ON line (path, offset);
CREATE INDEX line_url ON line (url);
CREATE INDEX link_url ON link (url);
UPDATE area SET path = (SELECT file.path FROM file WHERE file.doc = area.doc AND file.id = area.file_id);
CREATE INDEX area_place ON area (path, offset);
CREATE INDEX area_urn ON area (record_id);
CREATE TABLE checked AS SELECT DISTINCT path FROM record;
CREATE TABLE unread AS SELECT path FROM (SELECT path FROM area UNION SELECT path FROM line)
    WHERE (path LIKE '%.warc.gz' OR path LIKE '%.warc')
    AND (path NOT IN (SELECT path FROM checked) OR path IN (SELECT path FROM broken));
INSERT INTO truth SELECT path, offset, length, record_id, url, digest, size, content FROM record;
INSERT INTO truth SELECT area.path, area.offset, area.length, area.record_id, line.url, line.digest, NULL, 1
    FROM area LEFT JOIN line ON line.path = area.path AND line.offset = area.offset
    WHERE area.path IN (SELECT path FROM unread)
    AND NOT EXISTS (SELECT 1 FROM record WHERE record.path = area.path AND record.offset = area.offset);
CREATE INDEX truth_urn ON truth (record_id);
ANALYZE;
"""
_BATCH: Final = 2000
_INTEGER: Final = 2**63


class Ledger:
    """Rows of what documents say, to be compared by SQL; closed with the `with` block and then gone."""

    def __init__(self) -> None:
        """Open an empty ledger; an empty name makes SQLite use a temporary file that only it knows."""
        self._sql = sqlite3.connect("", isolation_level=None)
        self._sql.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;")
        self._sql.executescript(_TABLES)
        self._sql.execute("BEGIN")
        self._batches: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)

    def __enter__(self) -> Self:
        """Nothing more to set up."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop everything."""
        self._sql.close()

    def enter(self, table: str, *row: object) -> None:
        """Add a row to a table, in the order of its columns."""
        batch = self._batches[table]
        batch.append(row)
        if len(batch) >= _BATCH:
            self._flush(table, batch)

    def settle(self) -> None:
        """Finish entering: from here on the ledger is asked, not written."""
        for table, batch in self._batches.items():
            self._flush(table, batch)
        self._sql.executescript(f"BEGIN; {_INDEXES} COMMIT;")

    def ask(self, query: str, *values: object) -> Iterator[tuple[object, ...]]:
        """The rows that answer a query."""
        return self._sql.execute(query, values)

    def has(self, table: str) -> bool:
        """Whether anything was entered into a table."""
        return self._sql.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None  # noqa: S608 - our own names

    def _flush(self, table: str, batch: list[tuple[object, ...]]) -> None:
        if batch:
            places = ", ".join("?" * len(batch[0]))
            rows = batch if _are_storable(batch) else [tuple(map(_storable, row)) for row in batch]
            self._sql.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - our own names
            batch.clear()


def _are_storable(rows: list[tuple[object, ...]]) -> bool:
    """Whether SQLite can hold all of them as they are; asked for many values at once, it costs next to nothing."""
    values = list(chain.from_iterable(rows))
    integers = [value for value in values if type(value) is int]
    try:
        "".join([value for value in values if type(value) is str]).encode()
    except UnicodeEncodeError:
        return False
    return not integers or (min(integers) >= -_INTEGER and max(integers) < _INTEGER)


def _storable(value: object) -> object:
    """What SQLite can hold of a stranger's value: no lone surrogates, no integers beyond 64 bits."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, int) and not -_INTEGER <= value < _INTEGER:
        return -1
    return value
