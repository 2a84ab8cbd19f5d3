"""How long a person waits for `strongroom --help`, beside Python alone."""

import sys
from collections.abc import Iterator
from functools import partial
from statistics import median

from bench.rounds import interleaved, run
from bench.table import Table, timing


def tables(*, quick: bool) -> Iterator[Table]:
    """`strongroom --help` and `python -c pass` in turn."""
    bare = "python -c pass"
    contenders = {
        bare: partial(run, [sys.executable, "-c", "pass"]),
        "strongroom --help": partial(run, [sys.executable, "-m", "strongroom", "--help"]),
    }
    measures = interleaved(contenders, 5 if quick else 30)
    more = median(measures["strongroom --help"].seconds) - median(measures[bare].seconds)
    note = f"strongroom takes {more:.3f} s more than Python alone; goal: at most 0.15 s more."
    yield timing("Start-up", note, measures, against=bare)
