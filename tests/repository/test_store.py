"""Commits: what lies in the store afterwards, to the byte, and what refuses one."""

import hashlib
import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edges import TickingClock
from permissions import permissions_bind
from presence import forbidden
from repository.children import children
from repository.shelf import FIRST, OBJECT, SECOND, Shelf, content, judged, quarantined, tree, write
from strongroom.errors import StorageError
from strongroom.formats.ocfl.check import check_root
from strongroom.model.digest import Fixity
from strongroom.repository.attempt import LeaseLostError, revoke
from strongroom.repository.store import (
    StoredVersion,
    commit,
    find_version,
    ingest_id_of,
    object_lock,
    objects,
    read_inventory,
    versions,
)
from strongroom.storage import listening

OTHER = "urn:strongroom:bag:Harbour%20Archive:A%2F7"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def faults(shelf: Shelf) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in check_root(shelf.archive.store)]


def sha512(data: bytes) -> str:
    return hashlib.sha512(data).hexdigest()


def test_the_first_version_is_a_whole_object(shelf):
    version = shelf.put(FIRST)
    made = content(shelf.object())
    inventory = made["inventory.json"]
    line = f"{sha512(inventory)}  inventory.json\n".encode()
    assert made == {
        "0=ocfl_object_1.1": b"ocfl_object_1.1\n",
        "inventory.json": inventory,
        "inventory.json.sha512": line,
        "v1/inventory.json": inventory,
        "v1/inventory.json.sha512": line,
        "v1/content/bagit.txt": b"BagIt\n",
        "v1/content/data/a/first.txt": b"one\n",
        "v1/content/data/a/same.txt": b"same\n",
    }
    assert version == StoredVersion(
        object_id=OBJECT,
        number=1,
        ingest_id=ingest_id_of({path: sha512(data) for path, data in FIRST.items()}),
        package_id="bag",
        created=datetime(2025, 11, 3, 8, tzinfo=UTC),
        inventory_sha512=sha512(inventory),
        files=4,
        length_bytes=20,
    )
    assert faults(shelf) == []
    assert os.listdir(shelf.archive.staging) == []


def test_the_inventory_says_who_when_what_and_all_digests(shelf):
    version = shelf.put(FIRST, package="uuid-1")
    stated = json.loads((shelf.object() / "inventory.json").read_bytes())
    assert stated["id"] == OBJECT
    assert stated["head"] == "v1"
    assert stated["versions"]["v1"] == {
        "created": "2025-11-03T08:00:00Z",
        "message": f"ingest {version.ingest_id} of uuid-1",
        "state": {
            sha512(b"BagIt\n"): ["bagit.txt"],
            sha512(b"one\n"): ["data/a/first.txt"],
            sha512(b"same\n"): ["data/a/same.txt", "data/same.txt"],
        },
        "user": {"address": "mailto:ada@harbour.example", "name": "Ada Keeper"},
    }
    assert stated["fixity"]["sha256"] == {
        hashlib.sha256(b"BagIt\n").hexdigest(): ["v1/content/bagit.txt"],
        hashlib.sha256(b"one\n").hexdigest(): ["v1/content/data/a/first.txt"],
        hashlib.sha256(b"same\n").hexdigest(): ["v1/content/data/a/same.txt"],
    }


def test_a_second_version_stores_only_what_is_new_and_leaves_the_first_as_it_was(shelf):
    first = shelf.put(FIRST)
    before = tree(shelf.object() / "v1")
    second = shelf.put(SECOND, package="bag-2")
    made = content(shelf.object())
    assert {path for path in made if path.startswith("v2/")} == {
        "v2/inventory.json",
        "v2/inventory.json.sha512",
        "v2/content/data/a/first.txt",
        "v2/content/data/new.txt",
    }
    assert tree(shelf.object() / "v1") == before
    assert made["inventory.json"] == made["v2/inventory.json"]
    assert made["inventory.json.sha512"] == made["v2/inventory.json.sha512"]
    assert not (shelf.object() / "v2" / "content" / "data" / "b").exists()
    assert second.number == 2
    assert versions(shelf.archive, OBJECT) == (first, second)
    assert faults(shelf) == []
    assert judged(shelf.archive.store) == ""


def test_a_version_of_which_all_is_known_already_has_no_content_folder(shelf):
    shelf.put(FIRST)
    shelf.put({"bagit.txt": FIRST["bagit.txt"]})
    assert sorted(os.listdir(shelf.object() / "v2")) == ["inventory.json", "inventory.json.sha512"]
    assert faults(shelf) == []
    assert judged(shelf.archive.store) == ""


