"""JSON that strangers wrote: UTF-8 alone, bounded, and with the keys that stand twice (RFC 8259)."""

import gc
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

MAX_BYTES: Final = 512 << 20
"""An inventory of 100,000 files has about 50 MB."""

_MAX_DIGITS: Final = 18
_SURROGATE = re.compile(rb"\\u[dD][89abAB]|\\u[dD][c-fC-F]")
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(slots=True)
class Document:
    """What was read.

    Attributes:
        value: None when there is none; numbers that nobody has a use for are 0.
        fault: why the bytes are no JSON in UTF-8, "" when they are; a value may have been read all the same.
    """

    value: Any = None
    fault: str = ""
    _repeated: dict[int, tuple[dict[str, Any], tuple[str, ...]]] = field(default_factory=dict)

    def repeated(self, value: Mapping[str, Any]) -> tuple[str, ...]:
        """The keys that stand in this object more than once; of their values, the last was read."""
        return self._repeated[id(value)][1] if id(value) in self._repeated else ()


def read_json(data: bytes) -> Document:
    """Read a document; whatever is wrong with it is said, nothing is raised."""
    twice: dict[int, tuple[dict[str, Any], tuple[str, ...]]] = {}
    document = Document(_repeated=twice)

    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            counted = Counter(name for name, _ in pairs)
            # the object is kept, so that no other can have its identity
            twice[id(members)] = (members, tuple(name for name, count in counted.items() if count > 1))
        return members

    try:
        text = data.decode("utf-8")
        if text.startswith(_BYTE_ORDER_MARK):
            document.fault = "a byte order mark before it"
            text = text[1:]
        with _collector_at_rest():
            document.value = json.loads(
                text,
                object_pairs_hook=object_of,
                parse_int=_number,
                parse_float=_fraction,
                parse_constant=_refuse_constant,
            )
        if _SURROGATE.search(data):
            json.dumps(document.value, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError as error:
        document.fault = f"bytes that are not UTF-8 at {error.start}"
    except UnicodeEncodeError:
        document.value, document.fault = None, "half of a surrogate pair, which no text has"
    except RecursionError:
        document.fault = "values nested too deeply"
    except ValueError as error:
        document.fault = str(error)
    return document


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """With it at work, millions of new lists, none of them garbage, would be looked through again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _number(text: str) -> int:
    return int(text) if len(text) < _MAX_DIGITS else 0  # it may have a million digits


def _fraction(_: str) -> float:
    return 0.0  # nothing that is read here has fractions


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name}, which JSON does not have")
