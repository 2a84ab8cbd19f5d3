"""Things stated in RDFa Lite 1.1 (vocab, typeof, property, resource, prefix), and `about` and `content` besides.

Only schema.org and Dublin Core are kept. Meta elements with a prefixed name (``og:title``) are left to `meta`.
"""

from dataclasses import dataclass, field
from typing import Final

from strongroom.formats.statements.page import Node, Page
from strongroom.formats.statements.things import (
    Graph,
    Thing,
    Value,
    graph_of,
    linked_value,
    property_name,
    text_value,
    type_name,
)

MAX_PROPERTIES: Final = 5_000
_MAX_DEPTH: Final = 30
# The initial context of RDFa Core 1.1, as far as it concerns us.
_INITIAL: Final = {
    "schema": "http://schema.org/",
    "dc": "http://purl.org/dc/terms/",
    "dcterms": "http://purl.org/dc/terms/",
    "dc11": "http://purl.org/dc/elements/1.1/",
}


@dataclass(slots=True, eq=False)
class _Growing:
    """A thing whose properties are still being found."""

    types: tuple[str, ...]
    id: str | None
    pointer: str
    properties: dict[str, list["Value | _Growing"]] = field(default_factory=dict)
    is_value: bool = False
    is_root: bool = False

    def grown(self, known: dict[int, Thing], depth: int = 0) -> Thing:
        """Make a thing of it, once; where things lead in circles or very deep, what is left is a reference."""
        if id(self) in known:
            return known[id(self)]
        reference = Thing((), self.id, {}, self.pointer)
        if depth > _MAX_DEPTH:
            return reference
        known[id(self)] = reference
        properties = {
            name: tuple(
                one if isinstance(one, Value) else Value(one.id or "", one.pointer, thing=one.grown(known, depth + 1))
                for one in values
            )
            for name, values in self.properties.items()
        }
        known[id(self)] = Thing(self.types, self.id, properties, self.pointer)
        return known[id(self)]


@dataclass(frozen=True, slots=True)
class _Context:
    subject: _Growing
    vocabulary: str
    prefixes: dict[str, str]


def rdfa(page: Page) -> Graph:
    """Read all things, and what is said of the page itself."""
    if not page.find("[typeof], [vocab], [property]:not(meta)"):
        return Graph(())
    root = page.tree.root
    if root is None:
        return Graph(())
    document = _Growing((), page.url, "html", is_root=True)
    subjects = {page.url: document}
    roots = [document]
    waiting: list[tuple[Node, _Context]] = [(root, _Context(document, "", _INITIAL))]
    stated = 0
    while waiting and stated < MAX_PROPERTIES:
        node, context = waiting.pop()
        if _speaks(node.attributes):
            context, count = _enter(node, context, page, subjects, roots)
            stated += count
        waiting.extend([(child, context) for child in node.iter()][::-1])
    known: dict[int, Thing] = {}
    return graph_of([one.grown(known) for one in roots if one.properties and not one.is_value])


def _speaks(attributes: dict[str, str | None]) -> bool:
    return not attributes.keys().isdisjoint(("property", "typeof", "vocab", "prefix", "resource", "about"))


def _enter(
    node: Node, context: _Context, page: Page, subjects: dict[str, _Growing], roots: list[_Growing]
) -> tuple[_Context, int]:
    """Take in one element: the context for what is within it, and how many properties it stated."""
    attributes = node.attributes
    vocabulary = attributes.get("vocab")
    vocabulary = context.vocabulary if vocabulary is None else vocabulary
    prefixes = context.prefixes | _declared(attributes.get("prefix") or "")
    names = [one for one in (attributes.get("property") or "").split() if not (node.tag == "meta" and ":" in one)]
    keys = [key for name in names if (key := _key(name, vocabulary, prefixes))]
    reference = attributes.get("resource") or attributes.get("about")
    subject = context.subject
    if "typeof" in attributes or (reference is not None and not names):
        types = tuple(
            type_name(_expanded(one, vocabulary, prefixes)) for one in (attributes.get("typeof") or "").split()
        )
        subject = _subject(node, page, subjects, reference, types)
        if not subject.is_root:
            subject.is_root = True
            roots.append(subject)
        if keys and subject is not context.subject:
            subject.is_value = True
            for key in keys:
                context.subject.properties.setdefault(key, []).append(subject)
    elif keys:
        value = _value(node, page)
        for key in keys:
            subject.properties.setdefault(key, []).append(value)
    return _Context(subject, vocabulary, prefixes), len(keys)


def _subject(
    node: Node, page: Page, subjects: dict[str, _Growing], reference: str | None, types: tuple[str, ...]
) -> _Growing:
    address = page.resolve(reference) if reference is not None else None
    if address is not None and address in subjects:
        known = subjects[address]
        if types and not known.types:
            known.types, known.pointer = types, page.selector(node)
        return known
    thing = _Growing(types, address, page.selector(node))
    if address is not None:
        subjects[address] = thing
    return thing


def _declared(text: str) -> dict[str, str]:
    words = text.split()
    return {name[:-1].lower(): iri for name, iri in zip(words[::2], words[1::2], strict=False) if name.endswith(":")}


def _expanded(name: str, vocabulary: str, prefixes: dict[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    if not colon:
        return vocabulary + name
    return prefixes[prefix.lower()] + local if prefix.lower() in prefixes else name


def _key(name: str, vocabulary: str, prefixes: dict[str, str]) -> str | None:
    expanded = _expanded(name, vocabulary, prefixes)
    return property_name(expanded) if ":" in expanded else None


def _value(node: Node, page: Page) -> Value:
    attributes = node.attributes
    for attribute in ("content", "datetime"):
        if (text := attributes.get(attribute)) is not None:
            return Value(text, page.selector(node, attribute), page.language_of(node))
    for attribute in ("resource", "href", "src"):
        if (reference := attributes.get(attribute)) is not None:
            return linked_value(node, attribute, reference, page)
    return text_value(node, page)
