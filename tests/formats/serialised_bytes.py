"""Tars and zips built byte by byte, so that each part of them can be wrong by itself."""

import struct
import zlib
from dataclasses import dataclass, field, replace

END = bytes(1024)
"""The two blocks that end a tar."""

USTAR = b"ustar\x0000"
GNU = b"ustar  \x00"
V7 = bytes(8)


def header(
    name: bytes,
    size: int | bytes = 0,
    flag: bytes = b"0",
    *,
    magic: bytes = USTAR,
    prefix: bytes = b"",
    behind: bytes = b"",
    mode: bytes = b"0000644\0",
) -> bytes:
    """A header block with a right checksum; `behind` is what stands from byte 345 on, where POSIX has the prefix."""
    number = size if isinstance(size, bytes) else b"%011o\0" % size
    block = (
        name.ljust(100, b"\0")
        + mode
        + b"0000000\0" * 2
        + number
        + b"%011o\0" % 0
        + b" " * 8
        + flag
        + bytes(100)
        + magic
        + bytes(64)
        + bytes(16)
        + (behind or prefix).ljust(167, b"\0")
    )
    assert len(block) == 512, len(block)
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def padding(data: bytes) -> bytes:
    """What fills the last block of data."""
    return bytes(-len(data) % 512)


def entry(name: bytes, data: bytes = b"", flag: bytes = b"0", **facts) -> bytes:
    """A header and its data, to the end of the block."""
    return header(name, len(data), flag, **facts) + data + padding(data)


def record(keyword: bytes, value: bytes) -> bytes:
    """A record of a pax header, with the length that counts itself."""
    rest = b" " + keyword + b"=" + value + b"\n"
    length = len(rest) + 1
    while len(b"%d" % length) + len(rest) != length:
        length += 1
    return b"%d" % length + rest


def pax(*records: bytes, flag: bytes = b"x") -> bytes:
    """A pax header of such records."""
    return entry(b"PaxHeader", b"".join(records), flag)


@dataclass(frozen=True)
class Zipped:
    """One entry of a zip; what is None is what it should be.

    Attributes:
        local: what the entry's own header says otherwise than the central directory.
        descriptor: the layout of a descriptor behind the data, for `struct`; empty for none.
        behind: bytes behind the entry that belong to none.
    """

    name: bytes
    data: bytes = b""
    method: int = 0
    flags: int = 0x0800
    crc: int | None = None
    packed: bytes | None = None
    packed_length: int | None = None
    length: int | None = None
    attributes: int = 0
    version: int = 20
    offset: int | None = None
    disk: int = 0
    extra: bytes = b""
    local_extra: bytes = b""
    comment: bytes = b""
    descriptor: str = ""
    signature: bytes = b"PK\7\10"
    behind: bytes = b""
    local: dict = field(default_factory=dict)

    def whole(self) -> "Zipped":
        """With nothing left open."""
        packed = self.packed
        if packed is None:
            packed = deflated(self.data) if self.method == 8 else self.data
        return replace(
            self,
            packed=packed,
            crc=zlib.crc32(self.data) if self.crc is None else self.crc,
            packed_length=len(packed) if self.packed_length is None else self.packed_length,
            length=len(self.data) if self.length is None else self.length,
            flags=self.flags | (8 if self.descriptor else 0),
        )

    def local_bytes(self) -> bytes:
        """Its own header, its data and its descriptor."""
        stated = replace(self.whole(), **self.local)
        numbers = [stated.crc, stated.packed_length, stated.length]
        first = [0, 0, 0] if self.descriptor and not self.local else numbers
        head = struct.pack(
            "<4s5H3L2H",
            b"PK\3\4",
            20,
            stated.flags,
            stated.method,
            0,
            0,
            *first,
            len(stated.name),
            len(stated.local_extra),
        )
        descriptor = self.signature + struct.pack(self.descriptor, *numbers) if self.descriptor else b""
        return head + stated.name + stated.local_extra + stated.packed + descriptor + self.behind

    def central_bytes(self, offset: int) -> bytes:
        """Its record in the central directory."""
        stated = self.whole()
        return (
            struct.pack(
                "<4s6H3L5H2L",
                b"PK\1\2",
                0x0314,
                stated.version,
                stated.flags,
                stated.method,
                0,
                0,
                stated.crc,
                stated.packed_length,
                stated.length,
                len(stated.name),
                len(stated.extra),
                len(stated.comment),
                stated.disk,
                0,
                stated.attributes,
                offset if stated.offset is None else stated.offset,
            )
            + stated.name
            + stated.extra
            + stated.comment
        )


def zipped(
    *entries: Zipped,
    before: bytes = b"",
    shift: int | None = None,
    between: bytes = b"",
    count: int | None = None,
    disk: int = 0,
    comment: bytes = b"",
    behind: bytes = b"",
    zip64: dict | None = None,
) -> bytes:
    """A zip.

    Args:
        before: bytes in front.
        shift: how much of `before` the offsets know nothing of; absent: they know of all.
        between: bytes between the central directory and its end.
        count: the number of entries stated.
        disk: the number of this part stated.
        comment: of the whole.
        behind: bytes behind it all.
        zip64: with it there is a zip64 ending record, and these are its numbers that differ.
    """
    unknown = shift or 0
    body, directory = before, b""
    for one in entries:
        directory += one.central_bytes(len(body) - unknown)
        body += one.local_bytes()
    offset = len(body) - unknown
    number = len(entries) if count is None else count
    end = between
    if zip64 is not None:
        facts = {"size": 44, "entries": number, "length": len(directory), "offset": offset, "at": None} | zip64
        at = len(body) + len(directory) + len(between) if facts["at"] is None else facts["at"]
        entries64 = facts["entries"]
        end += struct.pack("<4sQ2H2L2Q", b"PK\6\6", facts["size"], 45, 45, 0, 0, entries64, entries64)
        end += struct.pack("<2Q", facts["length"], facts["offset"])
        end += struct.pack("<4sLQL", b"PK\6\7", 0, at - unknown, 1)
    stated = (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF) if zip64 == {} else (number, len(directory), offset)
    end += struct.pack("<4s4H2LH", b"PK\5\6", disk, disk, stated[0], stated[0], *stated[1:], len(comment))
    return body + directory + end + comment + behind


def deflated(data: bytes) -> bytes:
    """Raw deflate data."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()
