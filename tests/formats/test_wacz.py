import json

from hypothesis import given
from hypothesis import strategies as st

from edges import BEGINNING
from strongroom.formats.wacz.files import (
    PageLine,
    Resource,
    read_datapackage_digest,
    read_pages,
    read_resources,
    write_datapackage,
    write_datapackage_digest,
    write_pages,
)
from strongroom.model.capture import Page
from strongroom.model.digest import Fixity

PAGE = Page("https://example.org/a", BEGINNING, "An article", "urn:uuid:00000000-0000-4000-8000-00000000000a", 0)
FILES = [
    ("pages/pages.jsonl", Fixity(10, "aa", "bb")),
    ("archive/Capture-00001.warc.gz", Fixity(20, "cc", "dd")),
    ("indexes/index.cdxj", Fixity(30, "ee", "ff")),
]


def test_pages_are_a_header_and_a_line_each():
    assert [json.loads(line) for line in write_pages([PAGE], title="Journal")] == [
        {"format": "json-pages-1.0", "id": "pages", "title": "Journal"},
        {
            "id": "00000000-0000-4000-8000-00000000000a",
            "url": "https://example.org/a",
            "ts": "2025-11-03T08:00:00.000Z",
            "title": "An article",
        },
    ]


@given(st.text())
def test_a_title_is_one_line_and_comes_back(title):
    page = Page("https://example.org/a", BEGINNING, title, "urn:uuid:a", 0)
    lines = list(write_pages([page]))
    assert b"".join(lines).count(b"\n") == 2
    assert list(read_pages(lines)) == [PageLine(page.url, "2025-11-03T08:00:00.000Z", title or page.url)]


def test_lines_that_are_no_pages_are_given_as_such():
    assert list(read_pages([b'{"format": "json-pages-1.0"}\n', b"[]\n{}\nnothing\n", b'{"url": "http://a/"}'])) == [
        None,
        None,
        None,
        PageLine("http://a/", "", ""),
    ]


def test_the_data_package_lists_every_file_with_its_digest():
    document = write_datapackage(FILES, title="Títle", created=BEGINNING, software="strongroom 0.1.0", main_page=PAGE)
    assert json.loads(document) == {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": "Títle",
        "created": "2025-11-03T08:00:00Z",
        "software": "strongroom 0.1.0",
        "mainPageUrl": "https://example.org/a",
        "mainPageDate": "2025-11-03T08:00:00.000Z",
        "resources": [
            {
                "name": "capture-00001.warc.gz",
                "path": "archive/Capture-00001.warc.gz",
                "hash": "sha256:cc",
                "bytes": 20,
            },
            {"name": "index.cdxj", "path": "indexes/index.cdxj", "hash": "sha256:ee", "bytes": 30},
            {"name": "pages.jsonl", "path": "pages/pages.jsonl", "hash": "sha256:aa", "bytes": 10},
        ],
    }
    assert read_resources(document) == (
        Resource("archive/Capture-00001.warc.gz", "sha256:cc", 20),
        Resource("indexes/index.cdxj", "sha256:ee", 30),
        Resource("pages/pages.jsonl", "sha256:aa", 10),
    )


def test_the_digest_of_the_data_package_stands_beside_it():
    data = write_datapackage_digest(Fixity(1, "ab", "cd"))
    assert json.loads(data) == {"path": "datapackage.json", "hash": "sha256:ab"}
    assert read_datapackage_digest(data) == "sha256:ab"


@given(st.binary(max_size=50))
def test_what_is_no_data_package_is_none(data):
    assert read_resources(data) is None
    assert read_resources(b'{"resources": [' + data + b"]}") in {None, ()}
    assert read_datapackage_digest(data) is None
    assert all(page is None for page in read_pages([data]))
