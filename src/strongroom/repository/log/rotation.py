"""A new key for the log: what is placed and logged before the first checkpoint that it signs."""

from datetime import datetime

from strongroom.errors import UsageError
from strongroom.model.receipt import Entry
from strongroom.repository import keys
from strongroom.repository.attempt import Attempt
from strongroom.repository.log.checkpoint import decoded, encoded, key_path, sign_succession
from strongroom.repository.log.log import Log
from strongroom.repository.log.staging import place


def prepare_succession(
    log: Log, attempt: Attempt, at: datetime, *, lost: bool
) -> tuple[keys.SigningKey, Entry, tuple[str, ...]]:
    """Make a key and state its succession; returns it, the entry that says so, and all successions up to it.

    Raises:
        UsageError: nothing was logged yet, or the key that is called lost is there.
        StorageError: the key is not there, and not called lost.
    """
    now = log.checkpoint
    if now is None:
        raise UsageError("the archive has no key yet; the first bag that is taken in makes one")
    old: keys.SigningKey | keys.PublicKey
    if lost:
        if keys.log_key_path(log.archive, now.key_id).exists():
            raise UsageError(
                f"the key {now.key_id} is not lost, it lies in {log.archive.keys}; leave out --lost, so that it signs "
                "its succession"
            )
        old = keys.PublicKey(now.origin, decoded(now.public_key))
    else:
        old = keys.log_key(log.archive, now.key_id)
    new = keys.new_log_key(log.archive, attempt)
    succession = sign_succession(old, new, log.size, log.head(), at)
    public = key_path(log.archive.log, new.public.id)
    place(attempt, public, new.public.pem())
    place(attempt, public.with_suffix(".note"), succession.note.encode("utf-8"))
    facts = {
        "lost": lost,
        "new": new.public.id,
        "note": succession.note,
        "old": succession.old.id,
        "public": encoded(new.public.raw),
    }
    return new, Entry("key", at, facts), (*now.successions, succession.note)
