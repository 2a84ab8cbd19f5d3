"""The entries of a zip, in the order of its central directory (APPNOTE 6.3): stored and deflated, zip64 included.

The central directory is the authority, and every entry's own header has to agree with it, so that a program that reads
the one unpacks what a program unpacks that reads the other. Every byte in front of the directory belongs to one entry.
"""

import struct
from collections import Counter
from collections.abc import Iterator
from typing import Final

from isal import igzip_lib, isal_zlib

from strongroom.formats.bag.paths import shown
from strongroom.formats.serialised.entry import Kind, Member
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.report import Report
from strongroom.formats.serialised.source import Source
from strongroom.formats.serialised.zip_directory import Directory, Record
from strongroom.formats.serialised.zip_fields import (
    DEFLATED,
    DESCRIPTOR,
    ENCRYPTED,
    PATCH,
    STORED,
    UTF_8,
    FieldError,
    Stated,
    decoded,
    extra_fields,
    with_zip64,
)
from strongroom.model.finding import Rule
from strongroom.model.rules import serialised as rules

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_VERSION: Final = 63
_LOCAL_SIGNATURE: Final = b"PK\3\4"
_DESCRIPTOR_SIGNATURE: Final = b"PK\7\10"
_DECISIVE_FLAGS: Final = ENCRYPTED | PATCH | DESCRIPTOR | UTF_8
# A small entry is read at once, header and data.
_LOOK_BYTES: Final = 1 << 13
# igzip allocates as much as it may return, at each call.
_INFLATED_BYTES: Final = 1 << 18

_FORMAT, _LINK, _FOLDER, _REGULAR = 0xF000, 0xA000, 0x4000, 0x8000  # of a POSIX mode
_DOS_FOLDER: Final = 0x10


def members(source: Source, limits: SerialisedLimits, report: Report) -> Iterator[Member]:
    """Yield the entries of a zip; raises `GivenUpError` where it cannot be read further."""
    directory = Directory(source, limits, report)
    most = max(limits.ratio_allowance_bytes, limits.ratio * source.length_bytes)
    length = 0
    assumed: Counter[str] = Counter()
    for record in directory.records():
        assumed.update([record.assumed] if record.assumed else [])
        length += record.stated.length_bytes
        if length > most:
            report.give_up(rules.RATIO, expected=f"at most {most} bytes from {source.length_bytes}", found="more")
        entry = _Entry(source, directory, record, report)
        chunks = entry.chunks()
        yield Member(record.name, entry.place, entry.kind, record.stated.length_bytes, chunks, entry.note)
        for _ in chunks:  # whatever its reader left: the checksum is looked at in any case
            pass
    if assumed:
        found = ", ".join(f"{count} that had to be taken for {encoding}" for encoding, count in sorted(assumed.items()))
        report.tell(rules.NAME_UNDECLARED, expected="the flag for UTF-8 at each name beyond ASCII", found=found)


