import gzip
import resource
import subprocess
import zlib
from contextlib import contextmanager

import fastwarc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from edges import CountingIdentifiers
from formats.warc_samples import (
    CHUNKED,
    PLAIN,
    MemoryBlock,
    all_kinds,
    as_checked,
    exchange,
    split_check,
    write_all_kinds,
    writer,
)
from strongroom.errors import StorageError
from strongroom.formats.warc.exchange import records_of, resource_record
from strongroom.formats.warc.write import WarcWriter
from strongroom.model.capture import RecordType
from strongroom.storage import measure


def members(data: bytes) -> list[bytes]:
    """What a reader of gzip who never heard of WARC finds: zlib alone, member by member."""
    found = []
    while data:
        inflater = zlib.decompressobj(31)
        found.append(inflater.decompress(data) + inflater.flush())
        assert inflater.eof
        data = inflater.unused_data
    return found


def test_a_written_file_is_sound_gzip_and_holds_one_record_a_member(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    subprocess.run(["gzip", "-t", path], check=True)
    records = members(path.read_bytes())
    assert len(records) == len(entries)
    assert all(record.startswith(b"WARC/1.1\r\nWARC-Type: ") and record.endswith(b"\r\n\r\n") for record in records)


def test_every_entry_points_at_its_own_member(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    data = path.read_bytes()
    for entry in entries:
        record = gzip.decompress(data[entry.offset_bytes : entry.offset_bytes + entry.length_bytes])
        assert f"WARC-Record-ID: <{entry.record_id}>\r\n".encode() in record
        assert f"WARC-Type: {entry.type}\r\n".encode() in record
    assert sum(entry.length_bytes for entry in entries) == len(data)


def test_what_the_writer_says_of_its_records_is_what_the_checker_reads(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    checked, findings = split_check(path)
    assert checked == as_checked(entries)
    assert [(one.code, one.severity.value) for one in findings] == [("WARC-028", "info")]


def test_the_file_is_described_by_what_is_on_disk(tmp_path):
    ids = CountingIdentifiers()
    made = writer(tmp_path, new_id=ids)
    for one in all_kinds():
        made.write_all(records_of(one, new_id=ids, known_certificates=set()))
    finished = made.close()
    assert finished is not None
    assert finished.fixity == measure(tmp_path / finished.name)
    assert finished.records == len(members((tmp_path / finished.name).read_bytes()))
    assert made.files == (finished,)
    assert made.close() is None


def test_gzip_headers_have_no_time_no_name_and_no_system(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    data = path.read_bytes()
    # RFC 1952 section 2.3: magic, deflate, no flags, MTIME 0; then the extra flags, and 255 for an unknown system.
    assert {data[entry.offset_bytes :][:8] for entry in entries} == {bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0])}
    assert {data[entry.offset_bytes + 9] for entry in entries} == {255}


def test_warcio_reads_every_record_and_its_digests_but_for_the_chunked_one(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    seen = []
    with path.open("rb") as file:
        iterator = ArchiveIterator(file, check_digests=True)
        for record in iterator:
            record.content_stream().read()
            iterator.read_to_end(record)
            seen.append((record.rec_headers.get_header("WARC-Record-ID")[1:-1], iterator.get_record_offset()))
            is_chunked = record.http_headers and record.http_headers.get_header("Transfer-Encoding") == "chunked"
            # warcio digests the chunked bytes (warcio#74): only there may it say that the payload digest is wrong.
            assert record.digest_checker.problems == (
                [f"payload digest failed {record.rec_headers.get_header('WARC-Payload-Digest')}"] if is_chunked else []
            )
    assert seen == [(entry.record_id, entry.offset_bytes) for entry in entries]


def test_fastwarc_reads_every_record_and_its_block_digest(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    with path.open("rb") as stream:
        seen = [
            (record.record_id.strip("<>"), record.verify_block_digest())
            for record in fastwarc.ArchiveIterator(stream, parse_http=False)
        ]
    assert seen == [(entry.record_id, True) for entry in entries]


def written_block(folder, data, piece_bytes):
    folder.mkdir()
    with writer(folder) as made:
        made.write(
            resource_record(
                MemoryBlock(data, piece_bytes),
                target_uri="urn:strongroom:sample",
                date=exchange().started_at,
                record_id="urn:uuid:00000000-0000-4000-8000-0000000000ff",
                content_type="text/plain",
            )
        )
    return (folder / "capture-00001.warc.gz").read_bytes()


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 3_000_000), st.lists(st.integers(1, 2_000_000), min_size=2, max_size=3))
def test_the_bytes_written_do_not_depend_on_how_a_block_is_cut(tmp_path_factory, length, sizes):
    folder = tmp_path_factory.mktemp("cut")
    data = (b"%d and more of it; " * (length // 8))[:length].replace(b"%d", str(length).encode())
    written = {written_block(folder / str(number), data, size) for number, size in enumerate(sizes)}
    assert len(written) == 1
    assert gzip.decompress(written.pop()).endswith(data + b"\r\n\r\n")


def test_a_block_of_many_pieces_is_streamed_into_one_member(tmp_path):
    data = bytes(range(256)) * 40_000
    whole = written_block(tmp_path / "long", data, 65_537)
    assert len(members(whole)) == 2
    assert data in members(whole)[1]


def test_a_block_that_does_not_have_its_length_is_refused_and_ends_the_writing(tmp_path):
    class Shrinking(MemoryBlock):
        @property
        def length_bytes(self):
            return len(self.data) + 1

    record = resource_record(
        Shrinking(b"too short"),
        target_uri="urn:x:y",
        date=exchange().started_at,
        record_id="urn:x:1",
        content_type="a/b",
    )
    made = writer(tmp_path)
    with pytest.raises(StorageError, match="spooled with 10 bytes, and 9 came back"):
        made.write(record)
    with pytest.raises(StorageError, match="failed before"):
        made.write(record)
    assert made.close() is None


def test_files_rotate_between_exchanges_and_each_begins_with_a_warcinfo(tmp_path):
    ids = CountingIdentifiers()
    with writer(tmp_path, max_bytes=1500, new_id=ids) as made:
        entries = [made.write_all(records_of(exchange(), new_id=ids, known_certificates=set())) for _ in range(6)]
    assert [file.name for file in made.files] == [f"capture-0000{number}.warc.gz" for number in (1, 2, 3)]
    assert all(len({entry.warc for entry in together}) == 1 for together in entries)
    assert [(entry.type, entry.warc, entry.offset_bytes) for entry in made.warcinfos] == [
        (RecordType.WARCINFO, file.name, 0) for file in made.files
    ]
    for file in made.files:
        assert f"WARC-Filename: {file.name}\r\n".encode() in members((tmp_path / file.name).read_bytes())[0]
        assert split_check(tmp_path / file.name)[1] == []


def test_numbers_go_on_after_those_that_are_there(tmp_path):
    with writer(tmp_path, first_number=7) as made:
        assert made.position == ("capture-00007.warc.gz", 0)
        made.write_all(records_of(exchange(), new_id=CountingIdentifiers(), known_certificates=set()))
    assert [file.name for file in made.files] == ["capture-00007.warc.gz"]


def test_a_file_that_is_there_is_never_written_over(tmp_path):
    (tmp_path / "capture-00001.warc.gz").write_bytes(b"precious")
    made = writer(tmp_path)
    with pytest.raises(StorageError, match="something else has this name already"):
        made.write_all(records_of(exchange(), new_id=CountingIdentifiers(), known_certificates=set()))
    assert (tmp_path / "capture-00001.warc.gz").read_bytes() == b"precious"


def test_after_sync_everything_up_to_the_position_is_on_disk(tmp_path):
    ids = CountingIdentifiers()
    with writer(tmp_path, new_id=ids) as made:
        for _ in range(3):
            entries = made.write_all(records_of(exchange(CHUNKED), new_id=ids, known_certificates=set()))
            name, offset = made.sync()
            assert (tmp_path / name).stat().st_size == offset
            assert offset == entries[-1].offset_bytes + entries[-1].length_bytes


def test_without_a_record_there_is_no_file(tmp_path):
    with writer(tmp_path) as made:
        assert made.sync() == ("capture-00001.warc.gz", 0)
    assert (made.files, list(tmp_path.iterdir())) == ((), [])


@contextmanager
def files_of_at_most(length_bytes):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fails_is_said_in_a_sentence_and_what_was_synced_stands(tmp_path):
    ids = CountingIdentifiers()
    made = writer(tmp_path, new_id=ids)
    made.write_all(records_of(exchange(PLAIN), new_id=ids, known_certificates=set()))
    name, good = made.sync()
    before = (tmp_path / name).read_bytes()
    made.write_all(records_of(exchange(CHUNKED), new_id=ids, known_certificates=set()))
    with files_of_at_most(good + 10), pytest.raises(StorageError, match=r"cannot write .*capture-00001\.warc\.gz: "):
        made.sync()
    assert made.close() is None
    assert (tmp_path / name).read_bytes()[:good] == before


def test_a_writer_left_by_an_exception_finishes_nothing(tmp_path):
    def fail(made: WarcWriter) -> None:
        made.write_all(records_of(exchange(), new_id=CountingIdentifiers(), known_certificates=set()))
        raise RuntimeError

    with pytest.raises(RuntimeError), writer(tmp_path) as made:
        fail(made)
    assert made.files == ()
