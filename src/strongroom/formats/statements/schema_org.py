"""From items of schema.org to statements in DCMI terms, the same for JSON-LD, microdata and RDFa."""

from collections.abc import Iterator
from typing import Final

from strongroom.formats.statements.identifiers import doi_uri, is_uri, isbn_uri, issn_uri
from strongroom.formats.statements.main_item import Kind, Surroundings, address_key, main_items
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.terms import Place, state
from strongroom.formats.statements.text import plain
from strongroom.formats.statements.things import Graph, Thing, Value

_PAGE_OF: Final = {
    Origin.JSON_LD: Origin.JSON_LD_PAGE,
    Origin.MICRODATA: Origin.MICRODATA_PAGE,
    Origin.RDFA: Origin.RDFA_PAGE,
}
_TEXTS: Final = (
    ("headline", "title"),
    ("name", "title"),
    ("alternativeHeadline", "alternative"),
    ("alternateName", "alternative"),
    ("datePublished", "issued"),
    ("uploadDate", "issued"),
    ("dateModified", "modified"),
    ("dateCreated", "created"),
    ("copyrightYear", "dateCopyrighted"),
    ("description", "description"),
    ("abstract", "abstract"),
    ("copyrightNotice", "rights"),
    ("temporalCoverage", "temporal"),
)
_NAMED: Final = (
    ("author", "creator"),
    ("creator", "creator"),
    ("contributor", "contributor"),
    ("editor", "contributor"),
    ("translator", "contributor"),
    ("publisher", "publisher"),
    ("copyrightHolder", "rightsHolder"),
    ("contentLocation", "spatial"),
    ("spatialCoverage", "spatial"),
    ("about", "subject"),
    ("audience", "audience"),
)
_ADDRESSED: Final = (
    ("license", "license"),
    ("usageInfo", "rights"),
    ("conditionsOfAccess", "accessRights"),
    ("isBasedOn", "source"),
    ("translationOfWork", "isVersionOf"),
    ("citation", "references"),
)
# What a work can be a part of, as an archivist would say it; a page's being part of a page says nothing.
_WHOLES: Final = frozenset(
    (
        "Periodical Newspaper Magazine ComicSeries PublicationIssue PublicationVolume Book BookSeries "
        "CreativeWorkSeries WebSite Blog Collection PodcastSeries PodcastSeason TVSeries RadioSeries Series Dataset "
        "DataCatalog"
    ).split()
)


def schema_org(graph: Graph, origin: Origin, surroundings: Surroundings, url: str) -> Iterator[Statement]:
    """State what the items say of this page, the best item first; `url` is the page's."""
    for group, item in enumerate(main_items(graph, surroundings)):
        place = Place(_PAGE_OF[origin] if item.kind in {Kind.PAGE, Kind.UNTYPED} else origin, group, item.doubt)
        yield from _dublin_core(item.thing, Place(origin, group, item.doubt))
        if item.kind is not Kind.UNTYPED:
            yield from _item(item.thing, graph, place, url)


def _item(thing: Thing, graph: Graph, place: Place, url: str) -> Iterator[Statement]:
    # Keywords go before what the work is about: the order within a term is kept.
    yield from _keywords(thing, graph, place)
    for read, properties in ((_text, _TEXTS), (_named, _NAMED), (_addressed, _ADDRESSED)):
        for name, term in properties:
            for value in thing.values(name):
                yield from read(term, value, graph, place)
    for value in thing.values("inLanguage"):
        yield from _language(value, graph, place)
    yield from _identifiers(thing, graph, place)
    yield from _wholes(thing, graph, place)
    for value in thing.values("mainEntityOfPage"):
        for one in _addressed("relation", value, graph, place):
            # Mostly it is this page, and some write `true`.
            if is_uri(one.value) and address_key(one.value) != address_key(url):
                yield one
    for type_name in thing.types:
        if type_name.isalnum():
            pointer = f"{thing.pointer}{_type_pointer(place.origin)}"
            yield state("type", f"https://schema.org/{type_name}", place, pointer, written=type_name)


def _type_pointer(origin: Origin) -> str:
    if origin in {Origin.JSON_LD, Origin.JSON_LD_PAGE}:
        return "/@type"
    return "[itemtype]" if origin in {Origin.MICRODATA, Origin.MICRODATA_PAGE} else "[typeof]"


def _dublin_core(thing: Thing, place: Place) -> Iterator[Statement]:
    for name, values in thing.properties.items():
        prefix, colon, term = name.partition(":")
        if prefix == "dcterms" and colon:
            for value in values:
                inner = value.thing.values("name")[:1] if value.thing is not None else ()
                said = inner[0] if inner and not is_uri(value.raw) else value
                if said.raw:
                    yield state(term, said.raw, place, said.pointer, language=said.language)


def _text(term: str, value: Value, graph: Graph, place: Place) -> Iterator[Statement]:
    thing = graph.resolve(value)
    if thing is None:
        yield state(term, value.raw, place, value.pointer, language=value.language)
        return
    for inner in (thing.values("name") or thing.values("text"))[:1]:
        yield state(term, inner.raw, place, inner.pointer, language=inner.language)


