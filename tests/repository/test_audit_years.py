"""Ten years of nights: with a budget that suffices no file is ever older than it may be, and one that does not says so."""

import random
from datetime import timedelta

import pytest

from edges import BEGINNING
from repository.openings import content_files, watching
from repository.vault import SetClock, Vault
from strongroom.model.fixity import Choice, Selection
from strongroom.repository.fixity.calendar import coverage

DUE = Selection(Choice.DUE)


def stocked(vault: Vault, chance: random.Random, objects: int) -> None:
    """Objects of very different sizes, all of them taken in on one day."""
    for number in range(objects):
        size = 200 * 2 ** chance.randrange(9)
        vault.put(
            f"urn:x:{vault.clock():%Y%m%d}-{number}", {f"{part}.bin": chance.randbytes(size) for part in range(5)}
        )


def kept_bytes(vault: Vault) -> int:
    """Of all copies, with their inventories and logs."""
    folders = [copy / name for copy in vault.copies for name in ("store", "log")]
    return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())


@pytest.mark.prove
def test_in_ten_years_no_file_is_ever_older_than_it_may_be(tmp_path, in_full, proof):
    nights, days = (3650, 90) if in_full else (45, 9)
    vault = Vault(tmp_path, replicas=1, audit_days=days, clock=SetClock())
    chance = random.Random(10)
    stocked(vault, chance, 24)
    last = dict.fromkeys(content_files(vault), vault.clock())
    oldest, most, spent, night = timedelta(0), 0, 0, 0
    while night < nights:
        # the archive grows: by objects, and now and then by a version
        name = "urn:x:grows" if night % (4 * days) == 0 else f"urn:x:later-{night}"
        vault.put(name, {"a.bin": chance.randbytes(30_000), "b.bin": b"%d" % night})
        last = dict.fromkeys(content_files(vault), vault.clock()) | last
        budget = round(1.2 * kept_bytes(vault) / (days - 2)) + 60_000
        with watching(vault) as watch:
            for _ in range(days // 3):
                vault.clock.on(1)
                night += 1
                report = vault.audit(DUE, max_bytes=budget)
                watch.drain()
                assert (report.findings, report.unreachable, report.overdue_objects) == ((), (), 0)
                assert report.needed_bytes <= budget
                assert watch.opened.keys() <= last.keys()
                last |= dict.fromkeys(watch.opened, vault.clock())
                watch.opened.clear()
                oldest = max(oldest, vault.clock() - min(last.values()))
                most, spent = max(most, report.length_bytes), spent + report.length_bytes
    assert oldest <= timedelta(days=days)
    proof(
        "Ten years of nightly `audit --due` within a budget (files counted as the kernel opened them)",
        {
            "nights": night,
            "files at the end": len(last),
            "oldest reading, days": oldest.days,
            "allowed": days,
            "most bytes in a night": most,
            "bytes in a night on average": spent // night,
        },
    )


def test_a_budget_that_does_not_suffice_says_so_before_anything_is_overdue(tmp_path):
    vault = Vault(tmp_path, audit_days=20, clock=SetClock())
    stocked(vault, random.Random(3), 20)
    budget = 20_000
    said_on, overdue_on = [], []
    for night in range(30):
        vault.clock.on(1)
        report = vault.audit(DUE, max_bytes=budget)
        if report.needed_bytes > budget:
            said_on.append(night)
        if report.overdue_objects:
            overdue_on.append(night)
            assert report.overdue_bytes > 0
    assert said_on[0] == 0
    assert overdue_on[0] >= 18
    calendar = coverage(vault.root, vault.settings, clock=vault.clock)
    assert [row.copy for row in calendar.overdue] == ["archive"]


def test_without_a_budget_the_reading_is_spread_evenly(tmp_path):
    vault = Vault(tmp_path, audit_days=10, clock=SetClock())
    for number in range(40):
        vault.put(f"urn:x:{number}", {"a.bin": bytes([number]) * 20_000})
    files = []
    for _ in range(40):
        vault.clock.on(1)
        report = vault.audit(DUE)
        assert report.complete
        assert report.overdue_objects == 0
        files.append(report.files)
    assert max(files[1:]) <= 40 * 7 // 4


def test_nights_that_were_left_out_are_made_up_for(tmp_path):
    vault = Vault(tmp_path, audit_days=20, clock=SetClock())
    stocked(vault, random.Random(4), 20)
    for pause in (1, 1, 1, 9, 1, 1, 5, 1, 1, 1, 4, 1, 1):
        vault.clock.on(pause)
        report = vault.audit(DUE)
        assert report.overdue_objects == 0, vault.clock() - BEGINNING


def test_what_is_due_may_be_read_in_several_sittings_of_one_night(tmp_path):
    """As a worker does it between other jobs: each batch goes on with what the first one left."""
    vault = Vault(tmp_path, audit_days=10, clock=SetClock())
    for number in range(60):
        vault.put(f"urn:x:{number}", {"a.bin": bytes([number]) * 20_000})
    total = kept_bytes(vault)
    for _ in range(25):
        vault.clock.on(1)
        spent = 0
        while True:
            report = vault.audit(DUE, max_bytes=60_000)
            spent += report.length_bytes
            assert report.overdue_objects == 0
            vault.clock.on(1 / 1000)
            if report.complete:
                break
        assert spent < total / 3
