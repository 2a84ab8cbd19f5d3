"""Run strongroom and its peers in turn, and print or write what they took.

    python -m bench [--quick] [--write] [BENCH…]

Peers that strongroom does not need get an environment of their own, .bench/, on first use. wget and nginx come from the
system.
"""

import argparse
import os
import platform
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import capture, catalogue, ingesting, memory, startup, verifying, warc_writing, workers
from bench.table import Table

from strongroom import __version__

BENCHES: dict[str, Callable[..., Iterator[Table]]] = {
    "capture": capture.tables,
    "warc-writing": warc_writing.tables,
    "verify": verifying.tables,
    "startup": startup.tables,
    "memory": memory.tables,
    "ingest": ingesting.tables,
    "workers": workers.tables,
    "catalogue": catalogue.tables,
}
PAGE = Path(__file__).parents[1] / "docs" / "proofs.md"
# The part of the page that is ours; `make prove` writes another one.
_SECTION = re.compile(r"(?<=<!-- bench: begin -->\n).*?(?=<!-- bench: end -->)", re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=f"of {', '.join(BENCHES)}; all without any")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds, to see that all of it runs")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/proofs.md")
    arguments = parser.parse_args()
    if unknown := set(arguments.benches) - BENCHES.keys():
        parser.error(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    if arguments.write and arguments.quick:
        parser.error("the page takes full runs: --write does not go with --quick")
    tables = []
    for name in arguments.benches or BENCHES:
        for table in BENCHES[name](quick=arguments.quick):
            print(table.text(), flush=True)
            tables.append(table)
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_SECTION.sub(lambda before: section(tables, before[0]), page), encoding="utf-8")


def section(tables: list[Table], before: str) -> str:
    """The machine, and a table for each title; those that were not measured now stay as they are."""
    kept = {part.partition("\n")[0]: f"### {part}" for part in before.split("\n### ")[1:]}
    kept |= {table.title: table.markdown() for table in tables}
    machine = (
        f"strongroom {__version__}, Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    )
    return "\n".join(
        [
            "",
            f"{machine}, {os.cpu_count()} processors.",
            "",
            *(table.rstrip("\n") + "\n" for table in kept.values()),
            "",
        ]
    )


if __name__ == "__main__":
    main()
