"""The header blocks of a tar: 512 bytes with names and numbers in fixed places (POSIX ustar, GNU, and before both)."""

from dataclasses import dataclass
from typing import Final

BLOCK_BYTES: Final = 512
ZEROS: Final = bytes(BLOCK_BYTES)

_CHECKSUM: Final = slice(148, 156)
_OTHERS: Final = (slice(100, 108), slice(108, 116), slice(116, 124), slice(136, 148))
_DEVICES: Final = (slice(329, 337), slice(337, 345))
_OCTAL: Final = b"01234567"
_POSIX: Final = b"ustar\0"
_GNU: Final = b"ustar  \0"


class HeaderError(ValueError):
    """A block is no header; the message is a phrase that says why."""


class ChecksumError(HeaderError):
    """The block does not have the checksum that it states."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a header block says of the entry behind it.

    Attributes:
        name: as written, without what follows a NUL; the prefix of POSIX in front.
        type_flag: one character: ``0`` a file, ``5`` a folder, ``x`` a pax header and so on.
        size_bytes: of the data behind the block.
        is_continued: whether further blocks with a map of a sparse file follow (old GNU).
    """

    name: bytes
    type_flag: str
    size_bytes: int
    is_continued: bool


def parse(block: bytes) -> Header:
    """Read a header block of 512 bytes; owner, permissions and times are passed over, if they are numbers at all.

    Raises:
        ChecksumError: its checksum is wrong.
        HeaderError: its numbers cannot be read.
    """
    stated = number(block[_CHECKSUM])
    if not _is_checksum(stated, block):
        raise ChecksumError("a block with another checksum than it states")
    # where these are no numbers, some programs take a header for the end of the tar
    if not all(_is_number(block[field]) for field in (_OTHERS + _DEVICES if block[257:262] == b"ustar" else _OTHERS)):
        raise HeaderError("permissions, an owner, a time or a device that is no number")
    name = _text(block[:100])
    type_flag = chr(block[156])
    if block[257:263] == _POSIX and (prefix := _text(block[345:500])):
        name = prefix + b"/" + name
    is_continued = type_flag == "S" and block[257:265] == _GNU and block[482] != 0
    return Header(name, type_flag, number(block[124:136]), is_continued)


def looks_like_a_header(block: bytes) -> bool:
    """Whether a tar begins with this block."""
    try:
        return len(block) == BLOCK_BYTES and _is_checksum(number(block[_CHECKSUM]), block)
    except HeaderError:
        return False


def number(field: bytes) -> int:
    r"""A number in octal digits, or in base 256 as GNU writes large ones.

    >>> number(b"0000644\0"), number(b"\x80\0\0\0\0\0\0\x01\0\0\0\0")
    (420, 4294967296)
    """
    if field[0] & 0x80:
        if field[0] != 0x80:
            raise HeaderError("a negative number, or one beyond all lengths")
        return int.from_bytes(field[1:], "big")
    digits = field.partition(b"\0")[0].strip(b" ")
    if not digits:
        return 0
    if digits.strip(_OCTAL):
        raise HeaderError(f"the number {digits[:16]!r}, which is not octal")
    return int(digits, 8)


def _is_number(field: bytes) -> bool:
    """Whether a field can be read; times before 1970 are negative."""
    return field[0] in {0x80, 0xFF} or not field.partition(b"\0")[0].strip(b" ").strip(_OCTAL)


def padded(size_bytes: int) -> int:
    """The length of data with what fills its last block."""
    return -(-size_bytes // BLOCK_BYTES) * BLOCK_BYTES


def _is_checksum(stated: int, block: bytes) -> bool:
    """Whether it is the sum of all bytes, those of the checksum itself counted as spaces."""
    unsigned = sum(block[:148]) + 256 + sum(block[156:])
    # some programs of old took bytes for signed
    return stated == unsigned or stated == unsigned - 256 * sum(byte > 0x7F for byte in block[:148] + block[156:])


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]
