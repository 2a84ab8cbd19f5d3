"""`strongroom ingest --jobs`: workers take the bags in; here it is waited for them and said what became of each."""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.failing import failure_of
from strongroom.cli.ingest import Result, tell
from strongroom.cli.readable import readable
from strongroom.cli.report import say, show
from strongroom.cli.watching import watching
from strongroom.errors import StorageError
from strongroom.model.amounts import counted
from strongroom.model.finding import Finding, Severity
from strongroom.model.progress import Progress, Stage

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.jobs.job import Job, Recorded
    from strongroom.jobs.place import Place
    from strongroom.repository.archive import Archive
    from strongroom.repository.arrivals import Incoming
    from strongroom.settings import Settings

_LOOK_SECONDS: Final = 0.2


def hand_over(arguments: argparse.Namespace, settings: "Settings") -> int:
    """Queue the bags, wait for the workers unless that is not wanted, and say what `strongroom ingest` says."""
    from strongroom.jobs.database import require_extra
    from strongroom.jobs.place import Place
    from strongroom.jobs.status import jobs_status, queue
    from strongroom.repository.archive import Archive
    from strongroom.workflow import new_urn

    require_extra()
    archive = Archive.open_or_make(arguments.root, new_id=new_urn)
    place = Place.of(archive, settings.archive.jobs)
    jobs = list(_jobs(arguments, archive, settings))
    queue(place, [job for _, job in jobs], clock=clock())
    if arguments.no_wait:
        sentence = f"{counted(len(jobs), 'bag')} left to the workers; `strongroom status` says how it goes on"
        return show(arguments, Exit.DONE, document=lambda: _queued(arguments.root, sentence), lines=(sentence,))
    if jobs and not hasattr(arguments, "quiet") and not jobs_status(place, parked=0).workers:
        say("no worker is at work; it is waited for one: `strongroom worker`, with the same --root and --jobs")
    ended = _ended(arguments, place, jobs)
    results = [_result(archive, path, ended[job.id]) for path, job in jobs]
    if arguments.bags and len(results) == 1 and results[0].error is not None:
        raise results[0].error
    waiting = _lying(arguments, archive, settings).waiting if arguments.incoming is not None else ()
    return tell(arguments, results, waiting, ())


def _jobs(arguments: argparse.Namespace, archive: "Archive", settings: "Settings") -> "Iterator[tuple[Path, Job]]":
    from strongroom.errors import UsageError
    from strongroom.jobs.works import asked_job, named_job
    from strongroom.repository.identity import check_object_id
    from strongroom.workflow import new_urn

    check_object_id(arguments.object)
    if arguments.incoming is not None:
        for arrival in _lying(arguments, archive, settings).ready:
            yield arrival.path, asked_job(arrival, arguments.object)
    for path in arguments.bags:
        if not path.exists():
            raise UsageError(f"{path} cannot be found; check the path")
        yield path, named_job(path, arguments.object, new_id=new_urn)


def _lying(arguments: argparse.Namespace, archive: "Archive", settings: "Settings") -> "Incoming":
    from strongroom.repository.arrivals import ready, tidy

    folder = arguments.incoming if arguments.incoming != Path() else archive.incoming
    tidy(folder)
    return ready(
        folder,
        settle_seconds=settings.ingest.settle_seconds,
        clock=clock(),
        max_files=settings.verify.max_files,
    )


def _ended(arguments: argparse.Namespace, place: "Place", jobs: "Sequence[tuple[Path, Job]]") -> "dict[str, Recorded]":
    """The jobs when all of them have ended; says once of each that is tried again why."""
    from strongroom.jobs.job import ENDED, State
    from strongroom.jobs.status import recorded

    ended: dict[str, Recorded] = {}
    ids, told = [job.id for _, job in jobs], set[str]()
    with watching(arguments) as on_progress:
        while len(ended) < len(set(ids)):
            found = recorded(place, [one for one in ids if one not in ended])
            if len(found) + len(ended) < len(set(ids)):
                raise StorageError("the database of jobs was deleted meanwhile; run the same command again")
            for name, one in found.items():
                if one.state in ENDED:
                    ended[name] = one
                elif one.state is State.POSTPONED and name not in told and not hasattr(arguments, "quiet"):
                    told.add(name)
                    say(f"it is tried again: {readable(one.reason)}")
            on_progress(Progress(Stage.INGEST, captured=len(ended), queued=len(set(ids)) - len(ended)))
            if len(ended) < len(set(ids)):
                time.sleep(_LOOK_SECONDS)
    return ended


def _result(archive: "Archive", path: Path, one: "Recorded") -> Result:
    from strongroom.jobs.job import State
    from strongroom.repository import receipts

    facts: Any = one.facts
    if one.state is State.DONE:
        receipt = receipts.read(archive, str(facts["ingest"]))
        if receipt is not None:
            place = receipts.receipt_path(archive.log, receipt.ingest_id)
            return Result(path, Exit.DONE, receipt, place, _findings(facts.get("findings", ())))
    elif one.state is State.REFUSED:
        report = Path(facts["report"]) if facts["report"] else None
        return Result(path, Exit.REFUSED, findings=_reported(report), report=report)
    error = StorageError(one.reason or f"the job {one.job.id[:12]} is {one.state}, and its receipt is not there")
    failure = failure_of(error)
    return Result(path, failure.exit, failure=failure, error=error)


def _reported(report: Path | None) -> tuple[Finding, ...]:
    """The findings, as the report for programs has them that lies beside the one for people."""
    if report is None:
        return ()
    try:
        beside = report.with_name(report.name.removesuffix(".txt") + ".json")
        return _findings(json.loads(beside.read_bytes())["findings"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()  # taken away by a person meanwhile; the report is named all the same


def _findings(told: Sequence[dict[str, Any]]) -> tuple[Finding, ...]:
    return tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in told)


def _queued(root: Path, sentence: str) -> "Output":
    from strongroom.cli.outputs.taking_in import IngestOutput

    return IngestOutput(exit=Exit.DONE, root=str(root), results=(), waiting=(), remarks=(sentence,))
