"""HTTP/1.1 messages as they are met on the wire, not as they should be (RFC 9112).

Reading is tolerant: whatever can be made sense of is, what is wrong is noted in `Head.malformed`, and nothing here
ever raises because of what a server wrote. Bytes are never changed. Requests, HTTP/2 and content codings are not
read here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from strongroom.formats.http.body import Body, ChunkedBody, EmptyBody, OpenBody, SizedBody, View

MAX_HEAD_BYTES = 1 << 20
"""A head that has not ended after so many bytes is taken for no head at all."""

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_FIELD = _TOKEN + rb":[\t\x20-\x7e]*+\r\n"
_CLEAN = re.compile(rb"HTTP/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e]*+)?\r\n(?>(?:" + _FIELD + rb")*)\r\n")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(
    r"(HTTP/[0-9]+(?:\.[0-9]+)?)[ \t]+([1-9][0-9][0-9])(?![0-9])[ \t]*(.*)", re.IGNORECASE | re.DOTALL
)
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BEGINNING = b"HTTP/"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a response, as far as it was understood.

    Attributes:
        status: three digits, or None when there is no status line that says one.
        version: as the server wrote it, ``HTTP/1.1``; empty when there is no status line.
        headers: (name, value) in order, latin-1, outer white space removed, folded lines joined with a space.
        malformed: what is wrong, one phrase each, each once.
    """

    status: int | None
    reason: str
    version: str
    headers: tuple[tuple[str, str], ...]
    malformed: tuple[str, ...] = ()

    def values(self, name: str) -> list[str]:
        """All values of a header, `name` in lower case, in order."""
        length = len(name)
        return [value for key, value in self.headers if len(key) == length and key.lower() == name]

    @property
    def is_interim(self) -> bool:
        """Whether another response follows (RFC 9110 section 15.2); after 101 none does, in this protocol."""
        return self.status is not None and 100 <= self.status < 200 and self.status != 101

    @property
    def keeps_alive(self) -> bool:
        """Whether the server would answer another request on this connection (RFC 9112 section 9.3)."""
        options = ",".join(self.values("connection")).lower()
        if self.version == "HTTP/1.1":
            return "close" not in options
        return self.version == "HTTP/1.0" and "keep-alive" in options


def parse_head(block: bytes) -> Head:
    r"""Understand the head of a response, with or without the blank line that ends it.

    >>> parse_head(b"HTTP/1.1 200 OK\r\nServer : x\r\n\r\n").malformed
    ('white space between a header name and its colon',)
    """
    if _CLEAN.fullmatch(block):
        lines = block[:-4].decode("latin-1").split("\r\n")
        version, _, rest = lines[0].partition(" ")
        headers = tuple((name, value.strip(" \t")) for name, _, value in (line.partition(":") for line in lines[1:]))
        return Head(int(rest[:3]), rest[4:], version, headers)
    return _parse_tolerantly(block)


def _parse_tolerantly(block: bytes) -> Head:
    notes: list[str] = []
    text = block.decode("latin-1")
    if not block.isascii():
        notes.append("bytes beyond ASCII in the head")
    if text[:1] in "\r\n\t ":
        notes.append("white space before the status line")
        text = text.lstrip("\r\n\t ")
    lines = text.split("\n")
    if any(not line.endswith("\r") for line in lines[:-1]):
        notes.append("a line of the head ends with LF alone")
    if lines[-1]:
        notes.append("the head ends within a line")
    lines = [line.removesuffix("\r") for line in lines]
    if any("\r" in line for line in lines):
        notes.append("CR within a line of the head")
    if _CONTROL.search(text):
        notes.append("control characters in the head")
    status_line = _STATUS_LINE.fullmatch(lines[0])
    if status_line is None:
        notes.append("no status line that can be read")
    elif not re.fullmatch(r"HTTP/1\.[01] [0-9]{3}( .*)?", lines[0], re.DOTALL):
        notes.append("a status line not as RFC 9112 writes it")
    headers = _headers([line for line in lines[1:] if line], notes)
    malformed = tuple(dict.fromkeys(notes))
    if status_line is None:
        return Head(None, "", "", headers, malformed)
    version, status, reason = status_line.groups()
    return Head(int(status), reason, version.upper(), headers, malformed)


def _headers(lines: list[str], notes: list[str]) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, list[str]]] = []
    for line in lines:
        if line[0] in " \t":  # obs-fold, RFC 9112 section 5.2
            notes.append("a folded header line")
            if headers:
                headers[-1][1].append(line.strip(" \t"))
            continue
        name, colon, value = line.partition(":")
        stripped = name.rstrip(" \t")
        if not colon:
            notes.append("a header line without a colon")
            continue
        if stripped != name:
            notes.append("white space between a header name and its colon")
        if not _NAME.fullmatch(stripped):
            notes.append("a header name that is no token")
        if stripped:
            headers.append((stripped, [value.strip(" \t")]))
    return tuple((name, " ".join(filter(None, values))) for name, values in headers)


