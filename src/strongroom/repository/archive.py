"""The folder of an archive or of a replica of one: what stands where, and whose it is."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from strongroom.errors import StorageError, UsageError
from strongroom.formats.ocfl.layout import ROOT_FILES, fault_of_root
from strongroom.repository.attempt import Attempt, Timing
from strongroom.repository.remembering import (
    REPLICA,
    read_identity,
    record_of,
    recorded,
    remember,
    remembered_replicas,
    render_identity,
)
from strongroom.storage import make_directory, saying, sync_directory, sync_tree

_IDENTITY: Final = "archive.json"
_MAKING: Final = ".making-"


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive on a local disk; all its places follow from the folder.

    Attributes:
        root: the folder.
        id: ``urn:uuid:…`` of the archive; its replicas have the same.
        replica: ``urn:uuid:…`` of this copy, empty for the archive itself.
    """

    root: Path
    id: str
    replica: str = ""

    @property
    def store(self) -> Path:
        """The OCFL storage root; nothing else is inside."""
        return self.root / "store"

    @property
    def staging(self) -> Path:
        """Attempts; on the same file system as the store, so that a rename commits."""
        return self.root / "staging"

    @property
    def locks(self) -> Path:
        """Who works on which part."""
        return self.root / "locks"

    @property
    def log(self) -> Path:
        """The log and the receipts, as precious as the store."""
        return self.root / "log"

    @property
    def keys(self) -> Path:
        """Private keys; never in a copy of the archive."""
        return self.root / "keys"

    @property
    def state(self) -> Path:
        """Databases, which may be deleted at any time."""
        return self.root / "state"

    @property
    def incoming(self) -> Path:
        """The default door of bags."""
        return self.root / "incoming"

    @property
    def quarantine(self) -> Path:
        """Refused bags and damaged files, each with a report beside it."""
        return self.root / "quarantine"

    @property
    def name(self) -> str:
        """How findings and reports call this copy: ``archive``, or the folder of the replica."""
        return str(self.root) if self.replica else "archive"

    @property
    def remembered_replicas(self) -> Mapping[str, Path]:
        """The replicas that this archive has had and not forgotten: identifier to the folder where it was last."""
        return remembered_replicas(self.root)

    @classmethod
    def open(cls, root: Path) -> Self:
        """Open an archive that is there.

        Raises:
            UsageError: there is none.
            StorageError: it is a replica, its parts are not all there, or its store is of another layout or version.
        """
        found = cls._read(root)
        if found is None:
            raise UsageError(f"there is no archive at {root}; `strongroom ingest BAG --root {root}` makes one")
        if found.replica:
            raise StorageError(
                f"{root} is a replica of another archive; name the archive itself, or make this replica the archive as "
                "docs/operations.md says under disaster recovery"
            )
        return found

    @classmethod
    def open_to_read(cls, root: Path) -> Self:
        """Open an archive or a replica of one, as what only reads may do.

        Raises:
            UsageError: there is none.
            StorageError: its parts are not all there, or its store is of another layout or version.
        """
        found = cls._read(root)
        if found is None:
            raise UsageError(f"there is neither an archive nor a replica at {root}; check the path")
        return found

    @classmethod
    def open_replica(cls, root: Path, archive: "Archive", *, new_id: Callable[[], str] | None = None) -> Self:
        """Open a replica of an archive; with `new_id` it is made where the folder is empty or absent.

        The archive remembers which replica is where, so that the empty folder below a disk that is not mounted is not
        taken for a new one.

        Raises:
            StorageError: it belongs to another archive, is an archive itself, is not the one that was here, or cannot
                be made or read.
        """
        record = record_of(archive.root, root)
        known = recorded(record)
        found = cls._read(root)
        if found is None:
            found = cls._new_replica(root, archive, new_id, is_known=known is not None)
        if not found.replica:
            raise StorageError(f"{root} is an archive itself and not a replica; choose another folder")
        if found.id != archive.id:
            raise StorageError(f"{root} is a replica of {found.id}, not of {archive.id}; choose its own replicas")
        if known is not None and known["replica"] != found.replica:
            raise StorageError(
                f"{root} is another replica than the one that was there before; is the right disk mounted? If this one "
                f"has taken its place, run `strongroom repair --forget-replica {root} --replica {root}`"
            )
        if known is None:
            remember(archive.root, archive.id, found.replica, root)
        return found

    @classmethod
    def _new_replica(cls, root: Path, archive: "Archive", new_id: Callable[[], str] | None, *, is_known: bool) -> Self:
        if is_known:
            raise StorageError(
                f"the replica that was at {root} is not there; is its disk not mounted? If it is lost for good, "
                f"`strongroom repair --forget-replica {root}` gives it up; with `--replica {root}` too a new one is "
                "made in its place"
            )
        if new_id is None:
            raise StorageError(f"there is no replica at {root}; `strongroom repair --replica {root}` makes one")
        with saying("make a replica in", root):
            if root.is_dir() and not all(map(_is_begun, root.iterdir())):
                if (found := cls._read(root)) is not None:  # another process has made it since
                    return found
                raise StorageError(f"{root} is not empty and not a replica; choose an empty folder")
            made = cls(root, archive.id, new_id())
            made._make({REPLICA: render_identity({"archive": archive.id, "replica": made.replica})})
        return cls._read(root) or made  # of several that make it at once, one has given it its identifier

    @classmethod
    def open_or_make(cls, root: Path, *, new_id: Callable[[], str]) -> Self:
        """Open an archive, made first where there is none; many processes may do so at once."""
        if cls._read(root) is None:
            archive = cls(root, new_id())
            archive._make({f"log/{_IDENTITY}": render_identity({"archive": archive.id})})
        return cls.open(root)

    @contextmanager
    def attempt(self, *, new_id: Callable[[], str], timing: Timing | None = None) -> Iterator[Attempt]:
        """Begin a piece of work on this copy; what fails because it was taken over is a `LeaseLostError`."""
        with Attempt(self.staging, self.locks, new_id=new_id, timing=timing) as attempt, attempt.guarding():
            yield attempt

    @classmethod
    def _read(cls, root: Path) -> Self | None:
        with saying("read", root):
            identity = read_identity(root / "log" / _IDENTITY)
            replica = read_identity(root / REPLICA)
        if identity is None and replica is None:
            if (root / "store").is_dir() and _has_objects(root / "store"):
                raise StorageError(
                    f"{root / 'store'} holds objects, but {root / 'log' / _IDENTITY} is not there; bring the log back "
                    "from a replica or a backup before going on"
                )
            return None
        stated = replica or identity or {}
        found = cls(root, str(stated.get("archive", "")), str(stated.get("replica", "")))
        if not found.store.is_dir():
            raise StorageError(f"{found.store} is not there, but the log is; is a disk not mounted?")
        if fault := fault_of_root(found.store):
            raise StorageError(f"{found.store} is no storage root that this version can use: {fault}")
        return found

    def _make(self, identity: dict[str, bytes]) -> None:
        """Make the folders, the storage root, and last the file that says whose it all is."""
        with saying("make an archive in", self.root):
            for folder in (self.root, self.staging, self.locks, self.log, self.state, self.incoming, self.quarantine):
                make_directory(folder)
            if not self.replica:
                self.keys.mkdir(mode=0o700, exist_ok=True)
            fresh = self.root / f"{_MAKING}{self.replica or self.id}".replace(":", "-")
            try:
                self._fill(fresh, identity)
            except (OSError, StorageError):
                if not all((self.root / path).is_file() for path in identity):
                    raise
                # another process made it at the same time, and tidied up
            self.tidy()
            sync_directory(self.log)
            sync_directory(self.root)

    def _fill(self, fresh: Path, identity: Mapping[str, bytes]) -> None:
        """Of several that make it at once the first wins, and the others use what it made."""
        for path, content in {**{f"store/{name}": body for name, body in ROOT_FILES.items()}, **identity}.items():
            make_directory((fresh / path).parent)
            (fresh / path).write_bytes(content)
        sync_tree(fresh)
        try:
            (fresh / "store").rename(self.store)
        except OSError:
            if not self.store.is_dir():
                raise
        for path in identity:
            with suppress(FileExistsError):
                (self.root / path).hardlink_to(fresh / path)

    def tidy(self) -> None:
        """Remove what was left where the making of this copy was interrupted; it has its identity by now."""
        for left in self.root.glob(f"{_MAKING}*"):
            shutil.rmtree(left, ignore_errors=True)


def _is_begun(entry: Path) -> bool:
    """Whether it is what `Archive._make` leaves when it is killed, or a file system's own."""
    if entry.name == REPLICA:
        return True
    if entry.name == "store":
        return not _has_objects(entry)
    if entry.name in {"staging", "locks", "log", "state", "incoming", "quarantine"}:
        return not any(entry.iterdir())
    return entry.name.startswith(_MAKING) or entry.name == "lost+found"


def _has_objects(store: Path) -> bool:
    known = {name.partition("/")[0] for name in ROOT_FILES}
    return any(entry.name not in known for entry in store.iterdir())
