"""An archive with three replicas and faults by the thousand: all found, all repaired where a good copy exists."""

import shutil
import time
from pathlib import Path

import pytest

from repository.faults import KINDS, Planter
from repository.shelf import tree
from repository.vault import Vault, flip, found


def stocked(folder: Path, objects: int) -> tuple[Vault, list[str]]:
    """A vault with three replicas; every fourth object has two versions."""
    vault = Vault(folder, replicas=3)
    names = [f"urn:x:{number}" for number in range(objects)]
    for number, name in enumerate(names):
        files = {f"part-{part}.bin": bytes([part, number % 256]) * (100 + 50 * part + number) for part in range(8)}
        vault.put(name, {**files, "sub/same.txt": b"%d" % number})
        if number % 4 == 0:
            vault.put(name, {**files, "sub/same.txt": b"%d again" % number, "sub/new.txt": b"new %d" % number})
    return vault, names


def stores(vault: Vault) -> list[dict[str, str]]:
    return [tree(copy / "store") for copy in vault.copies]


@pytest.mark.prove
def test_every_fault_is_found_and_repaired_from_a_good_copy(tmp_path, in_full, proof):
    objects, count = (300, 10_000) if in_full else (24, 500)
    vault, names = stocked(tmp_path, objects)
    before = stores(vault)
    # the archive and two replicas are harmed; the third replica is the copy from which all can be had
    harmed = Vault(tmp_path, replicas=2, clock=vault.clock)
    planted = Planter(harmed, names, seed=20261124).plant(count)
    assert set(planted.counts) == set(KINDS)
    report = vault.audit()
    assert found(report) == sorted(planted.expected)
    assert report.unreachable == ()
    began = time.monotonic()
    mended = vault.repair()
    took = time.monotonic() - began
    assert (mended.findings, mended.unreachable) == ((), ())
    assert {place for _, place in planted.expected} <= set(mended.repaired)
    assert stores(vault) == before
    again = vault.audit()
    assert (again.findings, again.unreachable) == ((), ())
    assert vault.repair().repaired == ()
    proof(
        "Faults in an archive with three replicas are found and repaired",
        {
            "faults": sum(planted.counts.values()),
            "kinds": len(planted.counts),
            "objects": objects,
            "copies": 4,
            "found with their exact paths": len(planted.expected),
            "repaired": len(planted.expected),
            "stores byte-identical to before": 4,
            "seconds of the repair": round(took),
        },
    )


@pytest.mark.prove
def test_where_no_good_copy_is_left_nothing_is_guessed(tmp_path, in_full, proof):
    """The same bytes are damaged alike in most copies, or otherwise in each: a vote would take the wrong ones."""
    objects = 60 if in_full else 12
    vault, names = stocked(tmp_path, objects)
    path = "v1/content/data/part-0.bin"
    for number, name in enumerate(names):
        for copy in range(4):
            flip(vault.object(name, copy) / path, 0 if number % 2 or copy == 3 else copy)
    before = stores(vault)
    report = vault.repair(*names)
    refused = {("FIX-040", vault.where(name, path, copy)) for name in names for copy in range(4)}
    assert {(one.code, one.where) for one in report.findings} == refused
    assert report.repaired == ()
    assert stores(vault) == before
    proof(
        "Where every copy is damaged, alike or not, nothing is guessed",
        {"files": objects, "copies": 4, "refused": len(refused), "changed": 0},
    )


def test_what_can_be_repaired_is_and_the_rest_is_refused(tmp_path):
    vault, names = stocked(tmp_path, 2)
    one = names[0]
    lost, kept = "v1/content/data/part-0.bin", "v1/content/data/part-1.bin"
    for copy in range(4):
        flip(vault.object(one, copy) / lost, copy)
    flip(vault.object(one) / kept)
    vault.audit()
    report = vault.repair()
    assert report.repaired == (vault.where(one, kept),)
    assert {(finding.code, finding.where) for finding in report.findings} == {
        ("FIX-040", vault.where(one, lost, copy)) for copy in range(4)
    }


def test_each_file_may_come_from_another_copy(tmp_path):
    """No copy is whole, and together they have everything."""
    vault, names = stocked(tmp_path, 1)
    before = stores(vault)
    for copy in range(4):
        for part in range(8):
            if part % 4 != copy:
                flip(vault.object(names[0], copy) / f"v1/content/data/part-{part}.bin", copy)
    for copy in range(3):
        (vault.object(names[0], copy) / "inventory.json").unlink()
    shutil.rmtree(vault.object(names[0], 3) / "v2")
    report = vault.repair(names[0])
    assert report.findings == ()
    assert stores(vault) == before
