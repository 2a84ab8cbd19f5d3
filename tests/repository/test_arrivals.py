"""The incoming folder: what is whole is told from what is still on its way, and leaves only as it was received."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from findings import tiny_bag
from strongroom.errors import StorageError
from strongroom.repository.arrivals import clear, is_the_same, ready, set_aside, tidy
from strongroom.repository.listing import listing
from strongroom.storage import listening
from strongroom.workflow.edges import now


def look(folder, *, settle_seconds=10.0, after_seconds=0.0):
    return ready(
        folder, settle_seconds=settle_seconds, clock=lambda: now() + timedelta(seconds=after_seconds), max_files=1000
    )


def names(found):
    return [arrival.path.name for arrival in found.ready], [waiting.path.name for waiting in found.waiting]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "incoming").mkdir()
    return tmp_path / "incoming"


@pytest.fixture
def bag(folder):
    tiny_bag.make(folder / "bag")
    return folder / "bag"


def test_a_bag_that_just_arrived_waits_until_it_has_settled(bag, folder):
    assert names(look(folder)) == ([], ["bag"])
    assert names(look(folder, after_seconds=10.5)) == (["bag"], [])


def test_a_marker_says_that_a_bag_is_whole(bag, folder):
    (folder / "bag.ready").touch()
    found = look(folder)
    assert names(found) == (["bag"], [])
    assert found.ready[0].marker == folder / "bag.ready"


def test_a_bag_is_settled_by_what_changed_last_in_it_and_not_by_times_that_a_sender_set(bag, folder):
    for path in (bag, *bag.rglob("*")):
        os.utime(path, ns=(1, 1))
    assert names(look(folder)) == ([], ["bag"])


def test_with_nothing_to_settle_everything_is_ready(bag, folder):
    assert names(look(folder, settle_seconds=0, after_seconds=-1e6)) == (["bag"], [])


def test_a_clock_that_jumped_back_makes_a_bag_wait_and_says_so(bag, folder):
    found = look(folder, after_seconds=-1e6)
    assert names(found) == ([], ["bag"])
    assert found.waiting[0].reason.startswith("it was changed in the future")


def test_unfinished_names_wait_whatever_their_age_and_hidden_ones_are_not_even_told(folder):
    for name in ("a.partial", "b.tmp", "c.filepart", "d.PART", ".hidden"):
        tiny_bag.make(folder / name)
    assert names(look(folder, after_seconds=1e6)) == ([], ["a.partial", "b.tmp", "c.filepart", "d.PART"])


def test_a_file_that_is_no_bag_waits_unless_a_marker_means_it(folder):
    (folder / "letter.txt").write_text("dear archive")
    assert names(look(folder, after_seconds=60)) == ([], ["letter.txt"])
    (folder / "letter.txt.ready").touch()
    assert names(look(folder, after_seconds=60)) == (["letter.txt"], [])


def test_a_serialised_bag_is_an_arrival(folder):
    (folder / "bag.zip").write_bytes(b"PK")
    assert names(look(folder, after_seconds=60)) == (["bag.zip"], [])


def test_an_arrival_has_another_identifier_when_anything_in_it_was_touched(bag, folder):
    one = look(folder, after_seconds=60).ready[0]
    assert look(folder, after_seconds=60).ready[0] == one
    assert is_the_same(one, 1000)
    (bag / "data" / "a.txt").write_bytes(b"first!\n")
    assert not is_the_same(one, 1000)
    assert look(folder, after_seconds=60).ready[0].id != one.id


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(StorageError, match="it does not exist; check the path"):
        look(tmp_path / "nowhere")


def test_what_was_received_leaves_with_its_marker(bag, folder, new_id):
    (folder / "bag.ready").touch()
    arrival = look(folder).ready[0]
    assert clear(arrival, listing(bag), new_id=new_id) == ()
    assert list(folder.iterdir()) == []


def test_a_delivery_that_changed_since_is_left_and_told(bag, folder, new_id):
    (folder / "bag.ready").touch()
    arrival = look(folder).ready[0]
    seen = listing(bag)
    (bag / "data" / "late.txt").write_bytes(b"late\n")
    left = clear(arrival, seen, new_id=new_id)
    assert [(one.code, one.where) for one in left] == [("INGEST-033", "bag")]
    assert sorted(path.name for path in folder.iterdir()) == ["bag", "bag.ready"]
    assert (bag / "data" / "late.txt").read_bytes() == b"late\n"


def test_what_another_process_removed_is_no_fault(bag, folder, new_id):
    arrival = look(folder, after_seconds=60).ready[0]
    seen = listing(bag)
    bag.rename(folder.parent / "elsewhere")
    assert clear(arrival, seen, new_id=new_id) == ()
    assert list(folder.iterdir()) == []


def test_a_removal_that_was_killed_is_taken_back_or_finished(folder):
    tiny_bag.make(folder / ".taken-1" / "bag")
    tiny_bag.make(folder / ".gone-2" / "other")
    tiny_bag.make(folder / ".taken-3" / "third")
    tiny_bag.make(folder / "third")
    tidy(folder)
    assert sorted(path.name for path in folder.iterdir()) == [".taken-3", "bag", "third"]


def test_a_removal_under_way_is_not_interfered_with(bag, folder, new_id):
    arrival = look(folder, after_seconds=60).ready[0]
    seen = listing(bag)
    moments = []

    def listener(point: str) -> None:
        moments.append(point)
        tidy(folder)

    with listening(listener):
        assert clear(arrival, seen, new_id=new_id) == ()
    assert moments == [
        "before a delivery is taken away",
        "before a delivery is looked at for the last time",
        "before a delivery is removed",
    ]
    assert list(folder.iterdir()) == []


def test_what_cannot_go_to_quarantine_is_set_aside_where_nobody_looks(bag, folder):
    (folder / "bag.ready").touch()
    arrival = look(folder).ready[0]
    assert set_aside(arrival) == ()
    assert [path.name for path in (folder / ".refused").iterdir()] == [f"bag.{arrival.id[:16]}"]
    assert names(look(folder, after_seconds=60)) == ([], [])


def test_the_clock_is_asked_once(bag, folder):
    asked = []

    def clock():
        asked.append(1)
        return datetime(2100, 1, 1, tzinfo=UTC)

    tiny_bag.make(folder / "other")
    found = ready(folder, settle_seconds=1, clock=clock, max_files=1000)
    assert (len(found.ready), len(asked)) == (2, 1)


def test_a_marker_goes_back_with_its_delivery_and_never_to_another(folder):
    for name, left in (("whole", True), ("gone", False), ("new", True)):
        taken = folder / f".taken-{name}"
        taken.mkdir()
        (taken / f"{name}.ready").touch()
        if left:
            (taken / name).mkdir()
    (folder / "new").mkdir()
    (folder / ".taken-there").mkdir()
    (folder / ".taken-there" / "there.ready").touch()
    (folder / "there").mkdir()
    tidy(folder)
    assert sorted(os.listdir(folder)) == [".taken-new", "new", "there", "there.ready", "whole", "whole.ready"]
    assert sorted(os.listdir(folder / ".taken-new")) == ["new", "new.ready"]
