"""Replicas: what they hold, what refuses, and what a damaged source or a bad disk does."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from permissions import permissions_bind
from presence import forbidden
from repository.children import children
from repository.shelf import FIRST, OBJECT, SECOND, Shelf, judged, tree, write
from strongroom.errors import StorageError, UsageError
from strongroom.formats.ocfl.check import check_root
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import LeaseLostError, revoke
from strongroom.repository.replicas import replicate
from strongroom.repository.store import versions
from strongroom.storage import listening

THIRD = {"bagit.txt": b"BagIt\n", "data/third.txt": b"three\n"}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path)
    for bag in (FIRST, SECOND):
        made.put(bag)
    return made


def same(shelf: Shelf, replica: Archive) -> bool:
    return tree(shelf.object()) == tree(shelf.object(replica))


def test_a_new_replica_gets_the_whole_object_with_its_logs(shelf):
    write(shelf.object(), {"logs/receipt-v1.json": b"{}"})
    replica = shelf.replica()
    shelf.replicate(replica)
    assert same(shelf, replica)
    assert list(check_root(replica.store)) == []
    assert judged(shelf.archive.store, replica.store) == ""
    assert os.listdir(replica.staging) == []


def test_a_replica_gets_the_versions_that_it_lacks_and_keeps_the_others(shelf):
    replica = shelf.replica()
    shelf.replicate(replica)
    inode = (shelf.object(replica) / "v1" / "content" / "bagit.txt").stat().st_ino
    for bag in (THIRD, {"data/fourth": b"4"}, {"bagit.txt": b"BagIt\n"}):
        shelf.put(bag)
    shelf.replicate(replica)
    assert same(shelf, replica)
    assert (shelf.object(replica) / "v1" / "content" / "bagit.txt").stat().st_ino == inode
    assert list(check_root(replica.store)) == []


def test_replicating_again_changes_nothing(shelf):
    replica = shelf.replica()
    shelf.replicate(replica)
    stamps = {path: path.stat().st_mtime_ns for path in replica.store.rglob("*")}
    shelf.replicate(replica)
    assert {path: path.stat().st_mtime_ns for path in replica.store.rglob("*")} == stamps


def test_eight_processes_replicate_at_once_and_one_copy_is_made(shelf):
    replica = shelf.replica()
    with children(8, lambda _: shelf.replicate(replica)) as running:
        assert [one.wait() for one in running] == [0] * 8
    assert same(shelf, replica)
    assert os.listdir(replica.staging) == []


def test_a_replica_that_a_kill_left_half_known_is_completed(shelf):
    replica = shelf.replica()
    shelf.replicate(replica)
    shutil.copyfile(shelf.object(replica) / "v1" / "inventory.json", shelf.object(replica) / "inventory.json")
    shelf.replicate(replica)
    assert same(shelf, replica)


def test_an_unknown_object_is_told(shelf):
    with pytest.raises(UsageError, match="there is no object urn:x in"):
        shelf.replicate(shelf.replica(), "urn:x")


def test_a_damaged_source_is_named_and_nothing_of_it_reaches_the_replica(shelf):
    replica = shelf.replica()
    before = tree(replica.store)
    (shelf.object() / "v2" / "content" / "data" / "new.txt").write_bytes(b"NEW\n")
    with pytest.raises(StorageError) as raised:
        shelf.replicate(replica)
    assert str(raised.value) == (
        f"{shelf.object() / 'v2/content/data/new.txt'} is damaged, so that it was not copied to a replica; `strongroom "
        "repair` brings it back from a replica that has it"
    )
    assert tree(replica.store) == before


def test_a_disk_that_writes_other_bytes_is_found_before_the_copy_has_its_name(shelf):
    replica = shelf.replica()
    before = tree(replica.store)

    def spoil(point: str) -> None:
        if point == "before the copy in a replica is durable":
            (path,) = replica.staging.glob("*/replicated/v2/content/data/new.txt")
            path.write_bytes(b"NEW\n")

    with listening(spoil), pytest.raises(StorageError) as raised:
        shelf.replicate(replica)
    assert str(raised.value) == (
        f"what was written to {replica.staging} does not read back (v2/content/data/new.txt); check that disk, and run "
        "the same command again"
    )
    assert tree(replica.store) == before


def test_damage_in_what_a_replica_had_before_is_told(shelf):
    replica = shelf.replica()
    shelf.replicate(replica)
    shelf.put({"data/same.txt": b"same\n"})
    (shelf.object(replica) / "v1" / "content" / "data" / "a" / "same.txt").write_bytes(b"SAME\n")
    with pytest.raises(StorageError, match=r"the copy of .* is damaged \(v1/content/data/a/same\.txt: "):
        shelf.replicate(replica)


def test_another_history_is_refused_and_nothing_is_copied(shelf, tmp_path):
    other = Shelf(tmp_path / "other")
    other.put(THIRD)
    replica = shelf.replica()
    other.replicate(replica)
    before = tree(replica.store)
    with pytest.raises(StorageError, match=r"tells another history of urn:uuid:.* than the archive does"):
        shelf.replicate(replica)
    assert tree(replica.store) == before


def test_a_replica_that_is_ahead_is_refused(shelf):
    replica = shelf.replica()
    shutil.copytree(shelf.archive.store, shelf.folder / "yesterday")
    shelf.put(THIRD)
    shelf.replicate(replica)
    shutil.rmtree(shelf.archive.store)
    shutil.copytree(shelf.folder / "yesterday", shelf.archive.store)
    with pytest.raises(StorageError, match=r"has 3 versions of .*, and the archive has 2: the archive was set back"):
        shelf.replicate(replica)


def test_a_read_only_replica_is_told(shelf):
    replica = shelf.replica()
    for folder in (replica.staging, replica.locks, replica.store):
        folder.chmod(0o555)
    with permissions_bind(), pytest.raises(StorageError, match=r"cannot make an attempt in .*: access is denied"):
        shelf.replicate(replica)
    for folder in (replica.staging, replica.locks):
        folder.chmod(0o755)
    with permissions_bind(), pytest.raises(StorageError, match=r"cannot give the final name to .*: access is denied"):
        shelf.replicate(replica)
    replica.store.chmod(0o755)
    shelf.replicate(replica)
    assert same(shelf, replica)


def test_a_replica_on_a_full_disk_is_told_and_completed_later(shelf, tmp_path):
    disk = tmp_path / "replica"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=300k", "none", disk]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        forbidden("mount a small disk")
    try:
        replica = shelf.replica()
        (disk / "filler").write_bytes(bytes(200 << 10))
        shelf.put({"data/large": os.urandom(64 << 10), "data/larger": os.urandom(80 << 10)})
        before = tree(replica.store)
        with pytest.raises(StorageError, match=r"cannot copy to .*: the disk is full"):
            shelf.replicate(replica)
        assert tree(replica.store) == before
        (disk / "filler").unlink()
        for left in replica.staging.iterdir():
            shutil.rmtree(left)
        shelf.replicate(replica)
        assert same(shelf, replica)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize("whose", ["archive", "replica"])
def test_who_was_taken_over_gives_no_names_in_a_replica(shelf, whose):
    replica = shelf.replica()
    before = tree(replica.store)
    with shelf.attempt() as attempt, shelf.attempt(replica) as own:

        def taken_over(point: str) -> None:
            if point == "before the copy in a replica is durable":
                copy, holder = (shelf.archive, attempt) if whose == "archive" else (replica, own)
                revoke(copy.staging, holder.token)

        with listening(taken_over), pytest.raises(LeaseLostError):
            replicate(shelf.archive, replica, OBJECT, attempt=attempt, replica_attempt=own)
    assert tree(replica.store) == before


def test_a_replica_of_a_replica_is_the_same_again(shelf):
    first, second = shelf.replica("first"), shelf.replica("second")
    shelf.replicate(first)
    with shelf.attempt(first) as attempt, shelf.attempt(second) as own:
        replicate(first, second, OBJECT, attempt=attempt, replica_attempt=own)
    assert same(shelf, second)
    assert versions(second, OBJECT) == versions(shelf.archive, OBJECT)
