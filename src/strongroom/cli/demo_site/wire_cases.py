"""Answers as the wire really brings them: every framing, every coding, and what servers get wrong.

Each case is served at ``/wire/NAME``; ``/wire/`` links to all of them. What is malformed here is malformed on purpose.
"""

import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from strongroom.cli.demo_site.answer import Answer, Coding, Ending, Pause, chunked, coded, head, page, plain

_HTML = ("Content-Type", "text/html; charset=utf-8")
_STATUS = b"HTTP/1.1 200 OK\r\n"
_TYPE = b"Content-Type: text/html; charset=utf-8\r\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One answer and what is worth seeing in it."""

    name: str
    saying: str
    answer: Answer

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"/wire/{self.name}"


def wire_cases() -> dict[str, Case]:
    """Make all the cases, by path."""
    cases = (*_framings(), *_codings(), *_interim(), *_bodiless(), *_odd_heads(), *_odd_bodies())
    return {case.path: case for case in cases}


def index(cases: Iterable[Case]) -> Answer:
    """Write the page that links to every case."""
    rows = "\n".join(f'<li><a href="{case.path}">{case.name}</a>: {case.saying}</li>' for case in cases)
    return plain("200 OK", page("Answers as the wire brings them", f"Each is as odd as it says.</p><ul>{rows}</ul><p>"))


def _body(name: str) -> bytes:
    return page(f"Wire: {name}", f"This page came by the answer called {name}. " + "The lamp is lit at dusk. " * 40)


def _case(name: str, saying: str, *pieces: bytes | Pause, ending: Ending = Ending.KEEP) -> Case:
    return Case(name, saying, Answer(pieces, ending))


def _sized(name: str, saying: str, *fields: tuple[str, str], version: str = "HTTP/1.1") -> Case:
    body = _body(name)
    return _case(
        name, saying, head("200 OK", (_HTML, *fields, ("Content-Length", str(len(body)))), version=version) + body
    )


def _raw(name: str, saying: str, lines: bytes, *, ending: Ending = Ending.KEEP) -> Case:
    """A case whose head is written by hand; Content-Length and the blank line are added."""
    body = _body(name)
    return _case(name, saying, lines + b"Content-Length: %d\r\n\r\n" % len(body) + body, ending=ending)


def _framings() -> Iterable[Case]:
    chunk_head = head("200 OK", (_HTML, ("Transfer-Encoding", "chunked")))
    closing = (_HTML, ("Connection", "close"))
    body = _body("tiny-pieces")
    whole = head("200 OK", (_HTML, ("Content-Length", str(len(body))))) + body
    yield _sized("length", "framed by Content-Length")
    yield _case("chunked", "chunks without anything else", chunk_head + chunked(_body("chunked")))
    yield _case(
        "chunked-extensions",
        "chunk extensions, quoted ones too",
        chunk_head + chunked(_body("chunked-extensions"), extension=';lamp="a;b";x'),
    )
    yield _case(
        "chunked-trailers",
        "trailer fields after the last chunk",
        head("200 OK", (_HTML, ("Transfer-Encoding", "chunked"), ("Trailer", "X-Keeper"))),
        chunked(_body("chunked-trailers"), trailer=b"X-Keeper: on watch\r\nX-Empty:\r\n"),
    )
    yield _case("chunked-singles", "every chunk holds one byte", chunk_head, chunked(_body("chunked-singles"), size=1))
    yield _case(
        "chunked-upper-case",
        "chunk sizes with leading zeros and capital letters",
        chunk_head,
        b"00000ABC\r\n" + _body("chunked-upper-case").ljust(0xABC) + b"\r\n000\r\n\r\n",
    )
    yield _case("chunked-empty", "no chunk but the last", chunk_head + b"0\r\n\r\n")
    yield _case("close", "ended by closing", head("200 OK", closing), _body("close"), ending=Ending.CLOSE)
    yield _case(
        "close-chunked",
        "chunked, then closed although nothing said so",
        chunk_head,
        chunked(_body("close-chunked")),
        ending=Ending.CLOSE,
    )
    yield _case(
        "http10",
        "HTTP/1.0, ended by closing",
        head("200 OK", (_HTML,), version="HTTP/1.0") + _body("http10"),
        ending=Ending.CLOSE,
    )
    yield _sized("http10-keep-alive", "HTTP/1.0 that stays", ("Connection", "keep-alive"), version="HTTP/1.0")
    yield Case(
        "close-silently",
        "whole, and then the connection is closed without a word",
        Answer((whole.replace(b"tiny-pieces", b"no farewell"),), Ending.CLOSE),
    )
    pieces = [whole[start : start + 7] for start in range(0, 210, 7)]
    yield _case("tiny-pieces", "the head comes seven bytes at a time", *pieces, whole[210:])
    yield _case(
        "slow", "a second passes inside the body", whole[:300], Pause(0.5), whole[300:400], Pause(0.5), whole[400:]
    )


