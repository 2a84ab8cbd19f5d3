"""`strongroom capture`: the first step alone, into a work directory."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.capture_options import add_capture_options, settings_of
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.packaged import count_lines, exit_of, loss_lines, outcome_counts
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import program, show
from strongroom.cli.watching import watching
from strongroom.model.amounts import amount, counted
from strongroom.model.capture import Capture

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "capture",
        summary="the first step alone: record pages in a work directory",
        description="Record pages and what belongs to them in a work directory. `describe` and `pack` go on from "
        "there. The same command goes on where it was interrupted.",
        usage="URL… --work DIR [OPTIONS]",
        run=run,
        examples=(
            "strongroom capture https://example.org/article --work work",
            "strongroom describe work",
            "strongroom pack work --output bags",
        ),
        exits=(Exit.LOSS, Exit.NOTHING, Exit.STORAGE),
    )
    parser.add_argument("urls", nargs="+", metavar="URL", help="where the capture begins; http or https")
    parser.add_argument("--work", type=Path, metavar="DIR", required=True, help="the work directory; made if absent")
    add_capture_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = settings_of(arguments)
    from strongroom.workflow import capture_into

    with watching(arguments) as on_progress:
        capture = capture_into(arguments.urls, arguments.work, settings, on_progress=on_progress, clock=clock())
    exit_ = exit_of(capture)
    return show(
        arguments,
        exit_,
        document=lambda: _document(capture, exit_),
        lines=_lines(capture, quiet=hasattr(arguments, "quiet")),
    )


def _lines(capture: Capture, *, quiet: bool) -> Iterator[str]:
    if quiet:
        yield readable(str(capture.work))
        return
    yield from count_lines(capture.counts)
    yield ""
    yield from loss_lines(capture.loss)
    length = sum(warc.fixity.length_bytes for warc in capture.warcs)
    records = sum(warc.records for warc in capture.warcs)
    yield f"work  {readable(str(capture.work))}  ({counted(records, 'record')}, {amount(length)})"
    yield f"next  {program()} describe {readable(str(capture.work))}"


def _document(capture: Capture, exit_: Exit) -> "Output":
    from strongroom.cli.outputs.making import CaptureOutput, WarcPart
    from strongroom.cli.outputs.parts import Outcomes

    return CaptureOutput(
        exit=exit_,
        work=str(capture.work),
        id=capture.package_id,
        object_id=capture.object_id,
        seeds=capture.plan.seeds,
        started_at=capture.started_at,
        ended_at=capture.ended_at,
        outcomes=Outcomes.model_validate(outcome_counts(capture.counts)),
        loss=capture.loss,
        warcs=tuple(
            WarcPart(
                name=warc.name,
                records=warc.records,
                length_bytes=warc.fixity.length_bytes,
                sha256=warc.fixity.sha256,
            )
            for warc in capture.warcs
        ),
    )
