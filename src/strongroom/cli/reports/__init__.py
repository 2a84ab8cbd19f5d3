"""`--csv`, `--junit` and `--html`: reports of `strongroom verify` in files, each written whole or not at all.

They hold every finding of every bag. What strangers wrote, in names and contents, is text in them and nothing else.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from strongroom.cli.verdict import Verdict
from strongroom.errors import UsageError

_KINDS: Final = {
    "csv": "also write all findings to FILE, a line each, for spreadsheets",
    "junit": "also write all findings to FILE, as JUnit XML, for build servers",
    "html": "also write all findings to FILE, as a page to read in a browser",
}


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Where reports go."""
    for kind, meaning in _KINDS.items():
        parser.add_argument(f"--{kind}", type=Path, metavar="FILE", default=None, help=meaning)


class Reports:
    """The reports that somebody asked for."""

    def __init__(self, arguments: argparse.Namespace, subjects: Sequence[Path]) -> None:
        """Look whether they can be written, before hours of work.

        Args:
            arguments: with the options of `add_report_options`.
            subjects: what is looked at, in which nothing may be written.

        Raises:
            UsageError: a file cannot be written, is named twice, or lies in what is looked at.
        """
        self._files: dict[str, Path] = {}
        for kind in _KINDS:
            if (path := getattr(arguments, kind)) is not None:
                _check(path, subjects)
                if _real(path) in map(_real, self._files.values()):
                    raise UsageError(f"{path} is named for two reports; choose another file for one of them")
                self._files[kind] = path

    def write(self, verdicts: Sequence[Verdict]) -> None:
        """Write each; what was at its name before is there until it is whole.

        Raises:
            StorageError: the disk is full, for one.
        """
        from strongroom.storage import write_file

        for kind, path in self._files.items():
            render: Callable[[Sequence[Verdict]], Iterator[str]] = import_module(f"{__name__}.as_{kind}").render
            write_file(path, (piece.encode("utf-8") for piece in render(verdicts)))


def _check(path: Path, subjects: Sequence[Path]) -> None:
    place = _real(path)
    if place.exists() and not place.is_file():
        raise UsageError(f"{path} is not a regular file; choose another file for the report")
    if path.is_symlink():
        raise UsageError(f"{path} is a link, which the report would replace; name the file that it leads to")
    if not place.parent.is_dir() or not os.access(place.parent, os.W_OK | os.X_OK):
        raise UsageError(f"no file can be made in {path.parent}; make the folder, or choose another file")
    for subject in subjects:
        if place.is_relative_to(_real(subject)):
            raise UsageError(f"{path} lies in {subject}, where nothing is written; choose a file outside of it")


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # unlike `Path.resolve` it bears a loop of links
