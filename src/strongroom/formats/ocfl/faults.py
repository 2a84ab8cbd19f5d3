"""Faults as they are found: each with its rule and its place, and of those that never end, the first ones."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from strongroom.formats.bag.paths import shown
from strongroom.model.finding import Finding
from strongroom.model.rules.ocfl import BY_CODE

MAX_FAULTS: Final = 1000
"""Faults of one code in one document or object that are reported one by one; the last says that there are more."""

_MAX_PART = 160


class Faults:
    """The faults of one document, or of one object."""

    def __init__(self, document: str = "") -> None:
        """`document` is the path of the inventory that is read, "" for the object as a whole."""
        self.document = document
        self._found: list[Finding] = []
        self._counted: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def add(self, code: str, where: str, *, expected: str, found: str) -> None:
        """Note a fault at a path or, in a document, at a place that `place` made."""
        self._counted[code] += 1
        if self._counted[code] > MAX_FAULTS + 1:
            return
        where = self.document + where if self.document else shown(where)
        if self._counted[code] > MAX_FAULTS:
            where, expected, found = (
                self.document or ".",
                "less of them",
                f"more than {MAX_FAULTS}, not all listed here",
            )
        self._found.append(BY_CODE[code].at(where, expected=expected, found=found))

    def has(self, *codes: str) -> bool:
        """Whether a fault of one of these codes was noted."""
        return any(self._counted[code] for code in codes)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take over findings as they are."""
        self._found.extend(findings)


def place(*keys: str) -> str:
    """A JSON pointer (RFC 6901) as findings show places, overlong keys cut.

    >>> place("versions", "v1/x")
    '#/versions/v1~1x'
    """
    return "#" + "".join("/" + _cut(key.replace("~", "~0").replace("/", "~1")) for key in keys)


def said(value: Any) -> str:
    """A value of a JSON document in a few words.

    >>> said("a"), said([1, 2]), said(None)
    ("'a'", 'an array', 'null')
    """
    match value:
        case str():
            return f"'{_cut(value)}'"
        case bool():
            return str(value).lower()
        case None:
            return "null"
        case int() | float():
            return "a number"
        case list():
            return "an array"
        case _:
            return "an object"


def _cut(text: str) -> str:
    return shown(text) if len(text) <= _MAX_PART else shown(text[: _MAX_PART - 1]) + "…"
