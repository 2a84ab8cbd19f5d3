"""Answers that servers give and should not, and some that they should: the bytes, and what is to be made of them."""

import gzip
from dataclasses import dataclass, field

from strongroom.model.exchange import Framing, Truncation

LENGTH, CHUNKED, CLOSE, NONE = Framing.LENGTH, Framing.CHUNKED, Framing.CLOSE, Framing.NONE
LF = "a line of the head ends with LF alone"
CHUNK_LF = "a line of the chunked framing ends with LF alone"
NO_STATUS = "no status line: HTTP/0.9 or no HTTP at all"
NO_END = "the head ends before its blank line"
WITHIN = "the head ends within a line"
STATUS_LINE = "a status line not as RFC 9112 writes it"
BREAKS_OFF = "chunked framing that breaks off"
NOT_CHUNKED = "announced as chunked, but not sent in chunks"


@dataclass(frozen=True)
class Answer:
    """What a server sends, in three parts, and what is to be understood."""

    block: bytes
    status: int | None = 200
    payload: bytes = b"hello"
    framing: Framing = LENGTH
    malformed: tuple[str, ...] = ()
    truncated: Truncation | None = None
    interim: bytes = b""
    surplus: bytes = b""
    closes: bool = False
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] | None = field(default=None, compare=False)

    @property
    def sent(self) -> bytes:
        return self.interim + self.block + self.surplus


def ok(*lines: bytes, body: bytes = b"hello") -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def sized(*lines: bytes, body: bytes = b"hello") -> bytes:
    return ok(*lines, b"Content-Length: %d" % len(body), body=body)


def chunked(body: bytes, *lines: bytes) -> bytes:
    return ok(*lines, b"Transfer-Encoding: chunked", body=body)


HELLO = b"5\r\nhello\r\n0\r\n\r\n"
ZIPPED = gzip.compress(b"hello" * 500, mtime=0)
CUT = Truncation.DISCONNECT

