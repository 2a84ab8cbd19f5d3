"""What is done with each kind of job: `take_delivery` for bags, `preserving` for pages, `audit` for what is due.

What replicas lack has a module of its own: `replication`.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from strongroom.errors import NothingCapturedError, StorageError
from strongroom.jobs.database import Database
from strongroom.jobs.hosts import SharedHosts
from strongroom.jobs.job import Ended, GoOn, Job, Kind, State, Work
from strongroom.jobs.ledger import Ledger
from strongroom.jobs.replication import replicate_work
from strongroom.model.finding import Accepted, Finding, Refused, RefusedError, Severity
from strongroom.model.fixity import Choice, Selection
from strongroom.model.receipt import Receipt
from strongroom.repository import receipts
from strongroom.repository.archive import Archive
from strongroom.repository.arrivals import MARKER, Arrival, is_the_same
from strongroom.settings import PlanSettings, Settings
from strongroom.stages.audit import audit
from strongroom.stages.plan import plan
from strongroom.web.courtesy import Courtesy
from strongroom.web.frontier import host_of
from strongroom.workflow import Intake, intake, preserving

_TAKEN_FOR_DEAD_SECONDS: Final = 12.0
"""Somebody who has a delivery and gives no sign of life loses it after 10 s."""
_CATALOGUE_SECONDS: Final = 1.0
_BATCH_BYTES: Final = 20 * 10**9
"""That one job of an audit reads, a minute or some at the speed of a disk."""


def ingest_job(arrival: Arrival) -> Job:
    """The job of taking in what lies ready in an incoming folder; what is put there later is another job."""
    return Job(arrival.id, Kind.INGEST, quote(os.fsencode(arrival.path.absolute())))


def named_job(path: Path, object_id: str, *, new_id: Callable[[], str]) -> Job:
    """The job of taking in a bag that stays where it is; each time it is asked for it is another job.

    Args:
        path: which every worker has to see, too.
        object_id: of the object that it is a version of; empty: as the bag says.
        new_id: tells this time from others.
    """
    subject = quote(os.fsencode(path.resolve()))
    key = hashlib.sha256(f"{Kind.INGEST}\n{subject}\n{new_id()}".encode()).hexdigest()
    return Job(key, Kind.INGEST, subject, mark=json.dumps({"object": object_id}))


def asked_job(arrival: Arrival, object_id: str) -> Job:
    """As `ingest_job`; for an object that a person named it is another job."""
    job = ingest_job(arrival)
    if not object_id:
        return job
    key = hashlib.sha256(f"{job.id}\n{object_id}".encode()).hexdigest()
    return replace(job, id=key, mark=json.dumps({"object": object_id, "arrival": arrival.id}))


def capture_job(url: str, settings: Settings) -> Job:
    """The job of capturing a page by the rules that are set; the same page by other rules is another job.

    The rules travel with the job; how hosts are asked, and what is written into the bag, is for the worker to say.

    Raises:
        UsageError: it is no URL that can be captured.
    """
    (seed,) = plan([url], settings.plan).seeds
    rules = json.dumps(settings.plan.model_dump(mode="json", exclude_defaults=True), sort_keys=True)
    key = hashlib.sha256(f"{Kind.CAPTURE}\n{seed}\n{rules}".encode()).hexdigest()
    return Job(key, Kind.CAPTURE, seed, mark=rules, lane=host_of(seed))


def audit_job(archive_id: str, day: date, *, batch: int = 1) -> Job:
    """The job of reading a batch of what is due on a day."""
    key = hashlib.sha256(f"{Kind.AUDIT}\n{archive_id}\n{day}\n{batch}".encode()).hexdigest()
    return Job(key, Kind.AUDIT, f"{day}, part {batch}", mark=f"{day} {batch}")


def path_of(job: Job) -> Path:
    """Where the bag of an ingest job was seen; paths are percent-encoded, since they may be of any bytes."""
    return Path(os.fsdecode(unquote_to_bytes(job.subject)))


def works_of(
    archive: Archive, settings: Settings, *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> Callable[[Database], Mapping[Kind, Work]]:
    """What a worker of an archive does with each kind of job, for `run_worker`."""

    def works(database: Database) -> Mapping[Kind, Work]:
        courtesy, ledger = SharedHosts(database), Ledger(database, clock=clock)
        return {
            Kind.INGEST: ingest_work(archive.root, settings, ledger, clock=clock, new_id=new_id),
            Kind.CAPTURE: capture_work(archive.root / "bags", settings, courtesy=courtesy, clock=clock, new_id=new_id),
            Kind.AUDIT: audit_work(archive, settings, clock=clock, new_id=new_id),
            Kind.REPLICATE: replicate_work(archive, settings, clock=clock, new_id=new_id),
        }

    return works


def ingest_work(
    root: Path, settings: Settings, ledger: Ledger, *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> Work:
    """Taking in a bag. Two workers may do so with one bag: it is one version and one receipt in the end.

    What the receipt is goes into the ledger before the bag leaves its folder, so that it is known of a bag that has
    left, although the worker died before it could say so.
    """
    afterwards = _Afterwards()

    @contextmanager
    def work(job: Job, go_on: GoOn) -> Iterator[Ended]:
        path = path_of(job)
        marker = path.with_name(f"{path.name}{MARKER}")
        asked = json.loads(job.mark or "{}")
        is_named = bool(asked) and "arrival" not in asked
        arrival = Arrival(path, asked.get("arrival", job.id), marker if os.path.lexists(marker) else None)
        with intake(root, settings, clock=clock, new_id=new_id, on_progress=lambda _: go_on(), projects=False) as door:
            judged: Accepted[Receipt] | Refused | None
            if is_named:
                judged = door.take_in(path, object_id=asked["object"])
            else:
                judged = door.take_delivery(
                    arrival,
                    object_id=asked.get("object", ""),
                    patience_seconds=_TAKEN_FOR_DEAD_SECONDS,
                    on_receipt=lambda receipt: ledger.note(job, _facts(receipt)),
                )
            if isinstance(judged, Accepted):
                afterwards.project(door)
                # somebody may wait for these, and they stand nowhere else
                told = {"findings": [asdict(one) for one in judged.findings]} if judged.findings else {}
                yield Ended(State.DONE, "", _facts(judged.value) | {"warnings": _codes(judged.findings)} | told)
            elif isinstance(judged, Refused):
                report = door.reports.get(path.resolve())
                yield Ended(
                    State.REFUSED,
                    f"refused: {', '.join(_codes(judged.findings, Severity.ERROR))}",
                    {"codes": _codes(judged.findings), "report": str(report or "")},
                )
            elif is_the_same(arrival, settings.verify.max_files):
                raise StorageError(f"another process has had {path.name} in hand for {_TAKEN_FOR_DEAD_SECONDS:g} s")
            elif (receipt := _noted(ledger, job, door.archive)) is not None:
                yield Ended(State.DONE, "", _facts(receipt))
            else:
                yield Ended(
                    State.GONE,
                    "it left the folder, or was changed there, before its turn came; what is there is a new arrival",
                )

    return work


def capture_work(
    output: Path,
    settings: Settings,
    *,
    courtesy: Courtesy,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Work:
    """Capturing a page and packing it into a bag below `output`; what was captured before a kill is not asked again."""

    @contextmanager
    def work(job: Job, go_on: GoOn) -> Iterator[Ended]:
        by_rules = settings.model_copy(update={"plan": PlanSettings.model_validate_json(job.mark)})
        try:
            with preserving(
                [job.subject],
                output,
                by_rules,
                clock=clock,
                new_id=new_id,
                on_progress=lambda _: go_on(),
                courtesy=courtesy,
            ) as preserved:
                loss = preserved.capture.loss
                yield Ended(
                    State.DONE,
                    f"with loss: {loss[0]}" if loss else "",
                    {"package": str(preserved.path), "object": preserved.capture.object_id, "lost": len(loss)},
                )
        except NothingCapturedError as error:
            yield Ended(State.EMPTY, str(error))
        except RefusedError as error:
            yield Ended(State.REFUSED, str(error), {"codes": _codes(error.findings)})

    return work


def audit_work(
    archive: Archive, settings: Settings, *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> Work:
    """Reading again what is due, a batch a job, so that other jobs get their turn and a kill costs little."""

    @contextmanager
    def work(job: Job, go_on: GoOn) -> Iterator[Ended]:
        report = audit(
            archive.root,
            settings,
            selection=Selection(Choice.DUE),
            max_bytes=_BATCH_BYTES,
            clock=clock,
            new_id=new_id,
            on_progress=lambda _: go_on(),
        )
        errors = _codes(report.findings, Severity.ERROR)
        day, batch = job.mark.split(" ")
        is_over = report.complete or not report.length_bytes or report.unreachable
        sentence = f"damage: {', '.join(errors)}; see {report.receipt}" if errors else "; ".join(report.unreachable[:1])
        yield Ended(
            State.DAMAGED if errors else State.DONE,
            sentence,
            {"objects": report.objects, "bytes": report.length_bytes, "receipt": report.receipt, "codes": errors},
            then=None if is_over else audit_job(archive.id, date.fromisoformat(day), batch=int(batch) + 1),
        )

    return work


def _facts(receipt: Receipt) -> dict[str, object]:
    return {
        "ingest": receipt.ingest_id,
        "object": receipt.object_id,
        "version": receipt.version,
        "package": receipt.package_id,
        "warnings": list(receipt.warnings),
    }


def _noted(ledger: Ledger, job: Job, archive: Archive) -> Receipt | None:
    """The receipt that another worker gave for this bag, which it took away and did not live to say so."""
    ingest_id = str(ledger.noted(job).get("ingest", ""))
    return receipts.read(archive, ingest_id) if ingest_id else None


class _Afterwards:
    """Brings the catalogue up to the log within a second, once for all bags of that second.

    For one bag alone it takes a third of the time of its job. A process that ends waits for it; after a kill, whoever
    searches catches up first.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_due = False

    def project(self, door: Intake) -> None:
        """See to it that what was taken in through this door is in the catalogue soon."""
        with self._lock:
            if self._is_due:
                return
            self._is_due = True
        threading.Timer(_CATALOGUE_SECONDS, self._catch_up, [door]).start()

    def _catch_up(self, door: Intake) -> None:
        with self._lock:
            self._is_due = False
        door.project()


def _codes(findings: Iterable[Finding], severity: Severity | None = None) -> list[str]:
    """The codes of findings, sorted, each once."""
    return sorted({one.code for one in findings if severity is None or one.severity is severity})
