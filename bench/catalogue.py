"""An archive of 100,000 objects with two million URLs: how long its catalogue takes to make, and a search in it.

Whole processes, start-up included. The archive is made by `bench.archive_generator`, and removed afterwards.
"""

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.archive_generator import generate
from bench.rounds import Taken, interleaved, run
from bench.table import Table

OBJECTS = 100_000
_SEARCHES = {
    "find (all there is)": [],
    "find harbour lamp": ["harbour", "lamp"],
    "find --title 'depot legal'": ["--title", "depot legal"],
    "find --creator nunez --published-since 2010": ["--creator", "nunez", "--published-since", "2010"],
    "find --url https://www.site-0001.example/*": ["--url", "https://www.site-0001.example/*"],
    "find --host *.site-0001.example": ["--host", "*.site-0001.example"],
    "find --outcome blocked": ["--outcome", "blocked"],
    "find --since 2016 --until 2017-03 museum": ["--since", "2016", "--until", "2017-03", "museum"],
    "find harbour --host *.example --outcome failed": ["harbour", "--host", "*.example", "--outcome", "failed"],
}


def _strongroom(command: str, root: Path, *words: str) -> Taken:
    return run([sys.executable, "-m", "strongroom", command, *words, "--root", root, "-q"])


def tables(*, quick: bool) -> Iterator[Table]:
    """Making the catalogue at two sizes, and searching in the larger."""
    sizes = (200, 400) if quick else (OBJECTS // 4, OBJECTS)
    with tempfile.TemporaryDirectory() as name:
        roots = {objects: Path(name, str(objects)) for objects in sizes}
        rows = []
        for objects, root in roots.items():
            generate(root, objects)
            taken = _strongroom("catalogue", root, "rebuild")
            # one object in twenty has a second version
            versions = objects + sum(1 for number in range(objects) if number % 20 == 7)
            rows.append(
                (
                    f"{objects:,} objects",
                    f"{taken.seconds:.1f}",
                    f"{1000 * taken.seconds / versions:.2f}",
                    f"{taken.peak_mib:.0f}",
                    f"{(root / 'state' / 'catalogue.sqlite').stat().st_size / 1e6:.0f}",
                )
            )
        yield Table(
            "Catalogue rebuild, from log and store alone",
            "Goal: 100,000 objects in 30 minutes, the same time for each version at every size, and flat memory.",
            ("", "seconds", "ms a version", "peak MiB", "catalogue MB"),
            tuple(rows),
        )
        root = roots[sizes[-1]]
        contenders = {title: partial(_strongroom, "find", root, *words) for title, words in _SEARCHES.items()}
        contenders["status"] = partial(_strongroom, "status", root)
        measures = interleaved(contenders, 1 if quick else 5)
        yield Table(
            f"Searching among {sizes[-1]:,} objects",
            "Whole processes: start, a look at the log, the search, the first 50 of what was found. Goal: below 1 s.",
            ("", "median s", "max", "peak MiB"),
            tuple(
                (
                    title,
                    f"{sorted(one.seconds)[len(one.seconds) // 2]:.2f}",
                    f"{max(one.seconds):.2f}",
                    f"{one.peak_mib:.0f}",
                )
                for title, one in measures.items()
            ),
        )
