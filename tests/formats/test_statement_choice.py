"""Which of several statements stand, and what the capture and the headers add to those of the page."""

from datetime import UTC, datetime

from strongroom.formats.statements.choose import choose
from strongroom.formats.statements.reading import Statements, read_statements
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.terms import Place, state
from strongroom.model.description import Candidate

CAPTURED_AT = datetime(2025, 6, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def said(term: str, value: str, origin: Origin, group: int = 0) -> Statement:
    return state(term, value, Place(origin, group), "here")


def stand(*statements: Statement) -> list[tuple[str, str, str]]:
    return [(one.term, one.value, one.reason) for one in choose(statements, record_id="urn:x") if one.chosen]


def read(url: str, media_type: str, text: str | None = None, **headers: str) -> Statements:
    return read_statements(
        text,
        url=url,
        media_type=media_type,
        headers=[("Content-Type", media_type), *((name.replace("_", "-"), value) for name, value in headers.items())],
        captured_at=CAPTURED_AT,
    )


def test_what_a_person_typed_stands_alone() -> None:
    assert stand(
        said("title", "Page", Origin.JSON_LD),
        said("title", "Typed", Origin.TYPED),
        said("creator", "Jane", Origin.JSON_LD),
        said("creator", "Typed one", Origin.TYPED),
        said("creator", "Typed two", Origin.TYPED),
    ) == [
        ("dcterms:title", "Typed", "typed by a person"),
        ("dcterms:creator", "Typed one", "typed by a person"),
        ("dcterms:creator", "Typed two", "typed by a person"),
    ]


def test_a_typed_identifier_is_added_to_those_of_the_page() -> None:
    rows = stand(said("identifier", "https://example.org/a", Origin.CAPTURE), said("identifier", "PZ-1", Origin.TYPED))
    assert [value for _, value, _ in rows] == ["PZ-1", "https://example.org/a"]


def test_a_default_stands_only_where_the_page_says_nothing() -> None:
    default = said("language", "en", Origin.DEFAULT)
    assert stand(default) == [("dcterms:language", "en", "a default, and nothing is stated")]
    assert stand(default, said("language", "fr", Origin.LANG)) == [
        ("dcterms:language", "fr", "lang attribute goes first")
    ]
    assert stand(default, said("language", "??", Origin.LANG)) == [
        ("dcterms:language", "en", "a default, and nothing is stated")
    ]


def test_a_default_goes_before_an_inference() -> None:
    assert stand(said("publisher", "The Mill", Origin.DEFAULT), said("publisher", "example.org", Origin.INFERRED)) == [
        ("dcterms:publisher", "The Mill", "a default, and nothing is stated")
    ]


def test_a_default_does_not_join_what_the_page_states_of_a_term_of_which_every_value_stands() -> None:
    assert stand(said("isPartOf", "A journal", Origin.CITATION), said("isPartOf", "Default", Origin.DEFAULT)) == [
        ("dcterms:isPartOf", "A journal", "citation meta goes first")
    ]


def test_what_the_institution_says_stands_beside_what_the_page_says() -> None:
    rows = stand(
        said("isPartOf", "A journal", Origin.CITATION),
        said("isPartOf", "Our collection", Origin.SETTINGS),
        said("accessRights", "Reading room", Origin.SETTINGS),
        said("accessRights", "Subscribers", Origin.JSON_LD),
    )
    assert [(term, value) for term, value, _ in rows] == [
        ("dcterms:isPartOf", "A journal"),
        ("dcterms:isPartOf", "Our collection"),
        ("dcterms:accessRights", "Subscribers"),
        ("dcterms:accessRights", "Reading room"),
    ]


def test_the_order_of_statements_of_different_origins_does_not_matter() -> None:
    statements = [
        said("title", f"By {origin.source}", origin)
        for origin in (Origin.TITLE, Origin.HEADING, Origin.RDFA, Origin.MICRODATA, Origin.OPENGRAPH)
    ]
    assert choose(statements, record_id="urn:x") == choose(reversed(statements), record_id="urn:x")
    assert stand(*statements)[0][1] == "By opengraph"


def test_a_name_with_the_family_first_is_the_same_name() -> None:
    chosen = choose(
        [said("creator", "Jane Doe", Origin.JSON_LD), said("creator", "Doe, Jane", Origin.DUBLIN_CORE)],
        record_id="urn:x",
    )
    assert [(one.value, one.chosen, one.reason) for one in chosen] == [
        ("Jane Doe", True, "JSON-LD goes first"),
        ("Doe, Jane", False, "says the same as a chosen one"),
    ]


def test_a_number_is_no_publisher() -> None:
    terms = {one.term for one in read("http://192.0.2.7:8080/a", "text/html", "<p>x</p>").statements}
    assert "publisher" not in terms


def test_no_candidate_is_lost() -> None:
    statements = [said("title", str(number), origin) for number, origin in enumerate(Origin)]
    assert len(choose(statements, record_id="urn:x")) == len(Origin)


def test_settings_are_of_no_record_and_statements_of_the_page_are_of_its_record() -> None:
    chosen = choose([said("title", "Typed", Origin.TYPED), said("title", "Page", Origin.TITLE)], record_id="urn:x")
    assert [(one.source, one.record_id) for one in chosen] == [("typed", None), ("html", "urn:x")]


def test_a_pdf_has_its_address_its_format_and_the_name_of_its_file() -> None:
    statements = read(
        "https://example.org/files/Annual%20report.pdf?v=2",
        "application/pdf",
        Content_Disposition='inline; filename="report-2024.pdf"',
        Content_Language="en-GB, de",
        Last_Modified="Mon, 01 Apr 2024 10:00:00 GMT",
        Link='<https://doi.org/10.5555/r>; rel="cite-as", </licence>; rel=license, </x>; rel="license"; anchor="#y"',
    )
    assert [rendered(one) for one in choose(statements.statements, record_id="urn:x") if one.chosen] == [
        ("title", "report-2024.pdf", "header", "Content-Disposition", "HTTP header goes first; the name of the file"),
        (
            "publisher",
            "example.org",
            "capture",
            "WARC-Target-URI",
            "nothing is stated; inferred from the address",
        ),
        ("dateAccepted", "2025-06-01T12:00:00.250Z", "capture", "WARC-Date", "the only statement"),
        ("language", "en-GB", "header", "Content-Language", "HTTP header goes first"),
        ("language", "de", "header", "Content-Language", "HTTP header goes first"),
        ("type", "Text", "capture", "Content-Type", "nothing is stated; inferred from the media type"),
        ("format", "application/pdf", "header", "Content-Type", "HTTP header goes first"),
        ("format", "application/warc", "capture", "WARC", "each such statement stands"),
        ("identifier", "https://doi.org/10.5555/r", "header", "Link", "HTTP header goes first"),
        (
            "identifier",
            "https://example.org/files/Annual%20report.pdf?v=2",
            "capture",
            "WARC-Target-URI",
            "each such statement stands",
        ),
        (
            "source",
            "https://example.org/files/Annual%20report.pdf?v=2",
            "capture",
            "WARC-Target-URI",
            "the only statement",
        ),
        ("license", "https://example.org/licence", "header", "Link", "the only statement"),
    ]
    rejected = [rendered(one) for one in choose(statements.statements, record_id="urn:x") if not one.chosen]
    assert rejected == [
        (
            "title",
            "Annual report.pdf",
            "capture",
            "WARC-Target-URI",
            "differs; HTTP header goes before inference",
        ),
        (
            "modified",
            "2024-04-01T10:00:00Z",
            "header",
            "Last-Modified",
            "when the server's file changed, which is not when the work was published",
        ),
    ]
    assert statements.text == ()


def test_plain_text_is_kept_as_paragraphs() -> None:
    statements = read("https://example.org/notes.txt", "text/plain", "One\nline.\n\nTwo.\n")
    assert statements.text == ("One line.", "Two.")
    assert [one.value for one in statements.statements if one.term == "title"] == ["notes.txt"]


def test_a_capture_is_never_a_publication() -> None:
    statements = read("https://example.org/", "text/html", "<p>x</p>", Last_Modified="Mon, 01 Apr 2024 10:00:00 GMT")
    chosen = [one for one in choose(statements.statements, record_id="urn:x") if one.chosen]
    assert not {one.term for one in chosen} & {"dcterms:issued", "dcterms:date", "dcterms:created", "dcterms:modified"}


def test_a_page_that_would_exhaust_a_parser_is_read_in_part() -> None:
    author = '<meta name="author" content="Ida Falk">'
    statements = read("https://example.org/", "text/html", f"<title>Deep</title>{author}<div>" + "<div>" * 200_000)
    assert [one.value for one in statements.statements if one.term in {"title", "creator"}] == ["Ida Falk", "Deep"]
    assert statements.faults == (
        "the page would exhaust a parser; only its title, its meta elements and its links were read",
    )


def test_tags_in_scripts_are_no_nesting() -> None:
    script = "<script>" + "'<div>'," * 10_000 + "</script>"
    assert read("https://example.org/", "text/html", script).faults == ()


def rendered(one: Candidate) -> tuple[str, str, str, str, str]:
    return one.term.removeprefix("dcterms:"), one.value, one.source, one.pointer, one.reason
