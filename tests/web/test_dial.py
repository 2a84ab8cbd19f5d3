"""From names to connected sockets."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator, Sequence

import pytest

from strongroom.model.exchange import FailureKind
from strongroom.web.dial import UnansweredError, connect, system_resolve, vetted_addresses
from web.hostile import HostileServer


@contextlib.contextmanager
def silent(address: str, port: int = 0) -> Iterator[int]:
    """A port whose queue is full: it neither accepts nor refuses."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((address, port))
        listener.listen(0)
        port = listener.getsockname()[1]
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((address, port))
        time.sleep(0.05)
        yield port


def dial(addresses: Sequence[str], port: int, timeout_seconds: float = 5.0) -> str:
    async def run() -> str:
        sock, address = await connect(addresses, port, timeout_seconds=timeout_seconds)
        sock.close()
        return address

    return asyncio.run(run())


def test_the_first_address_that_answers_is_taken() -> None:
    with HostileServer({}) as server:
        assert dial(["127.0.0.1", "127.0.0.9"], server.port) == "127.0.0.1"
        assert dial(["127.0.0.9", "127.0.0.1"], server.port) == "127.0.0.1"


def test_a_silent_address_holds_the_next_up_for_a_moment_only() -> None:
    with HostileServer({}) as server, silent("127.0.0.5", server.port):
        begun = time.monotonic()
        assert dial(["127.0.0.5", "127.0.0.1"], server.port) == "127.0.0.1"
        assert 0.2 < time.monotonic() - begun < 2


def test_a_silent_address_is_given_up() -> None:
    with silent("127.0.0.1") as port, pytest.raises(UnansweredError) as caught:
        dial(["127.0.0.1"], port, 0.2)
    assert caught.value.failure.kind is FailureKind.TIMEOUT
    assert caught.value.failure.message == f"no connection to 127.0.0.1 port {port} within 0.2 s"


def test_when_none_answers_each_is_named() -> None:
    with HostileServer({}) as server:
        port = server.port
    with pytest.raises(UnansweredError) as caught:
        dial(["127.0.0.1", "127.0.0.2"], port)
    assert caught.value.failure.kind is FailureKind.CONNECT
    assert caught.value.failure.message == (
        f"no connection to 127.0.0.1 port {port}: Connection refused; "
        f"no connection to 127.0.0.2 port {port}: Connection refused"
    )


def test_the_system_knows_its_own_name() -> None:
    assert "127.0.0.1" in asyncio.run(system_resolve("localhost", 80))


def test_a_name_without_addresses_is_said_plainly() -> None:
    async def nothing(host: str, port: int) -> Sequence[str]:
        return []

    with pytest.raises(UnansweredError, match="the name x has no address"):
        asyncio.run(vetted_addresses("x", 80, resolve=nothing, allow_private=True, timeout_seconds=1))
