"""The run of an audit, kept as it goes: after a kill the next one goes on behind the last file that was read."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from strongroom.model.finding import Finding, Severity
from strongroom.model.fixity import Choice, Selection
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.damage import Damage
from strongroom.repository.fixity.index import END, LOG, Index
from strongroom.repository.fixity.spans import Unit
from strongroom.storage import saying

_TAIL: Final = "fixity-tail.jsonl"


@dataclass(slots=True)
class Run:
    """An audit that is under way.

    Attributes:
        audit_id: ``urn:uuid:…``.
        resumed: whether an interrupted one began it.
    """

    index: Index
    archive: Archive
    audit_id: str
    started_at: datetime
    selection: Selection
    resumed: bool = False
    _tail: BinaryIO | None = None
    _kept: list[dict[str, Any]] = field(default_factory=list)

    def totals(self) -> tuple[dict[str, int], int, int]:
        """Objects by the identifier of the copy, files, and bytes: read so far."""
        rows = self.index.sql.execute(
            "SELECT copy, count(DISTINCT object) FROM reading WHERE object > ? GROUP BY copy", (LOG,)
        )
        sums = "SELECT coalesce(sum(files), 0), coalesce(sum(bytes), 0) FROM reading"
        files, size = self.index.sql.execute(sums).fetchone()
        return dict(rows.fetchall()), files, size

    def damages(self) -> Iterator[Damage]:
        """What was found so far, in the order of finding."""
        for (text,) in self.index.sql.execute("SELECT text FROM note WHERE kind = 'damage' ORDER BY seq"):
            yield Damage.of(json.loads(text))

    def unreachable(self) -> tuple[str, ...]:
        """What could not be reached so far, each sentence once."""
        rows = self.index.sql.execute("SELECT text FROM note WHERE kind = 'unreachable' ORDER BY seq")
        return tuple(dict.fromkeys(text for (text,) in rows))

    def note_unreachable(self, sentence: str) -> None:
        """Keep a sentence."""
        self.index.sql.execute("INSERT INTO note (kind, text) VALUES ('unreachable', ?)", (sentence,))
        self.index.commit()  # or others would wait for it as long as the reading goes on

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """What the dated receipt says between its first and its last line."""
        columns = (
            "SELECT r.copy, r.object, o.id, r.first, r.stop, r.files, r.bytes, r.at,"
            " (SELECT max(number) FROM version v WHERE v.object = r.object) FROM reading r"
            " JOIN object o ON o.no = r.object ORDER BY r.seq"
        )
        for copy, number, name, first, stop, files, size, at, version in self.index.sql.execute(columns):
            line = {"copy": copy, "files": files, "bytes": size, "at": at}
            line |= {"part": number} if number <= LOG else {"object": name, "version": version}
            line |= ({"first": first} if first else {}) | ({"stop": stop} if stop != END else {})
            yield line
        for damage in self.damages():
            yield {"damage": damage.facts()}
        for finding in self.findings():
            yield {"finding": {"code": finding.code, "where": finding.where, "found": finding.found}}
        for sentence in self.unreachable():
            yield {"unreachable": sentence}

    def begin(self, unit: Unit, at: int) -> "Progress":
        """Begin to read a unit, or go on with it where a kill ended it."""
        path = self.archive.state / _TAIL
        progress = Progress(self, unit, at)
        with saying("write", path):
            if self._tail is None:
                self._kept, length = _lines_of(path, self.audit_id)
                self._tail = path.open("ab", buffering=0)  # kept open: to close a file that was cut waits for the disk
                self._tail.truncate(length)
                if self._kept and self._kept[0]["unit"] == _key(unit):
                    return self._restore(progress)
            self._tail.truncate(0)
            if self._kept and self._kept[0]["unit"] == _key(unit):
                self.write(*self._kept)
                return self._restore(progress)
            self.write({"run": self.audit_id, "unit": _key(unit), "at": at})
        return progress

    def _restore(self, progress: "Progress") -> "Progress":
        progress.restore(self._kept)
        self._kept = []
        return progress

    def write(self, *lines: Mapping[str, Any]) -> None:
        """Append lines to the file of the unit that is being read, in one step."""
        assert self._tail is not None
        encoded = (json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n" for line in lines)
        with saying("write", self.archive.state / _TAIL):
            self._tail.write(b"".join(encoded))

    def note_damage(self, damage: Damage) -> None:
        """Keep a fault."""
        self.index.sql.execute("INSERT INTO note (kind, text) VALUES ('damage', ?)", (json.dumps(damage.facts()),))

    def note_finding(self, finding: Finding) -> None:
        """Keep what the log says of itself."""
        self.index.sql.execute("INSERT INTO note (kind, text) VALUES ('finding', ?)", (json.dumps(asdict(finding)),))
        self.index.commit()

    def findings(self) -> Iterator[Finding]:
        """What the logs said of themselves so far."""
        for (text,) in self.index.sql.execute("SELECT text FROM note WHERE kind = 'finding' ORDER BY seq"):
            facts = json.loads(text)
            yield Finding(**{**facts, "severity": Severity(facts["severity"])})

    def close(self) -> None:
        """Close the file of the unit; what is in it stays for the next run."""
        if self._tail is not None:
            self._tail.close()
            self._tail = None


@dataclass(slots=True)
class Progress:
    """How far the reading of a unit has come.

    Attributes:
        next: the number of the file to be read next.
        files, length_bytes: read of it.
    """

    run: Run
    unit: Unit
    at: int
    next: int = -1
    files: int = 0
    length_bytes: int = 0
    damages: list[Damage] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.next < 0:
            self.next = self.unit.first

    def restore(self, kept: list[dict[str, Any]]) -> None:
        """Go on with what an interrupted run wrote."""
        self.at = int(kept[0]["at"])
        for line in kept[1:]:
            self.next = line["f"] + 1
            self.files += line["n"]
            self.length_bytes += line["b"]
            self.damages += [Damage.of(line["d"])] if "d" in line else []

    def read(self, number: int, length_bytes: int, damage: Damage | None, *, files: int = 1) -> None:
        """Note that a file was read; from now on a kill does not make it be read again."""
        self.run.write({"f": number, "b": length_bytes, "n": files} | ({"d": damage.facts()} if damage else {}))
        self.next = number + 1
        self.files += files
        self.length_bytes += length_bytes
        self.damages += [damage] if damage else []

    def end(self, stop: int, *, length_bytes: int = 0) -> None:
        """Keep what was read of the unit, up to `stop`; the bytes are those of its inventories.

        With `stop` where the unit begins, nothing of it counts as read, as when a part of it could not be reached.
        """
        sql = self.run.index.sql
        unit = self.unit
        sql.execute(
            "INSERT INTO reading (copy, object, first, stop, files, bytes, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (unit.copy, unit.object, unit.first, stop, self.files, self.length_bytes + length_bytes, self.at),
        )
        sql.executemany(
            "INSERT INTO note (kind, text) VALUES ('damage', ?)", [(json.dumps(one.facts()),) for one in self.damages]
        )
        self.run.index.commit()


def begin_run(index: Index, archive: Archive, selection: Selection, *, audit_id: str, at: datetime) -> Run:
    """Begin a run, or go on with one of the same selection that was interrupted."""
    known = interrupted(index, archive)
    if known is not None:
        return known
    index.set_fact(
        "run", {"audit": audit_id, "started": at.astimezone(UTC).isoformat(), "selection": facts_of(selection)}
    )
    index.commit()
    return Run(index, archive, audit_id, at, selection)


def interrupted(index: Index, archive: Archive) -> Run | None:
    """The run that was interrupted, if one was."""
    known = index.fact("run")
    if known is None:
        return None
    chosen = known["selection"]
    selection = Selection(
        Choice(chosen["choice"]),
        float(chosen["fraction"]),
        chosen["seed"],
        float(chosen["days"]),
        tuple(chosen["objects"]),
    )
    return Run(index, archive, known["audit"], datetime.fromisoformat(known["started"]), selection, resumed=True)


def facts_of(selection: Selection) -> dict[str, Any]:
    """A selection as an entry of the log says it, without fractions."""
    return {
        **asdict(selection),
        "choice": selection.choice.value,
        "fraction": repr(selection.fraction),
        "days": repr(selection.days),
        "objects": list(selection.objects),
    }


def _key(unit: Unit) -> list[Any]:
    return [unit.copy, unit.object, unit.first]


def _lines_of(path: Path, audit_id: str) -> tuple[list[dict[str, Any]], int]:
    """The whole lines that an interrupted run wrote of the unit that it was reading, and their length in bytes."""
    with suppress(FileNotFoundError, ValueError):
        whole = path.read_bytes().rpartition(b"\n")
        found = [json.loads(line) for line in whole[0].split(b"\n") if line]
        if found and found[0].get("run") == audit_id:
            return found, len(whole[0]) + 1
    return [], 0
