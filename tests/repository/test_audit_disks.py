"""Audits and repairs on disks that are full, read-only, or taken away while they are read."""

import os
import subprocess
from pathlib import Path

import pytest

from disks import fill, remount, small_disk
from repository.children import Child
from repository.vault import Vault, flip, found
from strongroom.errors import StorageError
from strongroom.storage import listening

NAMES = [f"urn:x:{number}" for number in range(5)]


def stock(vault: Vault) -> None:
    for number, name in enumerate(NAMES):
        vault.put(name, {"a.txt": b"%d" % number * 900, "b.txt": b"b" * 100})


@pytest.fixture
def vault(tmp_path):
    """Its replica has a file system of its own."""
    with small_disk(tmp_path / "replica-1", "3m"):
        made = Vault(tmp_path, replicas=1)
        stock(made)
        yield made


def test_a_replica_that_is_read_only_is_audited_all_the_same(vault):
    flip(vault.object(NAMES[2], 1) / "v1/content/data/a.txt")
    remount(vault.copies[1], "ro")
    report = vault.audit()
    assert found(report) == [("FIX-001", vault.where(NAMES[2], "v1/content/data/a.txt", 1))]
    assert report.objects == 10
    [sentence] = report.unreachable
    assert sentence.startswith(f"the log was not copied to {vault.copies[1]}: ")
    assert "the file system is read-only" in sentence
    with pytest.raises(StorageError, match="read-only"):
        vault.repair()
    remount(vault.copies[1], "rw")
    assert vault.repair().repaired == (vault.where(NAMES[2], "v1/content/data/a.txt", 1),)
    report = vault.audit()
    assert (report.findings, report.unreachable) == ((), ())


def test_a_disk_that_goes_away_while_it_is_read_makes_nothing_missing(vault):
    def unmount(point: str) -> None:
        nonlocal files
        files += point == "after a file is read"
        if files == 30:
            files += 1
            subprocess.run(["umount", "--lazy", str(vault.copies[1])], check=True)
            subprocess.run(
                ["mount", "-t", "tmpfs", "none", str(vault.folder / "replica-1")], check=True
            )  # an empty one

    files = 0
    with listening(unmount):
        report = vault.audit()
    assert report.findings == ()
    assert any(
        sentence.startswith(f"{vault.copies[1] / 'store'} cannot be read: it is not there; is a disk not mounted?")
        for sentence in report.unreachable
    )
    assert not report.complete
    assert os.listdir(vault.copies[1]) == []  # nothing was written to what lies below the disk


def test_a_replica_that_has_no_room_is_repaired_when_it_has(vault):
    damaged = vault.object(NAMES[1], 1) / "v1/content/data/a.txt"
    damaged.unlink()
    vault.audit()
    filler = fill(vault.copies[1])
    with pytest.raises(StorageError, match="full"):
        vault.repair()
    assert not damaged.exists()
    filler.unlink()
    assert vault.repair().repaired == (vault.where(NAMES[1], "v1/content/data/a.txt", 1),)
    assert vault.audit().findings == ()


def test_an_audit_on_a_full_disk_says_so_and_is_gone_on_with(tmp_path):
    with small_disk(tmp_path / "archive", "3m"):
        vault = Vault(tmp_path)
        stock(vault)
        filler: list[Path] = []

        def use_up(point: str) -> None:
            if point == "after a file is read" and not filler:
                filler.append(fill(vault.root))

        with listening(use_up), pytest.raises(StorageError, match=r"full|room"):
            vault.audit()
        filler[0].unlink()
        report = vault.audit()
        assert (report.findings, report.unreachable) == ((), ())
        assert (report.resumed, report.complete, report.objects) == (True, True, 5)


def test_a_run_without_room_for_its_receipt_loses_nothing(tmp_path):
    with small_disk(tmp_path / "archive", "3m"):
        vault = Vault(tmp_path)
        stock(vault)

        def work() -> None:
            def use_up(point: str) -> None:
                if point == "after the receipt of an audit is written":
                    fill(vault.root)

            with listening(use_up):
                try:
                    vault.audit()
                except StorageError:
                    os._exit(6)

        assert Child(work).wait() == 6
        (vault.root / ".filler").unlink()
        report = vault.audit()
        assert (report.resumed, report.complete, report.objects, report.files) == (True, True, 5, 40)
