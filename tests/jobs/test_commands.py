"""The commands of the jobs, as a repository's administrator runs them."""

import importlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from ingesting import as_tar, bag
from jobs.service import Service, deliver, service
from servers.processes import REPOSITORY
from strongroom.jobs.database import Database
from strongroom.jobs.job import Job, Kind, State
from strongroom.jobs.ledger import JOBS, Ledger
from strongroom.jobs.place import Place
from strongroom.repository.archive import Archive
from strongroom.workflow import new_urn, now


@pytest.fixture
def shop(tmp_path: Path):
    with service(tmp_path / "shop") as found:
        yield found


def test_the_service_takes_in_what_lies_ready_refuses_what_is_wrong_and_leaves_what_is_not_whole(shop: Service) -> None:
    second = shop.folder / "second"
    second.mkdir()
    shop.settings = "[ingest]\nfree_bytes = 0\nsettle_seconds = 3600\n"
    watch = shop.begin("watch", "--incoming", second, "--incoming", shop.incoming, "--poll", 0.5)
    shop.wait(lambda: "watching" in shop.output() and shop.say("status")["workers"] == 1)
    for number, folder in ((1, shop.incoming), (2, second)):
        deliver(folder, number)
        (folder / f"bag-{number:04}.ready").touch()
    packed = as_tar(bag(shop.folder / "packed", "packed\n"), shop.folder / "packed.tar")
    packed.rename(second / "packed.tar")
    (second / "packed.tar.ready").touch()
    wrong = bag(second / "wrong", "wrong\n")
    (wrong / "data" / "a.txt").write_text("changed\n")
    (second / "wrong.ready").touch()
    deliver(second, 3)  # still being copied, for all that anybody knows
    shop.wait(lambda: list(shop.states().values()).count("done") == 3 and shop.states().get("wrong") == "refused")
    assert sorted(path.name for path in second.iterdir()) == ["bag-0003"]
    assert list(shop.incoming.iterdir()) == []
    assert {path.name.partition(".")[0] for path in (shop.root / "quarantine").iterdir()} == {"wrong"}
    since = time.monotonic()
    assert shop.stop(watch) == 0
    assert time.monotonic() - since < 15
    shop.held().assert_once(3)
    assert "done: " in shop.output()
    assert f"refused: {second}/wrong: refused: BAG-" in shop.output()
    ends = shop.events("job")
    assert sorted(event["state"] for event in ends) == ["done", "done", "done", "refused"]
    assert {event["version"] for event in ends if event["state"] == "done"} == {1}
    assert len(shop.events("arrival")) == 4


def test_a_new_bag_is_told_of_by_the_kernel_and_not_waited_for(shop: Service) -> None:
    shop.begin("watch", "--poll", 60)
    shop.wait(lambda: "watching" in shop.output() and shop.say("status")["workers"] == 1)
    time.sleep(1)
    deliver(shop.incoming, 1)
    assert shop.wait(lambda: shop.states().get("bag-0001") == "done") < 20


def test_the_workers_of_a_killed_service_end_with_it_and_the_next_one_goes_on(shop: Service) -> None:
    watch = shop.begin("watch", "--workers", 2)
    shop.wait(lambda: "watching" in shop.output() and shop.say("status")["workers"] == 2)
    children = Path(f"/proc/{watch.pid}/task").glob("*/children")
    pids = [int(pid) for path in children for pid in path.read_text().split()]
    assert len(pids) == 2
    watch.kill()
    watch.wait(10)
    shop.wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    deliver(shop.incoming, 1)
    shop.begin("watch")
    shop.wait(lambda: shop.states().get("bag-0001") == "done")


def test_a_worker_that_dies_under_the_service_is_begun_anew(shop: Service) -> None:
    watch = shop.begin("watch")
    shop.wait(lambda: "watching" in shop.output() and shop.say("status")["workers"] == 1)
    (pid,) = (
        int(pid) for path in Path(f"/proc/{watch.pid}/task").glob("*/children") for pid in path.read_text().split()
    )
    os.kill(pid, signal.SIGKILL)
    deliver(shop.incoming, 1)
    shop.wait(lambda: shop.states().get("bag-0001") == "done")
    assert "a worker was killed by signal 9; another begins in 1 s" in shop.output()


def test_the_service_has_read_again_what_is_due_once_a_day_and_says_what_is_damaged(shop: Service) -> None:
    shop.settings += "[archive]\naudit_days = 0.000001\n"
    shop.run("--incoming")
    deliver(shop.incoming, 1)
    shop.run("--incoming")
    (stored,) = (shop.root / "store").rglob("a.txt")
    stored.chmod(0o644)
    stored.write_text("something else\n")
    shop.begin("watch", "--audit", "--poll", 0.5)
    shop.wait(lambda: [one.state.value for one in shop.jobs(Kind.AUDIT)] == ["damaged"])
    (audited,) = shop.say("status", "--list", "audit")["jobs"]
    assert audited["subject"] == f"{now().date()}, part 1"
    assert audited["reason"].startswith("damage: FIX-")
    assert (shop.root / audited["facts"]["receipt"]).is_file()
    deliver(shop.incoming, 2)
    shop.wait(lambda: shop.states() == {"bag-0002": "done"})
    assert len(shop.jobs(Kind.AUDIT)) == 1


