"""A small HTTP/1.1 server for the demo site: one thread per connection, raw sockets, nothing added on the way out.

It serves loopback addresses alone, and writes down every byte that came and went.
"""

import contextlib
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from strongroom.cli.demo_site.answer import Answer, Asked, Ending, Pause, head
from strongroom.cli.demo_site.wire_log import Tally, WireLog

_IDLE_SECONDS = 15.0
_HANDSHAKE_SECONDS = 10.0
_FAREWELL_SECONDS = 1.0
_HEAD_BYTES = 64 * 1024
_CONNECTIONS = 256
_CLIENT_HELLO = b"\x16"  # how a TLS handshake begins, where plain HTTP was meant

Respond = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class Host:
    """One host of the site: its name in the log, the sockets it listens on, and what it answers."""

    name: str
    listeners: tuple[socket.socket, ...]
    respond: Respond


@dataclass(slots=True)
class _Connection:
    host: Host
    number: int
    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    exchanges: int = 0


class Server:
    """Serves hosts from the moment it is made until `stop`."""

    def __init__(self, hosts: tuple[Host, ...], *, log: WireLog, tls: ssl.SSLContext | None) -> None:
        """Start accepting; with `tls` every connection begins with a handshake."""
        self._log = log
        self._tls = tls
        self._began = time.monotonic()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: dict[int, socket.socket] = {}
        self._threads: set[threading.Thread] = set()
        self._count = 0
        self._hosts = hosts
        self._wake, self._waker = socket.socketpair()
        self._acceptor = threading.Thread(target=self._accept, name="demo-site", daemon=True)
        self._acceptor.start()

    def stop(self) -> None:
        """Close everything and wait for the threads."""
        self._stopping.set()
        self._waker.send(b".")
        self._acceptor.join(5)
        with self._lock:
            threads = tuple(self._threads)
            for connection in self._open.values():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)
        self._wake.close()
        self._waker.close()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            for host in self._hosts:
                for listener in host.listeners:
                    selector.register(listener, selectors.EVENT_READ, host)
            while not self._stopping.is_set():
                for key, _ in selector.select():
                    if key.data is not None:
                        self._admit(key.fileobj, key.data)  # type: ignore[arg-type]  # a listener, by registration
            for host in self._hosts:
                for listener in host.listeners:
                    listener.close()

    def _admit(self, listener: socket.socket, host: Host) -> None:
        try:
            accepted, _ = listener.accept()
        except OSError:
            return
        with self._lock:
            if len(self._open) >= _CONNECTIONS:
                accepted.close()
                return
            self._count += 1
            number = self._count
            self._open[number] = accepted
            thread = threading.Thread(target=self._serve, args=(host, number, accepted), daemon=True)
            self._threads.add(thread)
        thread.start()

    def _serve(self, host: Host, number: int, accepted: socket.socket) -> None:
        try:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            accepted.settimeout(_HANDSHAKE_SECONDS)
            if self._tls is not None:
                accepted = self._tls.wrap_socket(accepted, server_side=True)
                with self._lock:
                    self._open[number] = accepted
            accepted.settimeout(_IDLE_SECONDS)
            connection = _Connection(host, number, accepted)
            while not self._stopping.is_set() and self._exchange(connection):
                pass
        except OSError as error:
            facts = {"host": host.name, "tls": self._tls is not None, "connection": number, "exchange": 0}
            self._log.write(facts | {"fault": f"{type(error).__name__}: {error}"})
        finally:
            accepted.close()
            with self._lock:
                del self._open[number]
                self._threads.discard(threading.current_thread())

    def _exchange(self, connection: _Connection) -> bool:
        """Serve one request; false when the connection is over."""
        request = _read_head(connection)
        if request is None:
            return False
        connection.exchanges += 1
        asked_at = time.monotonic() - self._began
        received, sent = Tally(), Tally()
        received.add(request)
        asked = parse(request)
        answer = connection.host.respond(asked) if asked else Answer((head("400 Bad Request"),), Ending.CLOSE)
        ended: str = answer.ending
        try:
            self._send(connection.socket, answer, sent, head_only=asked is not None and asked.method == "HEAD")
        except OSError:
            ended = "gone"
        if ended == Ending.KEEP and asked and asked.headers.get("connection", "").lower() == "close":
            ended = Ending.CLOSE
        self._log.write(
            {
                "host": connection.host.name,
                "tls": self._tls is not None,
                "connection": connection.number,
                "exchange": connection.exchanges,
                "target": request.split(b" ", 2)[1].decode("latin-1") if asked else "",
                "received": received.facts(),
                "sent": sent.facts(),
                "asked_at_seconds": round(asked_at, 6),
                "answered_at_seconds": round(time.monotonic() - self._began, 6),
                "ended": str(ended),
            }
        )
        if ended in {Ending.CLOSE, Ending.CUT}:
            self._part(connection.socket, politely=ended == Ending.CLOSE)
        return ended == Ending.KEEP

    def _send(self, to: socket.socket, answer: Answer, sent: Tally, *, head_only: bool) -> None:
        pieces = _without_body(answer.pieces) if head_only else answer.pieces
        for piece in pieces:
            if isinstance(piece, Pause):
                if self._stopping.wait(piece.seconds):
                    return
            else:
                to.sendall(piece)
                sent.add(piece)

    def _part(self, leaving: socket.socket, *, politely: bool) -> None:
        """Close so that nothing sent is lost: say so, then read until the other side has closed too."""
        with contextlib.suppress(OSError, ValueError):
            leaving.settimeout(_FAREWELL_SECONDS)
            if isinstance(leaving, ssl.SSLSocket):
                leaving = leaving.unwrap() if politely else socket.socket(fileno=leaving.detach())
            leaving.settimeout(_FAREWELL_SECONDS)
            leaving.shutdown(socket.SHUT_WR)
            while leaving.recv(65536):
                pass
        leaving.close()


def _read_head(connection: _Connection) -> bytes | None:
    buffer = connection.received
    while (end := buffer.find(b"\r\n\r\n")) < 0:
        if buffer[:1] == _CLIENT_HELLO:  # it will say nothing more until it is answered
            raise ConnectionAbortedError("a TLS handshake on a port that speaks plain HTTP")
        if len(buffer) > _HEAD_BYTES:
            return None
        try:
            data = connection.socket.recv(65536)
        except OSError:
            return None
        if not data:
            return None
        buffer += data
    request = bytes(buffer[: end + 4])
    del buffer[: end + 4]
    return request


def parse(request: bytes) -> Asked | None:
    r"""Understand a request head, or say that it is none.

    >>> parse(b"GET /a%20b?c=d HTTP/1.1\r\nHost: x\r\n\r\n").path
    '/a b'
    """
    line, *rest = request.decode("latin-1").split("\r\n")
    words = line.split(" ")
    if len(words) != 3 or words[0] not in {"GET", "HEAD"} or not words[1].startswith("/"):
        return None
    path, _, query = words[1].partition("?")
    headers = {}
    for field_line in rest:
        name, colon, value = field_line.partition(":")
        if colon:
            headers[name.lower()] = value.strip()
    return Asked(words[0], unquote(path), query, headers)


def _without_body(pieces: tuple[bytes | Pause, ...]) -> tuple[bytes | Pause, ...]:
    kept: list[bytes | Pause] = []
    for piece in pieces:
        if isinstance(piece, bytes) and (end := piece.find(b"\r\n\r\n")) >= 0 and not piece.startswith(b"HTTP/1.1 1"):
            return (*kept, piece[: end + 4])
        kept.append(piece)
    return tuple(kept)
