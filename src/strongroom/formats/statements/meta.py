"""Statements in meta elements: citation_…, Dublin Core, OpenGraph and its relatives, and plain names."""

from collections.abc import Iterator
from typing import Final

from strongroom.formats.statements.identifiers import issn_uri
from strongroom.formats.statements.names import listed_names
from strongroom.formats.statements.page import Node, Page
from strongroom.formats.statements.schema_org import split_keywords
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.terms import Place, qualified, state

_CITATION: Final = {
    "title": "title",
    "author": "creator",
    "authors": "creator",
    "editor": "contributor",
    "publication_date": "issued",
    "date": "issued",
    "online_date": "issued",
    "cover_date": "issued",
    "publisher": "publisher",
    "journal_title": "isPartOf",
    "conference_title": "isPartOf",
    "conference": "isPartOf",
    "inbook_title": "isPartOf",
    "book_title": "isPartOf",
    "series_title": "isPartOf",
    "issn": "isPartOf",
    "eissn": "isPartOf",
    "isbn": "identifier",
    "doi": "identifier",
    "pmid": "identifier",
    "arxiv_id": "identifier",
    "technical_report_number": "identifier",
    "language": "language",
    "keywords": "subject",
    "abstract": "abstract",
    "pdf_url": "hasFormat",
    "reference": "references",
}
# Several names for the date of publication; the first that says something goes before.
_CITATION_GROUPS: Final = {"date": 1, "cover_date": 1, "online_date": 2}
_PRISM: Final = {
    "publicationdate": "issued",
    "coverdate": "issued",
    "modificationdate": "modified",
    "publicationname": "isPartOf",
    "issn": "isPartOf",
    "eissn": "isPartOf",
    "doi": "identifier",
    "keyword": "subject",
    "copyright": "rights",
}
_PREFIXED: Final = {"pmid": "info:pmid/", "arxiv_id": "arXiv:"}
_OPENGRAPH: Final = {
    "og:title": "title",
    "og:description": "description",
    "og:site_name": "publisher",
    "og:locale": "language",
    "og:url": "identifier",
    "og:updated_time": "modified",
    "og:article:author": "creator",
    "og:article:published_time": "issued",
    "og:article:modified_time": "modified",
    "og:author": "creator",
    "article:author": "creator",
    "article:author:name": "creator",
    "article:published_time": "issued",
    "article:published": "issued",
    "article:modified_time": "modified",
    "article:modified": "modified",
    "article:tag": "subject",
    "article:section": "subject",
    "article:publisher": "publisher",
    "book:author": "creator",
    "book:isbn": "identifier",
    "book:release_date": "issued",
    "book:tag": "subject",
    "video:release_date": "issued",
    "video:tag": "subject",
}
_OPENGRAPH_GROUPS: Final = {"article:section": 1, "article:publisher": 1, "og:updated_time": 1}
_TWITTER: Final = {"twitter:title": "title", "twitter:description": "description"}
_PLAIN: Final = {
    "title": "title",
    "headline": "title",
    "author": "creator",
    "authors": "creator",
    "byl": "creator",
    "article.author": "creator",
    "parsely-author": "creator",
    "sailthru.author": "creator",
    "parsely-title": "title",
    "sailthru.title": "title",
    "description": "description",
    "sailthru.description": "description",
    "abstract": "abstract",
    "keywords": "subject",
    "news_keywords": "subject",
    "parsely-tags": "subject",
    "sailthru.tags": "subject",
    "publisher": "publisher",
    "copyright": "rights",
    "rights": "rights",
    "license": "license",
    "language": "language",
    "content-language": "language",
    "date": "date",
    "pubdate": "issued",
    "publishdate": "issued",
    "publish-date": "issued",
    "publish_date": "issued",
    "published": "issued",
    "published-date": "issued",
    "publication_date": "issued",
    "publication-date": "issued",
    "date-published": "issued",
    "datepublished": "issued",
    "article.published": "issued",
    "article.created": "created",
    "article.updated": "modified",
    "parsely-pub-date": "issued",
    "sailthru.date": "issued",
    "dc-date-issued": "issued",
    "lastmod": "modified",
    "last-modified": "modified",
    "last_modified": "modified",
    "last-updated": "modified",
    "datemodified": "modified",
    "revised": "modified",
    "geo.placename": "spatial",
    "audience": "audience",
}
_LISTS: Final = frozenset({"keywords", "news_keywords", "parsely-tags", "sailthru.tags", "article:tag"})
# Refinements of the older qualified Dublin Core whose name is not the term's.
_REFINED: Final = {
    "date:issued": "issued",
    "date:created": "created",
    "date:modified": "modified",
    "date:available": "available",
    "date:published": "issued",
    "date:publication": "issued",
    "date:accepted": "dateAccepted",
    "date:submitted": "dateSubmitted",
    "description:abstract": "abstract",
    "description:tableofcontents": "tableOfContents",
    "title:alternative": "alternative",
    "coverage:spatial": "spatial",
    "coverage:temporal": "temporal",
    "relation:ispartof": "isPartOf",
    "relation:references": "references",
    "relation:haspart": "hasPart",
    "relation:isversionof": "isVersionOf",
    "format:extent": "extent",
    "format:medium": "medium",
    "rights:license": "license",
    "rights:accessrights": "accessRights",
    "identifier:citation": "bibliographicCitation",
}
_MAX_ELEMENTS: Final = 2_000
_DUBLIN_CORE: Final = frozenset({"dc", "dcterms", "dct", "dc11"})


