import gzip
import hashlib
from base64 import b32encode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.warc_samples import (
    CHUNKED,
    EMPTY,
    GARBAGE,
    PLAIN,
    found,
    raw_file,
    raw_record,
    raw_warcinfo,
    split_check,
    write_all_kinds,
)
from strongroom.errors import StorageError
from strongroom.formats.warc.digest import read_labelled_digest
from strongroom.formats.warc.record import IDENTICAL_PAYLOAD
from strongroom.model.capture import RecordType
from strongroom.model.digest import Digest
from strongroom.model.rules import warc as rules

SAMPLE = "#urn:uuid:00000000-0000-4000-8000-00000000000a"
RESPONSE = {
    "WARC_Type": "response",
    "Content_Type": "application/http;msgtype=response",
    "WARC_Target_URI": "http://a/",
}
REQUEST = {"WARC_Type": "request", "Content_Type": "application/http;msgtype=request", "WARC_Target_URI": "http://a/"}
REVISIT = RESPONSE | {
    "WARC_Type": "revisit",
    "WARC_Profile": IDENTICAL_PAYLOAD,
    "WARC_Payload_Digest": str(Digest.of([b"hello"])),
    "WARC_Refers_To": "<urn:uuid:00000000-0000-4000-8000-00000000000b>",
}


@pytest.fixture
def file(tmp_path):
    """Makes a file of a warcinfo record and others, each a gzip member."""
    return lambda *records: raw_file(tmp_path / "a.warc.gz", *records)


def test_records_by_hand_without_a_fault_are_found_without_fault(file):
    path = file(raw_record(), raw_record(PLAIN, **RESPONSE, WARC_Record_ID="<urn:x:2>"))
    assert found(path) == set()
    assert [entry.type for entry in split_check(path)[0]] == [
        RecordType.WARCINFO,
        RecordType.RESOURCE,
        RecordType.RESPONSE,
    ]


HEADER_CASES = {
    "WARC-007": raw_record(drop=["Content-Type"], WARC_Truncated="length\r\nno field here\r\nContent-Type: a/b"),
    "WARC-008": raw_record(version="WARC/2.0"),
    "WARC-009 date": raw_record(drop=["WARC-Date"]),
    "WARC-009 target": raw_record(drop=["WARC-Target-URI"]),
    "WARC-009 type": raw_record(drop=["WARC-Type"]),
    "WARC-010": raw_record(WARC_Date="2025-11-03T08:00:00Z\r\nWARC-Date: 2025-11-04T08:00:00Z"),
    "WARC-011 date": raw_record(WARC_Date="yesterday"),
    "WARC-011 digest": raw_record(WARC_Block_Digest="sha1:0000"),
    "WARC-013": raw_record(Content_Length="999"),
    "WARC-014": raw_record(end=b"\r\n"),
    "WARC-014 nothing": raw_record(end=b""),
    "WARC-015": raw_record(WARC_Block_Digest=str(Digest.of([b"other"]))),
    "WARC-016": raw_record(WARC_Payload_Digest=str(Digest.of([b"other"]))),
    "WARC-016 response": raw_record(PLAIN, **RESPONSE, WARC_Payload_Digest=str(Digest.of([PLAIN]))),
    "WARC-016 request": raw_record(b"GET / HTTP/1.1\r\n\r\n", **REQUEST, WARC_Payload_Digest=str(Digest.of([b"x"]))),
    "WARC-017": raw_record(
        CHUNKED, **RESPONSE, WARC_Payload_Digest=str(Digest.of([CHUNKED.partition(b"\r\n\r\n")[2]], "sha1"))
    ),
    "WARC-018": raw_record(WARC_Block_Digest="xxh3:0123456789abcdef"),
    "WARC-019": raw_record(drop=["WARC-Block-Digest"]),
    "WARC-021": raw_record(WARC_Type="screenshot"),
    "WARC-022": raw_record(drop=["Content-Type"]),
    "WARC-023": raw_record(PLAIN, **(RESPONSE | {"WARC_Target_URI": "<http://a/>"})),
    "WARC-024": raw_record(PLAIN, **(RESPONSE | {"WARC_Target_URI": "http://a/b|c"})),
    "WARC-025": raw_record(PLAIN[:-5], **(REVISIT | {"WARC_Profile": None})),
    "WARC-026": raw_record(PLAIN[:-5], **(REVISIT | {"WARC_Payload_Digest": None})),
    "WARC-027": raw_record(PLAIN[:-5], **(REVISIT | {"WARC_Refers_To": None})),
    "WARC-028": raw_record(GARBAGE, **RESPONSE),
    "WARC-029": raw_record(b"GET / HTTP/1.1\r\nCookie: a=b\r\n\r\n", **REQUEST),
    "WARC-030": raw_record(WARC_Segment_Number="1"),
    "WARC-031": raw_record(WARC_Truncated="because"),
    "WARC-032": raw_record(WARC_IP_Address="999.0.2.1"),
}


