"""The engine against a server that sends what it is told."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from edges import TickingClock
from presence import forbidden
from strongroom.errors import StorageError, UsageError
from strongroom.model.digest import Digest
from strongroom.model.exchange import Exchange, Failure, FailureKind, Framing, Request, Response, Truncation
from strongroom.settings import CaptureSettings
from strongroom.web.connection import Connection, Patience
from strongroom.web.engine import Engine, user_agent
from strongroom.web.reception import Reception
from strongroom.web.spool import SpooledBlock
from web.hostile import CLOSE, RESET, HostileServer, Pause, Script

HELLO: Script = (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",)


def settings(**changes: object) -> CaptureSettings:
    return CaptureSettings(allow_private=True).model_copy(update=changes)


def fetch_all(requests: Sequence[Request], spool: Path, chosen: CaptureSettings | None = None) -> list[Exchange]:
    """Fetch one after another with one engine."""

    async def run() -> list[Exchange]:
        async with Engine(chosen or settings(), spool=spool, clock=TickingClock(), version="0.1.0") as engine:
            return [await engine.fetch(request) for request in requests]

    return asyncio.run(run())


def fetch(url: str, spool: Path, **changes: object) -> Exchange:
    return fetch_all([Request(url)], spool, settings(**changes))[0]


def answered(exchange: Exchange) -> Response:
    assert exchange.failure is None, exchange.failure
    assert exchange.response is not None
    return exchange.response


def block_of(response: Response) -> bytes:
    return b"".join(response.block.chunks())


def test_the_request_is_recorded_as_it_was_sent(tmp_path: Path) -> None:
    with HostileServer({"/a?b=c": HELLO}) as server:
        exchange = fetch(server.url("/a?b=c"), tmp_path, user_agent="https://archive.example/robot")
    sent = (
        f"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUser-Agent: strongroom/0.1.0 (+https://archive.example/robot)\r\n"
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
        "Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n\r\n"
    ).encode()
    assert server.requests == [sent]
    assert exchange.request_block == sent


def test_further_headers_replace_those_sent_by_default(tmp_path: Path) -> None:
    request_headers = (("Accept", "text/css"), ("Referer", "http://example.org/"))
    with HostileServer({"/": HELLO}) as server:
        (exchange,) = fetch_all([Request(server.url(), headers=request_headers)], tmp_path)
    lines = exchange.request_block.split(b"\r\n")
    assert [line for line in lines if line.startswith(b"Accept:")] == [b"Accept: text/css"]
    assert lines[-3:] == [b"Referer: http://example.org/", b"", b""]


def test_withheld_headers_are_sent_but_not_recorded(tmp_path: Path) -> None:
    with HostileServer({"/": HELLO}) as server:
        (exchange,) = fetch_all([Request(server.url(), withheld=(("Cookie", "secret=1"),))], tmp_path)
    assert b"Cookie: secret=1\r\n" in server.requests[0]
    assert exchange.request_block == server.requests[0].replace(b"Cookie: secret=1\r\n", b"")
    assert exchange.withheld == ("Cookie",)


def test_a_header_that_would_split_the_request_is_refused(tmp_path: Path) -> None:
    with HostileServer({"/": HELLO}) as server, pytest.raises(ValueError, match="cannot be sent"):
        fetch_all([Request(server.url(), headers=(("X", "a\r\nHost: b"),))], tmp_path)


def test_nobody_need_say_who_asks() -> None:
    assert user_agent(settings(user_agent=""), "1") == "strongroom/1"


def test_a_user_agent_that_no_header_may_hold_is_a_fault_of_the_settings() -> None:
    with pytest.raises(UsageError):
        user_agent(settings(user_agent="a\nb"), "1")


def test_an_answer_is_kept_byte_for_byte_and_understood(tmp_path: Path) -> None:
    with HostileServer({"/": HELLO}) as server:
        exchange = fetch(server.url(), tmp_path)
    response = answered(exchange)
    assert block_of(response) == server.sent["/"]
    assert response.block.digest() == Digest.of([server.sent["/"]])
    assert (response.status, response.reason, response.version) == (200, "OK", "HTTP/1.1")
    assert (response.framing, response.head_length_bytes) == (Framing.LENGTH, len(server.sent["/"]) - 5)
    assert (response.payload_digest, response.payload_length_bytes) == (Digest.of([b"hello"]), 5)
    assert exchange.address == "127.0.0.1"
    assert exchange.started_at.tzinfo is not None


def test_connections_are_kept_and_used_again(tmp_path: Path) -> None:
    with HostileServer({"/": HELLO}) as server:
        exchanges = fetch_all([Request(server.url())] * 5, tmp_path)
    assert [answered(exchange).status for exchange in exchanges] == [200] * 5
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=["close", "HTTP/1.0", "surplus", "two framings"],
)
def test_a_connection_that_cannot_be_trusted_is_not_used_again(answer: bytes, tmp_path: Path) -> None:
    with HostileServer({"/": (answer,)}) as server:
        exchanges = fetch_all([Request(server.url())] * 2, tmp_path)
    assert [answered(exchange).status for exchange in exchanges] == [200, 200]
    assert server.connections == 2


def test_a_kept_connection_that_died_is_no_attempt(tmp_path: Path) -> None:
    with HostileServer({"/": HELLO, "/second": HELLO}, once={"/second": [(RESET,)]}) as server:
        exchanges = fetch_all([Request(server.url()), Request(server.url("/second"))], tmp_path)
    assert [block_of(answered(exchange)) for exchange in exchanges] == [HELLO[0], HELLO[0]]
    assert server.connections == 2


def test_a_new_connection_that_dies_is_a_failure(tmp_path: Path) -> None:
    with HostileServer({"/": (RESET,)}) as server:
        exchange = fetch(server.url(), tmp_path)
    assert exchange.response is None
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.DISCONNECT
    assert exchange.address == "127.0.0.1"
    assert server.connections == 1


def test_a_connection_closed_without_an_answer_is_a_failure(tmp_path: Path) -> None:
    with HostileServer({"/": (CLOSE,)}) as server:
        exchange = fetch(server.url(), tmp_path)
    assert exchange.failure == Failure(FailureKind.DISCONNECT, "the server closed the connection without an answer")


def test_nobody_listening_is_a_failure(tmp_path: Path) -> None:
    with HostileServer({}) as server:
        url = server.url()
    exchange = fetch(url, tmp_path)
    assert exchange.failure == Failure(
        FailureKind.CONNECT, f"no connection to 127.0.0.1 port {server.port}: Connection refused"
    )
    assert exchange.address is None


def test_an_unknown_name_is_a_failure(tmp_path: Path) -> None:
    exchange = fetch("http://nowhere.invalid/", tmp_path)
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.DNS


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "http:///",
        "http://a b/",
        "http://x/\r\nHost: y",
        "http://x/é",
        "http://u@x/",
        "http://a:b:80/",
        "",
    ],
)
def test_what_is_no_url_is_a_failure(url: str, tmp_path: Path) -> None:
    exchange = fetch(url, tmp_path)
    assert exchange.failure == Failure(
        FailureKind.ADDRESS, f"{url!r} is not an http or https URL that can be asked for"
    )


def test_no_answer_in_time_is_a_failure(tmp_path: Path) -> None:
    with HostileServer({"/": (Pause(5),)}) as server:
        exchange = fetch(server.url(), tmp_path, first_byte_seconds=0.2)
    assert exchange.failure == Failure(FailureKind.TIMEOUT, "no answer within 0.2 s")


def test_silence_within_an_answer_truncates_it(tmp_path: Path) -> None:
    with HostileServer({"/": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel", Pause(5), b"lo")}) as server:
        exchange = fetch(server.url(), tmp_path, idle_seconds=0.2)
    response = answered(exchange)
    assert response.truncated is Truncation.TIME
    assert block_of(response) == b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"
    assert response.payload_digest == Digest.of([b"hel"])


def test_an_endless_trickle_is_ended_by_the_total_time(tmp_path: Path) -> None:
    trickle: Script = (b"HTTP/1.1 200 OK\r\n\r\n", *([Pause(0.05), b"x"] * 100))
    with HostileServer({"/": trickle}) as server:
        exchange = fetch(server.url(), tmp_path, total_seconds=0.5)
    response = answered(exchange)
    assert response.truncated is Truncation.TIME
    assert 0.4 < exchange.duration_seconds < 1.5
    assert server.sent["/"].startswith(block_of(response))


def test_a_body_beyond_the_limit_is_cut_there(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    with HostileServer({"/": (head, b"x" * 100_000)}) as server:
        exchange = fetch(server.url(), tmp_path, max_body_bytes=70_000)
    response = answered(exchange)
    assert response.truncated is Truncation.LENGTH
    assert block_of(response) == head + b"x" * 70_000
    assert response.payload_length_bytes == 70_000


def test_a_body_of_just_the_limit_is_whole(tmp_path: Path) -> None:
    with HostileServer({"/": HELLO}) as server:
        response = answered(fetch(server.url(), tmp_path, max_body_bytes=5))
    assert response.truncated is None


def test_a_large_body_goes_to_a_file_without_a_name(tmp_path: Path) -> None:
    body = bytes(range(256)) * 4096 * 5
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    with HostileServer({"/": (head, body, CLOSE)}) as server:
        response = answered(fetch(server.url(), tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert response.block.length_bytes == len(head) + len(body)
    assert response.block.digest() == Digest.of([head, body])
    assert response.payload_digest == Digest.of([body])
    assert max(map(len, response.block.chunks())) <= 1 << 20
    assert block_of(response) == head + body
    response.block.close()


def test_head_has_no_body_whatever_it_announces(tmp_path: Path) -> None:
    with HostileServer({"/": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",)}) as server:
        exchanges = fetch_all([Request(server.url(), method="HEAD")] * 2, tmp_path)
    assert [answered(exchange).framing for exchange in exchanges] == [Framing.NONE] * 2
    assert server.connections == 1


def test_interim_responses_that_no_final_one_follows_are_kept(tmp_path: Path) -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    with HostileServer({"/": (early, CLOSE)}) as server:
        exchange = fetch(server.url(), tmp_path)
    assert exchange.response is None
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.DISCONNECT
    assert exchange.interim == early


def test_surplus_that_comes_a_little_later_is_still_kept(tmp_path: Path) -> None:
    script: Script = (b"HTTP/1.1 204 No Content\r\n\r\nabc", Pause(0.05), b"def", Pause(0.05), b"ghi", CLOSE)
    with HostileServer({"/": script}) as server:
        response = answered(fetch(server.url(), tmp_path))
    assert block_of(response) + response.surplus == server.sent["/"]


def test_surplus_without_end_is_cut(tmp_path: Path) -> None:
    script: Script = (b"HTTP/1.1 204 No Content\r\n\r\nabc", *[b"x" * 65536] * 20, CLOSE)
    with HostileServer({"/": script}) as server:
        response = answered(fetch(server.url(), tmp_path))
    assert len(response.surplus) == 65536
    assert response.surplus_cut


def test_what_a_server_says_before_it_is_asked_is_its_answer(tmp_path: Path) -> None:
    with HostileServer({"/": (CLOSE,)}, greeting=b"SSH-2.0-OpenSSH_9.2\r\n") as server:
        response = answered(fetch(server.url(), tmp_path))
    assert (response.status, block_of(response)) == (None, b"SSH-2.0-OpenSSH_9.2\r\n")


def test_a_fetch_that_is_cancelled_leaves_nothing_behind(tmp_path: Path) -> None:
    async def run(url: str) -> None:
        async with Engine(settings(), spool=tmp_path, clock=TickingClock(), version="0.1.0") as engine:
            task = asyncio.create_task(engine.fetch(Request(url)))
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    big = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000
    with HostileServer({"/": (big, Pause(5))}) as server:
        asyncio.run(run(server.url()))


def test_many_fetches_may_be_under_way_at_once(tmp_path: Path) -> None:
    async def run(urls: list[str]) -> list[Exchange]:
        async with Engine(settings(), spool=tmp_path, clock=TickingClock(), version="0.1.0") as engine:
            return await asyncio.gather(*(engine.fetch(Request(url)) for url in urls))

    answers = {f"/{n}": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n%02d" % n,) for n in range(40)}
    with HostileServer(answers) as server:
        exchanges = asyncio.run(run([server.url(target) for target in answers]))
    assert [block_of(answered(exchange)) for exchange in exchanges] == [script[0] for script in answers.values()]


def test_ipv6_literals_are_asked(tmp_path: Path) -> None:
    try:
        server = HostileServer({"/": HELLO}, address="::1")
    except OSError:
        forbidden("listen on ::1")
    with server:
        exchange = fetch(server.url(), tmp_path)
    assert exchange.address == "::1"
    assert f"Host: [::1]:{server.port}\r\n".encode() in exchange.request_block


def test_the_next_address_is_tried_when_one_does_not_answer(tmp_path: Path) -> None:
    async def both(host: str, port: int) -> list[str]:
        return ["127.0.0.9", "127.0.0.1"]

    async def run(url: str) -> Exchange:
        async with Engine(settings(), spool=tmp_path, clock=TickingClock(), version="0.1.0", resolve=both) as engine:
            return await engine.fetch(Request(url))

    with HostileServer({"/": HELLO}) as server:
        exchange = asyncio.run(run(server.url(host="two.example")))
    assert exchange.address == "127.0.0.1"


def test_a_full_disk_is_raised_and_not_blamed_on_the_network(tmp_path: Path) -> None:
    with (
        HostileServer({"/": (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000, CLOSE)}) as server,
        pytest.raises(StorageError),
    ):
        fetch(server.url(), tmp_path / "missing")


def test_plain_http_on_a_tls_port_is_a_failure_and_no_hang(tmp_path: Path) -> None:
    with HostileServer({"/": HELLO}, greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        exchange = fetch(server.url().replace("http:", "https:"), tmp_path)
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.TLS
    assert "wrong version number" in exchange.failure.message


def test_an_answer_slipped_in_afterwards_is_not_taken_for_the_next(tmp_path: Path) -> None:
    evil = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"

    async def run(urls: list[str]) -> list[Exchange]:
        async with Engine(settings(), spool=tmp_path, clock=TickingClock(), version="0.1.0") as engine:
            exchanges = []
            for url in urls:
                exchanges.append(await engine.fetch(Request(url)))
                time.sleep(0.05)  # noqa: ASYNC251 - the loop must not see what arrives meanwhile
            return exchanges

    with HostileServer({"/": (*HELLO, Pause(0.01), evil), "/next": HELLO}) as server:
        first, second = asyncio.run(run([server.url(), server.url("/next")]))
    assert [block_of(answered(first)), block_of(answered(second))] == [HELLO[0], HELLO[0]]
    assert server.connections == 2


def test_a_greeting_that_comes_before_the_request_is_not_lost(tmp_path: Path) -> None:
    async def run(port: int) -> bytes:
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setblocking(False)
        connection = Connection(sock, "127.0.0.1")
        await asyncio.get_running_loop().create_connection(lambda: connection, sock=sock)
        await asyncio.sleep(0.1)
        block = SpooledBlock(tmp_path)
        reception = Reception("GET", block, 1000)
        await connection.ask(
            b"GET / HTTP/1.1\r\n\r\n", reception, Patience(5, 5, asyncio.get_running_loop().time() + 5)
        )
        connection.close()
        await connection.closed
        return b"".join(block.chunks())

    with HostileServer({"/": (CLOSE,)}, greeting=b"220 mail.example\r\n") as server:
        assert asyncio.run(run(server.port)) == b"220 mail.example\r\n"


def test_a_method_that_would_change_something_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not GET or HEAD"):
        fetch_all([Request("http://127.0.0.1/", method="POST")], tmp_path)


def test_idle_connections_beyond_the_limit_are_closed(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(HostileServer({"/": HELLO})) for _ in range(4)]
        requests = [Request(server.url()) for server in servers]
        exchanges = fetch_all(requests * 2, tmp_path, settings(connections=2))
    assert [answered(exchange).status for exchange in exchanges] == [200] * 8
    assert [server.connections for server in servers] == [2, 2, 2, 2]
