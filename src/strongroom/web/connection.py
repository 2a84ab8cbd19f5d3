"""One connection to one address: sends a request, hands every byte that comes to a `Reception`, keeps the time."""

import asyncio
import socket
import ssl
from dataclasses import dataclass

from strongroom.errors import StorageError
from strongroom.model.exchange import Failure, FailureKind, Tls, Truncation
from strongroom.web.reception import Reception
from strongroom.web.tls import TlsSession, sentence

_BUFFER_BYTES = 64 * 1024
_QUIET_SECONDS = 0.25
"""What comes after the end of a message is gathered until nothing has come for so long."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a peer may take; the moments are those of the running loop's clock."""

    first_byte_seconds: float
    idle_seconds: float
    until: float


class Connection(asyncio.BufferedProtocol):
    """A TCP connection, with TLS on it or not, used for one exchange after another.

    Attributes:
        address: the literal address of the peer.
        tls: evidence of the TLS session, shared by all exchanges on it; None for plain TCP.
        exchanges: how many requests were sent.
        idle_since: when the last exchange ended, by the loop's clock.
        is_open: whether another request could be sent.
    """

    def __init__(self, sock: socket.socket, address: str) -> None:
        """Take over a connected socket; `sock` is only looked at here, the loop's transport owns it."""
        self.address = address
        self.tls: Tls | None = None
        self.exchanges = 0
        self.idle_since = 0.0
        self.is_open = True
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._loop = asyncio.get_running_loop()
        self._socket = sock
        self._transport: asyncio.Transport | None = None
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._session: TlsSession | None = None
        self._handshake: asyncio.Future[None] | None = None
        self._reception: Reception | None = None
        self._answer: asyncio.Future[None] | None = None
        self._failure: Failure | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._patience = Patience(0, 0, 0)
        self._last_at = 0.0
        self._early = b""

    async def shake_hands(self, context: ssl.SSLContext, host: str) -> None:
        """Put TLS on the connection; raises `ssl.SSLError` or `ConnectionError`, with `tls` telling what was seen."""
        self._session = TlsSession(context, host)
        self._handshake = self._loop.create_future()
        self._go_on_with_handshake(self._session, b"")
        try:
            await self._handshake
        except ssl.SSLError as error:
            self.tls = self._session.evidence(error)
            raise
        self.tls = self._session.evidence()

    async def ask(self, wire: bytes, reception: Reception, patience: Patience) -> Failure | None:
        """Send a request and gather its answer; returns what kept it from coming whole, None when it is whole.

        Raises `StorageError` when the answer cannot be stored.
        """
        self.exchanges += 1
        self._reception = reception
        self._failure = None
        self._patience = patience
        self._answer = self._loop.create_future()
        self._last_at = self._loop.time()
        self._send(wire)
        self._timer = self._loop.call_at(
            min(self._last_at + min(patience.idle_seconds, patience.first_byte_seconds), patience.until), self._look
        )
        if self._early:  # the server spoke before it was asked
            early, self._early = self._early, b""
            self._receive(early)
        if not self.is_open:
            self._end(None, self._closed_early())
        try:
            await self._answer
        finally:
            self._timer.cancel()
            self._reception = None
            self.idle_since = self._last_at
        return self._failure

    def is_reusable(self) -> bool:
        """Whether it is open and nothing has come that nobody asked for."""
        if not self.is_open or self._transport is None or self._transport.is_closing():
            return False
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False  # bytes, or the end: either way no next answer

    def close(self) -> None:
        """Close in order: a closure alert under TLS, then the connection."""
        self.is_open = False
        if self._transport is not None and not self._transport.is_closing():
            if self._session is not None and self._session.is_established:
                self._session.say_goodbye()
                self._flush(self._session)
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop took the socket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - one size fits
        """Where the next bytes go."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes came."""
        data = bytes(self._buffer[:nbytes])
        self._last_at = self._loop.time()
        session = self._session
        if session is None:
            self._receive(data)
        elif not session.is_established:
            self._go_on_with_handshake(session, data)
        else:
            self._decrypt(session, data)

    def eof_received(self) -> None:
        """The peer will send nothing more."""
        self.is_open = False
        if self._session is not None and self._session.is_established and not self._session.is_closed_in_order:
            self._end(None, self._closed_early(), "the TLS connection ended without a closure alert")
        else:
            self._end(None, self._closed_early())

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self.is_open = False
        message = f"the connection broke: {exc.strerror or exc}" if isinstance(exc, OSError) else "the connection broke"
        self._end(Truncation.DISCONNECT, Failure(FailureKind.DISCONNECT, message))
        if self._handshake is not None and not self._handshake.done():
            self._handshake.set_exception(ConnectionResetError("the connection was closed during the TLS handshake"))
        if not self.closed.done():
            self.closed.set_result(None)
        self._transport = None

    # Inside.

    def _send(self, data: bytes) -> None:
        if self._transport is None:
            return
        if self._session is None:
            self._transport.write(data)
        else:
            self._session.encrypt(data)
            self._flush(self._session)

    def _flush(self, session: TlsSession) -> None:
        data = session.to_send()
        if data and self._transport is not None:
            self._transport.write(data)

    def _go_on_with_handshake(self, session: TlsSession, data: bytes) -> None:
        assert self._handshake is not None
        try:
            session.shake_hands(data)
        except ssl.SSLError as error:
            self._flush(session)  # the alert that says why
            if not self._handshake.done():
                self._handshake.set_exception(error)
            return
        self._flush(session)
        if session.is_established and not self._handshake.done():
            self._handshake.set_result(None)

    def _decrypt(self, session: TlsSession, data: bytes) -> None:
        try:
            for plain in session.decrypt(data):
                self._receive(plain)
        except ssl.SSLError as error:
            message = f"the TLS connection broke: {sentence(error)}"
            self._end(Truncation.DISCONNECT, Failure(FailureKind.TLS, message))
            self.abort()
            return
        self._flush(session)
        if session.is_closed_in_order:
            self.is_open = False
            self._end(None, self._closed_early())

    def _receive(self, data: bytes) -> None:
        reception = self._reception
        if reception is None:
            if self.exchanges == 0 and len(self._early) < _BUFFER_BYTES:
                self._early += data
            else:  # nobody asked; no later answer could be told from this
                self.abort()
            return
        try:
            reception.feed(data)
        except StorageError as error:
            self._fail(error)
            return
        if reception.is_complete:
            if not reception.surplus or reception.surplus_cut:
                self._finish()
            elif self._timer is not None:
                self._timer.cancel()
                self._timer = self._loop.call_at(self._due(reception), self._look)

    def _due(self, reception: Reception) -> float:
        if reception.is_complete:
            return min(self._last_at + _QUIET_SECONDS, self._patience.until)
        limit = self._patience.idle_seconds if reception.has_begun else self._patience.first_byte_seconds
        return min(self._last_at + limit, self._patience.until)

    def _look(self) -> None:
        """See whether the peer has been silent too long."""
        reception = self._reception
        if reception is None:
            return
        due = self._due(reception)
        now = self._loop.time()
        if now < due:
            self._timer = self._loop.call_at(due, self._look)
        elif reception.is_complete:
            self._finish()
        else:
            self._end(Truncation.TIME, Failure(FailureKind.TIMEOUT, self._too_long(reception, now)))
            self.abort()

    def _too_long(self, reception: Reception, now: float) -> str:
        if now >= self._patience.until:
            return "the time for the whole exchange was over"
        if not reception.has_begun:
            return f"no answer within {self._patience.first_byte_seconds:g} s"
        return f"nothing more came for {self._patience.idle_seconds:g} s"

    def _closed_early(self) -> Failure:
        return Failure(FailureKind.DISCONNECT, "the server closed the connection without an answer")

    def _end(self, truncation: Truncation | None, failure: Failure, note: str = "") -> None:
        if self._reception is None or self._answer is None or self._answer.done():
            return
        if not self._reception.is_complete:
            self._failure = failure
            try:
                self._reception.end(truncation, note)
            except StorageError as error:
                self._fail(error)
        self._finish()

    def _finish(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)

    def _fail(self, error: StorageError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.abort()
