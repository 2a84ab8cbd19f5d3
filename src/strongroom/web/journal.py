"""The journal of a capture: every URL seen, every record written, and how far the WARC files are good.

It is one SQLite file in the work directory. The order is: append records, fsync the WARC, then commit here; so what
the journal says is in the WARC is there, and whatever lies behind the committed offset is cut off on the next start.
A URL in flight is still queued here: after a kill it is asked for again, and nothing else is.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from strongroom.errors import StorageError, UsageError
from strongroom.model.capture import Edge, Page, RecordEntry, RecordType, WarcFile
from strongroom.model.digest import Digest, Fixity
from strongroom.model.outcome import LinkRow, Outcome, Relation
from strongroom.web.scope import Place
from strongroom.web.seen import Queued, Standing, Verdict

_NAME = "journal.sqlite"
_SCHEMA = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE url (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, relation TEXT NOT NULL, is_page INTEGER NOT NULL,
    hop INTEGER NOT NULL, redirects INTEGER NOT NULL, found_on TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, outcome TEXT, reason TEXT NOT NULL DEFAULT '', status INTEGER,
    media_type TEXT NOT NULL DEFAULT '', bytes INTEGER, record_id TEXT, title TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL DEFAULT '');
CREATE INDEX url_queue ON url (id) WHERE done = 0;
CREATE TABLE record (
    seq INTEGER PRIMARY KEY, record_id TEXT NOT NULL, type TEXT NOT NULL, target_uri TEXT, date TEXT NOT NULL,
    warc TEXT NOT NULL, offset_bytes INTEGER NOT NULL, length_bytes INTEGER NOT NULL, block_digest TEXT NOT NULL,
    block_length_bytes INTEGER NOT NULL, payload_digest TEXT, payload_length_bytes INTEGER, status INTEGER,
    media_type TEXT NOT NULL, concurrent_to TEXT, refers_to TEXT, truncated TEXT);
CREATE INDEX record_payload ON record (payload_digest) WHERE type = 'response';
CREATE INDEX record_urn ON record (record_id);
CREATE TABLE edge (
    source INTEGER NOT NULL, target INTEGER NOT NULL, relation TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (source, target, relation)) WITHOUT ROWID;
CREATE TABLE warc (
    seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, length_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    sha512 TEXT NOT NULL, records INTEGER NOT NULL);
"""
_LINK_COLUMNS = "url, outcome, reason, status, media_type, bytes, record_id, found_on, relation, hop, attempts"
_RECORD_COLUMNS = (
    "record_id, type, target_uri, date, warc, offset_bytes, length_bytes, block_digest, block_length_bytes,"
    " payload_digest, payload_length_bytes, status, media_type, concurrent_to, refers_to, truncated"
)
_KEPT = "('captured', 'duplicate')"


