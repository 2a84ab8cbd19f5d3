"""What recovery makes of an object: of what a crash leaves, and of what no crash does."""

import shutil
from pathlib import Path

import pytest

from repository.shelf import FIRST, OBJECT, SECOND, Shelf, content, quarantined, tree
from strongroom.errors import StorageError
from strongroom.formats.ocfl.check import check_root
from strongroom.repository.store import read_inventory, versions

THIRD = {"bagit.txt": b"BagIt\n", "data/third.txt": b"three\n"}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path)
    for bag in (FIRST, SECOND):
        made.put(bag)
    return made


def faults(shelf: Shelf) -> list[str]:
    return [f"{one.code} {one.where}" for one in check_root(shelf.archive.store)]


def root_of(shelf: Shelf, version: str) -> None:
    """Let the object's root be as it was when this version was the last."""
    for name in ("inventory.json", "inventory.json.sha512"):
        shutil.copyfile(shelf.object() / version / name, shelf.object() / name)


def test_a_whole_object_stays_as_it_is(shelf):
    before = tree(shelf.archive.root)
    shelf.recover()
    assert tree(shelf.archive.root) == before


def test_a_version_that_the_root_does_not_know_yet_becomes_the_last(shelf):
    whole = tree(shelf.archive.store)
    root_of(shelf, "v1")
    assert faults(shelf) != []
    assert [one.number for one in versions(shelf.archive, OBJECT)] == [1]
    shelf.recover()
    assert tree(shelf.archive.store) == whole
    assert quarantined(shelf.archive) == []


def test_several_versions_that_the_root_does_not_know_are_made_known_in_turn(shelf):
    shelf.put(THIRD)
    whole = tree(shelf.archive.store)
    root_of(shelf, "v1")
    shelf.recover()
    assert tree(shelf.archive.store) == whole


@pytest.mark.parametrize("left", [b"", b"0f\n", None], ids=["empty", "torn", "gone"])
def test_a_sidecar_that_does_not_fit_the_inventory_is_written_again(shelf, left):
    whole = tree(shelf.archive.store)
    path = shelf.object() / "inventory.json.sha512"
    path.unlink() if left is None else path.write_bytes(left)
    assert [one.number for one in versions(shelf.archive, OBJECT)] == [1, 2]
    shelf.recover()
    assert tree(shelf.archive.store) == whole
    assert quarantined(shelf.archive) == []


def test_a_kill_between_inventory_and_sidecar_is_completed(shelf):
    whole = tree(shelf.archive.store)
    shutil.copyfile(shelf.object() / "v1" / "inventory.json.sha512", shelf.object() / "inventory.json.sha512")
    shelf.recover()
    assert tree(shelf.archive.store) == whole
    assert quarantined(shelf.archive) == []


@pytest.mark.parametrize("data", [b"", b'{"digestAlgorithm": "sha', b"{}"], ids=["empty", "torn", "another"])
def test_an_inventory_that_is_none_is_replaced_and_kept_aside(shelf, data):
    whole = tree(shelf.archive.store)
    (shelf.object() / "inventory.json").write_bytes(data)
    assert [one.number for one in versions(shelf.archive, OBJECT)] == [1, 2]
    shelf.recover()
    assert tree(shelf.archive.store) == whole
    name = f"{shelf.object().name}-inventory.json"
    assert quarantined(shelf.archive) == [name, f"{name}.report.json", f"{name}.report.txt"]
    assert (shelf.archive.quarantine / name).read_bytes() == data


def test_the_next_version_is_committed_after_recovery(shelf):
    root_of(shelf, "v1")
    assert shelf.put(THIRD).number == 3
    assert faults(shelf) == []


