"""Replicas are brought up to their archive by workers: once, from good copies alone, and however long a disk is away."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingesting import bag
from jobs.service import Service
from strongroom.errors import UsageError
from strongroom.jobs.job import Kind, State
from strongroom.jobs.replication import replicate_job, replicate_work
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log
from strongroom.settings import Settings
from strongroom.workflow import new_urn, now


def name(shop: Service, folder: Path) -> None:
    """Name a replica in the settings."""
    shop.settings += f'[archive]\nreplicas = ["{folder}"]\n'


@contextmanager
def forgetting(shop: Service) -> Iterator[None]:
    """Let the archive know of no replica, so that ingests go past those that there are."""
    known, hidden = shop.root / "replicas", shop.folder / "hidden"
    known.rename(hidden)
    yield
    hidden.rename(known)


def tree(root: Path) -> dict[str, bytes]:
    """Every file of the store."""
    store = root / "store"
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in store.rglob("*") if path.is_file()}


def places(root: Path) -> dict[str, tuple[int, int]]:
    """Which file each content path is: another copy would be another file."""
    store = root / "store"
    found = ((path, path.stat()) for path in store.rglob("content/**/*") if path.is_file())
    return {path.relative_to(store).as_posix(): (stat.st_ino, stat.st_mtime_ns) for path, stat in found}


def receipts(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "log" / "receipts").rglob("*.json")}


def job_states(shop: Service) -> list[str]:
    return [one.state.value for one in shop.jobs(Kind.REPLICATE)]


def test_a_new_replica_is_filled_by_two_workers_of_which_one_is_killed_and_nothing_is_copied_twice(
    shop: Service, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shop.run(*[bag(tmp_path / f"bag{number}", f"{number}\n", identifier=f"x{number}") for number in range(6)])
    shop.run(*[bag(tmp_path / f"next{number}", f"next {number}\n", identifier=f"x{number}") for number in range(2)])
    name(shop, copy)
    first = shop.begin("worker", halt_at="before repairs are logged")
    shop.wait((shop.folder / "reached").exists)
    held = places(copy)
    assert held
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    shop.begin("worker")
    shop.begin("worker")
    shop.wait(lambda: job_states(shop) == ["done"])
    assert tree(copy) == tree(shop.root)
    assert receipts(copy) == receipts(shop.root)
    assert Log.open(Archive.open_replica(copy, shop.archive())).size == Log.open(shop.archive()).size
    after = places(copy)
    assert {path: after[path] for path in held} == held
    by_itself = Service(shop.folder, settings=shop.settings)
    assert by_itself.say("check-storage", copy / "store")["exit"] == 0
    assert by_itself.say("audit", "--replica", copy)["exit"] == 0
    assert list((copy / "staging").iterdir()) == []
    assert shop.say("status")["parked"] == []


def test_a_worker_killed_in_the_middle_of_an_object_leaves_none_of_it_and_the_next_one_goes_on(
    quick: Service, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    quick.run(*[bag(tmp_path / f"bag{number}", f"{number}\n") for number in range(3)])
    name(quick, copy)
    first = quick.begin("worker", halt_at="after what is repaired is staged")
    quick.wait((quick.folder / "reached").exists)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    assert places(copy) == {}
    quick.begin("worker")
    quick.wait(lambda: job_states(quick) == ["done"])
    assert tree(copy) == tree(quick.root)
    assert list((copy / "staging").iterdir()) == []


def test_a_replica_whose_disk_is_away_is_waited_for_and_filled_when_it_is_back(quick: Service, tmp_path: Path) -> None:
    copy, away = tmp_path / "copy", tmp_path / "away"
    quick.run(bag(tmp_path / "one", "one\n"), "--replica", copy)
    with forgetting(quick):
        quick.run(bag(tmp_path / "two", "two\n"))
    copy.rename(away)
    copy.mkdir()
    assert quick.say("queue", "--replicate")["new"] == 1
    assert quick.say("queue", "--replicate")["exit"] == 0
    quick.begin("worker")
    quick.wait(lambda: job_states(quick)[0] == "postponed")
    (waiting,) = {one.reason for one in quick.jobs(Kind.REPLICATE) if one.state is State.POSTPONED}
    assert waiting.startswith(f"the replica that was at {copy} is not there; is its disk not mounted? ")
    assert list(copy.iterdir()) == []
    copy.rmdir()
    away.rename(copy)
    before = places(copy)
    quick.wait(lambda: set(job_states(quick)) == {"done"})
    assert tree(copy) == tree(quick.root)
    assert {path: places(copy)[path] for path in before} == before
    assert quick.say("status", "--list", "replicate")["jobs"][0]["subject"] == str(copy)


def test_what_went_past_a_replica_is_found_by_the_service(quick: Service, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    quick.run(bag(tmp_path / "one", "one\n", identifier="x"), "--replica", copy)
    with forgetting(quick):
        quick.run(bag(tmp_path / "two", "two\n", identifier="x"))
    quick.begin("watch", "--poll", 0.5)
    quick.wait(lambda: job_states(quick) == ["done"])
    assert tree(copy) == tree(quick.root)
    (done,) = quick.say("status", "--list", "replicate")["jobs"]
    assert (done["facts"]["objects"], done["facts"]["codes"]) == (1, [])


def test_what_is_damaged_in_the_archive_is_not_copied_but_told_and_the_rest_is(quick: Service, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    quick.run(*[bag(tmp_path / f"bag{number}", f"{number}\n") for number in range(3)])
    harmed = sorted((quick.root / "store").rglob("a.txt"))[1]
    harmed.chmod(0o644)
    harmed.write_text("?\n")
    name(quick, copy)
    quick.begin("watch", "--poll", 0.5)
    quick.wait(lambda: job_states(quick) == ["damaged"])
    (told,) = quick.say("status", "--list", "replicate")["jobs"]
    assert told["facts"]["objects"] == 2
    path = harmed.relative_to(quick.root).as_posix()
    assert told["facts"]["codes"] == ["FIX-040"]
    assert told["reason"] == f"no good copy: FIX-040: {copy}/{path}; `strongroom repair` says all"
    whole = {path for path in tree(quick.root) if path not in tree(copy)}
    assert whole == {one for one in tree(quick.root) if one.startswith(path.removeprefix("store/").split("/v1/")[0])}


def test_a_copy_elsewhere_helps_where_that_of_the_archive_is_damaged(quick: Service, tmp_path: Path) -> None:
    old, copy = tmp_path / "old", tmp_path / "copy"
    quick.run(bag(tmp_path / "one", "one\n"), "--replica", old)
    (harmed,) = (quick.root / "store").rglob("a.txt")
    harmed.chmod(0o644)
    harmed.write_text("?\n")
    assert quick.say("queue", "--replicate", "--replica", copy)["new"] == 2
    quick.begin("worker")
    quick.wait(lambda: job_states(quick) == ["done", "done"])
    assert tree(copy) == tree(old)
    assert harmed.read_text() == "?\n"


def test_a_batch_ends_where_the_next_one_begins(quick: Service, tmp_path: Path, monkeypatch) -> None:
    copy = tmp_path / "copy"
    quick.run(*[bag(tmp_path / f"bag{number}", f"{number}\n") for number in range(3)])
    monkeypatch.setattr("strongroom.jobs.replication._BATCH_BYTES", 1)
    archive = quick.archive()
    Archive.open_replica(copy, archive, new_id=new_urn)
    work = replicate_work(archive, Settings(), clock=now, new_id=new_urn)
    job, objects = replicate_job(archive.id, copy, "today"), []
    while True:
        with work(job, lambda: None) as ended:
            objects.append(ended.facts["objects"])
        if ended.then is None:
            break
        job = ended.then
    assert objects == [1, 1, 1]
    assert job.mark == "today 3 3"
    assert tree(copy) == tree(archive.root)


def test_a_folder_that_is_no_replica_of_the_archive_is_refused_and_stays_empty(quick: Service, tmp_path: Path) -> None:
    quick.run(bag(tmp_path / "one", "one\n"))
    archive, strange = quick.archive(), tmp_path / "strange"
    strange.mkdir()
    work = replicate_work(archive, Settings(), clock=now, new_id=new_urn)
    with (
        pytest.raises(UsageError, match="is no replica that the archive has had"),
        work(replicate_job(archive.id, strange, "today"), lambda: None),
    ):
        pass
    assert list(strange.iterdir()) == []
