"""An audit as a whole: what it reads first, where it ends, what it remembers, and what it goes on with."""

import json
import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edges import BEGINNING
from repository.children import Child
from repository.vault import SetClock, Vault, flip, forget, found, fresh_id
from strongroom.errors import StorageError, UsageError
from strongroom.model.fixity import Choice, CoverageRow, Selection
from strongroom.repository.fixity.calendar import DAYS, coverage
from strongroom.repository.fixity.index import Index
from strongroom.repository.log import Log
from strongroom.storage import listening

NAMES = [f"urn:x:{number}" for number in range(6)]
DUE = Selection(Choice.DUE)


@pytest.fixture
def vault(tmp_path) -> Vault:
    made = Vault(tmp_path, replicas=1, clock=SetClock())
    for number, name in enumerate(NAMES):
        made.put(name, {"a.txt": b"%d" % number * 1000, "b.txt": b"b" * 500})
    return made


def lines(vault: Vault, report) -> list[dict]:
    return [json.loads(line) for line in (vault.root / report.receipt).read_text().splitlines()]


def read_in(vault: Vault, report) -> list[tuple[str, str]]:
    """Copy and object of each reading, in order."""
    names = lines(vault, report)[0]["copies"]
    return [(names[line["copy"]], line["object"]) for line in lines(vault, report) if "object" in line]


def periods(vault: Vault) -> list[CoverageRow]:
    return list(coverage(vault.root, vault.settings, form=DAYS, clock=vault.clock).rows)


def test_an_audit_is_logged_with_the_digest_of_its_dated_receipt(vault):
    report = vault.audit()
    [(_, entry)] = Log.open(vault.archive()).entries(report.entry, report.entry + 1)
    assert entry.kind == "audit"
    assert entry.facts["audit"] == report.audit_id
    assert f"log/{entry.facts['receipt']}" == report.receipt
    assert (entry.facts["objects"], entry.facts["damaged"], entry.facts["complete"]) == (12, 0, True)
    for copy in vault.copies:
        assert (copy / report.receipt).read_bytes() == (vault.root / report.receipt).read_bytes()


def test_every_object_of_every_copy_is_read_once(vault):
    report = vault.audit()
    expected = {(vault.name(copy), name) for copy in (0, 1) for name in NAMES}
    assert sorted(read_in(vault, report)) == sorted(expected)
    assert dict(report.copies) == {"archive": 6, vault.name(1): 6}


def test_what_was_not_read_for_longest_comes_first(vault):
    vault.clock.on(1)
    vault.audit(Selection(Choice.OBJECTS, objects=tuple(NAMES[:2])))
    vault.clock.on(1)
    vault.audit(Selection(Choice.OBJECTS, objects=(NAMES[4],)))
    vault.clock.on(1)
    order = list(dict.fromkeys(name for _, name in read_in(vault, vault.audit())))
    assert order[-3:] == [*NAMES[:2], NAMES[4]]


def test_the_state_may_be_deleted_at_any_time(vault):
    for days, name in ((3, NAMES[1]), (5, NAMES[4]), (40, NAMES[1]), (2, NAMES[0])):
        vault.clock.on(days)
        vault.audit(Selection(Choice.OBJECTS, objects=(name,)), max_bytes=12_000)  # not even one object of one copy
    vault.repair(NAMES[3])
    before = spans(vault)
    assert len({at for *_, at, _ in before}) > 3
    forget(vault)
    assert spans(vault) == before


def spans(vault: Vault) -> list[tuple]:
    """What the index knows of the ages of files."""
    coverage(vault.root, vault.settings, clock=vault.clock)
    with Index.open(vault.archive()) as index:
        columns = (
            "SELECT s.copy, o.id, first, stop, at, bytes FROM span s JOIN object o ON o.no = s.object ORDER BY 1, 2, 3"
        )
        return index.sql.execute(columns).fetchall()


def test_an_index_that_is_damaged_is_made_again(vault):
    vault.audit()
    before = periods(vault)
    (vault.root / "state" / "fixity.sqlite").write_bytes(b"not a database, but as long as one" * 1000)
    assert periods(vault) == before


def test_the_calendar_names_what_is_overdue(vault):
    vault.clock.on(10)
    vault.audit(Selection(Choice.OBJECTS, objects=(NAMES[0],)))
    vault.clock.on(85)
    found_now = coverage(vault.root, vault.settings, form=DAYS, clock=vault.clock)
    first, second = (f"{BEGINNING + timedelta(days=days):%Y-%m-%d}" for days in (0, 10))
    assert [(row.copy, row.period, row.objects) for row in found_now.rows] == [
        ("archive", first, 5),
        ("archive", second, 1),
        (vault.name(1), first, 5),
        (vault.name(1), second, 1),
    ]
    assert [(row.copy, row.objects) for row in found_now.overdue] == [("archive", 5), (vault.name(1), 5)]


