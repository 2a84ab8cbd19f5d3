"""Everything about a log looked at: every entry, every key, and the receipts and tombstones that are kept beside it."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.errors import StorageError
from strongroom.model.amounts import counted
from strongroom.model.finding import Finding
from strongroom.model.receipt import Checkpoint, Entry
from strongroom.model.rules import log as rules
from strongroom.repository import receipts, withdrawal
from strongroom.repository.archive import Archive
from strongroom.repository.log.checkpoint import parse_succession
from strongroom.repository.log.heads import hashes, misplaced
from strongroom.repository.log.lines import bundle_path, entry_of
from strongroom.repository.log.log import Log
from strongroom.repository.log.tree import BUNDLE, head_of
from strongroom.repository.ticket import is_under_way
from strongroom.storage import saying


@dataclass(slots=True)
class _Seen:
    """What the entries so far say: the log's key, officers and their keys, requests by index, what is withdrawn."""

    archive: Archive
    key: str = ""
    officers: dict[str, str] = field(default_factory=dict)
    requests: dict[int, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)


def check_log(log: Log, archive: Archive | None = None) -> Iterator[Finding]:
    """What is wrong with a log and what is kept beside it, in the order of entries.

    Args:
        log: of the archive, or of a replica.
        archive: the one that a replica belongs to, which takes bags in; absent: it is the log's own.
    """
    seen = _Seen(archive or log.archive)
    for bundle in range(-(-log.size // BUNDLE)):
        lines = yield from _check_bundle(log, bundle)
        for line in lines:
            yield from _check_entry(log, *entry_of(line), seen)
    if log.checkpoint is not None and seen.key not in {"", log.checkpoint.key_id}:
        yield rules.SUCCESSION.at(
            "log/checkpoint", expected=f"signed by the key {seen.key}, the last in the log", found=log.checkpoint.key_id
        )
    yield from _check_receipts(log)
    yield from _check_tombstones(log, seen)


def check_against(log: Log, checkpoint: Checkpoint, where: str) -> Finding | None:
    """Whether a log has kept what an earlier checkpoint signed; None when it has.

    Args:
        log: as it is now.
        checkpoint: whose signature was looked at already.
        where: it was found, for the finding.
    """
    if checkpoint.size > log.size:
        return rules.ROLLED_BACK.at(
            where,
            expected=f"at least {counted(checkpoint.size, 'entry', grouped=False)}",
            found=counted(log.size, "entry", grouped=False),
        )
    if log.head(checkpoint.size).hex() != checkpoint.root_sha256:
        return rules.FORKED.at(
            where,
            expected=f"the head {checkpoint.root_sha256} over the first {checkpoint.size} entries",
            found=log.head(checkpoint.size).hex(),
        )
    return None


def _check_bundle(log: Log, bundle: int) -> Generator[Finding, None, list[bytes]]:
    """Yields findings; returns the entries that may be looked at further: those of a bundle that is what was logged."""
    first = bundle * BUNDLE
    count = min(BUNDLE, log.size - first)
    where = _place(first)
    path = bundle_path(log.archive.log, bundle)
    with saying("read", path):
        kept = path.read_bytes().split(b"\n")[:-1][:count] if path.is_file() else []
    if len(kept) < count:
        yield rules.TRUNCATED.at(where, expected=counted(count, "entry", grouped=False), found=f"{len(kept)}")
        return []
    head = head_of(hashes(kept))
    if head == log.bundle_head(bundle):
        return kept
    if found := misplaced(kept, first):
        yield rules.REORDERED.at(f"{where}#{found[0]}", expected=f"entry {found[0]}", found=f"entry {found[1]}")
    else:
        yield rules.EDITED.at(where, expected=f"the hash {log.bundle_head(bundle).hex()}", found=head.hex())
    return []


def _check_entry(log: Log, index: int, entry: Entry, seen: _Seen) -> Iterator[Finding]:
    where = f"{_place(index)}#{index}"
    facts = entry.facts
    if "clock_behind" in facts:
        yield rules.CLOCK.at(where, expected=f"not before {facts['clock_behind']}", found=entry.at.isoformat())
    if index == 0:
        if entry.kind != "archive" or facts.get("archive") != log.archive.id:
            yield rules.BEGINNING.at(where, expected=f"archive {log.archive.id}", found=str(facts.get("archive")))
        seen.key = str(facts.get("key"))
    elif entry.kind == "key":
        yield from _check_key(log, index, entry, seen)
    elif entry.kind == "officer":
        if facts.get("revoked"):
            seen.officers.pop(str(facts.get("name")), None)
        else:
            seen.officers[str(facts.get("name"))] = str(facts.get("public"))
    elif entry.kind in {withdrawal.REQUEST, withdrawal.WITHDRAWAL, withdrawal.CANCEL, withdrawal.PURGE}:
        yield from _check_step(log, index, entry, seen)
    elif entry.kind == "ingest":
        ingest_id = str(facts.get("ingest"))
        path = receipts.receipt_path(log.archive.log, ingest_id)
        if not path.is_file() and not is_under_way(seen.archive, ingest_id) and not path.is_file():
            yield rules.NO_RECEIPT.at(_below(log, path), expected=f"the receipt of entry {index}", found="no file")


def _check_key(log: Log, index: int, entry: Entry, seen: _Seen) -> Iterator[Finding]:
    where = f"{_place(index)}#{index}"
    try:
        step = parse_succession(str(entry.facts.get("note")))
    except ValueError as error:
        yield rules.SUCCESSION.at(where, expected="a note signed by both keys", found=str(error))
        return
    if (step.old.id, step.size, step.head) != (seen.key, index, log.head(index)):
        yield rules.SUCCESSION.at(where, expected=f"the key after {seen.key}", found=f"one after {step.old.id}")
    elif step.lost:
        yield rules.LOST_KEY.at(where, expected=f"the signature of {step.old.id}", found="the word of the archive")
    seen.key = step.new.id


def _check_step(log: Log, index: int, entry: Entry, seen: _Seen) -> Iterator[Finding]:
    facts = entry.facts
    officer, public, name = str(facts.get("officer")), str(facts.get("public")), str(facts.get("object"))
    request = facts.get("request")
    asked = seen.requests.get(request) if isinstance(request, int) else None
    is_right = withdrawal.is_signed(log.archive.id, entry) and seen.officers.get(officer) == public
    if entry.kind == withdrawal.REQUEST:
        seen.requests[index] = public
    elif entry.kind == withdrawal.WITHDRAWAL:
        is_right = is_right and asked is not None and asked != public
        seen.withdrawn.add(name)
    elif entry.kind == withdrawal.CANCEL:
        seen.withdrawn.discard(name)
    if not is_right:
        yield rules.OFFICERS.at(
            f"{_place(index)}#{index}", expected=f"the {entry.kind} of {name} signed by an officer", found=officer
        )


def _check_receipts(log: Log) -> Iterator[Finding]:
    """Each receipt by its own checkpoint: what that signs must be the beginning of this log."""
    folder = log.archive.log / "receipts"
    with saying("look through", folder):
        places = sorted(folder.iterdir()) if folder.is_dir() else []
    for place in places:
        with saying("look through", place):
            paths = sorted(place.iterdir())
        for path in paths:
            try:
                receipt = receipts.read(log.archive, path.stem)
            except StorageError as error:
                yield rules.RECEIPT.at(_below(log, path), expected="a receipt as it was written", found=str(error))
                continue
            if receipt is None:
                yield rules.RECEIPT.at(_below(log, path), expected="receipts alone", found="another file")
            elif found := check_against(log, receipt.inclusion.checkpoint, _below(log, path)):
                yield found


def _check_tombstones(log: Log, seen: _Seen) -> Iterator[Finding]:
    for name in sorted(seen.withdrawn):
        path = withdrawal.tombstone_path(log.archive.log, name)
        try:
            stone = withdrawal.tombstone(log.archive, name)
        except StorageError as error:
            yield rules.TOMBSTONE.at(_below(log, path), expected=f"the tombstone of {name}", found=str(error))
            continue
        if stone is None:
            yield rules.TOMBSTONE.at(_below(log, path), expected=f"the tombstone of {name}", found="none")


def _place(index: int) -> str:
    return bundle_path(Path("log"), index // BUNDLE).as_posix()


def _below(log: Log, path: Path) -> str:
    return path.relative_to(log.archive.root).as_posix()
