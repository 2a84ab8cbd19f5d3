"""Recovery: what killed and failed runs left in staging is completed, taken back or removed."""

import os
import random
import shutil
import signal
from pathlib import Path

import pytest

from edges import BEGINNING
from permissions import permissions_bind
from repository.children import child, until_there
from repository.shelf import FIRST, OBJECT, SECOND, Shelf, content, fresh_id, judged, quarantined, tree
from strongroom.errors import StorageError
from strongroom.formats.ocfl.check import check_root
from strongroom.repository.recovery import recover
from strongroom.repository.replicas import replicate
from strongroom.repository.store import StoredVersion, ingest_id_of, versions
from strongroom.repository.ticket import Ticket, write_ticket
from strongroom.settings import Settings
from strongroom.storage import listening, measure

SEED = 20251103


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path)
    made.put(FIRST)
    return made


def ticket_of(files: dict[str, bytes], folder: Path, object_id: str = OBJECT) -> Ticket:
    (folder / "measured").mkdir(exist_ok=True)
    digests = {}
    for path, data in files.items():
        (folder / "measured" / "file").write_bytes(data)
        digests[path] = measure(folder / "measured" / "file").sha512
    return Ticket(ingest_id_of(digests), object_id, "bag", (), (), "", "", "2025-11-03T08:00:00Z")


