"""No host is asked faster than it may be, however many workers capture from it."""

import asyncio
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.gang import Gang
from jobs.labour import ARCHIVE
from jobs.service import service
from presence import absent
from servers import nginx
from servers.certificates import Authority
from servers.nginx import Nginx, running_nginx
from strongroom.jobs.database import Database
from strongroom.jobs.hosts import SharedHosts
from strongroom.jobs.job import Kind
from strongroom.jobs.ledger import HOSTS, Ledger
from strongroom.web.courtesy import Pauses
from strongroom.workflow import now

DELAY = 0.3


@pytest.fixture
def hosts(crew: Gang):
    with closing(Database.open(crew.url, crew.place.path)) as opened:
        Ledger(opened, clock=now).make(ARCHIVE)
        yield opened


def test_pages_of_a_host_come_no_faster_than_the_pause_whoever_asks(hosts: Database) -> None:
    moments = []

    async def capture(name: str) -> None:
        shared, pauses = SharedHosts(hosts), Pauses(page=0.1, any=0.0)
        for _ in range(4):
            turn = await shared.turn(name, pauses)
            moments.append((name, time.monotonic()))
            await shared.asked(name, pauses, turn, 0.0)

    async def all_of_them() -> None:
        await asyncio.gather(*(capture(name) for name in ("a", "a", "a", "b")))

    begun = time.monotonic()
    asyncio.run(all_of_them())
    for name in "ab":
        times = [moment for one, moment in moments if one == name]
        assert min(later - earlier for earlier, later in pairwise(times)) >= 0.1
    assert len(moments) == 16
    assert time.monotonic() - begun < 6


def test_the_pause_counts_from_when_the_request_was_sent_and_parts_need_no_turn_of_pages(hosts: Database) -> None:
    async def capture() -> tuple[float, float]:
        shared, page, part = SharedHosts(hosts), Pauses(page=0.4, any=0.0), Pauses(page=0.0, any=0.05)
        turn = await shared.turn("a", page)
        await asyncio.sleep(0.3)
        sent = time.monotonic() - 0.1
        await shared.asked("a", page, turn, 0.1)
        begun = time.monotonic()
        await shared.asked("a", part, await shared.turn("a", part), 0.0)
        for_part = time.monotonic() - begun
        await shared.turn("a", page)
        return for_part, time.monotonic() - sent

    for_part, for_page = asyncio.run(capture())
    assert for_part < 0.25
    assert 0.4 <= for_page < 0.8


def test_a_host_that_wants_rest_gets_it_from_everybody_and_an_earlier_answer_does_not_end_it(hosts: Database) -> None:
    async def capture() -> float:
        one, other, pauses = SharedHosts(hosts), SharedHosts(hosts), Pauses(page=0.01, any=0.01)
        turn = await one.turn("a", pauses)
        begun = time.monotonic()
        await one.rest("a", 0.5)
        await one.asked("a", pauses, turn, 0.0)
        await other.turn("a", pauses)
        return time.monotonic() - begun

    assert 0.5 <= asyncio.run(capture()) < 2


def test_a_clock_that_was_set_back_holds_nobody_up_for_long(hosts: Database) -> None:
    async def capture() -> None:
        shared, pauses = SharedHosts(hosts), Pauses(page=0.01, any=0.0)
        await shared.turn("a", pauses)
        with hosts.changing() as connection:
            connection.execute(sa.update(HOSTS).values(next_page_at=HOSTS.c.next_page_at + 1_000_000))
        await asyncio.wait_for(shared.turn("a", pauses), 2)

    asyncio.run(capture())


@pytest.fixture
def site(tmp_path: Path, authority: Authority):
    """Pages on two hosts, `localhost` (/a…) and `127.0.0.1` (/b…, /c…), where every /a links to a /b."""
    if fault := nginx.missing():
        absent(fault)
    pages = tmp_path / "pages"
    pages.mkdir()
    with running_nginx(tmp_path, authority.leaf(), authority.root, {"/": pages}) as running:
        for number in range(4):
            there = f"{running.http}/b{number}.html"
            (pages / f"a{number}.html").write_text(f'<title>a</title><p>See <a href="{there}">there</a>.</p>')
            for letter in "bc":
                (pages / f"{letter}{number}.html").write_text(f"<title>{letter}</title><p>Number {number}.</p>")
        yield running


@pytest.mark.prove
def test_three_workers_keep_the_delay_of_each_host_and_a_failed_seed_stops_no_other(
    tmp_path: Path, url: str, site: Nginx, proof
) -> None:
    port = site.http.rpartition(":")[2]
    seeds = [f"http://localhost:{port}/a{number}.html" for number in range(4)]
    seeds += [f"{site.http}/c{number}.html" for number in range(4)]
    dead = "http://127.0.0.1:1/nobody"
    (tmp_path / "seeds.txt").write_text("\n".join(["# pages", "", dead, *seeds]))
    with service(tmp_path / "shop", url) as shop:
        shop.settings = f"[capture]\nallow_private = true\ndelay_seconds = {DELAY}\nattempts = 1\n"
        queued = shop.say("queue", tmp_path / "seeds.txt", "--scope", "linked")
        assert (queued["new"], queued["again"], queued["known"]) == (9, 0, 0)
        workers = [shop.begin("worker") for _ in range(3)]
        shop.wait(lambda: shop.say("status")["waiting_since"] is None and not shop.busy())
        shop.wait(lambda: set(shop.states(Kind.CAPTURE).values()) == {"done", "empty"})
        listed = {one["subject"]: one for one in shop.say("status", "--list", "capture")["jobs"]}
        assert {url for url, one in listed.items() if one["state"] == "empty"} == {dead}
        assert {url for url, one in listed.items() if one["state"] == "done"} == set(seeds)
        packages = [Path(listed[seed]["facts"]["package"]) for seed in seeds]
        assert all((package / "bagit.txt").is_file() for package in packages)
        assert len(set(packages)) == 8

        again = shop.say("queue", tmp_path / "seeds.txt", "--scope", "linked")
        assert (again["new"], again["again"], again["known"]) == (0, 1, 8)
        shop.wait(lambda: shop.states(Kind.CAPTURE)["nobody"] == "empty")
        assert [shop.stop(one) for one in workers] == [0, 0, 0]
        assert len(list((shop.root / "bags").iterdir())) == 8

    # nginx writes whole milliseconds, which as a difference of floats may be a hair less than they are
    asked = sorted((round(float(str(one["msec"])) * 1000), str(one["target"])) for one in site.exchanges(at_least=12))
    of_host = {
        host: [moment for moment, target in asked if target[1] in letters and target.endswith(".html")]
        for host, letters in (("localhost", "a"), ("127.0.0.1", "bc"))
    }
    assert {host: len(times) for host, times in of_host.items()} == {"localhost": 4, "127.0.0.1": 8}
    least = {host: min(later - earlier for earlier, later in pairwise(times)) for host, times in of_host.items()}
    assert min(least.values()) >= DELAY * 1000
    proof(
        f"captures by three workers on {'PostgreSQL' if url else 'SQLite'}: the delay of a host, as its server saw it",
        {"delay, seconds": DELAY, **{f"least pause of {host}": pause / 1000 for host, pause in least.items()}},
    )
