"""`strongroom catalogue`: the catalogue made again from the archive itself, or written out."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options
from strongroom.cli.exits import Exit
from strongroom.cli.looking import catalogue
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import put_bytes, show
from strongroom.errors import UsageError
from strongroom.model.amounts import counted

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "catalogue",
        summary="make the catalogue of an archive again, or write it out",
        description="The catalogue is what `strongroom find` looks in. It holds nothing that the store and the log do "
        "not say, and may be lost. `rebuild` makes it again from them, while the one before stays in use until the new "
        "one is whole; it is made by itself where it is not there, damaged, or of another version of strongroom. "
        "`dump` writes all of it as lines of JSON in one order: two catalogues of one archive give the same bytes.",
        usage="rebuild|dump [OPTIONS]",
        run=run,
        examples=(
            "strongroom catalogue rebuild --root /srv/archive",
            "strongroom catalogue dump",
            "strongroom catalogue dump --output catalogue.jsonl --json",
        ),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("action", choices=("rebuild", "dump"), metavar="rebuild|dump", help="what to do")
    parser.add_argument("--output", type=Path, metavar="FILE", help="what `dump` writes (default: standard output)")
    add_archive_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    if arguments.action == "rebuild":
        if arguments.output is not None:
            raise UsageError("--output goes with `dump`; leave it out")
        return _rebuild(arguments)
    if arguments.output is not None:
        return _dump_to(arguments, arguments.output)
    if hasattr(arguments, "json"):
        raise UsageError("with --json standard output is one document; say with --output where to write the catalogue")
    with catalogue(arguments) as opened:
        put_bytes(opened.dump(), sys.stdout)
    return Exit.DONE


def _rebuild(arguments: argparse.Namespace) -> int:
    with catalogue(arguments, catch_up=False) as opened:
        opened.rebuild()
        objects, entries = opened.counts()
    said = f"the catalogue holds {counted(objects, 'object')} from {counted(entries, 'entry')} of the log"
    return show(arguments, Exit.DONE, document=lambda: _document(objects, entries), lines=[said])


def _dump_to(arguments: argparse.Namespace, output: Path) -> int:
    from strongroom.storage import write_file

    with catalogue(arguments) as opened:
        fixity = write_file(output, opened.dump())
        objects, entries = opened.counts()
    return show(
        arguments,
        Exit.DONE,
        document=lambda: _document(objects, entries, str(output), fixity.sha256),
        lines=[f"{readable(str(output))}: {counted(objects, 'object')}, SHA-256 {fixity.sha256}"],
    )


def _document(objects: int, entries: int, output: str | None = None, sha256: str | None = None) -> "Output":
    from strongroom.cli.outputs.looking import CatalogueOutput

    return CatalogueOutput(exit=Exit.DONE, objects=objects, entries=entries, output=output, sha256=sha256)
