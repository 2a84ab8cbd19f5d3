"""Jobs that bring a replica up to its archive: when there is one to be queued, and how it is done."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from strongroom.errors import StorageError, UsageError
from strongroom.jobs.job import AwayError, Ended, GoOn, Job, Kind, State, Work
from strongroom.jobs.ledger import Ledger
from strongroom.model.finding import Severity
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.filling import fill, lacking, replica_folders, with_replicas
from strongroom.repository.fixity.looking import is_reachable
from strongroom.settings import Settings

_BATCH_BYTES: Final = 20 * 10**9
"""That one job writes, a few minutes at the speed of a disk, so that other jobs get their turn."""

Chores = Callable[[Ledger], Sequence[Job]]
"""What is to be done that nobody delivered; asked every minute."""


def replicate_job(archive_id: str, folder: Path, occasion: str, *, first: int = 0, batch: int = 1) -> Job:
    """The job of copying into the replica in a folder what ingests went past it since an entry of the log.

    Args:
        archive_id: of the archive.
        folder: of the replica.
        occasion: why it is queued, without a space: a day, or the moment when a person asked for it.
        first: the entry.
        batch: from 1; each goes on where the one before ended.
    """
    subject, mark = quote(os.fsencode(folder.resolve())), f"{occasion} {first} {batch}"
    key = hashlib.sha256(f"{Kind.REPLICATE}\n{archive_id}\n{subject}\n{mark}".encode()).hexdigest()
    return Job(key, Kind.REPLICATE, subject, mark=mark, lane=key_of_lane(subject))


def key_of_lane(subject: str) -> str:
    """One replica is filled by one worker at a time."""
    return hashlib.sha256(subject.encode()).hexdigest()


def replications_due(
    archive: Archive, settings: Settings, *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> Chores:
    """The jobs for replicas that can be reached and that ingests went past, unless one of the replica is on its way.

    What could not be brought into a replica today is tried again tomorrow.
    """

    def chores(ledger: Ledger) -> Sequence[Job]:
        try:
            found = lacking(archive, settings, new_id=new_id)
        except StorageError:
            return ()  # told by whoever takes bags in or audits, and asked again in a minute
        day = f"{clock().date()}"
        jobs = [replicate_job(archive.id, folder, day, first=first) for folder, first in found.items()]
        busy = ledger.busy_lanes(Kind.REPLICATE) if jobs else frozenset()
        return [job for job in jobs if job.lane not in busy]

    return chores


def replications_wanted(
    archive: Archive, settings: Settings, *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> list[Job]:
    """A job for every replica of the settings and every one that the archive remembers, because a person asks for it.

    Raises:
        UsageError: there is no replica.
        StorageError: one of the settings cannot be made or is not the archive's; one that was there before may be away.
    """
    known = set(archive.remembered_replicas.values())
    for folder in settings.archive.replicas:
        if folder.resolve() not in known:
            Archive.open_replica(folder, archive, new_id=new_id)
    folders = replica_folders(archive, settings)
    if not folders:
        raise UsageError("the archive has no replica; name one with --replica or in [archive] replicas")
    occasion = clock().isoformat().replace(" ", "T")
    return [replicate_job(archive.id, folder, occasion) for folder in folders]


def replicate_work(
    archive: Archive, settings: Settings, *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> Work:
    """Filling a replica, a batch a job. A kill costs the object that was being copied, and nothing is copied twice."""

    @contextmanager
    def work(job: Job, go_on: GoOn) -> Iterator[Ended]:
        folder = Path(os.fsdecode(unquote_to_bytes(job.subject)))
        occasion, first, batch = job.mark.split(" ")
        if folder not in replica_folders(archive, settings):
            raise UsageError(f"{folder} is no replica that the archive has had, nor one of the settings of this worker")
        try:
            filled = fill(
                archive.root,
                with_replicas(archive, settings),
                folder,
                start=int(first),
                max_bytes=_BATCH_BYTES,
                clock=clock,
                new_id=new_id,
                on_progress=lambda _: go_on(),
            )
        except StorageError as error:
            _refuse_away(folder, archive, str(error))
            raise
        report = filled.report
        if report.unreachable:
            _refuse_away(folder, archive, report.unreachable[0])
            raise StorageError(report.unreachable[0])
        errors = sorted({one.code for one in report.findings if one.severity is Severity.ERROR})
        places = "; ".join(one.where for one in report.findings[:1])
        facts = {"objects": report.objects, "bytes": report.length_bytes, "codes": errors, "repair": report.repair_id}
        going_on = None
        if filled.next is not None:
            going_on = replicate_job(archive.id, folder, occasion, first=filled.next, batch=int(batch) + 1)
        yield Ended(
            State.DAMAGED if errors else State.DONE,
            f"no good copy: {', '.join(errors)}: {places}; `strongroom repair` says all" if errors else "",
            facts,
            then=going_on,
        )

    return work


def _refuse_away(folder: Path, archive: Archive, sentence: str) -> None:
    """Raise `AwayError` where the replica is not there: that is nobody's fault, and it comes back."""
    try:
        is_away = not is_reachable(Archive.open_replica(folder, archive))
    except (StorageError, OSError):
        is_away = True
    if is_away:
        raise AwayError(sentence)
