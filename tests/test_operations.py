"""docs/operations.md, done as it says: its steps of backup and disaster recovery are executed as they stand there."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from findings import tiny_bag
from strongroom.formats.ocfl.check import check_root
from strongroom.model.receipt import Receipt
from strongroom.repository.archive import Archive
from strongroom.repository.health import look_after
from strongroom.repository.log import Log
from strongroom.settings import Settings
from strongroom.stages.audit import audit
from strongroom.workflow import take_in

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
TEXT = PAGE.read_text(encoding="utf-8")
BAGS = 3


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - as the commands under test look at it


def fresh_id() -> str:
    return uuid.uuid4().urn


def section(title: str) -> str:
    """What stands below a heading, up to the next of its rank or a higher one."""
    (found,) = re.finditer(rf"^(#+) {re.escape(title)}\n", TEXT, re.MULTILINE)
    rest = TEXT[found.end() :]
    ends = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: ends.start()] if ends else rest


def steps(title: str) -> list[str]:
    """The commands of a section: its blocks of `sh`, without the indentation of the numbered steps."""
    blocks = re.findall(r"^( *)```sh\n(.*?)^ *```$", section(title), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in blocks]


class Place:
    """An archive with a replica and some bags in it, a backup from before, and a receipt as a depositor has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive, self.replica, self.backup, self.new = (
            folder / name for name in ("archive", "replica", "backup", "new")
        )
        self.receipts = [self.take(self.bag(number)) for number in range(BAGS)]
        self.deposited = folder / "deposited.json"
        shutil.copy(
            next((self.archive / "log" / "receipts").rglob(f"{self.receipts[0].ingest_id}.json")), self.deposited
        )
        self.key = folder / "published.pem"
        shutil.copy(next((self.archive / "log" / "keys").glob("log-*.pem")), self.key)

    @property
    def settings(self) -> Settings:
        replicas = [path for path in (self.replica, self.new) if path.exists()]
        return Settings.of({"archive": {"replicas": replicas}, "ingest": {"free_bytes": 0}}, "the test")

    def bag(self, number: int) -> Path:
        path = self.folder / "bags" / f"bag{number}"
        if not path.exists():
            tiny_bag.make(path)
            tiny_bag.put(path, "data/a.txt", b"%d\n" % number)
            tiny_bag.list_payload(path)
        return path

    def take(self, bag: Path) -> Receipt:
        replicas = [] if not hasattr(self, "receipts") else self.settings.archive.replicas
        settings = Settings.of(
            {"archive": {"replicas": replicas or [self.replica]}, "ingest": {"free_bytes": 0}}, "the test"
        )
        return take_in(bag, self.archive, settings, clock=now, new_id=fresh_id).or_raise().value

    def do(self, title: str) -> str:
        """Execute the steps of a section in one shell after the other, as a person would; returns what they said."""
        said = ""
        for block in steps(title):
            done = subprocess.run(
                ["/bin/sh", "-eu", "-c", block],
                env={
                    **os.environ,
                    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                    "ARCHIVE": str(self.archive),
                    "REPLICA": str(self.replica),
                    "BACKUP": str(self.backup),
                    "NEW": str(self.new),
                },
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
            said += done.stdout
        return said

    def run(self, *words: object) -> None:
        command = [sys.executable, "-m", "strongroom", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def assert_well(self, *, audited: list[str] | None = None) -> None:
        """The promise of the page: nothing is found, receipts check, and the same bags give the same receipts."""
        assert sorted(one.code for one in self.audit_findings()) == (audited or [])
        assert [(one.code, one.found) for one in look_after(self.archive, self.settings, now=now()).findings] == []
        for root in (self.archive, *self.settings.archive.replicas):
            assert list(check_root(root / "store")) == []
        self.assert_receipt_checks("--log", str(self.archive / "log"))
        assert [self.take(self.bag(number)) for number in range(BAGS)] == self.receipts
        newer = self.take(self.bag(BAGS))
        assert newer.ingest_id not in {one.ingest_id for one in self.receipts}
        Log.open(Archive.open(self.archive)).verify()

    def audit_findings(self):
        report = audit(self.archive, self.settings, clock=now, new_id=fresh_id)
        assert report.unreachable == ()
        return report.findings

    def assert_receipt_checks(self, *more: str) -> None:
        script = self.archive / "log" / "check-receipt.py"
        command = [sys.executable, str(script), str(self.deposited), "--key", str(self.key), *more]
        done = subprocess.run(
            [*command, "--bag", str(self.bag(0))], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


def test_the_folder_of_state_is_made_again(place):
    shutil.rmtree(place.archive / "state")
    assert place.do("The folder state is lost or broken") == "the catalogue holds 3 objects from 4 entries of the log\n"
    place.assert_well()


def test_a_replica_becomes_the_archive(place):
    shutil.copytree(place.archive / "keys", place.backup / "keys")
    shutil.rmtree(place.archive)
    said = place.do("The disk of the archive is lost")
    assert said.startswith("4\n")
    assert not place.replica.exists()
    place.assert_well()


def test_the_store_comes_back_from_a_replica(place):
    shutil.rmtree(place.archive / "store")
    place.do("The store of the archive is lost, the log is not")
    place.assert_well()


def test_the_log_comes_back_from_a_replica(place):
    shutil.rmtree(place.archive / "log")
    place.do("The log of the archive is lost")
    place.assert_well()


def test_a_part_of_the_log_comes_back_from_a_replica(place):
    log = place.archive / "log"
    for folder in ("receipts", "entries"):
        shutil.rmtree(log / folder)
    (log / "check-receipt.py").unlink()
    place.do("A part of the log is lost or damaged")
    place.assert_well()


def test_a_lost_key_is_followed_by_another(place):
    (place.archive / "keys").joinpath(f"log-{Log.open(Archive.open(place.archive)).checkpoint.key_id}.pem").unlink()
    place.do("The key of the log is lost")
    place.assert_well(audited=["LOG-011", "LOG-011"])  # one of each copy: it is said for ever that a key was lost


def test_a_replica_is_made_anew(place):
    shutil.rmtree(place.replica)
    place.replica.mkdir()
    place.do("The disk of a replica is lost")
    place.assert_well()


@contextlib.contextmanager
def ingesting(place: Place) -> Iterator[list[Receipt]]:
    """Bags are taken in from another thread while the block is at work."""
    stop, taken, failures = threading.Event(), [], []

    def work() -> None:
        try:
            for number in range(BAGS + 1, 10_000):
                if stop.is_set():
                    return
                taken.append(place.take(place.bag(number)))
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield taken
    finally:
        stop.set()
        thread.join()
    assert failures == []


def test_a_backup_made_while_bags_are_taken_in_is_an_archive_again(place):
    with ingesting(place) as taken:
        place.do("Backup")
    assert taken, "nothing was taken in meanwhile"
    shutil.rmtree(place.archive)
    shutil.rmtree(place.replica)
    place.do("Nothing is left but the backup")
    place.assert_receipt_checks("--log", str(place.archive / "log"))
    place.run("repair", "--root", place.archive, "--replica", place.new)
    place.assert_well()


def test_what_messages_call_by_name_is_on_the_page():
    assert {"Is it well?", "Disaster recovery"} <= set(re.findall(r"^## (.*)$", TEXT, re.MULTILINE))
