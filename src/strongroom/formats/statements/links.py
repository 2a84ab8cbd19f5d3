"""Statements in link relations: of link elements, of a and area elements (HTML Standard, section 4.6.7)."""

from collections.abc import Iterator
from typing import Final

from strongroom.formats.statements.article_text import text_of
from strongroom.formats.statements.meta import dublin_core_term
from strongroom.formats.statements.names import byline_names
from strongroom.formats.statements.page import Node, Page
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.terms import Place, state

_RELATIONS: Final = {
    "canonical": "identifier",
    "cite-as": "identifier",
    "shortlink": "identifier",
    "license": "license",
    "copyright": "rights",
    "amphtml": "hasFormat",
}
# What a page offers as another form of itself; feeds are not that.
_FORMS: Final = frozenset(
    {
        "application/pdf",
        "application/epub+zip",
        "application/xml",
        "application/tei+xml",
        "text/markdown",
        "text/plain",
        "application/vnd.oasis.opendocument.text",
    }
)
_MAX_LINKS: Final = 1_000


def links(page: Page) -> Iterator[Statement]:
    """State what the relations of a page's links say."""
    for node in page.find("link[rel][href], a[rel][href], area[rel][href]")[:_MAX_LINKS]:
        attributes = node.attributes
        reference = attributes.get("href") or ""
        relations = (attributes.get("rel") or "").lower().split()
        address = page.resolve(reference)
        if address is None:
            continue
        for relation in relations:
            yield from _related(relation, relations, node, address, page)


def _related(relation: str, relations: list[str], node: Node, address: str, page: Page) -> Iterator[Statement]:
    reference = node.attributes.get("href") or ""
    is_link = node.tag == "link"
    pointer = page.selector(node, "href")
    if term := _RELATIONS.get(relation):
        # In the head it is about the page; elsewhere mostly too, but a head goes before.
        yield _addressed(term, reference, address, Place(Origin.LINK, 0 if is_link else 1), pointer)
    elif is_link and (term := dublin_core_term(relation)):
        yield _addressed(term, reference, address, Place(Origin.DUBLIN_CORE), pointer)
    elif relation == "alternate" and is_link and "stylesheet" not in relations:
        media_type = (node.attributes.get("type") or "").partition(";")[0].strip().lower()
        if media_type in _FORMS:
            yield _addressed("hasFormat", reference, address, Place(Origin.LINK), pointer)
    elif relation == "author":
        yield from _author(node, reference, page)
    elif relation == "tag" and not is_link:
        yield state("subject", text_of(node), Place(Origin.LINK), page.selector(node), language=page.language_of(node))


def _addressed(term: str, reference: str, address: str, place: Place, pointer: str) -> Statement:
    if not address.startswith(("http:", "https:")):
        place = Place(place.origin, place.group, "no address on the web")
    return state(term, address, place, pointer, written=reference)


def _author(node: Node, reference: str, page: Page) -> Iterator[Statement]:
    words = text_of(node)
    if node.tag == "link" or not words:
        place = Place(Origin.LINK, 1, doubt="an address, not a name")
        yield state("creator", reference, place, page.selector(node, "href"))
        return
    for name in byline_names(words):
        yield state("creator", name, Place(Origin.LINK), page.selector(node), written=words)
