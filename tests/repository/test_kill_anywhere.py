"""Kill anywhere, stop anywhere: an ingest that is interrupted at any point ends as if nothing had been.

A killed one is run again; of a stopped one another process does the work, and then it goes on itself.
"""

import os
import random
import shutil
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from repository.children import child
from repository.pipelines import PIPELINES, Pipeline, make_template
from repository.shelf import judged
from strongroom.repository.attempt import LeaseLostError
from strongroom.storage import listening

SEED = 20251103
TOGETHER = 24
AGAIN = 2
"""So many of the kills are of the recovery from a kill, one for each so many of the others."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("kill") / "template")


def points_of(work: Callable[[], None]) -> list[str]:
    """The names of the points that an undisturbed run reaches, in their order."""
    reading, writing = os.pipe()

    def tell(point: str) -> None:
        os.write(writing, point.encode() + b"\n")

    def listened() -> None:
        with listening(tell):
            work()

    with child(listened) as running, os.fdopen(reading) as lines:
        os.close(writing)
        points = lines.read().splitlines()
        assert running.wait() == 0
    return points


def killed_at(number: int, work: Callable[[], None]) -> str:
    """Run in a child that kills itself at a point, counted from 0; returns how it ended."""

    def count(_: str) -> None:
        nonlocal number
        if number == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        number -= 1

    def listened() -> None:
        with listening(count):
            work()

    with child(listened) as running:
        return {0: "done", -signal.SIGKILL: "killed"}.get(running.wait(), "failed")


def completed(pipeline: Pipeline, folder: Path) -> None:
    """What the next start does, and then the same command again."""
    for step in (pipeline.recover, pipeline.run):
        with child(lambda step=step: step(folder)) as running:
            assert running.wait() == 0, f"{pipeline.name}: {step.__name__} in {folder}"


class Undisturbed:
    """A pipeline that was not interrupted: its points, and its outcome."""

    def __init__(self, pipeline: Pipeline, folder: Path, template: Path) -> None:
        pipeline.prepare(folder, template)
        self.pipeline = pipeline
        self.points = points_of(lambda: pipeline.run(folder))
        completed(pipeline, folder)
        self.outcome = pipeline.outcome(folder)


@pytest.mark.prove
def test_a_kill_at_any_point_changes_nothing_of_what_comes_out(tmp_path, template, in_full, proof):
    chance = random.Random(SEED)
    undisturbed = [
        Undisturbed(pipeline, tmp_path / f"undisturbed-{number}", template) for number, pipeline in enumerate(PIPELINES)
    ]
    rounds = [(whole, number) for whole in undisturbed for number in range(len(whole.points))]
    names = {point for whole in undisturbed for point in whole.points}
    if not in_full:
        rounds = chance.sample(rounds, 20)
    kills, twice, stores = 0, 0, []
    for count, (whole, number) in enumerate(rounds):
        pipeline, folder = whole.pipeline, tmp_path / f"round-{count}"
        pipeline.prepare(folder, template)
        where = f"{pipeline.name}, at point {number}: {whole.points[number]}"
        assert killed_at(number, lambda pipeline=pipeline, folder=folder: pipeline.run(folder)) == "killed", where
        kills += 1
        if count % AGAIN == 0:
            again = chance.randrange(len(whole.points))
            ended = killed_at(again, lambda pipeline=pipeline, folder=folder: pipeline.run(folder))
            assert ended in {"killed", "done"}, f"{where}, and again at {again}"
            kills += ended == "killed"
            twice += ended == "killed"
        completed(pipeline, folder)
        assert pipeline.outcome(folder) == whole.outcome, where
        stores += [folder / name / "store" for name in ("archive", *pipeline.replicas)]
        if len(stores) > 50 or count == len(rounds) - 1:
            assert judged(*stores) == ""
            for store in stores:
                shutil.rmtree(store.parent.parent, ignore_errors=True)
            stores = []
    assert kills >= (200 if in_full else 25)
    proof(
        "An ingest killed at any point: one version, the same bytes in store, log and replicas, all valid by ocfl-py",
        {"points by name": len(names), "kills": kills, "of them during the recovery from a kill": twice},
    )


class Stopped:
    """An ingest that stopped itself at a point of its way, and one that is begun to do the same."""

    def __init__(self, stack: ExitStack, whole: Undisturbed, number: int, folder: Path, template: Path) -> None:
        self.whole, self.number, self.folder = whole, number, folder
        pipeline = whole.pipeline
        pipeline.prepare(folder, template)
        self.zombie = stack.enter_context(child(self._stop))
        os.waitpid(self.zombie.pid, os.WUNTRACED)
        self.other = stack.enter_context(child(lambda: pipeline.run(folder)))

    def _stop(self) -> None:
        left = self.number

        def count(_: str) -> None:
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGSTOP)
            left -= 1

        with listening(count):
            try:
                self.whole.pipeline.run(self.folder, late=True)
            except LeaseLostError:
                os._exit(0)

    def __repr__(self) -> str:
        return f"{self.whole.pipeline.name}, at point {self.number}: {self.whole.points[self.number]}"


@pytest.mark.prove
def test_an_ingest_that_was_stopped_and_goes_on_later_changes_nothing_of_what_comes_out(
    tmp_path, template, in_full, proof
):
    chance = random.Random(SEED)
    undisturbed = [
        Undisturbed(pipeline, tmp_path / f"undisturbed-{number}", template)
        for number, pipeline in enumerate(PIPELINES)
        if pipeline.is_begun
    ]
    rounds = [(whole, number) for whole in undisturbed for number in range(len(whole.points))]
    # those that were stopped are waited for all at once: each is taken for dead after 10 seconds
    rounds = rounds if in_full else chance.sample(rounds, 8)
    for begin in range(0, len(rounds), TOGETHER):
        with ExitStack() as stack:
            some = [
                Stopped(stack, *one, tmp_path / f"round-{begin + number}", template)
                for number, one in enumerate(rounds[begin : begin + TOGETHER])
            ]
            for one in some:
                assert one.other.wait() == 0, one
                one.zombie.go_on()
            for one in some:
                assert one.zombie.wait() == 0, one
        for one in some:
            completed(one.whole.pipeline, one.folder)
            assert one.whole.pipeline.outcome(one.folder) == one.whole.outcome, one
        assert judged(*(one.folder / "archive" / "store" for one in some)) == ""
    proof("An ingest stopped at any point, done by another process, and gone on: one version", {"stops": len(rounds)})
