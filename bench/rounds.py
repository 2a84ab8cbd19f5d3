"""Contenders in turn, A B A B …, so that a machine whose speed drifts treats them alike."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Measure:
    """What whole processes took: seconds of wall time, one for each round; the largest resident set in MiB."""

    seconds: tuple[float, ...]
    peak_mib: float


def run(command: Sequence[str | Path], *, cwd: Path | None = None, accept: Sequence[int] = (0,)) -> tuple[float, float]:
    """Run a command to its end; returns its wall seconds and its peak resident set in MiB."""
    before = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = code = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - before
    if code not in accept:
        raise RuntimeError(f"{command[0]} ended with {code}: {said.decode(errors='replace')[-2000:]}")
    return seconds, usage.ru_maxrss / 1024


def interleaved(contenders: Mapping[str, Callable[[], tuple[float, float]]], rounds: int) -> dict[str, Measure]:
    """Run each contender once a round, after one round that does not count."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            taken = contender()
            if number:
                found[name].append(taken)
    return {
        name: Measure(tuple(seconds for seconds, _ in taken), max(peak for _, peak in taken))
        for name, taken in found.items()
    }


def show(title: str, measures: Mapping[str, Measure], *, against: str) -> None:
    """Print medians, spreads, peaks, and the ratio to one of the contenders, round by round."""
    print(f"\n{title}")
    print(f"  {'':34} {'median s':>9} {'min':>8} {'max':>8} {'peak MiB':>9} {'ratio':>7}")
    reference = measures[against].seconds
    for name, measure in measures.items():
        ratio = median(mine / theirs for mine, theirs in zip(measure.seconds, reference, strict=True))
        print(
            f"  {name:34} {median(measure.seconds):9.3f} {min(measure.seconds):8.3f} {max(measure.seconds):8.3f}"
            f" {measure.peak_mib:9.0f} {ratio:7.2f}"
        )
