"""What the two headers of a zip entry have in common: flags, lengths, extra fields and names (APPNOTE 4.4, 4.5, D)."""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

STORED: Final = 0
DEFLATED: Final = 8

ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
"""Encryption, strong encryption, and the directory itself encrypted."""
PATCH: Final = 0x0020
DESCRIPTOR: Final = 0x0008
UTF_8: Final = 0x0800

MAX_32: Final = 0xFFFFFFFF
"""Written where the number itself stands in a zip64 field."""

_ZIP64: Final = 0x0001
_UNICODE_PATH: Final = 0x7075


class FieldError(ValueError):
    """A header is not written as the format asks for; the message is a phrase that says why."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a header states of an entry's data.

    Attributes:
        flags: general purpose bits.
        method: of compression.
        crc: CRC-32 of the data, uncompressed.
        packed_bytes: the length in the file.
        length_bytes: the length uncompressed.
    """

    flags: int
    method: int
    crc: int
    packed_bytes: int
    length_bytes: int


def extra_fields(extra: bytes) -> dict[int, bytes]:
    """The extra fields of a header by their identifiers.

    Raises:
        FieldError: one that decides what is read is given twice, or reaches over the end.

    Up to three zeros at the end are passed over, with which some programs align what follows.
    """
    fields: dict[int, bytes] = {}
    at = 0
    while len(extra) - at >= 4:
        identifier, length = struct.unpack_from("<2H", extra, at)
        at += 4
        if at + length > len(extra):
            raise FieldError("an extra field that reaches over the end")
        if identifier in fields and identifier in {_ZIP64, _UNICODE_PATH}:
            raise FieldError(f"the extra field {identifier:#06x} given twice")
        fields[identifier] = extra[at : at + length]
        at += length
    if extra[at:].strip(b"\0"):
        raise FieldError("an extra field that reaches over the end")
    return fields


def with_zip64(stated: Stated, offset_bytes: int, fields: Mapping[int, bytes]) -> tuple[Stated, int]:
    """Take lengths and offset from the zip64 field where a header says that they stand there (APPNOTE 4.5.3).

    Raises:
        FieldError: they do not stand there.
    """
    numbers = fields.get(_ZIP64)
    if numbers is None:
        return stated, offset_bytes
    at = 0

    def next_number(value: int) -> int:
        nonlocal at
        if value != MAX_32:
            return value
        if at + 8 > len(numbers):
            raise FieldError("a zip64 field without the number that should be in it")
        at += 8
        return int(struct.unpack_from("<Q", numbers, at - 8)[0])

    length, packed = next_number(stated.length_bytes), next_number(stated.packed_bytes)
    return replace(stated, packed_bytes=packed, length_bytes=length), next_number(offset_bytes)


def decoded(name: bytes, flags: int, fields: Mapping[int, bytes]) -> tuple[str, str]:
    r"""A name as text, and what had to be assumed of its encoding (APPNOTE 4.4.4, 4.6.9, appendix D).

    Without a statement it is read as UTF-8 if it can be that, since many programs write that and keep silent, and text
    in code page 437 is hardly ever valid UTF-8; else in code page 437.

    >>> decoded("ü".encode(), 0, {}), decoded(b"\x81", 0, {}), decoded(b"\x81", 0x800, {})
    (('ü', 'UTF-8'), ('ü', 'code page 437'), ('\udc81', ''))

    Raises:
        FieldError: there are two names that differ.
    """
    field = fields.get(_UNICODE_PATH, b"")
    # version 1, and the checksum of the name in the header, which must not have been changed since
    if len(field) > 5 and field[0] == 1 and int.from_bytes(field[1:5], "little") == zlib.crc32(name):
        written = field[5:]
        if flags & UTF_8 and written != name:
            raise FieldError("two names in UTF-8 that differ")
        return written.decode("utf-8", "surrogateescape"), ""
    if flags & UTF_8 or name.isascii():
        return name.decode("utf-8", "surrogateescape"), ""
    try:
        return name.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return name.decode("cp437"), "code page 437"
