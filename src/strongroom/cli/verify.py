"""`strongroom verify`: every finding about a bag or a bare information package."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.cli.capture_options import settings_of
from strongroom.cli.exits import Exit, gravest
from strongroom.cli.failing import Failure, failure_of
from strongroom.cli.grouped import code_lines, verdict_lines
from strongroom.cli.parser import Subparsers, add_command, positive_int, whole
from strongroom.cli.readable import readable
from strongroom.cli.report import finding_parts, program, say, show
from strongroom.cli.reports import Reports, add_report_options
from strongroom.cli.verdict import Verdict, summed
from strongroom.cli.watching import watching
from strongroom.errors import InterruptedByUserError, StorageError, StrongroomError
from strongroom.model.finding import Severity
from strongroom.model.progress import OnProgress, Progress, Stage

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.settings import VerifySettings
    from strongroom.workflow import Judged

_MOST_NICE: Final = 19
_NOT_REACHED: Final = InterruptedByUserError("interrupted before it was looked at; run the same command again")


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "verify",
        summary="every finding about bags and information packages",
        description="Check a bag wholly: its structure, every manifest and tag file, and, where it holds an "
        "information package, METS, PREMIS, Dublin Core, every WARC record, and whether they agree. A bare "
        "information package (METS.xml without bagit.txt) is judged by the rules of METS alone. Either may be "
        "a folder, or one file with that folder in it: .tar, .tar.gz, .tar.zst or .zip, which is read without being "
        "unpacked. Nothing is changed and no network is used.",
        usage="BAG… [OPTIONS]",
        run=run,
        examples=(
            "strongroom verify archive/bags/uuid-…",
            "strongroom verify delivered/bag-1.tar.gz",
            "strongroom verify --json incoming/*",
            "strongroom verify --jobs 4 --html report.html --csv report.csv incoming/*",
            "strongroom explain BAG-001",
        ),
        exits=(Exit.REFUSED, Exit.STORAGE),
    )
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="BAG", help="a bag or information package: a folder or file"
    )
    parser.add_argument(
        "--jobs",
        type=positive_int,
        default=1,
        metavar="N",
        help="look at so many bags at once, each in a process of its own (default: 1)",
    )
    parser.add_argument(
        "--nice",
        type=_niceness,
        default=0,
        metavar="N",
        help="leave the processors to others that want them: from 0, the default, to 19, the most",
    )
    add_report_options(parser)


def _niceness(text: str) -> int:
    value = whole(text)
    if value > _MOST_NICE:
        raise argparse.ArgumentTypeError(f"{text} is more than {_MOST_NICE}")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = settings_of(arguments)
    paths: list[Path] = arguments.paths
    reports = Reports(arguments, paths)
    if arguments.nice:
        os.nice(arguments.nice)  # the processes that this one starts have it too
    judged = _judged(arguments, settings.verify)
    verdicts = [_verdict(path, one) for path, one in zip(paths, judged, strict=True)]
    failures = [one.failure for one in verdicts if one.failure is not None and one.failure.exit is Exit.INTERRUPTED]
    try:
        reports.write(verdicts)
    except StorageError as error:  # what was found must not be lost with it
        failures.append(failure_of(error))
        if not hasattr(arguments, "json"):
            say(readable(failures[-1].message))
    if len(judged) == 1 and isinstance(judged[0], StrongroomError):
        raise judged[0]
    exit_ = gravest([*(one.exit for one in verdicts), *(one.exit for one in failures)])
    return show(
        arguments,
        exit_,
        document=lambda: _document(verdicts, exit_, next(iter(failures), None)),
        lines=_lines(verdicts, quiet=hasattr(arguments, "quiet")),
    )


def _judged(arguments: argparse.Namespace, settings: "VerifySettings") -> "list[Judged]":
    """What was found about each until all were looked at, or somebody had enough."""
    from strongroom.workflow import judge_all

    paths: list[Path] = arguments.paths
    judged: list[Judged] = [_NOT_REACHED] * len(paths)
    done = 0
    found = judge_all(paths, settings, processes=arguments.jobs)
    with suppress(KeyboardInterrupt), closing(found), _watching(arguments) as on_progress:
        on_progress(Progress(Stage.VERIFY, queued=len(paths)))
        for number, one in found:
            judged[number] = one
            done += 1
            current = str(paths[number])
            on_progress(Progress(Stage.VERIFY, captured=done, queued=len(paths) - done, current=current))
    return judged


@contextmanager
def _watching(arguments: argparse.Namespace) -> Iterator[OnProgress]:
    """A display where there is somebody to look at it; elsewhere stderr is for what went wrong."""
    if len(arguments.paths) > 1 and sys.stderr.isatty():
        with watching(arguments) as on_progress:
            yield on_progress
    else:
        yield lambda _: None


def _verdict(path: Path, judged: "Judged") -> Verdict:
    if isinstance(judged, StrongroomError):  # one that cannot be looked at must not keep the others from it
        failure = failure_of(judged)
        return Verdict(path, failure.exit, failure=failure)
    is_refused = any(one.severity is Severity.ERROR for one in judged)
    return Verdict(path, Exit.REFUSED if is_refused else Exit.DONE, judged)


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


def _document(verdicts: list[Verdict], exit_: Exit, failure: Failure | None) -> "Output":
    from strongroom.cli.outputs.checking import VerifiedPart, VerifyOutput
    from strongroom.cli.outputs.parts import ErrorPart

    error = ErrorPart.of(failure) if failure is not None else None
    if len(verdicts) == 1:
        one = verdicts[0]
        return VerifyOutput(
            exit=exit_,
            error=error,
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
    return VerifyOutput(exit=exit_, error=error, valid=all(one.valid for one in results), results=results)
