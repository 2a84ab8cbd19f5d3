import json
from pathlib import Path

import pytest

from formats.ocfl_builder import write
from strongroom.errors import StorageError
from strongroom.formats.ocfl.layout import (
    CONFIGURATION,
    EXTENSION,
    LAYOUT_FILE,
    ROOT_FILES,
    Layout,
    fault_of_root,
    object_path,
    read_layout,
    read_root,
)

TEN = "abcdefghij"
LONG_DIGEST = "55b432806f4e270da0cf23815ed338742179002153cd8d896f23b3e2d8a14359"
DIGEST_OF_101 = "5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01464220"

# the mappings that extension 0003 publishes
PUBLISHED = [
    (Layout(), "object-01", "3c0/ff4/240/object-01"),
    (Layout(), "..hor/rib:le-$id", "487/326/d8c/%2e%2ehor%2frib%3ale-%24id"),
    (Layout(), "..Hor/rib:lè-$id", "373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id"),
    (Layout(), TEN * 26, f"55b/432/806/{TEN * 10}-{LONG_DIGEST}"),
    (Layout(), TEN * 10 + "a", f"5cc/73e/648/{TEN * 10}-{DIGEST_OF_101}"),
    (Layout("md5"), "object-01", "ff7/553/449/object-01"),
    (Layout("md5"), "..hor/rib:le-$id", "083/197/66f/%2e%2ehor%2frib%3ale-%24id"),
    (Layout("md5", 5, 2), "object-01", "ff755/34492/object-01"),
    (Layout("md5", 2, 15), "object-01", "ff/75/53/44/92/48/5e/ab/b3/9f/86/35/67/28/88/object-01"),
    (Layout("md5", 0, 0), "object-01", "object-01"),
    (Layout("sha256", 0, 0), "..hor/rib:le-$id", "%2e%2ehor%2frib%3ale-%24id"),
]


@pytest.mark.parametrize(("layout", "object_id", "path"), PUBLISHED)
def test_the_published_examples_of_extension_0003_are_met(layout: Layout, object_id: str, path: str) -> None:
    assert layout.object_path(object_id) == path


def test_a_name_of_a_hundred_characters_is_not_cut() -> None:
    assert object_path(TEN * 10).rpartition("/")[2] == TEN * 10


def root(folder: Path, **files: bytes) -> Path:
    for path, content in {**ROOT_FILES, **files}.items():
        write(folder / path, content)
    return folder


def test_the_files_of_a_root_are_these(tmp_path: Path) -> None:
    assert list(ROOT_FILES) == [CONFIGURATION, LAYOUT_FILE, "0=ocfl_1.1"]
    assert json.loads(ROOT_FILES[CONFIGURATION]) == {
        "extensionName": EXTENSION,
        "digestAlgorithm": "sha256",
        "tupleSize": 3,
        "numberOfTuples": 3,
    }
    found = read_root(root(tmp_path))
    assert (found.specification, found.extension, found.layout, found.fault) == ("1.1", EXTENSION, Layout(), "")


def test_a_root_without_parameters_has_the_defaults(tmp_path: Path) -> None:
    (root(tmp_path) / CONFIGURATION).unlink()
    assert fault_of_root(tmp_path) == ""


def test_a_root_of_an_older_version_is_told_apart(tmp_path: Path) -> None:
    (root(tmp_path) / "0=ocfl_1.1").rename(tmp_path / "0=ocfl_1.0")
    assert fault_of_root(tmp_path) == "it is of OCFL 1.0, and this program writes OCFL 1.1; choose another folder"


def test_a_root_of_a_later_version_is_told_apart(tmp_path: Path) -> None:
    (root(tmp_path) / "0=ocfl_1.1").rename(tmp_path / "0=ocfl_2.0")
    assert fault_of_root(tmp_path) == "it is of OCFL 2.0, and this program writes OCFL 1.1; choose another folder"


def test_a_root_of_two_versions_is_told_apart(tmp_path: Path) -> None:
    write(root(tmp_path) / "0=ocfl_1.0", b"ocfl_1.0\n")
    assert fault_of_root(tmp_path) == "it declares OCFL 1.0 and 1.1 at once; keep the declaration that is true"


def test_a_folder_that_is_no_root_is_told_apart(tmp_path: Path) -> None:
    expected = "it has no declaration 0=ocfl_…; put 0=ocfl_1.1 back if it is lost, or choose another folder"
    assert fault_of_root(tmp_path) == expected


def test_an_object_is_not_taken_for_a_root(tmp_path: Path) -> None:
    write(tmp_path / "0=ocfl_object_1.1", b"ocfl_object_1.1\n")
    assert fault_of_root(tmp_path).startswith("it declares '0=ocfl_object_1.1'; ")


def test_another_layout_is_told_apart(tmp_path: Path) -> None:
    other = b'{"extension": "0002-flat-direct-storage-layout", "description": "flat"}'
    found = read_root(root(tmp_path, **{LAYOUT_FILE: other}))
    assert (found.extension, found.layout) == ("0002-flat-direct-storage-layout", None)
    assert found.fault == (
        f"its layout is '0002-flat-direct-storage-layout', and this program writes {EXTENSION}; choose another folder"
    )


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"extension": 3}', b"[" * 100_000])
def test_a_layout_that_cannot_be_read_is_told_apart(content: bytes, tmp_path: Path) -> None:
    expected = f"it names no layout in {LAYOUT_FILE}; restore that file, or choose another folder"
    assert fault_of_root(root(tmp_path, **{LAYOUT_FILE: content})) == expected


def test_other_parameters_are_told_apart(tmp_path: Path) -> None:
    other = b'{"tupleSize": 2, "numberOfTuples": 15, "digestAlgorithm": "md5"}'
    assert fault_of_root(root(tmp_path, **{CONFIGURATION: other})) == (
        "its layout has digestAlgorithm=md5, tupleSize=2, numberOfTuples=15, and this program writes sha256, 3 and 3; "
        "choose another folder"
    )


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"extensionName": "0004-hashed-n-tuple-storage-layout"},
        {"digestAlgorithm": "crc32"},
        {"digestAlgorithm": 5},
        {"tupleSize": 0},
        {"tupleSize": True, "numberOfTuples": 3},
        {"tupleSize": 3.0},
        {"tupleSize": 33, "numberOfTuples": 1},
        {"tupleSize": -1},
        {"tupleSize": 8, "numberOfTuples": 9},
    ],
)
def test_parameters_that_the_extension_does_not_allow_are_none(value: object) -> None:
    assert read_layout(value) is None


def test_a_layout_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    root(tmp_path / "root")
    (tmp_path / "root" / LAYOUT_FILE).rename(tmp_path / "elsewhere")
    (tmp_path / "root" / LAYOUT_FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError, match="cannot read"):
        read_root(tmp_path / "root")


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="it does not exist"):
        read_root(tmp_path / "none")