def _named(term: str, value: Value, graph: Graph, place: Place) -> Iterator[Statement]:
    """The name of a person, an organisation, a place, a subject; a bare address is stated too, and doubted."""
    thing = graph.resolve(value)
    if thing is None:
        yield state(term, value.raw, place, value.pointer, language=value.language)
        return
    for name in ("name", "legalName", "alternateName"):
        values = [one for one in thing.values(name) if one.thing is None]
        if values:
            yield from (state(term, one.raw, place, one.pointer, language=one.language) for one in values[:1])
            return
    parts = [one for name in ("givenName", "additionalName", "familyName") for one in thing.values(name)[:1]]
    if parts:
        full = " ".join(one.raw.strip() for one in parts)
        yield state(term, full, place, parts[0].pointer, note="put together from its parts")
    elif place_name := _postal(thing, graph):
        yield state(term, place_name.raw, place, place_name.pointer, language=place_name.language)
    elif thing.id is not None and value.raw:
        yield state(term, value.raw, place, value.pointer)


def _postal(thing: Thing, graph: Graph) -> Value | None:
    for address in graph.things(thing, "address"):
        for name in ("addressLocality", "addressRegion", "addressCountry"):
            if values := [one for one in address.values(name) if one.thing is None]:
                return values[0]
    return None


def _language(value: Value, graph: Graph, place: Place) -> Iterator[Statement]:
    thing = graph.resolve(value)
    said = [value] if thing is None else [*thing.values("alternateName"), *thing.values("name")][:1]
    for one in said:
        tags = one.raw.split(",")
        yield from (state("language", tag, place, one.pointer, written=one.raw) for tag in tags if tag.strip())


def _keywords(thing: Thing, graph: Graph, place: Place) -> Iterator[Statement]:
    for name in ("keywords", "articleSection"):
        for value in thing.values(name):
            if graph.resolve(value) is not None:
                yield from _named("subject", value, graph, place)
                continue
            # One string may be a whole list; of several strings each is one keyword.
            is_list = name == "keywords" and len(thing.values(name)) == 1
            for word in split_keywords(value.raw) if is_list else [value.raw]:
                yield state("subject", word, place, value.pointer, language=value.language, written=value.raw)


def split_keywords(text: str) -> list[str]:
    """The keywords of a list that separates by commas or semicolons, of whatever script.

    >>> split_keywords("archives; preservation, digital;")
    ['archives', 'preservation, digital']
    """
    for separator in (";", "\u061b", "\uff1b", ",", "\u060c", "\u3001", "\uff0c", "|"):
        if separator in text:
            return [word for part in text.split(separator) if (word := plain(part))]
    return [text] if text.strip() else []


def _identifiers(thing: Thing, graph: Graph, place: Place) -> Iterator[Statement]:
    for value in thing.values("identifier"):
        inner = graph.resolve(value)
        if inner is None:
            yield state("identifier", value.raw, place, value.pointer)
            continue
        for one in inner.values("value")[:1] or inner.values("url")[:1]:
            yield state("identifier", one.raw, place, one.pointer)
    for value in thing.values("isbn"):
        yield state("identifier", isbn_uri(value.raw) or value.raw, place, value.pointer, written=value.raw)
    for value in (*thing.values("sameAs"), *thing.values("url"), *thing.values("doi")):
        if value.thing is None and (doi_uri(value.raw) or value.raw.startswith("http")):
            # sameAs also names encyclopaedia entries; of these only a DOI is an identifier of the work.
            if value in thing.values("sameAs") and not doi_uri(value.raw):
                continue
            yield state("identifier", value.raw, place, value.pointer)


def _wholes(thing: Thing, graph: Graph, place: Place) -> Iterator[Statement]:
    """What the work is a part of, and what that is a part of in its turn."""
    waiting, seen = [thing], {thing}
    while waiting:
        part = waiting.pop()
        for value in part.values("issn"):
            yield state("isPartOf", issn_uri(value.raw) or value.raw, place, value.pointer, written=value.raw)
        for value in part.values("isPartOf"):
            whole = graph.resolve(value)
            if whole is None:
                if value.raw and not is_uri(value.raw):
                    yield state("isPartOf", value.raw, place, value.pointer, language=value.language)
            elif set(whole.types) & _WHOLES and whole not in seen:
                seen.add(whole)
                waiting.append(whole)
                for name in whole.values("name")[:1]:
                    yield state("isPartOf", name.raw, place, name.pointer, language=name.language)


def _addressed(term: str, value: Value, graph: Graph, place: Place) -> Iterator[Statement]:
    """What is best named by its address: a licence, a cited work."""
    thing = graph.resolve(value)
    if thing is None:
        yield state(term, value.raw, place, value.pointer, language=value.language)
        return
    for said in (*thing.values("url"), *thing.values("sameAs")):
        if said.thing is None and is_uri(said.raw.strip()):
            yield state(term, said.raw, place, said.pointer)
            return
    if thing.id is not None and value.raw:
        yield state(term, thing.id, place, value.pointer, written=value.raw)
        return
    for said in (thing.values("name") or thing.values("headline"))[:1]:
        yield state(term, said.raw, place, said.pointer, language=said.language)
