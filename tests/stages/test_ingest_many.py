"""Many bags at once, by several processes: each once, in order, whatever becomes of the processes."""

import os
import signal
import time
from pathlib import Path

import pytest

from ingesting import SETTINGS, Shop, bag, said
from strongroom import Accepted, Refused, Settings
from strongroom.errors import UsageError
from strongroom.workflow import Task, intake, take_all

CHOSEN = Settings.of({"ingest": {"free_bytes": 0}}, "the tests")


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def taken(shop, tasks, processes=2, after=lambda _: None):
    """What became of each task, in the order of the tasks."""
    with intake(shop.root, CHOSEN) as door:
        outcomes = {}
        for number, outcome in take_all(door, tasks, processes=processes):
            assert number not in outcomes
            outcomes[number] = outcome
            after(number)
        return [outcomes[number] for number in range(len(tasks))], door


def children() -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid() and b"side_by_side" in status.with_name("cmdline").read_bytes():
            found.append(int(status.parent.name))
    return found


def test_many_bags_are_taken_in_each_once(shop, tmp_path):
    tasks = [Task(bag(tmp_path / f"bag{number}", f"{number}\n")) for number in range(20)]
    outcomes, _ = taken(shop, tasks)
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert [outcome.value.package_id for outcome in outcomes] == [f"bag{number}" for number in range(20)]
    again, _ = taken(shop, tasks)
    assert [outcome.value for outcome in again] == [outcome.value for outcome in outcomes]
    assert {finding.code for outcome in again for finding in outcome.findings} == {"INGEST-030"}
    shop.held().assert_once(20)


def test_bags_of_one_object_become_versions_in_the_order_given(shop, tmp_path):
    tasks = [
        Task(bag(tmp_path / f"bag{number}", f"{number}\n", identifier="lamp" if number % 2 else f"other {number}"))
        for number in range(24)
    ]
    outcomes, _ = taken(shop, tasks)
    assert [outcome.value.version for outcome in outcomes if "lamp" in outcome.value.object_id] == list(range(1, 13))
    named = [Task(bag(tmp_path / f"named{number}", f"n{number}\n"), "urn:x:one") for number in range(12)]
    outcomes, _ = taken(shop, named)
    assert [outcome.value.version for outcome in outcomes] == list(range(1, 13))


def test_what_is_refused_or_fails_is_told_as_by_one_process(shop, tmp_path):
    tasks = [Task(bag(tmp_path / f"bag{number}", f"{number}\n")) for number in range(12)]
    (tasks[3].path / "data" / "a.txt").write_text("changed")
    tasks[7] = Task(tmp_path / "nowhere")
    outcomes, door = taken(shop, tasks)
    assert isinstance(outcomes[3], Refused)
    assert [(one.code, one.severity.value, one.where) for one in outcomes[3].findings] == [
        ("BAG-055", "error", "data/a.txt")
    ]
    assert door.reports[tasks[3].path].read_text().startswith("refused: bag3\n")
    assert isinstance(outcomes[7], UsageError)
    assert str(outcomes[7]) == f"{tmp_path}/nowhere cannot be found; check the path"
    shop.held().assert_once(10)


def test_deliveries_are_shared_out_too(shop, tmp_path):
    shop.run(bag(tmp_path / "zero", "zero"))
    for number in range(16):
        bag(shop.incoming / f"bag{number:02}", f"{number}\n")
        if number % 2:
            (shop.incoming / f"bag{number:02}.ready").touch()
    document = shop.run("--incoming")
    assert [(result["path"], result["status"]) for result in document["results"]] == [
        (str(shop.incoming / f"bag{number:02}"), "ingested") for number in range(16)
    ]
    assert list(shop.incoming.iterdir()) == []
    shop.held().assert_once(17)


@pytest.mark.parametrize("killed", [1, 2])
def test_what_a_killed_process_was_at_is_done_here(shop, tmp_path, killed):
    tasks = [Task(bag(tmp_path / f"bag{number}", f"{number}\n")) for number in range(24)]
    dead = []

    def kill(_: int) -> None:
        if not dead:
            dead.extend(children()[:killed])
            for pid in dead:
                os.kill(pid, signal.SIGKILL)

    outcomes, _ = taken(shop, tasks, after=kill)
    assert len(dead) == killed
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    with intake(shop.root, CHOSEN):
        pass  # what the dead were at is completed or removed
    shop.held().assert_once(24)


def test_nothing_is_left_running_when_the_caller_stops(shop, tmp_path):
    tasks = [Task(bag(tmp_path / f"bag{number}", f"{number}\n")) for number in range(24)]
    with intake(shop.root, CHOSEN) as door:
        outcomes = take_all(door, tasks, processes=2)
        next(outcomes)
        assert len(children()) == 2
        outcomes.close()
        assert children() == []
    taken(shop, tasks)
    shop.held().assert_once(24)


def test_an_interrupted_run_returns_130_and_the_same_again_completes_it(shop, tmp_path):
    shop.settings = SETTINGS
    bags = [bag(tmp_path / f"bag{number}", f"{number}\n") for number in range(60)]
    process = shop.start(*bags)
    receipts = shop.root / "log" / "receipts"
    for _ in range(1200):
        if sum(1 for _ in receipts.rglob("*.json")) >= 5:
            break
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    document = said(process)
    assert (document["exit"], document["error"]["kind"]) == (130, "interrupted")
    shop.run(*bags)
    shop.held().assert_once(60)
