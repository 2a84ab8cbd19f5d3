"""`strongroom verify`: every finding about a bag or a bare information package."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.capture_options import settings_of
from strongroom.cli.exits import Exit, gravest
from strongroom.cli.failing import failure_of
from strongroom.cli.grouped import code_lines, verdict_lines
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.report import finding_parts, program, show
from strongroom.cli.reports import Reports, add_report_options
from strongroom.cli.verdict import Verdict, summed
from strongroom.errors import StrongroomError
from strongroom.model.finding import Accepted

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.settings import VerifySettings


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "verify",
        summary="every finding about bags and information packages",
        description="Check a bag wholly: its structure, every manifest and tag file, and, where it holds an "
        "information package, METS, PREMIS, Dublin Core, every WARC record, and whether they agree. A bare "
        "information package (METS.xml without bagit.txt) is judged by the rules of METS alone. Nothing is changed and "
        "no network is used.",
        usage="BAG… [OPTIONS]",
        run=run,
        examples=(
            "strongroom verify archive/bags/uuid-…",
            "strongroom verify --json incoming/*",
            "strongroom verify --html report.html --csv report.csv incoming/*",
            "strongroom explain BAG-001",
        ),
        exits=(Exit.REFUSED, Exit.STORAGE),
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="BAG", help="the folder of a bag or information package")
    add_report_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = settings_of(arguments)
    paths: list[Path] = arguments.paths
    reports = Reports(arguments, paths)
    if len(paths) == 1:
        try:
            verdicts = [_judge(paths[0], settings.verify)]
        except StrongroomError as error:
            reports.write([_not_judged(paths[0], error)])
            raise
    else:
        verdicts = [_judge_or_say_why_not(path, settings.verify) for path in paths]
    reports.write(verdicts)
    exit_ = gravest(verdict.exit for verdict in verdicts)
    return show(
        arguments,
        exit_,
        document=lambda: _document(verdicts, exit_),
        lines=_lines(verdicts, quiet=hasattr(arguments, "quiet")),
    )


def _judge(path: Path, settings: "VerifySettings") -> Verdict:
    from strongroom.stages.verify import verify

    judged = verify(path, settings)
    accepted = isinstance(judged, Accepted)
    return Verdict(path, Exit.DONE if accepted else Exit.REFUSED, judged.findings)


def _judge_or_say_why_not(path: Path, settings: "VerifySettings") -> Verdict:
    try:
        return _judge(path, settings)
    except StrongroomError as error:  # one subject that cannot be looked at must not keep the others from it
        return _not_judged(path, error)


def _not_judged(path: Path, error: StrongroomError) -> Verdict:
    failure = failure_of(error)
    return Verdict(path, failure.exit, failure=failure)


def _lines(verdicts: list[Verdict], *, quiet: bool) -> Iterator[str]:
    yield from verdict_lines(verdicts, quiet=quiet)
    if quiet:
        return
    codes = sorted({one.code for verdict in verdicts for one in verdict.findings})
    if codes:
        yield ""
        yield f"what it means  {program()} explain {' '.join(codes)}"
    if len(verdicts) > 1:
        if codes:
            yield ""
            yield "in all of them together"
            yield from code_lines(verdicts)
        yield ""
        yield summed(verdicts)


def _document(verdicts: list[Verdict], exit_: Exit) -> "Output":
    from strongroom.cli.outputs.checking import VerifiedPart, VerifyOutput
    from strongroom.cli.outputs.parts import ErrorPart

    if len(verdicts) == 1:
        one = verdicts[0]
        return VerifyOutput(
            exit=exit_,
            valid=one.exit is Exit.DONE,
            path=str(one.path),
            findings=finding_parts(one.findings),
        )
    results = tuple(
        VerifiedPart(
            path=str(one.path),
            valid=one.exit is Exit.DONE,
            findings=finding_parts(one.findings),
            exit=one.exit,
            error=ErrorPart.of(one.failure) if one.failure is not None else None,
        )
        for one in verdicts
    )
    return VerifyOutput(exit=exit_, valid=all(one.valid for one in results), results=results)
