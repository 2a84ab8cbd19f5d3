"""Is an archive well? Looked at from outside: nothing is read again, nothing is changed, nothing is taken over."""

import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.model.finding import Finding
from strongroom.model.health import Gauge, Health
from strongroom.model.rules import health as rules
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.calendar import coverage
from strongroom.repository.log import Log
from strongroom.repository.remembering import replica_folders
from strongroom.settings import Settings

_REPORT: Final = ".report.json"
_DAMAGED: Final = "damaged"


def look_after(root: Path, settings: Settings, *, now: datetime) -> Health:
    """Look at an archive and its replicas as monitoring does, every minute if need be.

    Raises:
        UsageError: there is no archive.
    """
    try:
        archive = Archive.open(root)
        log = Log.open(archive)
        replicas = replica_folders(root, settings.archive.replicas)
    except StorageError as error:
        return Health((rules.UNREADABLE.at(".", expected="an archive that can be used", found=str(error)),), ())
    gauges = [Gauge("strongroom_log_entries", log.size, (("copy", archive.name),))]
    findings = [
        *_signing_key(archive, log),
        *_keys(archive),
        *_room(archive.root, archive.name, settings, gauges.append),
    ]
    if not replicas:
        findings.append(rules.NO_REPLICA.at(".", expected="a copy on another disk", found="none"))
    for folder in replicas:
        findings += _replica(archive, log, folder, settings, gauges.append)
    findings += _quarantine(archive, gauges.append)
    findings += _overdue(root, settings, now, gauges.append)
    return Health(tuple(findings), tuple(gauges))


def _replica(
    archive: Archive, log: Log, folder: Path, settings: Settings, measured: Callable[[Gauge], None]
) -> Iterator[Finding]:
    try:
        replica = Archive.open_replica(folder, archive)
        size = Log.open(replica).size
    except StorageError as error:
        yield rules.REPLICA_AWAY.at(str(folder), expected="a replica that can be used", found=str(error))
        return
    measured(Gauge("strongroom_log_entries", size, (("copy", replica.name),)))
    if size < log.size:
        yield rules.REPLICA_BEHIND.at(str(folder), expected=f"{log.size} entries", found=str(size))
    yield from _room(folder, replica.name, settings, measured)


def _room(folder: Path, name: str, settings: Settings, measured: Callable[[Gauge], None]) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    measured(Gauge("strongroom_free_bytes", free, (("copy", name),)))
    if free < 2 * settings.ingest.free_bytes:
        expected = f"at least twice the {settings.ingest.free_bytes} bytes of [ingest] free_bytes"
        yield rules.LITTLE_ROOM.at(name, expected=expected, found=f"{free} bytes")


def _signing_key(archive: Archive, log: Log) -> Iterator[Finding]:
    if log.checkpoint is not None and not (key := archive.keys / f"log-{log.checkpoint.key_id}.pem").is_file():
        yield rules.KEY_AWAY.at(
            key.relative_to(archive.root).as_posix(), expected="the key of the log", found="nothing"
        )


def _keys(archive: Archive) -> Iterator[Finding]:
    for path in (archive.keys, *(archive.keys.glob("*.pem") if archive.keys.is_dir() else ())):
        if path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
            where = path.relative_to(archive.root).as_posix()
            yield rules.KEYS_OPEN.at(where, expected="access for the owner alone", found=f"mode {mode:o}")


def _overdue(root: Path, settings: Settings, now: datetime, measured: Callable[[Gauge], None]) -> Iterator[Finding]:
    calendar = coverage(root, settings, clock=lambda: now)
    late = {row.copy: row.objects for row in calendar.overdue}
    for copy in sorted({row.copy for row in calendar.rows}):
        measured(Gauge("strongroom_audit_overdue_objects", late.get(copy, 0), (("copy", copy),)))
        if late.get(copy):
            expected = f"every file read within {calendar.audit_days:g} days"
            yield rules.OVERDUE.at(copy, expected=expected, found=f"{late[copy]} objects with older readings")


def _quarantine(archive: Archive, measured: Callable[[Gauge], None]) -> Iterator[Finding]:
    refused = sum(1 for _ in archive.quarantine.glob(f"*{_REPORT}"))
    damaged = archive.quarantine / _DAMAGED
    kept = sum(1 for _ in damaged.iterdir()) if damaged.is_dir() else 0
    measured(Gauge("strongroom_quarantined_bags", refused))
    measured(Gauge("strongroom_damaged_objects_kept", kept))
    if refused:
        yield rules.QUARANTINED.at("quarantine", expected="none", found=f"{refused} refused")
