import gzip
import random

import pytest

from strongroom.formats.documents.document import Document
from strongroom.model.exchange import Exchange
from strongroom.model.outcome import LinkRow, Outcome, Relation
from strongroom.web.reading import read
from strongroom.web.verdict import loss
from web.exchanges import answer, answered

URL = "http://example.org/page"
PAGE = b"<!doctype html><title>A page</title><p>Words enough to be a page.</p><a href=/next>next</a>"


def page(body: bytes = PAGE, *headers: bytes) -> Exchange:
    return answered(URL, answer(200, body, *headers))


def test_a_page_is_read_with_its_title_and_links():
    reading = read(page(), Relation.SEED, is_page=True)
    named = [(one.url, one.relation) for one in reading.references]
    assert (reading.outcome, reading.reason, reading.title) == (Outcome.CAPTURED, "ok", "A page")
    assert named == [("http://example.org/next", Relation.HYPERLINK), ("http://example.org/favicon.ico", Relation.ICON)]


def test_a_broken_coding_leaves_the_answer_captured_and_says_that_links_may_be_missing():
    coded = gzip.compress(PAGE + random.Random(1).randbytes(4000).hex().encode())
    reading = read(page(coded[: len(coded) // 2], b"Content-Encoding: gzip"), Relation.SEED, is_page=True)
    assert (reading.outcome, reading.reason.partition(":")[0]) == (Outcome.CAPTURED, "part-read")


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError(), KeyError("x"), MemoryError()])
def test_a_page_that_no_parser_foresaw_ends_no_capture(error: Exception):
    def read_body(*_: object, **__: object) -> Document:
        raise error

    reading = read(page(), Relation.SEED, is_page=True, read_body=read_body)
    reason = f"part-read: its links could not be read ({type(error).__name__})"
    assert (reading.outcome, reading.reason, reading.references) == (Outcome.CAPTURED, reason, ())


@pytest.mark.parametrize(("reason", "is_loss"), [("ok", False), ("part-read: too many links", True)])
def test_what_was_read_in_part_is_a_loss(reason: str, *, is_loss: bool):
    row = LinkRow(URL, Outcome.CAPTURED, reason, 200, "text/html", 1, "urn:uuid:1", "", Relation.HYPERLINK, 1, 1)
    assert (loss(row, is_page=True) is not None) == is_loss
