"""The demo site: a small newspaper served on loopback addresses, for `strongroom demo` and for the tests.

It has three hosts, each with a port of its own. *first* is the newspaper; *second* has what its pages embed and link
to elsewhere; *third* has a robots.txt that only ever fails. A fourth address, *dead*, refuses every connection.
As a process: ``python -m strongroom.cli.demo_site --log wire.jsonl``.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from strongroom.cli.demo_site.answer import Answer, Asked, page, plain
from strongroom.cli.demo_site.documents import Documents, site_folder
from strongroom.cli.demo_site.server import Host, Respond, Server
from strongroom.cli.demo_site.troubles import Troubles
from strongroom.cli.demo_site.wire_cases import index, wire_cases
from strongroom.cli.demo_site.wire_log import WireLog

ARTICLE = "/article/harbour-lamp.html"
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the site is: base URLs without a slash at the end, ``http://127.0.0.1:40001``."""

    first: str
    second: str
    third: str
    dead: str

    @property
    def article(self) -> str:
        """The page that the demo captures."""
        return self.first + ARTICLE

    @property
    def troubles(self) -> str:
        """The page that links to everything that goes wrong."""
        return self.first + "/troubles/"

    @property
    def wire(self) -> str:
        """The page that links to every odd answer."""
        return self.first + "/wire/"


@contextlib.contextmanager
def serving(*, port: int = 0, log: Path | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Addresses]:
    """Serve the site from threads of this process until the end of the block.

    Args:
        port: of the first host; the others have the ports after it. 0: any that are free.
        log: where to write what went over the wire; see `WireLog`.
        tls: makes all hosts https; its certificate must name 127.0.0.1 and localhost.
    """
    with contextlib.ExitStack() as closing:
        listeners = [_listen(port and port + number, localhost=number == 1) for number in range(3)]
        dead = closing.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        dead.bind(("127.0.0.1", port and port + 3))  # bound and never listening: every connection is refused
        scheme = "https" if tls else "http"
        names = ("127.0.0.1", "localhost", "127.0.0.1", "127.0.0.1")
        ports = [sockets[0].getsockname()[1] for sockets in listeners] + [dead.getsockname()[1]]
        addresses = Addresses(*(f"{scheme}://{name}:{one}" for name, one in zip(names, ports, strict=True)))
        wire = WireLog(log)
        closing.callback(wire.close)
        responds = (_first(addresses), _second(addresses), _third())
        hosts = tuple(
            Host(name, sockets, respond)
            for name, sockets, respond in zip(("first", "second", "third"), listeners, responds, strict=True)
        )
        server = Server(hosts, log=wire, tls=tls)
        closing.callback(server.stop)
        yield addresses


def names_of(addresses: Addresses) -> dict[str, str]:
    """Say what the placeholders of the files stand for."""
    password = addresses.first.replace("://", "://reader:secret@")
    return asdict(addresses) | {"other_scheme": _other_scheme(addresses.first), "with_password": password}


def _other_scheme(base: str) -> str:
    return base.replace("https:", "http:") if base.startswith("https:") else base.replace("http:", "https:")


def _first(addresses: Addresses) -> Respond:
    names = names_of(addresses)
    documents = Documents(site_folder() / "first", names)
    troubles = Troubles(names)
    cases = wire_cases()
    contents = index(cases.values())

    def respond(asked: Asked) -> Answer:
        if asked.path == "/wire/":
            return contents
        if case := cases.get(asked.path):
            return case.answer
        return troubles.answer(asked) or documents.answer(asked)

    return respond


def _second(addresses: Addresses) -> Respond:
    return Documents(site_folder() / "second", names_of(addresses)).answer


def _third() -> Respond:
    def respond(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return plain("503 Service Unavailable", b"out of order\n", media_type="text/plain")
        return plain(
            "200 OK", page("Nobody may come here", "Its robots.txt cannot be read, so nothing may be fetched.")
        )

    return respond


def _listen(port: int, *, localhost: bool) -> tuple[socket.socket, ...]:
    """Listen on 127.0.0.1, and for the name localhost on ::1 with the same port where there is an ::1."""
    for _ in range(_TRIES):
        listener = socket.create_server(("127.0.0.1", port), backlog=128)
        if not localhost:
            return (listener,)
        try:
            other = socket.create_server(("::1", listener.getsockname()[1]), family=socket.AF_INET6, backlog=128)
        except OSError as error:
            if isinstance(error, PermissionError) or "in use" not in str(error) or port:
                return (listener,)
            listener.close()
        else:
            return (listener, other)
    raise OSError(f"no port is free on both 127.0.0.1 and ::1 after {_TRIES} tries")
