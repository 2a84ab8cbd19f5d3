"""Which items on a page are about the page itself: it also describes its site, its neighbours, its author."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from strongroom.formats.statements.text import likeness, plain
from strongroom.formats.statements.things import Graph, Thing

_ARTICLES: Final = frozenset(
    (
        "Article NewsArticle AnalysisNewsArticle AskPublicNewsArticle BackgroundNewsArticle OpinionNewsArticle "
        "ReportageNewsArticle ReviewNewsArticle AdvertiserContentArticle SatiricalArticle BlogPosting LiveBlogPosting "
        "SocialMediaPosting DiscussionForumPosting ScholarlyArticle MedicalScholarlyArticle TechArticle APIReference "
        "Report"
    ).split()
)
_WORKS: Final = frozenset(
    (
        "CreativeWork Book Audiobook Chapter Thesis Dataset Recipe HowTo Review CriticReview UserReview ClaimReview "
        "Movie TVEpisode Episode PodcastEpisode RadioEpisode Map Photograph Painting Drawing Sculpture VisualArtwork "
        "Manuscript ArchiveComponent Collection Legislation Course LearningResource Poster Play ShortStory Poem Letter "
        "Conversation DigitalDocument TextDigitalDocument PresentationDigitalDocument SpreadsheetDigitalDocument "
        "DefinedTermSet Guide SoftwareSourceCode SoftwareApplication PublicationIssue Question Message"
    ).split()
)
# A page may show these without being one of them.
_MEDIA: Final = frozenset({"VideoObject", "AudioObject", "ImageObject", "MusicRecording", "Clip"})
_PAGES: Final = frozenset(
    (
        "WebPage AboutPage CheckoutPage CollectionPage ContactPage FAQPage ItemPage MedicalWebPage ProfilePage QAPage "
        "RealEstateListing SearchResultsPage MediaGallery ImageGallery VideoGallery"
    ).split()
)
_SITES: Final = frozenset({"WebSite"})
_LEADING_ON: Final = ("mainEntity", "blogPost", "mainContentOfPage", "itemListElement", "item")
_LIKE_A_TITLE: Final = 8
_MAX_ITEMS: Final = 200


class Kind(IntEnum):
    """What sort of item it is; the lower goes before."""

    ARTICLE = 0
    WORK = 1
    MEDIA = 2
    PAGE = 3
    UNTYPED = 4


@dataclass(frozen=True, slots=True)
class Item:
    """An item that may describe the page; `doubt` says why it does not, empty when it does."""

    thing: Thing
    kind: Kind
    doubt: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the page calls itself elsewhere, to tell which item it is.

    Attributes:
        urls: under which the page is known: captured, canonical, og:url; as `address_key` makes them.
        titles: `likeness` of its title element, og:title and headings.
    """

    urls: frozenset[str]
    titles: frozenset[str]


def address_key(url: str) -> str:
    """A key under which http and https, www and none, final slash and none, and fragments fall together.

    >>> address_key("https://www.example.org/a/#b") == address_key("http://example.org/a")
    True
    """
    rest = url.partition("#")[0].partition("://")[2]
    return rest.removeprefix("www.").rstrip("/")


def main_items(graph: Graph, surroundings: Surroundings) -> tuple[Item, ...]:
    """The items that could describe the page, the best one first.

    An item counts as the page's own when it has the page's address, or a title that the page shows, or is the only
    one of its kind and has no address that speaks against it.
    """
    found: list[tuple[tuple[int, int, int], Thing, Kind, int]] = []
    for number, (thing, kind) in enumerate(_candidates(graph)):
        found.append(((_closeness(thing, graph, surroundings), kind, number), thing, kind, number))
    found.sort(key=lambda one: one[0])
    number_of = {kind: sum(1 for one in found if one[2] is kind) for kind in Kind}
    items = []
    for (closeness, _, _), thing, kind, _ in found:
        items.append(Item(thing, kind, _doubt(closeness, kind, number_of[kind])))
    return tuple(items)


def site_names(graph: Graph) -> Iterator[str]:
    """The names of the site, as its own item or the page's publisher states them."""
    for thing in graph.roots:
        wholes = [one for one in graph.things(thing, "isPartOf") if _SITES & set(one.types)]
        sites = [thing] if _SITES & set(thing.types) else [*graph.things(thing, "publisher"), *wholes]
        for site in sites:
            for name in ("name", "alternateName"):
                yield from (plain(value.raw) for value in site.values(name) if value.thing is None)


def _candidates(graph: Graph) -> Iterator[tuple[Thing, Kind]]:
    waiting = list(graph.roots)[::-1]
    seen: set[Thing] = set()
    while waiting and len(seen) < _MAX_ITEMS:
        thing = waiting.pop()
        if thing in seen:
            continue
        seen.add(thing)
        kind = _kind(thing)
        if kind is not None:
            yield thing, kind
        within = [one for name in _LEADING_ON for one in graph.things(thing, name)]
        waiting.extend(reversed(within))


def _kind(thing: Thing) -> Kind | None:
    types = set(thing.types)
    if types & _ARTICLES:
        return Kind.ARTICLE
    if types & _WORKS:
        return Kind.WORK
    if types & _MEDIA:
        return Kind.MEDIA
    if types & _PAGES:
        return Kind.PAGE
    # Of untyped things, and of those of other vocabularies, only statements in Dublin Core are taken.
    if any(name.startswith("dcterms:") for name in thing.properties):
        return Kind.UNTYPED
    return None


def _closeness(thing: Thing, graph: Graph, surroundings: Surroundings) -> int:
    """0 the page's address, 1 the page's title, 2 nothing known, 3 another address."""
    urls = {address_key(url) for url in _urls(thing, graph)} - {""}
    if urls & surroundings.urls:
        return 0
    title = likeness(" ".join(plain(one.raw) for one in (thing.values("headline") or thing.values("name"))[:1]))
    if len(title) >= _LIKE_A_TITLE and any(
        title in shown or shown in title for shown in surroundings.titles if len(shown) >= _LIKE_A_TITLE
    ):
        return 1
    return 3 if urls else 2


def _urls(thing: Thing, graph: Graph) -> Iterator[str]:
    if thing.id and thing.id.startswith("http"):
        yield thing.id
    for name in ("url", "mainEntityOfPage"):
        for value in thing.values(name):
            other = graph.resolve(value)
            if other is not None:
                yield from (one for one in (other.id, *_plain_urls(other)) if one)
            elif "://" in value.raw:
                yield value.raw.strip()


def _plain_urls(thing: Thing) -> Sequence[str]:
    return [value.raw.strip() for value in thing.values("url") if value.thing is None]


def _doubt(closeness: int, kind: Kind, alike: int) -> str:
    if closeness <= 1:
        return ""
    if kind is Kind.MEDIA:
        return "about something shown on the page"
    if closeness == 3:
        return "about another page"
    return "" if alike == 1 else "one of several items, and none says that it is this page"
