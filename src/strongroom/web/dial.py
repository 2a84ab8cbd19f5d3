"""From a host name to a socket connected to a vetted address of it.

A name is resolved once, its addresses are judged, and the socket is connected to a literal address out of those that
passed; nothing resolves the name again in between.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from itertools import chain, zip_longest

from strongroom.model.exchange import Failure, FailureKind, Tls
from strongroom.web.guard import refusal

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From host and port to the literal IP addresses of it, preferred one first; raises `OSError` when there are none."""

_STAGGER_SECONDS = 0.25
"""The next address is tried when the one before has not answered for so long (RFC 8305 section 8)."""


class UnansweredError(Exception):
    """What is asked for cannot be asked; caught by the engine, never seen outside."""

    def __init__(self, kind: FailureKind, message: str, *, address: str | None = None, tls: Tls | None = None) -> None:
        """Carry what goes into the exchange."""
        super().__init__(message)
        self.failure = Failure(kind, message)
        self.address = address
        self.tls = tls


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver, in a thread; a literal address is its own answer."""
    # As bytes: the codec that text goes through raises on names that DNS is to judge.
    found = await asyncio.get_running_loop().getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


async def vetted_addresses(
    host: str, port: int, *, resolve: Resolve, allow_private: bool, timeout_seconds: float
) -> tuple[str, ...]:
    """Resolve a host once and leave out what the address guard refuses.

    Raises `UnansweredError` when nothing is left.
    """
    try:
        found: Sequence[str] = (str(ip_address(host)),)
    except ValueError:
        try:
            async with asyncio.timeout(timeout_seconds):
                found = await resolve(host, port)
        except TimeoutError:
            message = f"the name {host} was not resolved within {timeout_seconds:g} s"
            raise UnansweredError(FailureKind.DNS, message) from None
        except (OSError, UnicodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise UnansweredError(FailureKind.DNS, f"the name {host} was not resolved: {reason or error}") from error
    if not found:
        raise UnansweredError(FailureKind.DNS, f"the name {host} has no address")
    if allow_private:
        return tuple(found)
    reasons = {address: refusal(address) for address in found}
    vetted = tuple(address for address, reason in reasons.items() if reason is None)
    if not vetted:
        listed = ", ".join(f"{address} is {reason}" for address, reason in reasons.items())
        message = f"the address guard refuses {host}: {listed}; allow_private lifts that"
        raise UnansweredError(FailureKind.ADDRESS, message)
    return vetted


async def connect(addresses: Sequence[str], port: int, *, timeout_seconds: float) -> tuple[socket.socket, str]:
    """Connect to the first of some literal addresses that answers; each has `timeout_seconds`.

    Addresses of both families take turns, and a silent one holds the next up for a quarter of a second only.
    Raises `UnansweredError` when none answers.
    """
    waiting = list(_alternating(addresses))
    trying: dict[asyncio.Task[socket.socket], str] = {}
    faults: list[UnansweredError] = []
    try:
        while waiting or trying:
            if waiting:
                address = waiting.pop(0)
                trying[asyncio.create_task(_connect_to(address, port, timeout_seconds))] = address
            done, _ = await asyncio.wait(
                trying,
                timeout=_STAGGER_SECONDS if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                address = trying.pop(task)
                error = task.exception()
                if error is None:
                    return task.result(), address
                if not isinstance(error, UnansweredError):
                    raise error
                faults.append(error)
    finally:
        for task in trying:
            task.add_done_callback(_close_late_winner)
            task.cancel()
    raise _gravest(faults)


def _alternating(addresses: Sequence[str]) -> list[str]:
    first = [one for one in addresses if (":" in one) == (":" in addresses[0])]
    second = [one for one in addresses if (":" in one) != (":" in addresses[0])]
    return [one for one in chain.from_iterable(zip_longest(first, second)) if one is not None]


async def _connect_to(address: str, port: int, timeout_seconds: float) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        # Not left to the loop, which would accept a name here.
        connection = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise UnansweredError(FailureKind.CONNECT, f"no connection to {address}: {error.strerror}") from error
    try:
        connection.setblocking(False)
        async with asyncio.timeout(timeout_seconds):
            await asyncio.get_running_loop().sock_connect(connection, (address, port))
        _check_peer(connection, address)
    except TimeoutError:
        connection.close()
        message = f"no connection to {address} port {port} within {timeout_seconds:g} s"
        raise UnansweredError(FailureKind.TIMEOUT, message) from None
    except OSError as error:
        connection.close()
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise UnansweredError(FailureKind.CONNECT, f"no connection to {address} port {port}: {reason}") from error
    except BaseException:
        connection.close()
        raise
    return connection


def _check_peer(connection: socket.socket, address: str) -> None:
    peer = connection.getpeername()[0]
    if ip_address(peer) != ip_address(address):
        raise UnansweredError(FailureKind.ADDRESS, f"connected to {peer} instead of the vetted address {address}")


def _close_late_winner(task: asyncio.Task[socket.socket]) -> None:
    with contextlib.suppress(asyncio.CancelledError, UnansweredError):
        task.result().close()


def _gravest(faults: list[UnansweredError]) -> UnansweredError:
    """One address: its own fault; several: the first one's kind, and every sentence."""
    if len(faults) == 1:
        return faults[0]
    return UnansweredError(faults[0].failure.kind, "; ".join(fault.failure.message for fault in faults))
