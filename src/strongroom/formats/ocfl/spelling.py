"""How an inventory spells versions, paths, moments and identifiers, and what is wrong with a spelling."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

_VERSION = re.compile(r"v([0-9]{1,18})")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")

DOTS: Final = frozenset({"", ".", ".."})
"""Parts that no path may have: empty ones too."""


class VersionName(NamedTuple):
    """A name that a version's folder may have: its number, and how many digits it was padded to, 0 when it was not."""

    number: int
    padding: int
    name: str

    @property
    def digits(self) -> int:
        """How many digits the name has."""
        return len(self.name) - 1


def version_named(name: str) -> VersionName | None:
    """Read the name of a version's folder; None when it is none (OCFL 1.1 section 3.3).

    >>> version_named("v003")
    VersionName(number=3, padding=3, name='v003')
    """
    match = _VERSION.fullmatch(name)
    if not match or not int(match[1]):
        return None
    return VersionName(int(match[1]), len(match[1]) if match[1].startswith("0") else 0, name)


def is_moment(text: str) -> bool:
    """Whether a text is a date and time as RFC 3339 section 5.6 writes them, with seconds and an offset.

    >>> is_moment("2019-01-01T02:03:04Z"), is_moment("2019-02-29T02:03:04Z")
    (True, False)
    """
    match = _MOMENT.fullmatch(text)
    if not match:
        return False
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        # the year 0 has a 29 February, as 4 has; of a leap second only the number is looked at
        datetime(year or 4, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - a calendar, no moment
    except ValueError:
        return False
    return second <= 60


def is_uri(text: str) -> bool:
    """Whether a text is a URI with a scheme (RFC 3986).

    >>> is_uri("info:fedora/x"), is_uri("x y"), is_uri("mailto:")
    (True, False, True)
    """
    return _URI.fullmatch(text) is not None


def conflicts(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (file, path below it) where one path is the beginning of others, for each such file once.

    >>> list(conflicts(["a/b", "a", "a-b"]))
    [('a', 'a/b')]
    """
    # by parts: what lies below a path then follows it directly
    listed = list(paths)
    key = _parts if any("\0" in path for path in listed) else _with_least
    for path, following in pairwise(sorted(listed, key=key)):
        if following.startswith(path) and following[len(path) : len(path) + 1] == "/":
            yield path, following


def _parts(path: str) -> list[str]:
    return path.split("/")


def _with_least(path: str) -> str:
    """Orders as `_parts` does, in half the time, where no path has the least of all characters itself."""
    return path.replace("/", "\0")
