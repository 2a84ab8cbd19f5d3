"""Make a large archive on the disk in minutes, as if as many bags had been taken in.

    python -m bench.archive_generator TARGET [--objects N] [--processes N] [--receipts]

Every object is a valid OCFL object with one small bag in it, one in twenty with two; every bag is a valid bag, laid out
as strongroom packages are, with a description, an index, a list of pages and some twenty links. Store, log, keys and
checkpoint are those of an ordinary archive; what is left out is the waiting for the disk. The same number makes the
same objects; keys and signatures differ.
"""

import argparse
import random
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha512
from itertools import islice
from pathlib import Path
from typing import Any

from bench.generated_bag import generated_bag

from strongroom.formats.ocfl.inventory import (
    Inventory,
    NewVersion,
    first_version,
    next_version,
    object_declaration,
    render,
    sidecar,
    sidecar_name,
)
from strongroom.formats.ocfl.layout import object_path
from strongroom.model.receipt import Entry
from strongroom.repository import receipts
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log
from strongroom.repository.log.lines import moment
from strongroom.repository.stored import ingest_id_of, message_of

BEGINNING = datetime(2015, 1, 5, 8, tzinfo=UTC)
_BATCH = 500
_APPENDED = 4096
_AGAIN_EVERY = 20


def generate(root: Path, objects: int, *, processes: int = 2, with_receipts: bool = False) -> None:
    """Make an archive with so many objects in a folder that is not there yet."""
    archive = Archive.open_or_make(root, new_id=_new_id)
    spans = [range(begin, min(begin + _BATCH, objects)) for begin in range(0, objects, _BATCH)]
    with ProcessPoolExecutor(processes) as pool:
        logged = (facts for batch in pool.map(partial(_objects, archive.store), spans) for facts in batch)
        _append(archive, logged, with_receipts=with_receipts)


def _new_id() -> str:
    return uuid.uuid4().urn


def _objects(store: Path, numbers: range) -> list[dict[str, Any]]:
    return [facts for number in numbers for facts in _object(store, number)]


def _object(store: Path, number: int) -> Iterator[dict[str, Any]]:
    """Write an object; yields what the log says of each version."""
    chance = random.Random(number)
    object_id = uuid.UUID(int=chance.getrandbits(128), version=4).urn
    captured = BEGINNING + timedelta(seconds=number * 2000)
    folder = store / object_path(object_id)
    folder.mkdir(parents=True)
    name, content = object_declaration()
    (folder / name).write_bytes(content)
    known: Inventory | None = None
    for version in range(1, 3 if number % _AGAIN_EVERY == 7 else 2):
        package, bag = generated_bag(chance, object_id, captured + timedelta(days=90 * (version - 1)), version=version)
        files = {path: (file.sha512, file.sha256) for path, file in bag.items()}
        ingest = ingest_id_of({path: file.sha512 for path, file in bag.items()})
        committed = captured + timedelta(days=90 * (version - 1), minutes=20)
        made = _version(known, object_id, files, created=committed, message=message_of(ingest, package))
        known = made.inventory
        for path, content_path in made.to_store.items():
            target = folder / content_path
            try:
                target.write_bytes(bag[path].content)
            except FileNotFoundError:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(bag[path].content)
        inventory = _write_inventory(folder, known)
        yield {
            "bag_created": captured.date().isoformat(),
            "bytes": sum(len(file.content) for file in bag.values()),
            "committed": moment(committed),
            "empty_folders": [],
            "files": len(bag),
            "ingest": ingest,
            "inventory": sha512(inventory).hexdigest(),
            "object": object_id,
            "package": package,
            "replicas": [],
            "scan": "",
            "version": version,
            "warnings": [],
        }


def _version(known: Inventory | None, object_id: str, files: dict[str, tuple[str, str]], **words: Any) -> NewVersion:
    if known is None:
        return first_version(object_id, files, user_name="bench", **words)
    return next_version(known, files, user_name="bench", **words)


def _write_inventory(folder: Path, inventory: Inventory) -> bytes:
    data = render(inventory)
    for place in (folder / inventory.version_name(inventory.head), folder):
        (place / "inventory.json").write_bytes(data)
        (place / sidecar_name()).write_bytes(sidecar(data))
    return data


def _append(archive: Archive, logged: Iterator[dict[str, Any]], *, with_receipts: bool) -> None:
    """Log all of it through the log's own code."""
    count, began = 0, time.monotonic()
    while batch := list(islice(logged, _APPENDED)):
        entries = [Entry("ingest", datetime.fromisoformat(facts["committed"]), facts) for facts in batch]
        with archive.attempt(new_id=_new_id) as attempt:
            inclusions = Log.open(archive).append(attempt, entries)
        count += len(batch)
        print(f"{count} versions, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        for inclusion in inclusions if with_receipts else ():
            receipt = receipts.receipt_of(inclusion)
            path = receipts.receipt_path(archive.log, receipt.ingest_id)
            own = archive.store / object_path(receipt.object_id) / "logs" / f"receipt-v{receipt.version}.json"
            for place in (path, own):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(receipts.render(receipt))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.archive_generator", description=__doc__.partition("\n")[0])
    parser.add_argument("target", type=Path, help="a folder that is not there yet")
    parser.add_argument("--objects", type=int, default=100_000, metavar="N")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument("--receipts", action="store_true", help="a receipt for each version too")
    parser.add_argument("--replace", action="store_true", help="remove the folder first")
    arguments = parser.parse_args()
    if arguments.replace:
        shutil.rmtree(arguments.target, ignore_errors=True)
    if arguments.target.exists():
        parser.error(f"{arguments.target} is there already")
    generate(arguments.target, arguments.objects, processes=arguments.processes, with_receipts=arguments.receipts)


if __name__ == "__main__":
    main()
