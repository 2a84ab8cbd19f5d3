"""The records of pax extended headers (POSIX.1-2001): what a tar says of an entry beyond its header block."""

from collections.abc import Mapping
from typing import Final

from strongroom.formats.serialised.tar_header import HeaderError

_DECIMAL: Final = frozenset(b"0123456789")
_MAX_DIGITS: Final = 20
_DECISIVE: Final = (b"path", b"size", b"linkpath")


def parse(data: bytes) -> dict[bytes, bytes]:
    r"""Read the records of one header: ``LENGTH KEYWORD=VALUE\n``, the length counting itself.

    >>> parse(b"11 path=a\n")
    Traceback (most recent call last):
    strongroom.formats.serialised.tar_header.HeaderError: a pax record that does not end with its length
    >>> parse(b"10 path=a\n")
    {b'path': b'a'}

    Raises:
        HeaderError: it is not written so, or says twice what an entry is called or how long it is.
    """
    records: dict[bytes, bytes] = {}
    at = 0
    while at < len(data):
        digits = data[at : at + _MAX_DIGITS + 1].partition(b" ")[0]
        length = _decimal(digits)
        end = at + length
        if length < len(digits) + 4 or end > len(data) or data[end - 1] != 0x0A:
            raise HeaderError("a pax record that does not end with its length")
        keyword, equals, value = data[at + len(digits) + 1 : end - 1].partition(b"=")
        if not keyword or not equals:
            raise HeaderError("a pax record without a keyword")
        if keyword in records and keyword in _DECISIVE:
            raise HeaderError(f"the pax record {keyword.decode()} given twice")
        records[keyword] = value
        at = end
    return records


def size_of(records: Mapping[bytes, bytes]) -> int | None:
    """The length that an entry's records give its data; None when they do not.

    Raises:
        HeaderError: it is no number.
    """
    size = records.get(b"size")
    return None if size is None else _decimal(size)


def is_sparse(records: Mapping[bytes, bytes]) -> bool:
    """Whether they speak of holes, in any of the ways of GNU and star."""
    return any(keyword.startswith((b"GNU.sparse.", b"SCHILY.realsize")) for keyword in records)


def decides(records: Mapping[bytes, bytes]) -> bool:
    """Whether they say of an entry what it is called, how long it is, or where it leads."""
    return is_sparse(records) or any(keyword in records for keyword in _DECISIVE)


def _decimal(digits: bytes) -> int:
    if not digits or len(digits) > _MAX_DIGITS or not _DECIMAL.issuperset(digits):
        raise HeaderError("a pax record whose length is no number")
    return int(digits)
