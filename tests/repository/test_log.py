"""The log of an archive: appended to, opened, found in, proved, killed and taken over."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edges import BEGINNING, CountingIdentifiers, TickingClock
from logs import append, ingest_entry, ingest_id, make_archive, make_long_log
from strongroom.errors import StorageError
from strongroom.model.receipt import Entry
from strongroom.repository import receipts
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import LeaseLostError, revoke
from strongroom.repository.log import Log
from strongroom.repository.log.lines import bundle_path, canonical, entry_of, line_of
from strongroom.repository.log.tree import is_consistent, is_included, leaf_hash
from strongroom.storage import listening


@pytest.fixture
def archive(tmp_path: Path, new_id: CountingIdentifiers) -> Archive:
    return make_archive(tmp_path / "archive", new_id)


def kinds(archive: Archive) -> list[tuple[int, str]]:
    return [(index, entry.kind) for index, entry in Log.open(archive).entries()]


def test_a_new_archive_has_an_empty_log(archive: Archive):
    log = Log.open(archive)
    assert (log.size, log.checkpoint, list(log.entries()), log.find("ingest"), log.verify()) == (0, None, [], None, ())


def test_the_first_entry_names_the_archive_and_its_key(archive: Archive, new_id: CountingIdentifiers):
    log = append(archive, new_id, ingest_entry(1))
    assert kinds(archive) == [(0, "archive"), (1, "ingest")]
    [(_, first)] = log.entries(0, 1)
    assert log.checkpoint is not None
    assert first.facts == {"archive": archive.id, "key": log.checkpoint.key_id}


def test_the_checkpoint_is_a_note_that_people_can_read(archive: Archive, new_id: CountingIdentifiers):
    append(archive, new_id, ingest_entry(1))
    lines = (archive.log / "checkpoint").read_text("utf-8").split("\n")
    origin = f"strongroom/{archive.id.removeprefix('urn:uuid:')}"
    assert (lines[0], lines[1], lines[3], lines[4], lines[6]) == (origin, "2", "at 2025-11-03T08:00:01.000Z", "", "")
    assert lines[5].startswith(f"— {origin} ")


def test_entries_come_back_as_they_were_logged(archive: Archive, new_id: CountingIdentifiers):
    entries = [ingest_entry(number, empty_folders=["\udcff", "é", "\n"]) for number in range(150)]
    log = append(archive, new_id, *entries)
    assert [entry for _, entry in log.entries(1)] == entries
    assert [index for index, _ in log.entries(60, 70)] == list(range(60, 70))


def test_each_inclusion_leads_to_the_checkpoint_that_was_signed_with_it(archive: Archive, new_id: CountingIdentifiers):
    with archive.attempt(new_id=new_id) as attempt:
        log = Log.open(archive)
        inclusions = [one for size in (1, 62, 1, 1, 130) for one in log.append(attempt, [ingest_entry(9)] * size)]
    assert [one.index for one in inclusions] == list(range(1, 196))
    for one in inclusions:
        path, head = [bytes.fromhex(step) for step in one.path], bytes.fromhex(one.checkpoint.root_sha256)
        assert is_included(leaf_hash(one.entry.encode()), one.index, one.checkpoint.size, path, head)


@settings(max_examples=15)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=5))
def test_every_later_log_is_consistent_with_every_earlier_one(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
):
    new_id = CountingIdentifiers()
    archive = make_archive(tmp_path_factory.mktemp("archive") / "archive", new_id)
    checkpoints = []
    for size in sizes:
        checkpoints.append(append(archive, new_id, *[ingest_entry(number) for number in range(size)]).checkpoint)
    log = Log.open(archive)
    assert log.size == 1 + sum(sizes)
    for old in checkpoints:
        path = [bytes.fromhex(one) for one in log.consistency(old.size)]
        assert is_consistent(old.size, bytes.fromhex(old.root_sha256), log.size, log.head(), path)
    for index in {0, sizes[0], log.size - 1}:
        one = log.inclusion(index)
        path = [bytes.fromhex(step) for step in one.path]
        assert is_included(leaf_hash(one.entry.encode()), index, log.size, path, log.head())


def test_the_last_entry_with_certain_facts_is_found(archive: Archive, new_id: CountingIdentifiers):
    log = append(archive, new_id, *[ingest_entry(number % 100) for number in range(200)])
    assert log.find("ingest", ingest=ingest_id(7)) == (108, ingest_entry(7))
    assert log.find("ingest", ingest=ingest_id(7), version=2) is None
    assert log.find("ingest", ingest=ingest_id(7), start=109) is None
    assert log.find("ingest", warnings=(), files=5)[0] == 200
    assert log.find("audit", ingest=ingest_id(7)) is None
    assert log.find("archive") == (0, next(log.entries())[1])


def test_a_fact_quoted_in_another_fact_is_not_found(archive: Archive, new_id: CountingIdentifiers):
    log = append(archive, new_id, Entry("ingest", BEGINNING, {"other": {"ingest": "x"}}))
    assert log.find("ingest", ingest="x") is None


def test_appending_nothing_logs_nothing(archive: Archive, new_id: CountingIdentifiers):
    log = append(archive, new_id)
    assert log.size == 0
    assert not (archive.log / "checkpoint").exists()


def test_a_log_that_others_appended_to_is_read_again_before_an_entry_is_added(
    archive: Archive, new_id: CountingIdentifiers
):
    early = Log.open(archive)
    append(archive, new_id, ingest_entry(1))
    with archive.attempt(new_id=new_id) as attempt:
        [inclusion] = early.append(attempt, [ingest_entry(2)])
    assert inclusion.index == 2
    assert kinds(archive) == [(0, "archive"), (1, "ingest"), (2, "ingest")]


def test_a_clock_that_jumps_back_is_recorded_and_changes_no_order(archive: Archive, new_id: CountingIdentifiers):
    early = BEGINNING - timedelta(days=9)
    append(archive, new_id, ingest_entry(1, BEGINNING), ingest_entry(2, early))
    log = append(archive, new_id, ingest_entry(3, early), ingest_entry(4, early - timedelta(milliseconds=1)))
    behind = [entry.facts.get("clock_behind") for _, entry in log.entries(1)]
    assert behind == [None, "2025-11-03T08:00:00.000Z", None, "2025-10-25T08:00:00.000Z"]
    assert [
        (one.code, one.severity.value, one.where.rpartition("#")[2]) for one in log.verify() if "LOG-03" in one.code
    ] == [
        ("LOG-030", "warning", "2"),
        ("LOG-030", "warning", "4"),
    ]


def test_a_clock_that_jumps_back_is_recorded_where_a_new_file_begins(archive: Archive, new_id: CountingIdentifiers):
    append(archive, new_id, *[ingest_entry(number) for number in range(63)])
    log = append(archive, new_id, ingest_entry(1))
    assert [index for index, entry in log.entries() if "clock_behind" in entry.facts] == [64]


def test_a_line_is_canonical_and_read_back_strictly():
    line = line_of(3, ingest_entry(3))
    assert entry_of(line) == (3, ingest_entry(3))
    for changed in (line + b" ", line.replace(b":3", b": 3"), line.replace(b'"at"', b'"ta"'), b"{}", b"[]", b"\xff"):
        with pytest.raises(ValueError):
            entry_of(changed)
    with pytest.raises(ValueError):
        canonical(float("nan"))


def test_a_taken_over_attempt_appends_nothing(archive: Archive, new_id: CountingIdentifiers):
    append(archive, new_id, ingest_entry(1))
    before = {path: path.read_bytes() for path in archive.log.rglob("*") if path.is_file()}
    log = Log.open(archive)
    with archive.attempt(new_id=new_id) as attempt:
        revoke(archive.staging, attempt.token)
        with pytest.raises(LeaseLostError):
            log.append(attempt, [ingest_entry(2)])
    assert {path: path.read_bytes() for path in archive.log.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("stopped_at", ["before 0000000000.jsonl has its name", "before checkpoint has its name"])
def test_a_zombie_that_wakes_in_mid_append_cannot_fork_the_log(
    archive: Archive, new_id: CountingIdentifiers, stopped_at: str
):
    append(archive, new_id, ingest_entry(1))

    def overtake(point: str) -> None:
        if point == stopped_at and len(taken) == 0:
            taken.append(point)
            revoke(archive.staging, zombie.token)
            with archive.attempt(new_id=new_id) as other:
                Log.open(archive).append(other, [ingest_entry(3)])

    taken: list[str] = []
    with pytest.raises(LeaseLostError), archive.attempt(new_id=new_id) as zombie, listening(overtake):
        Log.open(archive).append(zombie, [ingest_entry(2)])
    assert taken == [stopped_at]
    assert [entry.facts.get("ingest") for _, entry in Log.open(archive).entries(1)] == [ingest_id(1), ingest_id(3)]


def points_of(archive: Archive, new_id: CountingIdentifiers, entries: list[Entry]) -> list[str]:
    points: list[str] = []
    with listening(points.append):
        append(archive, new_id, *entries)
    return points


@pytest.mark.parametrize("begun", [0, 62], ids=["a new log", "a log whose file fills"])
def test_a_kill_at_any_point_of_an_append_leaves_a_log_that_goes_on(
    tmp_path: Path, new_id: CountingIdentifiers, begun: int
):
    entries = [ingest_entry(number) for number in (1001, 1002, 1003)]

    def make(name: str) -> Archive:
        archive = make_archive(tmp_path / name, CountingIdentifiers())
        if begun:
            append(archive, new_id, *[ingest_entry(number) for number in range(begun)])
        return archive

    count = len(points_of(make("all"), new_id, entries))
    assert count >= 6
    for number in range(count):
        archive = make(f"killed-{number}")
        child = os.fork()
        if child == 0:
            reached: list[str] = []

            def die(point: str, reached: list[str] = reached, number: int = number) -> None:
                reached.append(point)
                if len(reached) == number + 1:
                    os.kill(os.getpid(), signal.SIGKILL)

            with listening(die):
                append(archive, new_id, *entries)
            os._exit(0)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        new_id()  # the child's attempt had this one
        log = Log.open(archive)
        logged = log.find("ingest", ingest=ingest_id(1002)) is not None
        assert log.size in ({0, 1, 4} if begun == 0 else {begun + 1, begun + 4})
        assert logged is (log.size in {4, begun + 4} and log.size > begun + 1)
        with archive.attempt(new_id=new_id) as attempt:
            log.append(attempt, [ingest_entry(2000)] if logged else [*entries, ingest_entry(2000)])
        numbers = [*range(begun), 1001, 1002, 1003, 2000]
        assert [entry.facts.get("ingest") for _, entry in Log.open(archive).entries(1)] == list(map(ingest_id, numbers))
        assert {one.code for one in Log.open(archive).verify()} <= {"LOG-021", "LOG-030"}


def test_what_stands_behind_the_checkpoint_was_never_logged(archive: Archive, new_id: CountingIdentifiers):
    append(archive, new_id, ingest_entry(1))
    path = bundle_path(archive.log, 0)
    path.write_bytes(path.read_bytes() + line_of(2, ingest_entry(66)) + b"\n")
    assert kinds(archive) == [(0, "archive"), (1, "ingest")]
    log = append(archive, new_id, ingest_entry(2))
    assert [entry.facts.get("ingest") for _, entry in log.entries(1)] == [ingest_id(1), ingest_id(2)]


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x" * 64)])
def test_the_cache_of_heads_is_made_again_where_it_is_wrong(archive: Archive, new_id: CountingIdentifiers, damage):
    log = append(archive, new_id, *[ingest_entry(number) for number in range(140)])
    kept = (archive.log / "roots").read_bytes()
    damage(archive.log / "roots")
    assert Log.open(archive).checkpoint == log.checkpoint
    append(archive, new_id, ingest_entry(141))
    assert (archive.log / "roots").read_bytes() == kept


def test_a_full_disk_says_so_and_logs_nothing(archive: Archive, new_id: CountingIdentifiers):
    append(archive, new_id, ingest_entry(1))
    log = Log.open(archive)

    def fill(point: str) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError), archive.attempt(new_id=new_id) as attempt, listening(fill):
        log.append(attempt, [ingest_entry(2)])
    assert Log.open(archive).size == 2


def test_many_processes_append_at_once_and_every_entry_stands_once(archive: Archive, new_id: CountingIdentifiers):
    children = []
    for process in range(6):
        child = os.fork()
        if child == 0:
            for number in range(15):
                token = f"urn:uuid:00000000-0000-4000-b000-{process:06x}{number:06x}"
                append(archive, lambda token=token: token, ingest_entry(process * 100 + number))
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 6
    logged = [entry.facts["ingest"] for _, entry in Log.open(archive).entries(1)]
    assert sorted(logged) == sorted(ingest_id(process * 100 + number) for process in range(6) for number in range(15))
    assert {one.code for one in Log.open(archive).verify()} <= {"LOG-021", "LOG-030"}


@pytest.mark.prove
def test_a_log_of_a_million_entries_opens_and_proves_fast(tmp_path: Path, in_full: bool, proof, clock: TickingClock):
    size = 1_000_000 if in_full else 20_000
    new_id = CountingIdentifiers()
    archive = make_archive(tmp_path / "archive", new_id)
    make_long_log(archive, size)
    Log.open(archive)  # imports and the file cache
    begun = time.perf_counter()
    log = Log.open(archive)
    opened = time.perf_counter() - begun
    begun = time.perf_counter()
    with archive.attempt(new_id=new_id) as attempt:
        [inclusion] = log.append(attempt, [ingest_entry(size, clock())])
    appended = time.perf_counter() - begun
    begun = time.perf_counter()
    assert log.find("ingest", ingest=ingest_id(1))[0] == 1
    searched = time.perf_counter() - begun
    path = tmp_path / "receipt.json"
    path.write_bytes(receipts.render(receipts.receipt_of(inclusion)))
    begun = time.perf_counter()
    assert check_receipt(path) == 0
    checked = time.perf_counter() - begun
    proof(
        "A long log: opened, appended to, searched from end to beginning, a receipt checked by the script",
        {
            "entries": size,
            "open": f"{opened * 1000:.0f} ms",
            "append": f"{appended * 1000:.0f} ms",
            "search": f"{searched:.2f} s",
            "check-receipt.py": f"{checked:.2f} s",
        },
    )
    assert opened < 0.050
    assert checked < 1.0


def check_receipt(path: Path, *arguments: str) -> int:
    import subprocess
    import sys

    from strongroom.repository.checker import checker_script

    script = path.with_name("check-receipt.py")
    script.write_bytes(checker_script())
    return subprocess.run([sys.executable, script, path, *arguments], check=False, capture_output=True).returncode


def test_damage_is_a_sentence_and_no_exception_of_another_kind(archive: Archive, new_id: CountingIdentifiers):
    append(archive, new_id, ingest_entry(1))
    (archive.log / "checkpoint").write_bytes(b"\xff\x00")
    with pytest.raises(StorageError, match="is not signed"):
        Log.open(archive)