@pytest.mark.parametrize(("case", "record"), HEADER_CASES.items(), ids=HEADER_CASES)
def test_a_fault_of_one_record_is_found_alone_and_at_that_record(file, case, record):
    assert found(file(record)) == {(case[:8], SAMPLE)}


def test_two_faults_of_one_record_are_both_found(file):
    path = file(raw_record(WARC_Date="yesterday", WARC_IP_Address="nowhere"))
    assert found(path) == {("WARC-011", SAMPLE), ("WARC-032", SAMPLE)}


def test_a_length_that_is_no_number_leaves_the_block_where_the_end_should_be(file):
    assert found(file(raw_record(Content_Length="five"))) == {
        ("WARC-011", SAMPLE),
        ("WARC-014", SAMPLE),
        ("WARC-015", SAMPLE),
    }


def test_an_identifier_in_no_form_is_found_at_its_place(file):
    assert found(file(raw_record(WARC_Record_ID="<no uri>"))) == {("WARC-011", "#no uri")}


def test_an_identifier_that_comes_twice_is_found_where_it_comes_again(file):
    path = file(raw_record(), raw_record())
    offset = len(gzip.compress(raw_warcinfo())) + len(gzip.compress(raw_record()))
    assert found(path) == {("WARC-012", f"#byte={offset}")}


def test_a_record_behind_a_record_in_one_member_is_found(file):
    assert found(file(raw_record() + raw_record(WARC_Record_ID="<urn:x:hidden>"))) == {("WARC-005", SAMPLE)}


def test_a_block_that_goes_on_behind_its_length_is_found(file):
    # A Content-Length that is too short would smuggle the rest past readers who trust it.
    path = file(raw_record(b"hello", end=b" and more\r\n\r\n"))
    assert found(path) == {("WARC-014", SAMPLE)}


def test_a_file_that_begins_with_something_else_than_a_warcinfo_is_told(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(raw_record()))
    assert found(path) == {("WARC-020", SAMPLE)}


def test_an_empty_file_holds_no_records(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.touch()
    assert found(path) == {("WARC-001", "")}


def test_bytes_behind_the_last_member_are_found(file):
    path = file(raw_record())
    end = path.stat().st_size
    path.write_bytes(path.read_bytes() + b"PK\x03\x04")
    assert found(path) == {("WARC-002", f"#byte={end}")}


@pytest.mark.parametrize("position", [-1, -5], ids=["length", "checksum"])
def test_a_trailer_that_does_not_fit_its_member_is_found(file, position):
    path = file(raw_record())
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)
    assert found(path) == {("WARC-003", f"#byte={len(gzip.compress(raw_warcinfo()))}")}


def test_a_file_that_ends_within_a_member_is_found(file):
    path = file(raw_record())
    path.write_bytes(path.read_bytes()[:-1])
    assert found(path) == {("WARC-004", f"#byte={len(gzip.compress(raw_warcinfo()))}")}


