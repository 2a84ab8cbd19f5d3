"""Capture: from a plan to WARC files and a journal, wherever it was interrupted before."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from strongroom.errors import InterruptedByUserError, NothingCapturedError, StorageError, UsageError
from strongroom.formats.warc.exchange import warcinfo_fields
from strongroom.formats.warc.resume import close_after_kill
from strongroom.formats.warc.write import WarcWriter
from strongroom.model.capture import Capture
from strongroom.model.exchange import Fetch
from strongroom.model.outcome import Relation
from strongroom.model.plan import Plan, RobotsPolicy
from strongroom.model.progress import Progress
from strongroom.settings import CaptureSettings
from strongroom.storage import free_bytes, locked, make_directory
from strongroom.web.courtesy import Courtesy
from strongroom.web.crawl import Crawl
from strongroom.web.engine import Engine, user_agent
from strongroom.web.finished import read_capture, read_plan
from strongroom.web.journal import Journal, journalling
from strongroom.web.recorder import Bounds, Recorder, archive_folder
from strongroom.web.scope import SEED, ScopeRules
from strongroom.web.stored import StoredRobots

_ROOM_BYTES = 1 << 20


def capture(
    plan: Plan,
    work: Path,
    settings: CaptureSettings,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    version: str,
    fetch: Fetch | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    courtesy: Courtesy | None = None,
) -> Capture:
    """Fetch everything in the plan and all that it leads to, and record it durably.

    Run again on the same work directory it goes on from what was recorded; when everything is, it returns at once.

    Args:
        work: the directory of this capture; made when it is not there.
        new_id: gives ``urn:uuid:…``.
        version: of this program, for warcinfo and the User-Agent.
        fetch: asks for one URL; by default the engine over the network.
        courtesy: what other captures that run at the same time ask of the same hosts; by default there are none.

    Raises:
        UsageError: the work directory holds another capture.
        NothingCapturedError: no seed gave any answer.
        InterruptedByUserError: somebody pressed Ctrl-C; what had come back is recorded.
        StorageError: the disk is full or fails; what had come back before is recorded.
    """
    make_directory(work)
    with (
        locked(work / "lock"),
        journalling(work),
        contextlib.closing(_journal(plan, work, clock=clock, new_id=new_id)) as journal,
    ):
        if journal.fact("ended_at") is None:
            if free_bytes(work) < _ROOM_BYTES:
                raise StorageError(f"the disk that holds {work} is full; make room and run the same command again")
            folder = make_directory(archive_folder(work, str(journal.fact("package_id"))))
            _Run(plan, work, folder, settings, journal, clock, new_id, version, fetch, on_progress, courtesy).whole()
        try:
            return read_capture(work, journal)
        except NothingCapturedError:
            journal.close()
            _forget(work)
            raise


def _journal(plan: Plan, work: Path, *, clock: Callable[[], datetime], new_id: Callable[[], str]) -> Journal:
    if Journal.exists(work):
        journal = Journal.read(work)
        if read_plan(journal) != replace(plan, links=()):
            journal.close()
            raise UsageError(
                f"{work} holds a capture of other URLs or rules; repeat its command, or choose another folder"
            )
        return journal
    rules = asdict(plan)
    del rules["links"]
    facts = {
        "package_id": new_id().replace("urn:uuid:", "uuid-"),
        "object_id": new_id(),
        "plan": rules,
        "started_at": clock().isoformat(),
        "seconds": 0.0,
        "bytes": 0,
    }
    return Journal.create(work, facts)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a capture, with all that it needs."""

    plan: Plan
    work: Path
    folder: Path
    settings: CaptureSettings
    journal: Journal
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    version: str
    fetch: Fetch | None
    on_progress: Callable[[Progress], None]
    courtesy: Courtesy | None

    def whole(self) -> None:
        """Go from what the journal says to the end of the capture."""
        journal = self.journal
        for seed in self.plan.seeds:
            journal.see(seed, Relation.SEED, SEED, found_on="")
        journal.commit()
        _mend(journal, self.folder)
        with self._writer() as writer:
            bounds = Bounds(self.settings.attempts, self.plan.max_urls, self.settings.max_retry_after_seconds)
            scope = ScopeRules(self.plan, max_redirects=self.settings.max_redirects)
            recorder = Recorder(journal, writer, scope, bounds, new_id=self.new_id)
            try:
                asyncio.run(self._crawl(recorder))
            except KeyboardInterrupt as error:
                recorder.close()
                raise InterruptedByUserError(
                    "interrupted; what had come back is kept, run the same command again to go on from there"
                ) from error
            recorder.close()
        journal.set_fact("ended_at", self.clock().isoformat())
        journal.commit()

    def _writer(self) -> WarcWriter:
        return WarcWriter(
            self.folder,
            stem=str(self.journal.fact("package_id")),
            info=_warcinfo(self.plan, self.settings, self.version),
            max_bytes=self.settings.warc_bytes,
            clock=self.clock,
            new_id=self.new_id,
            first_number=len(self.journal.warcs()) + 1,
        )

    async def _crawl(self, recorder: Recorder) -> None:
        async with contextlib.AsyncExitStack() as stack:
            fetch = self.fetch
            if fetch is None:
                spool = make_directory(self.work / "spool")
                engine = Engine(self.settings, spool=spool, clock=self.clock, version=self.version)
                fetch = (await stack.enter_async_context(engine)).fetch
            crawl = Crawl(
                self.plan,
                self.settings,
                recorder,
                fetch=fetch,
                robots=StoredRobots(self.journal, self.folder),
                clock=self.clock,
                on_progress=self.on_progress,
                courtesy=self.courtesy,
            )
            await crawl.run(list(self.journal.queued()))


def _mend(journal: Journal, folder: Path) -> None:
    """Close the WARC file that a killed run left open, at its last committed record (WARC files begun later go)."""
    position = journal.fact("position")
    name, valid_bytes = position if isinstance(position, list) else ("", 0)
    finished = {file.name for file in journal.warcs()}
    for path in sorted(folder.glob("*.warc.gz")):
        if path.name not in finished:
            file = close_after_kill(path, int(valid_bytes) if path.name == name else 0)
            if file is not None:
                journal.closed(file)
    journal.commit()


def _forget(work: Path) -> None:
    """Leave nothing of a capture that came to nothing, so that the same command begins anew."""
    for name in ("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"):
        (work / name).unlink(missing_ok=True)
    for folder in (work / "spool", *work.glob("uuid-*")):
        shutil.rmtree(folder, ignore_errors=True)


def _warcinfo(plan: Plan, settings: CaptureSettings, version: str) -> dict[str, str]:
    scope = f"scope {plan.scope.value}" + ("" if plan.depth is None else f", depth {plan.depth}")
    return warcinfo_fields(
        software=f"strongroom/{version}",
        operator=settings.operator,
        robots="obey" if plan.robots is RobotsPolicy.OBEY else "ignore",
        user_agent=user_agent(settings, version),
        more=(
            ("description", scope),
            ("address-guard", "lifted: private addresses were allowed" if settings.allow_private else ""),
        ),
    )
