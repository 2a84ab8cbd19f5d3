import os
import socket
from pathlib import Path

import pytest

from strongroom.errors import StorageError
from strongroom.formats.bag.tree import MAX_DEPTH, Tree


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def codes(root: Path, max_files: int = 1000) -> list[tuple[str, str]]:
    with Tree(root) as tree:
        return [(one.code, one.where) for one in tree.scan(max_files).findings]


def test_files_are_listed_with_their_lengths(tmp_path: Path) -> None:
    (tmp_path / "b/c").mkdir(parents=True)
    (tmp_path / "b/c/d").write_bytes(b"four")
    (tmp_path / "a").write_bytes(b"")
    with Tree(tmp_path) as tree:
        scan = tree.scan(1000)
        assert scan.files == {"a": 0, "b/c/d": 4}
        assert scan.folders == {"b", "b/c"}
        with tree.open("b/c/d") as file:
            assert file.read() == b"four"


def test_sockets_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert codes(tmp_path) == [("BAG-005", "socket")]


def test_a_loop_of_links_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    assert codes(tmp_path) == [("BAG-004", "loop")]


def test_a_broken_link_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "nowhere").symlink_to("gone")
    assert codes(tmp_path) == [("BAG-004", "nowhere")]


def test_a_file_swapped_for_a_link_after_the_scan_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "bag/data").mkdir(parents=True)
    (tmp_path / "bag/data/a").write_text("inside")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a").write_text("outside")
    with Tree(tmp_path / "bag") as tree:
        tree.scan(10)
        (tmp_path / "bag/data/a").unlink()
        (tmp_path / "bag/data/a").symlink_to(tmp_path / "outside/a")
        with pytest.raises(StorageError, match="replaced"):
            tree.open("data/a")
        (tmp_path / "bag/data/a").unlink()
        (tmp_path / "bag/data").rename(tmp_path / "bag/gone")
        (tmp_path / "bag/data").symlink_to(tmp_path / "outside")
    with Tree(tmp_path / "bag") as tree, pytest.raises(StorageError, match="replaced"):
        tree.open("data/a")


def test_a_file_swapped_for_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    with Tree(tmp_path) as tree, pytest.raises(StorageError, match="replaced"):
        tree.open("a")


def test_a_file_swapped_for_a_device_is_not_read(tmp_path: Path) -> None:
    with Tree(Path("/dev")) as tree, pytest.raises(StorageError, match="replaced"):
        tree.open("zero")


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = open_descriptors()
    for number in range(30):
        (tmp_path / f"{number}/below").mkdir(parents=True)
        (tmp_path / f"{number}/below/file").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    with Tree(tmp_path) as tree:
        for path in tree.scan(1000).files:
            tree.open(path).close()
        with pytest.raises(StorageError):
            tree.open("pipe")
    assert open_descriptors() == before


def test_depth_is_bounded_and_so_are_descriptors(tmp_path: Path) -> None:
    place = tmp_path
    for _ in range(MAX_DEPTH + 1):
        place /= "d"
    place.mkdir(parents=True)
    assert codes(tmp_path) == [("BAG-007", "/".join(["d"] * (MAX_DEPTH + 1)))]


def test_a_scan_ends_at_the_limit_of_files(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / str(number)).symlink_to("x")
    with Tree(tmp_path) as tree:
        scan = tree.scan(10)
    assert scan.cut
    assert [one.code for one in scan.findings].count("BAG-006") == 1
    assert len(scan.irregular) == 11
