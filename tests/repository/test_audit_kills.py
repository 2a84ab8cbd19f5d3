"""SIGKILL while an audit reads and at every point of a repair: nothing is read twice but one file, nothing is lost."""

import hashlib
import os
import random
import signal
import time
from pathlib import Path

import pytest

from repository.children import Child, child
from repository.faults import Planter
from repository.openings import Watch, content_files, watching
from repository.shelf import tree
from repository.vault import Vault, found
from strongroom.repository.log import Log
from strongroom.storage import listening


@pytest.mark.prove
def test_a_killed_audit_reads_at_most_one_file_again(tmp_path, in_full, proof):
    vault = Vault(tmp_path, replicas=1)
    chance = random.Random(7)
    for number in range(8):
        vault.put(f"urn:x:{number}", {f"{part}.bin": chance.randbytes(30_000) for part in range(20)})
    wanted, kills, runs, again = 100 if in_full else 10, 0, 0, 0
    with watching(vault) as watch:
        while kills < wanted:
            own = _audit_with_kills(vault, watch, chance)
            assert set(watch.opened) == content_files(vault)  # nothing left out
            twice = sum(count - 1 for count in watch.opened.values())
            assert twice <= own
            kills, runs, again = kills + own, runs + 1, again + twice
            watch.opened.clear()
    entries = [entry for _, entry in Log.open(vault.archive()).entries() if entry.kind == "audit"]
    assert [entry.facts["complete"] for entry in entries] == [True] * runs
    assert {entry.facts["files"] for entry in entries} == {len(content_files(vault))}  # each file once, over all kills
    proof(
        "A killed audit goes on, and reads at most one file again for each kill (as the kernel counts openings)",
        {"kills": kills, "audits": runs, "files in each": len(content_files(vault)), "files read again": again},
    )


def _audit_with_kills(vault: Vault, watch: Watch, chance: random.Random) -> int:
    """Run audits, each killed after a while, until one is logged; returns how many were killed before that."""
    kills, size = 0, Log.open(vault.archive()).size
    while True:
        with child(vault.audit) as running:
            until = time.monotonic() + chance.uniform(0.04, 0.25)
            while running.is_running() and (time.monotonic() < until or kills >= 6):
                watch.drain()
                time.sleep(0.001)
            if running.is_running():
                os.kill(running.pid, signal.SIGKILL)
            assert running.wait() in {0, -signal.SIGKILL}
        watch.drain()
        if Log.open(vault.archive()).size > size:
            return kills
        kills += 1


def points_of(work) -> list[str]:
    """The points that a piece of work reaches, in order."""
    points: list[str] = []
    with listening(points.append):
        work()
    return points


@pytest.mark.prove
def test_a_repair_that_is_killed_anywhere_is_gone_on_with(tmp_path, in_full, proof):
    """SIGKILL at every point that a repair reaches; the next one leaves the stores byte for byte as they were."""
    vault, names = _small(tmp_path)
    before = [tree(copy / "store") for copy in vault.copies]
    _harm(vault, names, seed=1)
    total = len(points_of(vault.repair))
    assert [tree(copy / "store") for copy in vault.copies] == before
    chosen = range(total) if in_full else range(0, total, max(1, total // 25))
    kept = 0
    for number in chosen:
        harmed = _damaged(vault, _harm(vault, names, seed=1 + number))
        assert Child(lambda number=number: _killed_at(number, vault)).wait() in {0, -signal.SIGKILL}
        report = vault.repair()
        assert report.findings == ()
        assert [tree(copy / "store") for copy in vault.copies] == before, number
        assert vault.audit().findings == ()
        assert [os.listdir(copy / "staging") for copy in vault.copies] == [[], [], []]
        assert harmed <= _kept(vault), number
        kept += len(harmed)
    proof(
        "A repair is killed at every point, and the next one ends it; stores are as before, damaged bytes are kept",
        {"points": len(chosen), "damaged files kept": kept},
    )


def _small(folder: Path) -> tuple[Vault, list[str]]:
    vault = Vault(folder, replicas=2)
    names = ["urn:x:one", "urn:x:two"]
    for name in names:
        vault.put(name, {"a.txt": name.encode() * 50, "b.txt": b"b" * 70, "sub/c.txt": b"c" * 40})
    vault.put(names[0], {"a.txt": b"another\n" * 9, "b.txt": b"b" * 70})
    return vault, names


def _harm(vault: Vault, names: list[str], *, seed: int) -> set[tuple[str, str]]:
    """Faults in the archive and the first replica; the second one stays whole."""
    planted = Planter(Vault(vault.folder, replicas=1, clock=vault.clock), names, seed=seed).plant(12)
    assert found(vault.audit()) == sorted(planted.expected)
    return planted.expected


def _killed_at(number: int, vault: Vault) -> None:
    reached = 0

    def kill(_: str) -> None:
        nonlocal reached
        if reached == number:
            os.kill(os.getpid(), signal.SIGKILL)
        reached += 1

    with listening(kill):
        vault.repair()


def _kept(vault: Vault) -> set[tuple[int, str]]:
    """What lies in the quarantines, as copy and SHA-256."""
    folders = [copy / "quarantine" / "damaged" for copy in vault.copies]
    return {
        (copy, digest)
        for copy, folder in enumerate(folders)
        for path, digest in (tree(folder).items() if folder.is_dir() else ())
        if digest and "/files/" in path
    }


def _damaged(vault: Vault, expected: set[tuple[str, str]]) -> set[tuple[int, str]]:
    """The bytes at the places of the faults, as far as there are any, as copy and SHA-256."""
    found = set()
    for _, where in expected:
        for copy in range(len(vault.copies)):
            path = vault.copies[copy] / where.removeprefix(f"{vault.name(copy)}/")
            if where.startswith(f"{vault.name(copy)}/") and path.is_file():
                found.add((copy, hashlib.sha256(path.read_bytes()).hexdigest()))
    return found
