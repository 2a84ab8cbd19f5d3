"""What is known of a URL that was seen: where it stands in the queue, or what became of it."""

from dataclasses import dataclass
from datetime import datetime

from strongroom.model.outcome import Outcome, Relation
from strongroom.web.scope import Place


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a URL that was seen; `outcome` is None as long as it is queued."""

    id: int
    outcome: Outcome | None
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Queued:
    """A URL that is to be asked for; `is_page` says whether it is a page, or a part of one."""

    id: int
    url: str
    relation: Relation
    is_page: bool
    hop: int
    redirects: int
    found_on: str
    attempts: int

    @property
    def place(self) -> Place:
        """Where it lies."""
        return Place(self.is_page, self.hop, self.redirects)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a URL, as the journal keeps it."""

    outcome: Outcome
    reason: str
    status: int | None = None
    media_type: str = ""
    bytes: int | None = None
    record_id: str | None = None
    title: str = ""
    at: datetime | None = None
