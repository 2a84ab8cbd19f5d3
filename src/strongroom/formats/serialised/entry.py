"""What a serialised bag is made of: files and folders, one after the other, and what is neither."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an entry is; only files and folders belong into a bag."""

    FILE = "file"
    FOLDER = "folder"
    SYMBOLIC_LINK = "symbolic link"
    HARD_LINK = "hard link"
    NOT_REGULAR = "device, pipe or socket"
    SPARSE = "sparse file"
    ENCRYPTED = "encrypted file"
    UNSUPPORTED = "file compressed otherwise"
    UNKNOWN = "something else"


@dataclass(frozen=True, slots=True)
class Member:
    """One entry as its format states it: nothing is believed yet.

    Attributes:
        name: as written; bytes that are not UTF-8 are lone surrogates (PEP 383).
        place: where it stands in the file, for findings of an entry that has no name to show.
        length_bytes: of the data, as stated; `chunks` may end earlier, which is a finding then.
        chunks: the data, to be read before the next member is asked for; what is left over is passed over.
        note: what is special about its kind, short.
    """

    name: str
    place: str
    kind: Kind
    length_bytes: int
    chunks: Iterator[bytes]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder of the bag, whose path may be trusted.

    Attributes:
        path: "/"-separated, beginning with the bag's own folder; neither absolute nor climbing, and given only once.
        kind: `Kind.FILE` or `Kind.FOLDER`.
        length_bytes: of a file, as stated; `chunks` never give more.
        chunks: the file's bytes, once; to be read before the next entry is asked for.
    """

    path: str
    kind: Kind
    length_bytes: int
    chunks: Iterator[bytes]
