"""The `srcset` attribute (HTML Standard, section 4.8.4.2.2 "Parsing a srcset attribute").

All candidates are named: a browser loads one, an archive keeps what any reader's browser would load.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPACE = "\t\n\f\r "
_BEFORE_URL = re.compile(r"[\t\n\f\r ,]*")
_URL = re.compile(r"[^\t\n\f\r ]+")
# Rules for parsing non-negative integers and floating-point numbers, as valid ones must be written (section 2.3.4).
_INTEGER = re.compile(r"[0-9]+")
_FLOAT = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class ImageCandidate:
    """One image of a srcset.

    Attributes:
        url: as written, white space around it removed.
        width: of a ``w`` descriptor, in pixels; None without one.
        density: of an ``x`` descriptor; None without one, which means 1.
    """

    url: str
    width: int | None = None
    density: float | None = None


def candidates(srcset: str) -> Iterator[ImageCandidate]:
    """Yield the image candidates in order; those with descriptors that no browser accepts are left out.

    >>> [one.url for one in candidates("a.png, b.png 2x, c.png 1.5q, d.png 640w")]
    ['a.png', 'b.png', 'd.png']
    """
    place = 0
    while True:
        found = _BEFORE_URL.match(srcset, place)
        place = found.end() if found else place
        found = _URL.match(srcset, place)
        if found is None:
            return
        url, place = found.group(), found.end()
        if url.endswith(","):
            # No descriptors follow; a URL cannot end in a comma.
            candidate = ImageCandidate(url.rstrip(","))
        else:
            descriptors, place = _descriptors(srcset, place)
            accepted = _accepted(url, descriptors)
            if accepted is None:
                continue
            candidate = accepted
        yield candidate


def _descriptors(text: str, place: int) -> tuple[list[str], int]:
    """Cut the descriptors up to the next comma outside parentheses; returns them and the place behind it."""
    descriptors: list[str] = []
    current = ""
    in_parentheses = False
    while place < len(text):
        character = text[place]
        place += 1
        if in_parentheses:
            current += character
            in_parentheses = character != ")"
        elif character == ",":
            break
        elif character in _SPACE:
            if current:
                descriptors.append(current)
            current = ""
        else:
            current += character
            in_parentheses = character == "("
    if current:
        descriptors.append(current)
    return descriptors, place


def _accepted(url: str, descriptors: list[str]) -> ImageCandidate | None:
    width: int | None = None
    height: int | None = None
    density: float | None = None
    for descriptor in descriptors:
        value, unit = descriptor[:-1], descriptor[-1]
        if unit == "w" and _INTEGER.fullmatch(value):
            # Each descriptor once; a width and a density exclude each other; zero is an error.
            if width is not None or density is not None or not (number := _integer(value)):
                return None
            width = number
        elif unit == "x" and _FLOAT.fullmatch(value):
            if width is not None or height is not None or density is not None or (density := float(value)) < 0:
                return None
        elif unit == "h" and _INTEGER.fullmatch(value):
            if height is not None or density is not None or not (number := _integer(value)):
                return None
            height = number
        else:
            return None
    if height is not None and width is None:
        return None
    return ImageCandidate(url, width, density)


def _integer(digits: str) -> int:
    # Python refuses to read more than 4,300 digits; nothing that long is a width.
    return int(digits) if len(digits) <= 18 else 10**18
