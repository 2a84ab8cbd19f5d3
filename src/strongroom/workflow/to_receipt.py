"""From a bag, wherever it was delivered, to its receipt, or into quarantine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from strongroom.errors import StorageError, StrongroomError, UsageError
from strongroom.model.finding import Accepted, Finding, Refused, RefusedError, Severity, judge
from strongroom.model.package import Bag
from strongroom.model.progress import OnProgress, Progress, Stage
from strongroom.model.receipt import Receipt
from strongroom.model.rules import ingest as rules
from strongroom.repository.archive import Archive
from strongroom.repository.arrivals import Arrival, Incoming, clear, is_the_same, ready, set_aside, tidy
from strongroom.repository.attempt import LeaseLostError
from strongroom.repository.completing import complete
from strongroom.repository.fixity.lost import refuse_second_log
from strongroom.repository.identity import check_object_id
from strongroom.repository.quarantining import Refusal, quarantine_copy, quarantine_delivery, report_alone
from strongroom.repository.receipts import receipt_path
from strongroom.repository.receiving import Received, room_for
from strongroom.repository.recovery import recover
from strongroom.repository.scanning import scan_for_viruses
from strongroom.repository.ticket import read_ticket
from strongroom.repository.unpacking import receive, to_keep
from strongroom.repository.work import Work, opened_replicas
from strongroom.settings import Settings
from strongroom.stages import ingest as ingesting
from strongroom.stages.verify import verify
from strongroom.workflow.edges import Clock, NewId, new_urn, now, silent


def ingest(
    accepted: Accepted[Bag],
    root: Path,
    settings: Settings | None = None,
    *,
    object_id: str = "",
    clock: Clock = now,
    new_id: NewId = new_urn,
) -> Receipt:
    """Take a verified bag into an archive, which is made where there is none.

    The bag is copied and the copy hashed again; it stays where it is. `take_in` also verifies, and unpacks.

    Args:
        accepted: what `verify` returned.
        root: the archive.
        object_id: of the archival object; empty: as the bag says.

    Raises:
        RefusedError: the copy is not what was verified, or its object was withdrawn, or is another one.
        StrongroomError: the work could not be done; nothing is lost, and the same call again goes on.
    """
    return ingesting.ingest(accepted, root, settings, object_id=object_id, clock=clock, new_id=new_id)


def take_in(
    path: Path,
    root: Path,
    settings: Settings | None = None,
    *,
    object_id: str = "",
    clock: Clock = now,
    new_id: NewId = new_urn,
    on_progress: OnProgress = silent,
) -> Accepted[Receipt] | Refused:
    """Take one bag into an archive: received, verified, committed, replicated, logged.

    Args:
        path: the folder of a bag, or a bag in one file; it stays where it is.
        root: the archive, which is made where there is none.
        object_id: of the archival object; empty: as the bag says (DESIGN ruling 14).

    Returns:
        The receipt, with the warnings; or why the bag is refused: then a copy of it lies in ``quarantine`` with a
        report beside it.

    Raises:
        UsageError: there is no such bag, or the settings are wrong.
        StorageError: a disk is full or cannot be written; nothing is lost, and the same call again goes on.
    """
    with intake(root, settings or Settings(), clock=clock, new_id=new_id, on_progress=on_progress) as door:
        return door.take_in(path, object_id=object_id)


@contextmanager
def intake(
    root: Path,
    settings: Settings,
    *,
    clock: Clock = now,
    new_id: NewId = new_urn,
    on_progress: OnProgress = silent,
    projects: bool = True,
) -> Iterator["Intake"]:
    """Open the door of an archive for any number of bags.

    What earlier runs left half done is completed first. When the block ends, the catalogue is brought up to date, or
    with `projects` false the caller does that with `Intake.project`; what hinders it is no error, since the catalogue
    can be made again at any time: see `Intake.remarks`.
    """
    archive = Archive.open_or_make(root, new_id=new_id)
    replicas = opened_replicas(archive, settings, new_id=new_id)
    refuse_second_log(archive, replicas)
    door = Intake(archive, replicas, settings, clock=clock, new_id=new_id, on_progress=on_progress)
    door.remarks += recover(archive, replicas, settings, complete=complete, clock=clock, new_id=new_id)
    try:
        yield door
    finally:
        if projects:
            door.project()


def joined(root: Path, settings: Settings, *, clock: Clock = now, new_id: NewId = new_urn) -> "Intake":
    """The door that another process opened: nothing is recovered or brought up to date, since that one sees to it."""
    archive = Archive.open(root)
    replicas = opened_replicas(archive, settings, new_id=new_id)
    return Intake(archive, replicas, settings, clock=clock, new_id=new_id, on_progress=silent)


@dataclass(slots=True)
class _Outcome:
    judged: Accepted[Receipt] | Refused
    received: Received
    kept: Path | None


class Intake:
    """The open door of an archive; use `intake`.

    Attributes:
        archive, replicas, settings: as opened.
        reports: on refused bags, by the place where each was delivered.
        remarks: sentences about what went less than well and does not touch any bag.
    """

    def __init__(
        self,
        archive: Archive,
        replicas: tuple[Archive, ...],
        settings: Settings,
        *,
        clock: Clock,
        new_id: NewId,
        on_progress: OnProgress,
    ) -> None:
        """Use `intake`."""
        self.archive = archive
        self.replicas = replicas
        self.reports: dict[Path, Path] = {}
        self.remarks: list[str] = []
        self.settings = settings
        self._clock = clock
        self._new_id = new_id
        self._on_progress = on_progress
        self._has_news = False

    def take_in(self, path: Path, *, object_id: str = "") -> Accepted[Receipt] | Refused:
        """Take in a bag that stays where it is; what it is and raises is as `take_in` of this module says."""
        check_object_id(object_id)
        try:
            source = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before Python 3.13
            raise UsageError(f"{path} cannot be found; check the path") from error
        with self._work() as work:
            outcome = self._taken(work, source, object_id)
            judged = outcome.judged
            if isinstance(judged, Refused) and not _has_changed(judged):
                refusal = Refusal(source, self._clock(), judged.findings)
                if outcome.kept is not None:
                    self.reports[source] = quarantine_copy(self.archive, work.attempt, outcome.kept, refusal)
                else:
                    self.reports[source] = report_alone(self.archive, work.attempt, source, refusal)
        return judged

    def ready(self, folder: Path) -> Incoming:
        """What lies in an incoming folder, after what a kill interrupted there was tidied up."""
        tidy(folder)
        ingest_settings = self.settings.ingest
        return ready(
            folder,
            settle_seconds=ingest_settings.settle_seconds,
            clock=self._clock,
            max_files=self.settings.verify.max_files,
        )

    def take_delivery(
        self,
        arrival: Arrival,
        *,
        object_id: str = "",
        patience_seconds: float = 0.0,
        on_receipt: Callable[[Receipt], None] = lambda _: None,
    ) -> Accepted[Receipt] | Refused | None:
        """Take in what lies ready in an incoming folder; it leaves the folder, for the store or for quarantine.

        Several processes may look after one folder: one of them takes a delivery, the others get None.

        Args:
            arrival: as `ready` gave it.
            object_id: as for `take_in`.
            patience_seconds: how long to wait for somebody who has it; one who is silent for 10 s is taken for dead.
            on_receipt: hears of the receipt while the delivery still lies in the folder.

        Returns:
            As `take_in`; None when somebody else has it or had it, or it is not whole after all: then it waits.
        """
        check_object_id(object_id)
        with self._work() as work, ExitStack() as stack:
            try:
                stack.enter_context(work.attempt.lock(arrival.lock_name, patience_seconds=patience_seconds))
            except StorageError as error:
                if isinstance(error, LeaseLostError) or error.__cause__ is not None:
                    raise
                return None
            if not is_the_same(arrival, self.settings.verify.max_files):
                return None
            outcome = self._taken(work, arrival.path, object_id)
            judged = outcome.judged
            if isinstance(judged, Accepted):
                on_receipt(judged.value)
                left = clear(arrival, outcome.received.seen, new_id=self._new_id)
                return Accepted(judged.value, (*judged.findings, *left))
            if _has_changed(judged):
                return None
            return Refused((*judged.findings, *self._put_aside(work, arrival, outcome)))

    def note_news(self) -> None:
        """Say that bags were taken in, so that the catalogue has something to catch up with."""
        self._has_news = True

    def project(self) -> None:
        """Bring the catalogue up to the log."""
        if not self._has_news:
            return
        self._has_news = False
        from strongroom.repository.catalogue import Catalogue

        try:
            with Catalogue.open(self.archive, self.settings.archive.catalogue) as catalogue:
                catalogue.catch_up()
                self.remarks += catalogue.remarks
        except StrongroomError as error:
            self.remarks.append(f"the catalogue was not brought up to date, and no bag is the worse for it: {error}")

    def receipt_path(self, receipt: Receipt) -> Path:
        """The file of a receipt."""
        return receipt_path(self.archive.log, receipt.ingest_id)

    @contextmanager
    def _work(self) -> Iterator[Work]:
        failure: BaseException | None = None
        with self.archive.attempt(new_id=self._new_id) as attempt:
            try:
                with attempt.guarding():
                    yield Work(self.archive, attempt, self.replicas, self.settings, self._clock, self._new_id)
            except BaseException as error:
                if read_ticket(attempt.folder) is not None:
                    raise
                failure = error  # before the ticket there is nothing to go on from, and the disk may be full of it
        if failure is not None:
            raise failure

    def _taken(self, work: Work, source: Path, object_id: str) -> _Outcome:
        self._on_progress(Progress(Stage.RECEIVE, current=source.name))
        received = receive(source, work.attempt.folder / "received", self.settings, room=room_for(work))
        if received.path is None or any(one.severity is Severity.ERROR for one in received.findings):
            return _Outcome(Refused(received.findings), received, to_keep(source, received, work))
        findings = list(received.findings)
        scan, infected = scan_for_viruses(received.path, self.settings.ingest)
        if infected:
            return _Outcome(Refused((*infected, *findings)), received, to_keep(source, received, work))
        self._on_progress(Progress(Stage.VERIFY, current=source.name))
        verified = verify(received.path, self.settings.verify, with_fixities=True)
        judged = judge(None, [*verified.findings, *findings])
        if isinstance(verified, Refused) or isinstance(judged, Refused):
            return _Outcome(Refused(judged.findings), received, to_keep(source, received, work))
        self._on_progress(Progress(Stage.INGEST, current=source.name))
        remarks: list[Finding] = []
        accepted = Accepted(verified.value, judged.findings)
        try:
            receipt = ingesting.ingest(
                accepted,
                self.archive.root,
                self.settings,
                object_id=object_id,
                work=work,
                on_finding=remarks.append,
                scan=scan,
                clock=self._clock,
                new_id=self._new_id,
            )
        except RefusedError as error:
            return _Outcome(Refused(error.findings), received, to_keep(source, received, work))
        self.note_news()
        return _Outcome(Accepted(receipt, (*judged.findings, *remarks)), received, None)

    def _put_aside(self, work: Work, arrival: Arrival, outcome: _Outcome) -> tuple[Finding, ...]:
        """Let a refused delivery leave the incoming folder for quarantine; says when it could not."""
        place = arrival.path.resolve()
        refusal = Refusal(arrival.path, self._clock(), outcome.judged.findings)
        if outcome.kept is not None:
            self.reports[place] = quarantine_copy(self.archive, work.attempt, outcome.kept, refusal)
            return clear(arrival, outcome.received.seen, new_id=self._new_id)
        if arrival.marker is not None:
            with suppress(OSError):  # the marker first: alone it would call the next delivery of that name whole
                arrival.marker.unlink()
        report, moved = quarantine_delivery(self.archive, work.attempt, arrival.path, refusal)
        self.reports[place] = report
        return () if moved else set_aside(arrival)


def _has_changed(refused: Refused) -> bool:
    return any(one.code == rules.CHANGED.code for one in refused.findings)
