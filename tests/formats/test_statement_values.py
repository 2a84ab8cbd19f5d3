"""Dates, languages, identifiers and names, out of what pages write."""

# ruff: noqa: RUF001 - letters and digits of many scripts

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.statements.dates import names_a_year, w3cdtf
from strongroom.formats.statements.identifiers import doi_uri, identifier, isbn_uri, issn_uri
from strongroom.formats.statements.languages import language_tag
from strongroom.formats.statements.months import MONTHS
from strongroom.formats.statements.names import byline_names, doubt_of_name, listed_names
from strongroom.formats.statements.terms import ELEMENTS, TERMS, qualified
from strongroom.formats.statements.text import fold, is_void, likeness, plain

READ = {
    "2024": "2024",
    "2024-03": "2024-03",
    "2024-03-05": "2024-03-05",
    "2024-3-5": "2024-03-05",
    "2024/03/05": "2024-03-05",
    "2024.03.05": "2024-03-05",
    "20240305": "2024-03-05",
    "20240305T101500Z": "2024-03-05T10:15:00Z",
    "2024-03-05T10:15Z": "2024-03-05T10:15:00Z",
    "2024-03-05T10:15:30.120+0100": "2024-03-05T10:15:30.120+01:00",
    "2024-03-05 10:15:30 +01:00": "2024-03-05T10:15:30+01:00",
    "2024-03-05 10:15:30": "2024-03-05",
    "2024-03-05T10:15:00": "2024-03-05",
    "2024-03-05T10:15:00+01:00[Europe/Paris]": "2024-03-05T10:15:00+01:00",
    "Tue, 05 Mar 2024 10:15:00 GMT": "2024-03-05T10:15:00Z",
    "Tue Mar 05 2024 10:15:00 GMT+0100 (CET)": "2024-03-05T10:15:00+01:00",
    "March 5, 2024": "2024-03-05",
    "March 5th, 2024 at 3:05 pm": "2024-03-05",
    "5 mars 2024 à 10:15": "2024-03-05",
    "1er février 2024": "2024-02-01",
    "5. März 2024": "2024-03-05",
    "05.03.2024": "2024-03-05",
    "05.03.2024, 10:15": "2024-03-05",
    "5 de marzo de 2024": "2024-03-05",
    "5 março 2024": "2024-03-05",
    "5 марта 2024 г.": "2024-03-05",
    "5 Mart 2024": "2024-03-05",
    "2024年3月5日": "2024-03-05",
    "2024年3月": "2024-03",
    "2024년 3월 5일": "2024-03-05",
    "25/03/2024": "2024-03-25",
    "03/25/2024": "2024-03-25",
    "05/05/2024": "2024-05-05",
    "٢٠٢٤/٠٣/٠٥": "2024-03-05",
    "Published: March 2024": "2024-03",
    "1384": "1384",
}
NOT_READ = [
    "",
    "03/05/2024",
    "05-03-2024",
    "5/3/24",
    "yesterday",
    "vor 3 Stunden",
    "2024-02-30",
    "2024-13-01",
    "2024-03-05T25:00:00Z",
    "0000-00-00",
    "0001-01-01T00:00:00Z",
    "2567-03-05",
    "۱۴۰۲/۱۲/۱۵",
    "1709632800",
    "March 5 and 6, 2024",
    "April or May 2024",
    "令和6年3月5日",
    "9" * 500,
]


@pytest.mark.parametrize(("written", "read"), READ.items())
def test_a_date_is_read_with_the_precision_it_has(written: str, read: str) -> None:
    assert w3cdtf(written) == read


@pytest.mark.parametrize("written", NOT_READ)
def test_a_date_that_would_have_to_be_guessed_is_not_read(written: str) -> None:
    assert w3cdtf(written) is None


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2199, 12, 31)))
def test_every_iso_date_is_read_as_it_stands(day: date) -> None:
    assert w3cdtf(day.isoformat()) == day.isoformat()
    assert w3cdtf(f"{day.day}. {day.month}. {day.year}") == day.isoformat()


@given(st.text(max_size=120))
def test_whatever_is_read_as_a_date_has_the_form_of_w3cdtf(text: str) -> None:
    read = w3cdtf(text)
    form = r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?"
    assert read is None or re.fullmatch(form, read)


def test_every_name_of_a_month_is_read() -> None:
    read = {name: w3cdtf(f"7 {name} 2024") for name in MONTHS}
    assert read == {name: f"2024-{number:02}-07" for name, number in MONTHS.items()}


