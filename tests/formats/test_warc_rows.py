import sys
from pathlib import Path

import pytest

from formats.warc_samples import raw_file, raw_record, write_all_kinds
from strongroom.errors import StorageError
from strongroom.formats.package.warc_rows import read_rows, rows_read_apart


@pytest.fixture
def files(tmp_path: Path) -> dict[Path, str]:
    """Five files, as findings name them: two with every kind of record, one torn, one with a fault, one empty."""
    made = []
    for name in "ab":
        (tmp_path / name).mkdir()
        made.append(write_all_kinds(tmp_path / name)[0])
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(made[0].read_bytes()[:-9])
    odd = raw_file(tmp_path / "odd.warc.gz", raw_record(WARC_IP_Address="\udcff\u00e9 nowhere"[1:]))
    empty = tmp_path / "empty.warc.gz"
    empty.touch()
    return {path: f"place/{path.name}" for path in sorted([*made, torn, odd, empty])}


@pytest.mark.parametrize("processes", [0, 1, 2, 9])
def test_rows_read_apart_are_those_read_here(files: dict[Path, str], processes: int) -> None:
    here = {path: list(read_rows(path, where)) for path, where in files.items()}
    with rows_read_apart(files, processes=processes) as read:
        assert {path: list(read(path, where)) for path, where in files.items()} == here


def test_a_file_that_was_not_announced_is_read_here(files: dict[Path, str]) -> None:
    (first, where), *rest = files.items()
    with rows_read_apart(dict(rest), processes=1) as read:
        assert list(read(first, where)) == list(read_rows(first, where))


def test_where_no_process_can_be_started_files_are_read_here(
    files: dict[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {path: list(read_rows(path, where)) for path, where in files.items()}
    for program in ("/nowhere/python", "/bin/false"):
        monkeypatch.setattr(sys, "executable", program)
        with rows_read_apart(files, processes=1) as read:
            assert {path: list(read(path, where)) for path, where in files.items()} == here


def test_a_file_that_cannot_be_read_is_said_as_it_is_here(tmp_path: Path) -> None:
    gone = tmp_path / "gone.warc.gz"
    with rows_read_apart({gone: "gone"}, processes=1) as read, pytest.raises(StorageError, match="it does not exist"):
        list(read(gone, "gone"))


@pytest.mark.parametrize("last", ["", "[0, 405"])
def test_a_process_that_is_ended_is_said_and_not_taken_for_the_end_of_a_file(
    files: dict[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    program = tmp_path / "dying"
    program.write_text(f"#!/bin/sh\nprintf '\"ready\"\\n{last}'\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    path, where = next(iter(files.items()))
    with rows_read_apart(files, processes=1) as read, pytest.raises(StorageError, match="was ended; run the same"):
        list(read(path, where))