def test_a_bag_that_cannot_be_taken_in_is_parked_and_done_when_a_person_says_so(shop: Service, tmp_path: Path) -> None:
    replica = tmp_path / "replica"
    shop.settings += f'[archive]\nreplicas = ["{replica}"]\n'
    replica.write_text("no folder")
    door = shop.begin("watch", "--workers", 0)
    shop.wait(shop.incoming.is_dir)
    deliver(shop.incoming, 1)
    worker = shop.begin("worker")
    shop.wait(lambda: shop.states().get("bag-0001") == "postponed")
    assert shop.stop(worker) == 0
    with closing(Database.open("", shop.place.path)) as database, database.changing() as connection:
        reason = shop.jobs()[0].reason
        connection.execute(JOBS.update().values(state=State.PARKED, reason=f"tried 7 times: {reason}"))

    said = shop.say("status")
    (parked,) = said["parked"]
    assert parked["subject"] == str(shop.incoming / "bag-0001")
    assert parked["reason"].startswith("tried 7 times: ")
    assert str(replica) in parked["reason"]
    shown = subprocess.run(shop.words("status"), capture_output=True, text=True, check=True).stdout
    assert f"parked    {parked['id'][:12]}  {shop.incoming}/bag-0001" in shown
    assert f"retry {parked['id'][:12]}" in shown

    replica.unlink()
    assert [one["id"] for one in shop.say("retry", parked["id"][:12])["jobs"]] == [parked["id"]]
    assert shop.say("retry", "--all")["jobs"] == []
    shop.begin("worker")
    shop.wait(lambda: shop.states().get("bag-0001") == "done")
    assert shop.stop(door) == 0


def test_what_is_said_of_a_job_that_is_not_there_or_not_parked(shop: Service) -> None:
    assert shop.say("status")["exit"] == 2
    shop.run("--incoming")
    assert shop.say("status")["counts"] == []
    refused = shop.say("retry", "abc")
    assert (refused["exit"], refused["error"]["message"]) == (
        2,
        "no job begin with 'abc'; `strongroom status` names those that are parked",
    )
    assert shop.say("retry")["exit"] == 2


def test_a_list_with_lines_that_are_no_urls_is_refused_as_a_whole(shop: Service, tmp_path: Path) -> None:
    (tmp_path / "list").write_text("https://example.org/\nftp://example.org/\n# fine\n\nnonsense\n")
    refused = shop.say("queue", tmp_path / "list")
    assert refused["exit"] == 2
    assert "list, line 2: " in refused["error"]["message"]
    assert "list, line 5: " in refused["error"]["message"]
    assert not shop.root.exists()
    assert shop.say("queue", tmp_path / "nobody")["error"]["message"].endswith("check the path")


@pytest.mark.parametrize("command", ["watch", "worker", "queue", "retry"])
def test_without_the_extra_it_is_said_how_to_install_it(shop: Service, command: str, tmp_path: Path) -> None:
    """A Python that does not find the parts of the extra, although they are there."""
    shop.run("--incoming")
    (tmp_path / "list").write_text("https://example.org/\n")
    words = {"queue": [tmp_path / "list"], "retry": ["--all"]}.get(command, [])
    program = (
        "import importlib.util, sys\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: None if name == 'dbos' else find(name, *more)\n"
        "from strongroom.cli.running import run\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *shop.words(command, *words)[3:]],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "src")},
    )
    assert done.returncode == 2
    assert done.stderr == (
        "strongroom: this needs a part of strongroom that is not installed; `pip install 'strongroom[jobs]'` adds it\n"
    )


def test_a_database_that_is_none_or_away_is_a_sentence_and_the_password_is_not_in_it(shop: Service) -> None:
    shop.run("--incoming")
    for url, exit_, words in (
        ("mysql://somewhere/jobs", 2, "is named as postgresql://"),
        ("postgresql://me:secret@127.0.0.1:1/jobs", 6, "cannot reach the database of jobs at postgresql"),
    ):
        shop.url = url
        for command in (("status",), ("worker",), ("watch",)):
            said = shop.say(*command)
            assert said["exit"] == exit_
            assert words in said["error"]["message"]
            assert "secret" not in said["error"]["message"]


def test_an_incoming_folder_that_is_not_there_is_a_sentence(shop: Service) -> None:
    said = shop.say("watch", "--incoming", shop.folder / "nowhere")
    assert said["exit"] == 6
    assert "nowhere: it does not exist; check the path" in said["error"]["message"]


