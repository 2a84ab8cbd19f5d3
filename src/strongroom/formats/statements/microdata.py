"""Things stated in microdata (HTML Standard, section 5); `content` counts on any element, as pages use it."""

from typing import Final

from strongroom.formats.statements.page import Node, Page, around
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

MAX_ITEMS: Final = 2_000
# Looked at for all items together: several may refer to the same part of a page by itemref.
MAX_ELEMENTS: Final = 100_000
_MAX_DEPTH: Final = 30
_URL_ATTRIBUTES: Final = {
    "a": "href",
    "area": "href",
    "link": "href",
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "source": "src",
    "track": "src",
    "video": "src",
    "object": "data",
}
_VALUE_ATTRIBUTES: Final = {"data": "value", "meter": "value", "time": "datetime"}


def microdata(page: Page) -> Graph:
    """Read all top-level items."""
    scopes = page.find("[itemscope]")[:MAX_ITEMS]
    reader = _Reader(page)
    return graph_of([reader.item(node, 0, frozenset()) for node in scopes if not _is_value(node)])


def _is_value(node: Node) -> bool:
    """An item that is the value of a property of another one, not a top-level item."""
    if "itemprop" not in node.attributes:
        return False
    return any("itemscope" in one.attributes for one in around(node))


class _Reader:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._left = MAX_ELEMENTS

    def item(self, node: Node, depth: int, around: frozenset[int]) -> Thing:
        attributes = node.attributes
        properties: dict[str, list[Value]] = {}
        around |= {node.mem_id}
        for part in self._elements(node):
            names = [one for name in (part.attributes.get("itemprop") or "").split() if (one := property_name(name))]
            if not names:
                continue
            value = self._value(part, depth, around)
            if value is not None:
                for name in names:
                    properties.setdefault(name, []).append(value)
        identifier = attributes.get("itemid")
        return Thing(
            types=tuple(type_name(one) for one in (attributes.get("itemtype") or "").split()),
            id=self._page.resolve(identifier) if identifier else None,
            properties={name: tuple(values) for name, values in properties.items()},
            pointer=self._page.selector(node),
        )

    def _elements(self, item: Node) -> list[Node]:
        """The elements that may state properties of an item: within it, or where its `itemref` points."""
        waiting = list(item.iter())[::-1]
        for identifier in (item.attributes.get("itemref") or "").split():
            quoted = identifier.replace("\\", "\\\\").replace('"', '\\"')
            waiting.extend(self._page.find(f'[id="{quoted}"]')[:1])
        found: list[Node] = []
        seen: set[int] = set()
        while waiting and self._left:
            node = waiting.pop()
            if node.mem_id in seen:
                continue
            self._left -= 1
            seen.add(node.mem_id)
            attributes = node.attributes
            if "itemprop" in attributes:
                found.append(node)
            if "itemscope" not in attributes:
                waiting.extend(list(node.iter())[::-1])
        return found

    def _value(self, node: Node, depth: int, around: frozenset[int]) -> Value | None:
        page, attributes, tag = self._page, node.attributes, node.tag or ""
        if "itemscope" in attributes:
            if depth >= _MAX_DEPTH or node.mem_id in around:
                return None
            thing = self.item(node, depth + 1, around)
            return Value(thing.id or "", page.selector(node, "itemid") if thing.id else thing.pointer, thing=thing)
        if (content := attributes.get("content")) is not None:
            return Value(content, page.selector(node, "content"), page.language_of(node))
        if (attribute := _URL_ATTRIBUTES.get(tag)) and (reference := attributes.get(attribute)) is not None:
            return linked_value(node, attribute, reference, page)
        if (attribute := _VALUE_ATTRIBUTES.get(tag)) and (value := attributes.get(attribute)):
            return Value(value, page.selector(node, attribute))
        return text_value(node, page)