class HeadSearch:
    """Finds where the head of a response ends, in bytes that arrive in pieces.

    Attributes:
        head: the bytes of the head with its blank line; None as long as none was found.
        rest: what came after the head, or everything when there is no head.
        is_over: whether it is decided: either `head` is there, or there will be none (HTTP/0.9, garbage, no end).
        malformed: why there is no head.
    """

    __slots__ = ("_pending", "_searched", "head", "is_over", "malformed", "rest")

    def __init__(self) -> None:
        self.head: bytes | None = None
        self.rest = b""
        self.is_over = False
        self.malformed: tuple[str, ...] = ()
        self._pending: bytes | bytearray = b""
        self._searched = 0

    @property
    def pending(self) -> bytes:
        """What has come so far while nothing is decided."""
        return bytes(self._pending)

    def feed(self, data: bytes) -> bool:
        """Take the next piece; returns `is_over`."""
        if self._pending:
            if isinstance(self._pending, bytes):
                self._pending = bytearray(self._pending)
            self._pending += data
        else:
            self._pending = data
        pending = self._pending
        if not self._searched:
            start = 0 if pending.startswith(_BEGINNING) else len(pending) - len(pending.lstrip(b"\r\n\t "))
            beginning = bytes(pending[start : start + 5]).upper()
            if beginning != _BEGINNING:
                if not _BEGINNING.startswith(beginning):
                    self._no_head("no status line: HTTP/0.9 or no HTTP at all")
                elif len(pending) > MAX_HEAD_BYTES:
                    self._no_head("nothing but white space where a head should be")
                return self.is_over
            self._searched = start
        found = _BLANK_LINE.search(pending, self._searched)
        if found:
            self.head, self.rest, self.is_over = bytes(pending[: found.end()]), bytes(pending[found.end() :]), True
        elif len(pending) > MAX_HEAD_BYTES:
            self._no_head(f"the head does not end within {MAX_HEAD_BYTES} bytes")
        else:
            self._searched = max(self._searched, len(pending) - 2)
        return self.is_over

    def _no_head(self, why: str) -> None:
        self.rest, self.is_over, self.malformed = bytes(self._pending), True, (why,)


def body_of(head: Head, method: str = "GET") -> Body:
    """Decide how the end of a response is found (RFC 9112 section 6.3, in its order)."""
    if method == "HEAD" or head.status in {101, 204, 304} or head.is_interim:
        return EmptyBody()
    notes: list[str] = []
    length = _content_length(head, notes)
    codings = [coding.strip(" \t").lower() for coding in ",".join(head.values("transfer-encoding")).split(",")]
    codings = [coding for coding in codings if coding not in {"", "identity"}]
    if codings:
        if head.values("content-length"):
            notes.append("both Transfer-Encoding and Content-Length")
        if head.version == "HTTP/1.0":
            notes.append("Transfer-Encoding in an HTTP/1.0 response")
        if codings[-1] != "chunked":
            notes.append("a transfer coding other than chunked")
            return OpenBody(notes)
        if codings != ["chunked"]:
            notes.append("several transfer codings")
        return ChunkedBody(notes, length)
    return OpenBody(notes) if length is None else SizedBody(length, notes)


def _content_length(head: Head, notes: list[str]) -> int | None:
    values = head.values("content-length")
    if not values:
        return None
    parts = {part.strip(" \t") for value in values for part in value.split(",")}
    if len(values) > 1 or "," in values[0]:
        notes.append("several Content-Length values")
    if len(parts) > 1:
        notes.append("Content-Length values that differ")
        return None
    (only,) = parts
    if not (only.isascii() and only.isdigit()) or len(only) > 18:
        notes.append("a Content-Length that is no number")
        return None
    return int(only)


def split_head(block: bytes) -> tuple[bytes, bytes]:
    """Cut a stored response into its head, with the blank line, and the rest; all is head when none is understood."""
    search = HeadSearch()
    search.feed(block)
    if search.head is None:
        return block, b""
    return search.head, search.rest


def payload(chunks: Iterable[bytes], *, truncated_ok: bool = True) -> Iterator[bytes]:
    """Yield the entity of a stored response: without head and chunked framing, still content-coded.

    Args:
        chunks: a stored block from its beginning; more than its message is left unread.
        truncated_ok: whether a block that ends too early just ends; it raises `ValueError` otherwise.

    A block in which no head is understood has an empty entity, as `Response.head_length_bytes` says.
    """
    pieces = iter(chunks)
    search = HeadSearch()
    for piece in pieces:
        if search.feed(piece):
            break
    if search.head is None:
        if not truncated_ok and not search.is_over:
            raise ValueError("the block ends before the head of its response does")
        return
    body = body_of(parse_head(search.head))
    taken: list[View] = []
    for piece in chain([search.rest], pieces):
        body.feed(piece, 0, taken.append)
        yield from map(bytes, taken)
        taken.clear()
        if body.is_complete:
            return
    is_whole = body.end(taken.append)
    yield from map(bytes, taken)
    if not is_whole and not truncated_ok:
        raise ValueError("the block ends before its response does")