def meta(page: Page) -> Iterator[Statement]:
    """State what the meta elements of a page say, wherever in it they stand."""
    for node in page.find("meta[content]")[:_MAX_ELEMENTS]:
        attributes = node.attributes
        content = attributes.get("content") or ""
        # Some pages put several names into one element, some mix up name and property.
        for attribute in ("name", "property", "http-equiv"):
            for name in (attributes.get(attribute) or "").lower().split():
                yield from _named(name, content, attribute, node, page)


def dublin_core_term(name: str) -> str | None:
    """The term of a name such as ``DC.date.issued`` or ``dcterms:creator``, or None.

    >>> dublin_core_term("DC.Date.issued"), dublin_core_term("dc.creator.personalname"), dublin_core_term("dcx.a")
    ('issued', 'creator', None)
    """
    parts = name.lower().replace(".", ":").split(":")
    if len(parts) < 2 or parts[0] not in _DUBLIN_CORE:
        return None
    if len(parts) > 2 and (refined := _REFINED.get(f"{parts[1]}:{parts[2]}")):
        return refined
    return qualified(parts[1])


def _named(name: str, content: str, attribute: str, node: Node, page: Page) -> Iterator[Statement]:
    language = page.language_of(node)

    def say(term: str, text: str, place: Place) -> Statement:
        return state(term, text, place, page.selector(node, "content"), language=language, written=content)

    bare = name.removeprefix("bepress_").removeprefix("eprints.")
    if bare.startswith("citation_"):
        key = bare.removeprefix("citation_")
        term = _CITATION.get(key)
        if term:
            place = Place(Origin.CITATION, _CITATION_GROUPS.get(key, 0))
            yield from (say(term, text, place) for text in _citation(key, content, page))
    elif name.startswith("prism.") and (term := _PRISM.get(name.removeprefix("prism."))):
        text = issn_uri(content) or content if term == "isPartOf" else content
        yield say(term, text, Place(Origin.CITATION, 3))
    elif term := dublin_core_term(name):
        # This one dates the catalogue card, not the page.
        doubt = "about the metadata, not the page" if "metadata" in name else ""
        for text in _several(term, content):
            yield say(term, text, Place(Origin.DUBLIN_CORE, doubt=doubt))
    elif attribute != "http-equiv" and (term := _OPENGRAPH.get(name)):
        for text in split_keywords(content) if name in _LISTS else [content]:
            yield say(term, text, Place(Origin.OPENGRAPH, _OPENGRAPH_GROUPS.get(name, 0)))
    elif term := _TWITTER.get(name):
        yield say(term, content, Place(Origin.TWITTER))
    elif term := _PLAIN.get(name):
        yield from (say(term, text, Place(Origin.META)) for text in _plain(name, term, content))


def _citation(key: str, content: str, page: Page) -> list[str]:
    if key in {"author", "authors", "editor"}:
        return listed_names(content)
    if key == "keywords":
        return split_keywords(content)
    if key in {"issn", "eissn"}:
        return [issn_uri(content) or content]
    if key == "pdf_url":
        return [page.resolve(content) or content]
    return [_PREFIXED.get(key, "") + content]


def _several(term: str, content: str) -> list[str]:
    """One element, one value; but many put all their subjects or creators into one, with semicolons."""
    parts = [part for part in content.split(";") if part.strip()] if term in {"subject", "creator"} else []
    return parts or [content]


def _plain(name: str, term: str, content: str) -> list[str]:
    if name in _LISTS:
        return split_keywords(content)
    if term == "language":
        return [one for one in content.split(",") if one.strip()]
    if name in {"author", "authors", "byl"}:
        return listed_names(content.removeprefix("By ").removeprefix("by "))
    return [content]
