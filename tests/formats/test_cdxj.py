import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.warc_samples import split_check, write_all_kinds
from strongroom.formats.wacz.cdxj import IndexLine, UnreadableLine, line_of, read_index, write_index
from strongroom.model.capture import RecordType


@pytest.fixture
def entries(tmp_path):
    return write_all_kinds(tmp_path)[1]


def test_lines_are_sorted_by_bytes_and_hold_what_replay_needs(entries):
    lines = list(write_index(entries))
    assert lines == sorted(lines)
    keys = [line.split(b" ", 1)[0] for line in lines]
    assert keys[:4] == [
        b"org,example)/a?b=c",
        b"org,example)/again",
        b"org,example)/empty",
        b"org,example)/old",
    ]
    first = entries[1]
    assert lines[0] == (
        b'org,example)/a?b=c 20251103080000 {"url": "https://example.org/a?b=c", "mime": "text/html", "status": "200", '
        b'"digest": "%s", "length": "%d", "offset": "%d", "filename": "capture-00001.warc.gz"}\n'
        % (str(first.payload_digest).encode(), first.length_bytes, first.offset_bytes)
    )


def test_responses_revisits_and_resources_are_indexed_and_nothing_else(entries):
    indexed = {(line.url, line.mime) for line in map(line_of, entries) if line}
    assert len(indexed) == 5 + 3
    assert ("http://example.org/again", "warc/revisit") in indexed
    assert sum(mime == "application/pkix-cert" for _, mime in indexed) == 3
    assert {entry.type for entry in entries if line_of(entry) is None} == {
        RecordType.WARCINFO,
        RecordType.REQUEST,
        RecordType.METADATA,
    }


def test_what_is_not_known_is_left_out(entries):
    garbage = next(entry for entry in entries if entry.target_uri == "http://example.org/old")
    (line,) = write_index([garbage])
    assert list(json.loads(line.split(b" ", 2)[2])) == ["url", "digest", "length", "offset", "filename"]


@given(st.randoms(use_true_random=False))
def test_the_order_in_which_records_come_does_not_matter(tmp_path_factory, random):
    entries = list(write_all_kinds(tmp_path_factory.mktemp("order"))[1])
    expected = list(write_index(entries))
    random.shuffle(entries)
    assert list(write_index(entries)) == expected


def test_the_index_of_a_file_read_back_is_the_index_written(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    assert list(write_index(split_check(path)[0])) == list(write_index(entries))


@given(st.integers(1, 400))
def test_an_index_comes_back_as_it_was_written_however_it_is_cut(piece_bytes):
    line = IndexLine(
        "org,example)/", "20251103080000", "http://example.org/\u00e9", "a/b", 200, "sha256:00", 1, 2, "a.gz"
    )
    lines = [line, replace(line, status=None, mime="", digest="")]
    data = (
        'org,example)/ 20251103080000 {"url": "http://example.org/\\u00e9", "mime": "a/b", "status": "200", '
        '"digest": "sha256:00", "length": "1", "offset": "2", "filename": "a.gz"}\n'
        'org,example)/ 20251103080000 {"url": "http://example.org/\u00e9", "status": "-", "length": 1, "offset": 2, '
        '"filename": "a.gz"}\n'
    ).encode()
    assert list(read_index(data[at : at + piece_bytes] for at in range(0, len(data), piece_bytes))) == lines


def test_every_entry_comes_back_from_its_line(entries):
    assert set(read_index(write_index(entries))) == {line for line in map(line_of, entries) if line}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"no index",
        b"key 20251103080000 []",
        b"key 2025 {}",
        b'key 20251103080000 {"url": "x", "length": "many", "offset": "0", "filename": "a"}',
        b'key 20251103080000 {"url": "x"}',
        b"\xff\xfe 20251103080000 {}",
        b"key 20251103080000 " + b"[" * 100_000,
    ],
)
def test_a_line_that_is_none_is_given_as_such(text):
    (unreadable,) = read_index([text + b"\n"])
    assert unreadable == UnreadableLine(1, text[:100].decode("utf-8", "backslashreplace"))


def test_a_line_without_end_costs_no_memory():
    pieces = (b"x" * (1 << 20) for _ in range(20))
    assert {type(one) for one in read_index(pieces)} == {UnreadableLine}
