"""`strongroom ingest`: bags become versions of objects in an archive, each once, each with a receipt."""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.clock import clock, is_fixed
from strongroom.cli.exits import Exit, gravest
from strongroom.cli.failing import Failure, failure_of
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import count_findings, finding_lines, finding_parts, program, show
from strongroom.cli.watching import watching
from strongroom.errors import StrongroomError, UsageError
from strongroom.model.finding import Accepted, Finding
from strongroom.model.progress import OnProgress, Progress, Stage

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.model.receipt import Receipt
    from strongroom.repository.arrivals import Waiting
    from strongroom.workflow import Intake, Outcome, Task

_KNOWN: Final = "INGEST-030"
_TAKEN_FOR_DEAD_SECONDS: Final = 12.0
_WORDS: Final[Mapping[str, str]] = {
    "ingested": "ingested",
    "known": "in the archive already",
    "refused": "refused",
    "failed": "not taken in",
}


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "ingest",
        summary="take bags into an archive, each with a receipt",
        description="Take bags into an archive: copied, verified, stored as a version of their object, read again from "
        "the disk, copied to the replicas and read again there, logged, and given a receipt. A bag is a folder or one "
        "file (.tar, .tar.gz, .tar.zst, .zip). The same bag again gives the receipt of the first time and adds "
        "nothing. A refused bag is copied into the archive's folder `quarantine`, with a report beside it.\n\nBags "
        "that are named stay where they are. With --incoming, those that lie ready in a folder leave it.\n\nA run that "
        "was interrupted or killed goes on when the same command is given again."
        "\n\nWith --jobs `strongroom worker` processes take the bags in, which have to see them under the same paths, "
        "in whatever order they come to them; this command waits, and says what became of each. Interrupted, it leaves "
        "the work to them.",
        usage="BAG… [OPTIONS]",
        run=run,
        examples=(
            "strongroom ingest archive/bags/uuid-…",
            "strongroom ingest delivered/*.zip --root /srv/archive --replica /mnt/copy",
            "strongroom ingest bag-of-2024 --object urn:nbn:de:101:1-2024",
            "strongroom ingest --incoming --json",
            "strongroom ingest --incoming /srv/sftp/delivered --root /srv/archive",
            "strongroom ingest delivered/* --root /srv/archive --jobs postgresql://archive@db/jobs",
        ),
        exits=(Exit.REFUSED, Exit.STORAGE),
    )
    parser.add_argument("bags", nargs="*", type=Path, metavar="BAG", help="the folder of a bag, or a bag in one file")
    parser.add_argument(
        "--incoming",
        nargs="?",
        type=Path,
        const=Path(),
        metavar="DIR",
        help="take in what lies ready in DIR (default: the folder incoming of the archive)",
    )
    parser.add_argument(
        "--object",
        default="",
        metavar="ID",
        help="identifier of the object that the bags are versions of (default: as each bag says)",
    )
    parser.add_argument(
        "--jobs",
        nargs="?",
        const="",
        metavar="URL",
        default=argparse.SUPPRESS,
        help="let workers take them in: postgresql://… of a shared job database (without URL: as set, or SQLite)",
    )
    parser.add_argument("--no-wait", action="store_true", help="with --jobs: do not wait for the workers")
    add_archive_options(parser, replicas=True)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one bag."""

    path: Path
    exit: Exit
    receipt: "Receipt | None" = None
    receipt_path: Path | None = None
    findings: tuple[Finding, ...] = ()
    report: Path | None = None
    failure: Failure | None = None
    error: StrongroomError | None = None
    is_repeated: bool = False

    @property
    def status(self) -> str:
        """As the published schema has it."""
        if self.receipt is not None:
            return "known" if self.is_repeated or any(one.code == _KNOWN for one in self.findings) else "ingested"
        return "failed" if self.failure is not None else "refused"


_NOT_OURS: Final = Result(Path(), Exit.DONE)
"""Of a delivery that another process has or had."""


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    if (arguments.incoming is None) == (not arguments.bags):
        raise UsageError(
            "name bags, or give --incoming for those that lie ready; `strongroom ingest --help` tells more"
        )
    settings = archive_settings(arguments)
    root: Path = arguments.root
    if hasattr(arguments, "jobs"):
        from strongroom.cli.handing_over import hand_over

        return hand_over(arguments, settings)
    if arguments.no_wait:
        raise UsageError("--no-wait is for bags that workers take in; give --jobs, too")
    from strongroom.workflow import intake

    waiting: tuple[Waiting, ...] = ()
    with watching(arguments) as on_progress:
        counter = _Counter(on_progress)
        with intake(root, settings, clock=clock(), on_progress=counter) as door:
            if arguments.incoming is None:
                results = _take_named(door, arguments.bags, arguments.object, counter)
            else:
                folder = arguments.incoming if arguments.incoming != Path() else door.archive.incoming
                results, waiting = _take_incoming(door, folder, arguments.object, counter)
    return tell(arguments, results, waiting, door.remarks)


def tell(
    arguments: argparse.Namespace, results: "Sequence[Result]", waiting: "Sequence[Waiting]", remarks: Sequence[str]
) -> int:
    """Say what became of the bags, and return the exit status."""
    exit_ = gravest(result.exit for result in results)
    return show(
        arguments,
        exit_,
        document=lambda: _document(arguments.root, results, waiting, remarks, exit_),
        lines=_lines(results, waiting, remarks, quiet=hasattr(arguments, "quiet")),
    )


class _Counter:
    """Counts bags for whoever shows progress; the stages of each bag do not begin a line of their own."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self.done = 0
        self.left = 0

    def __call__(self, progress: Progress) -> None:
        self._on_progress(Progress(Stage.INGEST, captured=self.done, queued=self.left, current=progress.current))

    def finish(self) -> None:
        self.done += 1
        self.left -= 1
        self._on_progress(Progress(Stage.INGEST, captured=self.done, queued=self.left))


