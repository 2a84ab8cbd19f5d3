"""One object of one copy, made again what the log says it is: every byte from a copy that was compared with the log.

What cannot be had from such a copy stays as it is and is a finding. What is replaced was kept aside before.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.formats.bag.paths import shown
from strongroom.formats.ocfl.inventory import NAME, object_declaration, sidecar_name, version_name
from strongroom.model.amounts import counted
from strongroom.model.finding import Finding
from strongroom.model.rules import fixity as rules
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.fixity.damage import Damage, Kind
from strongroom.repository.fixity.expected import Expected, Trusted, inventory_bytes
from strongroom.repository.fixity.judging import findings_of
from strongroom.repository.fixity.keeping_aside import keep_aside
from strongroom.repository.fixity.looking import Look
from strongroom.repository.fixity.reading import Reader
from strongroom.repository.fixity.receipts_again import receipt_again
from strongroom.repository.log import Log
from strongroom.repository.store.committing import first_missing
from strongroom.storage import make_directory, reached, saying, sync_directory

_PIECE_BYTES: Final = 1 << 20
_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as it was looked at for a repair: the object in it, and the right to change it."""

    archive: Archive
    attempt: Attempt
    seen: Look

    def has(self, path: str) -> bool:
        """Whether there is a regular file of this name in the object."""
        return not self.seen.unreachable and path in self.seen.present


@dataclass(slots=True)
class Mended:
    """What came of it.

    Attributes:
        paths: repaired, relative to the copy.
        findings: what has no good copy.
        length_bytes: written.
        kept: where the damaged bytes lie, relative to the copy; empty where there were none.
    """

    paths: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    length_bytes: int = 0
    kept: str = ""


def mend(
    copy: Copy,
    damages: Sequence[Damage],
    expected: Expected,
    others: Sequence[Copy],
    *,
    log: Log,
    reader: Reader,
    at: datetime,
    copies: Mapping[str, Archive],
) -> Mended:
    """Repair an object in a copy; the caller holds its locks in every copy.

    Args:
        copy: to be repaired.
        damages: all that was found there.
        expected: what the log says.
        others: where good files may be.
        log: of the archive, from which receipts can be made again.
        reader: reads again what was written.
        at: when, UTC.
        copies: by identifier, for the findings.

    Raises:
        StorageError: the copy cannot be written, or what was written does not read back.
        LeaseLostError: the work was taken over.
    """
    return _Mending(copy, damages, expected, others, log, reader, at, copies).run()


