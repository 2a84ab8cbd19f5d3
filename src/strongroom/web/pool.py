"""Connections that wait for another request."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from strongroom.web.connection import Connection

_IDLE_SECONDS = 30.0
"""A connection that has waited longer is not trusted to be still there."""

_CLOSING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Authority:
    """What a connection leads to; one to the same address under another name is another one."""

    scheme: str
    host: str
    port: int


@dataclass(slots=True)
class Pool:
    """Idle connections by authority and vetted address, the latest used taken first.

    Attributes:
        limit: so many wait at most; the longest idle one goes first.
    """

    limit: int
    _idle: dict[tuple[Authority, str], list[Connection]] = field(default_factory=dict)
    _all: set[Connection] = field(default_factory=set)
    _count: int = 0

    def add(self, connection: Connection) -> None:
        """Know a new connection, so that it can be closed in the end."""
        self._all.add(connection)
        connection.closed.add_done_callback(lambda _: self._all.discard(connection))

    def take(self, authority: Authority, addresses: Iterable[str], now: float) -> Connection | None:
        """An idle connection to one of these addresses, or None."""
        for address in addresses:
            key = (authority, address)
            while waiting := self._idle.get(key):
                connection = waiting.pop()
                self._count -= 1
                if not waiting:
                    del self._idle[key]
                if now - connection.idle_since < _IDLE_SECONDS and connection.is_reusable():
                    return connection
                connection.close()
        return None

    def give(self, authority: Authority, connection: Connection) -> None:
        """Let a connection wait for the next request."""
        self._idle.setdefault((authority, connection.address), []).append(connection)
        self._count += 1
        if self._count > self.limit:
            self._drop_longest_idle()

    async def close(self) -> None:
        """Close all connections, also those in use, and wait until they are."""
        connections = tuple(self._all)
        for connection in connections:
            connection.abort()
        self._idle.clear()
        self._count = 0
        if connections:
            await asyncio.wait([connection.closed for connection in connections], timeout=_CLOSING_SECONDS)

    def _drop_longest_idle(self) -> None:
        key = min(self._idle, key=lambda key: self._idle[key][0].idle_since)
        self._idle[key].pop(0).close()
        self._count -= 1
        if not self._idle[key]:
            del self._idle[key]