class Journal:
    """Reads and writes the journal; one thread at a time, and nothing is durable before `commit`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use `create` or `read`."""
        self._sql = connection

    @classmethod
    def exists(cls, work: Path) -> bool:
        """Whether a capture was begun in this work directory."""
        return (work / _NAME).is_file()

    @classmethod
    def create(cls, work: Path, facts: Mapping[str, object]) -> Self:
        """Begin a journal; `facts` are JSON values that never change for this capture."""
        path = work / _NAME
        temporary = work / f".{_NAME}.partial"
        temporary.unlink(missing_ok=True)
        sql = _connect(temporary)
        sql.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;" + _SCHEMA)
        sql.executemany("INSERT INTO fact VALUES (?, ?)", [(name, json.dumps(value)) for name, value in facts.items()])
        sql.commit()
        sql.close()
        temporary.replace(path)
        return cls.read(work)

    @classmethod
    def read(cls, work: Path) -> Self:
        """Open the journal of a work directory; raises `UsageError` when there is none."""
        path = work / _NAME
        if not path.is_file():
            raise UsageError(f"{work} holds no capture; run `strongroom capture URL --work {work}` first")
        sql = _connect(path)
        # WAL without fsync at each commit: a kill loses nothing; a power cut may lose the last commits, never their
        # order, and then the WARC is cut back to what is committed and the rest is asked for again.
        sql.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;")
        return cls(sql)

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._sql.close()

    def commit(self) -> None:
        """Make everything since the last commit durable."""
        self._sql.commit()

    # Facts

    def fact(self, name: str) -> object:
        """A JSON value by name, None where there is none."""
        row = self._sql.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_fact(self, name: str, value: object) -> None:
        """Remember a JSON value."""
        self._sql.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, json.dumps(value)))

    # URLs

    def see(self, url: str, relation: Relation, place: Place, *, found_on: str) -> int | None:
        """Note a URL; returns its id when it was not known, None when it was."""
        cursor = self._sql.execute(
            "INSERT OR IGNORE INTO url (url, relation, is_page, hop, redirects, found_on) VALUES (?, ?, ?, ?, ?, ?)",
            (url, relation.value, place.is_page, place.hop, place.redirects, found_on),
        )
        return cursor.lastrowid if cursor.rowcount else None

    def standing(self, url: str) -> Standing | None:
        """What is known of a URL; None when it was not seen."""
        columns = "id, done, outcome, reason, is_page, hop, redirects"
        row = self._sql.execute(f"SELECT {columns} FROM url WHERE url = ?", (url,)).fetchone()  # noqa: S608 - constant
        if row is None:
            return None
        outcome = None if row[2] is None or not row[1] else Outcome(row[2])
        return Standing(row[0], outcome, row[3], Place(bool(row[4]), *row[5:]))

    def reopen(self, row: int, relation: Relation, place: Place, *, found_on: str) -> None:
        """Queue a URL that was out of scope where it was first seen."""
        self._sql.execute(
            "UPDATE url SET done = 0, outcome = NULL, reason = '', relation = ?, found_on = ? WHERE id = ?",
            (relation.value, found_on, row),
        )
        self.move(row, place)

    def move(self, row: int, place: Place) -> None:
        """Note that a URL lies nearer than it was first seen."""
        self._sql.execute(
            "UPDATE url SET is_page = ?, hop = ?, redirects = ? WHERE id = ?",
            (place.is_page, place.hop, place.redirects, row),
        )

    def conclude(self, row: int, verdict: Verdict, *, attempts: int, is_final: bool = True) -> None:
        """Give a URL its one outcome; one that is not final stands if nobody asks again, and the URL stays queued."""
        self._sql.execute(
            "UPDATE url SET done = ?, outcome = ?, reason = ?, status = ?, media_type = ?, bytes = ?, record_id = ?,"
            " title = ?, at = ?, attempts = ? WHERE id = ?",
            (
                is_final,
                verdict.outcome.value,
                verdict.reason,
                verdict.status,
                verdict.media_type,
                verdict.bytes,
                verdict.record_id,
                verdict.title,
                verdict.at.isoformat() if verdict.at else "",
                attempts,
                row,
            ),
        )

    def settle(self, row: int) -> None:
        """Let the outcome of the last attempt stand."""
        self._sql.execute("UPDATE url SET done = 1 WHERE id = ?", (row,))

    def queued(self) -> Iterator[Queued]:
        """The URLs without an outcome, in the order they were seen."""
        columns = "id, url, relation, is_page, hop, redirects, found_on, attempts"
        for row in self._sql.execute(f"SELECT {columns} FROM url WHERE done = 0 ORDER BY id"):  # noqa: S608 - constant
            yield Queued(row[0], row[1], Relation(row[2]), bool(row[3]), *row[4:])

    def asked(self) -> int:
        """How many URLs were asked for, or are to be."""
        query = "SELECT count(*) FROM url WHERE (done = 0 OR attempts > 0) AND relation <> 'robots'"
        return int(self._sql.execute(query).fetchone()[0])

    def links(self) -> Iterator[LinkRow]:
        """The rows of links.csv, sorted by URL (by code point)."""
        query = f"SELECT {_LINK_COLUMNS} FROM url WHERE done = 1 ORDER BY url COLLATE BINARY"  # noqa: S608 - constant
        for row in self._sql.execute(query):
            yield _link_row(row)

    def counts(self) -> dict[Outcome, int]:
        """The number of URLs by outcome; every outcome is there."""
        found = dict(self._sql.execute("SELECT outcome, count(*) FROM url WHERE done = 1 GROUP BY outcome"))
        return {outcome: int(found.get(outcome.value, 0)) for outcome in Outcome}

    def lost(self) -> Iterator[tuple[LinkRow, bool]]:
        """Rows that may be a loss, and whether each is a page, by URL: not captured, or read in part."""
        query = (
            f"SELECT {_LINK_COLUMNS}, is_page FROM url WHERE outcome IN ('blocked', 'empty', 'failed')"  # noqa: S608 - constant
            " OR reason LIKE 'part-read:%' OR outcome = 'refused' AND (relation = 'seed' OR is_page = 1 AND hop = 0)"
            " ORDER BY url COLLATE BINARY"
        )
        for row in self._sql.execute(query):
            yield _link_row(row), bool(row[11])

    def pages(self) -> Iterator[Page]:
        """The captured pages, by hop, then URL."""
        query = (
            "SELECT url, at, title, record_id, hop FROM url WHERE is_page = 1 AND record_id IS NOT NULL"  # noqa: S608 - constant
            f" AND outcome IN {_KEPT} AND status BETWEEN 200 AND 299 ORDER BY hop, url COLLATE BINARY"
        )
        for row in self._sql.execute(query):
            yield Page(row[0], datetime.fromisoformat(row[1]), row[2], row[3], row[4])

    # Edges

    def named_by(self, row: int) -> list[tuple[str, Relation]]:
        """What a document was found to name: URLs and relations, icons among what is embedded."""
        query = "SELECT url.url, edge.relation FROM edge JOIN url ON url.id = edge.target WHERE edge.source = ?"
        return [(url, Relation(relation)) for url, relation in self._sql.execute(query, (row,))]

    def connect(self, edges: Iterable[tuple[int, int, str, str]]) -> None:
        """Note references: (id of the document, id of what it names, relation, text of the link)."""
        self._sql.executemany("INSERT OR IGNORE INTO edge VALUES (?, ?, ?, ?)", edges)

    def edges(self) -> Iterator[Edge]:
        """References between URLs of which both were captured, sorted by the URLs of source, then target."""
        query = (
            "SELECT a.record_id, b.record_id, edge.relation, edge.text FROM edge JOIN url a ON a.id = edge.source"  # noqa: S608 - constant
            f" JOIN url b ON b.id = edge.target WHERE a.outcome IN {_KEPT} AND b.outcome IN {_KEPT}"
            " ORDER BY a.url COLLATE BINARY, b.url COLLATE BINARY, edge.relation"
        )
        for row in self._sql.execute(query):
            yield Edge(*row)

    def linked_from(self, url: str) -> Iterator[str]:
        """The captured URLs that a document links to, sorted."""
        query = (
            "SELECT b.url FROM edge JOIN url a ON a.id = edge.source JOIN url b ON b.id = edge.target WHERE a.url = ?"  # noqa: S608 - constant
            f" AND edge.relation = 'hyperlink' AND a.outcome IN {_KEPT} AND b.outcome IN {_KEPT} ORDER BY b.url"
        )
        return (target for (target,) in self._sql.execute(query, (url,)))

    # Records

    def wrote(self, entries: Iterable[RecordEntry]) -> None:
        """Note records that were appended to a WARC."""
        self._sql.executemany(
            f"INSERT INTO record ({_RECORD_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant
            map(_record_row, entries),
        )

    def records(self, types: Iterable[RecordType] = tuple(RecordType)) -> Iterator[RecordEntry]:
        """The records in the order they were written, by default of every type."""
        names = [one.value for one in types]
        query = f"SELECT {_RECORD_COLUMNS} FROM record WHERE type IN ({', '.join('?' * len(names))}) ORDER BY seq"  # noqa: S608 - placeholders
        return map(_record_entry, self._sql.execute(query, names))

    def record(self, record_id: str) -> RecordEntry | None:
        """A record by its identifier."""
        query = f"SELECT {_RECORD_COLUMNS} FROM record WHERE record_id = ?"  # noqa: S608 - constant
        row = self._sql.execute(query, (record_id,)).fetchone()
        return None if row is None else _record_entry(row)

    def same_payload(self, digest: Digest) -> RecordEntry | None:
        """The first whole, successful response with this payload."""
        query = (
            f"SELECT {_RECORD_COLUMNS} FROM record WHERE payload_digest = ? AND type = 'response'"  # noqa: S608 - constant
            " AND truncated IS NULL AND status BETWEEN 200 AND 299 ORDER BY seq LIMIT 1"
        )
        row = self._sql.execute(query, (str(digest),)).fetchone()
        return None if row is None else _record_entry(row)

    def certificates(self) -> set[str]:
        """The SHA-256 of each certificate that has a record of its own."""
        query = "SELECT target_uri FROM record WHERE target_uri LIKE 'urn:strongroom:certificate:sha256:%'"
        return {row[0].rpartition(":")[2] for row in self._sql.execute(query)}

    def article(self) -> RecordEntry | None:
        """The record of the first seed, or of where its redirects end; None when that was not captured."""
        row = self._sql.execute("SELECT id FROM url WHERE relation = 'seed' ORDER BY id LIMIT 1").fetchone()
        seen: set[int] = set()
        while row is not None and row[0] not in seen:
            seen.add(row[0])
            last = row
            row = self._sql.execute(
                "SELECT target FROM edge WHERE source = ? AND relation = 'redirect' ORDER BY target LIMIT 1", last
            ).fetchone()
        for identifier in reversed(list(seen)):
            found = self._sql.execute(
                "SELECT record_id FROM url WHERE id = ? AND record_id IS NOT NULL AND status BETWEEN 200 AND 299",
                (identifier,),
            ).fetchone()
            if found is not None:
                return self.record(found[0])
        return None

    # WARC files

    def closed(self, file: WarcFile) -> None:
        """Note a WARC file that is finished."""
        fixity = file.fixity
        self._sql.execute(
            "INSERT OR REPLACE INTO warc (name, length_bytes, sha256, sha512, records) VALUES (?, ?, ?, ?, ?)",
            (file.name, fixity.length_bytes, fixity.sha256, fixity.sha512, file.records),
        )

    def warcs(self) -> tuple[WarcFile, ...]:
        """The finished WARC files, by name."""
        rows = self._sql.execute("SELECT name, length_bytes, sha256, sha512, records FROM warc ORDER BY name")
        return tuple(WarcFile(row[0], Fixity(*row[1:4]), row[4]) for row in rows)


