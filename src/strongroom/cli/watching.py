"""Progress on stderr: a live display on a terminal, plain lines elsewhere, nothing when quiet."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from strongroom.cli.progress_lines import ProgressLines
from strongroom.model.progress import OnProgress, Progress


@contextmanager
def watching(arguments: argparse.Namespace) -> Iterator[OnProgress]:
    """Yield what a stage reports its progress to."""
    if getattr(arguments, "quiet", False):
        yield _unseen
    elif sys.stderr.isatty() and not getattr(arguments, "verbose", False):
        from strongroom.cli.live import live

        with live() as on_progress:
            yield on_progress
    else:
        lines = ProgressLines(sys.stderr, every_url=getattr(arguments, "verbose", False))
        yield lines
        lines.end()


def _unseen(_: Progress) -> None:
    """Show nothing."""