def _codings() -> Iterable[Case]:
    for coding in (Coding.GZIP, Coding.DEFLATE, Coding.BROTLI):
        body = coded(_body(coding.value), coding)
        fields = (_HTML, ("Content-Encoding", coding.value))
        length = ("Content-Length", str(len(body)))
        yield _case(coding.value, f"{coding.value}, framed by length", head("200 OK", (*fields, length)) + body)
        yield _case(
            f"{coding.value}-chunked",
            f"{coding.value} in chunks",
            head("200 OK", (*fields, ("Transfer-Encoding", "chunked"))),
            chunked(body, size=100),
        )
    yield _coded("deflate-raw", "deflate without its zlib wrapper", _raw_deflate(_body("deflate-raw")), "deflate")
    twice = gzip.compress(_body("gzip-members")[:200], mtime=0) + gzip.compress(_body("gzip-members")[200:], mtime=0)
    yield _coded("gzip-members", "gzip of two members", twice, "gzip")
    yield _coded("gzip-x", "the old name x-gzip", coded(_body("gzip-x"), Coding.GZIP), "x-gzip")
    both = coded(coded(_body("gzip-br"), Coding.GZIP), Coding.BROTLI)
    yield _coded("gzip-br", "two codings, one over the other", both, "gzip, br")
    yield _coded("gzip-lie", "says gzip and is not", _body("gzip-lie"), "gzip")
    yield _coded("gzip-cut", "gzip that stops in the middle", coded(_body("gzip-cut"), Coding.GZIP)[:150], "gzip")


def _coded(name: str, saying: str, body: bytes, coding: str) -> Case:
    fields = (_HTML, ("Content-Encoding", coding), ("Content-Length", str(len(body))))
    return _case(name, saying, head("200 OK", fields), body)


def _raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(body) + compressor.flush()


def _interim() -> Iterable[Case]:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style/site.css>; rel=preload; as=style\r\n\r\n"
    for name, saying, before in (
        ("early-hints", "103 before the answer", (hints,)),
        ("early-hints-apart", "103, and the answer a moment later", (hints, Pause(0.2))),
        ("continue", "100 that nobody asked for", (b"HTTP/1.1 100 Continue\r\n\r\n",)),
        ("interim-many", "102, 103 and 103 again", (b"HTTP/1.1 102 Processing\r\n\r\n" + hints + hints,)),
    ):
        answer = plain("200 OK", _body(name))
        yield Case(name, saying, Answer((*before, *answer.pieces)))


def _bodiless() -> Iterable[Case]:
    yield _case("no-content", "204, no body", head("204 No Content"))
    yield _case(
        "no-content-length", "204 that gives a length all the same", head("204 No Content", (("Content-Length", "9"),))
    )
    yield _case(
        "not-modified",
        "304 with the length of what is not sent",
        head("304 Not Modified", (("Content-Length", "512"),)),
    )
    yield _case("reset-content", "205 with a length of 0", head("205 Reset Content", (("Content-Length", "0"),)))
    yield _case("length-zero", "200 with a length of 0", head("200 OK", (_HTML, ("Content-Length", "0"))))


