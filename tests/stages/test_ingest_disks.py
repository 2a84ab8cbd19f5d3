"""Disks that are full or read-only, at every stage: a sentence, nothing lost, and the same again completes it."""

import shutil

import pytest

from disks import fill, remount, small_disk
from ingesting import Shop, as_zip, bag
from strongroom import Accepted, Settings, take_in
from strongroom.errors import StorageError
from strongroom.storage import listening


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", "4m") as disk:
        yield disk


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def settings(**archive):
    return Settings.of({"ingest": {"free_bytes": 0, "settle_seconds": 0}, "archive": archive}, "test")


def points_of(work) -> list[str]:
    """The names of all points that a piece of work passes, each with how often it had been passed before."""
    passed: list[str] = []
    with listening(passed.append):
        work()
    return passed


def test_a_disk_that_fills_up_at_any_point_is_a_sentence_and_loses_nothing(tmp_path, shop):
    one = bag(tmp_path / "one")
    passed = points_of(lambda: take_in(one, tmp_path / "undisturbed", settings()))
    assert len(passed) > 15
    refused = 0
    for number in range(len(passed)):
        with small_disk(tmp_path / f"disk{number}", "4m") as disk:
            here = Shop(disk)
            refused += _fill_at(number, here, one)
            taken = take_in(one, here.root, settings())
            assert isinstance(taken, Accepted)
            here.held().assert_once(1)
    assert refused > 5


def _fill_at(number: int, here: Shop, one) -> bool:
    """Take a bag in while the disk fills up at a point; whether that hindered it."""
    passed = 0
    filler = None

    def listener(_: str) -> None:
        nonlocal passed, filler
        if passed == number:
            filler = fill(here.folder)
        passed += 1

    try:
        with listening(listener):
            take_in(one, here.root, settings())
    except StorageError as error:
        assert "the disk is full; make room and run the same command again" in str(error), error  # noqa: PT017 - either
        return True
    finally:
        assert filler is not None
        filler.unlink()
    return False


def test_a_copy_that_did_not_fit_leaves_its_room_free_again(shop, disk, tmp_path):
    here = Shop(disk)
    here.run(bag(tmp_path / "small"))
    large = bag(tmp_path / "large", "x" * 8_000_000)
    document = here.run(large, tmp_path / "small")
    assert [result["status"] for result in document["results"]] == ["failed", "known"]
    assert document["results"][0]["error"]["message"].endswith("make room and run the same command again")
    assert document["exit"] == 6
    here.held().assert_once(1)
    # with room for it announced, the disk is full only in the middle of the copying
    archived = as_zip(large, tmp_path / "large.zip")
    assert archived.stat().st_size < 100_000
    document = here.run(archived, tmp_path / "small")
    assert [result["status"] for result in document["results"]] == ["failed", "known"]
    assert "the disk is full; make room" in document["results"][0]["error"]["message"]
    remount(disk, "size=32m")
    assert [result["status"] for result in here.run(archived)["results"]] == ["ingested"]
    here.held().assert_once(2)


def test_what_settings_keep_free_is_kept_free(shop, tmp_path):
    shop.settings = "[ingest]\nfree_bytes = 1_000_000_000_000_000\n"
    document = shop.run(bag(tmp_path / "one"))
    assert (document["exit"], document["error"]["kind"]) == (6, "storage")
    assert (
        "that [ingest] free_bytes keeps free; make room and run the same command again" in document["error"]["message"]
    )


def test_a_read_only_replica_is_a_sentence_and_the_same_again_gives_the_receipt(shop, disk, tmp_path):
    shop.options = ("--replica", str(disk / "copy"))
    shop.run(bag(tmp_path / "zero", "zero"))
    one = bag(tmp_path / "one")
    remount(disk, "ro")
    try:
        document = shop.run(one)
        assert (document["exit"], document["error"]["kind"]) == (6, "storage")
        assert "the file system is read-only" in document["error"]["message"]
        held = shop.held()
        assert (len(held.versions), len(held.receipts)) == (2, 1)
        still = shop.run(one)
        assert (still["exit"], "the file system is read-only" in still["error"]["message"]) == (6, True)
    finally:
        remount(disk, "rw")
    document = shop.run(one)
    assert [len(result["receipt"]["replicas"]) for result in document["results"]] == [1]
    shop.held().assert_once(2)


def test_a_replica_whose_disk_is_full_is_a_sentence_and_the_same_again_gives_the_receipt(shop, tmp_path):
    with small_disk(tmp_path / "disk", "2m") as disk:
        shop.options = ("--replica", str(disk / "copy"))
        shop.run(bag(tmp_path / "zero", "zero"))
        one = bag(tmp_path / "one", "one")
        filler = fill(disk)
        document = shop.run(one)
        assert (document["exit"], document["error"]["kind"]) == (6, "storage")
        filler.unlink()
        assert [result["status"] for result in shop.run(one)["results"]] in (["ingested"], ["known"])
        shop.held().assert_once(2)


def test_a_delivery_stays_where_it_is_when_it_cannot_be_taken_in(shop, disk, tmp_path):
    shop.options = ("--replica", str(disk / "copy"))
    shop.run(bag(tmp_path / "zero", "zero"))
    bag(shop.incoming / "one", "one")
    remount(disk, "ro")
    document = shop.run("--incoming")
    remount(disk, "rw")
    assert [result["status"] for result in document["results"]] == ["failed"]
    assert (document["exit"], [path.name for path in shop.incoming.iterdir()]) == (6, ["one"])
    document = shop.run("--incoming")
    assert ([result["exit"] for result in document["results"]], list(shop.incoming.iterdir())) == ([0], [])
    shop.held().assert_once(2)


def test_what_is_refused_and_cannot_be_moved_is_set_aside_in_its_own_file_system(shop, disk, tmp_path):
    shop.run(bag(tmp_path / "zero", "zero"))
    incoming = disk / "incoming"
    bag(incoming / "one", "one")
    (incoming / "one" / "data" / "link").symlink_to("/etc/passwd")
    document = shop.run("--incoming", incoming)
    assert [result["status"] for result in document["results"]] == ["refused"]
    assert [path.name for path in incoming.iterdir()] == [".refused"]
    assert [path.name.partition(".")[0] for path in (incoming / ".refused").iterdir()] == ["one"]
    assert shop.run("--incoming", incoming)["results"] == []


def test_an_incoming_folder_on_another_disk_is_emptied_like_any_other(shop, disk, tmp_path):
    incoming = disk / "incoming"
    bag(incoming / "good", "one")
    bad = bag(incoming / "bad", "two")
    (bad / "data" / "a.txt").write_text("changed")
    document = shop.run("--incoming", incoming)
    assert [result["status"] for result in document["results"]] == ["refused", "ingested"]
    assert list(incoming.iterdir()) == []
    assert len(list((shop.root / "quarantine").iterdir())) == 3
    shutil.rmtree(incoming)
    shop.held().assert_once(1)
