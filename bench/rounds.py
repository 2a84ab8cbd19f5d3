"""Contenders in turn, A B A B …, so that a machine whose speed drifts treats them alike."""

import os
import re
import select
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
_LOOK_MILLISECONDS = 20


@dataclass(frozen=True)
class Taken:
    """What one run took: seconds of wall time, and the largest resident set of its process in MiB."""

    seconds: float
    peak_mib: float


@dataclass(frozen=True)
class Measure:
    """What whole processes took: seconds of wall time, one for each round; the largest resident set in MiB."""

    seconds: tuple[float, ...]
    peak_mib: float


def run(command: Sequence[str | Path], *, cwd: Path | None = None, accept: Sequence[int] = (0,)) -> Taken:
    """Run a command to its end.

    The peak is the kernel's own high-water mark (VmHWM), looked at until the process ends: the peak that `wait4` tells
    includes what this process had in memory when it forked.
    """
    with tempfile.TemporaryFile() as said:
        before = time.perf_counter()
        with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=said) as process:
            peak = _peak_until_end(process.pid)
            code = process.wait()
        seconds = time.perf_counter() - before
        if code not in accept:
            said.seek(0)
            raise RuntimeError(f"{command[0]} ended with {code}: {said.read().decode(errors='replace')[-2000:]}")
    return Taken(seconds, peak)


def _peak_until_end(pid: int) -> float:
    peak = 0
    descriptor = os.pidfd_open(pid)
    try:
        end = select.poll()
        end.register(descriptor, select.POLLIN)
        while not end.poll(_LOOK_MILLISECONDS):
            found = _PEAK.search(Path(f"/proc/{pid}/status").read_text())
            peak = max(peak, int(found[1]) if found else 0)
    finally:
        os.close(descriptor)
    return peak / 1024


def interleaved(contenders: Mapping[str, Callable[[], Taken]], rounds: int) -> dict[str, Measure]:
    """Run each contender once a round, after one round that does not count."""
    found: dict[str, list[Taken]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            taken = contender()
            if number:
                found[name].append(taken)
    return {
        name: Measure(tuple(one.seconds for one in taken), max(one.peak_mib for one in taken))
        for name, taken in found.items()
    }
