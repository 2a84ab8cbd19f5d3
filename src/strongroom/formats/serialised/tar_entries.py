"""The entries of a tar, one after the other: ustar, pax and GNU, whatever mixture of them (POSIX.1, GNU tar manual).

Headers are held to what all programs agree on; where they would not, that is a finding. Owners, permissions and times
are not read. Nothing is looked for behind a header that cannot be read: where the next one stands is then a guess.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from strongroom.formats.serialised import pax
from strongroom.formats.serialised.entry import Kind, Member
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.report import GivenUpError, Report
from strongroom.formats.serialised.source import Stream
from strongroom.formats.serialised.tar_header import (
    BLOCK_BYTES,
    ZEROS,
    ChecksumError,
    Header,
    HeaderError,
    padded,
    parse,
)
from strongroom.model.rules import serialised as rules

_KINDS: Final = {
    "\0": Kind.FILE,
    "0": Kind.FILE,
    "7": Kind.FILE,  # contiguous on disk, which makes no difference
    "5": Kind.FOLDER,
    "1": Kind.HARD_LINK,
    "2": Kind.SYMBOLIC_LINK,
    "3": Kind.NOT_REGULAR,
    "4": Kind.NOT_REGULAR,
    "6": Kind.NOT_REGULAR,
    "S": Kind.SPARSE,
}
_WITHOUT_DATA: Final = frozenset({Kind.FOLDER, Kind.HARD_LINK, Kind.SYMBOLIC_LINK, Kind.NOT_REGULAR})
_NOTES: Final = {"3": "a character device", "4": "a block device", "6": "a named pipe"}


@dataclass(slots=True)
class _Ahead:
    """What headers said of the entry that follows them."""

    name: bytes | None = None
    is_of_link: bool = False
    records: Mapping[bytes, bytes] | None = None

    def is_empty(self) -> bool:
        return self.name is None and self.records is None and not self.is_of_link


def members(stream: Stream, limits: SerialisedLimits, report: Report) -> Iterator[Member]:
    """Yield the entries of a tar to its end; raises `GivenUpError` where it cannot be read further."""
    return _Tar(stream, limits, report).members()


class _Tar:
    """One tar, read once."""

    def __init__(self, stream: Stream, limits: SerialisedLimits, report: Report) -> None:
        self._stream = stream
        self._limits = limits
        self._report = report
        self._ahead = _Ahead()
        self._begins = 0
        self._place = ""

    def members(self) -> Iterator[Member]:
        while True:
            self._begins = self._stream.offset_bytes
            self._place = self._report.place(self._begins)
            block = self._stream.take(BLOCK_BYTES)
            if len(block) < BLOCK_BYTES:
                self._tell_no_end(block)
                return
            if block == ZEROS:
                self._check_end()
                return
            header = self._header(block)
            if header.type_flag in "xgLK":
                self._read_ahead(header)
            else:
                yield from self._member(header)
                self._ahead = _Ahead()

    def _header(self, block: bytes) -> Header:
        try:
            return parse(block)
        except HeaderError as error:
            if not self._begins and block[257:262] != b"ustar":
                self._give_up_as_none(block)
            rule = rules.BAD_CHECKSUM if isinstance(error, ChecksumError) else rules.BAD_HEADER
            self._report.give_up(rule, self._place, expected="a header of an entry", found=str(error))

    def _read_ahead(self, header: Header) -> None:
        size = header.size_bytes
        if size > self._limits.header_bytes:
            expected, found = f"at most {self._limits.header_bytes} bytes", f"{size} bytes"
            self._report.give_up(rules.HEADER_TOO_LARGE, self._place, expected=expected, found=found)
        data = self._stream.take(size)
        if len(data) < size or not self._stream.skip(padded(size) - size):
            self._give_up_truncated(self._place, f"{len(data)} of {size} bytes of a header")
        if header.type_flag in "LK":
            self._take_long_name(header.type_flag, data)
        else:
            self._take_records(header.type_flag, data)

    def _take_long_name(self, type_flag: str, data: bytes) -> None:
        name, _, behind = data.partition(b"\0")
        if behind.strip(b"\0"):
            self._tell_ambiguous("one long name", "further bytes behind its end")
        if type_flag == "K":
            self._ahead.is_of_link = True
            return
        if self._ahead.name is not None:
            self._tell_ambiguous("one long name before an entry", "two")
        self._ahead.name = name

    def _take_records(self, type_flag: str, data: bytes) -> None:
        try:
            records = pax.parse(data)
            pax.size_of(records)
        except HeaderError as error:
            self._report.give_up(rules.BAD_HEADER, self._place, expected="records of a pax header", found=str(error))
        if type_flag == "g":
            if pax.decides(records):
                expected = "no names, lengths or holes in a pax header for all entries"
                self._tell_ambiguous(expected, "one that speaks of them")
            return
        if self._ahead.records is not None:
            self._tell_ambiguous("one pax header before an entry", "two")
        self._ahead.records = records

    def _member(self, header: Header) -> Iterator[Member]:
        records = self._ahead.records or {}
        size = pax.size_of(records)
        size = header.size_bytes if size is None else size
        name = self._name(header, records)
        where = self._report.entry(name, self._place)
        kind = _KINDS.get(header.type_flag, Kind.UNKNOWN)
        if kind is Kind.FILE and pax.is_sparse(records):
            kind = Kind.SPARSE
        if header.type_flag == "\0" and name.endswith("/"):
            kind = Kind.FOLDER  # so folders were written before there was a flag for them
        note = _NOTES.get(header.type_flag, f"type flag {header.type_flag!r}")
        if header.is_continued:
            self._skip_sparse_map()
        if kind in _WITHOUT_DATA:
            yield Member(name, self._place, kind, size, iter(()), note)
            if size:
                self._report.give_up(rules.LENGTH_WHERE_NONE, where, expected="length 0", found=f"{size} bytes")
            return
        begins = self._stream.offset_bytes
        yield Member(name, self._place, kind, size, self._stream.chunks(size), note)
        self._finish(begins, size, where)

    def _name(self, header: Header, records: Mapping[bytes, bytes]) -> str:
        name = header.name if self._ahead.name is None else self._ahead.name
        if b"path" in records:
            if self._ahead.name is not None:
                self._tell_ambiguous("one long name before an entry", "one of GNU and one of pax")
            name = records[b"path"]
        return name.decode("utf-8", "surrogateescape")

    def _skip_sparse_map(self) -> None:
        """Pass over the further blocks of an old GNU sparse file; in each, one byte says whether another follows."""
        while len(block := self._stream.take(BLOCK_BYTES)) == BLOCK_BYTES:
            if not block[504]:
                return
        self._give_up_truncated(self._place, "an end inside the map of a sparse file")

    def _finish(self, begins: int, size: int, where: str) -> None:
        """Go to the end of an entry's last block, whatever of its data was read."""
        if self._stream.skip(begins + padded(size) - self._stream.offset_bytes):
            return
        there = self._stream.offset_bytes - begins
        if there < size:
            self._give_up_truncated(where, f"{there} of {size} bytes")
        self._tell_missing_end()
        raise GivenUpError

    def _check_end(self) -> None:
        """Look at what stands behind the first block of zeros: zeros, one further block of them at least."""
        if not self._ahead.is_empty():
            self._tell_ambiguous("an entry behind the header that speaks of it", "the end")
        begins = self._stream.offset_bytes
        for piece in self._stream.rest():
            if kept := piece.lstrip(b"\0"):
                where = self._report.place(self._stream.offset_bytes - len(kept))
                self._report.tell(rules.TRAILING_DATA, where, expected="zeros to the end", found="other bytes")
                return
        if self._stream.offset_bytes - begins < BLOCK_BYTES and not self._report.is_cut_short:
            self._report.tell(rules.ONE_END_BLOCK, expected="two blocks of zeros at the end", found="one")

    def _tell_no_end(self, block: bytes) -> None:
        if self._report.is_cut_short:
            return
        if not self._begins:
            self._give_up_as_none(block)
        if block or not self._ahead.is_empty():
            self._give_up_truncated(self._place, f"{len(block)} of {BLOCK_BYTES} bytes of a header")
        self._tell_missing_end()

    def _tell_missing_end(self) -> None:
        if not self._report.is_cut_short:
            self._report.tell(rules.NO_END, expected="two blocks of zeros at the end", found="none")

    def _tell_ambiguous(self, expected: str, found: str) -> None:
        self._report.tell(rules.AMBIGUOUS, self._place, expected=expected, found=found)

    def _give_up_truncated(self, where: str, found: str) -> NoReturn:
        if not self._report.is_cut_short:
            self._report.is_cut_short = True
            self._report.tell(rules.TRUNCATED, where, expected="the whole of it", found=found)
        raise GivenUpError

    def _give_up_as_none(self, block: bytes) -> NoReturn:
        found = f"a file that begins with {block[:8]!r}" if block else "nothing"
        self._report.give_up(rules.NOT_AN_ARCHIVE, expected="tar, gzip, zstd or zip", found=found)
