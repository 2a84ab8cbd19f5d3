"""The engine over TLS: what is accepted, what is refused, and the evidence that either leaves."""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edges import TickingClock
from servers.certificates import Authority, Leaf
from strongroom.errors import UsageError
from strongroom.model.exchange import Exchange, FailureKind, Framing, Request, Tls, Truncation
from strongroom.settings import CaptureSettings
from strongroom.web.engine import Engine
from web.hostile import CLOSE, CUT, RESET, HostileServer, Pause, Script

HELLO: Script = (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",)


def fetch_all(
    requests: Sequence[Request], spool: Path, authority: Authority | None, **changes: object
) -> list[Exchange]:
    roots = authority.root if authority else None
    settings = CaptureSettings(allow_private=True, certificate_authorities=roots).model_copy(update=changes)

    async def run() -> list[Exchange]:
        async with Engine(settings, spool=spool, clock=TickingClock(), version="0.1.0") as engine:
            return [await engine.fetch(request) for request in requests]

    return asyncio.run(run())


def fetch(url: str, spool: Path, authority: Authority | None, **changes: object) -> Exchange:
    return fetch_all([Request(url)], spool, authority, **changes)[0]


def der(leaf: Leaf) -> bytes:
    return ssl.PEM_cert_to_DER_cert(leaf.certificate.read_text().split("-----END")[0] + "-----END CERTIFICATE-----\n")


def test_the_session_leaves_its_evidence(authority: Authority, tmp_path: Path) -> None:
    leaf = authority.leaf()
    with HostileServer({"/": HELLO}, tls=leaf.context()) as server:
        exchange = fetch(server.url(), tmp_path, authority)
    assert exchange.failure is None
    assert exchange.tls == Tls(
        protocol="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        verified=True,
        verification="ok",
        sent_chain=(der(leaf), authority.intermediate_der),
        verified_chain=(der(leaf), authority.intermediate_der, authority.root_der),
    )


def test_exchanges_on_one_connection_share_the_evidence(authority: Authority, tmp_path: Path) -> None:
    with HostileServer({"/": HELLO}, tls=authority.leaf().context()) as server:
        first, second = fetch_all([Request(server.url())] * 2, tmp_path, authority)
    assert server.connections == 1
    assert first.tls is not None
    assert first.tls is second.tls


def test_older_tls_is_spoken_too(authority: Authority, tmp_path: Path) -> None:
    context = authority.leaf().context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with HostileServer({"/": HELLO}, tls=context) as server:
        exchange = fetch(server.url(), tmp_path, authority)
    assert exchange.tls is not None
    assert (exchange.tls.protocol, exchange.response is not None) == ("TLSv1.2", True)


def test_an_unknown_root_is_refused_and_the_chain_kept(authority: Authority, tmp_path: Path) -> None:
    leaf = authority.leaf()
    with HostileServer({"/": HELLO}, tls=leaf.context()) as server:
        exchange = fetch(server.url(), tmp_path, None)
    assert exchange.response is None
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.TLS
    assert "unable to get local issuer certificate" in exchange.failure.message
    assert exchange.address == "127.0.0.1"
    assert server.requests == []
    assert exchange.tls is not None
    assert (exchange.tls.verified, exchange.tls.verified_chain) == (False, None)
    assert exchange.tls.verification == "unable to get local issuer certificate"
    assert exchange.tls.sent_chain == (der(leaf), authority.intermediate_der)


@pytest.mark.parametrize(
    ("names", "end", "sentence"),
    [
        (("elsewhere.example",), None, "IP address mismatch"),
        ((), datetime(2021, 1, 1, tzinfo=UTC), "certificate has expired"),
    ],
    ids=["another name", "expired"],
)
def test_a_certificate_that_does_not_fit_is_refused_in_openssl_words(
    names: tuple[str, ...], end: datetime | None, sentence: str, authority: Authority, tmp_path: Path
) -> None:
    leaf = authority.leaf(*names, **({"end": end} if end else {}))
    with HostileServer({"/": HELLO}, tls=leaf.context()) as server:
        exchange = fetch(server.url(), tmp_path, authority)
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.TLS
    assert sentence in exchange.failure.message


def test_a_certificate_file_that_is_none_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    for name in ("no.pem", "absent.pem"):
        settings = CaptureSettings(certificate_authorities=tmp_path / name)
        with pytest.raises(UsageError, match=name):
            Engine(settings, spool=tmp_path, clock=TickingClock(), version="1")


def test_a_large_body_comes_whole_before_the_closure_alert(authority: Authority, tmp_path: Path) -> None:
    body = bytes(range(256)) * 4096 * 3
    with HostileServer({"/": (b"HTTP/1.1 200 OK\r\n\r\n", body, CLOSE)}, tls=authority.leaf().context()) as server:
        exchange = fetch(server.url(), tmp_path, authority)
    assert exchange.response is not None
    assert (exchange.response.truncated, exchange.response.malformed) == (None, ())
    assert b"".join(exchange.response.block.chunks()) == server.sent["/"]
    exchange.response.block.close()


def test_a_missing_closure_alert_is_noted_where_it_ends_the_body(authority: Authority, tmp_path: Path) -> None:
    script: Script = (b"HTTP/1.1 200 OK\r\n\r\nhello", Pause(0.1), CUT)
    with HostileServer({"/": script, "/length": (*HELLO, CUT)}, tls=authority.leaf().context()) as server:
        by_close, by_length = fetch_all([Request(server.url()), Request(server.url("/length"))], tmp_path, authority)
    assert by_close.response is not None
    assert by_length.response is not None
    assert by_close.response.framing is Framing.CLOSE
    assert by_close.response.malformed == ("the TLS connection ended without a closure alert",)
    assert by_length.response.malformed == ()


def test_a_reset_within_the_body_truncates_it(authority: Authority, tmp_path: Path) -> None:
    script: Script = (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel", Pause(0.2), RESET)
    with HostileServer({"/": script}, tls=authority.leaf().context()) as server:
        exchange = fetch(server.url(), tmp_path, authority)
    assert exchange.response is not None
    assert exchange.response.truncated is Truncation.DISCONNECT
    assert b"".join(exchange.response.block.chunks()) == server.sent["/"]


def test_a_handshake_that_never_ends_is_given_up(authority: Authority, tmp_path: Path) -> None:
    with HostileServer({}) as server:  # it speaks no TLS and waits for an HTTP request
        exchange = fetch(server.url().replace("http:", "https:"), tmp_path, authority, tls_seconds=0.2)
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.TIMEOUT
    assert exchange.failure.message == "no TLS session within 0.2 s"


def test_a_server_that_speaks_only_http_2_is_not_taken_for_http_1(authority: Authority, tmp_path: Path) -> None:
    context = authority.leaf().context()
    context.set_alpn_protocols(["h2"])  # OpenSSL's server then selects nothing, and HTTP/1.1 is spoken
    with HostileServer({"/": HELLO}, tls=context) as server:
        exchange = fetch(server.url(), tmp_path, authority)
    assert exchange.response is not None
    assert exchange.response.version == "HTTP/1.1"
