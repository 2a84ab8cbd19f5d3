"""The folder of an archive and of a replica: made once, whoever makes it, and opened only when it is what it says."""

import json
import os
import shutil
import signal
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from permissions import permissions_bind
from repository.children import child, children
from repository.shelf import FIRST, Shelf, tree
from strongroom.errors import StorageError, UsageError
from strongroom.formats.ocfl.check import check_root
from strongroom.formats.ocfl.layout import ROOT_FILES
from strongroom.repository.archive import Archive

PARTS = ["incoming", "keys", "locks", "log", "quarantine", "staging", "state", "store"]


def fresh_id() -> str:
    return f"urn:uuid:{uuid4()}"


def made(root: Path) -> Archive:
    return Archive.open_or_make(root, new_id=fresh_id)


def test_an_archive_is_made_whole(tmp_path):
    archive = made(tmp_path / "archive")
    assert sorted(os.listdir(archive.root)) == PARTS
    assert {path: (archive.store / path).read_bytes() for path in ROOT_FILES} == dict(ROOT_FILES)
    assert list(check_root(archive.store)) == []
    assert archive.keys.stat().st_mode & 0o777 == 0o700
    assert json.loads((archive.log / "archive.json").read_text()) == {"archive": archive.id, "format": 1}
    assert made(archive.root) == Archive.open(archive.root) == archive


def test_eight_processes_that_make_it_at_once_make_one(tmp_path):
    root = tmp_path / "archive"
    with children(8, lambda number: (tmp_path / f"{number}").write_text(made(root).id)) as running:
        assert [one.wait() for one in running] == [0] * 8
    assert {(tmp_path / f"{number}").read_text() for number in range(8)} == {Archive.open(root).id}
    assert sorted(os.listdir(root)) == PARTS


def test_eight_processes_that_make_a_replica_at_once_make_one(tmp_path):
    archive = made(tmp_path / "archive")
    root = tmp_path / "replica"

    def work(number: int) -> None:
        (tmp_path / f"{number}").write_text(Archive.open_replica(root, archive, new_id=fresh_id).replica)

    with children(8, work) as running:
        assert [one.wait() for one in running] == [0] * 8
    found = Archive.open_replica(root, archive)
    assert {(tmp_path / f"{number}").read_text() for number in range(8)} == {found.replica}
    assert sorted(os.listdir(root)) == sorted({*PARTS, "replica.json"} - {"keys"})


@pytest.mark.parametrize("kind", ["archive", "replica"])
def test_a_kill_while_it_is_made_hinders_nothing(tmp_path, kind):
    archive = made(tmp_path / "whole")

    def make(root: Path) -> Archive:
        return made(root) if kind == "archive" else Archive.open_replica(root, archive, new_id=fresh_id)

    def killed(root: Path, syscalls: int) -> None:
        """Die at the so-manieth call that changes a folder."""
        left = syscalls

        def counted(call, *words, **more):
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*words, **more)

        for name in ("mkdir", "rename", "link", "rmdir", "fsync"):
            setattr(os, name, partial(counted, getattr(os, name)))
        make(root)

    ended = []
    for number in range(60):
        root = tmp_path / f"{kind}-{number}"
        with child(lambda root=root, number=number: killed(root, number)) as running:
            ended.append(running.wait())
        found = make(root)
        found.tidy()
        assert list(check_root(found.store)) == []
        assert [name for name in os.listdir(root) if name.startswith(".")] == []
    assert ended.count(-signal.SIGKILL) > 20
    assert ended[-1] == 0


def test_no_archive_is_told_with_how_to_make_one(tmp_path):
    with pytest.raises(UsageError) as raised:
        Archive.open(tmp_path)
    assert (
        str(raised.value) == f"there is no archive at {tmp_path}; `strongroom ingest BAG --root {tmp_path}` makes one"
    )


def test_a_store_that_is_not_there_is_no_new_archive(tmp_path):
    archive = made(tmp_path)
    archive.store.rename(tmp_path / "away")
    for way in (Archive.open, made):
        with pytest.raises(StorageError, match="store is not there, but the log is; is a disk not mounted"):
            way(tmp_path)
    assert not archive.store.exists()


