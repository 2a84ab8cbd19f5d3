"""Workers that are killed at random lose no bag, take none in twice, and strand none."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from jobs.gang import freeze
from jobs.service import Service, deliver, service

ENDED = {"done", "gone"}


@pytest.fixture
def shop(tmp_path: Path, url: str):
    with service(tmp_path / "shop", url) as found:
        yield found


def all_in(shop: Service, number: int) -> bool:
    """Whether every bag left the folder and no job is open."""
    states = list(shop.states().values())
    return not any(shop.incoming.iterdir()) and len(states) >= number and set(states) <= ENDED


@pytest.mark.prove
def test_bags_survive_three_workers_that_are_killed_at_random(shop: Service, url: str, in_full, proof) -> None:
    number, every_seconds, least, most = (300, 5.0, 3, 1000) if in_full else (30, 1.0, 3, 8)
    batch = 8
    chance = random.Random(20251103)
    door = shop.begin("watch", "--workers", 0, "--poll", 0.5)
    shop.wait(shop.incoming.is_dir)
    workers = [shop.begin("worker") for _ in range(3)]
    shop.wait(lambda: shop.say("status")["workers"] == 3)
    kills = in_the_middle = delivered = 0
    begun = killed_at = time.monotonic()
    while not (delivered >= number and kills >= least and all_in(shop, delivered)):
        assert time.monotonic() - begun < 600, (shop.states(), shop.output()[-3000:])
        # a quick machine gets more bags, so that there is something to do until the last kill
        if (delivered < number or kills < least) and len(list(shop.incoming.iterdir())) < 2 * batch:
            for _ in range(batch):
                deliver(shop.incoming, delivered)
                delivered += 1
        if kills < most and time.monotonic() - killed_at >= every_seconds:
            busy = set(shop.busy())
            victim = chance.choice([one for one in workers if one.pid in busy] or workers)
            os.kill(victim.pid, signal.SIGKILL)
            assert victim.wait(10) == -signal.SIGKILL
            in_the_middle += victim.pid in busy
            kills += 1
            workers[workers.index(victim)] = shop.begin("worker")
            killed_at = time.monotonic()
        time.sleep(0.02)
    took = time.monotonic() - begun
    assert [shop.stop(one) for one in (door, *workers)] == [0, 0, 0, 0]
    shop.run("--incoming")  # what every command that changes the archive does first: nothing is left to recover
    shop.held().assert_once(delivered)
    status = shop.say("status")
    assert {one["state"] for one in status["counts"]} <= ENDED
    assert (status["parked"], status["waiting_since"]) == ([], None)
    proof(
        f"jobs on {'PostgreSQL' if url else 'SQLite'}: three workers, one killed every {every_seconds:g} s",
        {
            "bags": delivered,
            "kills": kills,
            "kills of a worker in the middle of a bag": in_the_middle,
            "seconds": round(took),
            "versions, log entries and receipts": delivered,
            "bags taken in twice": 0,
            "bags stranded": 0,
        },
    )


@pytest.mark.prove
def test_the_bag_of_a_killed_worker_is_taken_up_within_ten_seconds(shop: Service, url: str, in_full, proof) -> None:
    times = []
    (shop.folder / "scan.sh").write_text("#!/bin/sh\nsleep 3\n")
    (shop.folder / "scan.sh").chmod(0o755)
    shop.settings += f'scanner = ["{shop.folder}/scan.sh"]\n'
    shop.begin("watch", "--workers", 0, "--poll", 0.5)
    shop.wait(shop.incoming.is_dir)
    workers = {one.pid: one for one in (shop.begin("worker"), shop.begin("worker"))}
    for number in range(10 if in_full else 2):
        shop.wait(lambda: shop.say("status")["workers"] == 2)
        deliver(shop.incoming, number)
        at_it: list[int] = []
        shop.wait(lambda at_it=at_it: at_it.extend(shop.busy()) or at_it)
        victim = workers.pop(at_it[0])
        victim.kill()
        victim.wait(10)
        times.append(shop.wait(lambda: set(shop.busy()) & set(workers)))
        again = shop.begin("worker")
        workers[again.pid] = again
        shop.wait(lambda number=number: shop.states().get(f"bag-{number:04}") in ENDED)
    assert max(times) <= 10
    proof(
        f"jobs on {'PostgreSQL' if url else 'SQLite'}: from the kill of a worker until another has its bag",
        {"kills": len(times), "longest, seconds": round(max(times), 1)},
    )


@pytest.mark.parametrize("point", ["before the object is durable", "before checkpoint has its name"])
def test_a_worker_stopped_in_the_middle_of_a_commit_makes_no_second_version(shop: Service, point: str) -> None:
    """It holds the locks of what it changes when it is stopped, and believes that it still does when it goes on."""
    shop.run("--incoming")
    door = shop.begin("watch", "--workers", 0, "--poll", 0.5)
    sleeper = shop.begin("worker", halt_at=point)
    deliver(shop.incoming, 1)
    shop.wait((shop.folder / "reached").exists)
    freeze(sleeper, shop.place)
    other = shop.begin("worker")
    shop.wait(lambda: set(shop.states().values()) <= ENDED)
    assert f"-{other.pid}-" in shop.jobs()[0].worker
    (shop.folder / "go").touch()
    os.kill(sleeper.pid, signal.SIGCONT)
    shop.wait(lambda: shop.events("trouble"))  # it finds its lease gone, and begins again under another name
    deliver(shop.incoming, 2)
    shop.wait(lambda: len(shop.states()) == 2 and set(shop.states().values()) <= ENDED)
    assert [shop.stop(one) for one in (sleeper, other, door)] == [0, 0, 0]
    shop.run("--incoming")
    shop.held().assert_once(2)


def test_deleting_the_database_of_jobs_in_the_middle_loses_no_bag(
    shop: Service, request: pytest.FixtureRequest
) -> None:
    shop.begin("watch", "--workers", 2, "--poll", 0.5)
    shop.wait(shop.incoming.is_dir)
    shop.wait(lambda: shop.say("status")["workers"] == 2)
    for number in range(20):
        deliver(shop.incoming, number)
    shop.wait(lambda: len(shop.held().receipts) >= 4)
    if shop.url:
        name = shop.url.rpartition("/")[2]
        server = request.getfixturevalue("postgres_server")
        server.say(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.say(f'CREATE DATABASE "{name}"')
    else:
        for path in (shop.root / "state").glob("jobs.sqlite*"):
            path.unlink()
    shop.wait(lambda: not any(shop.incoming.iterdir()) and len(shop.held().receipts) == 20)
    assert shop.stop(shop.processes[0]) == 0
    shop.run("--incoming")
    shop.held().assert_once(20)
