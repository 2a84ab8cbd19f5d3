"""Read a file of gzip members one by one, with their exact places (RFC 1952).

Headers and trailers are read here and the deflate data by igzip, so that a wrong checksum costs one member and not
the rest of the file. A damaged file is never an exception: `fault` says what is wrong with the member.
"""

import re
from collections.abc import Callable

from isal import igzip_lib, isal_zlib

_FILE_PIECE_BYTES = 1 << 20
# What follows a member in the piece fed to igzip is copied once: small pieces keep that cheap for small members.
_FEED_BYTES = 1 << 15
# igzip allocates as much as it may return, at each call: more than this, and each call asks the system for fresh pages.
_DATA_PIECE_BYTES = 1 << 16
_HEADER_TEXT_BYTES = 1 << 16
_MAGIC = b"\x1f\x8b\x08"
_MEMBER_START = re.compile(rb"\x1f\x8b\x08[\x00-\x1f].{6}", re.DOTALL)
_OVERLAP_BYTES = 9
# So often the next member is looked for in one file: what is made to be lost in must not cost more.
_MAX_LOSSES = 1000


class GzipMembers:
    """Cuts a file into gzip members.

    Attributes:
        offset_bytes: where the current member begins.
        fault: what is wrong with the current member; it ends there.
    """

    def __init__(self, read: Callable[[int], bytes], offset_bytes: int = 0) -> None:
        """Begin at a place.

        Args:
            read: gives at most so many bytes of the file, from `offset_bytes` on; empty at its end.
            offset_bytes: where `read` begins.
        """
        self._read = read
        self._piece = b""
        self._at = 0
        self._base_bytes = offset_bytes
        self._inflater: igzip_lib.IgzipDecompressor | None = None
        self._is_lost = False
        self._losses = 0
        self._fed_from_bytes = offset_bytes
        self._crc = 0
        self._size = 0
        self.offset_bytes = offset_bytes
        self.fault: str | None = None

    def begin(self) -> bool:
        """Go to the next member; False at the end of the file.

        After a fault that hides where the member ends, what looks like the next one is gone to.
        """
        while self._inflater and self.read():
            pass
        self.fault = None
        if self._is_lost:
            self._losses += 1
            if self._losses > _MAX_LOSSES or not self._find_next():
                return False
            self._is_lost = False
        self.offset_bytes = self.end_bytes()
        start = self._take(10)
        if not start:
            return False
        self._crc = self._size = 0
        self.fault = self._header_fault(start)
        self._is_lost = self.fault is not None
        self._inflater = None if self.fault else igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_DEFLATE)
        return True

    def read(self) -> bytes:
        """The next piece of this member's data, at most 64 KiB; empty at its end."""
        inflater = self._inflater
        if inflater is None or self.fault:
            return b""
        while True:
            feed = self._feed() if inflater.needs_input else b""
            if not feed and inflater.needs_input:
                return self._lose("the file ends inside the member")
            try:
                data = inflater.decompress(feed, _DATA_PIECE_BYTES)
            except igzip_lib.IsalError as error:  # type: ignore[misc]  # its stub declares an instance, not a class
                self._go_back()
                return self._lose(f"broken deflate data ({error})")
            if data:
                self._crc = isal_zlib.crc32(data, self._crc)
                self._size += len(data)
            if inflater.eof:
                self._at -= len(inflater.unused_data)
                self._inflater = None
                self._check_trailer()
                return data
            if data:
                return data

    def end_bytes(self) -> int:
        """Where the file has been read up to; after the last piece, where the member ends."""
        return self._base_bytes + self._at

    def _lose(self, fault: str) -> bytes:
        self.fault = fault
        self._inflater = None
        self._is_lost = True
        return b""

    def _go_back(self) -> None:
        # The member may have ended before its damage was seen: the next one is looked for in what was fed last, too.
        self._at = max(0, self._fed_from_bytes - self._base_bytes)

    def _header_fault(self, start: bytes) -> str | None:
        if start[:3] != _MAGIC:
            self._at -= len(start)
            return "no gzip member begins here"
        if len(start) < 10:
            return "the file ends inside the member's header"
        flags = start[3]
        if flags & 0xE0:
            return "reserved flags are set in the member's header"
        if flags & 0x04:
            extra = self._take(2)
            self._take(int.from_bytes(extra, "little"))
        for flag in (0x08, 0x10):
            if flags & flag and not self._skip_text():
                return "a text in the member's header does not end"
        if flags & 0x02:
            self._take(2)
        return None

    def _skip_text(self) -> bool:
        for _ in range(_HEADER_TEXT_BYTES):
            one = self._take(1)
            if one == b"\0":
                return True
            if not one:
                return False
        return False

    def _check_trailer(self) -> None:
        trailer = self._take(8)
        if len(trailer) < 8:
            self.fault = "the file ends inside the member"
        elif int.from_bytes(trailer[:4], "little") != self._crc:
            self.fault = "the data do not have the CRC-32 of the member's trailer"
        elif int.from_bytes(trailer[4:], "little") != self._size & 0xFFFFFFFF:
            self.fault = "the data do not have the length of the member's trailer"
        if self.fault:
            # Where the next member begins, this one ended; anywhere else its end was a wrong guess.
            following = self._take(len(_MAGIC))
            self._at -= len(following)
            if not _MAGIC.startswith(following):
                self._is_lost = True
                self._go_back()

    def _feed(self) -> memoryview:
        if self._at >= len(self._piece):
            self._refill()
        feed = memoryview(self._piece)[self._at : self._at + _FEED_BYTES]
        self._fed_from_bytes = self.end_bytes()
        self._at += len(feed)
        return feed

    def _refill(self) -> bool:
        self._base_bytes += len(self._piece)
        self._at -= len(self._piece)
        self._piece = self._read(_FILE_PIECE_BYTES)
        return bool(self._piece)

    def _take(self, count: int) -> bytes:
        taken = self._piece[self._at : self._at + count]
        self._at += len(taken)
        while len(taken) < count:
            # The old piece stays in front of the new one: what was taken may have to be given back.
            keep = self._piece[self._at - len(taken) :] if taken else b""
            fresh = self._read(_FILE_PIECE_BYTES)
            self._base_bytes += self._at - len(keep)
            self._piece = keep + fresh
            self._at = len(keep)
            if not fresh:
                break
            more = self._piece[self._at : self._at + count - len(taken)]
            self._at += len(more)
            taken += more
        return taken

    def _find_next(self) -> bool:
        while True:
            match = _MEMBER_START.search(self._piece, self._at)
            if match:
                self._at = match.start()
                return True
            keep = self._piece[max(self._at, len(self._piece) - _OVERLAP_BYTES) :]
            fresh = self._read(_FILE_PIECE_BYTES)
            if not fresh:
                self._at = len(self._piece)
                return False
            self._base_bytes += len(self._piece) - len(keep)
            self._piece = keep + fresh
            self._at = 0