def test_the_same_bag_again_is_the_same_version_and_changes_nothing(shelf):
    first = shelf.put(FIRST)
    second = shelf.put(SECOND)
    before = tree(shelf.archive.store)
    assert shelf.put(FIRST, package="under another name") == first
    assert shelf.put(SECOND) == second
    assert tree(shelf.archive.store) == before


def test_eight_processes_with_the_same_bag_make_one_version(shelf):
    with children(8, lambda _: shelf.put(FIRST)) as running:
        assert [one.wait() for one in running] == [0] * 8
    assert [one.number for one in versions(shelf.archive, OBJECT)] == [1]
    assert os.listdir(shelf.archive.staging) == []
    assert faults(shelf) == []


def test_eight_processes_with_eight_bags_make_eight_versions(shelf):
    with children(8, lambda number: shelf.put({**FIRST, "data/number": bytes([number])})) as running:
        assert [one.wait() for one in running] == [0] * 8
    assert [one.number for one in versions(shelf.archive, OBJECT)] == list(range(1, 9))
    assert faults(shelf) == []
    assert judged(shelf.archive.store) == ""


def test_a_clock_that_jumps_back_is_written_down_as_it_is(shelf):
    first = shelf.put(FIRST)
    shelf.clock = TickingClock(datetime(2024, 2, 29, 12, tzinfo=UTC))
    second = shelf.put(SECOND)
    assert (first.number, second.number) == (1, 2)
    assert second.created == datetime(2024, 2, 29, 12, tzinfo=UTC) < first.created
    assert faults(shelf) == []
    assert judged(shelf.archive.store) == ""


def test_readers_see_the_old_or_the_new_version_while_one_is_committed(shelf):
    shelf.put({"number": b"0"})

    def read() -> None:
        last = 0
        while last < 40:
            inventory = read_inventory(shelf.archive, OBJECT)
            assert inventory is not None
            assert inventory.head >= last
            last = inventory.head

    with children(2, lambda _: read()) as running:
        for number in range(1, 40):
            shelf.put({"number": b"%d" % number})
        assert [one.wait() for one in running] == [0, 0]


def test_objects_are_listed_in_the_order_of_their_folders(shelf):
    identifiers = [f"urn:uuid:00000000-0000-4000-8000-{number:012x}" for number in range(20)]
    identifiers += [OTHER, "x" * 300, "ü ☃ %41", "%"]
    for number, identifier in enumerate(identifiers):
        shelf.put({"number": b"%d" % number}, identifier)
    found = list(objects(shelf.archive))
    assert sorted(identifier for identifier, _ in found) == sorted(identifiers)
    assert [path for _, path in found] == sorted(path for _, path in found)
    assert all(path == shelf.object(object_id=identifier) for identifier, path in found)
    (shelf.archive.store / "not-of-ours" / "a" / "b" / "c").mkdir(parents=True)
    (shelf.archive.store / "0aa" / "0aa" / "0aa" / "stranger").mkdir(parents=True)
    assert list(objects(shelf.archive)) == found


def test_a_version_that_others_made_is_named_by_its_files(shelf):
    made = shelf.put(FIRST)
    path = shelf.object() / "inventory.json"
    data = path.read_text().replace("ingest", "ingested")
    path.write_text(data)
    (shelf.object() / "inventory.json.sha512").write_text(f"{sha512(data.encode())}  inventory.json\n")
    found = find_version(shelf.archive, OBJECT, made.ingest_id)
    assert found is not None
    assert (found.number, found.ingest_id, found.package_id) == (1, made.ingest_id, "")


def test_an_object_that_is_not_there_has_no_versions(shelf):
    assert versions(shelf.archive, OBJECT) == ()
    assert read_inventory(shelf.archive, OBJECT) is None
    assert find_version(shelf.archive, OBJECT, "0" * 64) is None


def test_a_stranger_in_the_object_refuses_a_version_and_is_named(shelf):
    shelf.put(FIRST)
    (shelf.object() / "notes.txt").write_text("mine")
    before = tree(shelf.archive.store)
    with pytest.raises(StorageError) as raised:
        shelf.put(SECOND)
    assert str(raised.value) == (
        f"notes.txt lies in {shelf.object()} and belongs to no OCFL object; move it away and run the same command again"
    )
    assert tree(shelf.archive.store) == before


def test_an_object_without_its_declaration_refuses_a_version(shelf):
    shelf.put(FIRST)
    (shelf.object() / "0=ocfl_object_1.1").unlink()
    with pytest.raises(StorageError, match=r"has no 0=ocfl_object_1\.1, which makes it an OCFL object"):
        shelf.put(SECOND)


