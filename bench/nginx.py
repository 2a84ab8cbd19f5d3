"""Debian's nginx on loopback for the benchmarks: files as they are, no coding, keep-alive."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CONFIGURATION = """
daemon off; pid {work}/nginx.pid; worker_processes 1; error_log {work}/error.log warn; {user}
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types; default_type application/octet-stream; access_log off; sendfile on; tcp_nopush on;
    keepalive_timeout 60; keepalive_requests 1000000;
    client_body_temp_path {work}/1; proxy_temp_path {work}/2; fastcgi_temp_path {work}/3; uwsgi_temp_path {work}/4;
    scgi_temp_path {work}/5;
    server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder until the block ends; gives the base URL without a slash at the end."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise SystemExit("nginx is not installed; apt-get install nginx-light")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="nginx-") as work:
        user = "user root;" if os.geteuid() == 0 else ""
        configuration = Path(work) / "nginx.conf"
        configuration.write_text(_CONFIGURATION.format(work=work, user=user, port=port, folder=folder))
        with subprocess.Popen([program, "-p", work, "-c", configuration, "-e", f"{work}/error.log"]) as process:
            try:
                _wait(port)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def _wait(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("nginx did not start within 5 seconds")
