"""An archive without a door: tiny bags go straight into its store, by the steps that an ingest takes."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

from edges import TickingClock
from judges.environments import is_made, tool
from presence import absent
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt, Timing
from strongroom.repository.replicas import replicate
from strongroom.repository.store import (
    StoredVersion,
    commit,
    find_version,
    ingest_id_of,
    ingest_lock,
    object_folder,
    object_lock,
    recover_object,
)
from strongroom.storage import measure

OBJECT = "urn:uuid:00000000-0000-4000-8000-0000000000aa"
FIRST = {
    "bagit.txt": b"BagIt\n",
    "data/a/first.txt": b"one\n",
    "data/a/same.txt": b"same\n",
    "data/same.txt": b"same\n",
}
SECOND = {"bagit.txt": b"BagIt\n", "data/a/first.txt": b"two\n", "data/b/same.txt": b"same\n", "data/new.txt": b"new\n"}
ARCHIVE_ID = "urn:uuid:00000000-0000-4000-8000-000000000001"


def fresh_id() -> str:
    return f"urn:uuid:{uuid4()}"


class Shelf:
    """An archive below a folder, the same identifier every time, and versions at the moments that a clock says."""

    def __init__(self, folder: Path, *, clock: Callable | None = None, timing: Timing | None = None) -> None:
        self.folder = folder
        self.archive = Archive.open_or_make(folder / "archive", new_id=lambda: ARCHIVE_ID)
        self.clock = clock or TickingClock()
        self.timing = timing

    def attempt(self, archive: Archive | None = None):
        return (archive or self.archive).attempt(new_id=fresh_id, timing=self.timing)

    def replica(self, name: str = "replica") -> Archive:
        return Archive.open_replica(self.folder / name, self.archive, new_id=fresh_id)

    def put(self, files: Mapping[str, bytes], object_id: str = OBJECT, *, package: str = "bag") -> StoredVersion:
        with self.attempt() as attempt:
            return self.put_in(attempt, files, object_id, package=package)

    def put_in(
        self, attempt: Attempt, files: Mapping[str, bytes], object_id: str = OBJECT, *, package: str = "bag"
    ) -> StoredVersion:
        content = attempt.folder / "received" / package
        write(content, files)
        fixities = {path: measure(content / path) for path in files}
        ingest_id = ingest_id_of({path: fixity.sha512 for path, fixity in fixities.items()})
        with attempt.lock(ingest_lock(ingest_id)), attempt.lock(object_lock(object_id)):
            recover_object(self.archive, attempt, object_id)
            known = find_version(self.archive, object_id, ingest_id)
            return known or commit(
                self.archive,
                attempt,
                content,
                fixities,
                object_id=object_id,
                ingest_id=ingest_id,
                package_id=package,
                user="Ada Keeper <ada@harbour.example>",
                at=self.clock(),
            )

    def recover(self, archive: Archive | None = None, object_id: str = OBJECT) -> None:
        chosen = archive or self.archive
        with self.attempt(chosen) as attempt, attempt.lock(object_lock(object_id)):
            recover_object(chosen, attempt, object_id)

    def replicate(self, replica: Archive, object_id: str = OBJECT) -> None:
        with self.attempt() as attempt, self.attempt(replica) as own:
            replicate(self.archive, replica, object_id, attempt=attempt, replica_attempt=own)

    def object(self, archive: Archive | None = None, object_id: str = OBJECT) -> Path:
        return object_folder(archive or self.archive, object_id)


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder, as the digest of its content, and every folder, as nothing."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def quarantined(archive: Archive) -> list[str]:
    return sorted(os.listdir(archive.quarantine))


def judged(*stores: Path) -> str:
    """What ocfl-py says of storage roots: nothing, when every object in them is valid and has no warning."""
    if not is_made("ocfl"):
        absent("ocfl-py is not installed; `make judges` does it")
    done = subprocess.run(
        [tool("ocfl", "python"), Path(__file__).with_name("ocfl_judge.py"), *stores],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