def _take_named(door: "Intake", paths: Sequence[Path], object_id: str, counter: _Counter) -> list[Result]:
    """Take in each bag once, however often it is named; what happens to one must not keep the others from it."""
    from strongroom.workflow import Task

    places = [path.resolve() for path in paths]
    named = dict(zip(reversed(places), reversed(paths), strict=True))
    tasks = [Task(named[place], object_id) for place in dict.fromkeys(places)]
    counter.left = len(tasks)
    known = dict(zip(dict.fromkeys(places), _take(door, tasks, counter), strict=True))
    if len(paths) == 1 and (error := known[places[0]].error) is not None:
        raise error
    seen: set[Path] = set()
    results = []
    for place, path in zip(places, paths, strict=True):
        results.append(replace(known[place], path=path, is_repeated=place in seen))
        seen.add(place)
    return results


def _take_incoming(
    door: "Intake", folder: Path, object_id: str, counter: _Counter
) -> "tuple[list[Result], tuple[Waiting, ...]]":
    from strongroom.workflow import Task

    found = door.ready(folder).ready
    counter.left = len(found)
    results = _take(door, [Task(arrival.path, object_id, arrival) for arrival in found], counter)
    for number, arrival in enumerate(found):
        if results[number] is _NOT_OURS:  # another process had it: if that one is dead or silent, it is ours now
            patience = _TAKEN_FOR_DEAD_SECONDS
            with suppress(StrongroomError):  # it was told when it was ready, and lies there still
                outcome = door.take_delivery(arrival, object_id=object_id, patience_seconds=patience)
                results[number] = _result(door, arrival.path, outcome)
    return [one for one in results if one is not _NOT_OURS], door.ready(folder).waiting


def _take(door: "Intake", tasks: "Sequence[Task]", counter: _Counter) -> list[Result]:
    from strongroom.workflow import take_all

    results = [_NOT_OURS] * len(tasks)
    for number, outcome in take_all(door, tasks, processes=1 if is_fixed() else None):
        results[number] = _result(door, tasks[number].path, outcome)
        counter.finish()
    return results


def _result(door: "Intake", path: Path, outcome: "Outcome") -> Result:
    if outcome is None:
        return _NOT_OURS
    if isinstance(outcome, StrongroomError):
        failure = failure_of(outcome)
        return Result(path, failure.exit, failure=failure, error=outcome)
    if isinstance(outcome, Accepted):
        return Result(path, Exit.DONE, outcome.value, door.receipt_path(outcome.value), outcome.findings)
    return Result(path, Exit.REFUSED, findings=outcome.findings, report=door.reports.get(path.resolve()))


def _lines(
    results: Sequence[Result], waiting: "Sequence[Waiting]", remarks: Sequence[str], *, quiet: bool
) -> Iterator[str]:
    for result in results:
        yield from _result_lines(result, quiet=quiet)
    if quiet:
        return
    for one in waiting:
        yield f"waits: {readable(str(one.path))}: {readable(one.reason)}"
    yield from (f"note: {readable(remark)}" for remark in remarks)
    codes = sorted({one.code for result in results for one in result.findings})
    if codes:
        yield ""
        yield f"what it means  {program()} explain {' '.join(codes)}"
    if len(results) != 1:
        counts = Counter(result.status for result in results)
        said = ", ".join(f"{counts[status]} {word}" for status, word in _WORDS.items() if counts[status])
        yield ""
        yield f"{len(results)} bags: {said}" if results else "no bag lies ready"


def _result_lines(result: Result, *, quiet: bool) -> Iterator[str]:
    path, receipt = readable(str(result.path)), result.receipt
    if result.failure is not None:
        yield f"not taken in: {path}: {readable(result.failure.message)}"
        return
    if receipt is None:
        yield f"refused: {path} ({count_findings(result.findings)})"
    else:
        word = "in the archive already" if result.status == "known" else "ingested"
        yield f"{word}: {path}: version {receipt.version} of {readable(receipt.object_id)}"
    if quiet:
        return
    told = [one for one in result.findings if one.code != _KNOWN]
    yield from finding_lines(told)
    if result.receipt_path is not None:
        yield f"  receipt  {readable(str(result.receipt_path))}"
    if result.report is not None:
        yield f"  report   {readable(str(result.report))}"


def _document(
    root: Path, results: Sequence[Result], waiting: "Sequence[Waiting]", remarks: Sequence[str], exit_: Exit
) -> "Output":
    from strongroom.cli.outputs.taking_in import IngestedPart, IngestOutput, WaitingPart

    return IngestOutput(
        exit=exit_,
        root=str(root),
        results=tuple(IngestedPart.model_validate(_fields(result)) for result in results),
        waiting=tuple(WaitingPart(path=str(one.path), reason=one.reason) for one in waiting),
        remarks=tuple(remarks),
    )


def _fields(result: Result) -> dict[str, object]:
    from strongroom.cli.outputs.parts import ErrorPart
    from strongroom.cli.outputs.taking_in import ReceiptPart

    receipt = None
    if result.receipt is not None and result.receipt_path is not None:
        receipt = ReceiptPart.at(result.receipt, result.receipt_path)
    return {
        "path": str(result.path),
        "status": result.status,
        "receipt": receipt,
        "findings": finding_parts(result.findings),
        "report": str(result.report) if result.report is not None else None,
        "exit": int(result.exit),
        "error": ErrorPart.of(result.failure) if result.failure is not None else None,
    }
