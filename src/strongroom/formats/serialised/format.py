"""Which format a serialised bag is in, by its name and by its first bytes."""

import stat
from enum import StrEnum
from pathlib import Path
from typing import Final

from strongroom.formats.serialised.source import Source
from strongroom.formats.serialised.tar_header import BLOCK_BYTES, ZEROS, looks_like_a_header
from strongroom.storage import saying


class Format(StrEnum):
    """How a bag is serialised."""

    TAR = "tar"
    TAR_GZIP = "tar.gz"
    TAR_ZSTANDARD = "tar.zst"
    ZIP = "zip"


_EXTENSIONS: Final = {
    ".tar": Format.TAR,
    ".tar.gz": Format.TAR_GZIP,
    ".tgz": Format.TAR_GZIP,
    ".tar.zst": Format.TAR_ZSTANDARD,
    ".zip": Format.ZIP,
}


def is_serialised(path: Path) -> bool:
    """Whether a path is a bag in one file, to be unpacked: a regular file that has the extension of such a format.

    RFC 8493 section 4 demands the extension. Without one, a file is taken for a serialised bag when it begins as a tar
    that names itself: a zip or gzip file without it may be anything, a WACZ or a WARC for instance.

    Raises:
        StorageError: it is there and cannot be looked at.
    """
    with saying("look at", path):
        try:
            is_regular = stat.S_ISREG(path.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return False
    if not is_regular:
        return False
    if named_format(path.name):
        return True
    with Source(path) as source:
        block = source.at(0, BLOCK_BYTES)
    return block[257:262] == b"ustar" and looks_like_a_header(block)


def named_format(name: str) -> Format | None:
    """The format that a file's extension names, whatever its case."""
    extension = _extension(name)
    return _EXTENSIONS[extension] if extension else None


def stem(name: str) -> str:
    """A file's name without the extension: what the bag's folder should be called.

    >>> stem("bag-1.tar.gz"), stem("bag.v1.ZIP"), stem("bag")
    ('bag-1', 'bag.v1', 'bag')
    """
    return name[: len(name) - len(_extension(name))]


def format_of(source: Source) -> Format | None:
    """The format that a file's bytes are of; a zip with something in front of it is not recognised here."""
    block = source.at(0, BLOCK_BYTES)
    if block.startswith(b"\x1f\x8b"):
        return Format.TAR_GZIP
    if block.startswith(b"\x28\xb5\x2f\xfd") or (block[1:4] == b"\x2a\x4d\x18" and block[0] & 0xF0 == 0x50):
        return Format.TAR_ZSTANDARD
    if block.startswith((b"PK\3\4", b"PK\5\6")):
        return Format.ZIP
    if block[257:262] == b"ustar" or block == ZEROS or looks_like_a_header(block):
        return Format.TAR
    return None


def _extension(name: str) -> str:
    lower = name.lower()
    return next((one for one in sorted(_EXTENSIONS, key=len, reverse=True) if lower.endswith(one)), "")
