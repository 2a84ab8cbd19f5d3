"""`strongroom audit`: every file of every copy read again and compared with the log, within a budget if need be."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command, seconds, size, whole
from strongroom.cli.readable import readable
from strongroom.cli.report import count_findings, finding_lines, finding_parts, program, show
from strongroom.cli.watching import watching
from strongroom.errors import UsageError
from strongroom.model.amounts import amount, counted
from strongroom.model.finding import Finding, Severity
from strongroom.model.fixity import Choice, Coverage, CoverageRow, FixityReport, Selection

if TYPE_CHECKING:
    from strongroom.cli.outputs.keeping import CoveragePart
    from strongroom.cli.outputs.parts import Output


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "audit",
        summary="read what is kept again and compare it with the log",
        description="Read the files of an archive and of its replicas again, those first that were not read for "
        "longest, and compare every inventory with the signed log and every file with its inventory. A mismatch is "
        "read again from the disk before it is believed; what cannot be reached is told apart from what is missing. "
        "Each run leaves a dated receipt in the log, without a fault too.\n\nWith a budget the run ends between two "
        "files and says what remains. A run that was interrupted or killed goes on when the same command is given "
        "again; at most one file is read twice. Nothing is repaired: `strongroom repair` does that.",
        usage="[OPTIONS]",
        run=run,
        examples=(
            "strongroom audit --root /srv/archive",
            "strongroom audit --due --max-seconds 14400",
            "strongroom audit --sample 0.01 --seed 2026 --max-bytes 500GB",
            "strongroom audit --object urn:uuid:… --replica /mnt/copy",
            "strongroom audit --calendar",
        ),
        exits=(Exit.REFUSED, Exit.STORAGE),
    )
    chosen = parser.add_argument_group("what is read").add_mutually_exclusive_group()
    chosen.add_argument(
        "--due",
        action="store_true",
        help="what is due, spread evenly over the days, so that nothing is ever older than [archive] audit_days",
    )
    chosen.add_argument("--older-than", type=seconds, metavar="DAYS", help="what was last read longer ago")
    chosen.add_argument("--sample", type=_fraction, metavar="FRACTION", help="a share of the objects, 0.01 for 1 %%")
    chosen.add_argument(
        "--object", action="append", metavar="ID", help="this object, by its identifier or a beginning; repeatable"
    )
    parser.add_argument(
        "--seed", type=whole, metavar="N", default=None, help="of --sample: the same seed chooses the same objects"
    )
    # `max_bytes` and `max_seconds` would be taken for those of a capture
    parser.add_argument(
        "--max-bytes",
        type=size,
        metavar="SIZE",
        dest="budget_bytes",
        help="end before more than SIZE is read, as 500GB",
    )
    parser.add_argument(
        "--max-seconds", type=seconds, metavar="SECONDS", dest="budget_seconds", help="end after so long"
    )
    parser.add_argument(
        "--calendar",
        nargs="?",
        choices=("month", "day"),
        const="month",
        help="read nothing; say what was last read in which month (or day), and what is overdue",
    )
    add_archive_options(parser, replicas=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = archive_settings(arguments)
    root: Path = arguments.root
    if arguments.calendar:
        from strongroom.repository.fixity.calendar import DAYS, MONTHS, coverage

        form = DAYS if arguments.calendar == "day" else MONTHS
        found = coverage(root, settings, form=form, clock=clock())
        return show(
            arguments, Exit.DONE, document=lambda: _calendar(root, found), lines=map(readable, _calendar_lines(found))
        )
    selection = _selection(arguments)
    from strongroom.stages.audit import audit
    from strongroom.workflow import new_urn

    with watching(arguments) as on_progress:
        report = audit(
            root,
            settings,
            selection=selection,
            max_bytes=arguments.budget_bytes,
            max_seconds=arguments.budget_seconds,
            clock=clock(),
            new_id=new_urn,
            on_progress=on_progress,
        )
    exit_ = _exit(report)
    lines = _lines(root, report, arguments.budget_bytes, quiet=hasattr(arguments, "quiet"))
    return show(arguments, exit_, document=lambda: _document(root, selection, report, exit_), lines=lines)


def _fraction(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share such as 0.01 or 1")
    return value


def _selection(arguments: argparse.Namespace) -> Selection:
    if arguments.seed is not None and arguments.sample is None:
        raise UsageError("--seed belongs to --sample; give both, or leave it out")
    if arguments.due:
        return Selection(Choice.DUE)
    if arguments.older_than is not None:
        return Selection(Choice.OLDER, days=arguments.older_than)
    if arguments.sample is not None:
        return Selection(Choice.SAMPLE, fraction=arguments.sample, seed=arguments.seed or 0)
    if arguments.object:
        return Selection(Choice.OBJECTS, objects=tuple(dict.fromkeys(arguments.object)))
    return Selection()


def _exit(report: FixityReport) -> Exit:
    """Damage is graver than what could not be looked at."""
    if any(one.severity is Severity.ERROR for one in report.findings):
        return Exit.REFUSED
    return Exit.STORAGE if report.unreachable else Exit.DONE


def _lines(root: Path, report: FixityReport, max_bytes: int | None, *, quiet: bool) -> Iterator[str]:
    damaged = _damaged(report.findings)
    word = f"damaged: {counted(len(damaged), 'place')}" if damaged else "nothing damaged"
    if not damaged and report.unreachable:
        word = "not all could be reached"
    counts = count_findings(report.findings)
    yield f"{word}: {readable(str(root))}{f' ({counts})' if counts else ''}"
    if quiet:
        yield from (f"  {readable(path)}" for path in damaged)
        return
    yield from finding_lines(report.findings)
    yield from (f"  unreachable: {readable(sentence)}" for sentence in report.unreachable)
    again = " (resumed)" if report.resumed else ""
    yield f"  read      {counted(report.files, 'file')}, {amount(report.length_bytes)}{again}"
    yield from (f"            {counted(count, 'object')} in {readable(name)}" for name, count in report.copies.items())
    if not report.complete and report.remaining_objects:
        left = f"{counted(report.remaining_objects, 'object')}, {amount(report.remaining_bytes)}"
        yield f"  remaining {left}; run it again"
    if max_bytes is not None and report.needed_bytes > max_bytes:
        yield (
            f"  the budget does not suffice: {amount(report.needed_bytes)} have to be read now, and then as much in "
            "every run, if nothing is ever to be overdue"
        )
    if report.overdue_objects:
        yield f"  overdue   {counted(report.overdue_objects, 'object')}, {amount(report.overdue_bytes)}"
    if report.receipt:
        yield f"  receipt   {readable(str(root / report.receipt))}"
    codes = sorted({one.code for one in report.findings})
    if codes:
        yield ""
        yield f"what it means  {program()} explain {' '.join(codes)}"


def _damaged(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.where for one in findings if one.severity is Severity.ERROR))


def _document(root: Path, selection: Selection, report: FixityReport, exit_: Exit) -> "Output":
    from strongroom.cli.outputs.keeping import AuditOutput, SelectionPart

    damaged = _damaged(report.findings)
    return AuditOutput(
        exit=exit_,
        root=str(root),
        audit_id=report.audit_id,
        selection=SelectionPart(
            choice=selection.choice.value,
            fraction=selection.fraction,
            seed=selection.seed,
            days=selection.days,
            objects=selection.objects,
        ),
        started_at=report.started_at,
        ended_at=report.ended_at,
        resumed=report.resumed,
        objects=report.objects,
        files=report.files,
        length_bytes=report.length_bytes,
        intact=not damaged if damaged or report.objects else None,
        complete=report.complete,
        damaged=damaged,
        findings=finding_parts(report.findings),
        unreachable=report.unreachable,
        remaining_objects=report.remaining_objects,
        remaining_bytes=report.remaining_bytes,
        overdue_objects=report.overdue_objects,
        overdue_bytes=report.overdue_bytes,
        needed_bytes=report.needed_bytes,
        receipt=str(root / report.receipt) if report.receipt else None,
        entry=report.entry if report.entry >= 0 else None,
    )


def _calendar(root: Path, found: Coverage) -> "Output":
    from strongroom.cli.outputs.keeping import AuditOutput

    return AuditOutput(
        exit=Exit.DONE,
        root=str(root),
        calendar=tuple(map(_coverage_part, found.rows)),
        overdue=tuple(map(_coverage_part, found.overdue)),
        overdue_objects=sum(row.objects for row in found.overdue),
        overdue_bytes=sum(row.length_bytes for row in found.overdue),
    )


def _coverage_part(row: CoverageRow) -> "CoveragePart":
    from strongroom.cli.outputs.keeping import CoveragePart

    return CoveragePart(name=row.copy, period=row.period, objects=row.objects, length_bytes=row.length_bytes)


def _calendar_lines(found: Coverage) -> Iterator[str]:
    name = None
    for row in found.rows:
        if row.copy != name:
            name = row.copy
            yield f"{name}, last read"
        number, _, thing = counted(row.objects, "object").partition(" ")
        yield f"  {row.period or 'never':10}  {number:>9} {thing:7}  {amount(row.length_bytes):>10}"
    for row in found.overdue:
        yield (
            f"overdue in {row.copy}: {counted(row.objects, 'object')}, {amount(row.length_bytes)}, not read for "
            f"{_days(found.audit_days)}"
        )
    if not found.overdue:
        yield f"nothing is overdue: all was read within {_days(found.audit_days)}"


def _days(number: float) -> str:
    return "1 day" if number == 1 else f"{number:g} days"
