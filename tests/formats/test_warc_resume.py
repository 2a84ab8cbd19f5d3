import subprocess

import pytest

from edges import CountingIdentifiers
from formats.warc_samples import all_kinds, split_check, write_all_kinds, writer
from strongroom.errors import StorageError
from strongroom.formats.warc.exchange import records_of
from strongroom.formats.warc.resume import close_after_kill
from strongroom.storage import measure


def test_a_finished_file_is_found_as_it_was_finished(tmp_path):
    ids = CountingIdentifiers()
    with writer(tmp_path, new_id=ids) as made:
        for one in all_kinds():
            made.write_all(records_of(one, new_id=ids, known_certificates=set()))
    (finished,) = made.files
    assert close_after_kill(tmp_path / finished.name, finished.fixity.length_bytes) == finished


def test_what_was_not_committed_is_cut_off_wherever_the_kill_came(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    data = path.read_bytes()
    ends = [entry.offset_bytes + entry.length_bytes for entry in entries]
    for number, committed in enumerate(ends, start=1):
        for torn in (committed, committed + 1, committed + 40, len(data)):
            path.write_bytes(data[:torn])
            finished = close_after_kill(path, committed)
            assert finished is not None
            assert (finished.name, finished.records, finished.fixity) == (path.name, number, measure(path))
            assert path.read_bytes() == data[:committed]
    subprocess.run(["gzip", "-t", path], check=True)
    assert len(split_check(path)[0]) == len(entries)


def test_a_file_without_a_committed_record_is_removed(tmp_path):
    path, _ = write_all_kinds(tmp_path)
    assert close_after_kill(path, 0) is None
    assert list(tmp_path.iterdir()) == []
    assert close_after_kill(path, 0) is None


def test_a_file_that_lost_what_was_committed_is_not_gone_on_with(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    with pytest.raises(StorageError, match="the disk lost the rest"):
        close_after_kill(path, path.stat().st_size + 1)
    data = bytearray(path.read_bytes())
    data[entries[1].offset_bytes + 20] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StorageError, match=f"damaged at byte {entries[1].offset_bytes}: "):
        close_after_kill(path, len(data))


def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path):
    with pytest.raises(StorageError, match="it does not exist"):
        close_after_kill(tmp_path / "capture-00001.warc.gz", 10)
