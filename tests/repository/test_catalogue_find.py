"""Searching: what fits and what does not, in the same way on both databases, page by page."""

import json

import pytest

from repository.reading_room import SEED, VALUES, ReadingRoom, bag, link, package
from strongroom.errors import UsageError
from strongroom.model.outcome import Outcome, Relation
from strongroom.repository.catalogue.values import Criteria

HARBOUR, MUSEUM, LETTERS = "urn:x:harbour", "urn:x:museum", "urn:y:letters"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def catalogue(request, tmp_path_factory):
    """One for all tests, none of which changes it."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("catalogue_server").database()
    room = ReadingRoom(tmp_path_factory.mktemp("found"), url)
    room.put(package("uuid-harbour"), HARBOUR, package="uuid-harbour")
    values = {
        "dcterms:title": ["100 % Straße_fragt"],
        "dcterms:creator": ["Zoë Brontë"],
        "dcterms:subject": ["Ships"],
        "dcterms:issued": ["2022-01-31T10:00:00Z"],
        "dcterms:dateAccepted": ["2024-02-29T23:30:00-01:00"],
    }
    links = (
        link("https://museum.example/", relation=Relation.SEED),
        link("https://museum.example/page?a=1", Outcome.FAILED, reason="http-404", status=404),
        link("http://museum.example/plain"),
        link("https://harbour.example/lamp", Outcome.FAILED, reason="dns", status=None),
    )
    room.put(package("uuid-museum", values=values, links=links, pages=b"\n"), MUSEUM, package="uuid-museum")
    room.put(bag(External_Description="Letters", Bagging_Date="2025-11-03"), LETTERS, package="letters")
    with room.catalogue() as opened:
        opened.catch_up()
        yield opened


FITS = [
    ({}, {HARBOUR, MUSEUM, LETTERS}),
    ({"title": "DEPOT LEGAL"}, {HARBOUR}),
    ({"title": "dépôt"}, {HARBOUR}),
    ({"title": "strasse"}, {MUSEUM}),
    ({"title": "%"}, {MUSEUM}),
    ({"title": "_"}, {MUSEUM}),
    ({"title": "le  dépôt"}, {HARBOUR}),
    ({"title": "nunez"}, set()),
    ({"creator": "nunez"}, {HARBOUR}),
    ({"creator": "ZOE"}, {MUSEUM}),
    ({"words": ("ships",)}, {MUSEUM}),
    ({"words": ("ships", "bronte")}, {MUSEUM}),
    ({"words": ("ships", "nunez")}, set()),
    ({"words": ("the next page",)}, {HARBOUR}),
    ({"words": ("other.example",)}, {HARBOUR}),
    ({"words": ("far.example",)}, set()),
    ({"words": ("photograph.tif",)}, {LETTERS}),
    ({"words": ("harbour archive", "letters")}, {LETTERS}),
    ({"words": ("uuid-museum",)}, {MUSEUM}),
    ({"words": ("",), "title": "  "}, {HARBOUR, MUSEUM, LETTERS}),
    ({"url": SEED}, {HARBOUR}),
    ({"url": "HTTPS://Harbour.EXAMPLE:443/article#top"}, {HARBOUR}),
    ({"url": "harbour.example/article"}, {HARBOUR}),
    ({"url": "museum.example/plain"}, {MUSEUM}),
    ({"url": "https://museum.example/plain"}, set()),
    ({"url": "https://museum.example/*"}, {MUSEUM}),
    ({"url": "museum.example/*"}, {MUSEUM}),
    ({"url": "https://harbour.example/*"}, {HARBOUR, MUSEUM}),
    ({"url": "https://HARBOUR.example/l*"}, {MUSEUM}),
    ({"url": "https://*"}, {HARBOUR, MUSEUM}),
    ({"url": "https://far.example/away"}, set()),
    ({"url": "https://far.example/away", "outcome": Outcome.REFUSED}, {HARBOUR}),
    ({"url": "mailto:ada@harbour.example", "outcome": Outcome.REFUSED}, {HARBOUR}),
    ({"url": "https://harbour.example/*", "outcome": Outcome.FAILED}, {MUSEUM}),
    ({"host": "harbour.example"}, {HARBOUR, MUSEUM}),
    ({"host": "HARBOUR.example."}, {HARBOUR, MUSEUM}),
    ({"host": "https://harbour.example/x"}, {HARBOUR, MUSEUM}),
    ({"host": "www.harbour.example"}, {HARBOUR}),
    ({"host": "*.harbour.example"}, {HARBOUR, MUSEUM}),
    ({"host": "*.example"}, {HARBOUR, MUSEUM}),
    ({"host": "rbour.example"}, set()),
    ({"host": "far.example"}, set()),
    ({"host": "far.example", "outcome": Outcome.REFUSED}, {HARBOUR}),
    ({"host": "harbour.example", "outcome": Outcome.FAILED}, {MUSEUM}),
    ({"outcome": Outcome.BLOCKED}, {HARBOUR}),
    ({"outcome": Outcome.FAILED}, {MUSEUM}),
    ({"outcome": Outcome.EMPTY}, set()),
    ({"since": "2025"}, {HARBOUR, LETTERS}),
    ({"since": "2024-03-01", "until": "2024-03-01"}, {MUSEUM}),
    ({"until": "2024-02"}, set()),
    ({"until": "2024"}, {MUSEUM}),
    ({"since": "2025-11-03", "until": "2025-11-03"}, {HARBOUR, LETTERS}),
    ({"since": "2025-11-04"}, set()),
    ({"until": "9999-12-31"}, {HARBOUR, MUSEUM, LETTERS}),
    ({"published_since": "2021-06-15", "published_until": "2021-06-15"}, {HARBOUR}),
    ({"published_since": "2021-07"}, {MUSEUM}),
    ({"published_until": "2021-06"}, {HARBOUR}),
    ({"published_until": "2022-01-31"}, {HARBOUR, MUSEUM}),
    ({"published_until": "2022-01-30"}, {HARBOUR}),
    ({"title": "depot", "host": "harbour.example", "since": "2025", "outcome": Outcome.CAPTURED}, {HARBOUR}),
    ({"title": "depot", "until": "2024"}, set()),
]


def test_what_fits_is_found_and_nothing_else(catalogue):
    for asked, expected in FITS:
        page = catalogue.find(Criteria(**asked))
        assert ({one.object_id for one in page.found}, page.total) == (expected, len(expected)), asked


def test_pages_follow_one_another_without_gap_or_repetition(tmp_path, new_catalogue_url):
    room = ReadingRoom(tmp_path, new_catalogue_url())
    for number in range(11):
        values = {**VALUES, "dcterms:dateAccepted": [f"2024-01-0{1 + number % 3}"]}
        room.put(package(f"uuid-{number}", values=values), f"urn:x:{number:02}", package=f"uuid-{number}")
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        whole = catalogue.find(Criteria(), limit=100)
        keys = [(one.captured, one.object_id) for one in whole.found]
        assert keys == sorted(keys, key=lambda key: ([-ord(letter) for letter in key[0]], key[1]))
        assert (whole.total, whole.after, len(keys)) == (11, "", 11)
        for limit in (1, 3, 10, 11):
            pages, after = [], ""
            while True:
                page = catalogue.find(Criteria(), limit=limit, after=after)
                assert page.total == 11
                pages += page.found
                if not (after := page.after):
                    break
            assert tuple(pages) == whole.found
        # what comes in between the pages does not move them
        first = catalogue.find(Criteria(), limit=4)
        room.put(package("uuid-new"), "urn:x:new", package="uuid-new")
        catalogue.catch_up()
        rest = catalogue.find(Criteria(), limit=100, after=first.after)
        assert (*first.found, *rest.found) == whole.found


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "soon"}, "'soon' is no date; write 2024, 2024-03 or 2024-03-05"),
        ({"published_until": "2024-02-30"}, "'2024-02-30' is no date; write 2024, 2024-03 or 2024-03-05"),
        ({"url": "http://[::1"}, "'http://[::1' is no URL; write it as in https://example.org/article, with * for any end"),
        ({"host": "a b"}, "'a b' is no host; write example.org, or *.example.org with all below it"),
        ({"url": f"https://x.example/{'x' * 1000}*"}, "the beginning of a URL has at most 900 bytes here; shorten it before the *"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_in_a_sentence(catalogue, asked, sentence):
    with pytest.raises(UsageError) as raised:
        catalogue.find(Criteria(**asked))
    assert str(raised.value) == sentence


@pytest.mark.parametrize("after", ["x", "[1,2]", "[]", '{"a":1}', "[" * 100_000, '["a"]', "7"])
def test_a_place_that_no_page_gave_is_refused(catalogue, after):
    with pytest.raises(UsageError, match="copy it as it stands there"):
        catalogue.find(Criteria(), after=after)


@pytest.mark.parametrize("text", ["\0", "\udc80", "a" * 100_000, "'; DROP TABLE version; --", "*", "**", "://", "\n"])
def test_no_text_is_an_error_of_the_database(catalogue, text):
    for name in ("title", "creator", "url", "host"):
        try:
            assert catalogue.find(Criteria(**{name: text})).total in {0, 2, 3}
        except UsageError:
            assert name in {"url", "host"}
    assert catalogue.find(Criteria(words=(text,))).total in {0, 2, 3}
    assert catalogue.find(Criteria(), after=json.dumps(["9", text])).total == 3


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (HARBOUR, HARBOUR),
        ("uuid-museum", MUSEUM),
        ("museum", MUSEUM),
        ("uuid-m", MUSEUM),
        ("urn:x:h", HARBOUR),
        ("lett", LETTERS),
        ("urn:y", LETTERS),
    ],
)
def test_an_object_is_known_by_its_names_and_their_beginnings(catalogue, asked, expected):
    assert catalogue.show(asked).object_id == expected


def test_an_object_is_known_by_the_ingest_identifier_too(catalogue):
    [version] = catalogue.show(MUSEUM).versions
    assert catalogue.show(version.ingest_id).object_id == MUSEUM
    assert catalogue.show(version.ingest_id[:12]).object_id == MUSEUM


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("urn:x", "'urn:x' may be 2 objects, urn:x:harbour, urn:x:museum; give more of it"),
        ("nothing", "the catalogue knows no object or bag 'nothing'; `strongroom find` lists what it knows"),
        ("", "the catalogue knows no object or bag ''; `strongroom find` lists what it knows"),
        ("\udcff\0", "the catalogue knows no object or bag '\\udcff\\x00'; `strongroom find` lists what it knows"),
    ],
)
def test_what_names_no_object_or_several_is_said_in_a_sentence(catalogue, asked, sentence):
    with pytest.raises(UsageError) as raised:
        catalogue.show(asked)
    assert str(raised.value) == sentence


def test_many_objects_of_one_beginning_are_counted(tmp_path):
    room = ReadingRoom(tmp_path)
    for number in range(5):
        room.put(bag(Number=str(number)), f"urn:z:{number}", package="same")
    with room.catalogue() as opened:
        opened.catch_up()
        with pytest.raises(
            UsageError, match="'same' may be 5 objects, urn:z:0, urn:z:1, urn:z:2 and 2 more; give more"
        ):
            opened.show("same")


def test_a_version_that_is_not_there_is_said_in_a_sentence(catalogue):
    found = catalogue.show(HARBOUR)
    with pytest.raises(UsageError, match="urn:x:harbour has no version 7; it has 1"):
        catalogue.detail(found, 7)
