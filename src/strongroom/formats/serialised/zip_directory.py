"""The central directory of a zip and the record that ends it (APPNOTE 4.3.12 to 4.3.16, zip64 included).

The directory is read twice as a stream: once for where its entries begin, in eight bytes each, and once for what they
are. So its length costs no memory.
"""

import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NoReturn

from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.report import GivenUpError, Report
from strongroom.formats.serialised.source import Source, Stream
from strongroom.formats.serialised.zip_fields import FieldError, Stated, decoded, extra_fields, with_zip64
from strongroom.model.rules import serialised as rules

_END: Final = struct.Struct("<4s4H2LH")
_END_SIGNATURE: Final = b"PK\5\6"
_LOCATOR: Final = struct.Struct("<4sLQL")
_LOCATOR_SIGNATURE: Final = b"PK\6\7"
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_END64_SIGNATURE: Final = b"PK\6\6"
_RECORD: Final = struct.Struct("<4s6H3L5H2L")
_RECORD_SIGNATURE: Final = b"PK\1\2"
_COMMENT_BYTES: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Record:
    """What the central directory states of an entry.

    Attributes:
        raw_name: as written.
        name: the same as text; bytes that are not UTF-8 where they are said to be are lone surrogates.
        assumed: the encoding that had to be assumed of the name; empty when it is stated or makes no difference.
        version: of the format that is needed to read it, times ten.
        stated: its checksum, lengths and method.
        attributes: of the system it was made on; the upper half is a POSIX mode.
        offset_bytes: where its local header is said to begin.
    """

    raw_name: bytes
    name: str
    assumed: str
    version: int
    stated: Stated
    attributes: int
    offset_bytes: int


@dataclass(frozen=True, slots=True)
class _End:
    """Where the central directory is said to be, and how many entries it is said to have."""

    entries: int
    length_bytes: int
    offset_bytes: int


