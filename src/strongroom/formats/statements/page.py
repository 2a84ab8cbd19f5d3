"""An HTML page as the extractors see it: a browser's tree, with places in it named by CSS selectors.

All extractors share one tree by selectolax (lexbor), the parser that also finds the references of a page: it builds
what browsers build, so each selector here also finds its element in a browser's console. libxml2's HTML parser
(lxml.html) knows HTML 4 and puts elements elsewhere.
"""

from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborNode

from strongroom.formats.documents.html import parse_html
from strongroom.formats.documents.html_guard import sound_html
from strongroom.formats.statements.languages import language_tag
from strongroom.formats.url import resolve

Node = LexborNode
"""Two of these are compared by their `mem_id`: `==` serialises both, which takes time with the size of the page."""

_SELECTOR_STEPS: Final = 100


class Page:
    """A parsed page.

    Attributes:
        url: where it was captured.
        base: what its references are relative to (HTML Standard, section 2.4.3).
        tree: the parser's tree.
        faults: what kept it from being read as a whole, one sentence each.
    """

    def __init__(self, html: str, *, url: str) -> None:
        """Parse a decoded page."""
        self.url = url
        self.faults: tuple[str, ...] = ()
        sound = sound_html(html)
        if sound != html:
            self.faults = (
                "the page would exhaust a parser; only its title, its meta elements and its links were read",
            )
        self.tree = parse_html(sound)
        self.base = self._base()
        self._nth: dict[tuple[int, str], dict[int, int]] = {}
        self._ids: dict[str, bool] = {}

    def find(self, selector: str) -> list[Node]:
        """The elements that match, in document order."""
        return self.tree.css(selector)

    def resolve(self, reference: str) -> str | None:
        """A reference of this page as an absolute URL."""
        return resolve(reference.strip(), self.base)

    def language_of(self, node: Node) -> str | None:
        """The language of an element's text: its own, or the nearest one around it (HTML Standard, section 3.2.6.2)."""
        for one in (node, *around(node)):
            attributes = one.attributes
            if (named := attributes.get("lang") or attributes.get("xml:lang")) is not None:
                return language_tag(named)
        return None

    def selector(self, node: Node, attribute: str | None = None) -> str:
        """A CSS selector that finds this element alone; `attribute` names where in it the value stands.

        It begins at the nearest element with an unambiguous id, else at head or body; a page that nests deeper than
        100 elements may have it begin anywhere.
        """
        steps: list[str] = []
        here: Node | None = node
        while here is not None and here.is_element_node and here.tag and len(steps) < _SELECTOR_STEPS:
            identifier = here.attributes.get("id") or ""
            if here.tag in {"html", "head", "body"}:
                steps.append(here.tag)
                break
            if identifier and self._is_only(identifier):
                steps.append(f'{here.tag}[id="{_quoted(identifier)}"]')
                break
            steps.append(self._step(here))
            here = here.parent
        if attribute:
            steps[0] += _attribute(node, attribute)
        return " > ".join(reversed(steps))

    def _base(self) -> str:
        node = self.tree.css_first("base[href]")
        if node is None:
            return self.url
        found = resolve((node.attributes.get("href") or "").strip(), self.url)
        return found if found and found.startswith(("http:", "https:")) else self.url

    def _is_only(self, identifier: str) -> bool:
        known = self._ids.get(identifier)
        if known is None:
            known = len(self.tree.css(f'[id="{_quoted(identifier)}"]')) == 1
            self._ids[identifier] = known
        return known

    def _step(self, node: Node) -> str:
        tag, parent = node.tag or "", node.parent
        if parent is None or not tag.isalnum():
            # A name such as o:p would need escaping that not every reader of selectors agrees on.
            return tag if tag.isalnum() else f":nth-child({_place(node)})"
        places = self._nth.get((parent.mem_id, tag))
        if places is None:
            places = {child.mem_id: number for number, child in enumerate(_children(parent, tag), 1)}
            self._nth[parent.mem_id, tag] = places
        return tag if len(places) == 1 else f"{tag}:nth-of-type({places[node.mem_id]})"


def around(node: Node) -> Iterator[Node]:
    """The elements that a node stands in, the nearest one first."""
    here = node.parent
    while here is not None and here.is_element_node:
        yield here
        here = here.parent


def _children(parent: Node, tag: str) -> Iterator[Node]:
    return (child for child in parent.iter() if child.tag == tag)


def _place(node: Node) -> int:
    place, here = 1, node.prev
    while here is not None:
        place += here.is_element_node
        here = here.prev
    return place


def _quoted(text: str) -> str:
    return "".join(
        f"\\{ord(character):x} " if character in '"\\' or character < " " else character for character in text
    )


def _attribute(node: Node, attribute: str) -> str:
    """Name a meta element by what a reader looks for, then the attribute the value was read from."""
    attributes = node.attributes
    for name in ("name", "property", "http-equiv", "itemprop", "rel"):
        if node.tag in {"meta", "link"} and (value := attributes.get(name)):
            return f'[{name}="{_quoted(value)}"][{attribute}]'
    return f"[{attribute}]"
