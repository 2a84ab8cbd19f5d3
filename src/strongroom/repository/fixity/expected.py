"""What the log says of an object: its versions, and the digest of the inventory of each."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from strongroom.formats.ocfl.inventory import NAME, Inventory, version_name
from strongroom.formats.ocfl.layout import object_path
from strongroom.formats.ocfl.reading import parse
from strongroom.model.finding import Accepted
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.reading import State, read_small

MAX_INVENTORY_BYTES: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class LoggedVersion:
    """A version as the entry of its ingest says it is.

    Attributes:
        inventory_sha512: of its own inventory.
        length_bytes: of the whole bag.
    """

    number: int
    inventory_sha512: str
    ingest_id: str
    length_bytes: int


@dataclass(frozen=True, slots=True)
class Expected:
    """An object as the log says it is; its versions from the first to the last."""

    object_id: str
    versions: tuple[LoggedVersion, ...]

    @property
    def folder(self) -> str:
        """Where it lies, relative to the store."""
        return object_path(self.object_id)

    @property
    def head(self) -> LoggedVersion:
        """The last version."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Trusted:
    """An inventory whose bytes have the digest that was logged."""

    version: LoggedVersion
    data: bytes
    inventory: Inventory

    def content(self) -> list[tuple[str, str]]:
        """Content path and SHA-512 of all files; those of a later version come behind those of an earlier one."""
        listed = ((path, digest.lower()) for digest, paths in self.inventory.manifest.items() for path in paths)
        return sorted(listed, key=lambda one: (_version_of(one[0]), one[0]))


def inventory_bytes(copies: Iterable[Archive], expected: Expected, version: LoggedVersion) -> bytes | None:
    """The bytes of a version's inventory from whichever copy has them as they were logged; None when none has."""
    for copy in copies:
        folder = copy.store / expected.folder
        places = [folder / version_name(version.number) / NAME]
        if version == expected.head:
            places.insert(0, folder / NAME)
        for path in places:
            read = read_small(path, lambda data: is_logged(data, version), max_bytes=MAX_INVENTORY_BYTES)
            if read.state in {State.GOOD, State.UNSTEADY} and is_logged(read.content, version):
                return read.content
    return None


def trusted_inventory(copies: Iterable[Archive], expected: Expected) -> Trusted | None:
    """The inventory of the latest version of which a copy still has the one that was logged; None when none has."""
    every = tuple(copies)
    for version in reversed(expected.versions):
        data = inventory_bytes(every, expected, version)
        judged = None if data is None else parse(data)
        if data is not None and isinstance(judged, Accepted):
            return Trusted(version, data, judged.value)
    return None


def is_logged(data: bytes, version: LoggedVersion) -> bool:
    """Whether these are the bytes of the inventory that was logged."""
    return hashlib.sha512(data).hexdigest() == version.inventory_sha512


def _version_of(content_path: str) -> int:
    return int(content_path[1 : content_path.index("/")])
