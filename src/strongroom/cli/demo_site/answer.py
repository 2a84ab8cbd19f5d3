"""What the demo site says to a request: pieces of bytes, pauses between them, and what becomes of the connection."""

import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

DATE = "Tue, 14 Oct 2025 06:00:00 GMT"  # fixed, so that the same request always gets the same bytes
GREETING = (("Server", "strongroom-demo"), ("Date", DATE))


class Coding(StrEnum):
    """Content codings (RFC 9110 section 8.4.1), named as in Content-Encoding."""

    IDENTITY = "identity"
    GZIP = "gzip"
    DEFLATE = "deflate"
    BROTLI = "br"


class Framing(StrEnum):
    """How the end of an answer is told (RFC 9112 section 6.3)."""

    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"


class Ending(StrEnum):
    """What becomes of the connection after an answer: kept, closed in order, or cut without the TLS farewell."""

    KEEP = "keep"
    CLOSE = "close"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is sent for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as understood: `path` without the query; header names in lower case, the last of equal ones."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """Exactly what is put on the wire; each piece is a write of its own."""

    pieces: tuple[bytes | Pause, ...]
    ending: Ending = Ending.KEEP


def head(status: str, fields: Iterable[tuple[str, str]] = (), *, version: str = "HTTP/1.1") -> bytes:
    r"""Write a well-formed head.

    >>> head("204 No Content")[:26]
    b'HTTP/1.1 204 No Content\r\nS'
    """
    lines = [f"{version} {status}", *(f"{name}: {value}" for name, value in (*GREETING, *fields))]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


def chunked(body: bytes, *, size: int = 1000, extension: str = "", trailer: bytes = b"") -> bytes:
    r"""Put a body into chunks (RFC 9112 section 7.1), with an extension on each and trailer fields at the end.

    >>> chunked(b"abc", size=2, extension=";lamp=lit", trailer=b"T: 1\r\n")
    b'2;lamp=lit\r\nab\r\n1;lamp=lit\r\nc\r\n0;lamp=lit\r\nT: 1\r\n\r\n'
    """
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    mark = extension.encode("ascii")
    framed = b"".join(b"%x%b\r\n%b\r\n" % (len(part), mark, part) for part in parts)
    return framed + b"0" + mark + b"\r\n" + trailer + b"\r\n"


def coded(body: bytes, coding: Coding) -> bytes:
    """Apply a content coding; the same body always gives the same bytes."""
    match coding:
        case Coding.IDENTITY:
            return body
        case Coding.GZIP:
            return gzip.compress(body, compresslevel=6, mtime=0)
        case Coding.DEFLATE:
            return zlib.compress(body, 6)
        case Coding.BROTLI:
            import brotli

            return bytes(brotli.compress(body, quality=5))


def plain(status: str, body: bytes, *fields: tuple[str, str], media_type: str = "text/html; charset=utf-8") -> Answer:
    """Answer with a body framed by its length, in one write."""
    length = str(len(body))
    return Answer((head(status, (("Content-Type", media_type), ("Content-Length", length), *fields)) + body,))


def page(title: str, text: str) -> bytes:
    """Write a small page of HTML; `text` is HTML."""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n'
        f"<body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body>\n</html>\n"
    ).encode()


def redirect(status: str, location: str, *fields: tuple[str, str]) -> Answer:
    """Send the asker elsewhere, with a short body as real servers do."""
    return plain(
        status, page(status, f'Please go to <a href="{location}">{location}</a>.'), ("Location", location), *fields
    )