def killed(shelf: Shelf, files: dict[str, bytes], point: str) -> None:
    """Put files as an ingest does, and be killed at a point."""

    def kill(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        with shelf.attempt() as attempt, listening(kill):
            write_ticket(attempt.folder, ticket_of(files, shelf.folder))
            shelf.put_in(attempt, files)

    with child(work) as running:
        assert running.wait() == -signal.SIGKILL


def recovered(shelf: Shelf, *, complete=None, replicas=()) -> tuple[list[StoredVersion], tuple[str, ...]]:
    """Recover; returns which versions were brought to their receipt, and what waits."""
    completed: list[StoredVersion] = []
    unfinished = recover(
        shelf.archive,
        replicas,
        Settings(),
        complete=complete or (lambda work, ticket, version: completed.append(version)),
        clock=lambda: BEGINNING,
        new_id=fresh_id,
    )
    return completed, unfinished


def faults(shelf: Shelf) -> list[str]:
    return [f"{one.code} {one.where}" for one in check_root(shelf.archive.store)]


def test_what_was_not_committed_is_forgotten(shelf):
    before = tree(shelf.archive.store)
    killed(shelf, SECOND, "before v2 has its name")
    assert recovered(shelf) == ([], ())
    assert tree(shelf.archive.store) == before
    assert os.listdir(shelf.archive.staging) == []


@pytest.mark.parametrize(
    "point",
    ["after v2 has its name", "after inventory.json has its name", "after inventory.json.sha512 has its name"],
)
def test_what_was_committed_is_completed(shelf, point):
    killed(shelf, SECOND, point)
    completed, unfinished = recovered(shelf)
    assert (completed, unfinished) == ([versions(shelf.archive, OBJECT)[1]], ())
    assert faults(shelf) == []
    assert os.listdir(shelf.archive.staging) == []
    assert recovered(shelf) == ([], ())


@pytest.mark.parametrize("number", [1, 2])
def test_what_was_committed_and_does_not_read_back_is_taken_back(tmp_path, number):
    shelf = Shelf(tmp_path)
    if number == 2:
        shelf.put(FIRST)
    before = tree(shelf.archive.store)
    point = (
        "after v2 has its name"
        if number == 2
        else f"after {shelf.object().relative_to(shelf.archive.store).parts[0]} has its name"
    )
    killed(shelf, SECOND, point)
    (shelf.object() / f"v{number}" / "content" / "data" / "new.txt").write_bytes(b"old\n")
    assert recovered(shelf) == ([], ())
    assert tree(shelf.archive.store) == before
    assert len([one for one in quarantined(shelf.archive) if "report" not in one]) == 1
    assert os.listdir(shelf.archive.staging) == []


@pytest.mark.prove
@pytest.mark.parametrize("number", [1, 2])
def test_a_kill_while_a_version_is_taken_back_loses_neither_it_nor_the_object(tmp_path, number, in_full):
    template = Shelf(tmp_path / "template")
    if number == 2:
        template.put(FIRST)
    before = tree(template.archive.store)
    top = template.object().relative_to(template.archive.store).parts[0]
    killed(template, SECOND, "after v2 has its name" if number == 2 else f"after {top} has its name")
    (template.object() / f"v{number}" / "content" / "data" / "new.txt").write_bytes(b"old\n")
    stores = []
    for kills in range(40) if in_full else random.Random(SEED).sample(range(20), 6):
        shutil.copytree(tmp_path / "template", tmp_path / f"round-{kills}")
        shelf = Shelf(tmp_path / f"round-{kills}")
        left = kills

        def kill(_: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def work(shelf=shelf, kill=kill) -> None:
            with listening(kill):
                recovered(shelf)

        with child(work) as running:
            running.wait()
        assert recovered(shelf) == ([], ())
        assert tree(shelf.archive.store) == before
        kept = [one for one in quarantined(shelf.archive) if "report" not in one]
        assert len(kept) == 1
        files = content(shelf.archive.quarantine / kept[0])
        assert [data for path, data in files.items() if path.endswith("content/data/new.txt")] == [b"old\n"]
        assert os.listdir(shelf.archive.staging) == []
        assert shelf.put(SECOND).number == number
        stores.append(shelf.archive.store)
    assert judged(*stores) == ""


def test_what_cannot_be_completed_now_waits_and_hinders_nobody(shelf):
    killed(shelf, SECOND, "after v2 has its name")

    def fail(*_: object) -> None:
        raise StorageError("the replica is full; make room")

    _, unfinished = recovered(shelf, complete=fail)
    assert unfinished == ("an interrupted ingest waits to be completed: the replica is full; make room",)
    assert len(os.listdir(shelf.archive.staging)) == 1
    assert faults(shelf) == []
    assert [one.number for one in recovered(shelf)[0]] == [2]
    assert os.listdir(shelf.archive.staging) == []


def test_who_is_at_work_and_who_is_silent_is_left_alone(shelf):
    def work() -> None:
        with shelf.attempt() as attempt:
            write_ticket(attempt.folder, ticket_of(SECOND, shelf.folder))
            (shelf.folder / "there").touch()
            until_there(shelf.folder / "end")

    with child(work) as running:
        until_there(shelf.folder / "there")
        for deed in (lambda: None, running.stop):
            deed()
            there = os.listdir(shelf.archive.staging)
            assert recovered(shelf) == ([], ())
            assert os.listdir(shelf.archive.staging) == there


def test_what_was_on_its_way_to_quarantine_arrives_there(shelf):
    (shelf.object() / "v2").mkdir()
    (shelf.object() / "v2" / "file").write_text("whose?")

    def kill(reached: str) -> None:
        if reached == "after something is set aside":
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        with listening(kill):
            shelf.recover()

    with child(work) as running:
        assert running.wait() == -signal.SIGKILL
    assert quarantined(shelf.archive) == []
    recovered(shelf)
    name = f"{shelf.object().name}-v2"
    assert quarantined(shelf.archive) == [name, f"{name}.report.json", f"{name}.report.txt"]
    assert content(shelf.archive.quarantine / name) == {"file": b"whose?"}
    assert os.listdir(shelf.archive.staging) == []


def test_a_replica_is_recovered_too(shelf):
    replica = shelf.replica()
    shelf.replicate(replica)
    shelf.put(SECOND)
    third = {**SECOND, "data/third": b"3"}
    shelf.put(third)
    points: list[str] = []
    with shelf.attempt() as attempt, shelf.attempt(replica) as own, listening(points.append):
        shutil.copytree(shelf.folder, shelf.folder.with_name("before"))
        replicate(shelf.archive, replica, OBJECT, attempt=attempt, replica_attempt=own)
    whole = tree(replica.store)
    for number in range(len(points)):
        folder = shelf.folder.with_name(f"round-{number}")
        shutil.copytree(shelf.folder.with_name("before"), folder)
        shutil.rmtree(folder / "archive" / "replicas")
        again = Shelf(folder)
        mirror = again.replica()
        for copy in (again.archive, mirror):
            for left in copy.staging.iterdir():
                shutil.rmtree(left)
        left_to_go = number

        def kill(_: str) -> None:
            nonlocal left_to_go
            if left_to_go == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left_to_go -= 1

        def work(again=again, mirror=mirror, kill=kill) -> None:
            with again.attempt() as attempt, again.attempt(mirror) as own, listening(kill):
                replicate(again.archive, mirror, OBJECT, attempt=attempt, replica_attempt=own)

        with child(work) as running:
            assert running.wait() == -signal.SIGKILL
        assert recovered(again, replicas=(mirror,)) == ([], ())
        assert list(check_root(mirror.store)) == []
        assert os.listdir(mirror.staging) == os.listdir(again.archive.staging) == []
        again.replicate(mirror)
        assert tree(mirror.store) == whole


def test_a_staging_folder_that_cannot_be_read_is_told(shelf):
    shelf.archive.staging.chmod(0)
    with permissions_bind(), pytest.raises(StorageError, match=r"cannot look through .*staging: access is denied"):
        recovered(shelf)
    shelf.archive.staging.chmod(0o755)
