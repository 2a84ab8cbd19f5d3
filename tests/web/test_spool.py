"""Recorded bytes, in memory and on disk."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from strongroom.errors import StorageError
from strongroom.model.digest import Digest
from strongroom.web.spool import SpooledBlock

MEBIBYTE = 1 << 20


def test_nothing_was_written() -> None:
    block = SpooledBlock(Path("/nowhere"))
    assert (block.length_bytes, list(block.chunks()), block.digest()) == (0, [], Digest.of([]))


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 700_000)), max_size=6))
def test_what_is_written_can_be_read_again_and_again(tmp_path: Path, pieces: list[tuple[int, int]]) -> None:
    block = SpooledBlock(tmp_path)
    expected = b""
    for value, length in pieces:
        block.write(bytes([value]) * length)
        expected += bytes([value]) * length
    assert block.length_bytes == len(expected)
    assert block.digest() == Digest.of([expected])
    first, second = block.chunks(), block.chunks()
    if expected:
        assert next(first, b"") == next(second, b"")
    assert b"".join(block.chunks()) == expected
    assert all(len(chunk) <= MEBIBYTE for chunk in block.chunks())
    assert list(tmp_path.iterdir()) == []
    block.close()


def test_a_folder_that_cannot_be_written_to_is_said_plainly(tmp_path: Path) -> None:
    block = SpooledBlock(tmp_path / "missing")
    block.write(b"x" * MEBIBYTE)
    with pytest.raises(StorageError, match="cannot write a temporary file into"):
        block.write(b"x")
    block.close()
