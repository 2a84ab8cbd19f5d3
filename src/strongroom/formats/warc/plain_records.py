"""Read a WARC file that is not compressed: the records themselves say where they end."""

from collections.abc import Callable

_FILE_PIECE_BYTES = 1 << 20


class PlainRecords:
    """Hands out the bytes of an uncompressed WARC file; whoever reads gives back what belongs to the next record.

    Attributes:
        offset_bytes: where the current record begins.
        fault: always None: without compression there is no framing to be broken.
    """

    def __init__(self, read: Callable[[int], bytes], offset_bytes: int = 0) -> None:
        """Begin at a place; `read` gives at most so many bytes of the file from there on."""
        self._read = read
        self._given_back = b""
        self._at_bytes = offset_bytes
        self.offset_bytes = offset_bytes
        self.fault: str | None = None

    def begin(self) -> bool:
        """Go to the next record; False at the end of the file."""
        self.offset_bytes = self._at_bytes
        return bool(self.peek(1))

    def read(self) -> bytes:
        """The next piece of the file, at most 1 MiB and what was given back; empty at its end."""
        piece = self._given_back or self._read(_FILE_PIECE_BYTES)
        self._given_back = b""
        self._at_bytes += len(piece)
        return piece

    def peek(self, count: int) -> bytes:
        """The next bytes, which stay to be read."""
        piece = self.read()
        self.give_back(piece)
        return piece[:count]

    def give_back(self, rest: bytes) -> None:
        """Return the end of what was read."""
        self._given_back = rest + self._given_back
        self._at_bytes -= len(rest)

    def end_bytes(self) -> int:
        """Where the file has been read up to."""
        return self._at_bytes
