"""A serialised bag as a stream of files and folders whose paths may be trusted; nothing is written.

The formats are told apart here, and what they all have in common is judged: names, what is given twice, the one folder
at the top, and the limits.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from strongroom.formats.bag.paths import shown
from strongroom.formats.serialised import compression, names, tar_entries, zip_entries
from strongroom.formats.serialised.entry import Entry, Kind, Member
from strongroom.formats.serialised.format import Format, format_of, named_format, stem
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.report import GivenUpError, Report
from strongroom.formats.serialised.source import Source, Stream
from strongroom.formats.serialised.tree import PathTree, Place
from strongroom.model.finding import Finding
from strongroom.model.rules import serialised as rules

_REFUSED: Final = {
    Kind.SYMBOLIC_LINK: (rules.SYMBOLIC_LINK, "a file or a folder"),
    Kind.HARD_LINK: (rules.HARD_LINK, "the file itself"),
    Kind.NOT_REGULAR: (rules.NOT_REGULAR, "a file or a folder"),
    Kind.SPARSE: (rules.SPARSE, "a file stored as a whole"),
    Kind.ENCRYPTED: (rules.ENCRYPTED, "a file that can be read"),
    Kind.UNSUPPORTED: (rules.UNSUPPORTED_METHOD, "a stored or deflated file"),
    Kind.UNKNOWN: (rules.UNKNOWN_KIND, "a file or a folder"),
}


class SerialisedBag:
    """A bag in one file, to be read from the first entry to the last. A context manager.

    Attributes:
        refused: paths of the entries that stand there and were not yielded for a fault of their own.
    """

    def __init__(self, archive: Path, limits: SerialisedLimits) -> None:
        """Open the file.

        Raises:
            UsageError: it is no regular file, or needs a module that is not installed.
            StorageError: it cannot be read.
        """
        self._limits = limits
        self._source = Source(archive)
        self._report = Report(archive.name, limits.findings)
        self._tree = PathTree()
        self._is_whole = False
        self.refused: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._source.close()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found so far; complete when `entries` came to its end."""
        return tuple(self._report.findings)

    @property
    def is_refused(self) -> bool:
        """Whether one of the findings so far is an error."""
        return self._report.is_refused

    @property
    def told(self) -> int:
        """How many findings there are so far."""
        return len(self._report.findings)

    @property
    def is_whole(self) -> bool:
        """Whether reading came to the end of the file, with no limit and no damage in the way."""
        return self._is_whole

    @property
    def is_one_folder(self) -> bool:
        """Whether everything lies in one folder, as far as was read."""
        return not any(self._tree.files_at_top()) and len(list(self._tree.folders_at_top())) == 1

    @property
    def folder(self) -> str:
        """The name of the folder that is the bag; empty as long as there is none."""
        return next(iter(self._tree.folders_at_top()), "")

    def entries(self) -> Iterator[Entry]:
        """Yield the files and folders that can be trusted, in the order in which they stand.

        To be called again once this has come to its end, where something else is wanted of the files: everything is
        read and found anew then.

        An entry with a fault is a finding and not yielded. The data of a file that turn out to be cut short or wrong
        are a finding when they were read.

        Raises:
            StorageError: the file cannot be read, or was changed meanwhile.
        """
        self._report = Report(self._source.name, self._limits.findings)
        self._tree = PathTree()
        self._is_whole = False
        self.refused = set()
        with suppress(GivenUpError):
            yield from self._checked(self._members())
            self._is_whole = not self._report.is_cut_short
        self._source.check_unchanged()
        with suppress(GivenUpError):
            self._check_top()

    def _members(self) -> Iterator[Member]:
        source, limits, report = self._source, self._limits, self._report
        named, found = named_format(source.name), format_of(source)
        if found and found is not named:
            other = f"one named .{named.value}" if named else "another"
            report.tell(rules.NAMED_OTHERWISE, expected=f"a file named .{found.value}", found=other)
        # a zip may have something in front, which its reader finds; what is nothing at all is no tar either
        if (found or named) is Format.ZIP:
            return zip_entries.members(source, limits, report)
        pieces = source.pieces()
        if found is Format.TAR_GZIP:
            pieces = compression.bounded(compression.gunzipped(source, report), source, limits, report)
        elif found is Format.TAR_ZSTANDARD:
            pieces = compression.bounded(compression.unzstandard(source, report), source, limits, report)
        return tar_entries.members(Stream(pieces), limits, report)

    def _checked(self, members: Iterator[Member]) -> Iterator[Entry]:
        count = total = 0
        for member in members:
            count += 1
            if count > self._limits.entries:
                expected = f"at most {self._limits.entries} entries"
                self._report.give_up(rules.TOO_MANY_ENTRIES, expected=expected, found="more")
            if member.kind is Kind.FILE:
                total += member.length_bytes
            if total > self._limits.total_bytes:
                expected = f"at most {self._limits.total_bytes} bytes"
                self._report.give_up(rules.TOO_LARGE, expected=expected, found=f"{total} bytes and perhaps more")
            is_folder = member.kind is Kind.FOLDER
            path = names.path_of(member.name, is_folder=is_folder)
            if is_folder and not path:
                continue  # the folder above the bag, as tar writes it in front when it is told to pack `.`
            if not self._is_sound(member, path):
                self.refused.add(path)
            elif self._is_new(path, is_folder=is_folder):
                yield Entry(path, member.kind, member.length_bytes, member.chunks)

    def _is_sound(self, member: Member, path: str) -> bool:
        """Report what is wrong with an entry by itself; whether nothing is."""
        where = self._report.entry(path, member.place)
        before = len(self._report.findings)
        for rule, expected, found in names.faults(path, self._limits):
            self._report.tell(rule, where, expected=expected, found=found)
        if member.kind in _REFUSED:
            refusing, expected = _REFUSED[member.kind]
            self._report.tell(refusing, where, expected=expected, found=member.note)
        elif names.is_too_deep(path, is_folder=member.kind is Kind.FOLDER, limits=self._limits):
            expected = f"at most {self._limits.depth} levels of folders below the bag's"
            self._report.tell(rules.TOO_DEEP, where, expected=expected, found="more")
        return len(self._report.findings) == before

    def _is_new(self, path: str, *, is_folder: bool) -> bool:
        """Report a path that was there before; whether it was not."""
        match self._tree.add(path.split("/"), is_folder=is_folder):
            case Place.NEW:
                return True
            case Place.FOLDER_TWICE:
                self._report.tell(rules.FOLDER_TWICE, shown(path), expected="each folder once", found="once more")
            case Place.FILE_TWICE:
                self._report.tell(rules.DUPLICATE, shown(path), expected="each file once", found="once more")
            case Place.FILE_AND_FOLDER:
                found = "a file and a folder of one name"
                self._report.tell(rules.FILE_AND_FOLDER, shown(path), expected="a file or a folder", found=found)
        return False

    def _check_top(self) -> None:
        files, folders = list(self._tree.files_at_top()), list(self._tree.folders_at_top())
        if files:
            found = f"{_some(files)} outside of any folder"
            self._report.tell(rules.NO_TOP_FOLDER, expected="one folder that is the bag", found=found)
        if len(folders) > 1:
            self._report.tell(rules.TWO_TOP_FOLDERS, expected="one folder that is the bag", found=_some(folders))
        if not files and not folders and not self._report.is_refused:
            self._report.tell(rules.NO_TOP_FOLDER, expected="one folder that is the bag", found="nothing")
        if not files and len(folders) == 1 and folders[0] != stem(self._source.name):
            expected = shown(stem(self._source.name))
            self._report.tell(rules.FOLDER_NAMED_OTHERWISE, expected=expected, found=shown(folders[0]))


def _some(paths: list[str]) -> str:
    shown_paths = ", ".join(shown(path[:60]) for path in sorted(paths)[:3])
    return f"{shown_paths} and {len(paths) - 3} more" if len(paths) > 3 else shown_paths
