"""Memory does not grow with what is captured: from the first byte of a body to the bag."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from presence import forbidden
from servers.processes import REPOSITORY
from web.hostile import CLOSE, HostileServer, Script

MEBIBYTE = 1 << 20
LIMIT_MEBIBYTES = 150

PRESERVE = """
import sys
from pathlib import Path
from strongroom.cli import main

status = main(sys.argv[1:])
facts = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(facts["VmHWM"].split()[0]) // 1024, file=sys.stderr)  # ru_maxrss would count the parent's memory, too
sys.exit(status)
"""


def body(mebibytes: int, *, chunked: bool, compressible: bool) -> Script:
    """An answer so long; the same mebibyte again and again is out of the compressor's sight."""
    piece = b"all the same " * (MEBIBYTE // 13) if compressible else random.Random(1).randbytes(MEBIBYTE)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
    if not chunked:
        return (head + b"Content-Length: %d\r\n\r\n" % (mebibytes * len(piece)), *[piece] * mebibytes)
    chunk = b"%x\r\n%b\r\n" % (len(piece), piece)
    return (head + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * mebibytes, b"0\r\n\r\n", CLOSE)


@pytest.mark.prove
@pytest.mark.parametrize(
    ("chunked", "compressible"),
    [(True, False), (False, True)],
    ids=["chunked and incompressible", "of a stated length and compressible"],
)
def test_a_large_body_becomes_a_bag_in_little_memory(
    chunked: bool, compressible: bool, tmp_path: Path, in_full: bool
) -> None:
    if not Path("/proc/self/status").exists():
        forbidden("learn what one process took at most")
    script = body(1024 if in_full else 200, chunked=chunked, compressible=compressible)
    with HostileServer({"/large": script}, keep_sent=False) as server:
        options = ["--output", tmp_path / "bags", "--scope", "page", "--allow-private", "--json"]
        command = [sys.executable, "-c", PRESERVE, "preserve", server.url("/large"), *options]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, env=environment)
    document = json.loads(done.stdout)
    assert (done.returncode, document["outcomes"]["captured"]) == (0, 1)
    assert int(done.stderr.split()[-1]) < LIMIT_MEBIBYTES
