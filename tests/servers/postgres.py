"""Debian's PostgreSQL on loopback, in a folder of its own: a database server that nobody here wrote."""

import contextlib
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from servers.processes import free_port, running, wait_for_port

_PROGRAMS = Path("/usr/lib/postgresql")
_ROLE = "strongroom"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # what is tested is the death of workers, not of the machine
    "max_connections": "200",
    "log_min_messages": "warning",
}


@dataclass
class Postgres:
    """A running server; every test takes databases of its own.

    Attributes:
        port: on 127.0.0.1; the superuser is `strongroom`, without a password.
        log: what the server says.
    """

    port: int
    log: Path
    _programs: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def database(self) -> str:
        """Make a database and return the URL that opens it."""
        name = f"jobs_{os.getpid()}_{next(self._numbers)}"
        self.say(f'CREATE DATABASE "{name}"')
        return f"postgresql://{_ROLE}@127.0.0.1:{self.port}/{name}"

    def wait(self, *, seconds: float = 30.0) -> None:
        """Wait until the server, which listens before it is ready, answers."""
        deadline = time.monotonic() + seconds
        while (done := self._ask("SELECT 1", "postgres")).returncode != 0:
            assert time.monotonic() < deadline, done.stderr
            time.sleep(0.05)

    def say(self, statement: str, *, database: str = "postgres") -> str:
        """Let the server's own client say something to it; returns the rows, unaligned."""
        done = self._ask(statement, database)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _ask(self, statement: str, database: str) -> "subprocess.CompletedProcess[str]":
        words = [self._programs / "psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.port), "-U", _ROLE, "-d", database]
        return subprocess.run([*words, "-c", statement], check=False, capture_output=True, text=True, timeout=60)


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version that is installed."""
    found = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def missing() -> str:
    """Say what is not installed, or nothing."""
    return "" if programs() else "not installed: postgresql (apt-get install postgresql)"


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Make a cluster in a temporary folder and serve it until the end of the block."""
    found = programs()
    assert found, missing()
    folder = Path(tempfile.mkdtemp(prefix="strongroom-postgres-"))
    try:
        drop = _as_somebody(folder)
        data, port, log = folder / "data", free_port(), folder / "postgres.txt"
        subprocess.run(
            [*drop, found / "initdb", "-D", data, "-U", _ROLE, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"],
            check=True,
            capture_output=True,
            cwd=folder,
            timeout=120,
        )
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command: list[str | Path] = [*drop, found / "postgres", "-D", data, "-p", str(port), *settings]
        with running(command, output=log) as process:
            wait_for_port(port, process, log)
            server = Postgres(port, log, found)
            server.wait()
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_somebody(folder: Path) -> list[str]:
    """PostgreSQL does not run as root: give the folder to an ordinary user, and say how to become that one."""
    if os.geteuid() != 0:
        return []
    user = next(one for one in map(_user, ("postgres", "nobody")) if one is not None)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
