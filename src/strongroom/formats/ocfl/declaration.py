"""The file that declares a folder as an object or a storage root (OCFL 1.1 sections 3.2 and 4.2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from strongroom.formats.bag.paths import shown
from strongroom.formats.ocfl.faults import Faults
from strongroom.formats.ocfl.folder import Folder
from strongroom.formats.ocfl.inventory import SPECIFICATIONS

_MAX_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Kind:
    """Object or storage root: how its declaration begins, and the codes of what may be wrong with it."""

    value: str
    missing: str
    several: str
    pattern: str
    tag: str
    prefix: str
    content: str


OBJECT: Final = Kind("ocfl_object_", "E003", "E003", "E004", "E005", "E006", "E007")
ROOT: Final = Kind("ocfl_", "E069", "E076", "E077", "E078", "E079", "E080")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What was declared: the version of OCFL, None when that is not known; and the files that declare something."""

    specification: str | None
    files: frozenset[str]


def read_declaration(folder: Folder, names: Iterable[str], kind: Kind, faults: Faults) -> Declaration:
    """Find the declaration among the files of a folder, and what is wrong with it."""
    right = {f"0={kind.value}{version}": version for version in SPECIFICATIONS}
    # a declaration of the other kind is the folder's own business
    meant = re.compile(rf"0=.*|[0-9]?[=_-]?{OBJECT.value}.*|[0-9]={ROOT.value}.*", re.DOTALL)
    files = sorted(name for name in names if meant.fullmatch(name))
    if kind is ROOT:
        files = [name for name in files if OBJECT.value not in name]
    declared = [name for name in files if name in right]
    first = f"0={kind.value}{SPECIFICATIONS[-1]}"
    for name in files:
        if name not in right:
            faults.add(_fault_of(name, kind), name, expected=first, found=shown(name))
    if not files:
        faults.add(kind.missing, ".", expected=first, found="none")
    if len(declared) > 1:
        faults.add(kind.several, ".", expected="one declaration", found=" and ".join(declared))
    for name in declared:
        content = folder.read(name, _MAX_BYTES)
        if content != name[2:].encode("ascii") + b"\n":
            found = shown(repr(content[:_MAX_BYTES])[1:])
            faults.add(kind.content, name, expected=f"'{name[2:]}\\n'", found=found)
    return Declaration(right[declared[-1]] if declared else None, frozenset(files))


def _fault_of(name: str, kind: Kind) -> str:
    tag, equals, value = name.partition("=")
    if not equals:
        return kind.pattern
    if tag != "0":
        return kind.tag
    return kind.pattern if value.startswith(kind.value) else kind.prefix