def test_a_new_replica_was_never_read(vault):
    vault.replicas = 2
    vault.repair()
    vault.replicas = 3
    Vault.repair(vault, NAMES[0])
    rows = [(row.copy, row.period, row.objects) for row in periods(vault) if row.copy == vault.name(3)]
    assert rows == [(vault.name(3), "", 5), (vault.name(3), f"{BEGINNING:%Y-%m-%d}", 1)]


def test_a_budget_is_gone_on_with_where_it_ended_inside_an_object(tmp_path):
    vault = Vault(tmp_path, clock=SetClock())
    vault.put("urn:x:large", {f"{number:02}.bin": bytes([number]) * 100_000 for number in range(20)})
    spans = []
    for _ in range(20):
        vault.clock.on(1)
        report = vault.audit(Selection(Choice.OLDER, days=10), max_bytes=500_000)
        spans += [(line.get("first", 0), line.get("stop", 0)) for line in lines(vault, report) if "object" in line]
        assert report.length_bytes < 600_000
    assert spans[0][0] == 0
    assert [start for start, _ in spans[1:5]] == [stop for _, stop in spans[:4]]  # nothing twice, nothing left out
    assert 0 in [stop for _, stop in spans]


def test_the_first_file_is_read_even_if_it_is_larger_than_the_budget(tmp_path):
    vault = Vault(tmp_path, clock=SetClock())
    vault.put("urn:x:large", {"a.bin": b"a" * 300_000, "b.bin": b"b" * 300_000})
    everything = 0
    for _ in range(30):
        vault.clock.on(1)
        everything += vault.audit(Selection(Choice.OLDER, days=20), max_bytes=1000).files
    assert everything >= 7


def test_a_limit_of_seconds_ends_the_run(vault):
    report = vault.audit(max_seconds=0.0)
    assert not report.complete
    assert report.remaining_objects > 0
    assert report.objects <= 1


def test_an_audit_that_is_interrupted_is_gone_on_with(vault):
    first = _audited_until(vault, files=10)
    report = vault.audit()
    assert report.resumed
    assert report.complete
    assert report.files == 12 * 8  # with the files of the run before it, each once
    assert report.objects == 12
    assert report.audit_id == first


def test_an_interrupted_audit_of_another_selection_gets_its_receipt_first(vault):
    first = _audited_until(vault, files=20)
    report = vault.audit(Selection(Choice.OBJECTS, objects=(NAMES[5],)))
    assert not report.resumed
    log = Log.open(vault.archive())
    entries = [entry for _, entry in log.entries() if entry.kind == "audit"]
    assert [(entry.facts["audit"], entry.facts["complete"]) for entry in entries] == [
        (first, False),
        (report.audit_id, True),
    ]
    assert entries[0].facts["objects"] == 2


def _audited_until(vault: Vault, *, files: int) -> str:
    """Kill an audit when so many files were read; returns the identifier that it had."""
    identifier = fresh_id()
    count = 0

    def stop(point: str) -> None:
        nonlocal count
        count += point == "after a file is read"
        if count == files:
            os._exit(9)

    def work() -> None:
        from strongroom.stages.audit import audit

        with listening(stop):
            identifiers = iter([identifier])
            audit(
                vault.root,
                vault.settings,
                clock=vault.clock,
                new_id=lambda: next(identifiers, fresh_id()) if ready() else fresh_id(),
            )

    def ready() -> bool:
        # the attempt takes the first identifier; the run the second
        nonlocal asked
        asked += 1
        return asked == 2

    asked = 0
    assert Child(work).wait() == 9
    return identifier


def test_without_replicas_the_length_of_a_changed_file_follows_from_the_log(tmp_path):
    vault = Vault(tmp_path)
    vault.put("urn:x:one", {"a.txt": b"a" * 1000, "b.txt": b"b" * 10})
    path = vault.object("urn:x:one") / "v1/content/data/a.txt"
    os.truncate(path, 900)
    [one] = vault.audit().findings
    assert (one.code, one.expected, one.found) == ("FIX-002", "1000 bytes", "900 bytes")


def test_a_clock_that_was_set_ahead_once_proves_nothing(vault):
    vault.clock.now = datetime(2099, 1, 1, tzinfo=UTC)
    vault.audit()
    vault.clock.now = BEGINNING + timedelta(days=100)
    report = vault.audit(DUE)
    assert report.objects == 12