def test_a_version_folder_that_is_none_goes_to_quarantine(shelf):
    whole = tree(shelf.archive.store)
    (shelf.object() / "v3" / "content").mkdir(parents=True)
    (shelf.object() / "v3" / "content" / "file").write_text("whose?")
    assert shelf.put(THIRD).number == 3
    assert faults(shelf) == []
    name = f"{shelf.object().name}-v3"
    assert quarantined(shelf.archive) == [name, f"{name}.report.json", f"{name}.report.txt"]
    assert content(shelf.archive.quarantine / name) == {"content/file": b"whose?"}
    assert (shelf.archive.quarantine / f"{name}.report.txt").read_text() == (
        f"{name}: it lay in the object {OBJECT} as if it were its version 3, and is none\n"
        f"from {shelf.object().relative_to(shelf.archive.root)}/v3\n"
    )
    assert {path for path in whole if "/v2/" in path} <= set(tree(shelf.archive.store))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda v2: (v2 / "content" / "data" / "new.txt").unlink(),
        lambda v2: (v2 / "content" / "more").write_text("x"),
        lambda v2: (v2 / "inventory.json.sha512").unlink(),
        lambda v2: shutil.copyfile(v2.parent / "v1" / "inventory.json", v2 / "inventory.json"),
    ],
    ids=["a file less", "a file more", "no sidecar", "another inventory"],
)
def test_a_version_that_is_not_whole_is_never_made_known(shelf, spoil):
    spoil(shelf.object() / "v2")
    root_of(shelf, "v1")
    shelf.recover()
    assert [one.number for one in versions(shelf.archive, OBJECT)] == [1]
    assert faults(shelf) == []
    assert f"{shelf.object().name}-v2" in quarantined(shelf.archive)


def test_a_version_that_tells_another_history_is_never_made_known(shelf, tmp_path):
    other = Shelf(tmp_path / "other")
    other.put(THIRD)
    other.put(SECOND)
    shutil.rmtree(shelf.object() / "v2")
    shutil.copytree(other.object() / "v2", shelf.object() / "v2")
    root_of(shelf, "v1")
    shelf.recover()
    assert [one.number for one in versions(shelf.archive, OBJECT)] == [1]
    assert faults(shelf) == []


def test_a_lost_version_folder_is_damage_and_not_taken_for_a_crash(shelf):
    (shelf.object() / "v2").rename(shelf.folder / "away")
    before = tree(shelf.archive.store)
    with pytest.raises(StorageError, match="has no folder of version 2, which its inventory knows"):
        shelf.recover()
    assert tree(shelf.archive.store) == before


def test_an_object_of_which_no_inventory_can_be_read_is_damage(shelf):
    for path in (shelf.object() / "inventory.json", shelf.object() / "v2" / "inventory.json"):
        path.write_bytes(b"{")
    before = tree(shelf.archive.store)
    for deed in (shelf.recover, lambda: shelf.put(THIRD)):
        with pytest.raises(StorageError, match=r"neither the inventory of .* nor that of its last version can be read"):
            deed()
    with pytest.raises(StorageError, match=r"the inventory of .* is damaged or gone"):
        read_inventory(shelf.archive, OBJECT)
    assert tree(shelf.archive.store) == before


def test_an_object_that_is_not_there_leaves_no_empty_folders(shelf):
    other = "urn:strongroom:ingest:1"
    folder = shelf.object(object_id=other)
    folder.parent.mkdir(parents=True)
    shelf.recover(object_id=other)
    assert not (shelf.archive.store / folder.relative_to(shelf.archive.store).parts[0]).exists()
    assert faults(shelf) == []


def test_quarantine_keeps_both_of_two_things_of_one_name(shelf):
    for text in ("one", "two"):
        (shelf.object() / "v3").mkdir()
        (shelf.object() / "v3" / "file").write_text(text)
        shelf.recover()
    name = f"{shelf.object().name}-v3"
    assert [one for one in quarantined(shelf.archive) if "report" not in one] == [name, f"{name}.2"]
    assert (shelf.archive.quarantine / f"{name}.2" / "file").read_text() == "two"
