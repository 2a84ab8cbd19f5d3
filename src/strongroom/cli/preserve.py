"""`strongroom preserve`: from URLs to one verified bag."""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.cli.capture_options import add_capture_options, add_set_option, settings_of
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.packaged import exit_of, package_fields, package_lines
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.report import show
from strongroom.cli.watching import watching

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output

DEFAULT_OUTPUT: Final = Path("archive/bags")


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "preserve",
        summary="capture pages, describe them, and write one bag",
        description="Capture pages and what belongs to them, describe them, and write one package: WARC files, Dublin "
        "Core, PREMIS and METS in a bag. Several URLs become one package.\n\nA run that was interrupted or killed goes "
        "on when the same command is given again.",
        usage="URL… [OPTIONS]",
        run=run,
        examples=(
            "strongroom preserve https://example.org/article",
            "strongroom preserve https://example.org/article --scope page --output bags",
            "strongroom preserve https://example.org/ --scope host --max-urls 500 --exclude '/login'",
            "strongroom preserve https://example.org/a --set 'dcterms:title=The title' --json",
        ),
        exits=(Exit.LOSS, Exit.REFUSED, Exit.NOTHING, Exit.STORAGE),
    )
    parser.add_argument("urls", nargs="+", metavar="URL", help="where the capture begins; http or https")
    add_output_option(parser)
    add_capture_options(parser)
    add_set_option(parser)


def add_output_option(parser: argparse.ArgumentParser) -> None:
    """Where bags go."""
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        default=DEFAULT_OUTPUT,
        help=f"folder in which the bag appears (default {DEFAULT_OUTPUT.as_posix()})",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = settings_of(arguments)
    from strongroom.workflow import preserving

    with ExitStack() as stack:
        with watching(arguments) as on_progress:
            preserved = stack.enter_context(
                preserving(arguments.urls, arguments.output, settings, on_progress=on_progress, clock=clock())
            )
        exit_ = exit_of(preserved.capture)

        def document() -> "Output":
            from strongroom.cli.outputs.making import PreserveOutput

            return PreserveOutput(exit=exit_, **package_fields(preserved))

        lines = package_lines(preserved, quiet=hasattr(arguments, "quiet"))
        return show(arguments, exit_, document=document, lines=lines)
