"""Pages of our own writing, and exactly what must be read out of each."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strongroom.formats.documents.charset import decode_html
from strongroom.formats.statements.article_text import text_of
from strongroom.formats.statements.choose import choose
from strongroom.formats.statements.json_text import read_json
from strongroom.formats.statements.page import Page
from strongroom.formats.statements.reading import Statements, read_statements
from strongroom.formats.statements.things import type_name
from strongroom.model.description import Candidate

PAGES = Path(__file__).parent / "pages"
RECORD = "urn:uuid:00000000-0000-4000-8000-000000000001"
CAPTURED_AT = datetime(2025, 6, 1, 12, 0, 0, 250_000, tzinfo=UTC)
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))
# What every page gets from its capture; fixtures are about what the pages themselves say.
FACTS = {"dateAccepted", "source", "format"}


def read(name: str) -> Statements:
    body = (PAGES / f"{name}.html").read_bytes()
    return read_statements(
        decode_html(body, "text/html")[0],
        url=f"https://example.org/{name}",
        media_type="text/html",
        headers=(("Content-Type", "text/html"),),
        captured_at=CAPTURED_AT,
    )


def described(name: str) -> dict[str, object]:
    statements = read(name)
    candidates = choose(statements.statements, record_id=RECORD)
    own = [one for one in candidates if one.term.removeprefix("dcterms:") not in FACTS]
    return {
        "chosen": [row(one) for one in own if one.chosen],
        "not_chosen": [row(one) for one in own if not one.chosen],
        "faults": list(statements.faults),
        "text": list(statements.text),
    }


def row(one: Candidate) -> list[str | None]:
    term = one.term.removeprefix("dcterms:")
    encoding = one.encoding.removeprefix("dcterms:") if one.encoding else None
    return [term, one.value, one.language, encoding, one.source, one.pointer, one.raw, one.reason]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_exactly_what_its_fixture_says(name: str) -> None:
    expected = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    assert described(name) == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_pointer_leads_to_the_raw_value(name: str) -> None:
    html = decode_html((PAGES / f"{name}.html").read_bytes(), "text/html")[0]
    page = Page(html, url=f"https://example.org/{name}")
    blocks = [node.text(deep=True) for node in page.find('script[type="application/ld+json"]')]
    for one in read(name).statements:
        if one.origin.source == "json-ld":
            assert one.raw in pointed_to(one.pointer, blocks), one
        elif one.origin.source not in {"capture", "header"}:
            assert one.raw in written_at(one.pointer, page), one


def pointed_to(pointer: str, blocks: list[str]) -> list[str]:
    """What stands at a JSON pointer behind ``script[n]``; names that were put together are not at one place."""
    place, _, path = pointer.partition("/")
    block = read_json(blocks[int(place[len("script[") : -1])])
    value = list(block.values) if len(block.values) > 1 else block.values[0]
    around = value
    for token in path.split("/"):
        around, value = value, value[int(token)] if isinstance(value, list) else value[token.replace("~1", "/")]
    written = [str(one) for one in (value if isinstance(value, list) else [value])]
    return (
        [*written, " ".join(map(str, around.values()))[-len("Nils Aarup") :]] if isinstance(around, dict) else written
    )


def written_at(pointer: str, page: Page) -> list[str]:
    """What stands at a selector: the attribute that it ends with, each of its words, or the text."""
    (node,) = page.find(pointer)
    attribute = pointer.rpartition("[")[2].removesuffix("]") if pointer.endswith("]") else ""
    if not attribute or "=" in attribute:
        return [text_of(node)]
    value = node.attributes[attribute] or ""
    return [value, *(type_name(word) for word in value.split())]
