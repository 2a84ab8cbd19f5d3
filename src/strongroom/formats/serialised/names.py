"""What is wrong with the name of an entry, whatever system it is unpacked on (RFC 8493 sections 5.1 and 6.1).

Names alike but for case or normalization are no matter here: they are valid, and verifying warns of them.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.model.finding import Rule
from strongroom.model.rules import serialised as rules

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_PART_BYTES: Final = 255
"""Of one name between two slashes: more fits on no file system in use."""


def path_of(name: str, *, is_folder: bool) -> str:
    """A path as it is compared and written: without the slash behind a folder, and without ``./`` in front.

    Tar writes ``./`` in front of everything when it is told to pack ``.`` or ``./bag``.

    >>> path_of("./bag/data/", is_folder=True), path_of("./", is_folder=True), path_of("bag/data/", is_folder=False)
    ('bag/data', '', 'bag/data/')
    """
    if is_folder and name in {".", "./"}:
        return ""
    path = name.removeprefix("./")
    return path[:-1] if is_folder and path.endswith("/") and len(path) > 1 else path


def faults(path: str, limits: SerialisedLimits) -> Iterator[tuple[Rule, str, str]]:
    """Each fault of a path: the rule, what is expected, what was found.

    Args:
        path: without the slash at the end of a folder's name.
        limits: of its length and depth.
    """
    if len(path) > limits.name_bytes:  # not looked at further: it may be as long as a header
        yield rules.NAME_TOO_LONG, f"at most {limits.name_bytes} bytes", f"{len(path)} characters"
        return
    try:
        encoded = path.encode()
    except UnicodeEncodeError:
        yield rules.NAME_NOT_UNICODE, "a name in UTF-8", "other bytes"
        return
    parts = path.split("/")
    if path.startswith("/"):
        yield rules.NAME_ABSOLUTE, "a path relative to the folder above the bag", "an absolute path"
        parts = path.lstrip("/").split("/")
    if ".." in parts:
        yield rules.NAME_CLIMBS, "no part `..`", "one that climbs"
    if "\\" in path:
        yield rules.NAME_BACKSLASH, "parts divided by `/`", "a backslash"
    if not path.isprintable() and (control := _control(path)):
        yield rules.NAME_CONTROL, "no control characters", control
    if _DRIVE.match(parts[0]):
        yield rules.NAME_DRIVE, "no drive in front", parts[0][:2]
    if "" in parts or "." in parts:
        yield rules.NAME_EMPTY, "a name in each part of the path", "an empty part" if "" in parts else "a part `.`"
    if len(encoded) > limits.name_bytes:
        yield rules.NAME_TOO_LONG, f"at most {limits.name_bytes} bytes", f"{len(encoded)} bytes"
    elif len(encoded) > _PART_BYTES and (longest := max(len(part.encode()) for part in parts)) > _PART_BYTES:
        yield rules.NAME_TOO_LONG, f"at most {_PART_BYTES} bytes between two slashes", f"{longest} bytes"


def is_too_deep(path: str, *, is_folder: bool, limits: SerialisedLimits) -> bool:
    """Whether the folders of a path lie deeper below the bag's own than the limit allows; one too long is no matter."""
    return len(path) <= limits.name_bytes and path.count("/") - (0 if is_folder else 1) > limits.depth


def _control(path: str) -> str:
    found = sorted({f"U+{ord(letter):04X}" for letter in path if unicodedata.category(letter) == "Cc"})
    return ", ".join(found[:5])
