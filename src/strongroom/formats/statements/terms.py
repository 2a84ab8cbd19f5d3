"""The DCMI metadata terms, and how a value for each is made out of what was written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from strongroom.errors import UsageError
from strongroom.formats.statements.dates import names_a_year, w3cdtf
from strongroom.formats.statements.identifiers import identifier, is_strict_uri, is_uri
from strongroom.formats.statements.languages import language_tag
from strongroom.formats.statements.names import doubt_of_name
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.text import fold, is_void, plain, scalar

ELEMENTS: Final = tuple(
    (
        "title creator subject description publisher contributor date type format identifier source language relation "
        "coverage rights"
    ).split()
)
"""The fifteen elements of Dublin Core 1.1 (ISO 15836-1)."""

TERMS: Final = tuple(
    (
        "title alternative creator contributor publisher issued date created modified available valid dateSubmitted "
        "dateCopyrighted dateAccepted language description abstract tableOfContents subject coverage spatial temporal "
        "type format extent medium identifier bibliographicCitation isPartOf hasPart isVersionOf hasVersion isFormatOf "
        "hasFormat isReplacedBy replaces isRequiredBy requires isReferencedBy conformsTo relation source rights "
        "license accessRights rightsHolder audience educationLevel mediator instructionalMethod accrualMethod "
        "accrualPeriodicity accrualPolicy provenance references"
    ).split()
)
"""The properties of the DCMI metadata terms, in the order in which a record is read (ISO 15836-2)."""

DCMI_TYPES: Final = frozenset(
    (
        "Collection Dataset Event Image InteractiveResource MovingImage PhysicalObject Service Software Sound "
        "StillImage Text"
    ).split()
)
MAX_CHARACTERS: Final = 10_000
"""What is longer is cut, in values and in what is kept of the raw ones."""

_DATES: Final = frozenset(
    "issued date created modified available valid dateSubmitted dateCopyrighted dateAccepted".split()
)
_MEDIA_TYPE: Final = re.compile(r"^[a-z]+/[a-zA-Z0-9!#$&^_.+-]+$")
_NAMES: Final = frozenset({"creator", "contributor", "publisher", "rightsHolder"})
_REFERRING: Final = frozenset(
    (
        "isPartOf hasPart isVersionOf hasVersion isFormatOf hasFormat isReplacedBy replaces isRequiredBy requires "
        "isReferencedBy conformsTo relation source license accessRights rights references type"
    ).split()
)
_SPOKEN: Final = frozenset(
    (
        "title alternative description abstract tableOfContents subject coverage spatial rights accessRights "
        "provenance bibliographicCitation isPartOf audience"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where statements are being read: all that several of them share."""

    origin: Origin
    group: int = 0
    doubt: str = ""
    note: str = ""


def qualified(name: str) -> str | None:
    """The local name of a DCMI term out of ``dcterms:title``, ``dc:title``, ``DC.Title`` or ``title``; None for others.

    >>> qualified("dc:title"), qualified("DCTERMS.dateaccepted"), qualified("dcterms:titel")
    ('title', 'dateAccepted', None)
    """
    local = name.replace(".", ":").rpartition(":")
    if local[0].lower() not in {"", "dc", "dcterms", "dc11", "dct"}:
        return None
    return _BY_LOWER_CASE.get(local[2].lower())


def check_terms(names: Iterable[str]) -> None:
    """Raise `UsageError` for those names that are no term: what a person typed is checked before anything is fetched.

    >>> check_terms(["dcterms:title", "creator"])
    """
    if unknown := [name for name in names if qualified(name) is None]:
        raise UsageError(
            f"{', '.join(map(repr, unknown))}: no term of Dublin Core; write for example dcterms:title, dcterms:creator"
        )


_BY_LOWER_CASE: Final = {term.lower(): term for term in TERMS}


def state(
    term: str,
    raw: str,
    place: Place,
    pointer: str,
    *,
    language: str | None = None,
    note: str = "",
    written: str | None = None,
) -> Statement:
    """Make a statement of what was written for a term: normalised, encoded, and doubted where it says nothing.

    `raw` is what the value is made of; `written` the whole of which it is a part, where it is one of a list.
    """
    value = _value_of(term, raw)
    doubt = place.doubt or value.doubt
    notes = ", ".join(one for one in (place.note, note, value.note) if one)
    cut = len(value.text) > MAX_CHARACTERS
    return Statement(
        term=term,
        value=value.text[: MAX_CHARACTERS - 1] + "…" if cut else value.text,
        origin=place.origin,
        pointer=pointer,
        raw=_kept(raw if written is None else written),
        language=language if term in _SPOKEN and value.encoding is None else None,
        encoding=None if cut else value.encoding,
        doubt=doubt,
        note=notes,
        group=place.group,
    )


def _kept(raw: str) -> str:
    return scalar(raw[: MAX_CHARACTERS - 1] + "…" if len(raw) > MAX_CHARACTERS else raw)


@dataclass(frozen=True, slots=True)
class _Value:
    text: str
    encoding: str | None = None
    doubt: str = ""
    note: str = ""


def _value_of(term: str, raw: str) -> _Value:
    if term in _DATES:
        return _date(raw)
    text = plain(raw)
    if is_void(text):
        return _Value(text, doubt="says nothing")
    if term == "language":
        tag = language_tag(text)
        # RFC 5646 followed RFC 4646; DCMI's own XML schema knows only the older name.
        return _Value(tag, "RFC4646") if tag else _Value(text, doubt="names no language")
    if term in _NAMES:
        return _Value(text, doubt=doubt_of_name(text))
    if term == "identifier":
        value, encoding = identifier(text)
        return _Value(value, encoding)
    if term == "type" and text.replace(" ", "") in DCMI_TYPES:
        return _Value(text.replace(" ", ""), "DCMIType")
    if term == "format" and _MEDIA_TYPE.match(text):
        return _Value(text, "IMT")
    if term in _REFERRING and is_uri(text) and is_strict_uri(text):
        return _Value(text, "URI")
    return _Value(text)


def _date(raw: str) -> _Value:
    if read := w3cdtf(raw):
        return _Value(read, "W3CDTF")
    text = fold(raw)
    if names_a_year(text) and len(text) <= 100:
        return _Value(text, note="left as written: it cannot be read as a date without guessing")
    return _Value(text, doubt="not a date")
