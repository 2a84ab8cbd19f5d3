"""A server that sends exactly the bytes it is told to, however wrong they are, and keeps what it received.

    with HostileServer({"/a": (b"HTTP/1.1 200 OK\r\n", Pause(0.1), b"\r\n", CLOSE)}) as server:
        …fetch(server.url("/a"))…
    assert server.requests == [b"GET /a HTTP/1.1\r\n…"]

Each connection has a thread and ends after ten silent seconds at the latest. Without an ending the connection stays
open for the next request. Loopback only.
"""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Self

_SILENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Pause:
    """Send nothing for a while."""

    seconds: float


class Ending(Enum):
    """How the server ends the connection."""

    CLOSE = "in order, under TLS with a closure alert"
    CUT = "under TLS without a closure alert"
    RESET = "with RST"


CLOSE, CUT, RESET = Ending.CLOSE, Ending.CUT, Ending.RESET
Step = bytes | Pause | Ending
Script = Sequence[Step]
NOT_FOUND: Script = (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",)


class HostileServer:
    """Plays the script that belongs to the target of each request.

    Attributes:
        requests: the heads received, in order, over all connections.
        sent: the bytes sent for each target, over all requests for it.
        connections: how many were accepted.
    """

    def __init__(
        self,
        answers: Mapping[str, Script],
        *,
        tls: ssl.SSLContext | None = None,
        greeting: bytes = b"",
        address: str = "127.0.0.1",
        once: Mapping[str, Sequence[Script]] | None = None,
        keep_sent: bool = True,
    ) -> None:
        """Listen on a free port.

        `greeting` is sent before anything is asked; `once` holds scripts for the first, second… request for a target,
        before `answers` takes over. Without `keep_sent`, `sent` stays empty.
        """
        self.requests: list[bytes] = []
        self.sent: dict[str, bytes] = {}
        self.connections = 0
        self._answers = answers
        self._once = {target: list(scripts) for target, scripts in (once or {}).items()}
        self._tls = tls
        self._greeting = greeting
        self._keep_sent = keep_sent
        self._listener = socket.create_server(
            (address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET
        )
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._host = f"[{address}]" if ":" in address else address
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, daemon=True)

    def url(self, target: str = "/", host: str | None = None) -> str:
        """The URL of a target here."""
        return f"{'https' if self._tls else 'http'}://{host or self._host}:{self.port}{target}"

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._acceptor.join()
        for thread in self._threads:
            thread.join(_SILENCE_SECONDS + 1)
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(_SILENCE_SECONDS)
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True, suppress_ragged_eofs=True)
            if self._greeting:
                connection.sendall(self._greeting)
            while self._answer(connection):
                pass
        except (OSError, ssl.SSLError):
            pass  # the client left, as clients do
        finally:
            connection.close()

    def _answer(self, connection: socket.socket) -> bool:
        request = self._request(connection)
        if not request:
            return False
        self.requests.append(request)
        target = request.split(b" ")[1].decode("ascii")
        waiting = self._once.get(target)
        script = waiting.pop(0) if waiting else self._answers.get(target, NOT_FOUND)
        self.sent.setdefault(target, b"")
        for step in script:
            if isinstance(step, bytes):
                if self._keep_sent:
                    self.sent[target] += step
                connection.sendall(step)
            elif isinstance(step, Pause):
                self._stopping.wait(step.seconds)
            else:
                self._end(connection, step)
                return False
        return True

    def _request(self, connection: socket.socket) -> bytes:
        request = b""
        deadline = time.monotonic() + _SILENCE_SECONDS
        connection.settimeout(0.05)
        while not request.endswith(b"\r\n\r\n"):
            if self._stopping.is_set() or time.monotonic() > deadline:
                return b""
            with contextlib.suppress(TimeoutError, ssl.SSLWantReadError):
                piece = connection.recv(65536)
                if not piece:
                    return b""
                request += piece
        connection.settimeout(_SILENCE_SECONDS)
        return request

    @staticmethod
    def _end(connection: socket.socket, ending: Ending) -> None:
        if ending is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif ending is CLOSE and isinstance(connection, ssl.SSLSocket):
            connection.settimeout(0.5)
            with contextlib.suppress(OSError, ssl.SSLError):
                connection.unwrap()
        elif ending is CUT:
            connection.shutdown(socket.SHUT_RDWR)
