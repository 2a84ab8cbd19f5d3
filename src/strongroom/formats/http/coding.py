"""Content codings (RFC 9110 section 8.4): gzip, deflate, br and zstd, undone as far as the bytes go.

The record keeps the coded bytes; this is for reading them. A bomb costs no more than the limit that is asked for.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

_PIECE_BYTES = 1 << 16
_MAX_CODINGS = 8


@dataclass(frozen=True, slots=True)
class Decoded:
    """What could be decoded.

    Attributes:
        complete: whether it is the whole body.
        note: what is missing and why, one phrase; empty when nothing is.
    """

    body: bytes
    complete: bool
    note: str


class _DecodingError(Exception):
    """The bytes are not what their coding says; the message is a phrase for `Decoded.note`."""


class _Decoder(Protocol):
    """Undoes one coding, step by step, never giving much more at once than it is asked for."""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Feed bytes, and yield what they decode to."""

    @property
    def is_whole(self) -> bool:
        """Whether the coded data came to its own end."""


def decode(chunks: Iterable[bytes], content_encoding: str, *, max_bytes: int) -> Decoded:
    """Undo the codings that a Content-Encoding names, the last one first.

    Args:
        chunks: the coded body, in pieces.
        content_encoding: the value of the header field; empty for none.
        max_bytes: no more than this is decoded.

    Broken data gives what stood before the break; a coding that is not known gives the bytes as they came.
    """
    names = [name for name in (one.strip().lower() for one in content_encoding.split(",")) if name not in _IDENTITY]
    unknown = next((name for name in names if name not in _DECODERS), None)
    pieces = iter(chunks)
    first = next((piece for piece in pieces if piece), None)
    if first is None:
        # An answer without a body may name a coding all the same.
        return Decoded(b"", complete=True, note="")
    stream: Iterable[bytes] = chain((first,), pieces)
    decoders: list[_Decoder] = []
    if unknown is not None:
        note = f"the content coding {unknown[:40]!r} is not known here"
        names = []
    elif len(names) > _MAX_CODINGS:
        note = f"more than {_MAX_CODINGS} content codings on top of each other"
        names = []
    else:
        note = ""
    for name in reversed(names):
        decoder = _DECODERS[name]()
        decoders.append(decoder)
        stream = _through(decoder, stream)
    body = bytearray()
    try:
        for piece in stream:
            body += piece
            if len(body) > max_bytes:
                return Decoded(bytes(body[:max_bytes]), complete=False, note=f"cut at {max_bytes} bytes")
    except _DecodingError as error:
        return Decoded(bytes(body), complete=False, note=str(error))
    if not note and not all(one.is_whole for one in decoders):
        note = "the coded data ends too early"
    return Decoded(bytes(body), complete=not note, note=note)


def _through(decoder: _Decoder, stream: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in stream:
        yield from decoder.pieces(chunk)


class _Gzip:
    """gzip (RFC 1952): members one after the other; what follows the last one is passed over."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(31)
        self._members = 0
        self._is_between = False
        self._is_over = False

    @property
    def is_whole(self) -> bool:
        return self._members > 0 and (self._is_between or self._is_over)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data and not self._is_over:
            if self._is_between:
                if not data.startswith(b"\x1f"):
                    self._is_over = True
                    return
                self._inflater = zlib.decompressobj(31)
                self._is_between = False
            try:
                piece = self._inflater.decompress(data, _PIECE_BYTES)
            except zlib.error as error:
                if self._members:  # a whole member came before: the rest is rubbish behind it
                    self._is_over = True
                    return
                raise _DecodingError(f"the gzip data is broken: {error}") from error
            if piece:
                yield piece
            if self._inflater.eof:
                self._members += 1
                self._is_between = True
                data = self._inflater.unused_data
            else:
                data = self._inflater.unconsumed_tail


class _Deflate:
    """deflate: zlib data (RFC 1950), or raw deflate data (RFC 1951), which some servers send instead."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(15)
        self._head = b""
        self._has_begun = False

    @property
    def is_whole(self) -> bool:
        return self._inflater.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if not self._has_begun:
            self._head += data
            if len(self._head) < 2:
                return
            data, self._head, self._has_begun = self._head, b"", True
            # RFC 1950 section 2.2: method 8, and both bytes together a multiple of 31.
            if data[0] & 0x0F != 8 or int.from_bytes(data[:2], "big") % 31:
                self._inflater = zlib.decompressobj(-15)
        while data and not self._inflater.eof:
            try:
                piece = self._inflater.decompress(data, _PIECE_BYTES)
            except zlib.error as error:
                raise _DecodingError(f"the deflate data is broken: {error}") from error
            if piece:
                yield piece
            data = self._inflater.unconsumed_tail


class _Brotli:
    """br (RFC 7932)."""

    def __init__(self) -> None:
        import brotli

        self._decompressor = brotli.Decompressor()
        self._error: type[Exception] = brotli.error

    @property
    def is_whole(self) -> bool:
        return bool(self._decompressor.is_finished())

    def pieces(self, data: bytes) -> Iterator[bytes]:
        # The decoder keeps what it could not give yet and wants to be asked again with nothing.
        while not self._decompressor.is_finished():
            try:
                piece: bytes = self._decompressor.process(data, output_buffer_limit=_PIECE_BYTES)
            except self._error as error:
                raise _DecodingError(f"the br data is broken: {error}") from error
            data = b""
            if piece:
                yield piece
            if self._decompressor.can_accept_more_data():
                return


class _Zstd:
    """zstd (RFC 8878), window at most 8 MiB (RFC 9659)."""

    def __init__(self) -> None:
        import zstandard

        self._inflater = zstandard.ZstdDecompressor(max_window_size=1 << 23).decompressobj()
        self._error: type[Exception] = zstandard.ZstdError

    @property
    def is_whole(self) -> bool:
        return bool(self._inflater.eof)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        # Small bites: the library has no bound on what one call gives back.
        for start in range(0, len(data), 1024):
            if self._inflater.eof:
                return
            try:
                piece: bytes = self._inflater.decompress(data[start : start + 1024])
            except self._error as error:
                raise _DecodingError(f"the zstd data is broken: {error}") from error
            if piece:
                yield piece


def _available() -> dict[str, Callable[[], _Decoder]]:
    from importlib.util import find_spec

    decoders: dict[str, Callable[[], _Decoder]] = {
        "gzip": _Gzip,
        "x-gzip": _Gzip,
        "deflate": _Deflate,
    }
    if find_spec("brotli"):
        decoders["br"] = _Brotli
    if find_spec("zstandard"):
        decoders["zstd"] = _Zstd
    return decoders


_IDENTITY = frozenset({"", "identity", "none"})
_DECODERS = _available()
