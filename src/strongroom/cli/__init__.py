"""The command line: the only room that prints, exits or reads the environment.

Nothing here is imported before it is needed: `strongroom --help` answers without a parser, a network or pydantic.
"""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; without arguments, those of the process."""
    from strongroom.cli.running import run

    return run(tuple(sys.argv[1:] if argv is None else argv))
