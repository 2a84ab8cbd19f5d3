"""A full disk, a read-only one, and a folder that one may not write to: a sentence, and nothing lost."""

import shutil

import pytest

from disks import fill, remount, small_disk
from repository.reading_room import ReadingRoom, link, package
from strongroom.errors import StorageError
from strongroom.repository.catalogue.values import Criteria


@pytest.fixture
def room(tmp_path):
    """An archive whose `state` folder is a disk of its own."""
    made = ReadingRoom(tmp_path)
    shutil.rmtree(made.archive.state)
    with small_disk(made.archive.state, "4m"):
        made.put(package())
        with made.catalogue() as catalogue:
            catalogue.catch_up()
        yield made


def total(room):
    with room.catalogue() as catalogue:
        return catalogue.find(Criteria()).total


def test_a_full_disk_ends_a_making_and_leaves_the_catalogue_before_it(room):
    links = [link(f"https://x.example/{number:090}") for number in range(40_000)]
    room.put(package("uuid-2", links=links), "urn:x:large", package="uuid-2")
    with room.catalogue() as catalogue, pytest.raises(StorageError) as raised:
        catalogue.rebuild()
    place = room.archive.state / "catalogue.sqlite"
    assert str(raised.value) == f"cannot write the catalogue {place}: the disk is full; make room and try again"
    assert total(room) == 1
    remount(room.archive.state, "size=40m")
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        assert catalogue.find(Criteria(url="x.example/*")).total == 1
        catalogue.rebuild()
        assert catalogue.find(Criteria()).total == 2


def test_a_full_disk_ends_a_projection_and_the_next_one_goes_on(room):
    room.put(package("uuid-2"), "urn:x:second", package="uuid-2")
    filler = fill(room.archive.state)
    with room.catalogue() as catalogue, pytest.raises(StorageError, match="the catalogue"):
        catalogue.catch_up()
    filler.unlink()
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        assert catalogue.find(Criteria()).total == 2
        assert catalogue.remarks == []


def test_a_read_only_disk_is_searched_and_never_written(room):
    remount(room.archive.state, "ro")
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        assert catalogue.find(Criteria()).total == 1
        assert catalogue.glance() == (1, 2)
    room.put(package("uuid-2"), "urn:x:second", package="uuid-2")
    with room.catalogue() as catalogue, pytest.raises(StorageError, match="it is read-only; run this where"):
        catalogue.catch_up()
    with room.catalogue() as catalogue, pytest.raises(StorageError, match="the file system is read-only"):
        catalogue.rebuild()
    remount(room.archive.state, "rw")
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        assert catalogue.find(Criteria()).total == 2


def test_a_glance_makes_nothing(tmp_path):
    made = ReadingRoom(tmp_path)
    made.put(package())
    with made.catalogue() as catalogue:
        assert catalogue.glance() is None
    assert list(made.archive.state.iterdir()) == []
    with made.catalogue() as catalogue:
        catalogue.catch_up()
        assert catalogue.glance() == (1, 2)
