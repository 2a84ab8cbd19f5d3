"""dc.xml is what its schema says, whatever the page said; description.json keeps everything."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.formats.dublincore import description_json, read_description_json, write_dublin_core
from strongroom.formats.schema import schemas, validate_xml
from strongroom.formats.statements.choose import choose
from strongroom.formats.statements.statement import Origin
from strongroom.formats.statements.terms import TERMS, Place, state
from strongroom.formats.xml import parse_xml
from strongroom.model.description import Candidate, Description
from strongroom.model.finding import Finding

CHOSEN = Candidate("dcterms:title", "A & B", "en", "json-ld", "script[0]/headline", "A & B", "urn:x", chosen=True)


URLS = [
    "https://example.org/%zz",
    "https://[::1]/a",
    "https://example.org/a[b]",
    "https://example.org:x/",
    "HTTP://:",
    "urn:a//b",
    "doi:10.1/a#b#c",
    "http://\u00e9.example/",
]


def described(*candidates: Candidate) -> Description:
    return Description("https://example.org/a", candidates)


def rendered(description: Description, *extra: Candidate) -> bytes:
    pieces: list[bytes] = []
    write_dublin_core(description, extra, pieces.append, schemas="../../schemas")
    return b"".join(pieces)


def test_a_description_is_written_in_the_fifteen_elements_and_in_terms() -> None:
    document = rendered(
        described(
            CHOSEN,
            replace(CHOSEN, term="dcterms:title", value="Not this", chosen=False),
            replace(CHOSEN, term="dcterms:issued", value="2024-03-05", encoding="dcterms:W3CDTF"),
            replace(CHOSEN, term="dcterms:dateAccepted", value="2025-06-01T12:00:00Z", encoding="dcterms:W3CDTF"),
            replace(CHOSEN, term="dcterms:license", value="https://example.org/l", encoding="dcterms:URI"),
            replace(CHOSEN, term="dcterms:accessRights", value="Open"),
        ),
        replace(CHOSEN, term="dcterms:identifier", value="uuid-1", language=None, source="capture"),
    )
    assert document.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<record xmlns="urn:strongroom:dublin-core:1" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="urn:strongroom:dublin-core:1 ../../schemas/strongroom-dc.xsd">\n'
        '  <dc:title xml:lang="en">A &amp; B</dc:title>\n'
        "  <dc:date>2024-03-05</dc:date>\n"
        "  <dc:identifier>uuid-1</dc:identifier>\n"
        "  <dc:rights>https://example.org/l</dc:rights>\n"
        '  <dc:rights xml:lang="en">Open</dc:rights>\n'
        '  <dcterms:title xml:lang="en">A &amp; B</dcterms:title>\n'
        '  <dcterms:issued xsi:type="dcterms:W3CDTF">2024-03-05</dcterms:issued>\n'
        '  <dcterms:dateAccepted xsi:type="dcterms:W3CDTF">2025-06-01T12:00:00Z</dcterms:dateAccepted>\n'
        "  <dcterms:identifier>uuid-1</dcterms:identifier>\n"
        '  <dcterms:license xsi:type="dcterms:URI">https://example.org/l</dcterms:license>\n'
        '  <dcterms:accessRights xml:lang="en">Open</dcterms:accessRights>\n'
        "</record>\n"
    )


def test_every_term_is_valid_by_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "dc.xml"
    values = ("Text of any kind", "2024-03-05T10:00:00Z", "en-GB", "https://example.org/a", "text/html", "Text")
    statements = [state(term, value, Place(Origin.DUBLIN_CORE), "here") for term in TERMS for value in values]
    candidates = [replace(one, chosen=True) for one in choose(statements, record_id="urn:x")]
    path.write_bytes(rendered(described(*candidates)))
    assert list(validate_xml(path, where="dc.xml")) == []


@settings(max_examples=400)
@given(
    term=st.sampled_from(TERMS),
    value=st.text(max_size=40) | st.from_regex(r"https?://[^\s<>]{0,30}", fullmatch=True) | st.sampled_from(URLS),
    language=st.none() | st.just("de"),
)
def test_whatever_is_stated_makes_a_valid_document(term: str, value: str, language: str | None) -> None:
    statement = state(term, value, Place(Origin.META), "here", language=language)
    document = rendered(described(*(replace(one, chosen=True) for one in choose([statement], record_id="urn:x"))))
    root = parse_xml(document, where="dc.xml")
    assert not isinstance(root, Finding)
    schemas().assertValid(root)


def test_an_empty_value_is_no_element() -> None:
    assert b"title" not in rendered(described(replace(CHOSEN, value="")))


def test_the_json_of_a_description_says_all_of_it() -> None:
    description = Description(
        "https://example.org/a",
        (CHOSEN, replace(CHOSEN, chosen=False, reason="differs")),
        ("a fault",),
        ("One.", "Two."),
    )
    document = json.loads(description_json(description))
    candidates = tuple(Candidate(**one) for one in document.pop("candidates"))
    rest = {name: tuple(document.pop(name)) for name in ("faults", "text")}
    assert Description(candidates=candidates, **rest, **document) == description
    assert description_json(description) == description_json(description)
    assert read_description_json(description_json(description)) == description


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"candidates": [], "faults": [], "text": []}',
        '{"candidates": [], "faults": [], "text": [], "url": "", "more": 1}',
        '{"candidates": [], "faults": [1], "text": [], "url": ""}',
        '{"candidates": [], "faults": 1, "text": [], "url": ""}',
        '{"candidates": [1], "faults": [], "text": [], "url": ""}',
        '{"candidates": [{"term": "dc:title"}], "faults": [], "text": [], "url": ""}',
        "\udcff",
    ],
)
def test_what_is_no_description_is_not_read_as_one(document: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_description_json(document.encode("utf-8", "surrogateescape"))
