"""Ingest: an accepted bag becomes a version of an object in the archive, once, and its sender gets a receipt."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.check import check_bag
from strongroom.formats.bag.declaration import NAME as DECLARATION
from strongroom.formats.bag.paths import shown
from strongroom.formats.bag.tree import Tree
from strongroom.formats.timestamp import timestamp
from strongroom.model.finding import Accepted, Finding, Refused, RefusedError, Severity, judge
from strongroom.model.package import Bag
from strongroom.model.receipt import Receipt
from strongroom.model.rules import bag as bag_rules
from strongroom.model.rules import ingest as rules
from strongroom.repository import receipts
from strongroom.repository.archive import Archive
from strongroom.repository.completing import complete
from strongroom.repository.fixity.lost import refuse_second_log
from strongroom.repository.identity import check_object_id, object_id_of
from strongroom.repository.receiving import receive_folder, room_for
from strongroom.repository.recovery import recover
from strongroom.repository.store import commit, read_back, recover_object, undo
from strongroom.repository.stored import StoredVersion, find_version, ingest_id_of, ingest_lock, object_lock
from strongroom.repository.ticket import Ticket, write_ticket
from strongroom.repository.withdrawal import tombstone
from strongroom.repository.work import Work, opened_replicas
from strongroom.settings import Settings

_ERROR: Final = Severity.ERROR
_NO_BAG: Final = rules.NOT_A_BAG.at(".", expected=DECLARATION, found="none")
_NAMES: Final = {
    rule.code for rule in (bag_rules.CASE_COLLISION, bag_rules.NORMALIZATION_COLLISION, bag_rules.NAME_NOT_PORTABLE)
}


def ingest(
    accepted: Accepted[Bag],
    root: Path,
    settings: Settings | None = None,
    *,
    object_id: str = "",
    work: Work | None = None,
    on_finding: Callable[[Finding], None] | None = None,
    scan: str = "",
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Receipt:
    """Take a bag into the archive; the same bag again gives the receipt of the first time and adds nothing.

    Args:
        accepted: the bag with the proof that it was verified.
        root: the archive, which is made where there is none.
        settings: the replicas and conditions; absent: the defaults.
        object_id: of the archival object; empty: as the bag says (DESIGN ruling 14).
        work: on that archive and by these settings, when the bag is a copy in the folder of its attempt and has its
            fixities: nothing is hashed again. Without it the bag may lie where others write: it is copied, and the copy
            is hashed and compared.
        on_finding: hears what is worth saying beside the receipt; no such finding is an error.
        scan: what the virus scanner said of the bag.

    Returns:
        The receipt, when the version was read again from the disk of the archive and of every replica, and logged.

    Raises:
        RefusedError: the bag is none, or not what was verified, or by policy, or its object was withdrawn or is
            another one.
        StorageError: a disk is full or cannot be written, or what was written does not read back. Nothing is lost;
            the same call again goes on.
    """
    check_object_id(object_id)
    tell = on_finding or _unheard
    if work is not None:
        outcome = _admit(work, accepted, object_id, scan, tell)
    else:
        with _begun(root, settings or Settings(), clock=clock, new_id=new_id) as own:
            copied = _own_copy(own, accepted)
            outcome = copied if isinstance(copied, Refused) else _admit(own, copied, object_id, scan, tell)
    if isinstance(outcome, Refused):
        raise RefusedError(outcome.findings)
    return outcome


@contextmanager
def _begun(
    root: Path, settings: Settings, *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> Iterator[Work]:
    archive = Archive.open_or_make(root, new_id=new_id)
    replicas = opened_replicas(archive, settings, new_id=new_id)
    refuse_second_log(archive, replicas)
    recover(archive, replicas, settings, complete=complete, clock=clock, new_id=new_id)
    with archive.attempt(new_id=new_id) as attempt:
        yield Work(archive, attempt, replicas, settings, clock, new_id)


def _own_copy(work: Work, accepted: Accepted[Bag]) -> Accepted[Bag] | Refused:
    """Copy the bag into the attempt's folder and hash the copy; refuse it where it is not what was verified."""
    bag, limits = accepted.value, work.settings.verify
    received = receive_folder(bag.path, work.attempt.folder / "received", work.settings, room=room_for(work))
    if received.path is None or received.findings:
        return Refused(received.findings)
    if not (received.path / DECLARATION).is_file():
        return Refused((_NO_BAG,))
    with Tree(received.path) as tree:
        scan = tree.scan(limits.max_files, max_hole_bytes=limits.max_hole_bytes)
        checked = check_bag(tree, scan, limits, digest_all=True)
    findings = [_differs(one.where, one.expected, one.found) for one in checked.findings if one.severity is _ERROR]
    if bag.fixities and bag.fixities != checked.fixities:
        findings += [
            _differs(shown(path), "the digests of what was verified", "other ones")
            for path in sorted(bag.fixities.keys() | checked.fixities.keys())
            if bag.fixities.get(path) != checked.fixities.get(path)
        ]
    elif (bag.payload_bytes, bag.payload_files) != (checked.payload_bytes, checked.payload_files):
        stated = f"{bag.payload_bytes} bytes in {bag.payload_files} files"
        findings.append(_differs("data", stated, f"{checked.payload_bytes} in {checked.payload_files}"))
    copy = replace(bag, path=received.path, info=checked.info, fixities=checked.fixities)
    return judge(replace(copy, empty_folders=tuple(sorted(scan.empty))), [*accepted.findings, *findings])


