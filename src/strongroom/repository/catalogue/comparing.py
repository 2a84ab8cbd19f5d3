"""What changed between two versions of an object: their links, their description and their files, read from the store.

Links of two captures may be a million each. They are put into a temporary database, which needs little memory and
vanishes with its connection.
"""

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple

from strongroom.errors import StorageError
from strongroom.formats.wacz.cdxj import IndexLine, read_index
from strongroom.model.outcome import LinkRow, Outcome
from strongroom.repository.archive import Archive
from strongroom.repository.catalogue.folding import kept
from strongroom.repository.catalogue.reading import DUBLIN_CORE, INDEX, LINKS, package_root, read_rows, read_values
from strongroom.repository.catalogue.stored_files import StoredFiles
from strongroom.repository.catalogue.values import CataloguedVersion

_PIECE_BYTES: Final = 1 << 20
_LARGEST: Final = 2**63 - 1
_TABLE: Final = """
CREATE TABLE link (side INTEGER, url TEXT, outcome TEXT, reason TEXT, status INTEGER, digest TEXT, seen TEXT,
    PRIMARY KEY (side, url)) WITHOUT ROWID
"""
_PUT: Final = "INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, '', '')"
# of several captures of a URL in one package the last counts
_PUT_DIGEST: Final = "UPDATE link SET digest = ?, seen = ? WHERE side = ? AND url = ? AND seen <= ?"
_ONLY: Final = """
SELECT url, outcome, reason, status, digest FROM link
WHERE side = ? AND url NOT IN (SELECT url FROM link WHERE side = ?) ORDER BY url
"""
# bytes that were there before, and to which the later record only points, are no change
_CHANGED: Final = """
SELECT one.url, one.outcome, one.reason, one.status, one.digest, other.outcome, other.reason, other.status, other.digest
FROM link AS one JOIN link AS other ON other.side = 1 AND other.url = one.url
WHERE one.side = 0 AND (one.status IS NOT other.status
    OR (one.outcome <> other.outcome
        AND NOT (one.outcome IN ('captured', 'duplicate') AND other.outcome IN ('captured', 'duplicate')))
    OR (one.digest <> '' AND other.digest <> '' AND one.digest <> other.digest))
ORDER BY one.url
"""

Value = tuple[str, str, str]
"""A term, a value and its language."""


