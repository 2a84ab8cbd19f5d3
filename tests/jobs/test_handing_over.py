"""`strongroom ingest --jobs`: what workers take in is told as if it had been taken in here."""

import signal
from pathlib import Path
from typing import Any

from ingesting import bag
from jobs.service import Service, deliver
from strongroom.cli.outputs.taking_in import IngestOutput


def handed_over(shop: Service, *arguments: object) -> dict[str, Any]:
    document = shop.say("ingest", *arguments, *([] if shop.url else ["--jobs"]))
    IngestOutput.model_validate(document)
    return document


def likeness(document: dict[str, Any]) -> list[Any]:
    """What two archives have to say alike of the same bags."""
    return [
        (
            one["path"],
            one["status"],
            one["exit"],
            one["findings"],
            one["receipt"] and (one["receipt"]["ingest_id"], one["receipt"]["version"], one["receipt"]["warnings"]),
            one["report"] and Path(one["report"]).name,
        )
        for one in document["results"]
    ]


def test_workers_take_in_what_is_named_and_the_document_is_that_of_a_run_without_them(
    shop: Service, tmp_path: Path
) -> None:
    good = [bag(tmp_path / f"good{number}", f"{number}\n") for number in range(2)]
    wrong = bag(tmp_path / "wrong", "wrong\n")
    (wrong / "data" / "a.txt").write_text("changed\n")
    warned = bag(tmp_path / "warned", "warned\n")
    (warned / "data" / "hollow").mkdir()
    alone = Service(tmp_path / "alone", settings=shop.settings)
    alone.folder.mkdir()
    bags = [*good, wrong, warned]
    for _ in range(2):  # the second time they are known
        expected = alone.run(*bags)
        if not shop.processes:
            shop.begin("worker")
        told = handed_over(shop, *bags)
        assert told["exit"] == expected["exit"] == 4
        assert likeness(told) == likeness(expected)
    assert [one["code"] for one in told["results"][3]["findings"]] != []
    assert [one["status"] for one in told["results"]] == ["known", "known", "refused", "known"]
    assert all(path.is_dir() for path in bags)
    shop.held().assert_once(3)


def test_what_lies_ready_is_left_to_workers_for_a_named_object_and_leaves_the_folder(quick: Service) -> None:
    quick.run("--incoming")
    for number in range(2):
        deliver(quick.incoming, number)
    quick.begin("worker")
    told = handed_over(quick, "--incoming", "--object", "urn:x:1")
    assert [one["status"] for one in told["results"]] == ["ingested", "ingested"]
    assert {one["receipt"]["object_id"] for one in told["results"]} == {"urn:x:1"}
    assert list(quick.incoming.iterdir()) == []
    assert handed_over(quick, "--incoming")["results"] == []


def test_it_need_not_be_waited_for_and_whoever_waits_may_be_interrupted(quick: Service, tmp_path: Path) -> None:
    one, two = bag(tmp_path / "one", "one\n"), bag(tmp_path / "two", "two\n")
    left = handed_over(quick, one, "--no-wait")
    assert left["results"] == []
    assert left["remarks"] == ["1 bag left to the workers; `strongroom status` says how it goes on"]
    waiting = quick.begin("ingest", two, "--jobs")
    quick.wait(lambda: "no worker is at work" in quick.output() and len(quick.states()) == 2)
    assert quick.stop(waiting, number=signal.SIGINT) == 130
    quick.begin("worker")
    quick.wait(lambda: set(quick.states().values()) == {"done"})
    quick.held().assert_once(2)
    assert quick.say("ingest", one, "--no-wait")["exit"] == 2


def test_a_bag_that_is_not_there_is_said_before_anything_is_queued(quick: Service, tmp_path: Path) -> None:
    quick.run("--incoming")
    told = quick.say("ingest", bag(tmp_path / "one", "one\n"), tmp_path / "nothing", "--jobs")
    assert (told["exit"], told["error"]["message"]) == (2, f"{tmp_path}/nothing cannot be found; check the path")
    assert quick.states() == {}


def test_a_worker_that_ends_leaves_a_catalogue_that_knows_all_it_took_in(shop: Service, tmp_path: Path) -> None:
    worker = shop.begin("worker")
    bags = [bag(tmp_path / f"bag{number}", f"{number}\n") for number in range(3)]
    assert handed_over(shop, *bags)["exit"] == 0
    assert shop.stop(worker) == 0
    status = shop.say("status")
    assert (status["objects"], status["log_entries"]) == (3, 4)
