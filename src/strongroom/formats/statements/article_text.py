"""The text of an element, and the text of the article, as a reader sees them.

Simple and honest: no scores and no learned model. The article is the element that the page itself marks as one; what
the page marks as navigation, sidebar or form is left out; where nothing is marked, it is the whole body.
"""

import re
from collections.abc import Iterator
from typing import Final

from strongroom.formats.statements.page import Node, Page, around
from strongroom.formats.statements.text import fold

MAX_PARAGRAPHS: Final = 20_000

_NO_TEXT: Final = frozenset(
    "script style template noscript head svg math canvas audio video object iframe button select option textarea input"
    " datalist dialog".split()
)
_BESIDE: Final = frozenset({"nav", "aside", "form", "menu"})
_AROUND: Final = frozenset({"header", "footer"})
_BESIDE_ROLES: Final = frozenset({"navigation", "complementary", "search", "dialog", "menu", "banner", "contentinfo"})
_SELF_LINKS: Final = frozenset({"\u00b6", "#", "\u00a7", "\U0001f517"})
_NAVIGATION: Final = re.compile(
    r"(?:^|\s)(?:nav|navbar|navigation|docnav|breadcrumbs?|skip-link|share-buttons?|social-share|cookie-banner)(?=\s|$)",
    re.IGNORECASE,
)
_BLOCKS: Final = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul".split()
)
# Where several elements could be the article, one must hold this share of the text of all.
_SHARE: Final = 0.6
_MAX_MARKED: Final = 500


def text_of(node: Node) -> str:
    """The text of an element in one line; blocks and line breaks separate words.

    >>> text_of(Page("<h1>A<br>b<script>c</script> <i>d</i></h1>", url="https://example.org/").find("h1")[0])
    'A b d'
    """
    pieces: list[str] = []
    for part, is_entered in _walk(node, _NO_TEXT):
        tag = part.tag or ""
        if tag == "-text":
            pieces.append(part.text_content or "")
        elif tag in _BLOCKS or (tag == "br" and is_entered):
            pieces.append(" ")
    return fold("".join(pieces))


def article_paragraphs(page: Page) -> tuple[str, ...]:
    """The text of the article as paragraphs, headings and list items among them, at most `MAX_PARAGRAPHS`."""
    article = _article(page)
    if article is None:
        return ()
    left_out = _NO_TEXT | _BESIDE | (_AROUND if article.tag in {"body", "html"} else frozenset())
    found: list[str] = []
    line: list[str] = []

    def end() -> None:
        text = fold("".join(line))
        line.clear()
        if text and (not found or found[-1] != text):
            found.append(text)

    for part, is_entered in _walk(article, left_out):
        tag = part.tag or ""
        if tag == "-text":
            line.append(part.text_content or "")
        elif tag in _BLOCKS:
            end()
            if len(found) >= MAX_PARAGRAPHS:
                break
        elif tag == "br" and is_entered:
            line.append("\n")
            if "".join(line[-3:]).strip(" \t\r").endswith("\n\n"):
                end()
    end()
    return tuple(found[:MAX_PARAGRAPHS])


def paragraphs_of(text: str) -> tuple[str, ...]:
    r"""Plain text as paragraphs: empty lines separate them.

    >>> paragraphs_of("One\nline.\n\n  Two. ")
    ('One line.', 'Two.')
    """
    found: list[str] = []
    line: list[str] = []
    for row in [*text.splitlines(), ""]:
        if row.strip():
            line.append(row)
        elif line:
            found.append(fold(" ".join(line)))
            line.clear()
    return tuple(one for one in found if one)[:MAX_PARAGRAPHS]


def _article(page: Page) -> Node | None:
    """The marked-up article with most of the text, else main, else body."""
    for selector in ('[itemprop~="articleBody"]', "article", "main, [role=main]"):
        nodes = [node for node in page.find(selector)[:_MAX_MARKED] if not _is_beside(node)]
        if not nodes:
            continue
        sizes = [len(node.text(deep=True)) for node in nodes]
        largest = max(range(len(nodes)), key=sizes.__getitem__)
        # Of nested ones the outer one is the largest; of many equal ones (cards of a listing) none is the article.
        marked = {node.mem_id for node in nodes}
        outer = sum(size for node, size in zip(nodes, sizes, strict=True) if not _is_within(node, marked))
        if sizes[largest] and sizes[largest] >= _SHARE * outer:
            return nodes[largest]
    return page.tree.body


def _is_beside(node: Node) -> bool:
    return any(one.tag in _BESIDE for one in (node, *around(node)))


def _is_within(node: Node, others: set[int]) -> bool:
    return any(one.mem_id in others for one in around(node))


def _is_hidden(node: Node) -> bool:
    """Hidden by an attribute, or by its role or class navigation, or a mark that links a heading to itself."""
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if (attributes.get("role") or "").strip().lower() in _BESIDE_ROLES:
        return True
    if (
        node.tag == "a"
        and (attributes.get("href") or "").startswith("#")
        and node.text(deep=True).strip() in _SELF_LINKS
    ):
        return True
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return bool(_NAVIGATION.search(names))


def _walk(top: Node, left_out: frozenset[str]) -> Iterator[tuple[Node, bool]]:
    """Yield what is in an element, each element on entering and on leaving it; without recursion, however deep."""
    here, is_entered = top.first_child, True
    while here is not None:
        tag = here.tag or ""
        is_element = not tag.startswith("-")
        if is_entered and not (is_element and (tag in left_out or _is_hidden(here))):
            yield here, True
            below = here.first_child if is_element else None
            if below is not None:
                here = below
                continue
            if is_element:
                yield here, False
        elif not is_entered:
            yield here, False
        following = here.next
        if following is not None:
            here, is_entered = following, True
            continue
        above = here.parent
        if above is None or above.mem_id == top.mem_id:
            return
        here, is_entered = above, False