def test_what_was_purged_is_not_looked_for(vault):
    from stages.test_audit_findings import withdraw

    withdraw(vault, NAMES[2])
    report = vault.audit()
    assert report.findings == ()
    assert report.objects == 10
    with pytest.raises(UsageError, match="was purged"):
        vault.audit(Selection(Choice.OBJECTS, objects=(NAMES[2],)))


def test_an_archive_whose_store_is_not_mounted_is_no_damage(vault):
    (vault.root / "store").rename(vault.folder / "unmounted")
    with pytest.raises(StorageError, match="is not there, but the log is; is a disk not mounted"):
        vault.audit()
    (vault.root / "store").mkdir()
    with pytest.raises(StorageError, match="0=ocfl"):
        vault.audit()


def test_an_ingest_that_waits_for_its_replica_is_not_judged(vault):
    """Committed in the archive, killed before it was logged; the replica is away, so it cannot be completed."""

    def commit() -> None:
        with listening(lambda point: os._exit(9) if point == "before the copy in a replica is durable" else None):
            vault.put(NAMES[0], {"a.txt": b"again"})

    assert Child(commit).wait() == 9
    vault.copies[1].rename(vault.folder / "away")
    report = vault.audit()
    assert report.findings == ()
    assert any("an interrupted ingest" in sentence for sentence in report.unreachable)
    (vault.folder / "away").rename(vault.copies[1])
    report = vault.audit()
    assert (report.findings, report.unreachable) == ((), ())
    assert report.objects == 12


def test_what_is_being_taken_in_meanwhile_is_no_damage(vault):
    """Another process commits versions all the time; whatever the audit sees of them half done it looks at again."""

    def work() -> None:
        for number in range(40):
            vault.put(NAMES[number % 3], {"a.txt": b"new %d" % number})

    child = Child(work)
    reports = []
    while child.is_running():
        reports.append(vault.audit())
    assert child.wait() == 0
    assert len(reports) > 1
    assert [found(report) for report in reports] == [[]] * len(reports)
    assert [report.unreachable for report in reports] == [()] * len(reports)


def test_a_replica_whose_log_cannot_be_written_is_told(vault, monkeypatch):
    shutil.rmtree(vault.copies[1] / "staging")
    (vault.copies[1] / "staging").write_bytes(b"in the way")
    report = vault.audit()
    assert report.findings == ()
    assert any("the log was not copied to" in sentence or "staging" in sentence for sentence in report.unreachable)


def test_audits_that_begin_at_once_do_not_meet(vault):
    """The second waits for the first, and then reads what it chose itself."""
    first = Child(vault.audit)
    report = vault.audit()
    assert first.wait() == 0
    assert report.complete
    kinds = [entry.kind for _, entry in Log.open(vault.archive()).entries()]
    assert kinds.count("audit") == 2


def test_the_index_is_of_no_use_for_another_log(vault, tmp_path):
    vault.audit()
    other = Vault(tmp_path / "other", clock=SetClock())
    other.put("urn:x:other", {"a.txt": b"x"})
    shutil.copy(vault.root / "state" / "fixity.sqlite", Path(other.root, "state", "fixity.sqlite"))
    assert other.audit().objects == 1
    with sqlite3.connect(other.root / "state" / "fixity.sqlite") as sql:
        assert sql.execute("SELECT count(*) FROM object WHERE no > 2").fetchone() == (1,)
    sql.close()


def test_flipping_any_byte_of_an_object_is_found(tmp_path):
    vault = Vault(tmp_path, clock=SetClock())
    vault.put("urn:x:one", {"a.txt": b"abc"})
    home = vault.object("urn:x:one")
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        size = path.stat().st_size
        for at in sorted({0, size // 2, size - 1}):
            flip(path, at)
            report = vault.audit()
            assert [one.where for one in report.findings] == [
                vault.where("urn:x:one", path.relative_to(home).as_posix())
            ], (path, at)
            flip(path, at)
    assert vault.audit().findings == ()


def test_the_calendar_may_be_looked_at_while_an_audit_reads(vault):
    """By monitoring, every minute; neither waits long for the other, and nothing is counted twice."""
    looks = []

    def look(point: str) -> None:
        if point == "after a file is read":
            child = Child(lambda: periods(vault))
            looks.append(child.wait())

    with listening(look):
        report = vault.audit(Selection(Choice.OBJECTS, objects=(NAMES[0], NAMES[3])))
    assert report.complete
    assert looks == [0] * report.files


def test_those_who_bring_the_index_up_to_date_at_once_count_nothing_twice(vault):
    forget(vault)
    children = [Child(lambda: periods(vault)) for _ in range(6)]
    assert [child.wait() for child in children] == [0] * 6
    together = spans(vault)
    forget(vault)
    assert spans(vault) == together
