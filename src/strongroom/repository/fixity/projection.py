"""Bring the index up to the log: what was taken in, purged, audited and repaired since it was last looked at."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from strongroom.errors import StorageError
from strongroom.model.receipt import Entry
from strongroom.repository.archive import Archive
from strongroom.repository.fixity import dated_receipt, due
from strongroom.repository.fixity.index import END, LOG, Index, path_in_store
from strongroom.repository.fixity.spans import record
from strongroom.repository.log import Log

_BATCH: Final = 4096


def catch_up(index: Index, log: Log, others: Sequence[Log] = ()) -> None:
    """Read the entries that came since the last time.

    Args:
        index: which follows the log.
        log: of the archive.
        others: of replicas, each a prefix of it; they stand in where an entry of the archive's own is damaged.

    Raises:
        StorageError: no copy has an entry as it was logged.
    """
    index.commit()
    while not _catch_up(index, log, others):
        pass


def _catch_up(index: Index, log: Log, others: Sequence[Log]) -> bool:
    """Read some entries in one transaction, which others wait for; returns whether these were the last."""
    index.sql.execute("BEGIN IMMEDIATE")
    known = index.fact("log") or {"size": 0, "head": ""}
    if known["size"] > log.size:
        log = Log.open(log.archive)  # another process has seen more of it meanwhile
    if known["size"] > log.size or (known["size"] and log.head(known["size"]).hex() != known["head"]):
        index.clear()  # another log than before: whatever was known is of no use
        known = {"size": 0, "head": ""}
    index.add_copy("")
    stop = min(log.size, known["size"] + _BATCH)
    for position, entry in _entries([log, *others], known["size"], stop):
        if entry.kind == "audit":
            index.sql.execute("INSERT OR IGNORE INTO audit VALUES (?)", (position,))
        _APPLY.get(entry.kind, _nothing)(index, log.archive, entry)
    index.set_fact("log", {"size": stop, "head": log.head(stop).hex() if stop else ""})
    index.commit()
    return bool(stop == log.size)


def milliseconds(at: datetime) -> int:
    """A moment as the index keeps it."""
    return round(at.timestamp() * 1000)


def _entries(logs: Sequence[Log], start: int, stop: int) -> Iterator[tuple[int, Entry]]:
    """Entries from the first log, and from another one where that is damaged."""
    position = start
    while position < stop:
        failure: StorageError | None = None
        begun = position
        for log in logs:
            try:
                for index, entry in log.entries(position, min(stop, log.size)):
                    yield index, entry
                    position = index + 1
            except StorageError as error:
                failure = failure or error
            if position > begun:
                break
        if position == begun:
            raise failure or StorageError(f"{logs[0].archive.log} ends too early; bring it back from a replica")


def _ingest(index: Index, _: Archive, entry: Entry) -> None:
    facts: Any = entry.facts
    at, size = milliseconds(entry.at), int(facts["bytes"])
    sql = index.sql
    held = {"", *facts["replicas"]}
    for copy in sorted(held):
        index.add_copy(copy)
    sql.execute(
        "INSERT INTO object (id, path) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET purged = 0",
        (facts["object"], path_in_store(facts["object"])),
    )
    number = index.number_of(facts["object"])
    sql.execute(
        "INSERT OR REPLACE INTO version (object, number, inventory, ingest, bytes) VALUES (?, ?, ?, ?, ?)",
        (number, facts["version"], facts["inventory"], facts["ingest"], size),
    )
    for (copy,) in sql.execute("SELECT id FROM copy").fetchall():
        grown = sql.execute(
            "UPDATE span SET bytes = bytes + ? WHERE copy = ? AND object = ? AND stop = ?", (size, copy, number, END)
        )
        if not grown.rowcount:
            # what a copy took in was read again there, before this was logged
            sql.execute(
                "INSERT INTO span (copy, object, first, stop, at, bytes) VALUES (?, ?, 0, ?, ?, ?)",
                (copy, number, END, at if copy in held else 0, size),
            )


def _purge(index: Index, _: Archive, entry: Entry) -> None:
    number = index.number_of(str(entry.facts["object"]))
    index.sql.execute("UPDATE object SET purged = 1 WHERE no = ?", (number,))
    for table in ("version", "span", "harmed"):
        index.sql.execute(f"DELETE FROM {table} WHERE object = ?", (number,))  # noqa: S608 - constant names


def _audit(index: Index, archive: Archive, entry: Entry) -> None:
    facts: Any = entry.facts
    if facts["selection"]["choice"] == "due":
        due.note(index, at=milliseconds(entry.at), left=0 if facts["complete"] else facts["needed"] - facts["bytes"])
    path = archive.log / facts["receipt"]
    if dated_receipt.is_intact(path, facts["sha512"]):
        _receipt(index, path)
    run = index.fact("run")
    if run is not None and run["audit"] == facts["audit"]:
        forget_run(index)


def _receipt(index: Index, path: Path) -> None:
    harmed = set()
    for line in dated_receipt.lines(path):
        if "damage" in line:
            if line["damage"]["kind"] != "unsteady":
                harmed.add((line["damage"]["copy"], line["damage"].get("object_id", "")))
        elif "at" in line:
            _apply_reading(index, line)
    for copy, name in sorted(harmed):
        number = index.number_of(name)
        if number is not None:
            index.sql.execute("INSERT OR IGNORE INTO harmed VALUES (?, ?)", (copy, number))


def _apply_reading(index: Index, line: dict[str, Any]) -> None:
    index.add_copy(line["copy"])
    number = line.get("part", 0) or index.number_of(line["object"])
    if number is None or (number > LOG and index.expected(number) is None):
        return  # purged since
    first, stop = int(line.get("first", 0)), int(line.get("stop", END))
    if first >= stop:
        return  # a part of it could not be reached
    record(index, line["copy"], number, (first, stop), at=int(line["at"]), length_bytes=int(line["bytes"]))
    if (first, stop) == (0, END):
        index.sql.execute("DELETE FROM harmed WHERE copy = ? AND object = ?", (line["copy"], number))


def _repair(index: Index, _: Archive, entry: Entry) -> None:
    facts: Any = entry.facts
    number = index.number_of(facts.get("object", ""))
    if number is None or not facts["complete"] or index.expected(number) is None:
        return
    index.add_copy(facts["copy"])
    size = index.sql.execute("SELECT coalesce(sum(bytes), 0) FROM version WHERE object = ?", (number,)).fetchone()[0]
    record(index, facts["copy"], number, (0, END), at=milliseconds(entry.at), length_bytes=size)
    index.sql.execute("DELETE FROM harmed WHERE copy = ? AND object = ?", (facts["copy"], number))


def forget_run(index: Index) -> None:
    """Forget what a run has read: it is in its receipt."""
    index.set_fact("run", None)
    for table in ("reading", "note"):
        index.sql.execute(f"DELETE FROM {table}")  # noqa: S608 - constant names


def _nothing(_: Index, __: Archive, ___: Entry) -> None:
    """Other entries say nothing of what lies in the store."""


_APPLY: Final = {"ingest": _ingest, "purge": _purge, "audit": _audit, "repair": _repair}
