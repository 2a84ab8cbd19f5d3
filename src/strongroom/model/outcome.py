"""What became of each URL that was seen: exactly one outcome, with its reason."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The one thing that became of a URL (links.csv, column `outcome`)."""

    CAPTURED = "captured"
    DUPLICATE = "duplicate"
    BLOCKED = "blocked"
    EMPTY = "empty"
    REFUSED = "refused"
    FAILED = "failed"


class Relation(StrEnum):
    """How a URL was come upon."""

    SEED = "seed"
    HYPERLINK = "hyperlink"
    EMBED = "embed"
    REDIRECT = "redirect"
    ROBOTS = "robots"
    ICON = "icon"

    @property
    def is_page(self) -> bool:
        """Whether what it names is a page of its own rather than a part of one."""
        return self in {Relation.SEED, Relation.HYPERLINK}


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference found in a document, resolved as a browser resolves it.

    Attributes:
        url: absolute, WHATWG form, without user information and fragment; for `mailto:` and the like, as written.
        relation: what it is to the document.
        source: the element and attribute it was found in, ``img@srcset``, ``css url()``.
        text: the text of the link, white space folded, at most 200 characters; empty for embeds.
    """

    url: str
    relation: Relation
    source: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row of links.csv; `found_on` is the first document that named the URL.

    Attributes:
        bytes: the length of the payload; None when there was none.
        record_id: the record of the deciding attempt, ``<urn:uuid:…>`` without the brackets; None when nothing is kept.
        hop: pages from the seed: 0 the seed, 1 a page it links to; a requisite has the hop of its page.
        attempts: how many times it was asked for.
    """

    url: str
    outcome: Outcome
    reason: str
    status: int | None
    media_type: str
    bytes: int | None
    record_id: str | None
    found_on: str
    relation: Relation
    hop: int
    attempts: int
