"""HTML as browsers read it, scripts disabled: what a page refers to and what it says of itself.

The tree is lexbor's, built by the HTML Standard's rules, with the content of `noscript` as markup. This module does
not describe a page (`strongroom.formats.statements` does) and loads nothing.
"""

from dataclasses import dataclass

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from strongroom.formats.documents.html_elements import Attributes, is_icon_link, refer
from strongroom.formats.documents.html_guard import sound_html
from strongroom.formats.documents.references import References, fold
from strongroom.formats.url import resolve
from strongroom.model.outcome import Relation

# Documents within documents: srcdoc and shadow trees, as deep as anybody writes them.
_MAX_DEPTH = 8
_MEDIA = frozenset({"img", "svg", "video", "audio", "iframe", "object", "embed", "frame", "image", "math", "input"})
_UNSEEN = frozenset({"script", "style", "noscript", "template", "title", "noembed", "noframes"})
_READ_HERE = frozenset({"a", "area", "style", "title", "html", "meta", "link", "iframe", "template"})
# Of the texts of all links together; links that stand in each other would be read over and over.
_MAX_LINK_CHARACTERS = 16 * 2**20
_NO_BASE = ("data:", "javascript:")


@dataclass(slots=True)
class HtmlPage:
    """What a page says of itself.

    Attributes:
        title: white space folded; empty without one.
        base: what its references are relative to.
        language: of the root element, or stated by a `meta` element, as written; None where none is stated.
        has_content: whether a reader without scripts sees text, an image, or is led on.
        has_icon: whether it names its icon.
        link_characters: the length of the texts of its links, together.
    """

    title: str = ""
    base: str = ""
    language: str | None = None
    has_content: bool = False
    has_icon: bool = False
    link_characters: int = 0


def read_page(text: str, references: References) -> HtmlPage:
    """Read a decoded page; what it refers to goes into `references`."""
    tree = parse_html(text)
    references.base = _base(tree, references.base)
    page = HtmlPage(base=references.base)
    if tree.root is not None:
        _walk(tree.root, page, references, depth=0)
    page.has_content = page.has_content or references.has(Relation.REDIRECT) or _has_text(tree.body)
    return page


def parse_html(text: str) -> LexborHTMLParser:
    """Parse a decoded page as browsers with scripts disabled do, at a cost in proportion to its length."""
    # Without mutation events: they copy options into `selectedcontent`, at a cost that grows with their square.
    return LexborHTMLParser(sound_html(text), options=LexborDocumentOptions.WO_EVENTS)


def _walk(root: LexborNode, page: HtmlPage, references: References, *, depth: int) -> None:
    for node in root.traverse():
        tag = node.tag
        if tag is None:
            continue
        attributes = node.attributes
        if tag in _READ_HERE:
            _read(node, tag, attributes, page, references, depth=depth)
        if attributes:
            refer(tag, attributes, references)
        if tag in _MEDIA and not page.has_content:
            page.has_content = _is_seen(tag, attributes)


def _read(
    node: LexborNode, tag: str, attributes: Attributes, page: HtmlPage, references: References, *, depth: int
) -> None:
    """Read an element of which more matters than its attributes."""
    match tag:
        case "a" | "area":
            href = attributes.get("href") or attributes.get("xlink:href")
            if href:
                text = node.text() if page.link_characters < _MAX_LINK_CHARACTERS else ""
                page.link_characters += len(text)
                references.add(href, Relation.HYPERLINK, f"{tag}@href", text)
        case "style":
            if (attributes.get("type") or "").strip().lower() in {"", "text/css"}:
                references.stylesheet(node.text(), "style")
        case "title":
            if not page.title and not depth and not _is_in_svg(node):
                page.title = fold(node.text())
        case "html":
            page.language = attributes.get("lang") or attributes.get("xml:lang") or page.language
        case "meta":
            _read_meta(attributes, page)
        case "link":
            # Browsers look for the icon in the head alone.
            page.has_icon = page.has_icon or (is_icon_link(attributes) and _is_in_head(node))
        case "iframe":
            source = attributes.get("srcdoc")
            if source and depth < _MAX_DEPTH:
                tree = parse_html(source)
                inner = references.within()
                inner.base = _base(tree, inner.base)
                if tree.root is not None:
                    _walk(tree.root, HtmlPage(), inner, depth=depth + 1)
        case "template":
            # A shadow tree that is declared in markup is rendered; any other template is not.
            if "shadowrootmode" in attributes and depth < _MAX_DEPTH:
                for fragment in node.template_fragments():
                    _walk(fragment, page, references, depth=depth + 1)
        case _:
            pass


def _read_meta(attributes: Attributes, page: HtmlPage) -> None:
    if (attributes.get("http-equiv") or "").strip().lower() == "content-language":
        page.language = page.language or (attributes.get("content") or "").strip() or None


def _base(tree: LexborHTMLParser, fallback: str) -> str:
    """The base URL: of the first `base` with a href, itself relative to the fallback (HTML Standard, 4.2.3)."""
    for node in tree.css("base[href]"):
        href = node.attributes.get("href") or ""
        base = resolve(href, fallback)
        return fallback if base is None or base.startswith(_NO_BASE) else base
    return fallback


def _is_seen(tag: str, attributes: Attributes) -> bool:
    """Whether a media element shows anything: pixels that count visitors do not."""
    if tag == "input":
        return (attributes.get("type") or "").lower() == "image"
    size = {(attributes.get("width") or "").strip(), (attributes.get("height") or "").strip()}
    return tag in {"svg", "math"} or not size & {"0", "1", "0px", "1px"}


def _has_text(body: LexborNode | None) -> bool:
    """Whether a reader without scripts sees any text; what `noscript` says there is no content of the page."""
    if body is None:
        return False
    for node in body.traverse(include_text=True, skip_empty=True):
        if not node.is_text_node or not (node.text_content or "").strip():
            continue
        around = node.parent
        while around is not None and around.tag not in _UNSEEN:
            around = around.parent
        if around is None:
            return True
    return False


def _is_in_head(node: LexborNode) -> bool:
    around = node.parent
    return around is not None and around.tag == "head"


def _is_in_svg(node: LexborNode) -> bool:
    """Whether a `title` is the title of a drawing rather than of the page."""
    around = node.parent
    while around is not None and around.tag != "svg":
        around = around.parent
    return around is not None
