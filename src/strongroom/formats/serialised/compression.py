"""What a serialised file decompresses to, layer by layer: gzip (RFC 1952) and zstd (RFC 8878).

Each layer yields as far as the data go and reports what is wrong behind that. Its output is held against the length
of the file, so that a bomb costs no more than the limits say.
"""

from collections.abc import Iterator
from importlib.util import find_spec

from strongroom.errors import UsageError
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.report import Report
from strongroom.formats.serialised.source import Source
from strongroom.formats.warc.gzip_members import GzipMembers
from strongroom.model.finding import Rule
from strongroom.model.rules import serialised as rules

_NO_MEMBER = "no gzip member begins here"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
_ZSTD_MAX_WINDOW_BYTES = 1 << 27  # what the zstd program decompresses without being asked twice
# The library gives back at once what all bytes fed to it stand for; a block of four bytes may stand for 128 KiB.
_ZSTD_FEED_BYTES = 1 << 10
# A member or frame costs its reader something however little it holds, and its sender a dozen bytes.
_SMALL_BYTES = 1 << 12
_MAX_SMALL_PARTS = 10_000


def bounded(pieces: Iterator[bytes], source: Source, limits: SerialisedLimits, report: Report) -> Iterator[bytes]:
    """Pass pieces on until they are more than a file of this length may stand for."""
    most = max(limits.ratio_allowance_bytes, limits.ratio * source.length_bytes)
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > most:
            report.give_up(rules.RATIO, expected=f"at most {most} bytes from {source.length_bytes}", found="more")
        yield piece


def gunzipped(source: Source, report: Report) -> Iterator[bytes]:
    """What the members of a gzip file hold, one after the other."""
    fed = source.pieces()
    members = GzipMembers(lambda _: next(fed, b""))
    parts = _Parts(report)
    while members.begin():
        parts.begin()
        while piece := members.read():
            parts.add(piece)
            yield piece
        if members.fault:
            if parts.count > 1 and members.fault == _NO_MEMBER:
                _report_rest(source, members.offset_bytes, report)
            else:
                _report_gzip(members.fault, members.offset_bytes, report)
            return


def unzstandard(source: Source, report: Report) -> Iterator[bytes]:
    """What the frames of a zstd file hold, one after the other; skippable frames are passed over.

    Raises:
        UsageError: the module that reads them is not installed.
    """
    if find_spec("zstandard") is None:
        raise UsageError(
            f"{source.name} is compressed with zstd, which is read where the Python module zstandard is installed; "
            "install it, or have the bag sent as .tar or .tar.gz"
        )
    offset = 0
    parts = _Parts(report)
    while head := source.at(offset, 18):
        parts.begin()
        if head[1:4] == _ZSTD_SKIPPABLE and head[0] & 0xF0 == 0x50:  # RFC 8878 section 3.1.2
            offset += 8 + int.from_bytes(head[4:8], "little")
            if len(head) < 8 or offset > source.length_bytes:
                _report_zstandard(rules.TRUNCATED, "the file ends inside a frame", source.length_bytes, report)
                return
        elif head.startswith(_ZSTD_FRAME):
            frame = _Frame(source, offset, report)
            for piece in frame.pieces():
                parts.add(piece)
                yield piece
            if not frame.is_whole:
                return
            offset = frame.end_bytes
        elif parts.count > 1:
            _report_rest(source, offset, report)
            return
        else:
            _report_zstandard(rules.BROKEN_COMPRESSION, "no frame begins here", offset, report)
            return


class _Parts:
    """Counts members or frames, and gives up where a file is made of nothing but their beginnings."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._small = 0
        self._length = 0
        self.count = 0

    def begin(self) -> None:
        if self.count and self._length < _SMALL_BYTES:
            self._small += 1
        if self._small > _MAX_SMALL_PARTS:
            expected = f"at most {_MAX_SMALL_PARTS} parts that decompress to less than {_SMALL_BYTES} bytes"
            self._report.give_up(rules.TOO_MANY_ENTRIES, expected=expected, found="more")
        self.count += 1
        self._length = 0

    def add(self, piece: bytes) -> None:
        self._length += len(piece)


class _Frame:
    """One zstd frame.

    Attributes:
        end_bytes: where it ends, once it was read.
        is_whole: whether it was read to its end.
    """

    def __init__(self, source: Source, offset: int, report: Report) -> None:
        self._source = source
        self._offset = offset
        self._report = report
        self.end_bytes = offset
        self.is_whole = False

    def pieces(self) -> Iterator[bytes]:
        import zstandard

        try:
            window = zstandard.get_frame_parameters(self._source.at(self._offset, 18)).window_size
            if window > _ZSTD_MAX_WINDOW_BYTES:
                self._fault(rules.UNSUPPORTED_METHOD, f"a window of {window} bytes")
                return
            inflater = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW_BYTES).decompressobj()
            for feed in self._feeds():
                piece = inflater.decompress(feed)
                if piece:
                    yield piece
                if inflater.eof:
                    self.end_bytes -= len(inflater.unused_data)
                    self.is_whole = True
                    return
        except zstandard.ZstdError as error:
            is_checksum = "checksum" in str(error)
            self._fault(rules.BAD_CHECKSUM if is_checksum else rules.BROKEN_COMPRESSION, str(error))
            return
        self._fault(rules.TRUNCATED, "the file ends inside a frame")

    def _feeds(self) -> Iterator[bytes]:
        for piece in self._source.pieces(self._offset):
            for start in range(0, len(piece), _ZSTD_FEED_BYTES):
                feed = piece[start : start + _ZSTD_FEED_BYTES]
                self.end_bytes += len(feed)
                yield feed

    def _fault(self, rule: Rule, found: str) -> None:
        _report_zstandard(rule, found, self._offset, self._report)


def _report_zstandard(rule: Rule, found: str, offset: int, report: Report) -> None:
    report.is_cut_short = True
    report.tell(rule, report.place(offset), expected="a whole zstd frame", found=found)


def _report_gzip(fault: str, offset: int, report: Report) -> None:
    report.is_cut_short = True
    if fault.startswith("the file ends"):
        rule = rules.TRUNCATED
    elif fault.startswith("the data do not have"):
        rule = rules.BAD_CHECKSUM
    else:
        rule = rules.BROKEN_COMPRESSION
    report.tell(rule, report.place(offset), expected="a whole gzip member", found=fault)


def _report_rest(source: Source, offset: int, report: Report) -> None:
    """Report what stands behind the compressed data, unless it is zeros: tapes and some disks leave those."""
    if any(piece.strip(b"\0") for piece in source.pieces(offset)):
        length = source.length_bytes - offset
        expected = "the end of the file"
        report.tell(rules.TRAILING_DATA, report.place(offset), expected=expected, found=f"{length} further bytes")