def _odd_heads() -> Iterable[Case]:
    body = _body("lf-only")
    bare = b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: %d\n\n" % len(body)
    yield _case("lf-only", "lines end in LF alone", bare + body)
    twice = b"Content-Length: %d\r\n" % len(_body("same-lengths"))
    yield _raw("obs-fold", "a folded header line", _STATUS + _TYPE + b"X-Long: one\r\n two\r\n\tthree\r\n")
    yield _raw("space-before-colon", "white space before a colon", _STATUS + b"Content-Type : text/html\r\n")
    yield _raw("utf8-value", "UTF-8 in a value", _STATUS + _TYPE + "X-Place: Føroyar, 港\r\n".encode())
    yield _raw("latin1-value", "ISO-8859-1 in a value", _STATUS + _TYPE + "X-Place: Färöer\r\n".encode("latin-1"))
    yield _raw("nul-value", "a NUL in a value", _STATUS + _TYPE + b"X-Nul: a\0b\r\n")
    yield _raw("control-value", "control characters in a value", _STATUS + _TYPE + b"X-Bell: a\x07b\x0bc\r\n")
    yield _raw("no-colon", "a line without a colon", _STATUS + _TYPE + b"this is no header\r\n")
    yield _raw("empty-name", "a line that begins with its colon", _STATUS + _TYPE + b": nameless\r\n")
    yield _raw("empty-value", "a name and nothing else", _STATUS + _TYPE + b"X-Empty:\r\nX-Blank: \t \r\n")
    yield _raw("no-space", "no space after the colons", b"HTTP/1.1 200 OK\r\nContent-Type:text/html\r\nX-A:1\r\n")
    yield _raw(
        "case", "headers in any case, out of order", b"HTTP/1.1 200 OK\r\ncOnTeNt-tYpE: text/html\r\nSERVER: x\r\n"
    )
    yield _raw(
        "repeated", "the same header three times", _STATUS + _TYPE + b"Link: <a>\r\nX: 1\r\nLink: <b>\r\nlink: <c>\r\n"
    )
    yield _raw("no-reason", "no reason phrase, not even its space", b"HTTP/1.1 200\r\n" + _TYPE)
    yield _raw("empty-reason", "an empty reason phrase", b"HTTP/1.1 200 \r\n" + _TYPE)
    yield _raw("long-reason", "a reason phrase in UTF-8", "HTTP/1.1 200 Allt í lagi, takk fyrir\r\n".encode() + _TYPE)
    yield _raw("status-299", "a status nobody defined", b"HTTP/1.1 299 Lamp Lit\r\n" + _TYPE)
    yield _raw("status-600", "a status outside every class", b"HTTP/1.1 600 Storm\r\n" + _TYPE)
    yield _raw("http12", "a version that does not exist", b"HTTP/1.2 200 OK\r\n" + _TYPE)
    yield _raw("blank-lines-first", "empty lines before the status line", b"\r\n\r\n" + _STATUS + _TYPE)
    yield _raw(
        "many-headers",
        "three hundred headers",
        _STATUS + _TYPE + b"".join(b"X-%d: %d\r\n" % (n, n) for n in range(300)),
    )
    yield _raw("long-header", "a header of 60 KB", _STATUS + _TYPE + b"X-Long: " + b"lamp" * 15_000 + b"\r\n")
    yield _raw("same-lengths", "the same length twice", _STATUS + _TYPE + twice)
    yield _case(
        "http09",
        "no head at all, as in HTTP/0.9",
        b"<!DOCTYPE html>\n<title>Wire: http09</title>\n<p>No status line.\n",
        ending=Ending.CLOSE,
    )
    yield _case("garbage", "bytes that are no HTTP", bytes(range(256)) * 4, ending=Ending.CLOSE)
    yield _case("head-cut", "closed inside the head", _STATUS + _TYPE[:20], ending=Ending.CUT)
    yield _case("status-cut", "closed inside the status line", b"HTTP/1.", ending=Ending.CUT)


def _odd_bodies() -> Iterable[Case]:
    body = _body("surplus")
    sized = head("200 OK", (_HTML, ("Content-Length", str(len(body)))))
    chunk_head = head("200 OK", (_HTML, ("Transfer-Encoding", "chunked")))
    yield _case(
        "surplus", "bytes after the end", sized + body + b"these bytes belong to nobody\r\n", ending=Ending.CLOSE
    )
    yield _case(
        "surplus-chunked",
        "bytes after the last chunk",
        chunk_head + chunked(_body("surplus-chunked")) + b"and so do these",
        ending=Ending.CLOSE,
    )
    yield _case(
        "length-and-chunked",
        "both a length and chunks; the chunks count",
        head("200 OK", (_HTML, ("Content-Length", "5"), ("Transfer-Encoding", "chunked")))
        + chunked(_body("length-and-chunked")),
        ending=Ending.CLOSE,
    )
    yield _case(
        "lengths-differ",
        "two lengths that differ",
        head("200 OK", (_HTML, ("Content-Length", str(len(body))), ("Content-Length", "7"))) + body,
        ending=Ending.CLOSE,
    )
    yield _case(
        "length-no-number",
        "a length that is no number",
        head("200 OK", (_HTML, ("Content-Length", "many"))) + body,
        ending=Ending.CLOSE,
    )
    yield _case("chunked-lie", "says chunked and is not", chunk_head + body, ending=Ending.CLOSE)
    yield _case(
        "chunked-lf",
        "chunk lines end in LF alone",
        chunk_head + chunked(_body("chunked-lf")).replace(b"\r\n", b"\n"),
        ending=Ending.CLOSE,
    )
    yield _case(
        "length-short",
        "closed before the promised length",
        head("200 OK", (_HTML, ("Content-Length", "5000"))) + body,
        ending=Ending.CUT,
    )
    yield _case("chunked-cut", "closed inside a chunk", chunk_head + chunked(body, size=500)[:700], ending=Ending.CUT)
    yield _case("chunked-unended", "closed before the last chunk", chunk_head + chunked(body)[:-5], ending=Ending.CUT)
    large = b"".join(b"%07d\n" % number for number in range(384 * 1024))
    fields = (("Content-Type", "application/octet-stream"), ("Content-Length", str(len(large))))
    yield _case("large", "three MiB, so that it is spooled", head("200 OK", fields), large)
