"""Whole ingests that can be run again and again with the same outcome, to the byte: for tests that interrupt them."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from findings import tiny_bag
from repository.shelf import tree
from strongroom.formats.ocfl.check import check_root
from strongroom.model.finding import Accepted, Refused
from strongroom.settings import Settings
from strongroom.workflow.to_receipt import intake

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ARCHIVE_ID = "urn:uuid:00000000-0000-4000-8000-000000000001"
OBJECT = "urn:x:kept"


@dataclass(frozen=True)
class Pipeline:
    """A way of taking a bag in.

    Attributes:
        replicas: names of folders.
        is_begun: whether the archive has an earlier version of the object.
        door: how the bag comes: "command", "incoming" or "tar".
        refused: whether the bag is one that is refused.
        bag: which, of the template's.
    """

    name: str
    replicas: tuple[str, ...] = ()
    is_begun: bool = True
    door: str = "command"
    refused: bool = False
    bag: str = "second"

    def prepare(self, folder: Path, template: Path) -> None:
        """Lay out the archive as it is before, and the bag."""
        folder.mkdir()
        if self.is_begun:
            for name in ("archive", *self.replicas):
                shutil.copytree(template / name, folder / name)
            shutil.rmtree(folder / "archive" / "replicas")  # it knows where the replicas of the template are
        place = folder / "incoming" if self.door == "incoming" else folder
        shutil.copytree(template / self.bag, place / "bag", symlinks=True)
        if self.door == "incoming":
            (place / "bag.ready").touch()
        if self.door == "tar":
            shutil.make_archive(str(folder / "bag"), "tar", folder, "bag")

    def recover(self, folder: Path) -> None:
        """Begin as the next command does, take nothing in, and see that nothing is half done."""
        with self._intake(folder) as door:
            for copy in (door.archive, *door.replicas):
                assert [(one.code, one.where) for one in check_root(copy.store)] == []
                assert os.listdir(copy.staging) == []

    def run(self, folder: Path, *, late: bool = False) -> None:
        """Take the bag in, unless it has left the incoming folder; who is `late` may find that another has done it."""
        with self._intake(folder) as door:
            if self.door == "incoming":
                arrivals = door.ready(folder / "incoming").ready
                outcomes = [door.take_delivery(one, object_id=OBJECT, patience_seconds=60) for one in arrivals]
            else:
                outcomes = [door.take_in(folder / ("bag.tar" if self.door == "tar" else "bag"), object_id=OBJECT)]
        expected = Refused if self.refused else Accepted
        assert [one for one in outcomes if not isinstance(one, expected) and not (late and one is None)] == []

    def outcome(self, folder: Path) -> dict[str, object]:
        """All that is kept, the same for every run that ends well."""
        seen: dict[str, object] = {
            "incoming": sorted(os.listdir(folder / "incoming")) if self.door == "incoming" else []
        }
        for name in ("archive", *self.replicas):
            copy = folder / name
            store = tree(copy / "store")
            seen[f"{name} staging"] = os.listdir(copy / "staging")
            # what was not copied lies there under a name made of its inode
            seen[f"{name} quarantine"] = sorted(
                re.sub(r"\.[0-9a-f]{16}", "", one) for one in os.listdir(copy / "quarantine")
            )
            # the keys of a new archive are made by chance, and so differ what they sign and where that lies
            seen[name] = store if self.is_begun else {path: "/logs/" in path or one for path, one in store.items()}
            seen[f"{name} log"] = tree(copy / "log") if self.is_begun else len(list((copy / "log").rglob("*")))
        return seen

    def _intake(self, folder: Path):
        replicas = [str(folder / name) for name in self.replicas]
        settings = Settings.of(
            {"ingest": {"free_bytes": 0, "settle_seconds": 0}, "archive": {"replicas": replicas}}, "the tests"
        )
        is_there = (folder / "archive" / "log" / "archive.json").exists()
        return intake(folder / "archive", settings, clock=lambda: MOMENT, new_id=identifiers(begun=is_there))


def identifiers(*, begun: bool) -> Callable[[], str]:
    """The identifier of the archive, where there is none yet, and fresh ones."""
    first = [] if begun else [ARCHIVE_ID]
    return lambda: first.pop() if first else f"urn:uuid:{uuid4()}"


def make_template(folder: Path) -> Path:
    """Bags, and an archive with two replicas that has the first of them."""
    folder.mkdir()
    for name in ("first", "second", "refused", "linked"):
        tiny_bag.make(folder / name)
        tiny_bag.put(folder / name, f"data/{name}.txt", name)
        tiny_bag.list_payload(folder / name)
    (folder / "refused" / "data" / "refused.txt").write_text("changed")
    (folder / "linked" / "data" / "link").symlink_to("/etc/passwd")
    both = Pipeline("template", ("one", "two"))
    with both._intake(folder) as door:
        assert isinstance(door.take_in(folder / "first", object_id=OBJECT), Accepted)
    return folder


PIPELINES = (
    Pipeline("the first bag of an archive", is_begun=False),
    Pipeline("the first bag of an archive with a replica", ("one",), is_begun=False),
    Pipeline("a second version"),
    Pipeline("a second version with two replicas", ("one", "two")),
    Pipeline("a delivery to the incoming folder", ("one",), door="incoming"),
    Pipeline("a bag in a tar", door="tar"),
    Pipeline("a bag that is refused", ("one",), refused=True, bag="refused"),
    Pipeline("a delivery that is refused", door="incoming", refused=True, bag="refused"),
    Pipeline("a delivery that is refused and cannot be copied", door="incoming", refused=True, bag="linked"),
)
