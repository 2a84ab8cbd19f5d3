"""One object in one copy, compared with the log: what is there, what is missing, what nobody knows of.

The content of its files is not read here, only its inventories, the files beside them and its receipts.
"""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.tree import Scan, Tree
from strongroom.formats.ocfl.inventory import NAME, object_declaration, sidecar, sidecar_name, version_name
from strongroom.formats.ocfl.reading import parse
from strongroom.model.amounts import counted
from strongroom.model.finding import Accepted
from strongroom.repository import receipts
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.damage import Damage, Kind
from strongroom.repository.fixity.expected import (
    MAX_INVENTORY_BYTES,
    Expected,
    LoggedVersion,
    Trusted,
    is_logged,
    trusted_inventory,
)
from strongroom.repository.fixity.reading import Reader, Reading, State, is_gone, read_small, reason, unreachable

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_EVERYTHING: Final = 2**62
_MAX_RECEIPT_BYTES: Final = 16 << 20
_MAX_SIDECAR_BYTES: Final = 4096


@dataclass(slots=True)
class Look:
    """What was seen of an object in a copy.

    Attributes:
        trusted: the inventory by which its content is judged; None where no copy has one that was logged.
        content: path within the object and SHA-512 of the files to be read, in the order of versions.
        present: of all regular files there, path to length in bytes.
        others: what is there and is no regular file: folders, links and the like.
        absent: folders of versions that are not there at all, with a slash behind.
        damages: of everything but content.
        unreachable: why nothing can be said of it; empty where something can.
        length_bytes: read meanwhile.
    """

    trusted: Trusted | None = None
    content: Sequence[tuple[str, str]] = ()
    present: Mapping[str, int] = field(default_factory=dict)
    others: AbstractSet[str] = frozenset()
    absent: tuple[str, ...] = ()
    damages: list[Damage] = field(default_factory=list)
    unreachable: str = ""
    length_bytes: int = 0

    def read(self, reader: Reader, folder: Path, path: str, digest: str) -> Reading | None:
        """Read a content file as it was seen; None where its whole version is gone, which is a finding of its own."""
        if path in self.present:
            return reader.read(folder / path, digest)
        if path in self.others:
            return Reading(State.IRREGULAR, why="no regular file")
        return None if path.startswith(self.absent) else Reading(State.GONE, why="nothing")


def look(copy: Archive, expected: Expected, others: Sequence[Archive]) -> Look:
    """Look at an object.

    Args:
        copy: in which it is looked at.
        expected: what the log says of it.
        others: copies that may have an inventory which this one has lost.
    """
    seen = Look()
    folder = copy.store / expected.folder
    try:
        descriptor = os.open(folder, _FOLDER)
    except OSError as error:
        if is_gone(error) or error.errno == errno.ELOOP:
            _note_missing(seen, copy, expected, folder)
        else:
            seen.unreachable = unreachable(folder, reason(error))
        return seen
    try:
        with Tree(folder, descriptor=descriptor) as tree:
            scan = tree.scan(_EVERYTHING)
    except StorageError as error:
        seen.unreachable = unreachable(folder, reason(error))
        return seen
    _Looking(copy, expected, others, seen, scan).run()
    if seen.damages and not is_there(copy):
        return Look(unreachable=store_away(copy))
    return seen


def is_reachable(copy: Archive) -> bool:
    """Whether the store of a copy is there, and not only the empty folder on which its disk is mounted.

    Raises `OSError` where that cannot be told.
    """
    try:
        with os.scandir(copy.store) as entries:
            return next(entries, None) is not None
    except FileNotFoundError:
        return False


def is_there(copy: Archive) -> bool:
    """As `is_reachable`; whatever cannot be told counts as not there."""
    try:
        return is_reachable(copy)
    except OSError:
        return False


def store_away(copy: Archive) -> str:
    """The sentence about a store that is not there."""
    return unreachable(copy.store, "it is not there; is a disk not mounted?")


