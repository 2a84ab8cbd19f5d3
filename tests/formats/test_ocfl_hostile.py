"""Inventories and folders made to harm a reader: it raises nothing, opens nothing outside, and comes to an end."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.ocfl_builder import ALPHA, A, D, digest, one_version, two_versions, write, write_inventory
from strongroom.errors import StorageError
from strongroom.formats.ocfl.check import check_object
from strongroom.formats.ocfl.faults import MAX_FAULTS
from strongroom.formats.ocfl.reading import parse
from strongroom.model.finding import Refused

_opened: list[str] | None = None


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _opened is not None and event == "open" and isinstance(arguments[0], str):
        _opened.append(arguments[0])


sys.addaudithook(_note)  # for good, but it notes only while somebody wants to know


@contextmanager
def opened() -> Iterator[list[str]]:
    """The paths that this process opens meanwhile, as it opens them: relative to a folder that is open, or not."""
    global _opened  # noqa: PLW0603 - an audit hook has no other way to hear of it
    _opened = []
    try:
        yield _opened
    finally:
        _opened = None


def codes(folder: Path) -> set[str]:
    return {one.code for one in check_object(folder)}


def write_document(folder: Path, data: bytes) -> Path:
    """An object of one version that has this inventory, with the right digests."""
    one_version().write(folder)
    for place in (folder, folder / "v1"):
        write_inventory(place, data, "sha512")
    return folder


@pytest.mark.parametrize(
    "path",
    ["../secret.txt", "v1/content/../../../secret.txt", "/secret.txt", "v1/../v1/content/a.txt/../../../../secret.txt"],
)
def test_nothing_outside_is_opened_whatever_the_manifest_says(path: str, tmp_path: Path) -> None:
    write(tmp_path / "secret.txt", ALPHA)
    made = one_version()
    made.head["manifest"][A] = [path]
    made.head["fixity"] = {"md5": {digest(ALPHA, "md5"): [path]}}
    made.write(tmp_path / "object")
    with opened() as paths:
        found = codes(tmp_path / "object")
    assert found & {"E099", "E100", "E042"}
    # names within folders that are open, and the object's own path
    assert {name for name in paths if "/" in name} <= {str(tmp_path / "object")}
    assert ".." not in paths


def test_a_link_to_the_right_bytes_is_not_the_file(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", ALPHA)
    one_version().write(tmp_path / "object")
    (tmp_path / "object/v1/content/a.txt").unlink()
    (tmp_path / "object/v1/content/a.txt").symlink_to(tmp_path / "elsewhere")
    assert [(one.code, one.where) for one in check_object(tmp_path / "object")] == [("E090", "v1/content/a.txt")]


def test_a_folder_that_is_a_link_is_not_gone_into(tmp_path: Path) -> None:
    one_version().write(tmp_path / "object")
    (tmp_path / "object/v1/content").rename(tmp_path / "content")
    (tmp_path / "object/v1/content").symlink_to(tmp_path / "content")
    assert [(one.code, one.where) for one in check_object(tmp_path / "object")] == [("E090", "v1/content")]


@pytest.mark.parametrize("name", ["inventory.json", "inventory.json.sha512", "0=ocfl_object_1.1", "v1/content/a.txt"])
def test_a_pipe_in_the_place_of_a_file_does_not_block(name: str, tmp_path: Path) -> None:
    one_version().write(tmp_path)
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    assert "E089" in codes(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        json.dumps({**one_version().head, "manifest": {A: None}}).encode(),
        b"\xff\xfe{\x00}\x00",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"head": ' + b"9" * 500_000 + b"}",
        b'{"head": 1e999999999, "id": -0.' + b"1" * 100_000 + b"}",
        b'{"head": NaN}',
        b'{"id": "\\ud800"}',
        b'{"versions": {"v' + b"9" * 5000 + b'": {}, "v1": {"state": {}}}}',
        b'{"manifest": {"": "", "\\u0000": ["\\u0000", ""], "a": [[[]]]}, "fixity": {"size": {"-1": ["a/b"]}}}',
        json.dumps({"manifest": {"0": ["a" + "/a" * 200_000, "a" + "/a" * 200_001]}}).encode(),
        json.dumps({"id": "x" * 1_000_000, "type": "y" * 1_000_000}).encode(),
    ],
    ids=range(13),
)
def test_an_inventory_made_to_harm_is_a_finding(data: bytes, tmp_path: Path) -> None:
    findings = check_object(write_document(tmp_path, data))
    assert findings
    assert max(len(one.where) + len(one.expected) + len(one.found) for one in findings) < 2000
    assert isinstance(parse(data), Refused)


def test_faults_without_end_are_counted_and_not_all_listed() -> None:
    document = {f"key {number}": 0 for number in range(50_000)}
    found = [one for one in parse(json.dumps(document).encode()).findings if one.code == "E102"]
    assert len(found) == MAX_FAULTS + 1
    assert "more than 1000, not all listed here" in {one.found for one in found}


def test_an_inventory_that_is_a_folder_is_missing(tmp_path: Path) -> None:
    one_version().write(tmp_path)
    (tmp_path / "inventory.json").unlink()
    (tmp_path / "inventory.json").mkdir()
    assert codes(tmp_path) == {"E001", "E063"}


def test_a_name_that_is_no_unicode_is_a_file_that_is_not_listed(tmp_path: Path) -> None:
    one_version().write(tmp_path)
    (tmp_path / "v1/content" / os.fsdecode(b"\xff\x1b")).write_bytes(b"?")
    found = check_object(tmp_path)
    assert [(one.code, one.where) for one in found] == [("E023", "v1/content/\\udcff\\x1b")]


def test_an_object_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="it does not exist"):
        check_object(tmp_path / "none")


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from([A, D, "v1", "sha256"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.just(A), inner, max_size=3),
    max_leaves=5,
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in [(value, key), *_places(value[key])]]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_an_inventory_nothing_is_raised(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = two_versions()
    made.head["fixity"] = {"md5": {digest(ALPHA, "md5"): ["v1/content/a.txt"]}}
    for _ in range(data.draw(st.integers(1, 3))):
        document = data.draw(st.sampled_from(list(made.documents.values())))
        places = _places(document)
        if not places:
            continue
        container, key = places[data.draw(st.integers(0, len(places) - 1))]
        if isinstance(container, dict) and data.draw(st.booleans()):
            container[data.draw(st.text(max_size=5))] = container.pop(key)
        else:
            container[key] = data.draw(_VALUES)
    made.raw = {name: json.dumps(document).encode() for name, document in made.documents.items()}
    for document in made.documents.values():
        document["digestAlgorithm"] = "sha512"  # of the sidecars alone: the bytes are those of before
    folder = tmp_path_factory.mktemp("object")
    made.write(folder)
    assert all(one.remedy for one in check_object(folder))
    parse(made.raw["v2"])


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_bytes_an_inventory_has_nothing_is_raised(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = json.dumps(one_version().head).encode()
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 20)))
    folder = tmp_path_factory.mktemp("object")
    write_document(folder, good[:start] + data.draw(st.binary(max_size=20)) + good[end:])
    check_object(folder)


FILES = [
    "0=ocfl_object_1.1",
    "inventory.json",
    "inventory.json.sha512",
    "v1/inventory.json",
    "v1/inventory.json.sha512",
    "v1/content/a.txt",
    "v2/inventory.json",
    "v2/inventory.json.sha512",
    "v2/content/d.txt",
]


@pytest.mark.parametrize("name", FILES)
def test_no_byte_of_an_object_changes_unnoticed(name: str, tmp_path: Path) -> None:
    two_versions().write(tmp_path)
    content = (tmp_path / name).read_bytes()
    for position in {*range(0, len(content), 37), len(content) - 1}:
        changed = bytearray(content)
        changed[position] ^= 1
        (tmp_path / name).write_bytes(changed)
        assert check_object(tmp_path), (name, position)
    (tmp_path / name).write_bytes(content)
    assert check_object(tmp_path) == []
