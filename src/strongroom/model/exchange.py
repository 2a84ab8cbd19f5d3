"""One HTTP exchange as it was observed on the wire: what was sent, what came back, and over which connection."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from strongroom.model.digest import Digest


class Block(Protocol):
    """Recorded bytes, in memory or on disk; they can be read as often as needed."""

    @property
    def length_bytes(self) -> int:
        """How many bytes there are."""

    def digest(self) -> Digest:
        """SHA-256 over all the bytes."""

    def chunks(self) -> Iterator[bytes]:
        """Yield all the bytes from the beginning, in pieces of at most 1 MiB."""

    def close(self) -> None:
        """Give back what holds the bytes; they cannot be read afterwards."""


class Framing(StrEnum):
    """How the end of a response was found (RFC 9112 section 6.3)."""

    NONE = "none"
    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"


class Truncation(StrEnum):
    """Why a block is shorter than what the server meant to send (WARC 1.1 section 5.13)."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"
    UNSPECIFIED = "unspecified"


class FailureKind(StrEnum):
    """What kept an answer from coming."""

    ADDRESS = "address"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer came: what kept it, and a plain sentence with the facts."""

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True)
class Tls:
    """The TLS session under an https exchange, as evidence.

    Attributes:
        protocol: as OpenSSL names it, ``TLSv1.3``.
        cipher: as OpenSSL names it, ``TLS_AES_256_GCM_SHA384``.
        verified: whether chain and host name were accepted.
        verification: ``ok``, or OpenSSL's sentence.
        sent_chain: DER certificates as the peer sent them, leaf first; None where this Python cannot tell.
        verified_chain: DER certificates up to the anchor, leaf first; None where there is none or unknown.
    """

    protocol: str
    cipher: str
    verified: bool
    verification: str
    sent_chain: tuple[bytes, ...] | None
    verified_chain: tuple[bytes, ...] | None


@dataclass(frozen=True, slots=True)
class Response:
    """The final response, byte for byte, and what was understood of it.

    Attributes:
        block: head and body exactly as they came, framing, trailers and content coding included.
        head_length_bytes: where the body begins in `block`; all of `block` when no head was understood.
        status: three digits, or None when no status line was understood (HTTP/0.9, garbage).
        reason: the reason phrase.
        version: ``HTTP/1.1``; empty when there was no status line.
        headers: (name, value) in order, as latin-1 text with outer white space removed, repeated ones repeated.
        framing: how the end was found.
        payload_digest: over the de-chunked, still content-coded entity.
        payload_length_bytes: the length of that entity.
        truncated: why `block` is incomplete, or None.
        interim: 1xx responses that came before, verbatim.
        surplus: bytes that came after the end of the message, verbatim, up to a stated bound.
        surplus_cut: whether there was more than that bound.
        malformed: what is wrong with the message, one phrase each; readers may complain about such records.
    """

    block: Block
    head_length_bytes: int
    status: int | None
    reason: str
    version: str
    headers: tuple[tuple[str, str], ...]
    framing: Framing
    payload_digest: Digest
    payload_length_bytes: int
    truncated: Truncation | None = None
    interim: bytes = b""
    surplus: bytes = b""
    surplus_cut: bool = False
    malformed: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def media_type(self) -> str:
        """``type/subtype`` of Content-Type in lower case, without parameters; empty when there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask for.

    Attributes:
        url: absolute, WHATWG form, without user information and fragment.
        headers: to be sent besides Host, User-Agent, Accept, Accept-Encoding and Connection, in this order.
        withheld: those to be sent but not recorded (cookies, Authorization), in this order.
        method: GET or HEAD.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and the response or the failure that it met.

    Attributes:
        request: what was asked.
        request_block: the request as sent, without the withheld headers.
        withheld: the names of the headers left out of `request_block`.
        started_at: when the request was sent, UTC; the WARC-Date of every record of this exchange.
        duration_seconds: until the last byte.
        address: the IP address of the peer, None when nothing was connected.
        response: None when no byte of an answer came.
        failure: why there is no response; None when there is one.
        tls: None for http.
        interim: 1xx responses that came although no final one did.
    """

    request: Request
    request_block: bytes
    started_at: datetime
    duration_seconds: float
    address: str | None
    response: Response | None = None
    failure: Failure | None = None
    tls: Tls | None = None
    withheld: tuple[str, ...] = ()
    interim: bytes = b""

    @property
    def url(self) -> str:
        """The URL asked for."""
        return self.request.url


Fetch = Callable[[Request], Awaitable[Exchange]]
