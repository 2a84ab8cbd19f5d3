"""Jobs are done once, by whoever is alive, and what cannot be done is parked with its reason."""

import os
import signal
import time
from itertools import pairwise

import pytest

from jobs.gang import Gang, freeze, gang, job
from strongroom.errors import StorageError, UsageError
from strongroom.jobs.job import State
from strongroom.jobs.status import jobs_status, retry
from strongroom.workflow import now


def test_every_job_is_done_once(crew: Gang) -> None:
    subjects = [f"/ok/{number}" for number in range(20)]
    crew.send(*map(job, subjects))
    crew.hire(2)
    crew.wait(lambda: crew.open_jobs() == 0)
    assert crew.ended() == dict.fromkeys(subjects, 1)
    assert set(crew.states().values()) == {"done"}
    assert crew.dismiss() == [0, 0]


def test_the_same_job_is_sent_many_times_and_done_once(crew: Gang) -> None:
    for _ in range(5):
        crew.send(job("/ok/1"), job("/ok/1"))
    crew.hire(2)
    crew.wait(lambda: crew.open_jobs() == 0)
    crew.send(job("/ok/1"))
    time.sleep(1)
    assert crew.begun("/ok/1") == 1


def test_the_job_of_a_killed_worker_is_taken_up_within_ten_seconds(crew: Gang) -> None:
    crew.hire(2)
    crew.send(job("/slow/40"))
    crew.wait(lambda: crew.begun("/slow/40") == 1)
    at_it = int(crew.lines("begun")[0].split(" ")[1])
    os.kill(at_it, signal.SIGKILL)
    taken_up = crew.wait(lambda: crew.begun("/slow/40") == 2, seconds=10)
    crew.wait(lambda: crew.open_jobs() == 0)
    assert taken_up < 10
    assert crew.ended() == {"/slow/40": 1}


def test_a_worker_alone_takes_up_its_own_job_after_a_restart(crew: Gang) -> None:
    crew.send(job("/slow/20"))
    (only,) = crew.hire()
    crew.wait(lambda: crew.begun("/slow/20") == 1)
    only.kill()
    only.wait(10)
    crew.hire()
    crew.wait(lambda: crew.open_jobs() == 0)
    assert crew.begun("/slow/20") == 2
    assert crew.states() == {"/slow/20": "done"}


def test_a_bag_that_kills_its_workers_is_parked_after_exactly_three_attempts(crew: Gang) -> None:
    crew.send(job("/poison/1"))
    for _ in range(4):
        (worker,) = crew.hire()
        crew.wait(lambda worker=worker: worker.poll() is not None or crew.open_jobs() == 0)
    (parked,) = crew.recorded()
    assert crew.begun("/poison/1") == 3
    assert parked.state is State.PARKED
    assert parked.reason.startswith("given up after 3 attempts: the worker ")
    assert parked.reason.endswith(" ended in the middle of it without a word")


def test_what_nobody_foresaw_is_parked_after_exactly_three_attempts_and_the_worker_lives(crew: Gang) -> None:
    crew.send(job("/bug/1"), job("/ok/1"))
    (worker,) = crew.hire()
    crew.wait(lambda: crew.open_jobs() == 0)
    assert crew.begun("/bug/1") == 3
    assert crew.states() == {"/bug/1": "parked", "/ok/1": "done"}
    assert crew.lines("said")[-1 if "bug" in crew.lines("said")[-1] else 0] == (
        "/bug/1 parked given up after 3 attempts: something unforeseen happened (ValueError: nobody thought of this)"
    )
    assert crew.dismiss([worker]) == [0]


def test_what_cannot_be_done_now_is_tried_again_and_then_parked_with_its_sentence(crew: Gang) -> None:
    crew.send(job("/full/1"))
    crew.hire()
    crew.wait(lambda: crew.open_jobs() == 0)
    (parked,) = crew.recorded()
    assert crew.begun("/full/1") == 3
    assert parked.reason == "tried 3 times: the disk is full; make room and run the same command again"


