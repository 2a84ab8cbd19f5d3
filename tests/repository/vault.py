"""An archive with replicas and small bags in it, taken in by the door that everybody uses, and what audits say of it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from edges import BEGINNING, TickingClock
from findings import tiny_bag
from strongroom.formats.ocfl.layout import object_path
from strongroom.model.finding import Accepted
from strongroom.model.fixity import FixityReport, RepairReport, Selection
from strongroom.model.receipt import Receipt
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.repairing import repair
from strongroom.settings import Settings
from strongroom.stages.audit import audit
from strongroom.workflow import take_in


def fresh_id() -> str:
    return f"urn:uuid:{uuid4()}"


@dataclass
class SetClock:
    """A clock that stands until it is set."""

    now: datetime = BEGINNING

    def __call__(self) -> datetime:
        return self.now

    def on(self, days: float) -> None:
        self.now += timedelta(days=days)


@dataclass
class Vault:
    """An archive in `folder/archive`, its replicas beside it."""

    folder: Path
    replicas: int = 0
    audit_days: float = 90.0
    clock: Callable[[], datetime] = field(default_factory=TickingClock)

    @property
    def root(self) -> Path:
        return self.folder / "archive"

    @property
    def copies(self) -> list[Path]:
        return [self.root, *(self.folder / f"replica-{number}" for number in range(1, self.replicas + 1))]

    @property
    def settings(self) -> Settings:
        archive = {"replicas": self.copies[1:], "audit_days": self.audit_days}
        return Settings.of({"archive": archive, "ingest": {"free_bytes": 0}}, "the test")

    def put(self, object_id: str, files: dict[str, bytes]) -> Receipt:
        """Take a bag with this payload in."""
        bag = self.folder / "bags" / "bag"
        shutil.rmtree(bag, ignore_errors=True)
        bag.mkdir(parents=True)
        tiny_bag.put(bag, "bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        for name, content in files.items():
            tiny_bag.put(bag, f"data/{name}", content)
        tiny_bag.list_payload(bag)
        taken = take_in(bag, self.root, self.settings, object_id=object_id, clock=self.clock, new_id=fresh_id)
        assert isinstance(taken, Accepted), taken.findings
        return taken.value

    def audit(self, selection: Selection | None = None, **more: Any) -> FixityReport:
        chosen = selection or Selection()
        return audit(self.root, self.settings, selection=chosen, clock=self.clock, new_id=fresh_id, **more)

    def repair(self, *objects: str, **more: Any) -> RepairReport:
        return repair(self.root, self.settings, objects=objects, clock=self.clock, new_id=fresh_id, **more)

    def object(self, object_id: str, copy: int = 0) -> Path:
        return self.copies[copy] / "store" / object_path(object_id)

    def name(self, copy: int) -> str:
        """How findings call a copy."""
        return "archive" if copy == 0 else str(self.copies[copy])

    def where(self, object_id: str, path: str, copy: int = 0) -> str:
        """How findings call a place in an object."""
        return f"{self.name(copy)}/store/{object_path(object_id)}" + (f"/{path}" if path else "")

    def archive(self) -> Archive:
        return Archive.open(self.root)


def found(report: FixityReport) -> list[tuple[str, str]]:
    return sorted((one.code, one.where) for one in report.findings)


def forget(vault: Vault) -> None:
    """Remove what may be removed at any time."""
    shutil.rmtree(vault.root / "state")


def flip(path: Path, at: int = 0) -> None:
    """Change one bit of a file, as a disk would: its time and length stay."""
    times = os.stat(path)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
