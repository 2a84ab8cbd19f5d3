"""The demo site answers as its files and tables say, and its log has every byte."""

import hashlib
import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest

from servers.certificates import Authority
from servers.demo_site import DemoSite
from servers.nginx import Nginx
from servers.processes import python, running
from strongroom.cli.demo_site import names_of
from strongroom.cli.demo_site.documents import Documents, site_folder
from strongroom.cli.demo_site.troubles import Troubles
from strongroom.cli.demo_site.wire_cases import wire_cases


def talk(base: str, request: bytes, *, trust: Path | None = None) -> bytes:
    """Send bytes and read until the other side closes."""
    parts = urlsplit(base)
    assert parts.hostname
    assert parts.port
    with socket.create_connection((parts.hostname, parts.port), timeout=15) as plain:
        if parts.scheme == "http":
            return _talk(plain, request)
        context = ssl.create_default_context(cafile=trust)
        with context.wrap_socket(plain, server_hostname=parts.hostname, suppress_ragged_eofs=True) as secure:
            return _talk(secure, request)


def _talk(connected: socket.socket, request: bytes) -> bytes:
    connected.sendall(request)
    answer = bytearray()
    while data := connected.recv(65536):
        answer += data
    return bytes(answer)


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()


def status_of(url: str) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=15)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_log_has_every_byte_of_every_odd_answer(scheme: str, demo_site: DemoSite, demo_site_tls: DemoSite) -> None:
    site = demo_site if scheme == "http" else demo_site_tls
    paths = [path for path in wire_cases() if path != "/wire/slow"]
    heard = {path: talk(site.addresses.first, get(path), trust=site.authority) for path in paths}
    logged = {exchange.target: exchange for exchange in site.exchanges(at_least=len(paths))}
    assert {path: hashlib.sha256(data).hexdigest() for path, data in heard.items()} == {
        path: logged[path].sent.sha256 for path in paths
    }
    assert [logged[path].received.data for path in paths] == [get(path) for path in paths]
    assert {exchange.tls for exchange in logged.values()} == {scheme == "https"}


def test_a_kept_connection_serves_several_requests_and_is_logged_as_one(demo_site: DemoSite) -> None:
    first = b"GET /wire/length HTTP/1.1\r\nHost: x\r\n\r\n"
    second = b"HEAD /images/lens.png HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = talk(demo_site.addresses.first, first + second)
    one, two = demo_site.exchanges(at_least=2)
    assert [(one.exchange, one.received.data), (two.exchange, two.received.data)] == [(1, first), (2, second)]
    assert one.connection == two.connection
    assert (one.sent.data or b"") + (two.sent.data or b"") == answer
    assert answer.endswith(b"\r\n\r\n")


def test_every_link_of_the_site_is_answered_and_only_the_known_ones_are_missing(demo_site: DemoSite) -> None:
    addresses = demo_site.addresses
    missing = set()
    for page in ("/", "/article/harbour-lamp.html", "/article/keeper.html", "/article/letters.html", "/troubles/"):
        url = addresses.first + page
        html = talk(addresses.first, get(page)).decode()
        base = re.search(r'<base href="([^"]+)"', html)
        for reference in re.findall(r'(?<!<base )(?:href|src|data|poster)="([^"]+)"', html):
            target = urljoin(base[1] if base else url, reference).partition("#")[0]
            ours = target.startswith((addresses.first, addresses.second))
            if ours and "/cut" not in target and "/silent" not in target and status_of(target) == 404:
                missing.add(urlsplit(target).path)
    assert missing == {"/archive/1911.html", "/troubles/missing", "/troubles/missing.png"}


def test_no_placeholder_is_left_in_any_file(demo_site: DemoSite) -> None:
    for name in ("first", "second"):
        documents = Documents(site_folder() / name, names_of(demo_site.addresses))
        for path in documents.paths():
            answer = talk(getattr(demo_site.addresses, name), get(quote(path)))
            assert re.search(rb"\{\{[a-z_]+\}\}", answer) is None, path


