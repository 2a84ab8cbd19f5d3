"""Errors of a disk, put into the system calls of a program by `strace`."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from presence import absent, forbidden


@dataclass(frozen=True)
class Traced:
    """How a program ended, and the system calls that were asked for, a line each."""

    status: int
    stdout: str
    stderr: str
    calls: Sequence[str]

    @property
    def failed(self) -> list[str]:
        """The calls into which an error was put."""
        return [line for line in self.calls if line.endswith("(INJECTED)")]


def traced(
    argv: Sequence[object],
    folder: Path,
    calls: str,
    *,
    when: str = "",
    path: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Traced:
    """Run a program and let system calls of it fail with EIO.

    Args:
        argv: its command line.
        folder: for the trace.
        calls: names of system calls, with commas.
        when: which of them fail, as strace counts: ``3`` the third, ``1+`` all; empty for none.
        path: only those that concern exactly this path.
        environment: added to that of this process.
    """
    found = shutil.which("strace") or absent("strace is not here; apt-get install strace")
    trace = folder / "trace"
    command = [found, "-f", "-y", "-qq", "-o", str(trace), "-e", f"trace={calls}"]
    if path is None:
        command.append("--seccomp-bpf")  # the others run at full speed
    else:
        command += ["-P", str(path)]
    if when:
        command += ["-e", f"inject={calls}:error=EIO:when={when}"]
    if subprocess.run([found, "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        forbidden("trace a process")
    done = subprocess.run(
        [*command, *map(str, argv)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **(environment or {})},
    )
    return Traced(done.returncode, done.stdout, done.stderr, trace.read_text(errors="replace").splitlines())
