"""The files of one stored version, opened with care: what lies in the store was delivered by strangers."""

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from strongroom.errors import StorageError
from strongroom.formats.bag.paths import shown
from strongroom.repository.archive import Archive
from strongroom.repository.inventories import kept_inventory
from strongroom.repository.stored import object_folder

_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class StoredFiles:
    """What a version holds, by logical path; what cannot be read is a sentence among `faults`.

    Attributes:
        folder: of the object.
        digests: logical path to digest, sorted by path; empty when the version is not there.
        message: of the version in the inventory.
        faults: what kept something from being read, in the order in which it was come upon.
    """

    def __init__(self, folder: Path, digests: Mapping[str, str], content: Mapping[str, str], message: str) -> None:
        """Use `of`."""
        self.folder = folder
        self.digests = digests
        self.message = message
        self.faults: list[str] = []
        self._content = content

    @classmethod
    def of(cls, archive: Archive, object_id: str, number: int) -> "StoredFiles":
        """The files of a version of an object; none, and a fault, where it cannot be found."""
        folder = object_folder(archive, object_id)
        fault = "the object is not in the store"
        try:
            kept = kept_inventory(folder, object_id)
            if kept is not None and number in kept.inventory.versions:
                inventory = kept.inventory
                message = inventory.versions[number].message or ""
                return cls(folder, inventory.state(number), inventory.files(number), message)
            if kept is not None:
                fault = f"the inventory of the object has no version {number}"
        except (StorageError, KeyError):
            fault = "the inventory of the object cannot be read"
        nothing = cls(folder, {}, {}, "")
        nothing.faults.append(fault)
        return nothing

    def __contains__(self, path: str) -> bool:
        return path in self._content

    @contextmanager
    def opened(self, path: str) -> Iterator[BinaryIO | None]:
        """A file of the version; None, and a fault, where it cannot be opened."""
        file = self._open(path)
        try:
            yield file
        finally:
            if file is not None:
                file.close()

    def place(self, path: str) -> Path | None:
        """Where a file of the version lies, for readers that open it themselves; None, and a fault, as for `opened`."""
        with self.opened(path) as file:
            return None if file is None else self.folder / self._content[path]

    def beginning(self, path: str, max_bytes: int) -> bytes:
        """The first bytes of a file of the version; nothing where it is not there."""
        if path not in self:
            return b""
        with self.opened(path) as file:
            if file is None:
                return b""
            try:
                return file.read(max_bytes)
            except OSError as error:
                self.say(path, _why(error))
                return b""

    def say(self, path: str, fault: str) -> None:
        """Take note of a fault in a file."""
        self.faults.append(f"{shown(path)}: {fault}")

    def _open(self, path: str) -> BinaryIO | None:
        try:
            descriptor = os.open(self.folder / self._content[path], _FLAGS)
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return os.fdopen(descriptor, "rb")
            os.close(descriptor)
            self.say(path, "it is no regular file")
        except (OSError, ValueError) as error:
            self.say(path, _why(error))
        return None


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "it is a link"
    return f"it cannot be read: {error.strerror if isinstance(error, OSError) else 'its name is none'}"