class _Entry:
    """One entry: its kind, and its data where they can be read.

    Attributes:
        place: where it begins.
        kind: by its attributes and flags.
        note: what is special about the kind.
    """

    def __init__(self, source: Source, directory: Directory, record: Record, report: Report) -> None:
        self._source = source
        self._directory = directory
        self._record = record
        self._report = report
        self._start = min(record.offset_bytes + directory.shift_bytes, directory.begins_bytes)
        self._window = b""
        self.place = report.place(self._start)
        self._where = report.entry(record.name, self.place)
        self.kind, self.note = self._kind()
        self._data_begins = self._locate()

    def chunks(self) -> Iterator[bytes]:
        """The data, with what is wrong about them reported at their end."""
        stated = self._record.stated
        if self._data_begins < 0 or self.kind in {Kind.ENCRYPTED, Kind.UNSUPPORTED}:
            return
        crc = length = 0
        begins, ends = self._data_begins, self._data_begins + stated.packed_bytes
        packed = self._packed(begins, ends)
        for data in packed if stated.method == STORED else self._inflated(packed, stated.length_bytes):
            crc = isal_zlib.crc32(data, crc)
            length += len(data)
            if length > stated.length_bytes:
                self._tell_length("more")
                return
            yield data
        if self._data_begins < 0:  # broken, which is a finding already
            return
        if length != stated.length_bytes:
            self._tell_length(f"{length} bytes")
        elif crc != stated.crc:
            expected, found = f"CRC-32 {stated.crc:08x}", f"{crc:08x}"
            self._report.tell(rules.BAD_CHECKSUM, self._where, expected=expected, found=found)

    def _kind(self) -> tuple[Kind, str]:
        stated, attributes = self._record.stated, self._record.attributes
        is_folder = self._record.name.endswith("/")
        mode = attributes >> 16 & _FORMAT
        if stated.flags & ENCRYPTED:
            return Kind.ENCRYPTED, "an encrypted one"
        if mode == _LINK:
            return Kind.SYMBOLIC_LINK, "a symbolic link"
        if mode not in {0, _FOLDER, _REGULAR}:
            return Kind.NOT_REGULAR, f"one of POSIX mode {attributes >> 16:o}"
        if mode == (_REGULAR if is_folder else _FOLDER) or (attributes & _DOS_FOLDER and not is_folder):
            found = "a name and attributes that differ"
            self._report.tell(rules.AMBIGUOUS, self._where, expected="either a file or a folder", found=found)
        if stated.method not in {STORED, DEFLATED} or stated.flags & PATCH:
            return Kind.UNSUPPORTED, f"method {stated.method}"
        if self._record.version > _VERSION:
            return Kind.UNSUPPORTED, f"version {self._record.version / 10} of the format"
        if is_folder and stated.length_bytes:
            found = f"{stated.length_bytes} bytes"
            self._report.tell(rules.LENGTH_WHERE_NONE, self._where, expected="length 0", found=found)
        return (Kind.FOLDER if is_folder else Kind.FILE), ""

    def _locate(self) -> int:
        """Where the data begin, by the entry's own header; -1 where they must not be read."""
        if self._directory.is_shared(self._start):
            self._tell(rules.OVERLAP, "bytes of its own", "another entry at the same place")
            return -1
        ends = self._directory.next_start(self._start)
        self._window = self._source.at(self._start, min(_LOOK_BYTES, self._directory.begins_bytes - self._start))
        if len(self._window) < _LOCAL.size or not self._window.startswith(_LOCAL_SIGNATURE):
            self._tell(rules.LOCAL_DISAGREES, "a header where the directory says", "none")
            return -1
        _, _, flags, method, _, _, crc, packed, length, name_length, extra_length = _LOCAL.unpack_from(self._window)
        begins: int = self._start + _LOCAL.size + name_length + extra_length
        names = self._look(self._start + _LOCAL.size, begins)
        if begins + self._record.stated.packed_bytes > ends:
            self._tell(rules.OVERLAP, f"an end before {ends}", f"{begins + self._record.stated.packed_bytes}")
            return -1
        local = Stated(flags, method, crc, packed, length)
        if disagreement := self._disagreement(local, names[:name_length], names[name_length:]):
            self._tell(rules.LOCAL_DISAGREES, "what the directory says", disagreement)
        self._check_end(begins + self._record.stated.packed_bytes, ends)
        if (
            self._record.stated.method == STORED
            and self._record.stated.packed_bytes != self._record.stated.length_bytes
        ):
            if self.kind is not Kind.ENCRYPTED:
                self._tell_length(f"{self._record.stated.packed_bytes} bytes, not compressed")
            return -1
        return begins

    def _disagreement(self, local: Stated, raw_name: bytes, extra: bytes) -> str:
        """What the entry's own header says otherwise than the directory; empty when nothing."""
        record, stated = self._record, self._record.stated
        if raw_name != record.raw_name:
            return f"the name {shown(raw_name.decode('utf-8', 'replace'))[:200]}"
        try:
            fields = extra_fields(extra)
            local, _ = with_zip64(local, 0, fields)
            name, _ = decoded(raw_name, local.flags, fields)
        except FieldError as error:
            return str(error)
        if name != record.name:
            return f"the name {shown(name)[:200]}"
        if (local.flags ^ stated.flags) & _DECISIVE_FLAGS or local.method != stated.method:
            return f"flags {local.flags:#06x} and method {local.method}"
        # with a descriptor behind the data, zeros stand in front of them
        unknown = {0} if local.flags & DESCRIPTOR else set()
        for what, here, there in (
            ("CRC-32", local.crc, stated.crc),
            ("packed length", local.packed_bytes, stated.packed_bytes),
            ("length", local.length_bytes, stated.length_bytes),
        ):
            if here not in unknown | {there}:
                return f"{what} {here}, not {there}"
        return ""

    def _check_end(self, data_end: int, ends: int) -> None:
        """Look at what stands between the data and the next entry: a descriptor where one is stated, else nothing."""
        between = ends - data_end
        if self._record.stated.flags & DESCRIPTOR:
            lengths = self._descriptor_lengths(self._look(data_end, min(ends, data_end + 24)))
            if not lengths:
                self._tell(rules.LOCAL_DISAGREES, "a descriptor with what the directory says", "none")
                return
            between = 0 if between in lengths else between - max(lengths)
        if between and self._directory.is_whole:
            self._tell(rules.GAP, "the next entry right behind it", f"{between} bytes that belong to nothing")

    def _descriptor_lengths(self, data: bytes) -> set[int]:
        """How long the descriptor may be: it is written with and without signature, in 32 and in 64 bits."""
        stated = self._record.stated
        lengths = set()
        for signature in (_DESCRIPTOR_SIGNATURE, b""):
            for layout in ("<L2Q", "<3L"):
                try:
                    numbers = struct.pack(layout, stated.crc, stated.packed_bytes, stated.length_bytes)
                except struct.error:  # lengths that only 64 bits hold
                    continue
                if data.startswith(signature + numbers):
                    lengths.add(len(signature + numbers))
        return lengths

    def _look(self, begins: int, ends: int) -> bytes:
        """Bytes of the entry, from what was read already where they are there."""
        if ends - self._start <= len(self._window):
            return self._window[begins - self._start : ends - self._start]
        return self._source.at(begins, ends - begins)

    def _packed(self, begins: int, ends: int) -> Iterator[bytes]:
        if ends - self._start <= len(self._window):
            if begins < ends:
                yield self._look(begins, ends)
            return
        yield from self._source.pieces(begins, ends)

    def _inflated(self, packed: Iterator[bytes], length: int) -> Iterator[bytes]:
        inflater = igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_DEFLATE)
        most = min(_INFLATED_BYTES, length + 1)
        surplus = 0
        for piece in packed:
            if inflater.eof:
                surplus += len(piece)
                continue
            feed = piece
            while not inflater.eof:
                try:
                    data = inflater.decompress(feed, most)
                except igzip_lib.IsalError as error:  # type: ignore[misc]  # its stub declares an instance, not a class
                    self._break(f"broken deflate data ({error})")
                    return
                if data:
                    yield data
                if inflater.needs_input:
                    break
                feed = b""
            surplus += len(inflater.unused_data)
        if not inflater.eof:
            self._break("an end inside the deflate data")
        elif surplus:
            self._break(f"{surplus} bytes behind the deflate data")

    def _break(self, found: str) -> None:
        self._data_begins = -1
        self._tell(rules.BROKEN_COMPRESSION, "whole deflate data", found)

    def _tell_length(self, found: str) -> None:
        expected = f"{self._record.stated.length_bytes} bytes"
        self._report.tell(rules.LENGTH_DISAGREES, self._where, expected=expected, found=found)

    def _tell(self, rule: Rule, expected: str, found: str) -> None:
        self._report.tell(rule, self._where, expected=expected, found=found)