def test_a_log_that_is_not_there_is_no_new_archive(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.put(FIRST)
    shutil.rmtree(shelf.archive.log)
    for way in (Archive.open, made):
        with pytest.raises(StorageError, match=r"holds objects, but .*archive\.json is not there; bring the log back"):
            way(shelf.archive.root)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda store: (store / "0=ocfl_1.1").rename(store / "0=ocfl_1.0"), "it is of OCFL 1.0"),
        (lambda store: (store / "0=ocfl_1.1").unlink(), "it has no declaration 0=ocfl_"),
        (
            lambda store: (store / "ocfl_layout.json").write_text('{"extension": "0002-flat"}'),
            "its layout is '0002-flat'",
        ),
        (lambda store: (store / "ocfl_layout.json").unlink(), "it names no layout"),
    ],
)
def test_a_store_of_another_layout_or_version_is_refused_and_left_alone(tmp_path, change, said):
    archive = made(tmp_path)
    change(archive.store)
    before = tree(archive.store)
    with pytest.raises(StorageError, match=f"store is no storage root that this version can use: {said}"):
        made(tmp_path)
    assert tree(archive.store) == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": 2, "archive": "urn:uuid:1"}', b'{"format": 1, "archive": "x"}']
)
def test_an_identity_that_is_none_is_told(tmp_path, content):
    archive = made(tmp_path)
    (archive.log / "archive.json").write_bytes(content)
    with pytest.raises(StorageError, match="is not what this version of strongroom writes; bring it back"):
        made(tmp_path)


def test_a_replica_of_another_archive_is_refused(tmp_path):
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    Archive.open_replica(tmp_path / "replica", one, new_id=fresh_id)
    with pytest.raises(StorageError) as raised:
        Archive.open_replica(tmp_path / "replica", other, new_id=fresh_id)
    assert str(raised.value) == (
        f"{tmp_path / 'replica'} is a replica of {one.id}, not of {other.id}; choose its own replicas"
    )


def test_an_archive_is_no_replica_and_a_replica_no_archive(tmp_path):
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    for folder in (one.root, other.root):
        with pytest.raises(StorageError, match="is an archive itself and not a replica"):
            Archive.open_replica(folder, one, new_id=fresh_id)
    Archive.open_replica(tmp_path / "replica", one, new_id=fresh_id)
    with pytest.raises(StorageError, match="is a replica of another archive; name the archive itself"):
        Archive.open(tmp_path / "replica")


@pytest.mark.parametrize("name", ["holiday.jpg", "staging/what", "store/0aa"])
def test_a_folder_with_something_in_it_does_not_become_a_replica(tmp_path, name):
    archive = made(tmp_path / "archive")
    place = tmp_path / "replica" / name
    place.parent.mkdir(parents=True)
    place.write_text("mine")
    with pytest.raises(StorageError, match=r"is not empty and not a replica|holds objects"):
        Archive.open_replica(tmp_path / "replica", archive, new_id=fresh_id)
    assert [path.read_text() for path in (tmp_path / "replica").rglob("*") if path.is_file()] == ["mine"]


def test_a_disk_that_was_just_formatted_becomes_a_replica(tmp_path):
    archive = made(tmp_path / "archive")
    (tmp_path / "disk" / "lost+found").mkdir(parents=True)
    assert Archive.open_replica(tmp_path / "disk", archive, new_id=fresh_id).id == archive.id


def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    tmp_path.chmod(0o555)
    with permissions_bind(), pytest.raises(StorageError, match="access is denied"):
        made(tmp_path / "archive")
    tmp_path.chmod(0o755)
    archive = made(tmp_path / "archive")
    (tmp_path / "replica").mkdir(mode=0o555)
    with permissions_bind(), pytest.raises(StorageError, match="access is denied"):
        Archive.open_replica(tmp_path / "replica", archive, new_id=fresh_id)
