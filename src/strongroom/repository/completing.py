"""What follows a commit: replicas, the log, the receipt, and telling of it; each step may have been done before.

A run that was killed anywhere here is completed by the next one in this same way, from the ticket of the attempt or
from the same bag given again. Under the lock of the ingest nobody else does it at the same time.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from strongroom.model.finding import Finding
from strongroom.model.receipt import Entry, Inclusion, Receipt
from strongroom.model.rules import ingest as rules
from strongroom.repository import receipts
from strongroom.repository.commands import run_command
from strongroom.repository.log import Log
from strongroom.repository.log.lines import entry_of, moment, moment_of
from strongroom.repository.replicas import replicate
from strongroom.repository.stored import StoredVersion
from strongroom.repository.ticket import Ticket
from strongroom.repository.work import Work, refuse_forks
from strongroom.storage import reached

_ON_RECEIPT_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Completed:
    """A receipt, and what is to be said beside it; no finding is an error."""

    receipt: Receipt
    findings: tuple[Finding, ...] = ()


def complete(work: Work, ticket: Ticket, version: StoredVersion, *, is_new: bool = False) -> Completed:
    """Bring a version that is in the store, read back, to its receipt; the caller holds the lock of the ingest.

    Args:
        work: on the archive that holds it; each replica gets the object, and the log with the receipt.
        ticket: what the receipt says beside what the version says itself.
        version: as stored.
        is_new: whether the caller made the version just now, so that it cannot have been logged yet.

    Raises:
        StorageError: a replica or the log cannot be written or is damaged. The version stays, and the same again
            completes it.
    """
    archive, attempt, replicas = work.archive, work.attempt, work.replicas
    findings: list[Finding] = []
    refuse_forks(archive, replicas)
    with ExitStack() as stack:
        attempts = [stack.enter_context(replica.attempt(new_id=work.new_id)) for replica in replicas]
        for replica, own in zip(replicas, attempts, strict=True):
            replicate(archive, replica, version.object_id, attempt=attempt, replica_attempt=own)
            reached("after a replica holds the object")
        receipt = receipts.read(archive, ticket.ingest)
        if receipt is None:
            inclusion = _logged(work, ticket, version, is_new=is_new)
            findings += _clock_behind(inclusion)
            receipt = receipts.receipt_of(inclusion)
            receipts.place(archive, attempt, receipt)
        reached("after the receipt is placed")
        for replica, own in zip(replicas, attempts, strict=True):
            Log.open(archive).copy_to(replica, own)
            receipts.place(replica, own, receipt)
            reached("after a replica holds the receipt")
    return Completed(receipt, (*findings, *_told(work, ticket.ingest)))


def _logged(work: Work, ticket: Ticket, version: StoredVersion, *, is_new: bool) -> Inclusion:
    log = Log.unread(work.archive) if is_new else Log.open(work.archive)
    if not is_new and (known := log.find("ingest", ingest=ticket.ingest)):
        return log.inclusion(known[0])
    facts = {
        "ingest": ticket.ingest,
        "object": version.object_id,
        "version": version.number,
        "package": ticket.package,
        "committed": moment(version.created),
        "inventory": version.inventory_sha512,
        "files": version.files,
        "bytes": version.length_bytes,
        "replicas": [replica.replica for replica in work.replicas],
        "warnings": list(ticket.warnings),
        "empty_folders": list(ticket.empty_folders),
        "scan": ticket.scan,
        "bag_created": ticket.bag_created,
    }
    (inclusion,) = log.append(work.attempt, [Entry("ingest", moment_of(moment(work.clock())), facts)])
    return inclusion


def _clock_behind(inclusion: Inclusion) -> Iterator[Finding]:
    _, entry = entry_of(inclusion.entry.encode("ascii"))
    if latest := entry.facts.get("clock_behind"):
        found = f"{moment(entry.at)} after an entry of {latest}"
        yield rules.CLOCK_BEHIND.at(".", expected="a moment after that of the last entry", found=found)


def _told(work: Work, ingest_id: str) -> tuple[Finding, ...]:
    command = work.settings.ingest.on_receipt
    if not command:
        return ()
    path = receipts.receipt_path(work.archive.log, ingest_id)
    ran = run_command(command, path, seconds=_ON_RECEIPT_SECONDS)
    if ran.status == 0:
        return ()
    found = ran.said if ran.status is None else f"status {ran.status}: {ran.said or 'nothing said'}"
    return (rules.NOT_TOLD.at(".", expected="status 0", found=found),)