def _note_missing(seen: Look, copy: Archive, expected: Expected, folder: Path) -> None:
    if not is_there(copy):
        seen.unreachable = store_away(copy)
        return
    found = "nothing" if not os.path.lexists(folder) else "something that is no folder"
    path = f"store/{expected.folder}"
    versions = counted(len(expected.versions), "version")
    seen.damages.append(Damage(Kind.OBJECT_MISSING, copy.replica, expected.object_id, path, versions, found))


@dataclass(slots=True)
class _Looking:
    copy: Archive
    expected: Expected
    others: Sequence[Archive]
    seen: Look
    scan: Scan
    allowed: set[str] = field(default_factory=set)
    below: list[str] = field(default_factory=list)
    head: bytes | None = None

    def run(self) -> None:
        self.seen.present = self.scan.files
        self.seen.others = self.scan.irregular | self.scan.folders
        self._declaration()
        for version in self.expected.versions:
            name = version_name(version.number)
            if name in self.scan.folders:
                self._inventory(version, f"{name}/")
            else:
                self._note(Kind.VERSION_MISSING, name, "the folder of a version that was logged", "nothing")
                self.below.append(f"{name}/")
        self.seen.absent = tuple(self.below)
        self._inventory(self.expected.head, "")
        self._receipts()
        trusted = self.seen.trusted = self._trusted()
        if trusted is not None:
            self.seen.content = trusted.content()
            self.allowed.update(path for path, _ in self.seen.content)
        self._strangers(trusted)

    def _trusted(self) -> Trusted | None:
        judged = None if self.head is None else parse(self.head)
        if self.head is not None and isinstance(judged, Accepted):
            return Trusted(self.expected.head, self.head, judged.value)
        return trusted_inventory([self.copy, *self.others], self.expected)

    def _note(self, kind: Kind, path: str, expected: str, found: str, *, length: int = -1, right: int = -1) -> None:
        place = f"store/{self.expected.folder}/{path}"
        damage = Damage(kind, self.copy.replica, self.expected.object_id, place, expected, found, length, right)
        self.seen.damages.append(damage)

    def _read(self, path: str, is_right: Callable[[bytes], bool], max_bytes: int) -> Reading | None:
        """Read a small file, and note what is wrong with it but its content; None where that was said."""
        self.allowed.add(path)
        if path in self.scan.irregular or path in self.scan.folders:
            self._note(Kind.IRREGULAR, path, "a file", "a folder" if path in self.scan.folders else "something else")
            return None
        read = read_small(self.copy.store / self.expected.folder / path, is_right, max_bytes=max_bytes)
        self.seen.length_bytes += read.length_bytes
        if read.state is State.UNSTEADY:
            self._note(Kind.UNSTEADY, path, read.sha512, read.first, length=read.length_bytes)
        if read.state is State.UNREACHABLE:
            where = self.copy.store / self.expected.folder / path
            self.seen.unreachable = self.seen.unreachable or unreachable(where, read.why)
            return None
        return read

    def _declaration(self) -> None:
        path, content = object_declaration()
        read = self._read(path, lambda data: data == content, len(content) + 1)
        if read is None or (read.state is not State.GONE and read.content == content):
            return
        digest = hashlib.sha512(content).hexdigest()
        if read.state is State.GONE:
            self._note(Kind.MISSING, path, digest, "nothing", right=len(content))
        else:
            self._note(Kind.CONTENT, path, digest, read.sha512, length=read.length_bytes, right=len(content))

    def _inventory(self, version: LoggedVersion, prefix: str) -> None:
        path = prefix + NAME
        read = self._read(path, lambda data: is_logged(data, version), MAX_INVENTORY_BYTES)
        if read is not None and read.state is State.GONE:
            self._note(Kind.MISSING, path, version.inventory_sha512, "nothing")
        elif read is not None and not is_logged(read.content, version):
            found = self._which(read.sha512)
            self._note(Kind.INVENTORY, path, version.inventory_sha512, found, length=read.length_bytes)
        elif read is not None and version == self.expected.head:
            self.head = read.content
        self._sidecar(version, prefix)

    def _which(self, sha512: str) -> str:
        earlier = (one.number for one in self.expected.versions if one.inventory_sha512 == sha512)
        number = next(earlier, 0)
        return f"the inventory of version {number}" if number else sha512

    def _sidecar(self, version: LoggedVersion, prefix: str) -> None:
        path = prefix + sidecar_name()
        content = f"{version.inventory_sha512}{sidecar(b'')[128:].decode('ascii')}".encode("ascii")
        read = self._read(path, lambda data: data == content, _MAX_SIDECAR_BYTES)
        if read is not None and read.state is State.GONE:
            self._note(Kind.MISSING, path, hashlib.sha512(content).hexdigest(), "nothing", right=len(content))
        elif read is not None and read.content != content:
            said = read.content[:40].decode("ascii", "replace")
            found = f"{said}…" if read.content[40:] else said or "nothing in it"
            self._note(Kind.SIDECAR, path, f"{version.inventory_sha512[:40]}…", found, length=read.length_bytes)

    def _receipts(self) -> None:
        for version in self.expected.versions:
            path = f"logs/receipt-v{version.number}.json"
            read = self._read(path, partial(self._is_receipt, version), _MAX_RECEIPT_BYTES)
            if read is None:
                continue
            if read.state is State.GONE:
                self._note(Kind.RECEIPT, path, "the receipt of the version", "nothing")
            elif not self._is_receipt(version, read.content):
                found = "what proves nothing, or something else"
                self._note(Kind.RECEIPT, path, "the receipt of the version", found, length=read.length_bytes)

    def _is_receipt(self, version: LoggedVersion, data: bytes) -> bool:
        return is_receipt(data, self.copy.id, self.expected.object_id, version)

    def _strangers(self, trusted: Trusted | None) -> None:
        """Whatever is there and is neither expected nor below a folder that is a finding as a whole."""
        known = {version_name(one.number) for one in self.expected.versions}
        for name in sorted(path for path in self.scan.folders if "/" not in path):
            if name not in known and name[:1] == "v" and name[1:].isdigit():
                self._note(Kind.UNLOGGED, name, "the versions that were logged alone", "one more")
                self.below.append(f"{name}/")
        if trusted is None or trusted.version != self.expected.head:
            # without its inventory nobody can tell what belongs to a version
            judged = 0 if trusted is None else trusted.version.number
            self.below += [f"{version_name(one.number)}/" for one in self.expected.versions if one.number > judged]
        self.below += [f"{path}/" for path in self.scan.folders & self.allowed]  # a folder in the place of a file
        below = tuple(self.below)
        for path in sorted((self.scan.files.keys() | self.scan.irregular) - self.allowed):
            if not path.startswith(below):
                kind = "a file" if path in self.scan.files else "something that is no file"
                self._note(Kind.UNEXPECTED, path, "only what was taken in", kind, length=self.scan.files.get(path, -1))
        for path in sorted(self.scan.empty):
            if not f"{path}/".startswith(below) and not any(self._leading_to(path)):
                self._note(Kind.UNEXPECTED, path, "only what was taken in", "an empty folder")

    def _leading_to(self, folder: str) -> Iterator[bool]:
        """Whether files belong below a folder: then they are missing, and it is not too many."""
        return (True for path in self.allowed if path.startswith(f"{folder}/"))


def is_receipt(data: bytes, archive_id: str, object_id: str, version: LoggedVersion) -> bool:
    """Whether this is a receipt of a version that proves what it says."""
    try:
        receipt = receipts.parse(data)
    except (ValueError, RecursionError):
        return False
    said = (receipt.archive, receipt.object_id, receipt.version, receipt.inventory_sha512, receipt.ingest_id)
    return said == (archive_id, object_id, version.number, version.inventory_sha512, version.ingest_id)
