"""Statements that HTML makes by itself: lang, headings, the title element, time elements, bylines."""

import re
from collections.abc import Iterator
from typing import Final

from strongroom.formats.statements.article_text import text_of
from strongroom.formats.statements.names import byline_names
from strongroom.formats.statements.page import Node, Page, around
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.terms import Place, state
from strongroom.formats.statements.text import likeness

_BESIDE: Final = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|related|sidebar|recommend\w*|teasers?|promos?|widget\w*|most-?read|read-?next)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PUBLISHED: Final = re.compile(
    r"(?:^|[\s_-])(?:published|pubdate|publish-?date|publication-?date|entry-date|post-?date|posted-on|dateline|article-date|date-published)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MODIFIED: Final = re.compile(r"(?:^|[\s_-])(?:updated|modified|last-?mod\w*|dt-updated)(?:$|[\s_-])", re.IGNORECASE)
_DATED: Final = (
    ".published, .dt-published, .pubdate, .entry-date, .post-date, .postdate, .publish-date, .article-date,"
    " .date-published, .updated, .dt-updated, .dateline"
)
_BYLINES: Final = (
    # A whole line first: it has all the names. What is no list of names is refused, then its parts are tried.
    ".byline, .by-line",
    ".p-author .p-name, .author .fn, .author-name, .byline-name, .byline__name",
    ".p-author, .byline a, .byline .author",
    ".article-author, .post-author, .entry-author, .author",
)
_MAX_EACH: Final = 5
_MAX_LOOKED_AT: Final = 500


def markup(page: Page) -> Iterator[Statement]:
    """State what the elements of HTML themselves say."""
    yield from _language(page)
    yield from _headings(page)
    yield from _title(page)
    yield from _times(page)
    yield from _bylines(page)


def shown_titles(page: Page) -> Iterator[str]:
    """What the page shows as its title: title element, og:title and first-level headings."""
    for node in page.find("head > title")[:1]:
        yield text_of(node)
    for node in page.find('meta[property="og:title"][content], meta[name="og:title"][content]')[:1]:
        yield node.attributes.get("content") or ""
    for node in page.find("h1")[:_MAX_EACH]:
        yield text_of(node)


def _language(page: Page) -> Iterator[Statement]:
    root = page.tree.root
    for attribute in ("lang", "xml:lang"):
        if root is not None and (tag := root.attributes.get(attribute)):
            pointer = "html[lang]" if attribute == "lang" else "html[xml\\:lang]"
            yield state("language", tag, Place(Origin.LANG), pointer)
            return


def _headings(page: Page) -> Iterator[Statement]:
    """First-level headings; the one that the title element repeats goes before, then the one within the article."""
    title = likeness(" ".join(text_of(node) for node in page.find("head > title")[:1]))
    for node in page.find("h1")[:_MAX_EACH]:
        text = text_of(node)
        if not text:
            continue
        key = likeness(text)
        group = 0 if key and key in title else 1 if _is_within(node, {"article", "main"}) else 2
        yield state("title", text, Place(Origin.HEADING, group), page.selector(node), language=page.language_of(node))


def _title(page: Page) -> Iterator[Statement]:
    for node in page.find("head > title")[:1]:
        pointer = page.selector(node)
        yield state("title", text_of(node), Place(Origin.TITLE), pointer, language=page.language_of(node))


def _times(page: Page) -> Iterator[Statement]:
    """Dates that are marked as publication or change; else the first time element of the article."""
    marked = False
    stated = 0
    for node in page.find(f"time, {_DATED}")[:_MAX_LOOKED_AT]:
        if stated >= _MAX_EACH or _is_beside(node) or "itemprop" in node.attributes:
            continue
        attributes = node.attributes
        words = attributes.get("class") or ""
        is_published = "pubdate" in attributes or bool(_PUBLISHED.search(words))
        is_modified = bool(_MODIFIED.search(words)) and not is_published
        if not (is_published or is_modified) and (
            marked or node.tag != "time" or not _is_within(node, {"article", "main"})
        ):
            continue
        if node.tag != "time" and node.css("time"):
            continue
        group = 0 if is_published or is_modified else 1
        note = "" if group == 0 else "the first time element of the article; nothing says what it dates"
        marked = marked or not is_modified
        stated += 1
        yield _time("modified" if is_modified else "issued", node, Place(Origin.TIME, group, note=note), page)


def _time(term: str, node: Node, place: Place, page: Page) -> Statement:
    attributes = node.attributes
    for attribute in ("datetime", "content", "title"):
        if value := attributes.get(attribute):
            return state(term, value, place, page.selector(node, attribute))
    return state(term, text_of(node), place, page.selector(node))


def _bylines(page: Page) -> Iterator[Statement]:
    for group, selector in enumerate(_BYLINES):
        stated = 0
        for node in page.find(selector)[:_MAX_LOOKED_AT]:
            if stated >= _MAX_EACH or _is_beside(node):
                continue
            words = text_of(node)
            for name in byline_names(words):
                stated += 1
                yield state("creator", name, Place(Origin.BYLINE, group), page.selector(node), written=words)
        if stated:
            return


def _is_within(node: Node, tags: set[str]) -> bool:
    return any(one.tag in tags for one in around(node))


def _is_beside(node: Node) -> bool:
    """Whether it belongs to comments, teasers or sidebars rather than to the article."""
    for here in (node, *around(node)):
        attributes = here.attributes
        if here.tag in {"aside", "nav"} or (here.tag == "footer" and not _is_within(here, {"article"})):
            return True
        if here.tag not in {"html", "body"} and (
            _BESIDE.search(attributes.get("class") or "") or _BESIDE.search(attributes.get("id") or "")
        ):
            return True
    return False
