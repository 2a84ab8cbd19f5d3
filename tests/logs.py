"""Archives with a log and nothing else, for tests: entries of ingests that never were, one by one or by the million."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from edges import BEGINNING, CountingIdentifiers
from strongroom.model.receipt import Entry
from strongroom.repository import keys
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log
from strongroom.repository.log.checkpoint import key_path, sign_checkpoint
from strongroom.repository.log.lines import bundle_path, join, line_of
from strongroom.repository.log.tree import BUNDLE, Tree, head_of, leaf_hash


def ingest_id(number: int) -> str:
    return hashlib.sha256(b"bag %d" % number).hexdigest()


def ingest_entry(number: int, at: datetime | None = None, **facts: object) -> Entry:
    """An entry as `ingest` logs it."""
    return Entry(
        "ingest",
        at or BEGINNING + timedelta(seconds=number),
        {
            "bag_created": "2025-11-01",
            "bytes": 1000 + number,
            "empty_folders": [],
            "files": 5,
            "ingest": ingest_id(number),
            "inventory": hashlib.sha512(b"inventory %d" % number).hexdigest(),
            "object": f"urn:uuid:00000000-0000-4000-9000-{number:012x}",
            "package": f"uuid-00000000-0000-4000-9000-{number:012x}",
            "replicas": [],
            "scan": "",
            "version": 1,
            "warnings": [],
            **facts,
        },
    )


def make_archive(folder: Path, new_id: Callable[[], str] | None = None) -> Archive:
    return Archive.open_or_make(folder, new_id=new_id or CountingIdentifiers())


def append(archive: Archive, new_id: Callable[[], str], *entries: Entry) -> Log:
    """Log entries as a command would, each in an attempt of its own."""
    with archive.attempt(new_id=new_id) as attempt:
        log = Log.open(archive)
        log.append(attempt, entries)
    return log


def make_long_log(archive: Archive, size: int) -> None:
    """Write a log of `size` entries without the waiting: no fsync, one checkpoint."""
    key = keys.SigningKey.make(keys.origin_of(archive.id))
    archive.keys.mkdir(mode=0o700, exist_ok=True)
    keys.write_key(keys.log_key_path(archive, key.public.id), key)
    public = key_path(archive.log, key.public.id)
    public.parent.mkdir(exist_ok=True)
    public.write_bytes(key.public.pem())
    first = Entry("archive", BEGINNING, {"archive": archive.id, "key": key.public.id})
    heads: list[bytes] = []
    tail: list[bytes] = []
    for begin in range(0, size, BUNDLE):
        stop = min(begin + BUNDLE, size)
        lines = [line_of(index, ingest_entry(index) if index else first) for index in range(begin, stop)]
        path = bundle_path(archive.log, begin // BUNDLE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(join(lines))
        leaves = [leaf_hash(line) for line in lines]
        if len(lines) == BUNDLE:
            heads.append(head_of(leaves))
        else:
            tail = leaves
    (archive.log / "roots").write_bytes(b"".join(heads))
    tree = Tree(heads, tail, leaves=lambda _: [])
    checkpoint = sign_checkpoint(key, size, tree.head(), BEGINNING + timedelta(seconds=size))
    (archive.log / "checkpoint").write_bytes(checkpoint.note.encode())
