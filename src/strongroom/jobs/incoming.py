"""The doorkeeper: looks through incoming folders again and again, and makes a job of every bag that lies ready.

The kernel tells of changes at once where it can; since it tells nothing of what other machines do on a network file
system, the folders are looked through every few seconds as well. A database of jobs that was lost is filled again by
the next look.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.errors import StorageError
from strongroom.jobs.database import Database, require_extra
from strongroom.jobs.job import Job, Patience
from strongroom.jobs.ledger import Ledger, check_tables
from strongroom.jobs.place import Place
from strongroom.jobs.replication import Chores
from strongroom.jobs.works import audit_job, ingest_job
from strongroom.repository.arrivals import ready, tidy
from strongroom.settings import Settings
from strongroom.storage import saying

if TYPE_CHECKING:
    from strongroom.jobs.engine import Sender

_PAUSE_SECONDS: Final = 1.0
_SHARE: Final = 10
"""A look through the folders that takes long is not repeated before ten times as long has passed."""


@dataclass(frozen=True, slots=True)
class Looking:
    """How to look after incoming folders.

    Attributes:
        folders: into which bags are delivered.
        poll_seconds: between two looks where nothing is told of any change.
        audits: whether to have read again every day what is due.
    """

    folders: Sequence[Path]
    poll_seconds: float = 2.0
    audits: bool = False


def keep_door(
    place: Place,
    looking: Looking,
    settings: Settings,
    *,
    stop: threading.Event,
    clock: Callable[[], datetime],
    chores: Chores = lambda _: (),
    on_arrival: Callable[[Job], None] = lambda _: None,
    on_trouble: Callable[[str], None] = lambda _: None,
) -> None:
    """Make a job of every bag that lies ready, until `stop` is set.

    Raises:
        UsageError: the extra is not installed.
        StorageError: a folder or the database cannot be used in the beginning; later that is told and tried again.
    """
    require_extra()
    has_looked, said = False, ""
    while not stop.is_set():
        try:
            with closing(Database.open(place.url, place.path)) as database:
                door = _Door(database, place, looking, settings, clock=clock, chores=chores, on_arrival=on_arrival)
                for trouble in door.looks(stop):
                    has_looked = True
                    if trouble and trouble != said:
                        on_trouble(trouble)
                    said = trouble
        except StorageError as error:
            if not has_looked:
                raise
            if str(error) != said:
                on_trouble(str(error))
            said = str(error)
            stop.wait(_PAUSE_SECONDS)


class _Door:
    """The door as long as one connection to the database lasts."""

    def __init__(
        self,
        database: Database,
        place: Place,
        looking: Looking,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        chores: Chores,
        on_arrival: Callable[[Job], None],
    ) -> None:
        self._database = database
        self._archive_id = place.archive_id
        self._looking = looking
        self._settings = settings
        self._clock = clock
        self._chores = chores
        self._on_arrival = on_arrival

    def looks(self, stop: threading.Event) -> Iterator[str]:
        """Look through the folders whenever there may be something; yields what hindered each look, or nothing."""
        from strongroom.jobs.engine import Sender

        ledger = Ledger(self._database, clock=self._clock)
        ledger.make(self._archive_id)
        with closing(Sender(self._database)) as sender:
            is_first, chores_at = True, time.monotonic()
            for _ in self._occasions(stop):
                check_tables(self._database)
                begun, trouble = time.monotonic(), ""
                for folder in self._looking.folders:
                    try:
                        jobs = self._found(folder)
                    except StorageError as error:  # such as a share that is away: the others are looked at
                        if is_first:
                            raise
                        trouble = str(error)
                        continue
                    for job in self._send(jobs, ledger, sender):
                        self._on_arrival(job)
                if self._looking.audits:
                    self._send([audit_job(self._archive_id, self._clock().date())], ledger, sender)
                if time.monotonic() >= chores_at:
                    self._send(self._chores(ledger), ledger, sender)
                    chores_at = time.monotonic() + Patience().chores_seconds
                is_first = False
                yield trouble
                stop.wait(min((time.monotonic() - begun) * _SHARE, 60.0))

    def _send(self, jobs: Sequence[Job], ledger: Ledger, sender: "Sender") -> list[Job]:
        """Put into the queue what is not known yet; returns it."""
        known = ledger.known([job.id for job in jobs])
        new = [job for job in jobs if job.id not in known]
        for job in new:
            sender.send(job)
        ledger.add(new)
        return new

    def _found(self, folder: Path) -> list[Job]:
        with saying("look into the incoming folder", folder):
            tidy(folder)
        found = ready(
            folder,
            settle_seconds=self._settings.ingest.settle_seconds,
            clock=self._clock,
            max_files=self._settings.verify.max_files,
        )
        return [ingest_job(arrival) for arrival in found.ready]

    def _occasions(self, stop: threading.Event) -> Iterator[None]:
        """Now, after every change that the kernel tells of, and every few seconds."""
        from watchfiles import watch

        yield
        while not stop.is_set():
            try:
                for _ in watch(
                    *self._looking.folders,
                    watch_filter=None,
                    stop_event=stop,
                    recursive=False,
                    debounce=200,
                    rust_timeout=round(self._looking.poll_seconds * 1000),
                    yield_on_timeout=True,
                    raise_interrupt=False,
                ):
                    yield
            except (OSError, RuntimeError):
                # A name that is no Unicode, no more watches to be had, a folder that went away: nothing is told then,
                # so look after the usual time, and ask to be told again.
                if not stop.wait(self._looking.poll_seconds):
                    yield
