"""Withdrawal: an object leaves the archive by the word of two persons, with a tombstone, and is removed only later.

A request is one officer's signed note in the log; its confirmation is another's. From then on the object counts as
withdrawn: nothing is ingested into it. When the delay has passed, and not before, an officer may have it removed from
the store and every replica. Until then the withdrawal can be cancelled. Each step is an entry of the log, and the log
decides: the tombstone only says where to look.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from strongroom.errors import StorageError, UsageError
from strongroom.formats.ocfl.layout import object_path
from strongroom.model.receipt import Entry
from strongroom.model.tombstone import Signature, Tombstone
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.keys import PublicKey, SigningKey, origin_of
from strongroom.repository.log import Log, notes
from strongroom.repository.log.checkpoint import decoded, encoded
from strongroom.repository.log.lines import canonical, moment, moment_of
from strongroom.repository.log.staging import place
from strongroom.repository.officers import is_officer
from strongroom.storage import saying

REQUEST: Final = "withdrawal-request"
WITHDRAWAL: Final = "withdrawal"
CANCEL: Final = "withdrawal-cancel"
PURGE: Final = "purge"
FORMAT: Final = "strongroom tombstone 1"
_MAX_BYTES: Final = 1 << 20


def tombstone(archive: Archive, object_id: str) -> Tombstone | None:
    """The tombstone of an object that is withdrawn; None for one that is not, or not any more.

    Raises:
        StorageError: the tombstone or the log is damaged.
    """
    path = tombstone_path(archive.log, object_id)
    with saying("read", path):
        if not path.is_file():
            return None
        content = path.read_bytes()[:_MAX_BYTES]
    try:
        stated = json.loads(content)
        if stated["format"] != FORMAT or stated["object"] != object_id:
            raise ValueError("it is of another object")  # noqa: TRY301 - one sentence for all of them
        places = {kind: stated["entries"].get(kind) for kind in (REQUEST, WITHDRAWAL, CANCEL, PURGE)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError(f"the tombstone {path} is damaged: {error}; bring it back from a replica") from error
    log = Log.open(archive)
    found = {kind: _logged(log, kind, object_id, index) for kind, index in places.items()}
    if found[WITHDRAWAL] is None or found[CANCEL] is not None:
        return None
    return _tombstone(log, found[WITHDRAWAL], found[PURGE])


def pending(log: Log, object_id: str) -> tuple[int, Entry] | None:
    """The request for an object's withdrawal that nobody has confirmed or cancelled yet."""
    request = log.find(REQUEST, object=object_id)
    if request is None:
        return None
    later = (log.find(kind, start=request[0], object=object_id) for kind in (WITHDRAWAL, CANCEL))
    return None if any(one is not None for one in later) else request


def request_withdrawal(
    archive: Archive, attempt: Attempt, object_id: str, reason: str, key: SigningKey, *, clock: Callable[[], datetime]
) -> Signature:
    """Ask for the withdrawal of an object; a second officer has to confirm it.

    Raises:
        UsageError: there is no such object, no reason, or it is withdrawn or asked for already.
    """
    log = Log.open(archive)
    said = " ".join(reason.split())
    if not said:
        raise UsageError("a withdrawal needs a reason; say it with --reason")
    if not (archive.store / object_path(object_id)).is_dir():
        raise UsageError(f"there is no object {object_id} in {archive.root}; `strongroom find` lists what there is")
    if tombstone(archive, object_id) is not None:
        raise UsageError(f"{object_id} is withdrawn already; `strongroom withdraw {object_id} --purge` removes it")
    if (before := pending(log, object_id)) is not None:
        raise UsageError(
            f"{before[1].facts['officer']} asked for the withdrawal of {object_id} already; another officer confirms "
            "it with --confirm"
        )
    return _sign(log, attempt, REQUEST, {"object": object_id, "reason": said}, key, at=clock())


