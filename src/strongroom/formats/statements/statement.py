"""A value that somebody stated for a term of the DCMI, before it is decided which of several stands."""

from dataclasses import dataclass
from enum import Enum


class Origin(Enum):
    """Where a statement was made; finer than `Candidate.source`, because precedence goes by it.

    The members stand in the general order of precedence; `strongroom.formats.statements.choose` has the exceptions.

    Attributes:
        words: for the reason of a choice.
        source: the word that description.json has for it.
    """

    TYPED = "what a person typed", "typed"
    JSON_LD = "JSON-LD", "json-ld"
    CITATION = "citation meta", "citation"
    DUBLIN_CORE = "Dublin Core meta", "dublin-core"
    OPENGRAPH = "OpenGraph", "opengraph"
    JSON_LD_PAGE = "JSON-LD of the page", "json-ld"
    MICRODATA = "microdata", "microdata"
    MICRODATA_PAGE = "microdata of the page", "microdata"
    RDFA = "RDFa", "rdfa"
    RDFA_PAGE = "RDFa of the page", "rdfa"
    TWITTER = "twitter card", "opengraph"
    LINK = "link relation", "link"
    META = "plain meta", "html"
    LANG = "lang attribute", "html"
    HEADING = "heading", "html"
    TITLE = "title element", "html"
    TIME = "time element", "html"
    BYLINE = "byline", "html"
    HEADER = "HTTP header", "header"
    CAPTURE = "capture", "capture"
    SETTINGS = "settings", "settings"
    DEFAULT = "default of the settings", "settings"
    INFERRED = "inference", "capture"

    def __init__(self, words: str, source: str) -> None:
        self.words = words
        self.source = source


@dataclass(frozen=True, slots=True)
class Statement:
    """One value for one term, and where it was said.

    Attributes:
        term: the local name of a DCMI term, ``title``.
        value: normalised; empty when nothing of `raw` could be used.
        origin: who said it.
        pointer: the exact place, as in `Candidate.pointer`.
        raw: as written there.
        language: BCP 47, or None.
        encoding: ``W3CDTF`` and the like, or None.
        doubt: why it must not be chosen, one phrase; empty when nothing speaks against it.
        note: what was done to the value, or how sure it is, one phrase; goes into the reason.
        group: statements of one origin that belong together: one item of several, one element of several; the lower
            goes before the higher.
    """

    term: str
    value: str
    origin: Origin
    pointer: str
    raw: str
    language: str | None = None
    encoding: str | None = None
    doubt: str = ""
    note: str = ""
    group: int = 0