@pytest.mark.parametrize("point", ["before a delivery is taken away", "before a delivery is removed"])
def test_a_bag_whose_worker_died_between_its_receipt_and_its_last_word_is_done_with_its_receipt(
    shop: Service, point: str
) -> None:
    shop.run("--incoming")
    shop.begin("watch", "--workers", 0, "--poll", 0.5)
    worker = shop.begin("worker", halt_at=point)
    deliver(shop.incoming, 1)
    shop.wait((shop.folder / "reached").exists)
    (ingest_id,) = shop.held().receipts
    worker.kill()
    worker.wait(10)
    shop.begin("worker")
    shop.wait(lambda: set(shop.states().values()) - {"waiting", "working"})
    (told,) = shop.say("status", "--list", "ingest")["jobs"]
    assert (told["state"], told["facts"]["ingest"], told["facts"]["version"]) == ("done", ingest_id, 1)
    shop.held().assert_once(1)
    assert list(shop.incoming.iterdir()) == []


def test_a_file_that_no_installed_part_reads_is_parked_at_once_with_what_to_do_and_read_when_it_is_there(
    shop: Service,
) -> None:
    zstandard = importlib.import_module("zstandard")  # of the development environment, and no part of the product
    shop.run("--incoming")
    shop.begin("watch", "--workers", 0, "--poll", 0.5)
    packed = as_tar(bag(shop.folder / "packed", "packed\n"), shop.folder / "packed.tar")
    (shop.incoming / ".packed").write_bytes(zstandard.compress(packed.read_bytes()))
    (shop.incoming / ".packed").rename(shop.incoming / "packed.tar.zst")
    worker = shop.begin("worker", without="zstandard")
    shop.wait(lambda: shop.states().get("packed.tar.zst") in {"parked", "postponed", "refused", "done"})
    (parked,) = shop.say("status")["parked"]
    assert parked["reason"] == (
        "packed.tar.zst is compressed with zstd, which is read where the Python module zstandard is installed; "
        "install it, or have the bag sent as .tar or .tar.gz"
    )
    assert (parked["attempts"], [path.name for path in shop.incoming.iterdir()]) == (1, ["packed.tar.zst"])
    assert list((shop.root / "staging").iterdir()) == []
    assert shop.stop(worker) == 0
    shop.begin("worker")
    shop.say("retry", "--all")
    shop.wait(lambda: shop.states() == {"packed.tar.zst": "done"})
    shop.held().assert_once(1)


@pytest.mark.prove
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_status_of_a_hundred_thousand_jobs_takes_less_than_a_second(
    shop: Service, kind: str, request: pytest.FixtureRequest, proof
) -> None:
    url = "" if kind == "sqlite" else request.getfixturevalue("postgres_server").database()
    shop.url = url
    archive = Archive.open_or_make(shop.root, new_id=new_urn)
    place = Place.of(archive, url)
    with closing(Database.open(place.url, place.path)) as database:
        ledger = Ledger(database, clock=now)
        ledger.make(archive.id)
        ledger.add(Job(f"{number:064x}", Kind.INGEST, f"/incoming/bag-{number}") for number in range(100_000))
        states = (State.DONE,) * 90 + (State.WAITING,) * 5 + (State.REFUSED,) * 4 + (State.PARKED,)
        with database.changing() as connection:
            for number, state in enumerate(states):
                ends = JOBS.c.id.like(f"%{number:02x}")
                connection.execute(JOBS.update().where(ends).values(state=state, reason="why", facts='{"a": 1}'))
    walls, works = [], []
    for _ in range(5):
        begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        said = shop.say("status")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        walls.append(time.monotonic() - begun)
        works.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert sum(one["jobs"] for one in said["counts"]) == 100_000
    assert len(said["parked"]) == 10
    # what else the machine does says nothing of the program: on a quiet one there is little but its own work
    assert min(works) < 1
    proof(
        f"status of 100,000 jobs on {kind}",
        {"seconds": round(min(walls), 2), "of them of the processor": round(min(works), 2)},
    )


def test_status_does_not_wait_for_the_engine(shop: Service) -> None:
    shop.run("--incoming")
    program = "import sys; from strongroom.cli.running import run; run(sys.argv[1:]); print('dbos' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, *shop.words("status")[3:]],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "src")},
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_a_name_that_is_no_text_does_not_end_the_service(shop: Service) -> None:
    watch = shop.begin("watch", "--poll", 0.5)
    shop.wait(lambda: "watching" in shop.output() and shop.say("status")["workers"] == 1)
    made = deliver(shop.folder, 1)
    shutil.move(os.fsencode(made), os.fsencode(shop.incoming) + b"/caf\xe9 100%")
    deliver(shop.incoming, 2)
    shop.wait(lambda: sorted(shop.states().values()) == ["done", "refused"])
    listed = {one["subject"]: one["state"] for one in shop.say("status", "--list", "ingest")["jobs"]}
    assert listed == {f"{shop.incoming}/caf\\xe9 100%": "refused", f"{shop.incoming}/bag-0002": "done"}
    assert watch.poll() is None
