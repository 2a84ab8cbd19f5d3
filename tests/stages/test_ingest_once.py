"""A bag is taken in once, through whatever door, however often, and however many processes try at once."""

import random
import shutil
import time

import pytest

from ingesting import Shop, as_tar, as_zip, bag, said
from strongroom import Accepted, Settings, ingest, take_in, verify


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def statuses(document):
    return [result["status"] for result in document["results"]]


def ids(document):
    return {result["receipt"]["ingest_id"] for result in document["results"]}


def test_the_same_bag_again_gives_the_same_receipt(shop, tmp_path):
    one = bag(tmp_path / "one")
    first, second = shop.run(one), shop.run(one)
    assert (statuses(first), statuses(second)) == (["ingested"], ["known"])
    assert first["results"][0]["receipt"] == second["results"][0]["receipt"]
    assert [finding["code"] for finding in second["results"][0]["findings"]] == ["INGEST-030"]
    shop.held().assert_once(1)


def test_every_door_leads_to_the_same_receipt(shop, tmp_path):
    one = bag(tmp_path / "one")
    settings = Settings.of({"ingest": {"free_bytes": 0}}, "test")
    receipt = ingest(verify(one).or_raise(), shop.root, settings)
    taken = take_in(one, shop.root, settings)
    assert isinstance(taken, Accepted)
    assert taken.value == receipt
    shutil.copytree(one, shop.incoming / "one")
    as_zip(one, shop.incoming / "other name.zip")
    by_command = shop.run(one, as_tar(one, tmp_path / "one.tar"), as_zip(one, tmp_path / "one.zip"))
    by_folder = shop.run("--incoming")
    assert (statuses(by_command), statuses(by_folder)) == (["known"] * 3, ["known"] * 2)
    assert ids(by_command) == ids(by_folder) == {receipt.ingest_id}
    assert [path.name for path in shop.incoming.iterdir()] == []
    shop.held().assert_once(1)


def test_a_bag_named_twice_on_one_command_line_is_taken_in_once(shop, tmp_path):
    one = bag(tmp_path / "one")
    document = shop.run(one, tmp_path / "." / "one", one)
    assert statuses(document) == ["ingested", "known", "known"]
    shop.held().assert_once(1)


def test_a_after_a_and_b_is_a_again(shop, tmp_path):
    a, b = (bag(tmp_path / name, name, identifier="lamp") for name in "ab")
    first = shop.run(a)
    shop.run(b)
    again = shop.run(a)
    assert [result["receipt"]["version"] for result in again["results"]] == [1]
    assert again["results"][0]["receipt"] == first["results"][0]["receipt"]
    held = shop.held()
    held.assert_once(2)
    assert sorted(held.versions) == ["urn:strongroom:bag:Somewhere:lamp 1", "urn:strongroom:bag:Somewhere:lamp 2"]


def test_eight_processes_at_once_make_one_version(shop, tmp_path):
    shop.run(bag(tmp_path / "zero", "zero"))
    copies = [bag(tmp_path / f"copy{number}" / "one") for number in range(3)]
    tars = [as_tar(copies[0], tmp_path / f"{number}.tar") for number in range(2)]
    archived = as_zip(copies[0], tmp_path / "one.zip")
    for name in ("x", "y", "z"):
        shutil.copytree(copies[0], shop.incoming / name)
    doors = [[one] for one in (*copies, *tars, archived)] + [["--incoming"], ["--incoming"]]
    running = [shop.start(*door) for door in doors]
    documents = [said(process) for process in running]
    assert [document["exit"] for document in documents] == [0] * 8, documents
    results = [result for document in documents for result in document["results"]]
    assert len(results) == 9
    assert sorted(result["status"] for result in results) == ["ingested"] + ["known"] * 8
    assert len({str(result["receipt"]) for result in results}) == 1
    assert list(shop.incoming.iterdir()) == []
    shop.held().assert_once(2)


def test_eight_bags_of_one_object_at_once_make_eight_versions(shop, tmp_path):
    bags = [bag(tmp_path / f"bag{number}", f"{number}\n", identifier="lamp") for number in range(8)]
    documents = [said(process) for process in [shop.start(one) for one in bags]]
    assert [statuses(document) for document in documents] == [["ingested"]] * 8
    assert sorted(result["receipt"]["version"] for one in documents for result in one["results"]) == list(range(1, 9))
    held = shop.held()
    held.assert_once(8)
    assert {key.rpartition(" ")[0] for key in held.versions} == {"urn:strongroom:bag:Somewhere:lamp"}


def test_eight_processes_that_make_an_archive_at_once_make_one(shop, tmp_path):
    bags = [bag(tmp_path / f"bag{number}", f"{number}\n") for number in range(8)]
    documents = [said(process) for process in [shop.start(one) for one in bags]]
    assert [statuses(document) for document in documents] == [["ingested"]] * 8
    assert len({result["receipt"]["archive"] for one in documents for result in one["results"]}) == 1
    shop.held().assert_once(8)


def test_several_processes_share_an_incoming_folder_without_doing_anything_twice(shop, tmp_path):
    shop.run(bag(tmp_path / "zero", "zero"))
    for number in range(12):
        bag(shop.incoming / f"bag{number}", f"{number}\n")
    documents = [said(process) for process in [shop.start("--incoming") for _ in range(3)]]
    taken = [result["path"] for document in documents for result in document["results"]]
    assert sorted(taken) == sorted(str(shop.incoming / f"bag{number}") for number in range(12))
    assert {status for document in documents for status in statuses(document)} == {"ingested"}
    assert list(shop.incoming.iterdir()) == []
    shop.held().assert_once(13)


def test_runs_that_are_killed_again_and_again_leave_one_version_of_each_bag(shop, tmp_path):
    shop.options = ("--replica", str(tmp_path / "copy"))
    shop.run(bag(tmp_path / "zero", "zero"))
    chance = random.Random(20251103)
    for round_ in range(6):
        bag(shop.incoming / f"delivered{round_}", f"delivered {round_}")
        doors = (["--incoming"], [bag(tmp_path / f"named{round_}", f"named {round_}")])
        running = [shop.start(*door) for door in doors]
        time.sleep(chance.uniform(0.3, 1.0))
        for process in running:
            process.kill()
            process.communicate()
    shop.run("--incoming")
    document = shop.run(*(tmp_path / f"named{round_}" for round_ in range(6)))
    assert {result["exit"] for result in document["results"]} == {0}
    assert [path.name for path in shop.incoming.iterdir()] == []
    shop.held().assert_once(13)
    assert list((tmp_path / "copy" / "staging").iterdir()) == []


def test_replicas_hold_what_the_archive_holds(shop, tmp_path):
    shop.options = ("--replica", str(tmp_path / "copy one"), "--replica", str(tmp_path / "copy two"))
    document = shop.run(bag(tmp_path / "one"), bag(tmp_path / "two", "two"))
    assert [len(result["receipt"]["replicas"]) for result in document["results"]] == [2, 2]

    def files(root):
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for part in ("store", "log")
            for path in (root / part).rglob("*")
            if path.is_file() and path.name != "roots"  # of the log: a cache
        }

    for copy in ("copy one", "copy two"):
        assert files(tmp_path / copy) == files(shop.root)
    shop.held().assert_once(2)
