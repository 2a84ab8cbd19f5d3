"""What is to be captured: seeds, scope and limits, and what was decided of each link and why."""

from dataclasses import dataclass
from enum import StrEnum

from strongroom.model.outcome import Relation


class Scope(StrEnum):
    """Which pages belong to a capture; what a page needs to render always comes with it, whatever its host."""

    PAGE = "page"
    LINKED = "linked"
    HOST = "host"
    PREFIX = "prefix"
    DOMAIN = "domain"


class RobotsPolicy(StrEnum):
    """Whether robots.txt decides (RFC 9309), or is only recorded."""

    OBEY = "obey"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class PlannedLink:
    """What would be done about one URL, and why: `fetch` says whether it would be asked for."""

    url: str
    relation: Relation
    fetch: bool
    reason: str
    found_on: str
    hop: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Seeds and the rules of the capture; `links` only where somebody asked to look before fetching.

    Attributes:
        seeds: absolute URLs in WHATWG form, without user information and fragment, in the order given.
        depth: how many links from a seed a page may lie; `linked` alone means 1, `host` and the like no bound (None).
        include: regular expressions; when there are any, a page (not a seed) must match one of them.
        exclude: regular expressions; a page or requisite (not a seed) must match none.
        max_urls, max_bytes, max_seconds: limits of the whole capture.
    """

    seeds: tuple[str, ...]
    scope: Scope
    depth: int | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    max_urls: int
    max_bytes: int
    max_seconds: float
    robots: RobotsPolicy
    links: tuple[PlannedLink, ...] = ()
