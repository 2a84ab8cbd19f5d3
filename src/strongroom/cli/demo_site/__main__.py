"""Run the demo site as a process.

Its addresses go to stdout as one line of JSON, then it serves until it is told to stop.
"""

import argparse
import json
import signal
import ssl
import sys
import threading
from pathlib import Path

from strongroom.cli.demo_site import names_of, serving


def main() -> int:
    """Serve until SIGTERM, SIGINT, the end of stdin (with --until-stdin-ends) or the end of the allotted time."""
    parser = argparse.ArgumentParser(prog="python -m strongroom.cli.demo_site", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the first host, the others follow; 0: any (default)")
    parser.add_argument("--log", type=Path, help="write every exchange to this file, as JSON lines")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="serve https with these PEM files")
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop by itself after so long (default: 3600)")
    parser.add_argument("--until-stdin-ends", action="store_true", help="stop when stdin is closed")
    arguments = parser.parse_args()
    tls = None
    if arguments.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*arguments.tls)
        tls.set_alpn_protocols(["http/1.1"])
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with serving(port=arguments.port, log=arguments.log, tls=tls) as addresses:
        print(json.dumps(names_of(addresses)), flush=True)
        if arguments.until_stdin_ends:
            threading.Thread(target=_set_at_end_of_stdin, args=(stop,), daemon=True).start()
        stop.wait(arguments.seconds)
    return 0


def _set_at_end_of_stdin(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