class LinkState(NamedTuple):
    """What became of a URL in one version; `digest` is that of the payload, empty where nothing was kept."""

    outcome: Outcome
    reason: str
    status: int | None
    digest: str


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A URL and what became of it before and after; None where the version does not know it."""

    url: str
    before: LinkState | None
    after: LinkState | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one version to another; the lists are cut, the totals are not.

    Attributes:
        first, second: the versions.
        gained, lost, changed: links in the order of their URLs. A link is changed when its outcome, status or payload
            is another; that the same bytes are not stored a second time is no change.
        links: totals of the three.
        values_gained, values_lost: of the description.
        added, removed, rewritten: paths of files in the order of bytes, ``<package>`` standing for the package's name.
        files: totals of the three.
        faults: what could not be read, a sentence each.
    """

    first: CataloguedVersion
    second: CataloguedVersion
    gained: tuple[LinkChange, ...]
    lost: tuple[LinkChange, ...]
    changed: tuple[LinkChange, ...]
    links: tuple[int, int, int]
    values_gained: tuple[Value, ...]
    values_lost: tuple[Value, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    rewritten: tuple[str, ...]
    files: tuple[int, int, int]
    faults: tuple[str, ...]


def compare(
    archive: Archive, object_id: str, first: CataloguedVersion, second: CataloguedVersion, *, limit: int
) -> Difference:
    """Read two versions of an object from the store and say what changed from the first to the second.

    Args:
        archive: whose store.
        object_id: of the object.
        first, second: of its versions.
        limit: links and files named of each kind; values are all named.
    """
    before, after = (_Side(StoredFiles.of(archive, object_id, one.number), one) for one in (first, second))
    with _saying(), closing(sqlite3.connect("")) as sql:
        sql.execute(_TABLE)
        for number, side in enumerate((before, after)):
            side.put_links(sql, number)
        links = [_cut(sql.execute(_ONLY, sides), limit) for sides in ((1, 0), (0, 1))]
        changed, total_changed = _cut(sql.execute(_CHANGED), limit)
    (gained, total_gained), (lost, total_lost) = links
    old_values, new_values = Counter(before.values()), Counter(after.values())
    old_files, new_files = before.files(), after.files()
    rewritten = [path for path in old_files.keys() & new_files.keys() if old_files[path] != new_files[path]]
    files = [sorted(paths) for paths in (new_files.keys() - old_files, old_files.keys() - new_files, rewritten)]
    added, removed, rewritten = files
    return Difference(
        first,
        second,
        gained=tuple(LinkChange(url, None, _state(*facts)) for url, *facts in gained),
        lost=tuple(LinkChange(url, _state(*facts), None) for url, *facts in lost),
        changed=tuple(LinkChange(url, _state(*facts[:4]), _state(*facts[4:])) for url, *facts in changed),
        links=(total_gained, total_lost, total_changed),
        values_gained=tuple((new_values - old_values).elements()),
        values_lost=tuple((old_values - new_values).elements()),
        added=tuple(added[:limit]),
        removed=tuple(removed[:limit]),
        rewritten=tuple(rewritten[:limit]),
        files=(len(added), len(removed), len(rewritten)),
        faults=tuple(
            f"version {side.version.number}: {fault}" for side in (before, after) for fault in side.stored.faults
        ),
    )


class _Side:
    """One of the two versions."""

    def __init__(self, stored: StoredFiles, version: CataloguedVersion) -> None:
        self.stored = stored
        self.version = version
        self._root = package_root(stored.digests, version.package_id)

    def put_links(self, sql: sqlite3.Connection, number: int) -> None:
        if self._root is None:
            return
        rows = read_rows(self.stored, self._root + LINKS)
        sql.executemany(_PUT, ((number, *_link(row)) for row in rows))
        lines = self._index(self._root + INDEX)
        sql.executemany(
            _PUT_DIGEST,
            ((kept(one.digest, 200), one.timestamp, number, _text(one.url), one.timestamp) for one in lines),
        )

    def values(self) -> list[Value]:
        return [] if self._root is None else read_values(self.stored, self._root + DUBLIN_CORE)

    def files(self) -> dict[str, str]:
        """Path to digest; the name of the package, which each capture has for itself, made alike."""
        name = self.version.package_id
        if not name:
            return dict(self.stored.digests)
        return {path.replace(name, "<package>"): digest for path, digest in self.stored.digests.items()}

    def _index(self, path: str) -> Iterator[IndexLine]:
        if path not in self.stored:
            return
        with self.stored.opened(path) as file:
            if file is None:
                return
            try:
                for line in read_index(iter(lambda: file.read(_PIECE_BYTES), b"")):
                    if isinstance(line, IndexLine):
                        yield line
            except OSError:
                self.stored.say(path, "it cannot be read")


@contextmanager
def _saying() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(
            f"cannot compare in {tempfile.gettempdir()}: {error}; make room there and try again"
        ) from error


def _link(row: LinkRow) -> tuple[str, str, str, int | None]:
    status = row.status
    return (
        _text(row.url),
        row.outcome.value,
        _text(row.reason),
        None if status is None else max(-_LARGEST, min(status, _LARGEST)),
    )


def _text(text: str) -> str:
    return kept(text, len(text))


def _cut(rows: Iterator[tuple[Any, ...]], limit: int) -> tuple[list[tuple[Any, ...]], int]:
    """The first rows, and how many there are in all."""
    first = list(islice(rows, limit))
    return first, len(first) + sum(1 for _ in rows)


def _state(outcome: str, reason: str, status: int | None, digest: str) -> LinkState:
    return LinkState(Outcome(outcome), reason, status, digest)
