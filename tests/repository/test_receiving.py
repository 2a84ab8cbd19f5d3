"""Receiving: the copy is what was delivered, or it says that the delivery changed."""

import os
from pathlib import Path

import pytest

from findings import tiny_bag
from strongroom.errors import StorageError, UsageError
from strongroom.repository.listing import listing
from strongroom.repository.receiving import receive_folder
from strongroom.repository.unpacking import receive
from strongroom.settings import Settings
from strongroom.storage import listening

SETTINGS = Settings()


def roomy(_: int) -> None:
    """There is always room."""


def received(source: Path, into: Path, settings: Settings = SETTINGS):
    return receive(source, into, settings, room=roomy)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def bag(tmp_path):
    tiny_bag.make(tmp_path / "sender" / "bag")
    return tmp_path / "sender" / "bag"


def codes(got) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in got.findings]


def test_a_folder_is_copied_with_its_empty_folders(bag, tmp_path):
    (bag / "data" / "empty" / "inner").mkdir(parents=True)
    got = received(bag, tmp_path / "into")
    assert got.path == tmp_path / "into" / "bag"
    assert content(got.path) == content(bag)
    assert (got.path / "data" / "empty" / "inner").is_dir()
    assert got.findings == ()


def test_files_of_every_size_are_copied(bag, tmp_path):
    sizes = (0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, (1 << 23) + 1, 20_000_000)
    for size in sizes:
        (bag / "data" / f"{size}").write_bytes(os.urandom(size))
    got = received(bag, tmp_path / "into")
    assert content(got.path) == content(bag)


def test_a_sparse_file_is_copied_with_its_zeros(bag, tmp_path):
    with (bag / "data" / "sparse").open("wb") as file:
        file.seek(3 << 20)
        file.write(b"end")
    got = received(bag, tmp_path / "into")
    assert content(got.path) == content(bag)


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_bag_with_something_irregular_in_it_is_not_copied(bag, tmp_path, kind):
    if kind == "link":
        (bag / "data" / "x").symlink_to("/etc/passwd")
    else:
        os.mkfifo(bag / "data" / "x")
    got = received(bag, tmp_path / "into")
    assert codes(got) == [("BAG-004" if kind == "link" else "BAG-005", "data/x")]
    assert got.path is None
    assert not (tmp_path / "into").exists()


def test_a_bag_above_the_limit_of_files_is_not_copied(bag, tmp_path):
    got = received(bag, tmp_path / "into", Settings.of({"verify": {"max_files": 5}}, "test"))
    assert (codes(got), got.path) == ([("BAG-006", ".")], None)


def test_a_name_that_is_not_unicode_is_refused(tmp_path):
    bag = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff"))
    tiny_bag.make(bag)
    got = received(bag, tmp_path / "into")
    assert (codes(got), got.path) == ([("BAG-009", ".")], None)


def test_room_is_asked_for_before_anything_is_copied(bag, tmp_path):
    def full(length_bytes: int) -> None:
        raise StorageError(f"no room for {length_bytes}")

    length = sum(map(len, content(bag).values()))
    with pytest.raises(StorageError, match=f"no room for {length}"):
        receive_folder(bag, tmp_path / "into", SETTINGS, room=full)
    assert not (tmp_path / "into").exists()


CHANGES = {
    "written": lambda bag: (bag / "data" / "a.txt").write_bytes(b"other\n"),
    "appended": lambda bag: (bag / "data" / "a.txt").write_bytes(b"first\nand more\n"),
    "touched": lambda bag: os.utime(bag / "data" / "a.txt", ns=(1, 1)),
    "replaced": lambda bag: (
        (bag / "data" / "n").write_bytes(b"first\n"),
        (bag / "data" / "n").rename(bag / "data/a.txt"),
    ),
    "removed": lambda bag: (bag / "data" / "a.txt").unlink(),
    "added": lambda bag: (bag / "data" / "new.txt").write_bytes(b""),
    "made a link": lambda bag: ((bag / "data/a.txt").unlink(), (bag / "data/a.txt").symlink_to("/etc/passwd")),
    "folder added": lambda bag: (bag / "data" / "new").mkdir(),
    "whole bag replaced": lambda bag: (bag.rename(bag.with_name("old")), tiny_bag.make(bag)),
    "whole bag removed": lambda bag: bag.rename(bag.with_name("old")),
}


@pytest.mark.parametrize("moment", ["the folders of the copy are made", "the files of the copy are written"])
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_while_it_is_copied_is_noticed(bag, tmp_path, change, moment):
    def listener(point: str) -> None:
        if point == moment:
            CHANGES[change](bag)

    with listening(listener):
        got = received(bag, tmp_path / "into")
    assert [code for code, _ in codes(got)] == ["INGEST-002"]


def test_what_changes_before_the_first_look_is_simply_received(bag, tmp_path):
    CHANGES["added"](bag)
    assert codes(received(bag, tmp_path / "into")) == []


def test_reading_and_renaming_do_not_change_a_listing(bag):
    before = listing(bag)
    content(bag)
    other = bag.with_name("other name")
    bag.rename(other)
    assert listing(other).digest() == before.digest()


def test_a_listing_of_a_file_survives_a_rename_and_not_a_write(tmp_path):
    file = tmp_path / "bag.tar"
    file.write_bytes(b"one")
    before = listing(file).digest()
    other = file.rename(tmp_path / "other.tar")
    assert listing(other).digest() == before
    other.write_bytes(b"two")
    assert listing(other).digest() != before


def test_a_pipe_and_a_link_are_no_bags(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path)
    for name, found in (("pipe", "a pipe, a socket or a device"), ("link", "a link")):
        got = received(tmp_path / name, tmp_path / "into")
        assert [(one.code, one.found) for one in got.findings] == [("INGEST-004", found)]


def test_a_file_that_is_no_serialised_bag_is_a_mistake_of_whoever_named_it(tmp_path):
    (tmp_path / "letter.txt").write_text("dear archive")
    with pytest.raises(UsageError, match="is no bag"):
        received(tmp_path / "letter.txt", tmp_path / "into")
