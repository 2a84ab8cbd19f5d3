"""`strongroom pack`: from a work directory to a bag."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.capture_options import add_set_option, settings_of
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.packaged import exit_of, package_fields, package_lines
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.preserve import add_output_option
from strongroom.cli.report import show
from strongroom.cli.watching import watching

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "pack",
        summary="the last step alone: from a work directory to a bag",
        description="Describe what was captured in a work directory, write the package around it, validate it, and "
        "give it its final name in the output folder. The work directory is used up.",
        usage="WORK [OPTIONS]",
        run=run,
        examples=(
            "strongroom pack work --output bags",
            "strongroom pack work --config strongroom.toml --set 'dcterms:creator=Ana Ferreira'",
        ),
        exits=(Exit.LOSS, Exit.REFUSED, Exit.STORAGE),
    )
    parser.add_argument("work", type=Path, metavar="WORK", help="the work directory of a finished capture")
    add_output_option(parser)
    add_set_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = settings_of(arguments)
    from strongroom.workflow import pack_work

    with watching(arguments) as on_progress:
        preserved = pack_work(arguments.work, arguments.output, settings, on_progress=on_progress, clock=clock())
    exit_ = exit_of(preserved.capture)

    def document() -> "Output":
        from strongroom.cli.outputs.making import PackOutput

        return PackOutput(exit=exit_, **package_fields(preserved))

    return show(arguments, exit_, document=document, lines=package_lines(preserved, quiet=hasattr(arguments, "quiet")))
