"""The storage root of OCFL objects: its declaration, and where an object lies (OCFL 1.1 section 4, extension 0003)."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from strongroom.formats.ocfl.algorithms import FIXITY
from strongroom.formats.ocfl.inventory import SPECIFICATIONS
from strongroom.storage import saying

EXTENSION: Final = "0003-hash-and-id-n-tuple-storage-layout"
LAYOUT_FILE: Final = "ocfl_layout.json"
CONFIGURATION: Final = f"extensions/{EXTENSION}/config.json"
DESCRIPTION: Final = (
    "Objects lie below folders named by the first digits of the SHA-256 of their identifier, each in a folder named by "
    "the percent-encoded identifier."
)

_SAFE = re.compile(r"[A-Za-z0-9_-]")
_ENCODED = [chr(byte) if _SAFE.fullmatch(chr(byte)) else f"%{byte:02x}" for byte in range(256)]
_MAX_NAME = 100
_MAX_TUPLES = 32
_MAX_BYTES = 1 << 20
_DECLARATION = re.compile(r"0=ocfl_([0-9]+\.[0-9]+)")


@dataclass(frozen=True, slots=True)
class Layout:
    """The parameters of extension 0003; without any, its defaults.

    Attributes:
        digest_algorithm: by OCFL's name, applied to the identifier.
        tuple_size: hexadecimal digits in the name of a folder.
        number_of_tuples: folders above the object's own.
    """

    digest_algorithm: str = "sha256"
    tuple_size: int = 3
    number_of_tuples: int = 3

    def object_path(self, object_id: str) -> str:
        """Where the root of an object lies, relative to the storage root.

        >>> Layout().object_path("..hor/rib:le-$id")
        '487/326/d8c/%2e%2ehor%2frib%3ale-%24id'
        """
        encoded = object_id.encode("utf-8")
        hasher = FIXITY[self.digest_algorithm].make()
        hasher.update(encoded)
        digest = hasher.hexdigest()
        size = self.tuple_size
        tuples = [digest[index * size : (index + 1) * size] for index in range(self.number_of_tuples)]
        return "/".join([*tuples, _folder_name(encoded, digest)])


@dataclass(frozen=True, slots=True)
class Root:
    """What a folder says of itself as a storage root.

    Attributes:
        specification: the version of OCFL it declares, "" when it declares none.
        extension: the name of its layout, "" when it names none.
        layout: the layout's parameters, None when it is another one or they cannot be read.
        fault: why this project does not write here, and what to do; "" when it does.
    """

    specification: str
    extension: str
    layout: Layout | None
    fault: str


@lru_cache(maxsize=256)
def object_path(object_id: str) -> str:
    """Where an object lies in a storage root as this project makes it: extension 0003 with its defaults.

    >>> object_path("object-01")
    '3c0/ff4/240/object-01'
    """
    return Layout().object_path(object_id)


def root_declaration(specification: str = SPECIFICATIONS[-1]) -> tuple[str, bytes]:
    r"""The name and the content of the file that makes a folder a storage root (OCFL 1.1 section 4.2).

    >>> root_declaration()
    ('0=ocfl_1.1', b'ocfl_1.1\n')
    """
    return f"0=ocfl_{specification}", f"ocfl_{specification}\n".encode("ascii")


def read_layout(value: Any) -> Layout | None:
    """The parameters in a parsed config.json of extension 0003; None where they are none that the extension allows.

    The extension: a parameter that is left out has its default; both numbers are 0 or none is, and together they need
    no more digits than the digest has.
    """
    if not isinstance(value, dict) or value.get("extensionName", EXTENSION) != EXTENSION:
        return None
    algorithm = value.get("digestAlgorithm", "sha256")
    size, number = value.get("tupleSize", 3), value.get("numberOfTuples", 3)
    if not isinstance(algorithm, str) or algorithm not in FIXITY:
        return None
    if not all(type(count) is int and 0 <= count <= _MAX_TUPLES for count in (size, number)):
        return None
    if (size == 0) != (number == 0) or size * number > FIXITY[algorithm].hex_digits:
        return None
    return Layout(algorithm, size, number)


def fault_of_root(folder: Path) -> str:
    """Why this project does not write to a storage root, and what to do; "" when it does.

    Raises `StorageError` when the folder cannot be read.
    """
    return read_root(folder).fault


def read_root(folder: Path) -> Root:
    """Say which version and layout a storage root has, and whether this project writes there.

    What is damaged below is the work of `check`. Raises `StorageError` when the folder cannot be read.
    """
    with saying("read", folder):
        names = sorted(path.name for path in folder.iterdir() if path.name.startswith("0="))
        declared = [match[1] for name in names if (match := _DECLARATION.fullmatch(name))]
        stated = _read_json(folder / LAYOUT_FILE)
        extension = stated.get("extension") if isinstance(stated, dict) else None
        extension = extension if isinstance(extension, str) else ""
        layout = None
        if extension == EXTENSION:
            configured = _read_json(folder / CONFIGURATION)
            layout = Layout() if configured is None else read_layout(configured)
    specification = declared[-1] if declared else ""
    return Root(specification, extension, layout, next(_faults(names, declared, extension, layout), ""))


def _faults(names: list[str], declared: list[str], extension: str, layout: Layout | None) -> Iterator[str]:
    latest = SPECIFICATIONS[-1]
    if not declared:
        found = f"it declares {names[0]!r}" if names else "it has no declaration 0=ocfl_…"
        yield f"{found}; put {root_declaration()[0]} back if it is lost, or choose another folder"
    elif len(declared) > 1:
        yield f"it declares OCFL {' and '.join(declared)} at once; keep the declaration that is true"
    elif declared[0] != latest:
        yield f"it is of OCFL {declared[0]}, and this program writes OCFL {latest}; choose another folder"
    if not extension:
        yield f"it names no layout in {LAYOUT_FILE}; restore that file, or choose another folder"
    elif extension != EXTENSION:
        yield f"its layout is {extension[:100]!r}, and this program writes {EXTENSION}; choose another folder"
    elif layout is None:
        yield f"{CONFIGURATION} has no parameters that this layout allows; restore that file"
    elif layout != Layout():
        yield (
            f"its layout has digestAlgorithm={layout.digest_algorithm}, tupleSize={layout.tuple_size}, "
            f"numberOfTuples={layout.number_of_tuples}, and this program writes sha256, 3 and 3; choose another folder"
        )


def _read_json(path: Path) -> Any:
    """A small JSON file; None when it is not there, "" when it is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(_MAX_BYTES)
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return ""


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8")


def _folder_name(object_id: bytes, digest: str) -> str:
    name = "".join([_ENCODED[byte] for byte in object_id])
    return name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}-{digest}"


ROOT_FILES: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        CONFIGURATION: _json(
            {
                "digestAlgorithm": Layout().digest_algorithm,
                "extensionName": EXTENSION,
                "numberOfTuples": Layout().number_of_tuples,
                "tupleSize": Layout().tuple_size,
            }
        ),
        LAYOUT_FILE: _json({"description": DESCRIPTION, "extension": EXTENSION}),
        root_declaration()[0]: root_declaration()[1],
    }
)
"""The files of a new storage root by path; the declaration is last, as what makes it one."""
