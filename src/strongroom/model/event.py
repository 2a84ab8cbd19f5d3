"""What was done, by whom, to which objects: the facts PREMIS records (PREMIS 3.0 sections 2 and 3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AgentType(StrEnum):
    """Library of Congress agent types."""

    SOFTWARE = "software"
    ORGANIZATION = "organization"
    PERSON = "person"


class EventType(StrEnum):
    """The Library of Congress event types that are ours, spelled as in the vocabulary."""

    CAPTURE = "capture"
    MESSAGE_DIGEST_CALCULATION = "message digest calculation"
    METADATA_EXTRACTION = "metadata extraction"
    VALIDATION = "validation"
    INFORMATION_PACKAGE_CREATION = "information package creation"


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody or something that acts; `identifier` is a URI or a local name unique in the package."""

    identifier: str
    name: str
    type: AgentType
    version: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done; never something that was not.

    Attributes:
        identifier: ``urn:uuid:…``.
        at: when it ended, UTC.
        began: when it began; None for a moment.
        outcome: ``success``, ``warning`` or ``fail``, as the Library of Congress has them.
        details: (label, text) facts about the outcome, counts among them.
        agents: (agent identifier, role) with Library of Congress roles, ``executing program``, ``implementer``.
        objects: (object identifier, role), ``source`` or ``outcome``.
    """

    identifier: str
    type: EventType
    at: datetime
    detail: str
    outcome: str
    agents: tuple[tuple[str, str], ...]
    objects: tuple[tuple[str, str], ...]
    began: datetime | None = None
    details: tuple[tuple[str, str], ...] = ()