def test_a_header_without_end_is_found(file):
    path = file(b"WARC/1.1\r\nWARC-Type: " + b"x" * 100_000)
    assert found(path) == {("WARC-006", f"#byte={len(gzip.compress(raw_warcinfo()))}")}


def test_a_file_that_is_no_warc_is_found_so(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"This is no WARC.")
    assert found(path) == {("WARC-002", "#byte=0")}
    path.write_bytes(gzip.compress(b"This is no WARC."))
    assert found(path) == {("WARC-006", "#byte=0")}
    path = tmp_path / "a.warc"
    path.write_bytes(b"This is no WARC.")
    assert found(path) == {("WARC-006", "#byte=0")}


def test_a_file_cut_anywhere_is_found_torn_at_the_record_that_was_cut(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    data = path.read_bytes()
    ends = [entry.offset_bytes + entry.length_bytes for entry in entries]
    for length in range(len(data) - 1, 0, -41):
        if length in ends:
            continue
        path.write_bytes(data[:length])
        (code,) = {code for code, _ in found(path)} - {"WARC-028"}
        assert code in {"WARC-002", "WARC-004"}
        assert len(split_check(path)[0]) == sum(end <= length for end in ends)


def test_a_changed_byte_is_found_at_its_record_wherever_it_is(tmp_path):
    path, entries = write_all_kinds(tmp_path)
    data = path.read_bytes()
    for entry in entries:
        for position in range(10, entry.length_bytes, 29):
            changed = bytearray(data)
            changed[entry.offset_bytes + position] ^= 0x10
            path.write_bytes(changed)
            places = {where for code, where in found(path) if code != "WARC-028"}
            assert f"#byte={entry.offset_bytes}" in places
            intact = {one.record_id for one in split_check(path)[0]}
            assert intact == {one.record_id for one in entries} - {entry.record_id}


def test_findings_speak_of_the_place_they_were_told(file):
    path = file(raw_record(WARC_IP_Address="nowhere"))
    ((_, _, finding),) = [[*split_check(path)[0], *split_check(path)[1]]]
    assert (finding.code, finding.where, finding.expected, finding.found) == (
        "WARC-032",
        f"a.warc.gz{SAMPLE}",
        "an IPv4 or IPv6 address",
        "nowhere",
    )


def test_a_file_that_cannot_be_read_is_said_in_a_sentence(tmp_path):
    with pytest.raises(StorageError, match="it does not exist"):
        found(tmp_path / "a.warc.gz")


def test_payload_digests_of_every_framing_hold(file):
    entity = gzip.compress(b"coded" * 100, mtime=0)
    coded = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(entity) + entity
    path = file(
        raw_record(PLAIN, **RESPONSE, WARC_Record_ID="<urn:x:1>", WARC_Payload_Digest=str(Digest.of([b"hello"]))),
        raw_record(CHUNKED, **RESPONSE, WARC_Record_ID="<urn:x:2>", WARC_Payload_Digest=str(Digest.of([b"body{}"]))),
        raw_record(EMPTY, **RESPONSE, WARC_Record_ID="<urn:x:3>", WARC_Payload_Digest=str(Digest.of([b""]))),
        raw_record(coded, **RESPONSE, WARC_Record_ID="<urn:x:4>", WARC_Payload_Digest=str(Digest.of([entity]))),
        raw_record(
            b"POST / HTTP/1.1\r\n\r\na=b",
            **REQUEST,
            WARC_Record_ID="<urn:x:5>",
            WARC_Payload_Digest=str(Digest.of([b"a=b"])),
        ),
    )
    assert found(path) == set()
    assert [entry.payload_length_bytes for entry in split_check(path)[0]] == [None, 5, 6, 0, len(entity), None]


SHA1 = hashlib.sha1(b"hello", usedforsecurity=False).digest()


@pytest.mark.parametrize(
    "text",
    [
        "sha1:" + b32encode(SHA1).decode(),
        "sha1:" + b32encode(SHA1).decode().lower(),
        "SHA-1:" + SHA1.hex().upper(),
        "sha1:qvTGHdzF6KLavt4PO0gs2a6pQ00=",
        "sha1:qvTGHdzF6KLavt4PO0gs2a6pQ00",
    ],
)
def test_digests_are_read_in_every_form_that_writers_use(text):
    assert read_labelled_digest(text) == Digest("sha1", SHA1.hex())


@pytest.mark.parametrize("text", ["", "sha1", "sha1:", "sha1:zz", "sha9:00", "sha256:" + "g" * 64, "sha1:" + "1" * 32])
def test_other_digests_are_not_read(text):
    assert read_labelled_digest(text) is None


def test_digests_of_32_bytes_are_read_in_base_32():
    digest = hashlib.sha256(b"hello").digest()
    assert read_labelled_digest("sha256:" + b32encode(digest).decode()) == Digest("sha256", digest.hex())


CORPUS = {
    "example.warc.gz": {"WARC-019"},
    "example.warc": {"WARC-019"},
    "example-iana.org-chunked.warc": {"WARC-017", "WARC-019"},
    "example-trunc.warc": {"WARC-006", "WARC-014", "WARC-015", "WARC-019"},
    "example-resource.warc.gz": {"WARC-019"},
    "example-bad.warc.gz.bad": {"WARC-005", "WARC-019"},
    "example-bad-non-chunked.warc.gz": {"WARC-005", "WARC-019"},
    "example-wrong-chunks.warc.gz": {"WARC-006", "WARC-013", "WARC-020"},
    "example-wget-bad-target-uri.warc.gz": {"WARC-023"},
    "example-space-in-target-uri.warc.gz": {"WARC-019", "WARC-024"},
    "example-digest.warc": {"WARC-011", "WARC-012", "WARC-020"},
    "post-test.warc.gz": {"WARC-020", "WARC-029"},
    "example.arc": {"WARC-006"},
    "example.arc.gz": {"WARC-006"},
}


@pytest.mark.parametrize(("name", "codes"), CORPUS.items(), ids=CORPUS)
def test_the_samples_of_warcio_are_judged_as_their_table_says(corpora, name, codes):
    assert {code for code, _ in found(corpora / "warcio" / "test" / "data" / name)} == codes


def test_the_offsets_of_a_sample_are_those_of_its_table(corpora):
    entries, _ = split_check(corpora / "warcio" / "test" / "data" / "example.warc.gz")
    assert [entry.offset_bytes for entry in entries] == [0, 353, 784, 2012, 2621, 3207]
    assert [entry.length_bytes for entry in entries] == [353, 431, 1228, 609, 586, 609]


def test_the_iipc_samples_hold_but_for_one_without_its_last_line_end(corpora):
    folder = corpora / "iipc-warc-specifications"
    errors = {
        (path.name, finding.code)
        for path in folder.rglob("*.warc*")
        if path.suffix in {".gz", ".warc"}
        for finding in split_check(path)[1]
        if finding.severity.value == "error"
    }
    assert errors == {("20141124-heritrix-server-not-modified.warc.gz", "WARC-014")}


def test_codes_are_numbered_without_a_gap():
    assert [rule.code for rule in rules.RULES] == [f"WARC-{number:03d}" for number in range(1, len(rules.RULES) + 1)]


def test_every_rule_has_a_test_above():
    source = Path(__file__).read_text(encoding="utf-8")
    assert [rule.code for rule in rules.RULES if f'"{rule.code}' not in source] == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_file_checking_it_ends_and_raises_nothing(tmp_path_factory, data):
    path, entries = write_all_kinds(tmp_path_factory.mktemp("mutated"))
    content = bytearray(path.read_bytes())
    is_compressed = data.draw(st.booleans())
    if not is_compressed:
        content = bytearray(gzip.decompress(content))
        path = path.with_suffix("")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
    path.write_bytes(content)
    checked, findings = split_check(path)
    assert len(checked) <= len(entries) + 1
    assert all(len(one.found) <= 300 for one in findings)
