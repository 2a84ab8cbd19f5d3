"""Server processes of the tests: started with their own pid, waited for with a bound, always ended."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], *, output: Path, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the end of the block; what it says on stderr (and stdout unless piped) goes to `output`."""
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src"), "PYTHONUNBUFFERED": "1"}
    with output.open("wb") as said:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=stdout or said,
            stderr=said,
            env=environment,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def wait_for_port(port: int, process: subprocess.Popen[bytes], output: Path, *, seconds: float = 10.0) -> None:
    """Return when something accepts connections on 127.0.0.1:port; fail with what the server said when it ends."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args!r} does not listen on port {port}: {output.read_text(errors='replace')}")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def python(*arguments: str | Path) -> list[str | Path]:
    """The command line of a module run by this Python."""
    return [sys.executable, "-m", *arguments]