ANSWERS: dict[str, Answer] = {
    # Framing as it should be.
    "length": Answer(sized()),
    "length of nothing": Answer(sized(body=b""), payload=b""),
    "length with white space around": Answer(ok(b"Content-Length:\t 5 \t")),
    "length said twice alike": Answer(
        ok(b"Content-Length: 5", b"Content-Length: 5"), malformed=("several Content-Length values",)
    ),
    "length as a list of the same": Answer(ok(b"Content-Length: 5, 5"), malformed=("several Content-Length values",)),
    "length in lower case": Answer(ok(b"content-length: 5")),
    "leading zeros": Answer(ok(b"Content-Length: 0005")),
    "close": Answer(ok(b"Connection: close"), framing=CLOSE, closes=True),
    "close without saying so": Answer(ok(), framing=CLOSE, closes=True),
    "close with an empty body": Answer(ok(body=b""), framing=CLOSE, closes=True, payload=b""),
    "HTTP/1.0": Answer(b"HTTP/1.0 200 OK\r\n\r\nhello", framing=CLOSE, closes=True),
    "HTTP/1.0 kept alive": Answer(b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello"),
    "chunked": Answer(chunked(HELLO), framing=CHUNKED),
    "chunked, nothing": Answer(chunked(b"0\r\n\r\n"), framing=CHUNKED, payload=b""),
    "chunk extensions": Answer(chunked(b'5;a=b;c="d e";f\r\nhello\r\n0;last\r\n\r\n'), framing=CHUNKED),
    "trailers": Answer(chunked(b"5\r\nhello\r\n0\r\nExpires: never\r\nX: y\r\n\r\n", b"Trailer: X"), framing=CHUNKED),
    "many chunks": Answer(chunked(b"1\r\nh\r\n2\r\nel\r\n2\r\nlo\r\n0\r\n\r\n"), framing=CHUNKED),
    "chunk sizes with zeros before": Answer(chunked(b"0005\r\nhello\r\n000\r\n\r\n"), framing=CHUNKED),
    "chunk size in capitals": Answer(
        chunked(b"1A\r\n" + b"x" * 26 + b"\r\n0\r\n\r\n"), framing=CHUNKED, payload=b"x" * 26
    ),
    "chunked in capitals": Answer(ok(b"TRANSFER-ENCODING: CHUNKED", body=HELLO), framing=CHUNKED),
    "chunked and gzip": Answer(
        chunked(b"%x\r\n%b\r\n0\r\n\r\n" % (len(ZIPPED), ZIPPED), b"Content-Encoding: gzip"),
        framing=CHUNKED,
        payload=ZIPPED,
    ),
    "gzip": Answer(sized(b"Content-Encoding: gzip", body=ZIPPED), payload=ZIPPED),
    "content coding that lies": Answer(sized(b"Content-Encoding: br")),
    "identity is no coding": Answer(ok(b"Transfer-Encoding: identity", b"Content-Length: 5")),
    "204": Answer(b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", NONE),
    "304 with a length": Answer(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, b"", NONE),
    "304 that claims chunks": Answer(
        b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", 304, b"", NONE
    ),
    "HEAD": Answer(sized(body=b"hello")[:-5], 200, b"", NONE, method="HEAD"),
    "HEAD, chunked": Answer(chunked(b""), 200, b"", NONE, method="HEAD"),
    "no reason": Answer(b"HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello"),
    "no reason, no space": Answer(b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello"),
    "an unknown status": Answer(b"HTTP/1.1 299 Odd\r\nContent-Length: 5\r\n\r\nhello", 299),
    "999": Answer(b"HTTP/1.1 999 Denied\r\nContent-Length: 5\r\n\r\nhello", 999),
    "empty header values": Answer(ok(b"X:", b"Y: ", b"Content-Length: 5")),
    "a header a hundred thousand bytes long": Answer(sized(b"X: " + b"y" * 100_000)),
    "three hundred headers": Answer(sized(*(b"X-%d: y" % number for number in range(300)))),
    # Before and after the answer.
    "100 Continue": Answer(sized(), interim=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "103 Early Hints": Answer(sized(), interim=b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"),
    "several interim answers": Answer(sized(), interim=b"HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\n"),
    "interim with LF alone": Answer(sized(), interim=b"HTTP/1.1 100 Continue\n\n"),
    "interim before a close-delimited one": Answer(
        ok(), interim=b"HTTP/1.1 103 Early Hints\r\n\r\n", framing=CLOSE, closes=True
    ),
    "101 unasked": Answer(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 101, b"", NONE, surplus=b"\x00\x01x", closes=True
    ),
    "more than its length": Answer(sized(), surplus=b", world", closes=True),
    "a second answer": Answer(sized(), surplus=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", closes=True),
    "204 with a body": Answer(b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", NONE, surplus=b"hello", closes=True),
    "HEAD with a body": Answer(sized()[:-5], 200, b"", NONE, surplus=b"hello", closes=True, method="HEAD"),
    "more after the last chunk": Answer(chunked(HELLO), framing=CHUNKED, surplus=b"\r\n", closes=True),
    # Heads that parsers dislike.
    "LF alone": Answer(b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", malformed=(LF,)),
    "LF alone at the end of the head": Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\nhello", malformed=(LF,)),
    "a folded header": Answer(
        sized(b"X: a\r\n  b\r\n\tc"),
        malformed=("a folded header line",),
        headers=(("X", "a b c"), ("Content-Length", "5")),
    ),
    "a fold after the status line": Answer(sized(b" folded: 1"), malformed=("a folded header line",)),
    "white space before a colon": Answer(
        ok(b"Content-Length : 5"),
        malformed=("white space between a header name and its colon",),
        headers=(("Content-Length", "5"),),
    ),
    "no colon": Answer(sized(b"Garbage"), malformed=("a header line without a colon",)),
    "no name": Answer(sized(b": value"), malformed=("a header name that is no token",)),
    "a name that is no token": Answer(sized(b"X(y): z"), malformed=("a header name that is no token",)),
    "NUL in a value": Answer(sized(b"X: a\0b"), malformed=("control characters in the head",)),
    "CR in a value": Answer(sized(b"X: a\rb"), malformed=("CR within a line of the head",)),
    "UTF-8 in a value": Answer(
        sized("X: žluť".encode()),
        malformed=("bytes beyond ASCII in the head",),
        headers=(("X", "žluť".encode().decode("latin-1")), ("Content-Length", "5")),
    ),
    "latin-1 in the reason": Answer(
        b"HTTP/1.1 200 D\xe9j\xe0\r\nContent-Length: 5\r\n\r\nhello", malformed=("bytes beyond ASCII in the head",)
    ),
    "two spaces in the status line": Answer(
        b"HTTP/1.1  200  OK\r\nContent-Length: 5\r\n\r\nhello", malformed=(STATUS_LINE,)
    ),
    "http in lower case": Answer(b"http/1.1 200 ok\r\nContent-Length: 5\r\n\r\nhello", malformed=(STATUS_LINE,)),
    "HTTP/2.0 in words": Answer(b"HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", malformed=(STATUS_LINE,)),
    "a version without point": Answer(b"HTTP/2 200 OK\r\nContent-Length: 5\r\n\r\nhello", malformed=(STATUS_LINE,)),
    "blank lines before": Answer(b"\r\n\n" + sized(), malformed=("white space before the status line",)),
    "no status": Answer(
        b"HTTP/1.1 OK\r\nContent-Length: 5\r\n\r\nhello", None, malformed=("no status line that can be read",)
    ),
    "four digits": Answer(
        b"HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello", None, malformed=("no status line that can be read",)
    ),
    # No head at all.
    "HTTP/0.9": Answer(b"<html>hello</html>", None, b"", CLOSE, (NO_STATUS,), closes=True),
    "no status line": Answer(b"Content-Length: 5\r\n\r\nhello", None, b"", CLOSE, (NO_STATUS,), closes=True),
    "another protocol": Answer(b"220 smtp.example ESMTP\r\n", None, b"", CLOSE, (NO_STATUS,), closes=True),
    "shoutcast": Answer(b"ICY 200 OK\r\n\r\nhello", None, b"", CLOSE, (NO_STATUS,), closes=True),
    "binary": Answer(bytes(range(256)), None, b"", CLOSE, (NO_STATUS,), closes=True),
    "half a word": Answer(b"HTT", None, b"", NONE, (NO_END,), CUT, closes=True),
    # Framing that lies or breaks off.
    "a length that is no number": Answer(
        ok(b"Content-Length: five"), framing=CLOSE, malformed=("a Content-Length that is no number",), closes=True
    ),
    "a negative length": Answer(
        ok(b"Content-Length: -5"), framing=CLOSE, malformed=("a Content-Length that is no number",), closes=True
    ),
    "a signed length": Answer(
        ok(b"Content-Length: +5"), framing=CLOSE, malformed=("a Content-Length that is no number",), closes=True
    ),
    "a length beyond all measure": Answer(
        ok(b"Content-Length: " + b"9" * 40),
        framing=CLOSE,
        malformed=("a Content-Length that is no number",),
        closes=True,
    ),
    "lengths that differ": Answer(
        ok(b"Content-Length: 5", b"Content-Length: 6"),
        framing=CLOSE,
        closes=True,
        malformed=("several Content-Length values", "Content-Length values that differ"),
    ),
    "length and chunks": Answer(
        chunked(HELLO, b"Content-Length: 3"),
        framing=CHUNKED,
        malformed=("both Transfer-Encoding and Content-Length",),
    ),
    "chunks in HTTP/1.0": Answer(
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + HELLO,
        framing=CHUNKED,
        closes=True,
        malformed=("Transfer-Encoding in an HTTP/1.0 response",),
    ),
    "gzip as a transfer coding": Answer(
        ok(b"Transfer-Encoding: gzip", body=ZIPPED),
        payload=ZIPPED,
        framing=CLOSE,
        closes=True,
        malformed=("a transfer coding other than chunked",),
    ),
    "gzip in chunks as transfer codings": Answer(
        ok(b"Transfer-Encoding: gzip, chunked", body=HELLO), framing=CHUNKED, malformed=("several transfer codings",)
    ),
    "claims chunks, sends none": Answer(chunked(b"hello"), framing=CLOSE, malformed=(NOT_CHUNKED,), closes=True),
    "claims chunks, sends what begins like one": Answer(
        chunked(b"deaf ears"), payload=b"deaf ears", framing=CLOSE, malformed=(NOT_CHUNKED,), closes=True
    ),
    "claims chunks, sends its length": Answer(
        chunked(b"hello", b"Content-Length: 5"),
        malformed=("both Transfer-Encoding and Content-Length", NOT_CHUNKED),
    ),
    "chunks with LF alone": Answer(chunked(b"5\nhello\n0\n\n"), framing=CHUNKED, malformed=(CHUNK_LF,)),
    "white space around chunk sizes": Answer(
        chunked(b" 5 \r\nhello\r\n0\t\r\n\r\n"), framing=CHUNKED, malformed=("white space around a chunk size",)
    ),
    "a chunk longer than said": Answer(
        chunked(b"4\r\nhello\r\n0\r\n\r\n"), payload=b"hell", framing=CHUNKED, malformed=(BREAKS_OFF,), closes=True
    ),
    "a second chunk size that is none": Answer(
        chunked(b"5\r\nhello\r\nxyz\r\n"), framing=CHUNKED, malformed=(BREAKS_OFF,), closes=True
    ),
    "a chunk size beyond all measure": Answer(
        chunked(b"5\r\nhello\r\n" + b"f" * 17 + b"\r\n"), framing=CHUNKED, malformed=(BREAKS_OFF,), closes=True
    ),
    "a negative chunk size": Answer(
        chunked(b"5\r\nhello\r\n-1\r\n"), framing=CHUNKED, malformed=(BREAKS_OFF,), closes=True
    ),
    "no blank line after the last chunk": Answer(
        chunked(b"5\r\nhello\r\n0\r\n"),
        framing=CHUNKED,
        closes=True,
        malformed=("no blank line after the last chunk",),
    ),
    "chunked, cut in a chunk": Answer(chunked(b"a\r\nhello"), framing=CHUNKED, truncated=CUT, closes=True),
    "chunked, cut in a size": Answer(chunked(b"5\r\nhello\r\n1"), framing=CHUNKED, truncated=CUT, closes=True),
    "chunked, cut before it began": Answer(chunked(b""), payload=b"", framing=CHUNKED, truncated=CUT, closes=True),
    "shorter than its length": Answer(ok(b"Content-Length: 9"), truncated=CUT, closes=True),
    "cut in the status line": Answer(b"HTTP/1.1 2", None, b"", NONE, (NO_END,), CUT, closes=True),
    "cut in the head": Answer(
        b"HTTP/1.1 200 OK\r\nContent-Le",
        200,
        b"",
        NONE,
        (NO_END, WITHIN, "a header line without a colon"),
        CUT,
        closes=True,
    ),
    "cut before the blank line": Answer(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", 200, b"", NONE, (NO_END,), CUT, closes=True
    ),
}
