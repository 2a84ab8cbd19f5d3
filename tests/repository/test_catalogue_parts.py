"""The forms in which texts, dates, URLs and hosts are kept and compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.repository.catalogue.addresses import (
    MAX_URL_BYTES,
    end_of,
    host_key,
    host_of,
    host_of_key,
    url_key,
)
from strongroom.repository.catalogue.days import day_after, days_of, moment_of
from strongroom.repository.catalogue.folding import folded, kept

ANY = st.text(st.characters(), max_size=40)
VALID = st.text(st.characters(codec="utf-8"), max_size=40)


@given(ANY)
def test_folding_again_changes_nothing(text):
    assert folded(folded(text)) == folded(text)


@given(VALID, VALID, VALID)
def test_a_part_of_a_text_is_found_whatever_its_case_and_composition(before, part, after):
    words = " ".join(part.split())
    text = f"{before} {words} {after}"
    for spelled in (words, words.lower(), unicodedata.normalize("NFD", words), unicodedata.normalize("NFC", words)):
        assert folded(spelled) in folded(text)


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_kept_can_be_written(text):
    assert "\0" not in kept(text, 1000)
    kept(text, 1000).encode()


@given(VALID.filter(bool), VALID)
def test_all_that_begins_with_a_prefix_lies_before_its_end_in_the_order_of_bytes(prefix, rest):
    end = end_of(prefix)
    if end:
        assert prefix.encode() <= (prefix + rest).encode() < end.encode()
    if not rest.startswith(prefix) and rest.encode() > prefix.encode() and end:
        assert rest.encode() >= end.encode()


def test_the_last_text_of_all_has_no_end():
    assert (end_of("\U0010ffff" * 3), end_of("a\U0010ffff"), end_of("\ud7ff"), end_of("")) == ("", "b", "\ue000", "")


@given(st.text(st.characters(exclude_categories=[]), max_size=3000))
def test_a_url_is_kept_in_a_form_that_an_index_can_hold(url):
    key = url_key(url)
    assert len(key.encode()) <= MAX_URL_BYTES
    assert url_key(key) == key


def test_long_urls_that_differ_at_their_end_differ():
    assert len({url_key("https://x.example/" + "ä" * 5000 + end) for end in "abc"}) == 3


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.example.org:8080/x?y#z", "www.example.org"),
        ("https://user:word@example.org/", "example.org"),
        ("https://[2001:db8::1]:80/", "[2001:db8::1]"),
        ("http://192.0.2.7/", "192.0.2.7"),
        ("https://example.org./", "example.org"),
        ("mailto:ada@example.org", ""),
        ("data:text/plain,http://x/", ""),
        ("", ""),
        ("https://", ""),
        ("https:///x", ""),
        ("https://a\0b/", "a\ufffdb"),
    ],
)
def test_the_host_of_a_url(url, host):
    assert host_of(url) == host
    assert host_of_key(host_key(host)) == host


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024", ("2024-01-01", "2024-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023-02", ("2023-02-01", "2023-02-28")),
        ("9999-12", ("9999-12-01", "9999-12-31")),
        ("2024-03-05", ("2024-03-05", "2024-03-05")),
        ("2024-03-05T10:00", ("2024-03-05", "2024-03-05")),
    ],
)
def test_a_date_means_its_days(text, days):
    assert days_of(text) == days


@pytest.mark.parametrize(
    "text", ["", "24", "2024-13", "2024-02-30", "0000", "2024-3-5", "20240305", "٢٠٢٤", "2024-03-05 "]
)
def test_what_is_no_date_means_none(text):
    assert days_of(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-06T09:08:09+02:00", "2024-05-06T07:08:09Z"),
        ("2024-05-06T07:08:09.123Z", "2024-05-06T07:08:09.123000Z"),
        ("2024-05-06", "2024-05-06"),
        ("2024-05-06T09:08:09", ""),
        ("2024-05", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("T", ""),
        ("soon", ""),
    ],
)
def test_a_moment_is_kept_in_utc(text, moment):
    assert moment_of(text) == moment


def test_the_day_after():
    assert (day_after("2024-02-28"), day_after("2024-12-31")) == ("2024-02-29", "2025-01-01")
    assert day_after("9999-12-31") > "9999-12-31T23:59:59Z"
