"""Restoring: the bag that comes out is the bag that went in."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from findings import tiny_bag
from permissions import permissions_bind
from repository.children import child, until_there
from repository.shelf import FIRST, OBJECT, SECOND, Shelf, content, tree
from strongroom.errors import StorageError, UsageError
from strongroom.model.finding import Accepted, RefusedError
from strongroom.repository.restoring import restore
from strongroom.stages.verify import verify
from strongroom.storage import listening


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path)
    made.put(FIRST, package="uuid-1")
    made.put(SECOND, package="uuid-2")
    return made


def test_every_version_is_restored_as_it_was(shelf, tmp_path):
    for number, (bag, name) in enumerate([(FIRST, "uuid-1"), (SECOND, "uuid-2")], 1):
        path, version = restore(shelf.archive, OBJECT, number, tmp_path / "out")
        assert path == tmp_path / "out" / name
        assert (version.number, version.package_id) == (number, name)
        assert content(path) == bag
    assert sorted(os.listdir(tmp_path / "out")) == ["uuid-1", "uuid-2"]


def test_the_last_version_is_restored_unless_one_is_named(shelf, tmp_path):
    path, version = restore(shelf.archive, OBJECT, None, tmp_path / "out")
    assert (path.name, version.number) == ("uuid-2", 2)


def test_a_restored_bag_is_valid(shelf, tmp_path):
    tiny_bag.make(tmp_path / "tiny")
    shelf.put(content(tmp_path / "tiny"), "urn:x:tiny", package="tiny")
    path, _ = restore(shelf.archive, "urn:x:tiny", None, tmp_path / "out")
    assert tree(path) == tree(tmp_path / "tiny")
    assert isinstance(verify(path), Accepted)


def test_odd_names_are_restored_as_they_were(shelf, tmp_path):
    bag = {"a\nb": b"1", "ü": b"2", "%41/ %": b"3", "deep/" * 40 + "file": b"4", "x" * 255: b"5"}
    shelf.put(bag, "urn:x:odd", package="Ω %0A")
    path, _ = restore(shelf.archive, "urn:x:odd", None, tmp_path / "out")
    assert path.name == "Ω %0A"
    assert content(path) == bag


def test_a_replica_restores_too(shelf, tmp_path):
    replica = shelf.replica()
    shelf.replicate(replica)
    path, _ = restore(replica, OBJECT, 1, tmp_path / "out")
    assert content(path) == FIRST


@pytest.mark.parametrize("name", ["../../escape", "/tmp/escape", "..", ".", "a/b"])
def test_a_name_that_leads_elsewhere_is_not_followed(shelf, tmp_path, name):
    shelf.put(FIRST, "urn:x:hostile", package="bag")
    for place in (shelf.object(object_id="urn:x:hostile"), shelf.object(object_id="urn:x:hostile") / "v1"):
        data = (place / "inventory.json").read_text().replace(" of bag", f" of {name}")
        (place / "inventory.json").write_text(data)
        digest = hashlib.sha512(data.encode()).hexdigest()
        (place / "inventory.json.sha512").write_text(f"{digest}  inventory.json\n")
    path, _ = restore(shelf.archive, "urn:x:hostile", None, tmp_path / "out" / "deep")
    assert path == tmp_path / "out" / "deep" / "version-1"
    assert os.listdir(tmp_path / "out") == ["deep"]


def test_what_is_there_is_never_overwritten(shelf, tmp_path):
    (tmp_path / "out" / "uuid-2").mkdir(parents=True)
    with pytest.raises(StorageError, match="is there already and is never overwritten"):
        restore(shelf.archive, OBJECT, None, tmp_path / "out")
    assert os.listdir(tmp_path / "out" / "uuid-2") == []


def test_damaged_files_are_all_named_and_nothing_is_restored(shelf, tmp_path):
    folder = shelf.object() / "v2" / "content" / "data"
    (folder / "new.txt").write_bytes(b"NEW\n")
    (folder / "a" / "first.txt").unlink()
    with pytest.raises(RefusedError) as raised:
        restore(shelf.archive, OBJECT, None, tmp_path / "out")
    assert [(one.code, one.where) for one in raised.value.findings] == [
        ("E092", "v2/content/data/a/first.txt"),
        ("E092", "v2/content/data/new.txt"),
    ]
    assert os.listdir(tmp_path / "out") == []
    path, _ = restore(shelf.archive, OBJECT, 1, tmp_path / "out")
    assert content(path) == FIRST


def test_an_unknown_object_or_version_is_told(shelf, tmp_path):
    with pytest.raises(UsageError, match="there is no object urn:x in"):
        restore(shelf.archive, "urn:x", None, tmp_path / "out")
    for number in (0, 3):
        with pytest.raises(UsageError, match=f"has no version {number}; it has versions 1 to 2"):
            restore(shelf.archive, OBJECT, number, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_output_that_cannot_be_written_is_told(shelf, tmp_path):
    (tmp_path / "out").mkdir(mode=0o555)
    with permissions_bind(), pytest.raises(StorageError, match=r"cannot write .*: access is denied"):
        restore(shelf.archive, OBJECT, None, tmp_path / "out")


def test_two_at_once_do_not_mix(shelf, tmp_path):
    def wait(point: str) -> None:
        if point == "after the restored bag is written":
            (tmp_path / "written").touch()
            until_there(tmp_path / "go")

    def slowly() -> None:
        with listening(wait):
            restore(shelf.archive, OBJECT, None, tmp_path / "out")

    with child(slowly) as other:
        until_there(tmp_path / "written")
        with pytest.raises(StorageError, match="another strongroom restores to"):
            restore(shelf.archive, OBJECT, None, tmp_path / "out")
        (tmp_path / "go").touch()
        assert other.wait() == 0
    assert content(tmp_path / "out") == {f"uuid-2/{path}": data for path, data in SECOND.items()}


def test_a_killed_restore_leaves_nothing_that_hinders_the_next(shelf, tmp_path):
    def killed(point: str) -> None:
        if point == "after the restored bag is written":
            (tmp_path / "out" / ".uuid-2.partial" / "more").mkdir()
            (tmp_path / "written").touch()
            until_there(tmp_path / "never")

    def slowly() -> None:
        with listening(killed):
            restore(shelf.archive, OBJECT, None, tmp_path / "out")

    with child(slowly) as other:
        until_there(tmp_path / "written")
        other.kill()
    assert os.listdir(tmp_path / "out") == [".uuid-2.partial"]
    path, _ = restore(shelf.archive, OBJECT, None, tmp_path / "out")
    assert content(path) == SECOND
    assert os.listdir(tmp_path / "out") == ["uuid-2"]


def test_the_archive_is_not_changed(shelf, tmp_path):
    before = tree(shelf.archive.root)
    restore(shelf.archive, OBJECT, None, tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    assert tree(shelf.archive.root) == before
