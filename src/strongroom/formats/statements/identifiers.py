"""Identifiers of works: DOI, ISSN, ISBN and the like, as URIs where their check digits hold."""

import re

from strongroom.formats.statements.text import fold

_DOI = re.compile(
    r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*(?:https?://(?:dx\.)?doi\.org/)?|info:doi/)?(10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+)$",
    re.IGNORECASE,
)
_URI = re.compile(
    r"^(?:https?://[^\s<>\"{}|\\^`]+|(?:urn|info|ark|hdl|tag|doi|arxiv):[^\s<>\"{}|\\^`]+)$", re.IGNORECASE
)
# RFC 3986 appendix A, without IP literals: libxml2 and others differ on those.
_PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_HOST = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
_STRICT = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://{_HOST}(?::[0-9]{{1,5}})?(?:/{_PCHAR}*)*|/?{_PCHAR}+(?:/{_PCHAR}*)*)"
    rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?\Z"
)
_ISSN = re.compile(r"^(?:issn[:\s]*|urn:issn:)?([0-9]{4})-?([0-9]{3}[0-9X])$", re.IGNORECASE)
_ISBN = re.compile(r"^(?:isbn(?:-1[03])?[:\s]*|urn:isbn:)?([0-9][0-9\s-]{8,15}[0-9X])$", re.IGNORECASE)


def doi_uri(text: str) -> str | None:
    """A DOI as the address of its resolver, or None.

    >>> doi_uri("doi:10.1000/ABC.1"), doi_uri("https://dx.doi.org/10.1000/abc"), doi_uri("10.1")
    ('https://doi.org/10.1000/ABC.1', 'https://doi.org/10.1000/abc', None)
    """
    found = _DOI.match(text.strip())
    return f"https://doi.org/{found[1]}" if found else None


def issn_uri(text: str) -> str | None:
    """An ISSN as a URN (RFC 8254), or None when its check digit does not hold.

    >>> issn_uri("0028-0836"), issn_uri("0028-0837")
    ('urn:ISSN:0028-0836', None)
    """
    found = _ISSN.match(text.strip())
    if not found:
        return None
    digits = (found[1] + found[2]).upper()
    total = sum((8 - place) * _digit(one) for place, one in enumerate(digits))
    return f"urn:ISSN:{digits[:4]}-{digits[4:]}" if total % 11 == 0 else None


def isbn_uri(text: str) -> str | None:
    """An ISBN as a URN (RFC 8254), or None when its check digit does not hold.

    >>> isbn_uri("978-0-306-40615-7"), isbn_uri("0-306-40615-2"), isbn_uri("0-306-40615-3")
    ('urn:ISBN:9780306406157', 'urn:ISBN:0306406152', None)
    """
    found = _ISBN.match(text.strip())
    if not found:
        return None
    digits = re.sub(r"[\s-]", "", found[1]).upper()
    if len(digits) == 10:
        sound = sum((10 - place) * _digit(one) for place, one in enumerate(digits)) % 11 == 0
    elif len(digits) == 13 and digits.isdigit():
        sound = sum(int(one) * (3 if place % 2 else 1) for place, one in enumerate(digits)) % 10 == 0
    else:
        return None
    return f"urn:ISBN:{digits}" if sound else None


def _digit(character: str) -> int:
    return 10 if character == "X" else int(character)


def is_uri(text: str) -> bool:
    """Whether it is an address or a URN rather than words.

    >>> is_uri("https://example.org/a"), is_uri("urn:nbn:de:1"), is_uri("Note: nothing")
    (True, True, False)
    """
    return bool(_URI.match(text))


def is_strict_uri(text: str) -> bool:
    """Whether it is a URI as RFC 3986 writes it, so that every validator takes it for one.

    Browsers let more stand in a URL, a vertical bar for example.

    >>> is_strict_uri("https://example.org/a?b=%20"), is_strict_uri("https://example.org/a|b"), is_strict_uri("a b")
    (True, False, False)
    """
    return bool(_STRICT.match(text))


def identifier(text: str) -> tuple[str, str | None]:
    """An identifier in its best form, and its encoding scheme: ``URI`` or None.

    >>> identifier("ISBN 0-306-40615-2")
    ('urn:ISBN:0306406152', 'URI')
    >>> identifier("PZ-17/4")
    ('PZ-17/4', None)
    """
    text = fold(text)
    value = doi_uri(text) or isbn_uri(text) or issn_uri(text) or text
    return value, "URI" if is_uri(value) and is_strict_uri(value) else None
