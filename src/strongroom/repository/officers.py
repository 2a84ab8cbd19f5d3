"""The officers who may sign withdrawals: each a name and a key, registered and revoked by entries of the log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from strongroom.errors import UsageError
from strongroom.model.receipt import Entry
from strongroom.repository.attempt import Attempt
from strongroom.repository.keys import PublicKey, SigningKey, read_key, write_key
from strongroom.repository.log import Log
from strongroom.repository.log.checkpoint import decoded, encoded


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who may sign.

    Attributes:
        key: the public half, whose name is that of the officer.
        since: when it was registered, UTC.
        entry: index of the log entry that says so.
    """

    key: PublicKey
    since: datetime
    entry: int


def officers(log: Log) -> tuple[Officer, ...]:
    """Everybody whose key is registered and not revoked, by name; reads the whole log."""
    found: dict[str, Officer] = {}
    for index, entry in log.entries():
        if entry.kind == "officer":
            name = str(entry.facts["name"])
            if entry.facts["revoked"]:
                found.pop(name, None)
            else:
                found[name] = Officer(PublicKey(name, decoded(str(entry.facts["public"]))), entry.at, index)
    return tuple(found[name] for name in sorted(found))


def register(log: Log, attempt: Attempt, name: str, output: Path, *, clock: Callable[[], datetime]) -> Officer:
    """Make a key for an officer: the private half to a new file, the public half into the log.

    Raises:
        UsageError: the file is there already, or somebody of that name has a key.
    """
    if output.exists() or output.is_symlink():
        raise UsageError(f"{output} is there already and is never overwritten; choose another file")
    last = log.find("officer", name=name)
    if last is not None and not last[1].facts["revoked"]:
        raise UsageError(f"{name} has the key {last[1].facts['key']} already; `strongroom key revoke {name}` first")
    key = SigningKey.make(name)
    write_key(output, key)
    at = clock()
    [inclusion] = log.append(attempt, [_entry(key.public, at, revoked=False)])
    return Officer(key.public, at, inclusion.index)


def revoke(log: Log, attempt: Attempt, name: str, *, clock: Callable[[], datetime]) -> Officer:
    """Let an officer's key count no more, because it was lost, stolen, or the person left.

    Raises:
        UsageError: nobody of that name has a key.
    """
    last = log.find("officer", name=name)
    if last is None or last[1].facts["revoked"]:
        raise UsageError(f"nobody called {name} has a key; `strongroom key show` lists the names")
    key = PublicKey(name, decoded(str(last[1].facts["public"])))
    [inclusion] = log.append(attempt, [_entry(key, clock(), revoked=True)])
    return Officer(key, last[1].at, inclusion.index)


def officer_key(log: Log, path: Path) -> SigningKey:
    """Read an officer's private key; its name is the one under which it was registered.

    Raises:
        UsageError: it was never registered here, or is revoked.
        StorageError: it cannot be read, or others than its owner may read it.
    """
    key = read_key(path, "")
    last = log.find("officer", public=encoded(key.public.raw))
    if last is None:
        raise UsageError(f"the key {path} is not registered in this archive; `strongroom key new` makes one that is")
    if last[1].facts["revoked"]:
        raise UsageError(f"the key {path} of {last[1].facts['name']} is revoked; use the one that followed it")
    return SigningKey(PublicKey(str(last[1].facts["name"]), key.public.raw), key.private)


def is_officer(log: Log, name: str, public: str, *, at: int | None = None) -> bool:
    """Whether a key (base64) was an officer's of this name, and not revoked, before the entry `at`; absent: now."""
    last = log.find("officer", stop=at, public=public)
    return last is not None and last[1].facts["name"] == name and not last[1].facts["revoked"]


def _entry(key: PublicKey, at: datetime, *, revoked: bool) -> Entry:
    return Entry("officer", at, {"key": key.id, "name": key.name, "public": encoded(key.raw), "revoked": revoked})
