"""What the check of objects and roots does beyond one fault at a time."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from formats.ocfl_builder import (
    ALPHA,
    BETA,
    A,
    OcflObject,
    digest,
    named,
    one_version,
    two_versions,
    write,
    write_inventory,
)
from formats.ocfl_root_cases import FIRST_PATH, SECOND_PATH, make_root
from strongroom.formats.ocfl.check import check_object, check_root
from strongroom.model.finding import Finding


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in findings]


def many(count: int, length_bytes: int = 10) -> OcflObject:
    made = OcflObject()
    made.version("v1", {f"d{number % 10}/{number}": str(number).encode() * length_bytes for number in range(count)})
    return made


def test_all_faults_are_found_in_one_run(tmp_path: Path) -> None:
    made = two_versions()
    made.head["colour"] = "blue"
    made.head["versions"]["v2"]["created"] = "yesterday"
    made.write(tmp_path)
    write(tmp_path / "v1/content/a.txt", b"other")
    write(tmp_path / "v1/content/new.txt", b"new")
    write(tmp_path / "stray", b"")
    (tmp_path / "v1/inventory.json.sha512").unlink()
    assert codes(check_object(tmp_path)) == [
        ("E102", "inventory.json#/colour"),
        ("E049", "inventory.json#/versions/v2/created"),
        ("E001", "stray"),
        ("E092", "v1/content/a.txt"),
        ("E023", "v1/content/new.txt"),
        ("E058", "v1/inventory.json.sha512"),
    ]


@pytest.mark.parametrize("count", [20, 200])
def test_changed_files_are_found_among_few_and_among_many(count: int, tmp_path: Path) -> None:
    many(count).write(tmp_path)
    assert check_object(tmp_path) == []
    write(tmp_path / "v1/content/d3/13", b"13" * 10 + b"!")
    write(tmp_path / "v1/content/d7/7", b"7" * 9 + b"8")
    assert codes(check_object(tmp_path)) == [("E092", "v1/content/d3/13"), ("E092", "v1/content/d7/7")]


def test_without_reading_content_a_changed_file_is_not_found_and_a_missing_one_is(tmp_path: Path) -> None:
    one_version().write(tmp_path)
    write(tmp_path / "v1/content/a.txt", b"other")
    assert check_object(tmp_path, digests=False) == []
    (tmp_path / "v1/content/a.txt").unlink()
    assert codes(check_object(tmp_path, digests=False)) == [("E092", "v1/content/a.txt")]


@pytest.mark.parametrize("count", [1, 100])
def test_every_fixity_algorithm_is_compared(count: int, tmp_path: Path) -> None:
    made = many(count)
    path, content = next(iter(made.files.items()))
    right = {
        "md5": digest(content, "md5"),
        "sha1": digest(content, "sha1"),
        "sha256": digest(content, "sha256"),
        "sha512": digest(content),
        "blake2b-512": hashlib.blake2b(content).hexdigest(),
        "blake2b-160": hashlib.blake2b(content, digest_size=20).hexdigest(),
        "blake2b-256": hashlib.blake2b(content, digest_size=32).hexdigest(),
        "blake2b-384": hashlib.blake2b(content, digest_size=48).hexdigest(),
        "size": str(len(content)),
    }
    made.head["fixity"] = {name: {value: [path]} for name, value in right.items()}
    made.write(tmp_path / "right")
    assert check_object(tmp_path / "right") == []
    for name, value in right.items():
        wrong = value[:-1] + ("1" if value[-1] == "0" else "0") if name != "size" else "99"
        made.head["fixity"] = {name: {wrong: [path]}}
        made.write(tmp_path / name)
        assert codes(check_object(tmp_path / name)) == [("E093", path)]


def test_an_algorithm_that_this_system_lacks_is_left_unchecked(tmp_path: Path) -> None:
    made = one_version()
    made.head["fixity"] = {"sha512/256": {digest(ALPHA, "sha256"): []}}
    made.write(tmp_path)
    assert check_object(tmp_path) == []


def test_one_finding_names_every_ledger_that_disagrees(tmp_path: Path) -> None:
    made = two_versions()
    made.head["fixity"] = {"md5": {digest(ALPHA, "md5"): ["v1/content/a.txt"]}}
    made.write(tmp_path)
    write(tmp_path / "v1/content/a.txt", b"other")
    [found] = check_object(tmp_path)
    assert (found.code, found.where, found.expected) == ("E092", "v1/content/a.txt", f"sha512 {A}")
    assert found.found == f"sha512 {digest(b'other')}; against inventory.json, inventory.json fixity md5"


def test_an_earlier_inventory_that_was_wrong_is_named(tmp_path: Path) -> None:
    made = two_versions()
    first = made.documents["v1"]
    wrong = digest(b"wrong")
    first["manifest"][wrong] = first["manifest"].pop(A)
    first["versions"]["v1"]["state"][wrong] = first["versions"]["v1"]["state"].pop(A)
    made.write(tmp_path)
    found = check_object(tmp_path)
    assert codes(found) == [("E092", "v1/content/a.txt"), ("E066", "v1/inventory.json#/versions/v1/state")]
    assert found[0].found == f"sha512 {A}; against v1/inventory.json"


def test_versions_of_different_algorithms_agree(tmp_path: Path) -> None:
    made = one_version(algorithm="sha256")
    later = two_versions()
    later.documents["v1"] = made.documents["v1"]
    later.write(tmp_path)
    assert codes(check_object(tmp_path)) == [("W004", "v1/inventory.json#/digestAlgorithm")]


def test_of_different_algorithms_another_content_is_found(tmp_path: Path) -> None:
    made = one_version(algorithm="sha256")
    later = two_versions()
    first = later.documents["v1"] = made.documents["v1"]
    alpha, beta = digest(ALPHA, "sha256"), digest(BETA, "sha256")
    first["versions"]["v1"]["state"] = {alpha: ["b/c.txt"], beta: ["a.txt"]}
    later.write(tmp_path)
    found = [pair for pair in codes(check_object(tmp_path)) if pair[0] != "W004"]
    assert found == [("E066", "v1/inventory.json#/versions/v1/state")] * 2


def test_a_lost_inventory_is_replaced_by_the_copy_of_the_last_version(tmp_path: Path) -> None:
    two_versions().write(tmp_path)
    (tmp_path / "inventory.json").unlink()
    write(tmp_path / "v1/content/a.txt", b"other")
    assert codes(check_object(tmp_path)) == [("E063", "inventory.json"), ("E092", "v1/content/a.txt")]


def test_a_torn_inventory_is_replaced_by_the_copy_of_the_last_version(tmp_path: Path) -> None:
    two_versions().write(tmp_path)
    data = (tmp_path / "inventory.json").read_bytes()
    write(tmp_path / "inventory.json", data[: len(data) // 2])
    write(tmp_path / "v1/content/a.txt", b"other")
    assert codes(check_object(tmp_path)) == [
        ("E033", "inventory.json"),
        ("E060", "inventory.json.sha512"),
        ("E092", "v1/content/a.txt"),
        ("E064", "v2/inventory.json"),
    ]


def test_a_version_cut_short_before_the_root_inventory_is_said(tmp_path: Path) -> None:
    """What a writer leaves that dies between the rename of a version and the replacement of the inventory."""
    two_versions().write(tmp_path)
    write_inventory(tmp_path, (tmp_path / "v1/inventory.json").read_bytes(), "sha512")
    assert codes(check_object(tmp_path)) == [("E046", "v2")]


@pytest.mark.parametrize("line", ["{} inventory.json", "{}\t \tinventory.json\n", "{}  inventory.json\r\n"])
def test_a_sidecar_may_have_any_spaces(line: str, tmp_path: Path) -> None:
    one_version().write(tmp_path)
    value = digest((tmp_path / "inventory.json").read_bytes())
    for text in (line.format(value), line.format(value.upper())):
        write(tmp_path / "inventory.json.sha512", text.encode())
        assert check_object(tmp_path) == []


@pytest.mark.parametrize(
    "line", ["{} *inventory.json\n", " {} inventory.json\n", "{} inventory.json\n\n", "{}inventory.json", "{}\n", ""]
)
def test_a_sidecar_that_is_written_otherwise_is_a_fault(line: str, tmp_path: Path) -> None:
    one_version().write(tmp_path)
    value = digest((tmp_path / "inventory.json").read_bytes())
    write(tmp_path / "inventory.json.sha512", line.format(value).encode())
    assert codes(check_object(tmp_path)) == [("E061", "inventory.json.sha512")]


def test_digests_in_capitals_are_the_same(tmp_path: Path) -> None:
    made = one_version()
    made.raw["v1"] = json.dumps(made.head).replace(A, A.upper()).encode()
    made.write(tmp_path)
    assert check_object(tmp_path) == []


def test_content_that_no_version_uses_is_no_fault_in_1_0(tmp_path: Path) -> None:
    made = one_version(specification="1.0")
    made.head["versions"]["v1"]["state"].pop(A)
    made.write(tmp_path)
    assert check_object(tmp_path) == []


def test_a_fault_that_all_inventories_have_is_said_once(tmp_path: Path) -> None:
    made = named("v1", "v2", "v3")
    made.everywhere(lambda document: document["versions"]["v1"].pop("user"))
    made.everywhere(lambda document: document.update(id="three"))
    made.write(tmp_path)
    assert codes(check_object(tmp_path)) == [
        ("W005", "inventory.json#/id"),
        ("W007", "inventory.json#/versions/v1/user"),
    ]


def test_an_object_of_an_older_version_may_go_on_in_a_later_one(tmp_path: Path) -> None:
    made = two_versions()
    made.documents["v1"]["type"] = "https://ocfl.io/1.0/spec/#inventory"
    made.write(tmp_path)
    assert check_object(tmp_path) == []


def test_logs_may_hold_anything_and_nothing(tmp_path: Path) -> None:
    one_version().write(tmp_path)
    (tmp_path / "logs").mkdir()
    assert check_object(tmp_path) == []
    write(tmp_path / "logs/2024/receipt.json", b"{}")
    assert check_object(tmp_path) == []


def test_a_version_folder_that_is_padded_otherwise_is_one_fault(tmp_path: Path) -> None:
    two_versions().write(tmp_path)
    (tmp_path / "v1").rename(tmp_path / "v001")
    assert codes(check_object(tmp_path)) == [("E046", "v001")]
    write(tmp_path / "v001/content/a.txt", b"other")
    assert codes(check_object(tmp_path)) == [("E046", "v001"), ("E092", "v1/content/a.txt")]


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    make_root(tmp_path)
    before = len(os.listdir("/proc/self/fd"))
    list(check_root(tmp_path))
    unfinished = check_root(tmp_path)
    write(tmp_path / "abc/x", b"")
    assert next(unfinished).code == "E072"
    unfinished.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_findings_of_a_root_name_the_object(tmp_path: Path) -> None:
    make_root(tmp_path)
    write(tmp_path / FIRST_PATH / "v1/content/a.txt", b"other")
    (tmp_path / SECOND_PATH / "0=ocfl_object_1.1").unlink()
    expected = [("E003", SECOND_PATH), ("E092", f"{FIRST_PATH}/v1/content/a.txt")]
    assert codes(list(check_root(tmp_path))) == sorted(expected, key=lambda pair: pair[1])
    assert codes(list(check_root(tmp_path, digests=False))) == expected[:1]


def test_a_hard_link_between_objects_is_found(tmp_path: Path) -> None:
    make_root(tmp_path)
    first, second = sorted((FIRST_PATH, SECOND_PATH))
    (tmp_path / second / "v1/content/a.txt").unlink()
    os.link(tmp_path / first / "v1/content/a.txt", tmp_path / second / "v1/content/a.txt")
    [found] = check_root(tmp_path)
    assert (found.code, found.where) == ("E090", f"{second}/v1/content/a.txt")
    assert found.found == f"a hard link to {first}/v1/content/a.txt"


def test_other_files_in_a_root_are_not_looked_at(tmp_path: Path) -> None:
    make_root(tmp_path)
    write(tmp_path / "ocfl_1.1.md", b"the standard")
    write(tmp_path / "README", b"\xff")
    assert list(check_root(tmp_path)) == []


def test_a_root_without_a_layout_may_keep_objects_anywhere(tmp_path: Path) -> None:
    make_root(tmp_path)
    (tmp_path / "ocfl_layout.json").unlink()
    one_version(object_id="urn:example:3").write(tmp_path / "some/where")
    assert list(check_root(tmp_path)) == []