@contextmanager
def journalling(work: Path) -> Iterator[None]:
    """Let what SQLite says of the disk become a `StorageError`; what was not committed is done again next time."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError | sqlite3.DataError):
            raise
        raise StorageError(
            f"the journal in {work} cannot be used: {error}; make room and run the same command again"
        ) from error


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False, cached_statements=256)


def _link_row(row: Sequence[Any]) -> LinkRow:
    return LinkRow(*(row[0], Outcome(row[1]), *row[2:8], Relation(row[8]), *row[9:11]))


def _record_row(entry: RecordEntry) -> tuple[object, ...]:
    return (
        entry.record_id,
        entry.type.value,
        entry.target_uri,
        entry.date.isoformat(),
        entry.warc,
        entry.offset_bytes,
        entry.length_bytes,
        str(entry.block_digest),
        entry.block_length_bytes,
        None if entry.payload_digest is None else str(entry.payload_digest),
        entry.payload_length_bytes,
        entry.status,
        entry.media_type,
        entry.concurrent_to,
        entry.refers_to,
        entry.truncated,
    )


def _record_entry(row: tuple[object, ...]) -> RecordEntry:
    values = list(row)
    values[1] = RecordType(str(row[1]))
    values[3] = datetime.fromisoformat(str(row[3]))
    values[7] = Digest.parse(str(row[7]))
    values[9] = None if row[9] is None else Digest.parse(str(row[9]))
    return RecordEntry(*values)  # type: ignore[arg-type]  # the columns stand in the order of the fields
