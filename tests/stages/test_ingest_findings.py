"""Each rule of the door of an archive: what makes exactly its findings, and no others."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from edges import BEGINNING, TickingClock
from findings import tiny_bag
from packages import Maker
from strongroom.model.finding import Finding, RefusedError
from strongroom.model.rules import ALL, ingest
from strongroom.repository.log import Log
from strongroom.repository.officers import officer_key, register
from strongroom.repository.withdrawal import confirm_withdrawal, request_withdrawal
from strongroom.settings import Settings
from strongroom.stages.ingest import ingest as stage
from strongroom.stages.verify import verify
from strongroom.storage import listening
from strongroom.workflow import intake, take_in

OBJECT = "urn:x:lamp"
MANIFESTS = ("manifest", "tagmanifest")


@dataclass
class Door:
    """A bag before the door of an archive."""

    folder: Path
    clock: Callable
    new_id: Callable
    settings: dict[str, Any] = field(default_factory=dict)
    reached: Callable[[str], None] | None = None

    @property
    def bag(self) -> Path:
        return self.folder / "bag"

    @property
    def root(self) -> Path:
        return self.folder / "archive"

    def edges(self) -> dict[str, Any]:
        return {"clock": self.clock, "new_id": self.new_id}

    def take(self, path: Path | None = None, object_id: str = "") -> tuple[Finding, ...]:
        settings = Settings.of({"ingest": {"free_bytes": 0, **self.settings}}, "the test")
        with listening(self.reached or (lambda _: None)):
            judged = take_in(path or self.bag, self.root, settings, object_id=object_id, **self.edges())
        return judged.findings

    def deliver(self, name: str = "bag") -> tuple[Finding, ...]:
        settings = Settings.of({"ingest": {"free_bytes": 0, "settle_seconds": 0}}, "the test")
        with listening(self.reached or (lambda _: None)), intake(self.root, settings, **self.edges()) as door:
            found = door.ready(self.root / "incoming")
            [arrival] = [one for one in found.ready if one.path.name == name]
            judged = door.take_delivery(arrival)
        assert judged is not None
        return judged.findings


def bare_package(door: Door) -> tuple[Finding, ...]:
    return door.take(Maker(door.folder / "made").package().folder)


def bare_package_by_way_of_the_stage(door: Door) -> tuple[Finding, ...]:
    accepted = verify(Maker(door.folder / "made").package().folder).or_raise()
    with pytest.raises(RefusedError) as refused:
        stage(accepted, door.root, **door.edges())
    return refused.value.findings


def changed(door: Door) -> tuple[Finding, ...]:
    def write(point: str) -> None:
        if point == "the files of the copy are written":
            (door.bag / "data" / "a.txt").write_bytes(b"something else\n")

    door.reached = write
    return door.take()


def points_elsewhere(door: Door) -> tuple[Finding, ...]:
    tiny_bag.put(door.bag, "fetch.txt", "https://files.example/a 6 data/a.txt\n")
    tiny_bag.seal(door.bag)
    return door.take()


def delivered_link(door: Door) -> tuple[Finding, ...]:
    door.take()
    (door.root / "incoming" / "link").symlink_to(door.bag)
    return door.deliver("link")


def delivered_pipe(door: Door) -> tuple[Finding, ...]:
    door.take()
    os.mkfifo(door.root / "incoming" / "pipe")
    return door.deliver("pipe")


def other_bytes_than_verified(door: Door) -> tuple[Finding, ...]:
    accepted = verify(door.bag).or_raise()
    (door.bag / "data" / "a.txt").write_bytes(b"drift\n")
    with pytest.raises(RefusedError) as refused:
        stage(accepted, door.root, **door.edges())
    return refused.value.findings


def consistently_other_than_verified(door: Door) -> tuple[Finding, ...]:
    accepted = verify(door.bag, with_fixities=True).or_raise()
    tiny_bag.put(door.bag, "data/a.txt", b"drift\n")
    tiny_bag.list_payload(door.bag)
    with pytest.raises(RefusedError) as refused:
        stage(accepted, door.root, **door.edges())
    return refused.value.findings


def another_number_of_files_than_verified(door: Door) -> tuple[Finding, ...]:
    accepted = verify(door.bag).or_raise()
    tiny_bag.put(door.bag, "data/c.txt", b"third\n")
    tiny_bag.list_payload(door.bag)
    with pytest.raises(RefusedError) as refused:
        stage(accepted, door.root, **door.edges())
    return refused.value.findings


def names_alike(door: Door) -> tuple[Finding, ...]:
    tiny_bag.put(door.bag, "data/A.TXT", b"third\n")
    tiny_bag.list_payload(door.bag)
    door.settings = {"portable_names": "refuse"}
    return door.take()


def too_large(door: Door) -> tuple[Finding, ...]:
    door.settings = {"max_bytes": 100}
    return door.take()


def too_large_in_one_file(door: Door) -> tuple[Finding, ...]:
    (door.folder / "bag.tar").write_bytes(bytes(200))
    door.settings = {"max_bytes": 100}
    return door.take(door.folder / "bag.tar")


def infected(door: Door) -> tuple[Finding, ...]:
    door.settings = {"scanner": [sys.executable, "-c", "raise SystemExit(1)"]}
    return door.take()


def scanner_stumbles(door: Door) -> tuple[Finding, ...]:
    program = "import os, sys; sys.exit(9 if os.listdir(sys.argv[1]) else 0)"
    door.settings = {"scanner": [sys.executable, "-c", program]}
    return door.take()


def known(door: Door) -> tuple[Finding, ...]:
    door.take()
    return door.take()


def another_object(door: Door) -> tuple[Finding, ...]:
    door.take(object_id=OBJECT)
    return door.take(object_id="urn:x:other")


def withdrawn(door: Door) -> tuple[Finding, ...]:
    door.take(object_id=OBJECT)
    withdraw(door)
    tiny_bag.put(door.bag, "data/a.txt", b"a new capture\n")
    tiny_bag.list_payload(door.bag)
    return door.take(object_id=OBJECT)


def withdrawn_and_the_same_bag_again(door: Door) -> tuple[Finding, ...]:
    door.take(object_id=OBJECT)
    withdraw(door)
    return door.take()


def withdraw(door: Door) -> None:
    with intake(door.root, Settings(), **door.edges()) as opened, opened.archive.attempt(new_id=door.new_id) as attempt:
        archive = opened.archive
        for name in ("ada", "bea"):
            register(Log.open(archive), attempt, name, door.folder / name, clock=door.clock)
        ada, bea = (officer_key(Log.open(archive), door.folder / name) for name in ("ada", "bea"))
        request_withdrawal(archive, attempt, OBJECT, "a court asked", ada, clock=door.clock)
        confirm_withdrawal(archive, attempt, OBJECT, bea, purge_days=30, clock=door.clock)


def delivery_changed_afterwards(door: Door) -> tuple[Finding, ...]:
    door.take(door.bag)
    incoming = door.root / "incoming" / "second"
    tiny_bag.make(incoming)

    def write(point: str) -> None:
        if point == "after the receipt is placed":
            (incoming / "data" / "late.txt").write_bytes(b"late\n")

    tiny_bag.put(incoming, "data/a.txt", b"of its own\n")
    tiny_bag.list_payload(incoming)
    door.reached = write
    return door.deliver("second")


def command_fails(door: Door) -> tuple[Finding, ...]:
    door.settings = {"on_receipt": [sys.executable, "-c", "raise SystemExit('no mail server')"]}
    return door.take()


def clock_behind(door: Door) -> tuple[Finding, ...]:
    door.take()
    tiny_bag.put(door.bag, "data/a.txt", b"a second one\n")
    tiny_bag.list_payload(door.bag)
    door.clock = TickingClock(BEGINNING - timedelta(days=365))
    return door.take()


CASES: list[tuple[Callable[[Door], tuple[Finding, ...]], list[tuple[str, str]]]] = [
    (bare_package, [("INGEST-001", ".")]),
    (bare_package_by_way_of_the_stage, [("INGEST-001", ".")]),
    (changed, [("INGEST-002", "data/a.txt")]),
    (points_elsewhere, [("INGEST-003", "fetch.txt")]),
    (delivered_link, [("INGEST-004", ".")]),
    (delivered_pipe, [("INGEST-004", ".")]),
    (other_bytes_than_verified, [("INGEST-005", "data/a.txt")]),
    (
        consistently_other_than_verified,
        [
            ("INGEST-005", path)
            for path in ("data/a.txt", *(f"{kind}-{name}.txt" for kind in MANIFESTS for name in tiny_bag.ALGORITHMS))
        ],
    ),
    (another_number_of_files_than_verified, [("INGEST-005", "data")]),
    (names_alike, [("BAG-011", "data/a.txt"), ("INGEST-010", "data/a.txt")]),
    (too_large, [("INGEST-011", ".")]),
    (too_large_in_one_file, [("INGEST-011", ".")]),
    (infected, [("INGEST-020", ".")]),
    (scanner_stumbles, [("INGEST-021", ".")]),
    (known, [("INGEST-030", ".")]),
    (another_object, [("INGEST-031", ".")]),
    (withdrawn, [("INGEST-032", ".")]),
    (withdrawn_and_the_same_bag_again, [("INGEST-032", ".")]),
    (delivery_changed_afterwards, [("INGEST-033", "second")]),
    (command_fails, [("INGEST-034", ".")]),
    (clock_behind, [("INGEST-035", ".")]),
]


@pytest.fixture
def door(tmp_path, clock, new_id):
    tiny_bag.make(tmp_path / "bag")
    return Door(tmp_path, clock, new_id)


@pytest.mark.parametrize(("make", "expected"), CASES, ids=[make.__name__ for make, _ in CASES])
def test_a_fault_makes_exactly_its_findings(door, make, expected):
    found = make(door)
    assert sorted((one.code, one.where) for one in found) == sorted(expected), found


def test_every_rule_of_the_family_has_a_case():
    codes = {rule.code for rule in ingest.RULES}
    assert codes == {code for code in ALL if code.startswith("INGEST-")}
    assert codes == {code for _, expected in CASES for code, _ in expected if code.startswith("INGEST-")}
