"""Exchanges made from the bytes a server would send, received by the real code."""

from datetime import timedelta
from pathlib import Path

from edges import BEGINNING
from strongroom.model.exchange import Exchange, Failure, FailureKind, Request, Truncation
from strongroom.web.reception import Reception
from strongroom.web.spool import SpooledBlock


def answered(url: str, sent: bytes, *, truncation: Truncation | None = None) -> Exchange:
    """The exchange in which a server answers with these bytes and closes."""
    reception = Reception("GET", SpooledBlock(Path()), 1 << 30)
    reception.feed(sent)
    reception.end(truncation)
    return Exchange(Request(url), b"", BEGINNING, timedelta(0).total_seconds(), "192.0.2.1", reception.response())


def failed(url: str, kind: FailureKind, message: str) -> Exchange:
    """The exchange to which no answer came."""
    return Exchange(Request(url), b"", BEGINNING, 0.0, None, failure=Failure(kind, message))


def answer(status: int, body: bytes = b"", *headers: bytes, content_type: bytes = b"text/html") -> bytes:
    """A whole HTTP/1.1 response."""
    head = [
        b"HTTP/1.1 %d Reason" % status,
        b"Content-Type: " + content_type,
        b"Content-Length: %d" % len(body),
        *headers,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + body
