"""What a log's copy costs: as much as is new, however many audits there were."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from repository.vault import Vault, found, fresh_id
from strongroom.model.receipt import Entry
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log
from strongroom.repository.log.tree import BUNDLE


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path, replicas=1)
    made.put("urn:x:1", {"a.txt": b"first"})
    return made


def copy(vault: Vault) -> None:
    archive = vault.archive()
    replica = Archive.open_replica(vault.copies[1], archive)
    with replica.attempt(new_id=fresh_id) as attempt:
        Log.open(archive).copy_to(replica, attempt)


def dated(vault: Vault, number: int) -> list[str]:
    return sorted(os.listdir(vault.copies[number] / "log" / "audits"))


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch, folder: str) -> Iterator[list[str]]:
    """The files of a folder that are looked at, by whichever of these calls."""
    seen: list[str] = []
    for name in ("stat", "open"):
        real: Callable[..., object] = getattr(os, name)

        def look(path: object, *rest: object, real: Callable[..., object] = real, **more: object) -> object:
            if isinstance(path, str | os.PathLike) and Path(os.fspath(path)).parent.name == folder:
                seen.append(Path(os.fspath(path)).name)
            return real(path, *rest, **more)

        monkeypatch.setattr(os, name, look)
    yield seen
    monkeypatch.undo()


def log_audits(vault: Vault, count: int) -> None:
    """Entries of audits with their dated receipts, without reading anything."""
    archive, entries = vault.archive(), []
    folder = archive.log / "audits"
    folder.mkdir(exist_ok=True)
    for _ in range(count):
        content, name = fresh_id().encode(), f"{fresh_id()[9:]}.jsonl"
        (folder / name).write_bytes(content)
        facts = {"receipt": f"audits/{name}", "sha512": hashlib.sha512(content).hexdigest()}
        entries.append(Entry("audit", vault.clock(), facts))
    with archive.attempt(new_id=fresh_id) as attempt:
        Log.open(archive).append(attempt, entries)


def test_only_the_dated_receipts_of_new_entries_are_looked_at(vault, monkeypatch):
    log_audits(vault, 5 * BUNDLE)
    copy(vault)
    assert dated(vault, 1) == dated(vault, 0)
    assert len(dated(vault, 0)) == 5 * BUNDLE
    log_audits(vault, 3)
    with counting(monkeypatch, "audits") as seen:
        copy(vault)
    assert dated(vault, 1) == dated(vault, 0)
    assert 3 <= len(set(seen)) <= 2 * BUNDLE  # it begins with the bundle before the one that is not full


def test_a_dated_receipt_that_is_damaged_is_not_handed_on(vault):
    last = vault.audit().receipt
    (vault.copies[1] / last).unlink()
    kept = (vault.root / last).read_bytes()
    (vault.root / last).write_bytes(b"{}\n")
    copy(vault)
    assert not (vault.copies[1] / last).exists()
    (vault.root / last).write_bytes(kept)
    copy(vault)
    assert (vault.copies[1] / last).read_bytes() == kept


def test_one_that_was_lost_long_ago_is_found_by_an_audit_and_repaired(vault):
    first = vault.audit().receipt
    with vault.archive().attempt(new_id=fresh_id) as attempt:
        notes = [Entry("note", vault.clock(), {}) for _ in range(2 * BUNDLE + 2)]
        Log.open(vault.archive()).append(attempt, notes)
    copy(vault)
    (vault.copies[1] / first).unlink()
    copy(vault)
    assert found(vault.audit()) == [("FIX-021", f"{vault.name(1)}/{first}")]
    assert vault.repair().repaired == (f"{vault.name(1)}/{first}",)
    assert vault.audit().findings == ()