def test_what_could_not_be_done_is_done_when_there_is_room(crew: Gang) -> None:
    crew.send(job("/full/1"))
    crew.hire()
    crew.wait(lambda: crew.begun("/full/1") == 1)
    (crew.folder / "room").touch()
    crew.wait(lambda: crew.open_jobs() == 0)
    assert crew.states() == {"/full/1": "done"}
    assert crew.ended() == {"/full/1": 1}


def test_what_cannot_be_done_at_all_is_parked_at_once_and_a_refusal_is_an_end(crew: Gang) -> None:
    crew.send(job("/wrong/1"), job("/refused/1"))
    crew.hire()
    crew.wait(lambda: crew.open_jobs() == 0)
    assert crew.begun("/wrong/1") == 1
    assert crew.states() == {"/wrong/1": "parked", "/refused/1": "refused"}


def test_what_fails_after_the_end_was_written_down_does_not_begin_the_job_again(crew: Gang) -> None:
    crew.send(job("/untidy/1"))
    crew.hire()
    crew.wait(lambda: crew.open_jobs() == 0)
    time.sleep(1)
    assert crew.begun("/untidy/1") == 1
    assert crew.states() == {"/untidy/1": "done"}


def test_a_parked_job_is_done_again_when_a_person_says_so(crew: Gang) -> None:
    crew.send(job("/full/1"), job("/wrong/1"))
    crew.hire()
    crew.wait(lambda: crew.open_jobs() == 0)
    (crew.folder / "room").touch()
    again = retry(crew.place, [job("/full/1").id], clock=now)
    assert [one.job.subject for one in again] == ["/full/1"]
    crew.wait(lambda: crew.states()["/full/1"] == "done")
    with pytest.raises(UsageError, match="is done, not parked"):
        retry(crew.place, [job("/full/1").id], clock=now)
    with pytest.raises(UsageError, match="no job begin"):
        retry(crew.place, ["xyz"], clock=now)
    assert [one.job.subject for one in retry(crew.place, [], clock=now)] == ["/wrong/1"]
    crew.wait(lambda: crew.begun("/wrong/1") == 2)


def test_a_worker_that_is_asked_to_stop_gives_its_job_back_and_that_is_no_attempt(crew: Gang) -> None:
    crew.send(job("/slow/60"))
    for _ in range(4):
        (worker,) = crew.hire()
        begun = crew.begun("/slow/60")
        crew.wait(lambda begun=begun: crew.begun("/slow/60") > begun)
        since = time.monotonic()
        assert crew.dismiss([worker]) == [0]
        assert time.monotonic() - since < 8
    crew.hire()
    crew.wait(lambda: crew.open_jobs() == 0)
    assert crew.states() == {"/slow/60": "done"}


def test_a_job_that_does_not_listen_is_left_behind_and_that_is_no_attempt_either(crew: Gang) -> None:
    crew.send(job("/deaf/4"))
    for _ in range(4):
        (worker,) = crew.hire()
        begun = crew.begun("/deaf/4")
        crew.wait(lambda begun=begun: crew.begun("/deaf/4") > begun)
        assert crew.dismiss([worker]) == [9]
    crew.hire()
    crew.wait(lambda: crew.open_jobs() == 0)
    assert crew.ended() == {"/deaf/4": 1}


def test_a_stopped_worker_is_taken_over_and_its_word_does_not_count_when_it_goes_on(crew: Gang) -> None:
    crew.send(job("/held/1"))
    (sleeper,) = crew.hire()
    crew.wait(lambda: crew.begun("/held/1") == 1)
    freeze(sleeper, crew.place)
    (other,) = crew.hire()
    crew.wait(lambda: crew.begun("/held/1") == 2)
    (crew.folder / "go").touch()
    crew.wait(lambda: crew.open_jobs() == 0)
    os.kill(sleeper.pid, signal.SIGCONT)
    crew.wait(lambda: crew.lines("trouble") and crew.ended() == {"/held/1": 2})
    (recorded,) = crew.recorded()
    assert f"-{other.pid}-" in recorded.worker
    assert crew.states() == {"/held/1": "done"}
    assert crew.lines("said") == ["/held/1 done fine"]
    assert crew.dismiss([sleeper, other]) == [0, 0]


