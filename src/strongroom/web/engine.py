"""The engine: one request out, one exchange back, exactly as it was on the wire.

It follows no redirect, retries nothing that got as far as an answer, keeps no cookies and decides nothing about scope
or politeness. Whatever the network does becomes part of the exchange; only a full disk is raised.
"""

import asyncio
import importlib.util
import re
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Self

from strongroom.errors import UsageError
from strongroom.model.exchange import Exchange, Failure, FailureKind, Request
from strongroom.settings import CaptureSettings
from strongroom.web.connection import Connection, Patience
from strongroom.web.dial import Resolve, UnansweredError, connect, system_resolve, vetted_addresses
from strongroom.web.guard import refused_port
from strongroom.web.pool import Authority, Pool
from strongroom.web.reception import Reception
from strongroom.web.spool import SpooledBlock
from strongroom.web.tls import client_context, sentence

_URL = re.compile(r"(https?)://(\[[0-9a-fA-F:.]+\]|[!$&-.0-9;=_a-zA-Z~]+)(?::([0-9]{1,5}))?([/?][!-~]*)?")
_METHODS = frozenset({"GET", "HEAD"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAMES_SECONDS = 60.0
"""So long the vetted addresses of a name are kept, as browsers keep them."""

_NAMES = 1024
"""With more names than this, those kept for too long are forgotten."""

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
_ACCEPT_ENCODING = "gzip, deflate, br" if importlib.util.find_spec("brotli") else "gzip, deflate"
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def user_agent(settings: CaptureSettings, version: str) -> str:
    """What is sent as User-Agent; raises `UsageError` when the settings put into it what no header may hold."""
    comment = f" (+{settings.user_agent})" if settings.user_agent else ""
    if not _HEADER_VALUE.fullmatch(comment):
        raise UsageError("capture.user_agent holds characters that no header may hold; use plain printable text")
    return f"strongroom/{version}{comment}"


class _Wire(NamedTuple):
    authority: Authority
    sent: bytes
    recorded: bytes
    withheld: tuple[str, ...]


class Engine:
    """Fetches over HTTP/1.1, keeps connections alive, and guards which addresses are asked.

    Use it as an async context manager; many `fetch` calls may be under way at once. The caller closes the block of
    each response. Bytes that a server sends after an exchange was returned are not recorded.
    """

    def __init__(
        self,
        settings: CaptureSettings,
        *,
        spool: Path,
        clock: Callable[[], datetime],
        version: str,
        resolve: Resolve = system_resolve,
    ) -> None:
        """Take the edges.

        Args:
            settings: the [capture] section.
            spool: an existing folder for large bodies; nothing in it ever has a name.
            clock: the time, UTC.
            version: of strongroom, for User-Agent.
            resolve: from host and port to literal addresses.

        Raises:
            UsageError: the settings ask for what cannot be sent or read.
        """
        self._settings = settings
        self._spool = spool
        self._clock = clock
        self._resolve = resolve
        self._context = client_context(settings.certificate_authorities)
        self._pool = Pool(limit=settings.connections)
        self._names: dict[tuple[str, int], tuple[float, tuple[str, ...]]] = {}
        self._defaults = (
            ("User-Agent", user_agent(settings, version)),
            ("Accept", _ACCEPT),
            ("Accept-Encoding", _ACCEPT_ENCODING),
            ("Connection", "keep-alive"),
        )
        self._default_lines = _lines(self._defaults)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    async def fetch(self, request: Request) -> Exchange:
        """Ask once and return what came of it.

        A connection kept from before that turns out to be dead without a byte of an answer is no attempt: the
        request is sent once more, on a new one. Raises `StorageError` when the answer cannot be stored, and
        `ValueError` for a method or header that cannot be sent.
        """
        started_at, begun = self._clock(), asyncio.get_running_loop().time()
        wire = self._wire(request)
        if isinstance(wire, Failure):
            return Exchange(request, b"", started_at, 0.0, None, failure=wire)
        try:
            return await self._exchange(request, wire, begun)
        except UnansweredError as unanswered:
            duration = asyncio.get_running_loop().time() - begun
            return Exchange(
                request,
                wire.recorded,
                started_at,
                duration,
                unanswered.address,
                failure=unanswered.failure,
                tls=unanswered.tls,
                withheld=wire.withheld,
            )

    async def _exchange(self, request: Request, wire: _Wire, begun: float) -> Exchange:
        loop = asyncio.get_running_loop()
        until = begun + self._settings.total_seconds
        addresses = await self._addresses(wire.authority, begun)
        connection = self._pool.take(wire.authority, addresses, loop.time())
        if connection is not None:
            exchange = await self._ask(connection, request, wire, until)
            is_stale = exchange.response is None and not exchange.interim and _is_disconnect(exchange.failure)
            if not is_stale:
                return exchange
        connection = await self._connect(wire.authority, addresses, until)
        return await self._ask(connection, request, wire, until)

    async def _ask(self, connection: Connection, request: Request, wire: _Wire, until: float) -> Exchange:
        loop = asyncio.get_running_loop()
        settings = self._settings
        block = SpooledBlock(self._spool)
        reception = Reception(request.method, block, settings.max_body_bytes)
        patience = Patience(settings.first_byte_seconds, settings.idle_seconds, until)
        started_at, begun = self._clock(), loop.time()
        try:
            failure = await connection.ask(wire.sent, reception, patience)
        except BaseException:
            connection.abort()
            block.close()
            raise
        if connection.is_open and reception.keeps_alive:
            self._pool.give(wire.authority, connection)
        else:
            connection.close()
        response = reception.response()
        if response is None:
            block.close()
            failure = failure or Failure(FailureKind.DISCONNECT, "nothing but interim responses, without end")
        return Exchange(
            request,
            wire.recorded,
            started_at,
            loop.time() - begun,
            connection.address,
            response=response,
            failure=None if response is not None else failure,
            tls=connection.tls,
            withheld=wire.withheld,
            interim=b"" if response is not None else reception.interim,
        )

    async def _addresses(self, authority: Authority, now: float) -> tuple[str, ...]:
        if refused_port(authority.port):
            message = f"port {authority.port} belongs to another protocol and is never asked, as in browsers"
            raise UnansweredError(FailureKind.ADDRESS, message)
        host = authority.host.strip("[]")
        known = self._names.get((host, authority.port))
        if known is not None and now - known[0] < _NAMES_SECONDS:
            return known[1]
        addresses = await vetted_addresses(
            host,
            authority.port,
            resolve=self._resolve,
            allow_private=self._settings.allow_private,
            timeout_seconds=self._settings.connect_seconds,
        )
        if len(self._names) >= _NAMES:
            self._names = {name: entry for name, entry in self._names.items() if now - entry[0] < _NAMES_SECONDS}
        self._names[host, authority.port] = (now, addresses)
        return addresses

    async def _connect(self, authority: Authority, addresses: tuple[str, ...], until: float) -> Connection:
        loop = asyncio.get_running_loop()
        left = max(until - loop.time(), 0.001)
        seconds = min(self._settings.connect_seconds, left)
        sock, address = await connect(addresses, authority.port, timeout_seconds=seconds)
        connection = Connection(sock, address)
        try:
            await loop.create_connection(lambda: connection, sock=sock)
        except BaseException:
            sock.close()
            raise
        self._pool.add(connection)
        if authority.scheme == "https":
            try:
                await self._shake_hands(connection, authority, until)
            except BaseException:
                connection.close()
                raise
        return connection

    async def _shake_hands(self, connection: Connection, authority: Authority, until: float) -> None:
        seconds = min(self._settings.tls_seconds, max(until - asyncio.get_running_loop().time(), 0.001))
        kind, tls = FailureKind.TLS, None
        try:
            async with asyncio.timeout(seconds):
                await connection.shake_hands(self._context, authority.host.strip("[]").removesuffix("."))
        except TimeoutError:
            kind, message = FailureKind.TIMEOUT, f"no TLS session within {seconds:g} s"
        except ssl.SSLError as error:
            tls, message = connection.tls, f"no TLS session with {authority.host}: {sentence(error)}"
        except (OSError, ValueError) as error:
            message = f"no TLS session with {authority.host}: {error}"
        else:
            return
        raise UnansweredError(kind, message, address=connection.address, tls=tls)

    def _wire(self, request: Request) -> _Wire | Failure:
        found = _URL.fullmatch(request.url)
        if found is None:
            return Failure(FailureKind.ADDRESS, f"{request.url!r} is not an http or https URL that can be asked for")
        if request.method not in _METHODS:
            raise ValueError(f"{request.method!r} is not GET or HEAD")
        scheme, host, port, target = found.groups()
        authority = Authority(scheme, host, int(port) if port else _DEFAULT_PORTS[scheme])
        target = target or "/"
        if target[0] == "?":
            target = "/" + target
        name = host if authority.port == _DEFAULT_PORTS[scheme] else f"{host}:{authority.port}"
        first = f"{request.method} {target} HTTP/1.1\r\nHost: {name}\r\n".encode("ascii")
        if not request.headers and not request.withheld:
            wire = first + self._default_lines + b"\r\n"
            return _Wire(authority, wire, wire, ())
        replaced = {key.lower() for key, _ in request.headers}
        head = first + _lines(tuple(one for one in self._defaults if one[0].lower() not in replaced))
        head += _lines(request.headers)
        withheld = _lines(request.withheld)
        return _Wire(authority, head + withheld + b"\r\n", head + b"\r\n", tuple(key for key, _ in request.withheld))


def _lines(headers: tuple[tuple[str, str], ...]) -> bytes:
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"the header {name!r} cannot be sent: a name or value holds what no header may hold")
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("latin-1")


def _is_disconnect(failure: Failure | None) -> bool:
    return failure is not None and failure.kind is FailureKind.DISCONNECT
