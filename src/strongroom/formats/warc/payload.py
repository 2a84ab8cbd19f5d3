"""Measure the block of a stored record and the payload inside it, in one pass (WARC 1.1 section 5.9)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from strongroom.formats.http.message import Head, HeadSearch, body_of, parse_head
from strongroom.model.digest import Digest
from strongroom.model.exchange import Framing

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_REQUEST_HEAD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Measured:
    """What a block holds.

    Attributes:
        block: its digest.
        payload: the digest of the payload; None when it was not asked for.
        payload_length_bytes: of the payload.
        head: of an HTTP response; None when there is none or it cannot be read.
        request_head: of an HTTP request, up to 1 MiB.
        framed: the digest of a chunked body with its framing, which some writers take for the payload's.
    """

    block: Digest
    payload: Digest | None
    payload_length_bytes: int
    head: Head | None = None
    request_head: bytes = b""
    framed: Digest | None = None


class _Hasher:
    """Digests what it is given; its constructor by name costs a third of `hashlib.new`."""

    __slots__ = ("algorithm", "hash", "update")

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        self.hash = getattr(hashlib, algorithm)(usedforsecurity=False)
        self.update: Callable[[bytes | memoryview], object] = self.hash.update

    def digest(self) -> Digest:
        return Digest(self.algorithm, self.hash.hexdigest())


def measure_block(chunks: Iterable[bytes], *, algorithm: str, payload_algorithm: str | None) -> Measured:
    """Measure a block that is its own payload."""
    block = _Hasher(algorithm)
    payload = _Hasher(payload_algorithm) if payload_algorithm and payload_algorithm != algorithm else None
    length_bytes = 0
    for chunk in _tee(chunks, block):
        length_bytes += len(chunk)
        if payload:
            payload.update(chunk)
    digest = block.digest()
    stated = payload.digest() if payload else digest
    return Measured(digest, stated if payload_algorithm else None, length_bytes)


def measure_request(chunks: Iterable[bytes], *, algorithm: str, payload_algorithm: str | None) -> Measured:
    """Measure an HTTP request; its payload is what follows the empty line."""
    block, payload = _Hasher(algorithm), _Hasher(payload_algorithm) if payload_algorithm else None
    length_bytes = 0
    pieces = _tee(chunks, block)
    head = b""
    end = None
    for piece in pieces:
        searched = max(0, len(head) - 3)
        head += piece
        end = _BLANK_LINE.search(head, searched)
        if end or len(head) > _REQUEST_HEAD_BYTES:
            break
    rest = head[end.end() :] if end else b""
    for piece in chain((rest,), pieces):
        if end:
            length_bytes += len(piece)
            if payload:
                payload.update(piece)
    digest = payload.digest() if payload else None
    return Measured(block.digest(), digest, length_bytes, request_head=head[: end.end()] if end else head)


def measure_response(chunks: Iterable[bytes], *, algorithm: str, payload_algorithm: str | None) -> Measured:
    """Measure an HTTP response; its payload is the de-chunked, still content-coded entity.

    Args:
        chunks: the whole block.
        algorithm: for the block.
        payload_algorithm: for the payload; None when its digest is of no interest.
    """
    block, payload = _Hasher(algorithm), _Hasher(payload_algorithm) if payload_algorithm else None
    framed: _Hasher | None = None
    pieces = _tee(chunks, block)
    search = HeadSearch()
    for piece in pieces:
        if search.feed(piece):
            break
    if search.head is None:
        for _ in pieces:
            pass
        # A response that was cut inside its head says what came of it, here as when it was captured.
        cut = None if search.is_over else parse_head(search.pending)
        head = cut if cut is not None and cut.status is not None else None
        return Measured(block.digest(), payload.digest() if payload else None, 0, head=head)
    head = parse_head(search.head)
    body = body_of(head)
    if payload_algorithm and body.framing is Framing.CHUNKED:
        framed = _Hasher(payload_algorithm)
    take = payload.update if payload else len
    for piece in chain((search.rest,), pieces):
        if framed:
            framed.update(piece)
        if not body.is_complete:
            body.feed(piece, 0, take)
    if not body.is_complete:
        body.end(take)
    return Measured(
        block.digest(),
        payload.digest() if payload else None,
        body.payload_length_bytes,
        head=head,
        framed=framed.digest() if framed else None,
    )


def _tee(chunks: Iterable[bytes], block: _Hasher) -> Iterator[bytes]:
    for chunk in chunks:
        block.update(chunk)
        yield chunk