def test_an_answer_is_the_same_bytes_every_time(demo_site: DemoSite) -> None:
    request = (
        b"GET /article/harbour-lamp.html HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    )
    assert talk(demo_site.addresses.first, request) == talk(demo_site.addresses.first, request)


def test_a_known_etag_is_answered_with_304(demo_site: DemoSite) -> None:
    answer = talk(demo_site.addresses.first, get("/images/lens.png"))
    etag = re.search(rb'ETag: ("[0-9a-f]+")', answer)
    assert etag
    again = get("/images/lens.png").replace(b"\r\n\r\n", b"\r\nIf-None-Match: " + etag[1] + b"\r\n\r\n")
    assert talk(demo_site.addresses.first, again).splitlines()[0] == b"HTTP/1.1 304 Not Modified"


def test_busy_once_is_busy_once(demo_site: DemoSite) -> None:
    url = demo_site.addresses.first + "/troubles/busy-once"
    assert [status_of(url), status_of(url), status_of(url)] == [429, 200, 200]


def test_nobody_answers_at_the_dead_address(demo_site: DemoSite) -> None:
    with pytest.raises(ConnectionRefusedError):
        talk(demo_site.addresses.dead, get("/"))


def test_the_third_host_cannot_say_what_robots_may_do(demo_site: DemoSite) -> None:
    assert status_of(demo_site.addresses.third + "/robots.txt") == 503


@pytest.mark.parametrize("request_bytes", [b"\r\n\r\n", b"POST / HTTP/1.1\r\n\r\n", b"GET http://x/ HTTP/1.1\r\n\r\n"])
def test_what_is_no_request_for_a_path_is_refused_in_one_line(request_bytes: bytes, demo_site: DemoSite) -> None:
    assert talk(demo_site.addresses.first, request_bytes).startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_a_tls_handshake_on_a_plain_port_ends_at_once_without_an_answer(demo_site: DemoSite) -> None:
    assert talk(demo_site.addresses.first, b"\x16\x03\x01\x02") == b""
    assert demo_site.exchanges() == ()


def test_rules_files_and_cases_never_claim_the_same_path() -> None:
    names = {"first": "http://a", "second": "http://b", "third": "http://c", "dead": "http://d"}
    files = set(Documents(site_folder() / "first", names | {"other_scheme": "", "with_password": ""}).paths())
    rules, cases = set(Troubles(names).paths()), set(wire_cases())
    assert (files & rules, files & cases, rules & cases) == (set(), set(), set())


def test_the_process_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    with running(python("strongroom.cli.demo_site"), output=tmp_path / "said", stdout=subprocess.PIPE) as process:
        assert process.stdout
        said = json.loads(process.stdout.readline())
        assert sorted(said) == ["dead", "first", "other_scheme", "second", "third", "with_password"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert (tmp_path / "said").read_bytes() == b""


def test_the_chain_has_an_intermediate_and_ends_at_the_root(demo_site_tls: DemoSite, authority: Authority) -> None:
    parts = urlsplit(demo_site_tls.addresses.second)
    context = ssl.create_default_context(cafile=demo_site_tls.authority)
    with (
        socket.create_connection(("127.0.0.1", parts.port), timeout=15) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        certificate = secure.getpeercert()
    assert certificate
    assert certificate["issuer"] == ((("commonName", "Strongroom test intermediate"),),)
    assert certificate["subjectAltName"][0] == ("DNS", "localhost")


@pytest.mark.parametrize("path", ["/handbook/index.html", "/python/library/json.html"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_debians_nginx_serves_real_pages_compressed_and_logs_them(scheme: str, path: str, nginx_debian: Nginx) -> None:
    before = len(nginx_debian.exchanges())
    request = get(path).replace(b"\r\n\r\n", b"\r\nAccept-Encoding: gzip\r\n\r\n")
    answer = talk(getattr(nginx_debian, scheme), request, trust=nginx_debian.authority)
    assert b"\r\nContent-Encoding: gzip\r\n" in answer
    logged = nginx_debian.exchanges(at_least=before + 1)[-1]
    assert (logged["target"], logged["status"], logged["bytes_sent"]) == (path, 200, len(answer))
