"""`strongroom repair`: what is damaged becomes again what was logged, from a verified copy, never by guessing."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import count_findings, finding_lines, finding_parts, program, say, show
from strongroom.cli.watching import watching
from strongroom.model.amounts import amount, counted
from strongroom.model.finding import Severity
from strongroom.model.fixity import RepairReport

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.settings import Settings


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "repair",
        summary="bring damaged files back from a verified copy",
        description="Repair what audits found damaged and what is wholly gone, in the archive and in its replicas: a "
        "store, a log, an object, a receipt. A replica that is new is filled. Bytes are taken only from a file whose "
        "digest is that of an inventory whose own digest is in the signed log; what several damaged copies have in "
        "common counts for nothing. What is replaced is kept in the copy's quarantine/damaged, with a report. Where no "
        "good copy is in reach nothing is touched.\n\nWith identifiers, those objects are read in every copy and "
        "repaired there. A run that was interrupted or killed goes on when the same command is given again.",
        usage="[ID…] [OPTIONS]",
        run=run,
        examples=(
            "strongroom repair --root /srv/archive",
            "strongroom repair urn:uuid:… --replica /mnt/copy",
            "strongroom repair --replica /mnt/new-disk",
            "strongroom repair --forget-replica /mnt/old-disk",
        ),
        exits=(Exit.REFUSED, Exit.STORAGE),
    )
    parser.add_argument("objects", nargs="*", metavar="ID", help="an object, by its identifier or a beginning of it")
    parser.add_argument(
        "--forget-replica",
        action="append",
        type=Path,
        metavar="DIR",
        default=[],
        help="give up the replica that was used there, first; with --replica DIR a new one takes its place; repeatable",
    )
    add_archive_options(parser, replicas=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = archive_settings(arguments)
    root: Path = arguments.root
    from strongroom.repository.fixity.repairing import repair
    from strongroom.workflow import new_urn

    for folder in arguments.forget_replica:
        _forget(root, folder, settings)
    with watching(arguments) as on_progress:
        report = repair(
            root, settings, objects=arguments.objects, clock=clock(), new_id=new_urn, on_progress=on_progress
        )
    exit_ = _exit(report)
    lines = _lines(root, report, quiet=hasattr(arguments, "quiet"))
    return show(arguments, exit_, document=lambda: _document(root, report, exit_), lines=lines)


def _forget(root: Path, folder: Path, settings: "Settings") -> None:
    from strongroom.repository.fixity.copies import open_archive
    from strongroom.repository.forgetting import forget_replica
    from strongroom.workflow import new_urn

    replica = forget_replica(open_archive(root), folder, settings, clock=clock(), new_id=new_urn)
    say(readable(f"the archive has forgotten the replica {replica} at {folder}"))


def _exit(report: RepairReport) -> Exit:
    if any(one.severity is Severity.ERROR for one in report.findings):
        return Exit.REFUSED
    return Exit.STORAGE if report.unreachable else Exit.DONE


def _lines(root: Path, report: RepairReport, *, quiet: bool) -> Iterator[str]:
    counts = count_findings(report.findings)
    word = f"repaired: {counted(len(report.repaired), 'place')}" if report.repaired else "nothing was repaired"
    yield f"{word}: {readable(str(root))}{f' ({counts} left)' if counts else ''}"
    if quiet:
        return
    yield from (f"  {readable(path)}" for path in report.repaired)
    yield from finding_lines(report.findings)
    yield from (f"  unreachable: {readable(sentence)}" for sentence in report.unreachable)
    if report.length_bytes:
        yield f"  written   {amount(report.length_bytes)} to {counted(report.objects, 'object')}"
    yield from (f"  kept      {readable(path)}" for path in report.kept)
    codes = sorted({one.code for one in report.findings})
    if codes:
        yield ""
        yield f"what it means  {program()} explain {' '.join(codes)}"
    if not report.repaired and not report.findings:
        yield f"  nothing is gone, and no audit has found anything changed; `{program()} audit` reads all again"


def _document(root: Path, report: RepairReport, exit_: Exit) -> "Output":
    from strongroom.cli.outputs.keeping import RepairOutput

    return RepairOutput(
        exit=exit_,
        root=str(root),
        repair_id=report.repair_id,
        started_at=report.started_at,
        ended_at=report.ended_at,
        repaired=report.repaired,
        objects=report.objects,
        length_bytes=report.length_bytes,
        kept=report.kept,
        findings=finding_parts(report.findings),
        unreachable=report.unreachable,
        entries=report.entries,
    )