class Directory:
    """The central directory of one zip.

    Attributes:
        begins_bytes: where it begins, which is where the last entry has to end.
        shift_bytes: how much everything lies further back than stated, because something was put in front.
        is_whole: whether it could be read to its end, so that it is known which bytes belong to no entry.
    """

    def __init__(self, source: Source, limits: SerialisedLimits, report: Report) -> None:
        """Find it; raises `GivenUpError` where there is none that can be read."""
        self._source = source
        self._limits = limits
        self._report = report
        end, ends, known_shift = _find_end(source, report)
        if end.entries > limits.entries:
            expected, found = f"at most {limits.entries} entries", f"{end.entries}"
            report.give_up(rules.TOO_MANY_ENTRIES, expected=expected, found=found)
        self._length = end.length_bytes
        self.begins_bytes = ends - end.length_bytes
        self.shift_bytes = self.begins_bytes - end.offset_bytes
        if known_shift not in {None, self.shift_bytes}:
            expected, found = "records as far from where they are said to be as the directory", f"{known_shift} bytes"
            report.give_up(rules.AMBIGUOUS, report.place(ends), expected=expected, found=found)
        self._place_itself(end)
        self.is_whole = True
        self._starts = array("Q")
        self._collect_starts(end.entries)

    def records(self) -> Iterator[Record]:
        """What it states of each entry, as far as it can be read."""
        stream = self._stream()
        for _ in self._starts:
            yield self._record(stream)

    def next_start(self, start: int) -> int:
        """Where the entry behind the one that begins here begins, or the directory itself."""
        at = bisect_right(self._sorted, start)
        return self._sorted[at] if at < len(self._sorted) else self.begins_bytes

    def is_shared(self, start: int) -> bool:
        """Whether more than one entry begins here."""
        return bisect_right(self._sorted, start) - bisect_left(self._sorted, start) > 1

    def _place_itself(self, end: _End) -> None:
        if not self.shift_bytes:
            return
        place = self._report.place(end.offset_bytes)
        if self.shift_bytes < 0:
            found = f"{-self.shift_bytes} bytes too few for it"
            self._report.give_up(rules.OVERLAP, place, expected="the central directory", found=found)
        found = f"{self.shift_bytes} bytes that belong to nothing"
        self._report.tell(rules.GAP, place, expected="all bytes to belong to an entry", found=found)
        if self._source.at(end.offset_bytes, 4) == _RECORD_SIGNATURE:
            self.begins_bytes, self.shift_bytes = end.offset_bytes, 0

    def _stream(self) -> Stream:
        return Stream(self._source.pieces(self.begins_bytes, self.begins_bytes + self._length))

    def _collect_starts(self, stated: int) -> None:
        stream = self._stream()
        starts = self._starts
        try:
            while stream.offset_bytes < self._length and len(starts) <= self._limits.entries:
                offset = self._record(stream).offset_bytes + self.shift_bytes
                starts.append(min(offset, self.begins_bytes))  # there is no entry that begins there or behind
        except GivenUpError:
            self.is_whole = False  # what stands before the fault is still looked at
        else:
            if len(starts) != stated:
                expected, found = f"{stated} entries", f"{len(starts)}"
                self._report.tell(rules.COUNT_DISAGREES, expected=expected, found=found)
        is_sorted = all(one <= other for one, other in pairwise(starts))
        self._sorted = starts if is_sorted else array("Q", sorted(starts))
        if self.is_whole and not self.shift_bytes and (first := self._sorted[0] if starts else self.begins_bytes):
            found = f"{first} bytes before the first entry"
            where = self._report.place(0)
            self._report.tell(rules.GAP, where, expected="all bytes to belong to an entry", found=found)

    def _record(self, stream: Stream) -> Record:
        head = stream.take(_RECORD.size)
        begins = self.begins_bytes + stream.offset_bytes - len(head)
        if len(head) < _RECORD.size or not head.startswith(_RECORD_SIGNATURE):
            self._give_up(begins, f"{head[:4]!r}")
        _, _, version, flags, method, _, _, crc, packed, length, *lengths, disk, _, attributes, offset = _RECORD.unpack(
            head
        )
        whole = _RECORD.size + sum(lengths)
        if whole > self._limits.header_bytes:
            expected, found = f"at most {self._limits.header_bytes} bytes", f"{whole} bytes"
            self._report.give_up(rules.HEADER_TOO_LARGE, self._report.place(begins), expected=expected, found=found)
        name, extra = stream.take(lengths[0]), stream.take(lengths[1])
        if not stream.skip(lengths[2]) or len(name) + len(extra) < lengths[0] + lengths[1]:
            self._give_up(begins, "the end of the directory inside it")
        if disk not in {0, 0xFFFF}:
            expected, place = "a zip in one file", self._report.place(begins)
            self._report.give_up(rules.UNSUPPORTED_METHOD, place, expected=expected, found="a part of one")
        try:
            fields = extra_fields(extra)
            stated, offset = with_zip64(Stated(flags, method, crc, packed, length), offset, fields)
            text, assumed = decoded(name, flags, fields)
        except FieldError as error:
            self._give_up(begins, str(error))
        return Record(name, text, assumed, version & 0xFF, stated, attributes, offset)

    def _give_up(self, offset: int, found: str) -> NoReturn:
        expected = "an entry of the central directory"
        self._report.give_up(rules.BAD_HEADER, self._report.place(offset), expected=expected, found=found)


