"""Each rule of the family LOG has a fault here, planted in a faultless log, and exactly the findings that it makes."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from edges import BEGINNING, CountingIdentifiers
from logs import append, ingest_entry, ingest_id, make_archive
from strongroom.model.finding import Finding
from strongroom.model.receipt import Entry
from strongroom.model.rules import log as rules
from strongroom.repository import receipts, withdrawal
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log
from strongroom.repository.log.checking import check_against
from strongroom.repository.log.lines import bundle_path
from strongroom.repository.officers import officer_key, register
from strongroom.repository.stored import object_folder

OBJECT = "urn:uuid:00000000-0000-4000-9000-000000000001"
FIRST = "log/entries/0000/0000000000.jsonl"
LAST = 71  # index of the last entry of the faultless log


class Room:
    """An archive with a log of 72 entries: two files, each ingest with its receipt, one object withdrawn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.new_id = CountingIdentifiers()
        self.archive = make_archive(folder / "archive", self.new_id)
        self.moment = BEGINNING
        append(self.archive, self.new_id, *[ingest_entry(number, BEGINNING) for number in range(1, 68)])
        object_folder(self.archive, OBJECT).mkdir(parents=True)
        with self.archive.attempt(new_id=self.new_id) as attempt:
            log = Log.open(self.archive)
            for name in ("Alice", "Bob"):
                register(log, attempt, name, folder / f"{name}.pem", clock=self.clock)
            alice, bob = (officer_key(log, folder / f"{name}.pem") for name in ("Alice", "Bob"))
            withdrawal.request_withdrawal(self.archive, attempt, OBJECT, "why", alice, clock=self.clock)
            withdrawal.confirm_withdrawal(self.archive, attempt, OBJECT, bob, purge_days=1, clock=self.clock)
            log = Log.open(self.archive)
            for number in range(1, 68):
                receipts.place(self.archive, attempt, receipts.receipt_of(log.inclusion(number)))
        assert log.size == LAST + 1

    def clock(self):
        self.moment += timedelta(seconds=1)
        return self.moment

    def append(self, *entries: Entry) -> None:
        append(self.archive, self.new_id, *entries)

    def receipt(self, number: int) -> Path:
        return receipts.receipt_path(self.archive.log, ingest_id(number))

    def rotate(self, *, lost: bool) -> None:
        with self.archive.attempt(new_id=self.new_id) as attempt:
            Log.open(self.archive).rotate(attempt, self.clock(), lost=lost)

    def verify(self) -> tuple[Finding, ...]:
        return Log.open(self.archive).verify()


def edit(room: Room) -> None:
    path = bundle_path(room.archive.log, 0)
    path.write_bytes(path.read_bytes().replace(b'"files":5', b'"files":6', 1))


def swap(room: Room) -> None:
    path = bundle_path(room.archive.log, 0)
    lines = path.read_bytes().split(b"\n")
    lines[3], lines[5] = lines[5], lines[3]
    path.write_bytes(b"\n".join(lines))


def lose_the_key(room: Room) -> None:
    next(room.archive.keys.iterdir()).unlink()
    room.rotate(lost=True)


def take_the_receipt_of_another(room: Room) -> None:
    shutil.copy(room.receipt(1), room.receipt(2))


def log_a_step_that_nobody_signed(room: Room) -> None:
    facts = {"key": "", "note": "", "object": "urn:example:1", "officer": "Alice", "public": "", "reason": "none"}
    room.append(Entry("withdrawal-request", room.clock(), facts))


def log_a_key_that_did_not_follow(room: Room) -> None:
    room.append(Entry("key", room.clock(), {"note": "nothing signed"}))


def where_of(room: Room, number: int) -> str:
    return room.receipt(number).relative_to(room.archive.root).as_posix()


def behind(_: Room) -> str:
    """Where an entry stands that was logged after the faultless ones."""
    return f"log/entries/0000/0000000064.jsonl#{LAST + 1}"


CASES: dict[str, tuple[Callable[[Room], object], Callable[[Room], str]]] = {
    "LOG-001 an entry edited": (edit, lambda _: FIRST),
    "LOG-002 a file of entries gone": (lambda room: bundle_path(room.archive.log, 0).unlink(), lambda _: FIRST),
    "LOG-003 two entries changed places": (swap, lambda _: f"{FIRST}#3"),
    "LOG-010 a key without the note that it follows": (log_a_key_that_did_not_follow, behind),
    "LOG-011 a key replaced as lost": (lose_the_key, behind),
    "LOG-012 a step that nobody signed": (log_a_step_that_nobody_signed, behind),
    "LOG-020 the receipt of another ingest": (take_the_receipt_of_another, lambda room: where_of(room, 2)),
    "LOG-021 a receipt gone": (lambda room: room.receipt(5).unlink(), lambda room: where_of(room, 5)),
    "LOG-022 the tombstone gone": (
        lambda room: withdrawal.tombstone_path(room.archive.log, OBJECT).unlink(),
        lambda room: withdrawal.tombstone_path(Path("log"), OBJECT).as_posix(),
    ),
    "LOG-030 the clock set back": (
        lambda room: room.append(Entry("audit", BEGINNING - timedelta(days=1), {})),
        behind,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_planted_fault_makes_exactly_its_finding(tmp_path: Path, name: str):
    plant, where = CASES[name]
    room = Room(tmp_path)
    assert room.verify() == ()
    plant(room)
    assert [(one.code, one.where) for one in room.verify()] == [(name.partition(" ")[0], where(room))]


def test_a_log_that_begins_with_another_archive_is_found(tmp_path: Path):
    """Somebody who holds the key of an archive writes its log anew, and not as an archive's log begins."""
    room = Room(tmp_path)
    twin = Archive(tmp_path / "twin", room.archive.id)
    shutil.copytree(room.archive.keys, twin.root / "keys")
    twin.log.mkdir()
    append(twin, room.new_id, ingest_entry(1))
    stranger = Archive(twin.root, "urn:uuid:00000000-0000-4000-8000-00000000abcd")
    log = Log.open(twin)
    log.archive = stranger
    assert [(one.code, one.where) for one in log.verify()] == [
        ("LOG-004", f"{FIRST}#0"),
        ("LOG-021", where_of(room, 1)),
    ]


def test_what_was_signed_earlier_and_is_not_so_now_is_found(tmp_path: Path):
    room = Room(tmp_path)
    long = Log.open(room.archive)
    twin = Archive(tmp_path / "twin", room.archive.id)
    shutil.copytree(room.archive.keys, twin.root / "keys")
    twin.log.mkdir()
    append(twin, room.new_id, ingest_entry(5))
    short = Log.open(twin)
    assert check_against(short, long.checkpoint, "kept").code == "LOG-006"
    assert check_against(long, short.checkpoint, "kept").code == "LOG-005"
    assert check_against(long, long.checkpoint, "kept") is None


def test_every_rule_of_the_family_has_a_fault_here():
    planted = {name.partition(" ")[0] for name in CASES}
    assert planted | {"LOG-004", "LOG-005", "LOG-006"} == {rule.code for rule in rules.RULES}
