"""Reading a version back from the disk, and taking back one that cannot be."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from permissions import permissions_bind
from repository.shelf import FIRST, OBJECT, SECOND, Shelf, content, quarantined, tree
from strongroom.errors import StorageError
from strongroom.formats.ocfl.check import check_root
from strongroom.model.finding import Finding
from strongroom.repository.store import object_lock, read_back, undo, versions


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path)
    for bag in (FIRST, SECOND):
        made.put(bag)
    return made


def said(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(one.code, one.where, one.found) for one in findings]


def sha512(data: bytes) -> str:
    return hashlib.sha512(data).hexdigest()


def test_what_was_written_reads_back(shelf):
    for version in versions(shelf.archive, OBJECT):
        assert read_back(shelf.archive, version) == ()


def test_large_files_read_back_too(tmp_path):
    shelf = Shelf(tmp_path)
    bag = {"large": os.urandom(9 << 20), "small": b"1", **{f"many/{number}": b"%d" % number for number in range(300)}}
    version = shelf.put(bag)
    assert read_back(shelf.archive, version) == ()
    path = shelf.object() / "v1" / "content" / "large"
    with path.open("r+b") as file:
        file.seek(5 << 20)
        file.write(b"?")
    damaged = path.read_bytes()
    found = f"{sha512(damaged)}, {len(damaged)} bytes"
    assert said(read_back(shelf.archive, version)) == [("E092", "v1/content/large", found)]


@pytest.mark.parametrize("data", [b"", b"Two\n", b"two\nmore", b"tw"], ids=["empty", "flipped", "longer", "shorter"])
def test_other_bytes_are_found(shelf, data):
    (shelf.object() / "v2" / "content" / "data" / "a" / "first.txt").write_bytes(data)
    first, second = versions(shelf.archive, OBJECT)
    assert read_back(shelf.archive, first) == ()
    length = min(len(data), 8)
    assert said(read_back(shelf.archive, second)) == [
        ("E092", "v2/content/data/a/first.txt", f"{sha512(data)}, {length} bytes")
    ]


def test_a_file_shared_with_an_earlier_version_belongs_to_both(shelf):
    (shelf.object() / "v1" / "content" / "data" / "a" / "same.txt").write_bytes(b"SAME\n")
    (shelf.object() / "v1" / "content" / "data" / "a" / "first.txt").unlink()
    first, second = versions(shelf.archive, OBJECT)
    changed = ("E092", "v1/content/data/a/same.txt", f"{sha512(b'SAME' + bytes([10]))}, 5 bytes")
    assert said(read_back(shelf.archive, second)) == [changed]
    assert said(read_back(shelf.archive, first)) == [("E092", "v1/content/data/a/first.txt", "no such file"), changed]


def test_what_is_no_file_is_found_and_not_followed(shelf):
    path = shelf.object() / "v2" / "content" / "data" / "new.txt"
    (shelf.folder / "elsewhere").write_bytes(b"new\n")
    path.unlink()
    path.symlink_to(shelf.folder / "elsewhere")
    _, second = versions(shelf.archive, OBJECT)
    found = [("E092", "v2/content/data/new.txt", "what is there cannot be opened as a file")]
    assert said(read_back(shelf.archive, second)) == found
    path.unlink()
    os.mkfifo(path)
    assert said(read_back(shelf.archive, second)) == found
    (shelf.folder / "data").mkdir()
    (shelf.folder / "data" / "new.txt").write_bytes(b"new\n")
    shutil.rmtree(path.parent)
    path.parent.symlink_to(shelf.folder / "data")
    assert [(code, where) for code, where, _ in said(read_back(shelf.archive, second))] == [
        ("E092", "v2/content/data/a/first.txt"),
        ("E092", "v2/content/data/new.txt"),
    ]


def test_a_file_that_may_not_be_read_is_found_beside_the_others(shelf):
    folder = shelf.object() / "v2" / "content" / "data"
    (folder / "new.txt").chmod(0)
    (folder / "a" / "first.txt").write_bytes(b"2\n")
    _, second = versions(shelf.archive, OBJECT)
    with permissions_bind():
        found = said(read_back(shelf.archive, second))
    assert [(code, where) for code, where, _ in found] == [
        ("E092", "v2/content/data/a/first.txt"),
        ("E092", "v2/content/data/new.txt"),
    ]


@pytest.mark.parametrize(
    ("path", "code", "where"),
    [
        ("inventory.json", "E064", "inventory.json"),
        ("inventory.json.sha512", "E060", "inventory.json.sha512"),
        ("v2/inventory.json", "E060", "v2/inventory.json"),
        ("v2/inventory.json.sha512", "E060", "v2/inventory.json.sha512"),
    ],
)
@pytest.mark.parametrize("how", ["changed", "gone"])
def test_damaged_inventories_and_sidecars_are_found(shelf, path, code, where, how):
    _, second = versions(shelf.archive, OBJECT)
    place = shelf.object() / path
    if how == "gone":
        place.unlink()
    else:
        place.write_bytes(place.read_bytes().replace(b"a", b"b", 1))
    ((found_code, found_where, _),) = said(read_back(shelf.archive, second))
    assert (found_code, found_where) == (code, where)


def test_a_version_that_says_another_ingest_than_its_files_is_found(shelf):
    _, second = versions(shelf.archive, OBJECT)
    forged = (shelf.object() / "inventory.json").read_bytes().replace(second.ingest_id.encode(), b"0" * 64)
    for folder in (shelf.object(), shelf.object() / "v2"):
        (folder / "inventory.json").write_bytes(forged)
        (folder / "inventory.json.sha512").write_text(f"{sha512(forged)}  inventory.json\n")
    _, second = versions(shelf.archive, OBJECT)
    assert said(read_back(shelf.archive, second)) == [
        ("E066", "v2/inventory.json", "the files of ingest " + SECOND_ID),
    ]


SECOND_ID = hashlib.sha256(
    b"".join(sorted(f"{sha512(data)}  {path}\n".encode() for path, data in SECOND.items()))
).hexdigest()


def take_back(shelf: Shelf, number: int) -> Path:
    version = versions(shelf.archive, OBJECT)[number - 1]
    findings = read_back(shelf.archive, version)
    with shelf.attempt() as attempt, attempt.lock(object_lock(OBJECT)):
        return undo(shelf.archive, attempt, version, findings)


def test_a_version_is_taken_back_to_quarantine_with_its_findings(shelf):
    (shelf.object() / "v2" / "content" / "data" / "new.txt").write_bytes(b"old\n")
    files = content(shelf.object() / "v2")
    kept = take_back(shelf, 2)
    assert kept == shelf.archive.quarantine / f"{shelf.object().name}-v2.{SECOND_ID[:16]}"
    assert content(kept) == files
    assert [one.number for one in versions(shelf.archive, OBJECT)] == [1]
    assert [one.code for one in check_root(shelf.archive.store)] == []
    stated = json.loads((kept.parent / f"{kept.name}.report.json").read_text())
    assert [one["where"] for one in stated["findings"]] == ["v2/content/data/new.txt"]
    assert "could not be read back after it was written" in (kept.parent / f"{kept.name}.report.txt").read_text()
    assert shelf.put(SECOND).number == 2
    assert [one.code for one in check_root(shelf.archive.store)] == []


def test_the_only_version_is_taken_back_with_its_object_and_no_empty_folder_stays(tmp_path):
    shelf = Shelf(tmp_path)
    before = tree(shelf.archive.store)
    shelf.put(FIRST)
    whole = content(shelf.object())
    kept = take_back(shelf, 1)
    assert content(kept) == whole
    assert tree(shelf.archive.store) == before
    assert len(quarantined(shelf.archive)) == 3
    assert os.listdir(shelf.archive.staging) == []


def test_a_version_with_later_ones_is_not_taken_back(shelf):
    before = tree(shelf.archive.store)
    with pytest.raises(StorageError, match=r"version 1 of .* is not the last"):
        take_back(shelf, 1)
    assert tree(shelf.archive.store) == before
