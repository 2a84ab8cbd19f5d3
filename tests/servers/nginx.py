"""Debian's nginx on loopback, with a configuration of our own: a server that nobody here wrote."""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from servers.certificates import Leaf
from servers.processes import free_port, running, wait_for_port

HANDBOOK = Path("/usr/share/doc/debian-handbook/html/en-US")
PYTHON = Path("/usr/share/doc/python3-doc/html")
_CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
error_log {folder}/error.log warn;
{user}
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    log_format exchange escape=json '{{"target":"$request_uri","status":$status,"bytes_sent":$bytes_sent,'
        '"bytes_received":$request_length,"connection":$connection,"requests":$connection_requests,'
        '"scheme":"$scheme","msec":$msec,"user_agent":"$http_user_agent"}}';
    access_log {folder}/access.log exchange;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 20;
    gzip on;
    gzip_vary on;
    gzip_min_length 256;
    gzip_types text/css text/plain text/javascript application/javascript application/json image/svg+xml;
    server {{
        listen 127.0.0.1:{http};
        listen 127.0.0.1:{https} ssl;
        server_name localhost;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        ssl_protocols TLSv1.2 TLSv1.3;
        index index.html;
        {locations}
    }}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx: base URLs without a slash at the end, the root to trust, and its access log."""

    http: str
    https: str
    authority: Path
    log: Path

    def logged(self) -> int:
        """How many lines the access log has."""
        return self.log.read_bytes().count(b"\n")

    def exchanges(self, *, at_least: int = 0, seconds: float = 10.0) -> list[dict[str, object]]:
        """Read the access log once it has so many lines; the keys are those of `log_format` above."""
        deadline = time.monotonic() + seconds
        while True:
            found = [
                json.loads(line) for line in self.log.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")
            ]
            if len(found) >= at_least:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"nginx logged {len(found)} exchanges, not {at_least}, in {seconds} s")
            time.sleep(0.02)


def missing(*folders: Path) -> str:
    """Say what is not installed, or nothing."""
    packages = {HANDBOOK: "debian-handbook", PYTHON: "python3-doc"}
    absent = [] if nginx_path() else ["nginx"]
    absent += [packages.get(folder, str(folder)) for folder in folders if not folder.is_dir()]
    return f"not installed: {', '.join(absent)} (apt-get install {' '.join(absent)})" if absent else ""


def nginx_path() -> str | None:
    """Where Debian puts it, which an ordinary user's PATH leaves out."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def running_nginx(folder: Path, leaf: Leaf, authority: Path, folders: Mapping[str, Path]) -> Iterator[Nginx]:
    """Serve folders under URL prefixes (``/handbook/``), over http and https, with everything it writes in `folder`."""
    found = nginx_path()
    assert found, missing()
    http, https = free_port(), free_port()
    locations = "\n        ".join(
        f"location {prefix} {{ alias {path.resolve()}/; }}" for prefix, path in folders.items()
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            user="user root;" if os.geteuid() == 0 else "",  # root alone may change the user, and ours owns the folder
            http=http,
            https=https,
            certificate=leaf.certificate,
            key=leaf.key,
            locations=locations,
        )
    )
    output = folder / "nginx.txt"
    command: list[str | Path] = [found, "-p", folder, "-c", configuration, "-e", folder / "error.log"]
    with running(command, output=output) as process:
        wait_for_port(http, process, output)
        yield Nginx(f"http://127.0.0.1:{http}", f"https://127.0.0.1:{https}", authority, folder / "access.log")