def test_a_folder_in_the_place_of_an_object_refuses_it(shelf):
    (shelf.object() / "something").mkdir(parents=True)
    with pytest.raises(StorageError, match=r"neither the inventory of .* nor that of its last version can be read"):
        shelf.put(FIRST)
    assert tree(shelf.object()) == {"something": ""}


def test_an_empty_folder_in_the_way_of_an_object_is_no_hindrance(shelf):
    shelf.object().parent.mkdir(parents=True)
    shelf.put(FIRST)
    assert faults(shelf) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "more").write_text("x"), "more is in the copy, and was not verified"),
        (lambda folder: (folder / "bagit.txt").unlink(), "1 files of the copy .* are gone"),
        (lambda folder: (folder / "bagit.txt").write_text("longer than it was"), "bagit.txt has 18 bytes in the copy"),
        (lambda folder: (folder / "link").symlink_to("/etc/passwd"), "link is in the copy, and was not verified"),
    ],
    ids=["more", "less", "longer", "a link"],
)
def test_a_copy_that_is_not_what_was_verified_is_not_committed(shelf, spoil, said):
    with shelf.attempt() as attempt, attempt.lock(object_lock(OBJECT)):
        folder = attempt.folder / "bag"
        write(folder, FIRST)
        fixities = {path: Fixity(len(data), "0" * 64, sha512(data)) for path, data in FIRST.items()}
        spoil(folder)
        with pytest.raises(StorageError, match=said):
            commit(
                shelf.archive,
                attempt,
                folder,
                fixities,
                object_id=OBJECT,
                ingest_id="1" * 64,
                package_id="bag",
                user="",
                at=shelf.clock(),
            )
    assert not shelf.object().exists()


def test_who_was_taken_over_commits_nothing(shelf):
    shelf.put(FIRST)
    before = tree(shelf.archive.store)

    def taken_over(point: str) -> None:
        if point == "before v2 has its name":
            revoke(shelf.archive.staging, attempt.token)

    with shelf.attempt() as attempt, listening(taken_over), pytest.raises(LeaseLostError):
        shelf.put_in(attempt, SECOND)
    assert tree(shelf.archive.store) == before


def test_a_store_that_cannot_be_written_is_told(shelf):
    shelf.archive.store.chmod(0o555)
    with permissions_bind(), pytest.raises(StorageError, match=r"cannot give the final name to .*: access is denied"):
        shelf.put(FIRST)
    shelf.archive.store.chmod(0o755)
    shelf.put(FIRST)


@pytest.mark.parametrize("kilobytes", [40, 90, 200, 300])
def test_a_full_disk_is_told_and_leaves_the_store_as_it_was(tmp_path, kilobytes):
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", disk]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        forbidden("mount a small disk")
    try:
        shelf = Shelf(disk)
        shelf.put(FIRST)
        before = tree(shelf.archive.store)
        (disk / "filler").write_bytes(bytes(kilobytes << 10))
        large = {f"data/{number}": os.urandom(4096) for number in range(70)}
        with pytest.raises((OSError, StorageError)):
            shelf.put(large)
        assert tree(shelf.archive.store) == before
        (disk / "filler").unlink()
        for left in shelf.archive.staging.iterdir():
            subprocess.run(["rm", "-rf", left], check=True)
        shelf.put({path: large[path] for path in list(large)[:20]})
        assert faults(shelf) == []
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda name: name not in {".", ".."}
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
BAGS = st.dictionaries(PATHS, st.binary(max_size=3), min_size=1, max_size=6).filter(
    lambda files: not any(one != other and other.startswith(one + "/") for one in files for other in files)
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bags=st.lists(BAGS, min_size=1, max_size=4))
def test_any_bags_are_kept_each_content_once(tmp_path_factory, bags):
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    for bag in bags:
        shelf.put(bag)
    assert faults(shelf) == []
    inventory = read_inventory(shelf.archive, OBJECT)
    assert inventory is not None
    kept = {
        path.relative_to(shelf.object()).as_posix() for path in shelf.object().glob("v*/content/**/*") if path.is_file()
    }
    assert kept == {path for paths in inventory.manifest.values() for path in paths}
    assert len(kept) == len({data for bag in bags for data in bag.values()})
    seen = []
    for bag in bags:
        if bag not in seen:
            seen.append(bag)
    for number, bag in enumerate(seen, 1):
        assert {path: (shelf.object() / place).read_bytes() for path, place in inventory.files(number).items()} == bag
    assert quarantined(shelf.archive) == []
