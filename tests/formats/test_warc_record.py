from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.warc_samples import WHEN
from strongroom.formats.warc.fields import read_header
from strongroom.formats.warc.record import (
    NewRecord,
    header,
    milliseconds,
    read_warc_date,
    warc_date,
    warc_fields,
)
from strongroom.model.capture import RecordType
from strongroom.model.digest import Digest

ABC = Digest.of([b"abc"])
RECORD = NewRecord(
    RecordType.REVISIT,
    "urn:uuid:00000000-0000-4000-8000-000000000001",
    WHEN,
    "application/http;msgtype=response",
    b"abc",
    target_uri="https://example.org/",
    address="192.0.2.7",
    concurrent_to="urn:uuid:00000000-0000-4000-8000-000000000002",
    refers_to="urn:uuid:00000000-0000-4000-8000-000000000003",
    truncated="length",
    payload_digest=ABC,
    fields=(("WARC-Profile", "urn:x:y"),),
)


def test_a_header_is_written_in_a_fixed_order_with_milliseconds_and_labelled_digests():
    assert header(RECORD, block_digest=ABC, block_length_bytes=3).decode().split("\r\n") == [
        "WARC/1.1",
        "WARC-Type: revisit",
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>",
        "WARC-Date: 2025-11-03T08:00:00.123Z",
        "WARC-Target-URI: https://example.org/",
        "WARC-IP-Address: 192.0.2.7",
        "WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000002>",
        "WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000003>",
        "WARC-Profile: urn:x:y",
        "WARC-Truncated: length",
        f"WARC-Payload-Digest: sha256:{ABC.hex}",
        f"WARC-Block-Digest: sha256:{ABC.hex}",
        "Content-Type: application/http;msgtype=response",
        "Content-Length: 3",
        "",
        "",
    ]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_value_cannot_begin_another_field(end):
    planted = replace(RECORD, target_uri=f"https://example.org/{end}WARC-Type: response")
    with pytest.raises(ValueError, match="holds a line end"):
        header(planted, block_digest=ABC, block_length_bytes=3)


@given(st.text(max_size=40))
def test_a_value_of_warc_fields_is_one_line_whatever_a_server_wrote(value):
    block = warc_fields([("failure", value), ("after", "x")])
    assert block.count(b"\r\n") == block.count(b"\n") == block.count(b"\r") == 2
    assert read_header(b"WARC/1.1\r\n" + block.removesuffix(b"\r\n")).get("after") == "x"


@given(st.integers(0, 200 * 365 * 86400 * 1_000_000), st.integers(-14 * 60, 14 * 60))
def test_a_moment_comes_back_cut_to_milliseconds(microseconds, offset_minutes):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    elsewhere = moment.astimezone(timezone(timedelta(minutes=offset_minutes)))
    assert read_warc_date(warc_date(elsewhere)) == milliseconds(elsewhere)
    assert moment - milliseconds(elsewhere) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-01-11T23:24:25Z", datetime(2016, 1, 11, 23, 24, 25, tzinfo=UTC)),
        ("2016-01-11T23:24:25.412030Z", datetime(2016, 1, 11, 23, 24, 25, 412030, tzinfo=UTC)),
        ("2016-01-11T23:24:25.412030456Z", datetime(2016, 1, 11, 23, 24, 25, 412030, tzinfo=UTC)),
        ("2016-01-11T23:24Z", datetime(2016, 1, 11, 23, 24, tzinfo=UTC)),
        ("2016-01-11", datetime(2016, 1, 11, tzinfo=UTC)),
        ("2016-01", datetime(2016, 1, 1, tzinfo=UTC)),
        ("2016", datetime(2016, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_form_of_date_that_warc_allows_is_read(text, moment):
    assert read_warc_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2016-13-01",
        "2016-01-11T23:24:25",
        "2016-01-11T23:24:25+01:00",
        "20160111232425",
        "\uff12\uff10\uff11\uff16",
    ],
)
def test_other_dates_are_refused(text):
    with pytest.raises(ValueError):
        read_warc_date(text)


def test_a_stored_header_is_read_whatever_the_case_folds_and_brackets():
    read = read_header(
        b"WARC/1.0\r\nwarc-type: response\r\nWARC-Record-ID:<urn:x:1>\r\nSubject: one\r\n  two\r\nno field\r\nContent-Length: 007"
    )
    assert read.version == "WARC/1.0"
    assert (read.get("WARC-Type"), read.identifier("warc-record-id"), read.length_bytes) == ("response", "urn:x:1", 7)
    assert (read.get("subject"), read.malformed, read.repeated) == ("one two", ("no field",), ())


@pytest.mark.parametrize("value", ["", "-1", "1_000", "0x10", "٣", "9" * 19])
def test_a_length_that_is_no_number_of_bytes_is_none(value):
    assert read_header(f"WARC/1.1\r\nContent-Length: {value}".encode()).length_bytes is None
