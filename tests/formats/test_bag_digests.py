import hashlib
import os
import threading
from pathlib import Path

import pytest

from strongroom.errors import StorageError
from strongroom.formats.bag.digests import PIECE_BYTES, Digests, Task, digests
from strongroom.formats.bag.tree import Tree

LENGTHS = (0, 1, 2047, 2048, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES, 5 * PIECE_BYTES + 3)


def expected(content: bytes, algorithms: tuple[str, ...]) -> dict[str, bytes]:
    return {name: hashlib.new(name, content).digest() for name in algorithms}


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("algorithms", [("sha256", "sha512"), ("md5",), ("sha1", "sha3_256", "blake2b", "md5")])
def test_digests_are_those_of_hashlib_whatever_the_length(
    tmp_path: Path, threads: int, algorithms: tuple[str, ...]
) -> None:
    contents = {f"{length}/file": os.urandom(length) for length in LENGTHS}
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(content)
    with Tree(tmp_path) as tree:
        tasks = [Task(name, len(content), algorithms) for name, content in contents.items()]
        found = {one.path: one for one in digests(tree, tasks, threads=threads)}
    wanted = {name: Digests(name, len(content), expected(content, algorithms)) for name, content in contents.items()}
    assert found == wanted


@pytest.mark.parametrize("length", [1, PIECE_BYTES, 5 * PIECE_BYTES, 5 * PIECE_BYTES + 3])
def test_of_a_file_that_grew_since_it_was_listed_one_byte_more_is_read(tmp_path: Path, length: int) -> None:
    content = os.urandom(length + PIECE_BYTES)
    (tmp_path / "a").write_bytes(content)
    algorithms = ("sha256", "sha512")
    with Tree(tmp_path) as tree:
        [found] = digests(tree, [Task("a", length, algorithms)])
    assert found == Digests("a", length + 1, expected(content[: length + 1], algorithms))


@pytest.mark.parametrize("length", [1, 5 * PIECE_BYTES])
def test_a_file_that_shrank_since_it_was_listed_is_read_to_its_end(tmp_path: Path, length: int) -> None:
    (tmp_path / "a").write_bytes(b"less"[:length])
    with Tree(tmp_path) as tree:
        [found] = digests(tree, [Task("a", length + 9, ("sha256", "sha512"))])
    assert found == Digests("a", len(b"less"[:length]), expected(b"less"[:length], ("sha256", "sha512")))


def test_a_file_that_vanished_is_inability_not_a_fault(tmp_path: Path) -> None:
    with Tree(tmp_path) as tree, pytest.raises(StorageError, match="replaced while it was being read"):
        list(digests(tree, [Task("gone", 1, ("sha256",))]))


def test_nothing_goes_on_when_nobody_wants_the_rest(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / str(number)).write_bytes(bytes(5 * PIECE_BYTES))
    with Tree(tmp_path) as tree:
        results = digests(tree, [Task(str(number), 5 * PIECE_BYTES, ("sha256", "sha512")) for number in range(40)])
        next(results)
        results.close()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("digest")] == []
