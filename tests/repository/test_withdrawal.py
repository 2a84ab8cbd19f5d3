"""Withdrawal: two persons, a tombstone, a delay, and nothing that vanishes in silence."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edges import BEGINNING, CountingIdentifiers
from logs import append, ingest_entry, make_archive
from strongroom.errors import StorageError, UsageError
from strongroom.model.receipt import Entry
from strongroom.repository import attempt as attempts
from strongroom.repository import keys, withdrawal
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import LeaseLostError
from strongroom.repository.keys import SigningKey
from strongroom.repository.log import Log, notes
from strongroom.repository.officers import officer_key, register, revoke
from strongroom.repository.purging import purge
from strongroom.repository.stored import object_folder
from strongroom.repository.withdrawal import (
    cancel_withdrawal,
    confirm_withdrawal,
    pending,
    request_withdrawal,
    tombstone,
)
from strongroom.storage import listening

OBJECT = "urn:uuid:00000000-0000-4000-9000-000000000001"
NEIGHBOUR = "urn:uuid:00000000-0000-4000-9000-000000000002"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = BEGINNING + timedelta(minutes=1)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)


class House:
    """An archive with a replica, two objects in both, and three officers."""

    def __init__(self, folder: Path) -> None:
        self.new_id = CountingIdentifiers()
        self.clock = Clock()
        self.archive = make_archive(folder / "archive", self.new_id)
        append(self.archive, self.new_id, ingest_entry(1), ingest_entry(2))
        self.replica = Archive.open_replica(folder / "replica", self.archive, new_id=self.new_id)
        for copy in (self.archive, self.replica):
            for name in (OBJECT, NEIGHBOUR):
                home = object_folder(copy, name)
                (home / "v1").mkdir(parents=True)
                (home / "inventory.json").write_text("{}")
        self.officers: dict[str, SigningKey] = {}
        for name in ("Alice", "Bob", "Eve"):
            path = folder / f"{name}.pem"
            with self.archive.attempt(new_id=self.new_id) as attempt:
                log = Log.open(self.archive)
                register(log, attempt, name, path, clock=self.clock)
            self.officers[name] = officer_key(log, path)

    def request(self, who: str = "Alice", name: str = OBJECT, reason: str = "a court's order"):
        with self.archive.attempt(new_id=self.new_id) as attempt:
            return request_withdrawal(self.archive, attempt, name, reason, self.officers[who], clock=self.clock)

    def confirm(self, who: str = "Bob", days: float = 30):
        with self.archive.attempt(new_id=self.new_id) as attempt:
            return confirm_withdrawal(
                self.archive, attempt, OBJECT, self.officers[who], purge_days=days, clock=self.clock
            )

    def cancel(self, who: str = "Eve"):
        with self.archive.attempt(new_id=self.new_id) as attempt:
            return cancel_withdrawal(self.archive, attempt, OBJECT, "a mistake", self.officers[who], clock=self.clock)

    def purge(self, who: str = "Eve"):
        return purge(self.archive, [self.replica], OBJECT, self.officers[who], clock=self.clock, new_id=self.new_id)

    def kinds(self) -> list[str]:
        return [entry.kind for _, entry in Log.open(self.archive).entries(6)]

    def faults(self) -> list[str]:
        return [one.code for one in Log.open(self.archive).verify() if one.code != "LOG-021"]

    def there(self) -> list[bool]:
        return [object_folder(copy, OBJECT).exists() for copy in (self.archive, self.replica)]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_request_alone_withdraws_nothing(house: House):
    house.request()
    assert tombstone(house.archive, OBJECT) is None
    assert pending(Log.open(house.archive), OBJECT)[1].facts["reason"] == "a court's order"
    assert house.kinds() == ["withdrawal-request"]
    with pytest.raises(UsageError, match="is not withdrawn"):
        house.purge()
    assert house.there() == [True, True]


def test_a_second_officer_confirms_and_the_object_has_a_tombstone(house: House):
    asked = house.request(reason="a  court's\n order")
    stone = house.confirm()
    assert stone == tombstone(house.archive, OBJECT)
    assert (stone.reason, stone.requested, stone.purged) == ("a court's order", asked, None)
    assert (stone.confirmed.officer, stone.confirmed.entry) == ("Bob", 7)
    assert stone.purge_at == stone.confirmed.at + timedelta(days=30)
    assert tombstone(house.archive, NEIGHBOUR) is None
    assert house.kinds() == ["withdrawal-request", "withdrawal"]
    assert house.there() == [True, True]
    assert house.faults() == []


def test_whoever_asked_cannot_confirm(house: House):
    house.request("Alice")
    with pytest.raises(UsageError, match="Alice asked for this withdrawal, so that another officer has to confirm"):
        house.confirm("Alice")
    assert tombstone(house.archive, OBJECT) is None


def test_the_same_key_under_another_name_cannot_confirm(house: House):
    house.request("Alice")
    house.officers["Alias"] = SigningKey(
        keys.PublicKey("Alias", house.officers["Alice"].public.raw), house.officers["Alice"].private
    )
    with pytest.raises(UsageError, match="another officer has to confirm"):
        house.confirm("Alias")


@pytest.mark.parametrize(
    ("name", "reason", "sentence"),
    [
        (OBJECT, "  ", "needs a reason"),
        ("urn:uuid:00000000-0000-4000-9000-00000000000f", "why", "there is no object"),
    ],
)
def test_a_request_needs_an_object_and_a_reason(house: House, name: str, reason: str, sentence: str):
    with pytest.raises(UsageError, match=sentence):
        house.request(name=name, reason=reason)


def test_a_withdrawal_is_asked_for_once(house: House):
    with pytest.raises(UsageError, match="nobody asked for the withdrawal"):
        house.confirm()
    house.request()
    with pytest.raises(UsageError, match=r"Alice asked for the withdrawal of .* already"):
        house.request("Bob")
    house.confirm()
    with pytest.raises(UsageError, match="is withdrawn already"):
        house.request("Bob")
    with pytest.raises(UsageError, match="nobody asked for the withdrawal"):
        house.confirm("Eve")


def test_before_the_delay_has_passed_nothing_is_purged(house: House):
    house.request()
    stone = house.confirm(days=30)
    house.clock.pass_days(29.9)
    with pytest.raises(UsageError, match="may be purged from 2025-12-03T"):
        house.purge()
    assert house.there() == [True, True]
    house.clock.now = stone.purge_at
    house.purge()
    assert house.there() == [False, False]


def test_a_purge_removes_the_object_from_every_copy_and_leaves_its_traces(house: House):
    house.request()
    house.confirm()
    house.clock.pass_days(31)
    stone = house.purge()
    assert stone.purged is not None
    assert (stone.purged.officer, stone.purged.entry) == ("Eve", 8)
    assert house.there() == [False, False]
    assert house.kinds() == ["withdrawal-request", "withdrawal", "purge"]
    assert tombstone(house.archive, OBJECT) == stone
    assert tombstone(house.replica, OBJECT) == stone
    assert Log.open(house.replica).checkpoint == Log.open(house.archive).checkpoint
    assert object_folder(house.archive, NEIGHBOUR).is_dir()
    empty = [path for path in house.archive.store.rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert [path.name for path in empty] == ["v1"]  # of the neighbour, as this test made it
    assert list(house.archive.staging.iterdir()) == []
    assert house.faults() == []
    assert house.purge() == stone
    assert house.kinds() == ["withdrawal-request", "withdrawal", "purge"]


def empty_folders(house: House) -> list[str]:
    """Without those that the fixture made itself."""
    folders = [path for copy in (house.archive, house.replica) for path in copy.store.rglob("*") if path.is_dir()]
    return [path.name for path in folders if path.name != "v1" and not any(path.iterdir())]


@pytest.mark.parametrize("copy", ["archive", "replica"])
def test_a_purge_that_was_taken_over_removes_nothing_any_more(house: House, copy: str):
    """Not even the folders that it left empty: another may be about to put something into them."""
    house.request()
    house.confirm(days=0)
    where: Archive = getattr(house, copy)
    home = object_folder(where, OBJECT)

    def take_over(point: str) -> None:
        if point == f"after {home.name} left {where.name}":
            [token] = [path.name for path in where.staging.iterdir()]
            attempts.revoke(where.staging, token)

    with listening(take_over), pytest.raises(LeaseLostError, match="has taken this work over"):
        house.purge()
    assert not home.exists()
    assert home.parent.is_dir()
    house.purge()  # goes on where that one ended
    assert house.there() == [False, False]
    assert empty_folders(house) == []
    assert not home.parent.exists()
    assert house.kinds() == ["withdrawal-request", "withdrawal", "purge"]


def test_a_withdrawal_is_cancelled_until_it_is_purged(house: House):
    with pytest.raises(UsageError, match="is not withdrawn, and nobody asked for it"):
        house.cancel()
    house.request()
    house.cancel()
    with pytest.raises(UsageError, match="nobody asked"):
        house.confirm()
    house.request()
    house.confirm()
    house.cancel()
    assert tombstone(house.archive, OBJECT) is None
    house.clock.pass_days(31)
    with pytest.raises(UsageError, match="is not withdrawn"):
        house.purge()
    house.request("Bob")
    house.confirm("Alice", days=0)
    house.purge()
    with pytest.raises(UsageError, match="is purged; there is nothing left"):
        house.cancel()
    assert house.faults() == []


def test_a_replica_that_is_not_there_keeps_everything_from_being_removed(house: House):
    house.request()
    house.confirm(days=0)
    shutil.rmtree(house.replica.log)
    (house.replica.root / "log").write_text("no folder\n")
    with pytest.raises(StorageError):
        house.purge()
    assert house.there() == [True, True]
    assert house.kinds() == ["withdrawal-request", "withdrawal"]


def test_a_withdrawal_that_no_officer_signed_is_found_and_not_carried_out(house: House):
    facts = {"key": "0", "note": "", "object": OBJECT, "officer": "Alice", "public": "", "reason": "none"}
    request = Entry("withdrawal-request", house.clock(), facts)
    confirmed = Entry(
        "withdrawal", house.clock(), {**facts, "request": 6, "purge_at": "2025-11-03T08:00:00.000Z", "officer": "Bob"}
    )
    append(house.archive, house.new_id, request, confirmed)
    path = withdrawal.tombstone_path(house.archive.log, OBJECT)
    path.parent.mkdir(parents=True)
    entries = {"withdrawal-request": 6, "withdrawal": 7}
    path.write_text(
        json.dumps({"entries": entries, "format": "strongroom tombstone 1", "object": OBJECT, "reason": ""})
    )
    with pytest.raises(StorageError, match="is not signed by two officers"):
        house.purge()
    assert house.there() == [True, True]
    assert house.faults() == ["LOG-012", "LOG-012"]


def test_a_revoked_officer_signs_nothing_that_counts(house: House):
    house.request("Alice")
    with house.archive.attempt(new_id=house.new_id) as attempt:
        revoke(Log.open(house.archive), attempt, "Bob", clock=house.clock)
    with pytest.raises(UsageError, match="the key of Bob is not that of an officer"):
        house.confirm("Bob")
    house.confirm("Eve", days=0)
    with house.archive.attempt(new_id=house.new_id) as attempt:
        revoke(Log.open(house.archive), attempt, "Alice", clock=house.clock)
    house.purge("Eve")  # Alice asked while her key still counted
    assert house.faults() == []


def test_a_stranger_who_writes_a_withdrawal_into_the_log_is_found_out(house: House):
    log = Log.open(house.archive)
    steps = []
    for kind, name in (("withdrawal-request", "Mallory"), ("withdrawal", "Oscar")):
        key, at = SigningKey.make(name), house.clock()
        facts = {"key": key.public.id, "object": OBJECT, "officer": name, "public": key.public.text, "reason": "none"}
        if steps:
            facts |= {"request": log.size, "purge_at": "2025-11-03T08:00:00.000Z"}
        text = withdrawal._text(house.archive.id, kind, facts, at)
        steps.append(Entry(kind, at, {**facts, "note": notes.sign(text, [key])}))
    append(house.archive, house.new_id, *steps)
    path = withdrawal.tombstone_path(house.archive.log, OBJECT)
    path.parent.mkdir(parents=True)
    entries = {"withdrawal-request": log.size, "withdrawal": log.size + 1}
    path.write_text(
        json.dumps({"entries": entries, "format": "strongroom tombstone 1", "object": OBJECT, "reason": ""})
    )
    assert tombstone(house.archive, OBJECT) is not None
    with pytest.raises(StorageError, match="is not signed by two officers"):
        house.purge()
    assert house.there() == [True, True]
    assert house.faults() == ["LOG-012", "LOG-012"]


def test_a_removed_or_forged_tombstone_is_found(house: House):
    house.request()
    house.confirm()
    path = withdrawal.tombstone_path(house.archive.log, OBJECT)
    kept = path.read_bytes()
    path.unlink()
    assert house.faults() == ["LOG-022"]
    path.write_bytes(kept[:-5])
    assert house.faults() == ["LOG-022"]
    with pytest.raises(StorageError, match=r"the tombstone .* is damaged"):
        tombstone(house.archive, OBJECT)
    path.write_bytes(kept.replace(b'"withdrawal": 7', b'"withdrawal": 5'))
    assert tombstone(house.archive, OBJECT) is None
    assert house.faults() == ["LOG-022"]


STEPS: dict[str, tuple[Callable[[House], object], list[Callable[[House], object]]]] = {
    "confirm": (lambda house: house.confirm(days=0), [lambda house: house.request()]),
    "cancel": (lambda house: house.cancel(), [lambda house: house.request(), lambda house: house.confirm(days=0)]),
    "purge": (lambda house: house.purge(), [lambda house: house.request(), lambda house: house.confirm(days=0)]),
}


@pytest.mark.parametrize(("step", "before"), STEPS.values(), ids=STEPS)
def test_a_kill_at_any_point_leaves_a_step_undone_or_done_and_it_is_finished_by_the_same_again(
    tmp_path: Path, step: Callable[[House], object], before: list[Callable[[House], object]]
):
    def make(name: str) -> House:
        (tmp_path / name).mkdir()
        house = House(tmp_path / name)
        for one in before:
            one(house)
        return house

    points: list[str] = []
    whole = make("whole")
    with listening(points.append):
        step(whole)
    for number in range(len(points)):
        house = make(f"killed-{number}")
        child = os.fork()
        if child == 0:
            reached: list[str] = []

            def die(point: str, number: int = number, reached: list[str] = reached) -> None:
                reached.append(point)
                if len(reached) > number:
                    os.kill(os.getpid(), signal.SIGKILL)

            with listening(die):
                step(house)
            os._exit(0)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        for _ in range(5):
            house.new_id()
        stone, logged = tombstone(house.archive, OBJECT), house.kinds()
        assert (stone is not None) is (logged[-1] in {"withdrawal", "purge"})
        if len(logged) == len(before):
            step(house)
        elif logged[-1] == "purge":
            house.purge()
        assert house.kinds() == whole.kinds()
        assert house.there() == whole.there()
        assert empty_folders(house) == empty_folders(whole)
        assert (tombstone(house.archive, OBJECT) is None) is (tombstone(whole.archive, OBJECT) is None)
        assert house.faults() == []
