"""A worker: takes jobs one after the other, and looks every second for those whose worker is dead."""

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Final

from strongroom.errors import StorageError
from strongroom.jobs.database import Database, require_extra
from strongroom.jobs.job import Happening, Kind, Patience, Work
from strongroom.jobs.lease import Lease, RollCall
from strongroom.jobs.ledger import Ledger, check_tables
from strongroom.jobs.performing import Performer
from strongroom.jobs.place import Place
from strongroom.jobs.replication import Chores

if TYPE_CHECKING:
    from strongroom.jobs.engine import Engine, Sender

_PAUSE_SECONDS: Final = 0.25
_SWEEPS: Final = 3
"""So often a delivery is seen that nobody here works at, before it is taken for lost."""


def run_worker(
    place: Place,
    works: Callable[[Database], Mapping[Kind, Work]],
    *,
    stop: threading.Event,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    patience: Patience | None = None,
    chores: Chores = lambda _: (),
    on_happening: Callable[[Happening], None] = lambda _: None,
    on_trouble: Callable[[str], None] = lambda _: None,
) -> bool:
    """Work until `stop` is set; whether everything that was under way came to a rest by then.

    `works` is asked once for each database that is opened.

    Where the database goes away or the worker was taken for dead, it begins again under another name. When this returns
    false a thread is still at work, and the caller ends the process: the job is nobody's any more, as after a kill.

    Raises:
        UsageError: the extra is not installed, or the URL is none.
        StorageError: the database cannot be reached in the beginning, or is of another format.
    """
    require_extra()
    patience = patience or Patience()
    has_worked, pause, said = False, _PAUSE_SECONDS, ""
    while True:
        life: _Life | None = None
        try:
            with closing(Database.open(place.url, place.path)) as database:
                name = f"{socket.gethostname()}-{os.getpid()}-{new_id()[-8:]}"
                life = _Life(name, database, place, works(database), patience=patience, clock=clock, chores=chores)
                return life.run(stop, on_happening)
        except StorageError as error:
            if life is not None and life.is_at_work:
                has_worked, pause, said = True, _PAUSE_SECONDS, ""
            if not has_worked:
                raise
            if str(error) != said:
                on_trouble(str(error))
            said, pause = str(error), min(pause * 2, patience.expiry_seconds)
        if stop.wait(pause):
            return True


class _Life:
    """A worker under one name, with one connection to the database; after a loss another life begins."""

    def __init__(
        self,
        name: str,
        database: Database,
        place: Place,
        works: Mapping[Kind, Work],
        *,
        patience: Patience,
        clock: Callable[[], datetime],
        chores: Chores,
    ) -> None:
        self._name = name
        self._database = database
        self._archive_id = place.archive_id
        self._works = works
        self._patience = patience
        self._chores = chores
        self._chores_at = 0.0
        self._ledger = Ledger(database, clock=clock)
        self._lease = Lease(database, place.locks, name, patience=patience, clock=clock)
        self._roll = RollCall(database, place.locks, expiry_seconds=patience.expiry_seconds)
        self._strange: dict[str, int] = {}
        self.is_at_work = False

    def run(self, stop: threading.Event, on_happening: Callable[[Happening], None]) -> bool:
        """Work until `stop`; raises `StorageError` when this life cannot go on."""
        from strongroom.jobs.engine import Engine, Sender

        self._ledger.make(self._archive_id)
        ending = threading.Event()
        with closing(Sender(self._database)) as sender, self._lease:
            performer = Performer(
                self._ledger,
                sender,
                self._works,
                worker=self._name,
                patience=self._patience,
                stop=ending,
                on_happening=on_happening,
            )
            engine = Engine(self._database, worker=self._name, patience=self._patience)
            try:
                engine.start(self._works, performer.perform)
                self.is_at_work = True
                while not self._lease.lost.is_set():
                    self._sweep(engine, performer)
                    self._look_for_chores(sender)
                    if stop.wait(self._patience.sweep_seconds):
                        break
            finally:
                ending.set()
                engine.stop(grace_seconds=self._patience.grace_seconds)
            if self._lease.why is not None:
                raise self._lease.why
            if performer.is_busy:
                performer.give_back()
            return not performer.is_busy

    def _look_for_chores(self, sender: "Sender") -> None:
        if time.monotonic() < self._chores_at:
            return
        jobs = self._chores(self._ledger)
        known = self._ledger.known([job.id for job in jobs])
        for job in jobs:
            if job.id not in known:
                sender.send(job)
        self._ledger.add(jobs)
        self._chores_at = time.monotonic() + self._patience.chores_seconds

    def _sweep(self, engine: "Engine", performer: Performer) -> None:
        """Let the jobs of the dead be delivered again, and those that were delivered here and got lost on the way."""
        check_tables(self._database)
        for kind in self._works:
            engine.hurry(kind, work_waits=self._ledger.waits(kind))
        held = engine.held()
        dead = self._roll.dead(set(held.values()), me=self._name)
        if dead:
            self._ledger.bury(dead)
            engine.recover(dead)
        lost = [one for one, worker in held.items() if worker == self._name and not performer.is_at(one)]
        self._strange = {one: self._strange.get(one, 0) + 1 for one in lost}
        if any(times >= _SWEEPS for times in self._strange.values()):
            engine.recover([self._name])
            self._strange.clear()
