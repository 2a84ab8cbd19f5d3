"""A value that somebody stated for a term of the DCMI, before it is decided which of several stands."""

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Where a statement was made; finer than `Candidate.source`, because precedence goes by it.

    The members stand in the general order of precedence; `strongroom.formats.statements.choose` has the exceptions.
    """

    TYPED = "typed"
    JSON_LD = "json-ld"
    CITATION = "citation"
    DUBLIN_CORE = "dublin-core"
    OPENGRAPH = "opengraph"
    JSON_LD_PAGE = "json-ld of the page"
    MICRODATA = "microdata"
    MICRODATA_PAGE = "microdata of the page"
    RDFA = "rdfa"
    RDFA_PAGE = "rdfa of the page"
    TWITTER = "twitter card"
    LINK = "link"
    META = "meta"
    LANG = "lang attribute"
    HEADING = "heading"
    TITLE = "title element"
    TIME = "time element"
    BYLINE = "byline"
    HEADER = "header"
    CAPTURE = "capture"
    SETTINGS = "settings"
    DEFAULT = "default of the settings"
    INFERRED = "inferred"

    @property
    def source(self) -> str:
        """The word that description.json has for it in `source`."""
        return _SOURCES.get(self, self.value)


_SOURCES = {
    Origin.JSON_LD_PAGE: "json-ld",
    Origin.MICRODATA_PAGE: "microdata",
    Origin.RDFA_PAGE: "rdfa",
    Origin.TWITTER: "opengraph",
    Origin.META: "html",
    Origin.LANG: "html",
    Origin.HEADING: "html",
    Origin.TITLE: "html",
    Origin.TIME: "html",
    Origin.BYLINE: "html",
    Origin.DEFAULT: "settings",
    Origin.INFERRED: "capture",
}


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
