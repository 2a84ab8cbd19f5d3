"""`strongroom describe`: what the captured page says about itself, and where it says so."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.capture_options import add_set_option, settings_of
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import show
from strongroom.model.description import Description

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "describe",
        summary="the second step alone: what the page says about itself",
        description="Read the captured page's own metadata and show the values that were chosen, each with where it "
        "came from. With --json or --verbose, those that were not chosen too, and why.\n\nNothing is written: `pack` "
        "reads the page again, with the same settings and --set values.",
        usage="WORK [OPTIONS]",
        run=run,
        examples=(
            "strongroom describe work",
            "strongroom describe work --set 'dcterms:title=The title' --config strongroom.toml",
            "strongroom describe work --json",
        ),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("work", type=Path, metavar="WORK", help="the work directory of a finished capture")
    add_set_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = settings_of(arguments)
    from strongroom.workflow import describe_work

    description = describe_work(arguments.work, settings)
    return show(
        arguments,
        Exit.DONE,
        document=lambda: _document(description),
        lines=_lines(description, every=hasattr(arguments, "verbose")),
    )


def _lines(description: Description, *, every: bool) -> Iterator[str]:
    yield readable(description.url)
    yield ""
    for one in description.candidates:
        if not (one.chosen or every):
            continue
        mark = " " if one.chosen else "-"
        language = f" [{readable(one.language)}]" if one.language else ""
        place = f" {one.pointer}" if one.pointer else ""
        yield f"{mark} {one.term:<22} {readable(one.value)}{language}"
        yield f"  {'':<22} from {one.source}{readable(place)}{f' ({readable(one.reason)})' if every else ''}"
    for fault in description.faults:
        yield f"! {readable(fault)}"


def _document(description: Description) -> "Output":
    from strongroom.cli.outputs.making import CandidatePart, DescribeOutput

    return DescribeOutput(
        exit=Exit.DONE,
        url=description.url,
        candidates=tuple(map(CandidatePart.of, description.candidates)),
        faults=description.faults,
    )
