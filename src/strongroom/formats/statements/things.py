"""Items with types and properties, as JSON-LD, microdata and RDFa all state them: one shape for the three."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from strongroom.formats.statements.article_text import text_of
from strongroom.formats.statements.page import Node, Page
from strongroom.formats.statements.terms import qualified

_SCHEMA: Final = (
    "http://schema.org/",
    "https://schema.org/",
    "http://www.schema.org/",
    "https://www.schema.org/",
    "schema:",
)
_DUBLIN_CORE: Final = (
    "http://purl.org/dc/terms/",
    "http://purl.org/dc/elements/1.1/",
    "https://purl.org/dc/terms/",
    "https://purl.org/dc/elements/1.1/",
    "dcterms:",
    "dc:",
    "dc11:",
    "dct:",
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a property: text, or another thing.

    Attributes:
        raw: the text as written; of a thing, its identifier or nothing.
        pointer: the exact place of `raw`.
        language: BCP 47, or None.
        thing: the thing, or None where the value is text.
    """

    raw: str
    pointer: str
    language: str | None = None
    thing: "Thing | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """An item.

    Attributes:
        types: local names of schema.org types, ``NewsArticle``; others in full.
        id: the absolute URL that names it, fragment included, or None.
        properties: by local name of schema.org, or ``dcterms:`` and the local name; what belongs to other
            vocabularies is not there.
        pointer: where it begins.
    """

    types: tuple[str, ...]
    id: str | None
    properties: Mapping[str, tuple[Value, ...]]
    pointer: str

    def values(self, name: str) -> tuple[Value, ...]:
        """The values of a property, none where there are none."""
        return self.properties.get(name, ())


@dataclass(frozen=True, slots=True)
class Graph:
    """All things of a page in one notation; those that stand in no other one are `roots`."""

    roots: tuple[Thing, ...]
    by_id: Mapping[str, Thing] = field(default_factory=dict)

    def resolve(self, value: Value) -> Thing | None:
        """The thing that a value is; a mere reference is looked up."""
        thing = value.thing
        if thing is not None and not thing.properties and thing.id is not None:
            return self.by_id.get(thing.id, thing)
        return thing

    def things(self, root: Thing, name: str) -> Iterator[Thing]:
        """The things that are values of a property."""
        for value in root.values(name):
            if (thing := self.resolve(value)) is not None:
                yield thing


def graph_of(roots: list[Thing]) -> Graph:
    """Index things by their identifiers, those within others too; the one that says most goes before."""
    by_id: dict[str, Thing] = {}
    waiting = list(roots)
    while waiting:
        thing = waiting.pop()
        if thing.id is not None and thing.properties:
            known = by_id.get(thing.id)
            if known is None or len(known.properties) < len(thing.properties):
                by_id[thing.id] = thing
        waiting.extend(
            value.thing for values in thing.properties.values() for value in values if value.thing is not None
        )
    return Graph(tuple(roots), by_id)


def text_value(node: Node, page: Page) -> Value:
    """The text of an element as a value."""
    return Value(text_of(node), page.selector(node), page.language_of(node))


def linked_value(node: Node, attribute: str, reference: str, page: Page) -> Value:
    """A link as a value: its address; the words of the link are kept as the name of what it leads to."""
    words, pointer = text_value(node, page), page.selector(node, attribute)
    names = {"name": (words,)} if words.raw else {}
    return Value(reference, pointer, thing=Thing((), page.resolve(reference), names, pointer))


def property_name(name: str) -> str | None:
    """The key of a property in `Thing.properties`, or None for what is of no known vocabulary.

    >>> property_name("https://schema.org/headline"), property_name("dc:creator"), property_name("foaf:name")
    ('headline', 'dcterms:creator', None)
    """
    for prefix in _SCHEMA:
        if name.startswith(prefix):
            return name[len(prefix) :] or None
    for prefix in _DUBLIN_CORE:
        if name.startswith(prefix):
            term = qualified(name[len(prefix) :])
            return f"dcterms:{term}" if term else None
    return None if not name or ":" in name or name.startswith("@") else name


def type_name(name: str) -> str:
    """The local name of a schema.org type; another type as it is.

    >>> type_name("http://schema.org/Article"), type_name("http://xmlns.com/foaf/0.1/Document")
    ('Article', 'http://xmlns.com/foaf/0.1/Document')
    """
    for prefix in _SCHEMA:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name