def _admit(
    work: Work, accepted: Accepted[Bag], asked: str, scan: str, tell: Callable[[Finding], None]
) -> Receipt | Refused:
    """Commit a copy that lies in the attempt's folder, or find that this was done before."""
    bag = accepted.value
    if DECLARATION not in bag.fixities:
        return Refused((_NO_BAG,))
    if work.settings.ingest.portable_names == "refuse" and (unfit := tuple(_unfit(accepted.findings))):
        return Refused((*unfit, *accepted.findings))
    ingest_id = ingest_id_of({path: fixity.sha512 for path, fixity in bag.fixities.items()})
    with work.attempt.lock(ingest_lock(ingest_id)):
        receipt = receipts.read(work.archive, ingest_id)
        object_id = receipt.object_id if receipt else object_id_of(bag.info, ingest_id, asked=asked)
        if refused := _refusal(work.archive, object_id, asked):
            return refused
        if receipt:
            found = f"version {receipt.version} of {receipt.object_id}"
            tell(rules.KNOWN.at(".", expected="a bag that is not in the archive", found=found))
            return receipt
        ticket = _ticket(accepted, ingest_id, object_id, scan, work.clock())
        write_ticket(work.attempt.folder, ticket)
        with work.attempt.lock(object_lock(object_id)):
            version, is_new = _stored(work, bag, ticket)
        completed = complete(work, ticket, version, is_new=is_new)
    for finding in completed.findings:
        tell(finding)
    return completed.receipt


def _stored(work: Work, bag: Bag, ticket: Ticket) -> tuple[StoredVersion, bool]:
    """The version of this ingest, read back, and whether it was made now and not by a run that was killed."""
    recover_object(work.archive, work.attempt, ticket.object)
    known = find_version(work.archive, ticket.object, ticket.ingest)
    version = known or commit(
        work.archive,
        work.attempt,
        bag.path,
        bag.fixities,
        object_id=ticket.object,
        ingest_id=ticket.ingest,
        package_id=ticket.package,
        user=work.settings.ingest.operator,
        at=work.clock(),
    )
    if damage := read_back(work.archive, version):
        undo(work.archive, work.attempt, version, damage)
        raise StorageError(
            f"what was written to {work.archive.store} does not read back ({damage[0].where}: {damage[0].found}); the "
            "version was taken out again and lies in quarantine. Check the disk before anything else"
        )
    return version, known is None


def _ticket(accepted: Accepted[Bag], ingest_id: str, object_id: str, scan: str, at: datetime) -> Ticket:
    bag = accepted.value
    warnings = sorted({one.code for one in accepted.findings if one.severity is Severity.WARNING})
    dates = (value for label, value in bag.info if label.lower() == "bagging-date")
    return Ticket(
        ingest=ingest_id,
        object=object_id,
        package=shown(bag.id),
        warnings=tuple(warnings),
        empty_folders=bag.empty_folders,
        scan=scan,
        bag_created=next(dates, ""),
        received_at=timestamp(at),
    )


def _refusal(archive: Archive, object_id: str, asked: str) -> Refused | None:
    if stone := tombstone(archive, object_id):
        return Refused((rules.WITHDRAWN.at(".", expected="an object that was not withdrawn", found=str(stone)),))
    if asked and asked != object_id:
        return Refused((rules.OTHER_OBJECT.at(".", expected=shown(asked), found=shown(object_id)),))
    return None


def _unfit(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    for one in findings:
        if one.code in _NAMES:
            yield rules.NAME_REFUSED.at(one.where, expected=one.expected, found=one.found)


def _differs(where: str, expected: str, found: str) -> Finding:
    return rules.COPY_DIFFERS.at(where, expected=expected, found=found)


def _unheard(_: Finding) -> None:
    """Tell nobody."""