def test_a_year_can_be_told_where_no_date_can_be_read() -> None:
    assert [names_a_year(text) for text in ("03/05/2024", "۱۴۰۲/۱۲/۱۵", "yesterday", "17096328001")] == [
        True,
        True,
        False,
        False,
    ]


def test_language_tags_are_written_as_bcp_47_writes_them() -> None:
    written = ["en", "EN-gb", "pt_BR", "zh-hant-tw", "sr-Latn-RS", "de-CH-1996", "es-419", "ger", "eng", "fr_FR.UTF-8"]
    assert [language_tag(one) for one in written] == [
        "en",
        "en-GB",
        "pt-BR",
        "zh-Hant-TW",
        "sr-Latn-RS",
        "de-CH-1996",
        "es-419",
        "de",
        "en",
        "fr-FR",
    ]


def test_what_names_no_single_language_is_no_tag() -> None:
    assert {language_tag(one) for one in ["", "und", "mul", "x-default", "en, fr", "C", "klingonisch", "12"]} == {None}


def test_identifiers_get_their_uri_only_where_their_check_digits_hold() -> None:
    assert doi_uri("doi: https://doi.org/10.1000/a(b)") == "https://doi.org/10.1000/a(b)"
    assert doi_uri("11.1000/a") is None
    assert issn_uri("ISSN 2049-3630") == "urn:ISSN:2049-3630"
    assert issn_uri("2049-3631") is None
    assert issn_uri("1050-124X") == "urn:ISSN:1050-124X"
    assert isbn_uri("ISBN-13: 978-3-16-148410-0") == "urn:ISBN:9783161484100"
    assert isbn_uri("978-3-16-148410-1") is None
    assert isbn_uri("080442957x") == "urn:ISBN:080442957X"
    assert identifier("https://example.org/a|b") == ("https://example.org/a|b", None)


def test_names_are_split_where_they_are_separated_and_nowhere_else() -> None:
    assert listed_names("Doe, Jane; Roe, Rick;") == ["Doe, Jane", "Roe, Rick"]
    assert byline_names("By Jane Doe") == ["Jane Doe"]
    assert byline_names("Von Jörg Weiß und Ute Kern") == ["Jörg Weiß", "Ute Kern"]
    assert byline_names("Doe, Jane") == ["Doe, Jane"]
    assert byline_names("文／佐藤花子、田中一郎") == ["佐藤花子", "田中一郎"]
    assert byline_names("文天祥") == ["文天祥"]
    assert byline_names("Emily Bronte") == ["Emily Bronte"]
    assert byline_names("By Jane Doe | 5 March 2024") == []
    assert byline_names("") == []


def test_addresses_are_no_names() -> None:
    doubts = [
        doubt_of_name(one) for one in ("https://example.org/jane", "jane@example.org", "undefined", "x" * 301, "Jo")
    ]
    assert doubts == ["an address, not a name", "a mail address, not a name", "says nothing", "too long for a name", ""]


def test_terms_are_those_of_dcmi() -> None:
    assert len(ELEMENTS) == 15
    assert len(TERMS) == len(set(TERMS)) == 55
    assert set(ELEMENTS) < set(TERMS)
    assert [
        qualified(one) for one in ("dcterms:issued", "DC.Title", "title", "dct:isPartOf", "dc:headline", "og:title")
    ] == [
        "issued",
        "title",
        "title",
        "isPartOf",
        None,
        None,
    ]


@given(st.text(max_size=200))
def test_cleaning_text_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert "\ud800" not in fold(text)


def test_markup_and_doubled_references_are_taken_out_of_attribute_values() -> None:
    assert plain("<p class='a'>Tom &amp;amp; Jerry</p>\n&nbsp;1 < 2") == "Tom & Jerry 1 < 2"


def test_leftovers_of_templates_say_nothing() -> None:
    void = ["", "null", "[object Object]", "{{ title }}", "%%author%%", "${name}", "---", "<%= x %>"]
    assert [is_void(one) for one in void] == [True] * len(void)
    assert not is_void("Null Island")


def test_spellings_of_one_title_fall_together_and_titles_in_other_scripts_do_not() -> None:
    assert likeness("L'été — 2024") == likeness("L\u2019E\u0301TE\u0301 2024")
    assert likeness("पुरानी") != likeness("पुराना")
