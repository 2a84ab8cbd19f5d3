"""Which addresses and ports may be asked, and that nothing gets around it."""

import asyncio
import ipaddress
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edges import TickingClock
from strongroom.model.exchange import Exchange, FailureKind, Request
from strongroom.settings import CaptureSettings
from strongroom.web.dial import Resolve, system_resolve, vetted_addresses
from strongroom.web.engine import Engine
from strongroom.web.guard import refusal, refused_port
from web.hostile import HostileServer, Script

HELLO: Script = (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("10.0.0.1", "private"),
        ("10.255.255.255", "private"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("100.127.255.255", "carrier-grade NAT"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("169.254.169.254", "link-local"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.0.0.170", "reserved for protocol assignments"),
        ("192.0.2.1", "documentation"),
        ("192.88.99.1", "6to4 relay"),
        ("192.168.0.1", "private"),
        ("198.18.0.1", "benchmarking"),
        ("198.19.255.255", "benchmarking"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "IPv4-mapped (loopback)"),
        ("::ffff:a9fe:a9fe", "IPv4-mapped (link-local)"),
        ("::ffff:8.8.8.8", "IPv4-mapped (global)"),
        ("::ffff:0:127.0.0.1", "IPv4-translated"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("64:ff9b::7f00:1", "NAT64"),
        ("64:ff9b::8.8.8.8", "NAT64"),
        ("64:ff9b:1::a00:1", "local NAT64"),
        ("100::1", "discard-only"),
        ("2001::1", "Teredo"),
        ("2001:0:7f00:1::", "Teredo"),
        ("2001:2::1", "benchmarking"),
        ("2001:10::1", "ORCHID"),
        ("2001:20::1", "ORCHIDv2"),
        ("2001:1::1", "reserved for protocol assignments"),
        ("2001:db8::1", "documentation"),
        ("2002:7f00:1::", "6to4"),
        ("2002:808:808::1", "6to4"),
        ("3fff::1", "documentation"),
        ("4000::1", "reserved"),
        ("5f00::1", "reserved"),
        ("fc00::1", "unique local"),
        ("fd12:3456::1", "unique local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "bound to a network interface"),
        ("2606:4700::1%1", "bound to a network interface"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("ff0e::1", "multicast"),
        ("localhost", "not an IP address"),
        ("0177.0.0.1", "not an IP address"),
        ("127.1", "not an IP address"),
        ("", "not an IP address"),
    ],
)
def test_a_special_address_is_refused_with_its_class(address: str, reason: str) -> None:
    assert refusal(address) == reason


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2620:fe::fe",
    ],
)
def test_a_global_address_may_be_asked(address: str) -> None:
    assert refusal(address) is None


@given(st.ip_addresses())
def test_whatever_python_calls_not_global_is_refused(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        assert refusal(str(address)) is not None


@pytest.mark.parametrize(("port", "refused"), [(80, False), (443, False), (8080, False), (25, True), (6667, True)])
def test_ports_of_other_protocols_are_refused(port: int, refused: bool) -> None:
    assert refused_port(port) is refused
    assert refused_port(0)
    assert refused_port(65536)


def fetch(
    url: str, spool: Path, resolve: Resolve = system_resolve, settings: CaptureSettings | None = None
) -> Exchange:
    async def run() -> Exchange:
        async with Engine(
            settings or CaptureSettings(connect_seconds=2.0),
            spool=spool,
            clock=TickingClock(),
            version="0.1.0",
            resolve=resolve,
        ) as engine:
            return await engine.fetch(Request(url))

    return asyncio.run(run())


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "127.255.255.254",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1.",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[::ffff:0:127.0.0.1]",
    ],
)
def test_no_spelling_of_this_machine_reaches_a_server_on_it(scheme: str, host: str, tmp_path: Path) -> None:
    with HostileServer({"/": HELLO}) as trap:
        exchange = fetch(f"{scheme}://{host}:{trap.port}/", tmp_path)
    assert trap.connections == 0
    assert exchange.response is None
    assert exchange.failure is not None
    assert exchange.failure.kind in {FailureKind.ADDRESS, FailureKind.DNS}


def test_a_refused_name_says_which_address_and_why(tmp_path: Path) -> None:
    async def inside(host: str, port: int) -> Sequence[str]:
        return ["10.0.0.5", "::1"]

    exchange = fetch("http://intranet.example/", tmp_path, inside)
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.ADDRESS
    assert exchange.failure.message == (
        "the address guard refuses intranet.example: 10.0.0.5 is private, ::1 is loopback; allow_private lifts that"
    )


def test_a_name_that_changes_its_mind_is_resolved_only_once(tmp_path: Path) -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["192.0.2.1"] if len(asked) == 1 else ["127.0.0.1"]

    with HostileServer({"/": HELLO}) as trap:
        exchange = fetch(f"http://rebind.example:{trap.port}/", tmp_path, rebinding)
    assert (asked, trap.connections) == (["rebind.example"], 0)
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.ADDRESS


def test_of_a_name_that_leads_inside_and_outside_only_the_outside_is_asked() -> None:
    async def mixed(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1", "8.8.8.8", "::1", "2606:4700::1"]

    async def vet(allow_private: bool) -> tuple[str, ...]:
        return await vetted_addresses(
            "mixed.example", 80, resolve=mixed, allow_private=allow_private, timeout_seconds=1.0
        )

    assert asyncio.run(vet(allow_private=False)) == ("8.8.8.8", "2606:4700::1")
    assert asyncio.run(vet(allow_private=True)) == ("127.0.0.1", "8.8.8.8", "::1", "2606:4700::1")


def test_a_refused_port_is_not_asked_even_when_private_addresses_may_be(tmp_path: Path) -> None:
    exchange = fetch("http://127.0.0.1:25/", tmp_path, settings=CaptureSettings(allow_private=True))
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.ADDRESS
    assert exchange.failure.message == "port 25 belongs to another protocol and is never asked, as in browsers"


def test_a_resolver_that_never_answers_is_given_up(tmp_path: Path) -> None:
    async def silent(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    exchange = fetch("http://slow.example/", tmp_path, silent, CaptureSettings(connect_seconds=0.1))
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.DNS
    assert exchange.failure.message == "the name slow.example was not resolved within 0.1 s"


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example", "-.example"])
def test_names_that_no_resolver_likes_are_failures(host: str, tmp_path: Path) -> None:
    exchange = fetch(f"http://{host}/", tmp_path)
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.DNS