def _find_end(source: Source, report: Report) -> tuple[_End, int, int | None]:
    """The record that ends the zip, where the central directory has to end, and how far a zip64 record was moved."""
    begins = max(0, source.length_bytes - _END.size - _COMMENT_BYTES)
    tail = source.at(begins, _END.size + _COMMENT_BYTES)
    at = _end_in(tail, begins, report, is_zip=source.at(0, 4) == b"PK\3\4")
    _, disk, first_disk, here, entries, length, offset, _ = _END.unpack_from(tail, at)
    end = _End(entries, length, offset)
    at += begins
    locator = source.at(at - _LOCATOR.size, _LOCATOR.size) if at >= _LOCATOR.size else b""
    ends, shift = at, None
    if locator.startswith(_LOCATOR_SIGNATURE):
        end, ends, shift = _end64(source, locator, at - _LOCATOR.size, end, report)
    if disk not in {0, 0xFFFF} or first_disk not in {0, 0xFFFF} or here != entries:
        report.give_up(rules.UNSUPPORTED_METHOD, report.place(at), expected="a zip in one file", found="a part of one")
    if end.length_bytes > ends:
        found = f"one of {end.length_bytes} bytes"
        report.give_up(rules.BAD_HEADER, report.place(at), expected="a central directory", found=found)
    return end, ends, shift


def _end_in(tail: bytes, begins: int, report: Report, *, is_zip: bool) -> int:
    """Where in the last bytes of a file the ending record stands: the one whose comment ends with the file."""
    found = [at for at in _all_in(tail, _END_SIGNATURE) if len(tail) - at >= _END.size]
    reaching = {at: at + _END.size + int.from_bytes(tail[at + 20 : at + 22], "little") for at in found}
    exact = [at for at in found if reaching[at] == len(tail)]
    if exact and exact[0] == found[-1]:
        return exact[0]
    if exact:
        expected, place = "one record that ends the zip", report.place(begins + exact[0])
        report.give_up(rules.AMBIGUOUS, place, expected=expected, found="another one inside its comment")
    within = [at for at in found if reaching[at] < len(tail)]
    if within:
        end = reaching[within[-1]]
        surplus = f"{len(tail) - end} further bytes"
        report.tell(rules.TRAILING_DATA, report.place(begins + end), expected="the end of the file", found=surplus)
        return within[-1]
    if not found and not is_zip:
        report.give_up(rules.NOT_AN_ARCHIVE, expected="tar, gzip, zstd or zip", found="none of them")
    missing = "the end of the file inside it" if found else "none"
    return report.give_up(rules.TRUNCATED, expected="the record that ends a zip", found=missing)


def _all_in(tail: bytes, signature: bytes) -> Iterator[int]:
    at = tail.find(signature)
    while at >= 0:
        yield at
        at = tail.find(signature, at + 1)


def _end64(source: Source, locator: bytes, at: int, end: _End, report: Report) -> tuple[_End, int, int]:
    """The zip64 record before the locator; what both records state has to be the same."""
    place = report.place(at)
    _, disk, offset, disks = _LOCATOR.unpack(locator)
    # what was put in front of the zip moved it: without further data it stands right before the locator
    begins = next((one for one in (offset, at - _END64.size) if source.at(max(0, one), 4) == _END64_SIGNATURE), -1)
    record = source.at(begins, _END64.size) if begins >= 0 else b""
    if len(record) < _END64.size:
        report.give_up(rules.BAD_HEADER, place, expected="a zip64 record where its locator says", found="none")
    _, length, _, _, this_disk, first_disk, here, entries, size, start = _END64.unpack(record)
    if begins + 12 + length != at:
        report.give_up(rules.AMBIGUOUS, place, expected="a zip64 record right before its locator", found="a gap")
    if disk or disks > 1 or this_disk or first_disk or here != entries:
        report.give_up(rules.UNSUPPORTED_METHOD, place, expected="a zip in one file", found="a part of one")
    for short, long, most in (
        (end.entries, entries, 0xFFFF),
        (end.length_bytes, size, 0xFFFFFFFF),
        (end.offset_bytes, start, 0xFFFFFFFF),
    ):
        if short not in {most, long}:
            found = f"{short} in one, {long} in the other"
            report.give_up(rules.AMBIGUOUS, place, expected="the same in both ending records", found=found)
    return _End(entries, size, start), begins, begins - offset
