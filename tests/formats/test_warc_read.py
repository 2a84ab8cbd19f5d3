import gzip
import io
import tracemalloc

import pytest

from edges import CountingIdentifiers
from formats.warc_samples import CHUNKED, PLAIN, exchange, raw_file, raw_record, raw_warcinfo, write_all_kinds, writer
from strongroom.errors import StorageError
from strongroom.formats.warc.exchange import records_of, resource_record
from strongroom.formats.warc.read import members, read_member


def test_members_are_read_with_the_places_that_the_writer_gave_them(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    places = []
    for member in members(path):
        member.finish()
        places.append((member.header.identifier("WARC-Record-ID"), member.offset_bytes, member.length_bytes))
    assert places == [(entry.record_id, entry.offset_bytes, entry.length_bytes) for entry in entries]


def test_a_member_is_finished_even_when_nobody_reads_its_block(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    assert [member.offset_bytes for member in members(path)] == [entry.offset_bytes for entry in entries]


def test_a_stored_record_gives_its_block_its_head_and_its_payload_as_often_as_asked(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    chunked = next(entry for entry in entries if entry.media_type == "text/css")
    stored = read_member(path, chunked.offset_bytes)
    for _ in range(2):
        assert b"".join(stored.block()) == CHUNKED
        assert stored.http_head() == CHUNKED[: CHUNKED.index(b"\r\n\r\n") + 4]
        assert b"".join(stored.payload()) == b"body{}"
    assert stored.record_id == chunked.record_id
    assert stored.header.get("warc-target-uri") == "https://example.org/style.css"


def test_the_payload_of_a_resource_is_its_block(tmp_path):
    path = raw_file(tmp_path / "a.warc.gz", raw_record(b"HTTP/1.1 is text here"))
    *_, last = [member.offset_bytes for member in members(path)]
    assert b"".join(read_member(path, last).payload()) == b"HTTP/1.1 is text here"


@pytest.mark.parametrize("offset", [1, 10**6])
def test_a_place_that_holds_no_record_is_said_in_a_sentence(tmp_path, offset):
    path, _ = write_all_kinds(tmp_path)
    with pytest.raises(StorageError, match=f"no WARC record at byte {offset}"):
        read_member(path, offset)


def test_uncompressed_files_are_read_with_the_places_of_their_records(tmp_path):
    records = [raw_warcinfo(), raw_record(b"one" * 1_000_000), raw_record(b"")]
    path = tmp_path / "plain.warc"
    path.write_bytes(b"".join(records))
    places = []
    for member in members(path):
        member.finish()
        places.append((member.offset_bytes, member.length_bytes, member.block_length_bytes))
    offsets = [sum(map(len, records[:number])) for number in range(3)]
    assert places == list(zip(offsets, map(len, records), [19, 3_000_000, 0], strict=True))
    assert b"".join(read_member(path, offsets[1]).block()) == b"one" * 1_000_000


def test_a_compressed_file_is_known_by_its_bytes_when_its_name_does_not_say_so(tmp_path):
    path = raw_file(tmp_path / "renamed.warc", raw_record())
    assert [member.fault for member in members(path)] == [None, None]


def test_a_header_without_end_costs_no_memory(tmp_path):
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(gzip.compress(b"WARC/1.1\r\n" + b"WARC-Padding: " + b"x" * 200_000_000, 1))
    tracemalloc.start()
    (member,) = members(path)
    member.finish()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (member.header, member.is_overlong, peak < 20_000_000) == (None, True, True)


def test_a_long_block_is_read_in_bounded_pieces(tmp_path):
    class Zeros(io.RawIOBase):
        length_bytes = 100_000_000

        def chunks(self):
            yield from (bytes(1 << 20) for _ in range(self.length_bytes >> 20))
            yield bytes(self.length_bytes & 0xFFFFF)

        def digest(self):
            return exchange().response.payload_digest

    tracemalloc.start()
    with writer(tmp_path) as made:
        entry = made.write(
            resource_record(
                Zeros(), target_uri="urn:x:y", date=exchange().started_at, record_id="urn:x:1", content_type="a/b"
            )
        )
    stored = read_member(tmp_path / entry.warc, entry.offset_bytes)
    assert sum(map(len, stored.block())) == 100_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_revisit_gives_its_head(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    revisit = next(entry for entry in entries if entry.refers_to)
    assert read_member(path, revisit.offset_bytes).http_head() == PLAIN.removesuffix(b"hello")


def test_after_a_damaged_member_only_records_are_given(tmp_path):
    ids = CountingIdentifiers()
    with writer(tmp_path, new_id=ids) as made:
        first = made.write_all(records_of(exchange(), new_id=ids, known_certificates=set()))
        made.write_all(records_of(exchange(), new_id=ids, known_certificates=set()))
    path = tmp_path / first[0].warc
    data = bytearray(path.read_bytes())
    data[first[1].offset_bytes + 12] ^= 0xFF
    path.write_bytes(data)
    assert [member.header is not None and member.fault is None for member in members(path)] == [
        True,
        True,
        False,
        True,
        True,
    ]