@dataclass(slots=True)
class _Mending:
    copy: Copy
    damages: Sequence[Damage]
    expected: Expected
    others: Sequence[Copy]
    log: Log
    reader: Reader
    at: datetime
    copies: Mapping[str, Archive]
    done: Mended = field(default_factory=Mended)

    @property
    def home(self) -> Path:
        return self.copy.archive.store / self.expected.folder

    @property
    def staged(self) -> Path:
        return self.copy.attempt.folder / "mended"

    def run(self) -> Mended:
        trusted = self.copy.seen.trusted
        if trusted is None or trusted.version != self.expected.head:
            trusted = next((one.seen.trusted for one in self.others if _is_head(one.seen.trusted, self.expected)), None)
        if trusted is None:
            self._refuse(NAME, f"the inventory of version {self.expected.head.number} as it was logged")
            return self.done
        if any(one.kind is Kind.OBJECT_MISSING for one in self.damages):
            self._bring_object(trusted)
        else:
            self._mend_files(trusted)
        for left in ("mended", "gone"):
            shutil.rmtree(self.copy.attempt.folder / left, ignore_errors=True)
        return self.done

    def _bring_object(self, trusted: Trusted) -> None:
        top, below = first_missing(self.copy.archive.store, self.home)
        in_the_way = os.path.lexists(self.home) and not self.home.is_dir()
        if in_the_way:
            top, below = self.home, ""
        root = self.staged / top.name / below if below else self.staged / top.name
        content = dict(trusted.content())
        for path in [*content, *self._small_files()]:
            self._stage(path, root / path, content)
        if self.done.findings:
            return  # a part of an object is none; it stays missing until all of it can be had
        self._settle(root, content)
        if in_the_way:
            self._keep([self.home])
            self._take_away(self.home)
        self.copy.attempt.move(self.staged / top.name, top)
        self.done.paths.append(f"store/{self.expected.folder}")

    def _mend_files(self, trusted: Trusted) -> None:
        content = dict(trusted.content())
        folder = f"store/{self.expected.folder}/"
        harmed = {one.path.removeprefix(folder): one for one in self.damages if one.is_harm}
        versions = [path for path, one in harmed.items() if one.kind is Kind.VERSION_MISSING]
        strangers = [path for path, one in harmed.items() if one.kind in {Kind.UNEXPECTED, Kind.UNLOGGED}]
        files = [path for path in harmed if path not in {*versions, *strangers}]
        for version in versions:
            files += [path for path in [*content, *self._small_files()] if path.startswith(f"{version}/")]
        ready = [path for path in dict.fromkeys(files) if self._stage(path, self.staged / path, content)]
        whole = [
            version for version in versions if all(path in ready for path in files if path.startswith(f"{version}/"))
        ]
        ready = [path for path in ready if not path.startswith(tuple(f"{version}/" for version in versions))]
        if not ready and not whole and not strangers:
            return
        self._settle(self.staged, content)
        self._keep([self.home / path for path in (*ready, *strangers)])
        for path in strangers:
            self._take_away(self.home / path)
        for version in whole:
            self.copy.attempt.move(self.staged / version, self.home / version)
        for path in sorted(ready, key=_order):
            self._place(path)
        for path in strangers:
            self._remove_empty((self.home / path).parent)
        self.done.paths += [folder + path for path in (*whole, *ready, *strangers)]

    def _small_files(self) -> list[str]:
        """All files of the object that are not content, those at its root last."""
        names = [NAME, sidecar_name()]
        versions = [f"{version_name(one.number)}/{name}" for one in self.expected.versions for name in names]
        logs = [f"logs/receipt-v{one.number}.json" for one in self.expected.versions]
        return [object_declaration()[0], *versions, *logs, *names]

    def _stage(self, path: str, target: Path, content: Mapping[str, str]) -> bool:
        """Write a file where it waits for its name; where no good copy has it, note that."""
        with self.copy.attempt.guarding(), saying("write", target):
            target.parent.mkdir(parents=True, exist_ok=True)
            if path in content:
                length = self._copy_content(path, target, content[path])
            else:
                data = self._small(path)
                length = -1 if data is None else target.write_bytes(data)
        if length < 0:
            self._refuse(path, "the file as it was logged")
            return False
        self.done.length_bytes += length
        return True

    def _copy_content(self, path: str, target: Path, digest: str) -> int:
        for source in (*self.others, self.copy):
            # the same content may lie in another place of the same object too
            names = [path] if source is not self.copy else []
            names += [other for other in self._same(digest) if other != path]
            for name in names:
                if source.has(name):
                    length = _copy_verified(source.archive.store / self.expected.folder / name, target, digest)
                    if length >= 0:
                        return length
        return -1

    def _same(self, digest: str) -> Sequence[str]:
        trusted = self.copy.seen.trusted
        return () if trusted is None else trusted.inventory.manifest.get(digest, ())

    def _small(self, path: str) -> bytes | None:
        """An inventory, a file beside one, the declaration, or a receipt: what they have to be follows from the log."""
        name = path.rpartition("/")[2]
        if path == object_declaration()[0]:
            return object_declaration()[1]
        if path.startswith("logs/"):
            number = int(name.removeprefix("receipt-v").removesuffix(".json"))
            version = next(one for one in self.expected.versions if one.number == number)
            return receipt_again(self.log, self.copies.values(), self.expected, version)
        head = self.expected.head
        prefix = path.rpartition("/")[0]
        version = next((one for one in self.expected.versions if version_name(one.number) == prefix), head)
        if name == sidecar_name():
            return f"{version.inventory_sha512}  {NAME}\n".encode("ascii")
        every = [self.copy.archive, *(one.archive for one in self.others)]
        return inventory_bytes(every, self.expected, version)

    def _settle(self, root: Path, content: Mapping[str, str]) -> None:
        """Make what is staged durable, and read it again from the disk."""
        self.copy.attempt.sync(self.staged)
        reached("after what is repaired is staged")
        for path, digest in content.items():
            if (root / path).is_file() and not self.reader.read(root / path, digest).is_right:
                raise StorageError(
                    f"what was written to {self.copy.archive.root} does not read back ({shown(path)}); nothing was "
                    "replaced. Check that disk before anything else"
                )

    def _keep(self, places: Sequence[Path]) -> None:
        there = [place for place in places if os.path.lexists(place)]
        if not there:
            return
        within = self.home if there != [self.home] else self.home.parent
        kept = keep_aside(
            self.copy.archive,
            self.copy.attempt,
            there,
            within=within,
            name=self.home.name,
            at=self.at,
            findings=tuple(findings_of(self.damages, self.copies)),
        )
        self.done.kept = kept.relative_to(self.copy.archive.root).as_posix()

    def _place(self, path: str) -> None:
        target = self.home / path
        with self.copy.attempt.guarding(), saying("make the folder for", target):
            if (obstacle := _obstacle(target.parent, self.home)) is not None:
                self._take_away(obstacle)
        make_directory(target.parent)
        with saying("make durable", target.parent.parent):
            sync_directory(target.parent.parent)
        if target.is_symlink() or (os.path.lexists(target) and not target.is_file()):
            self._take_away(target)
        self.copy.attempt.move(self.staged / path, target)

    def _take_away(self, place: Path) -> None:
        """Move something, which is kept already, into the attempt's folder, with which it is removed."""
        with self.copy.attempt.guarding(), saying("move away", place):
            if not os.path.lexists(place):
                return
            gone = self.copy.attempt.folder / "gone"
            gone.mkdir(exist_ok=True)
            place.rename(gone / f"{len(os.listdir(gone))}")  # noqa: PTH208 - their number alone
        reached("after something without a place is taken away")

    def _remove_empty(self, folder: Path) -> None:
        while folder != self.home and folder.is_dir() and not any(folder.iterdir()):
            self._take_away(folder)
            folder = folder.parent

    def _refuse(self, path: str, expected: str) -> None:
        where = shown(f"{self.copy.archive.name}/store/{self.expected.folder}/{path}")
        places = len([one for one in (self.copy, *self.others) if not one.seen.unreachable])
        found = f"none in {counted(places, 'copy')}"
        self.done.findings.append(rules.NO_GOOD_COPY.at(where, expected=expected, found=found))


def _is_head(trusted: Trusted | None, expected: Expected) -> bool:
    return trusted is not None and trusted.version == expected.head


def _order(path: str) -> tuple[int, str]:
    """The files at the object's root come last, the sidecar behind its inventory."""
    return (("/" not in path) + (path == sidecar_name()), path)


def _obstacle(folder: Path, home: Path) -> Path | None:
    """What stands where a folder has to be, on the way from the object's root."""
    within = folder.relative_to(home)
    for above in (*reversed(within.parents), within):
        place = home / above
        if place != home and os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
            return place
    return None


def _copy_verified(source: Path, target: Path, digest: str) -> int:
    """Copy a file if it has this digest; the bytes that were copied, or -1."""
    hasher = hashlib.sha512(usedforsecurity=False)
    length = 0
    try:
        descriptor = os.open(source, _FLAGS)
    except OSError:
        return -1
    try:
        with target.open("wb") as file:
            while piece := _piece(descriptor):
                hasher.update(piece)
                length += file.write(piece)
    finally:
        os.close(descriptor)
    if hasher.hexdigest() == digest:
        return length
    target.unlink()
    return -1


def _piece(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _PIECE_BYTES)
    except OSError:  # its digest will be another one
        return b""
