"""The door of the package: from the bytes of an article to all that is stated about it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from strongroom.formats.statements.article_text import article_paragraphs, paragraphs_of
from strongroom.formats.statements.capture_facts import capture_facts
from strongroom.formats.statements.headers import headers_say
from strongroom.formats.statements.json_ld import json_ld
from strongroom.formats.statements.links import links
from strongroom.formats.statements.main_item import Surroundings, address_key, main_items, site_names
from strongroom.formats.statements.markup import markup, shown_titles
from strongroom.formats.statements.meta import meta
from strongroom.formats.statements.microdata import microdata
from strongroom.formats.statements.page import Page
from strongroom.formats.statements.rdfa import rdfa
from strongroom.formats.statements.schema_org import schema_org
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.text import likeness, plain
from strongroom.formats.statements.things import Graph
from strongroom.formats.url import parse

MAX_STATEMENTS: Final = 5_000
"""Of one page; what comes after is left out, and that is a fault."""

# Where pages join the name of a site to the title of a page.
_JOINT: Final = re.compile(r"\s+(?:\||-|\u2013|\u2014|::|\u00b7|\u2022|\u00bb|\u00ab|/)\s+|:\s+(?=\S+$)")
_LONGEST_TITLE: Final = 500
_JOINED: Final = frozenset(
    {Origin.TITLE, Origin.OPENGRAPH, Origin.TWITTER, Origin.JSON_LD_PAGE, Origin.MICRODATA_PAGE, Origin.RDFA_PAGE}
)


@dataclass(frozen=True, slots=True)
class Statements:
    """All that was stated, the faults met on the way, and the text of the article as paragraphs."""

    statements: tuple[Statement, ...]
    faults: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


def read_statements(
    text: str | None, *, url: str, media_type: str, headers: Sequence[tuple[str, str]], captured_at: datetime
) -> Statements:
    """Read what is stated about an article.

    Args:
        text: the decoded body of HTML or plain text; None for what is neither.
        url: where it was captured, after redirects.
        media_type: ``text/html``, lower case, without parameters.
        headers: of the response, in order.
        captured_at: for the date of capture; a publication date after it is doubted.
    """
    facts = [*headers_say(headers, url), *capture_facts(url, captured_at, media_type, headers)]
    if text is None:
        return Statements(tuple(facts))
    if media_type not in {"text/html", "application/xhtml+xml"}:
        return Statements(tuple(facts), text=paragraphs_of(text))
    page = Page(text, url=url)
    graph, faults = json_ld(page)
    faults = (*page.faults, *faults)
    graphs = ((graph, Origin.JSON_LD), (microdata(page), Origin.MICRODATA), (rdfa(page), Origin.RDFA))
    said = [*links(page), *meta(page), *markup(page)]
    surroundings = _surroundings(page, said)
    for one, origin in graphs:
        said.extend(schema_org(one, origin, surroundings, url))
    if len(said) > MAX_STATEMENTS:
        faults = (*faults, f"the page states more than {MAX_STATEMENTS:,} values; the rest was left out")
        said = said[:MAX_STATEMENTS]
    sites = _site_names(page, said, [one for one, _ in graphs])
    said = [_without_site(one, sites) for one in said]
    statements = tuple(_not_in_future(one, captured_at) for one in (*said, *facts))
    return Statements(statements, faults, article_paragraphs(page) or _body_of(graph, surroundings))


def _surroundings(page: Page, said: Iterable[Statement]) -> Surroundings:
    urls = {page.url, *(one.value for one in said if one.term == "identifier" and one.value.startswith("http"))}
    titles = frozenset(likeness(plain(title)) for title in shown_titles(page) if title.strip())
    return Surroundings(frozenset(map(address_key, urls)), titles)


def _body_of(graph: Graph, surroundings: Surroundings) -> tuple[str, ...]:
    """The text that JSON-LD carries, for pages whose markup holds none before scripts run."""
    for item in main_items(graph, surroundings):
        for value in item.thing.values("articleBody") or item.thing.values("text"):
            if not item.doubt and value.thing is None:
                return paragraphs_of(value.raw)
    return ()


def _site_names(page: Page, said: Iterable[Statement], graphs: Iterable[Graph]) -> frozenset[str]:
    names = [one.value for one in said if one.term == "publisher"]
    names += [name for graph in graphs for name in site_names(graph)]
    for node in page.find('meta[name="application-name" i][content]')[:1]:
        names.append(node.attributes.get("content") or "")
    address = parse(page.url)
    if address is not None:
        host = address.host.removeprefix("www.")
        names += [host, host.rpartition(".")[0]]
    return frozenset(likeness(name) for name in names if name) - {""}


def _without_site(one: Statement, sites: frozenset[str]) -> Statement:
    """Take the name of the site off a title; doubt a title that is nothing but that name."""
    if one.term != "title" or one.doubt:
        return one
    if likeness(one.value) in sites and one.origin in {*_JOINED, Origin.HEADING, Origin.META}:
        return replace(one, doubt="the name of the site")
    if one.origin not in _JOINED or len(one.value) > _LONGEST_TITLE:
        return one
    value = one.value
    for start, end in _joints(value):
        if likeness(value[end:]) in sites:
            return replace(one, value=value[:start], note="without the name of the site")
        if likeness(value[:start]) in sites:
            return replace(one, value=value[end:], note="without the name of the site")
    return one


def _joints(value: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _JOINT.finditer(value) if found.start() > 0)


def _not_in_future(one: Statement, captured_at: datetime) -> Statement:
    """A work cannot be published after it was captured; a day is allowed for zones."""
    if one.term not in {"issued", "modified", "created", "date"} or one.encoding is None or one.doubt:
        return one
    latest = (captured_at + timedelta(days=1)).date().isoformat()
    day = one.value[:10]
    return replace(one, doubt="after the capture") if day > latest[: len(day)] else one