def confirm_withdrawal(
    archive: Archive,
    attempt: Attempt,
    object_id: str,
    key: SigningKey,
    *,
    purge_days: float,
    clock: Callable[[], datetime],
) -> Tombstone:
    """Confirm what another officer asked for: the object is withdrawn, and gets its tombstone.

    Raises:
        UsageError: nobody asked for it, or the one who asked is the one who confirms.
    """
    log = Log.open(archive)
    request = pending(log, object_id)
    if request is None:
        raise UsageError(f"nobody asked for the withdrawal of {object_id}; ask for it with --reason first")
    index, asked = request
    if asked.facts["officer"] == key.public.name or asked.facts["public"] == _public(key):
        raise UsageError(f"{key.public.name} asked for this withdrawal, so that another officer has to confirm it")
    at = clock()
    facts = {
        "object": object_id,
        "purge_at": moment(at + timedelta(days=purge_days)),
        "reason": asked.facts["reason"],
        "request": index,
    }
    _sign(log, attempt, WITHDRAWAL, facts, key, at=at, entries={REQUEST: index})
    confirmed = tombstone(archive, object_id)
    if confirmed is None:
        raise StorageError(f"the withdrawal of {object_id} was logged, but not its tombstone; check the disk")
    return confirmed


def cancel_withdrawal(
    archive: Archive, attempt: Attempt, object_id: str, reason: str, key: SigningKey, *, clock: Callable[[], datetime]
) -> Signature:
    """Take back a withdrawal, or a request for one, before the object is purged.

    Raises:
        UsageError: there is nothing to take back, or the object is purged.
    """
    log = Log.open(archive)
    stone, asked = tombstone(archive, object_id), pending(log, object_id)
    if stone is not None and stone.purged is not None:
        raise UsageError(f"{object_id} is purged; there is nothing left that could be taken back")
    if stone is None and asked is None:
        raise UsageError(f"{object_id} is not withdrawn, and nobody asked for it")
    entries = {}
    if stone is not None:
        entries = {REQUEST: stone.requested.entry, WITHDRAWAL: stone.confirmed.entry}
    facts = {"object": object_id, "reason": " ".join(reason.split())}
    return _sign(log, attempt, CANCEL, facts, key, at=clock(), entries=entries)


def log_purge(
    archive: Archive, attempt: Attempt, object_id: str, key: SigningKey, *, clock: Callable[[], datetime]
) -> Tombstone:
    """Log that an object is removed now, if it may be; the removal follows, and may be done again after a crash.

    Raises:
        UsageError: it is not withdrawn, or the delay has not passed.
    """
    log = Log.open(archive)
    stone = tombstone(archive, object_id)
    if stone is None:
        raise UsageError(f"{object_id} is not withdrawn; ask with --reason, another officer confirms with --confirm")
    if stone.purged is not None:
        return stone
    both = (stone.requested, stone.confirmed)
    steps = [entry for one in both for _, entry in log.entries(one.entry, one.entry + 1)]
    are_signed = all(map(partial(_is_by_officer, log), steps, both))
    if not are_signed or steps[0].facts["public"] == steps[1].facts["public"]:
        raise StorageError(
            f"the withdrawal of {object_id} is not signed by two officers; nothing was removed, and "
            "`strongroom log verify` tells more"
        )
    at = clock()
    if at < stone.purge_at:
        raise UsageError(f"{object_id} may be purged from {moment(stone.purge_at)} on, and it is {moment(at)}")
    facts = {"object": object_id, "withdrawal": stone.confirmed.entry}
    entries = {REQUEST: stone.requested.entry, WITHDRAWAL: stone.confirmed.entry}
    _sign(log, attempt, PURGE, facts, key, at=at, entries=entries)
    purged = tombstone(archive, object_id)
    if purged is None or purged.purged is None:
        raise StorageError(f"the purge of {object_id} was logged, but not on its tombstone; check the disk")
    return purged


