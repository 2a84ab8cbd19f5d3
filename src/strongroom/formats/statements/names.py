"""Names of people and organisations out of what is written where an author is meant."""

# ruff: noqa: RUF001 - the marks that other scripts separate with

import re

from strongroom.formats.statements.identifiers import is_uri
from strongroom.formats.statements.text import fold, is_void

_BY = re.compile(
    r"^(?:written\s+by|posted\s+by|published\s+by|by|von|par|por|di|da|door|af|av|text|autor(?:in)?|auteur|autore|автор|words)(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:(?:authors?|作者|文|著者|記者|글)\s*[:：/／]|(?:بقلم|كتب|מאת)(?:\s*[:：]|\s))\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:;|\||•|·|/|、|，|،)\s*|\s*,?\s+(?:and|und|et|y|e|en|och|og|i|ve|&|и|و)\s+|\s+&\s+", re.IGNORECASE
)
_DATE_OR_TIME = re.compile(r"[0-9]{2,}|\b(?:minutes?|min|ago|updated|read)\b", re.IGNORECASE)
_MAIL = re.compile(r"^\S+@\S+\.\S+$|^mailto:", re.IGNORECASE)


def doubt_of_name(value: str) -> str:
    """Why a text cannot be a name, one phrase; empty when it can."""
    if is_void(value):
        return "says nothing"
    if is_uri(value):
        return "an address, not a name"
    if _MAIL.match(value):
        return "a mail address, not a name"
    if len(value) > 300:
        return "too long for a name"
    return ""


def listed_names(text: str) -> list[str]:
    """Split a list that separates by semicolons; commas may stand inside a name ("Roe, Rick").

    >>> listed_names("Doe, Jane; Roe, Rick")
    ['Doe, Jane', 'Roe, Rick']
    """
    return [name for part in text.split(";") if (name := fold(part))]


def byline_names(text: str) -> list[str]:
    """The names in a line such as "By Jane Doe and Rick Roe"; none when it does not look like names.

    >>> byline_names("By Jane Doe, Rick Roe and Åsa Öst")
    ['Jane Doe', 'Rick Roe', 'Åsa Öst']
    >>> byline_names("Published 5 March 2024, 3 min read")
    []
    """
    text = fold(text)
    text = _LABEL.sub("", _BY.sub("", text))
    if not text or len(text) > 200:
        return []
    names = [fold(part) for part in _BETWEEN.split(text)]
    names = [fold(name) for part in names for name in (part.split(",") if _commas_separate(part) else [part])]
    names = [name for name in names if name]
    if any(
        _DATE_OR_TIME.search(name) or doubt_of_name(name) or len(name) > 80 or len(name.split()) > 7 for name in names
    ):
        return []
    return names


def _commas_separate(part: str) -> bool:
    """Commas separate names when each piece has at least two words; "Doe, Jane" is one name."""
    pieces = [piece.split() for piece in part.split(",")]
    return len(pieces) > 1 and all(len(piece) > 1 for piece in pieces)
