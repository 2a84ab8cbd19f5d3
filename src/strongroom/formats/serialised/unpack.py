"""Unpack a serialised bag into a folder, and write nowhere else.

Every file is made by the descriptor of its folder and never over or through something that is there; every folder is
made or was made here. Nothing is made durable: who takes the folder over syncs it as a whole.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.errors import UsageError
from strongroom.formats.serialised.entry import Entry, Kind
from strongroom.formats.serialised.format import is_serialised
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.reading import SerialisedBag
from strongroom.model.finding import Finding
from strongroom.storage import refuse, saying

__all__ = ["SerialisedLimits", "Unpacked", "is_serialised", "unpack"]

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_MODE: Final = 0o644
_FOLDER_MODE: Final = 0o755


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came of unpacking; with a finding of severity error there is nothing to be used.

    Attributes:
        root: the bag's folder; where none was made, the folder that was given.
        findings: all, in the order in which they came up.
        files: how many were written.
        length_bytes: of the files written, together.
    """

    root: Path
    findings: tuple[Finding, ...]
    files: int
    length_bytes: int


def unpack(archive: Path, into: Path, limits: SerialisedLimits | None = None) -> Unpacked:
    """Unpack a bag from tar, tar.gz, tar.zst or zip.

    Args:
        archive: the file.
        into: an empty folder, which nobody else writes to.
        limits: absent: the defaults.

    Returns:
        The folder of the bag in `into`, with its warnings, or all findings when one of them is an error: from the
        first error on nothing more is written, and the caller discards what is there.

    Raises:
        UsageError: `archive` is no file, `into` is not an empty folder, or the file is compressed with zstd and no
            module is installed that reads it.
        StorageError: something cannot be read or written, or `archive` was changed meanwhile.

    Files get the mode 0644, folders 0755, both of whoever runs this, at the time of unpacking.
    """
    with SerialisedBag(archive, limits or SerialisedLimits()) as bag:
        writer = _Writer(into)
        try:
            for entry in bag.entries():
                if bag.is_refused:
                    for _ in entry.chunks:  # what is wrong with its data is to be told, too
                        pass
                else:
                    writer.write(entry)
        finally:
            writer.close()
        root = into / bag.folder if bag.folder else into
        return Unpacked(root, bag.findings, writer.files, writer.length_bytes)


class _Writer:
    """Writes below one folder. It keeps the descriptors of the folders that lead to the last file.

    Attributes:
        files: written so far.
        length_bytes: written so far.
    """

    def __init__(self, into: Path) -> None:
        self._into = into
        self._parts: list[str] = []
        self._descriptors: list[int] = []
        self.files = 0
        self.length_bytes = 0
        with saying("unpack into", into):
            self._descriptors.append(os.open(into, _FOLDER))
            is_empty = not os.listdir(self._descriptors[0])  # noqa: PTH208 - by descriptor, as it is opened
        if not is_empty:
            self.close()
            raise UsageError(f"{into} is not empty; a bag is unpacked into an empty folder")

    def write(self, entry: Entry) -> None:
        """Make a file or a folder, and the folders above it that are not there yet."""
        parts = entry.path.split("/")
        try:
            if entry.kind is Kind.FOLDER:
                self._go_to(parts)
            else:
                self._go_to(parts[:-1])
                self._write_file(parts[-1], entry.chunks)
        except OSError as error:
            refuse(error, "write", self._into / entry.path)

    def close(self) -> None:
        """Close all descriptors."""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def _write_file(self, name: str, chunks: Iterator[bytes]) -> None:
        descriptor = os.open(name, _FILE, _FILE_MODE, dir_fd=self._descriptors[-1])
        try:
            os.fchmod(descriptor, _FILE_MODE)  # whatever the umask
            for chunk in chunks:
                self.length_bytes += len(chunk)
                written = os.write(descriptor, chunk)
                while written < len(chunk):
                    written += os.write(descriptor, memoryview(chunk)[written:])
        finally:
            os.close(descriptor)
        self.files += 1

    def _go_to(self, parts: list[str]) -> None:
        same = 0
        while same < min(len(parts), len(self._parts)) and parts[same] == self._parts[same]:
            same += 1
        while len(self._parts) > same:
            self._parts.pop()
            os.close(self._descriptors.pop())
        for part in parts[same:]:
            self._descriptors.append(self._folder(part, self._descriptors[-1]))
            self._parts.append(part)

    @staticmethod
    def _folder(name: str, above: int) -> int:
        try:
            os.mkdir(name, _FOLDER_MODE, dir_fd=above)
        except FileExistsError:  # made for an entry before
            return os.open(name, _FOLDER, dir_fd=above)
        descriptor = os.open(name, _FOLDER, dir_fd=above)
        os.fchmod(descriptor, _FOLDER_MODE)
        return descriptor