def is_signed(archive_id: str, entry: Entry) -> bool:
    """Whether a step of a withdrawal has the right signature of the officer it names; not whether that is one."""
    facts = {name: value for name, value in entry.facts.items() if name not in {"note", "clock_behind"}}
    try:
        note = notes.parse(str(entry.facts["note"]))
        key = PublicKey(str(facts["officer"]), decoded(str(facts["public"])))
    except (KeyError, ValueError):
        return False
    return note.text == _text(archive_id, entry.kind, facts, entry.at) and note.is_signed_by(key)


def tombstone_path(log: Path, object_id: str) -> Path:
    """Where the tombstone of an object lies in the folder of the log."""
    name = hashlib.sha256(object_id.encode("utf-8", "surrogateescape")).hexdigest()
    return log / "tombstones" / name[:2] / f"{name}.json"


def _sign(
    log: Log,
    attempt: Attempt,
    kind: str,
    facts: Mapping[str, Any],
    key: SigningKey,
    *,
    at: datetime,
    entries: Mapping[str, int] | None = None,
) -> Signature:
    """Log a signed step; with `entries`, place the tombstone that names them and this one before it counts."""
    if not is_officer(log, key.public.name, _public(key)):
        raise UsageError(f"the key of {key.public.name} is not that of an officer; `strongroom key show` lists them")
    stated = {**facts, "key": key.public.id, "officer": key.public.name, "public": _public(key)}
    entry = Entry(kind, at, {**stated, "note": notes.sign(_text(log.archive.id, kind, stated, at), [key])})

    def bury(index: int) -> None:
        if entries:
            value = {"entries": {**entries, kind: index}, "format": FORMAT, **_shown(facts)}
            content = json.dumps(value, indent=1, sort_keys=True) + "\n"
            place(attempt, tombstone_path(log.archive.log, facts["object"]), content.encode("ascii"))

    [inclusion] = log.append(attempt, [entry], before_commit=bury)
    return Signature(key.public.name, key.public.id, at, inclusion.index)


def _text(archive_id: str, kind: str, facts: Mapping[str, Any], at: datetime) -> str:
    """What an officer signs."""
    return f"{origin_of(archive_id)}\n{kind}\n{canonical(facts)}\nat {moment(at)}\n"


def _shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in ("object", "reason") if name in facts}


def _logged(log: Log, kind: str, object_id: str, index: object) -> tuple[int, Entry] | None:
    """The entry that a tombstone names, where it was logged; an attempt that was killed leaves one that was not."""
    if type(index) is not int or not 0 <= index < log.size:
        return None
    [(_, entry)] = log.entries(index, index + 1)
    return (index, entry) if entry.kind == kind and entry.facts.get("object") == object_id else None


def _tombstone(log: Log, withdrawal: tuple[int, Entry], purge: tuple[int, Entry] | None) -> Tombstone:
    index, confirmed = withdrawal
    [(asked, request)] = log.entries(int(str(confirmed.facts["request"])), int(str(confirmed.facts["request"])) + 1)
    return Tombstone(
        object_id=str(confirmed.facts["object"]),
        reason=str(confirmed.facts["reason"]),
        requested=signature_of(asked, request),
        confirmed=signature_of(index, confirmed),
        purge_at=moment_of(str(confirmed.facts["purge_at"])),
        purged=signature_of(*purge) if purge is not None else None,
    )


def signature_of(index: int, entry: Entry) -> Signature:
    """Who signed a step of a withdrawal, from its entry."""
    return Signature(str(entry.facts["officer"]), str(entry.facts["key"]), entry.at, index)


def _is_by_officer(log: Log, step: Entry, signature: Signature) -> bool:
    return is_signed(log.archive.id, step) and is_officer(
        log, signature.officer, str(step.facts["public"]), at=signature.entry
    )


def _public(key: SigningKey) -> str:
    return encoded(key.public.raw)
