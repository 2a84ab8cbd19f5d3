"""The body of an HTTP/1.1 response: where it ends, and what the entity in it is (RFC 9112 sections 6 and 7).

Each kind of framing is a small machine that is fed the bytes after the head as they arrive, in any pieces. It hands
the entity's bytes on and says where the message ends. Content codings (gzip, br) are part of the entity and stay.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable

from strongroom.model.exchange import Framing

View = bytes | memoryview
Take = Callable[[View], object]

_MAX_LINE_BYTES = 16 * 1024
_SIZE_LINE = re.compile(rb"([ \t]*)([0-9A-Fa-f]{1,15})([ \t]*)(?:;[^\n]*)?\r?\n")
_SIZE_LINE_SO_FAR = re.compile(rb"[ \t]*[0-9A-Fa-f]{0,15}[ \t]*(?:;[^\n]*|\r?)")


class Body(ABC):
    """A body that is fed with the bytes after the head.

    Attributes:
        framing: how the end is found.
        is_complete: whether the end was found; what is fed afterwards is not part of the message.
        payload_length_bytes: of the entity handed on so far.
        notes: what is wrong with the framing, one phrase each.
    """

    __slots__ = ("framing", "is_complete", "notes", "payload_length_bytes")

    def __init__(self, framing: Framing, notes: list[str]) -> None:
        self.framing = framing
        self.is_complete = False
        self.payload_length_bytes = 0
        self.notes = notes

    @abstractmethod
    def feed(self, data: bytes, start: int, take: Take) -> int:
        """Read on from `data[start]`, give entity bytes to `take`; returns where what belongs ends."""

    def end(self, take: Take) -> bool:  # noqa: ARG002 - only one kind of framing holds bytes back
        """The connection ended in order; returns whether the body is whole."""
        return self.is_complete

    def _note(self, phrase: str) -> None:
        if phrase not in self.notes:
            self.notes.append(phrase)

    def _give(self, data: bytes, start: int, stop: int, take: Take) -> None:
        if stop > start:
            self.payload_length_bytes += stop - start
            take(data if start == 0 and stop == len(data) else memoryview(data)[start:stop])


class EmptyBody(Body):
    """No body: answers to HEAD, and 1xx, 204 and 304."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(Framing.NONE, [])
        self.is_complete = True

    def feed(self, data: bytes, start: int, take: Take) -> int:  # noqa: ARG002 - nothing belongs
        """Nothing belongs to it."""
        return start


class OpenBody(Body):
    """A body that ends with the connection."""

    __slots__ = ()

    def __init__(self, notes: list[str]) -> None:
        super().__init__(Framing.CLOSE, notes)

    def feed(self, data: bytes, start: int, take: Take) -> int:
        """All of it belongs."""
        self._give(data, start, len(data), take)
        return len(data)

    def end(self, take: Take) -> bool:  # noqa: ARG002 - nothing is held back
        """The end of the connection is the end of the body."""
        return True


class SizedBody(Body):
    """A body of Content-Length bytes."""

    __slots__ = ("_left",)

    def __init__(self, length_bytes: int, notes: list[str]) -> None:
        super().__init__(Framing.LENGTH, notes)
        self._left = length_bytes
        self.is_complete = length_bytes == 0

    def feed(self, data: bytes, start: int, take: Take) -> int:
        """As many bytes belong as are still missing."""
        stop = min(len(data), start + self._left)
        self._give(data, start, stop, take)
        self._left -= stop - start
        self.is_complete = self._left == 0
        return stop


class ChunkedBody(Body):
    """A body in chunks, each with its size before it, and perhaps trailers at the end (RFC 9112 section 7.1).

    Where the very first size cannot be read, the server only claimed to send chunks: then the bytes are the entity as
    they are, up to Content-Length where there is one, else up to the end of the connection. Where a later one cannot
    be read, the entity ends there, but everything up to the end of the connection still belongs to the message.
    """

    __slots__ = ("_fallback", "_left", "_length", "_line", "_read_line")

    def __init__(self, notes: list[str], length_bytes: int | None = None) -> None:
        super().__init__(Framing.CHUNKED, notes)
        self._length = length_bytes
        self._left = 0
        self._line = b""
        self._read_line: Callable[[bytes], bool] | None = self._first_size
        self._fallback: Body | None = None

    def feed(self, data: bytes, start: int, take: Take) -> int:
        """Read on; entity bytes are handed on without their framing."""
        if self._fallback is not None:
            return self._feed_fallback(data, start, take)
        at, size = start, len(data)
        while at < size and not self.is_complete:
            if self._left:
                stop = min(size, at + self._left)
                self._give(data, at, stop, take)
                self._left -= stop - at
                at = stop
                continue
            if self._read_line is None:  # broken: the rest belongs, but is no entity
                return size
            newline = data.find(b"\n", at)
            stop = size if newline < 0 else newline + 1
            line, begun = self._line + data[at:stop], len(self._line)
            if newline < 0:
                is_readable = len(line) <= _MAX_LINE_BYTES and self._may_become_a_line(line)
                self._line = line if is_readable else b""
            else:
                is_readable = self._read_line(line)
                self._line = b""
            if not is_readable and self._read_line == self._first_size:
                return self._claim_was_false(line[:begun], data, at, take)
            if not is_readable:
                self._note("chunked framing that breaks off")
                self._read_line = None
            at = stop
        return at

    def end(self, take: Take) -> bool:
        """Whole when the last chunk came, even if the blank line behind it did not."""
        if self.is_complete or self._read_line is None:
            return True
        if self._fallback is not None:
            return self._fallback.end(take)
        if self._read_line == self._trailer:
            self._note("no blank line after the last chunk")
            return True
        return False

    def _may_become_a_line(self, line: bytes) -> bool:
        if self._read_line == self._trailer:
            return True
        if self._read_line == self._after_chunk:
            return line == b"\r"
        return _SIZE_LINE_SO_FAR.fullmatch(line) is not None

    def _first_size(self, line: bytes) -> bool:
        return self._size(line)

    def _size(self, line: bytes) -> bool:
        found = _SIZE_LINE.fullmatch(line)
        if found is None:
            return False
        before, digits, after = found.groups()
        if not line.endswith(b"\r\n"):
            self._note("a line of the chunked framing ends with LF alone")
        if before or after:
            self._note("white space around a chunk size")
        self._left = int(digits, 16)
        self._read_line = self._after_chunk if self._left else self._trailer
        return True

    def _after_chunk(self, line: bytes) -> bool:
        if line != b"\r\n":
            if line != b"\n":
                return False
            self._note("a line of the chunked framing ends with LF alone")
        self._read_line = self._size
        return True

    def _trailer(self, line: bytes) -> bool:
        self.is_complete = line in {b"\r\n", b"\n"}
        return True

    def _claim_was_false(self, held_back: bytes, data: bytes, at: int, take: Take) -> int:
        self._note("announced as chunked, but not sent in chunks")
        is_sized = self._length is not None and self._length >= len(held_back)
        self._fallback = SizedBody(self._length, []) if is_sized and self._length is not None else OpenBody([])
        self.framing = self._fallback.framing
        if held_back:
            self._fallback.feed(held_back, 0, take)
        return self._feed_fallback(data, at, take)

    def _feed_fallback(self, data: bytes, start: int, take: Take) -> int:
        assert self._fallback is not None
        stop = self._fallback.feed(data, start, take)
        self.payload_length_bytes = self._fallback.payload_length_bytes
        self.is_complete = self._fallback.is_complete
        return stop