def test_jobs_of_one_lane_are_done_one_after_the_other(crew: Gang) -> None:
    crew.hire(3)
    crew.send(*(job(f"/slow/16/{lane}/{number}", lane=lane) for lane in "ab" for number in range(3)))
    crew.wait(lambda: crew.open_jobs() == 0)
    moments = {lane: [] for lane in "ab"}
    for line in crew.lines("begun"):
        subject, _, moment = line.split(" ")
        moments[subject.split("/")[3]].append(float(moment))
    assert {lane: len(times) for lane, times in moments.items()} == {"a": 3, "b": 3}
    for times in moments.values():
        assert all(later - earlier > 0.8 for earlier, later in pairwise(times))


def test_lanes_do_not_wait_for_each_other(crew: Gang) -> None:
    crew.hire(3)
    crew.send(*(job(f"/held/{lane}/{number}", lane=lane) for lane in "ab" for number in range(2)))
    crew.wait(lambda: len(crew.lines("begun")) == 2)  # neither has ended, so both are under way
    assert {line.split("/")[2] for line in crew.lines("begun")} == {"a", "b"}
    (crew.folder / "go").touch()
    crew.wait(lambda: crew.open_jobs() == 0)
    assert set(crew.ended().values()) == {1}


def test_nothing_is_there_when_nothing_was_sent(crew: Gang) -> None:
    status = jobs_status(crew.place, parked=5)
    assert (dict(status.counts), status.oldest_waiting, status.parked, status.workers) == ({}, None, (), 0)


def test_the_database_of_jobs_may_be_dropped_under_the_workers(crew: Gang, request: pytest.FixtureRequest) -> None:
    crew.send(*(job(f"/slow/6/{number}") for number in range(6)))
    crew.hire(2)
    crew.wait(lambda: len(crew.lines("ended")) >= 2)
    if crew.url:
        name = crew.url.rpartition("/")[2]
        server = request.getfixturevalue("postgres_server")
        server.say(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.say(f'CREATE DATABASE "{name}"')
    else:
        for path in crew.folder.glob("jobs.sqlite*"):
            path.unlink()
    crew.send(*(job(f"/slow/6/{number}") for number in range(6)))
    crew.wait(lambda: crew.open_jobs() == 0 and len(crew.states()) == 6)
    assert set(crew.ended()) == {f"/slow/6/{number}" for number in range(6)}
    assert crew.dismiss() == [0, 0]


def test_workers_do_nothing_with_jobs_of_another_format(crew: Gang) -> None:
    with crew.ledger() as ledger, ledger.database.changing() as connection:
        connection.exec_driver_sql("UPDATE strongroom_format SET name = 'strongroom-jobs-0'")
    (worker,) = crew.hire()
    worker.wait(20)
    assert worker.returncode == 1
    assert "of the format strongroom-jobs-0, and this version" in (crew.folder / "output").read_text()


def test_an_archive_does_not_use_the_jobs_of_another(crew: Gang) -> None:
    with crew.ledger() as ledger, pytest.raises(StorageError, match=r"is that of the archive urn:uuid:0.*abcd, not of"):
        ledger.make("urn:uuid:00000000-0000-4000-8000-00000000ffff")


def test_two_lots_of_workers_in_two_folders_do_not_meet(tmp_path, url: str) -> None:
    with gang(tmp_path / "one", "") as one, gang(tmp_path / "two", "") as two:
        one.send(job("/ok/1"))
        two.send(job("/ok/2"))
        one.hire()
        two.hire()
        one.wait(lambda: one.open_jobs() == 0)
        two.wait(lambda: two.open_jobs() == 0)
        assert (one.ended(), two.ended()) == ({"/ok/1": 1}, {"/ok/2": 1})
