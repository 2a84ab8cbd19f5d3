"""What a serialised file decompresses to, layer by layer: gzip (RFC 1952) and zstd (RFC 8878).

Each layer yields as far as the data go and reports what is wrong behind that. Its output is held against the length
of the file, so that a bomb costs no more than the limits say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from strongroom.errors import UsageError
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.report import Report
from strongroom.formats.serialised.source import Source, Stream
from strongroom.formats.warc.gzip_members import GzipMembers
from strongroom.model.finding import Rule
from strongroom.model.rules import serialised as rules

_NO_MEMBER = "no gzip member begins here"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
_ZSTD_MAX_WINDOW_BYTES = 1 << 27  # what the zstd program decompresses without being asked twice
_ZSTD_HEAD_BYTES = 18  # no frame header is longer
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
    stream = Stream(source.pieces())
    parts = _Parts(report)
    while head := source.at(offset := stream.offset_bytes, _ZSTD_HEAD_BYTES):
        parts.begin()
        if head[1:4] == _ZSTD_SKIPPABLE and head[0] & 0xF0 == 0x50:  # RFC 8878 section 3.1.2
            if not stream.skip(8 + int.from_bytes(head[4:8], "little")):
                _report_zstandard(rules.TRUNCATED, "the file ends inside a frame", offset, report)
                return
        elif head.startswith(_ZSTD_FRAME):
            fault = _ZstandardFault()
            for piece in _frame(head, stream, fault):
                parts.add(piece)
                yield piece
            if fault.rule:
                _report_zstandard(fault.rule, fault.found, offset, report)
                return
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


@dataclass(slots=True)
class _ZstandardFault:
    """What was wrong with a frame; no rule when nothing was."""

    rule: Rule | None = None
    found: str = ""


def _frame(head: bytes, stream: Stream, fault: _ZstandardFault) -> Iterator[bytes]:
    """What one zstd frame holds, decompressed block by block: no block gives more than 128 KiB."""
    import zstandard

    try:
        window = zstandard.get_frame_parameters(head).window_size
        if window > _ZSTD_MAX_WINDOW_BYTES:
            fault.rule, fault.found = rules.UNSUPPORTED_METHOD, f"a window of {window} bytes"
            return
        inflater = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW_BYTES).decompressobj()
        for part in _frame_parts(head, stream, zstandard.frame_header_size(head)):
            if data := inflater.decompress(part):
                yield data
        if not inflater.eof:
            fault.rule, fault.found = rules.TRUNCATED, "the file ends inside a frame"
    except zstandard.ZstdError as error:
        fault.rule, fault.found = _zstandard_rule(str(error)), str(error)


def _zstandard_rule(complaint: str) -> Rule:
    if "checksum" in complaint:
        return rules.BAD_CHECKSUM
    return rules.UNSUPPORTED_METHOD if "too much memory" in complaint else rules.BROKEN_COMPRESSION


def _frame_parts(head: bytes, stream: Stream, header_bytes: int) -> Iterator[bytes]:
    """The header of a frame, each of its blocks, and its checksum (RFC 8878 section 3.1.1)."""
    yield stream.take(header_bytes)
    has_checksum = head[4] & 0x04
    is_last = False
    while not is_last and len(start := stream.take(3)) == 3:
        word = int.from_bytes(start, "little")
        is_last, is_repeated = bool(word & 1), (word >> 1 & 3) == 1  # a block of one byte again and again
        yield start + stream.take(1 if is_repeated else word >> 3)
    if is_last and has_checksum:
        yield stream.take(4)


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
