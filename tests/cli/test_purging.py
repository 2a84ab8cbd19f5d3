"""An object is withdrawn by two, not purged before its delay, and gone after it; and everything says so ever after."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edges import BEGINNING
from repository.vault import SetClock, Vault

ONE, TWO = "urn:x:one", "urn:x:two"
WHY = "order of a court"


class Office:
    """An archive with a replica and two objects, two officers, and a clock that the environment sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SetClock(BEGINNING)
        self.vault = Vault(folder, replicas=1, clock=self.clock)
        self.receipt = self.vault.put(ONE, {"a.txt": b"of one\n", "b.txt": b"second\n"})
        shutil.copytree(folder / "bags" / "bag", folder / "bag")
        self.vault.put(TWO, {"c.txt": b"of two\n"})
        self.clock.on(1)

    def says(self, command: str, *arguments: object) -> tuple[int, str]:
        """Status, and stdout or else the sentence on stderr."""
        self.clock.now += timedelta(seconds=1)
        argv = [sys.executable, "-m", "strongroom", command, *map(str, arguments), "--root", str(self.vault.root)]
        if command not in {"key", "receipt", "find", "show", "catalogue", "restore"}:
            argv += ["--replica", str(self.vault.copies[1])]
        moved = {**os.environ, "SOURCE_DATE_EPOCH": str(round(self.clock.now.timestamp()))}
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120, env=moved)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout or done.stderr.removeprefix("strongroom: ")

    def asks(self, command: str, *arguments: object) -> tuple[int, dict]:
        status, said = self.says(command, *arguments, "--json", "-q")
        return status, json.loads(said)

    def steps(self, *arguments: object) -> tuple[int, str]:
        return self.says("withdraw", ONE, *arguments)

    def everything(self) -> dict[str, bytes]:
        """What is kept in both copies: stores and logs, by path."""
        places = [copy / part for copy in self.vault.copies for part in ("store", "log")]
        found = [path for place in places for path in place.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}

    def confirmed(self) -> datetime:
        """Withdraw the first object by two officers; returns when it may be purged."""
        for name in ("Ada", "Ben"):
            assert self.says("key", "new", "--name", name, "--output", self.key(name))[0] == 0
        assert self.steps("--reason", WHY, "--key", self.key("Ada"))[0] == 0
        assert self.steps("--confirm", "--key", self.key("Ben"))[0] == 0
        return datetime.fromisoformat(self.asks("withdraw", ONE)[1]["purge_at"])

    def key(self, name: str) -> Path:
        return self.folder / f"{name}.pem"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_before_its_delay_a_purge_changes_nothing(office):
    may_be = office.confirmed()
    assert may_be == office.clock.now - timedelta(seconds=1) + timedelta(days=30)
    before = office.everything()
    for moment in (office.clock.now, may_be - timedelta(seconds=3)):
        office.clock.now = moment
        status, said = office.steps("--purge", "--key", office.key("Ben"))
        assert (status, said.count(f"may be purged from {may_be.isoformat(timespec='seconds')[:19]}")) == (2, 1)
    assert office.everything() == before
    assert office.asks("withdraw", ONE)[1]["state"] == "withdrawn"
    assert office.asks("audit")[1]["objects"] == 4  # it is looked after until then


def test_after_its_delay_it_is_gone_and_everything_says_so(office):
    office.clock.now = office.confirmed()
    vault = office.vault
    kept = {path: data for path, data in office.everything().items() if "/receipts/" in path}
    others = {path: data for path, data in office.everything().items() if "urn%3ax%3atwo" in path}
    status, said = office.steps("--purge", "--key", office.key("Ada"))
    assert (status, said.splitlines()[0]) == (0, f"{ONE}: withdrawn and removed from every copy")

    # the store and the replica: gone, with the folders that are empty now; the other object is untouched
    for number, copy in enumerate(vault.copies):
        assert not vault.object(ONE, number).parent.parent.parent.exists()
        assert [path for path in (copy / "store").rglob("*") if path.is_dir() and not any(path.iterdir())] == []
        assert list((copy / "staging").iterdir()) == []
    after = office.everything()
    assert {path: data for path, data in after.items() if "urn%3ax%3atwo" in path} == others
    assert office.says("check-storage")[0] == 0

    # the log tells all of it in both copies, and receipts stay and are right
    assert {path: data for path, data in after.items() if "/receipts/" in path} == kept
    entries = [json.loads(line) for line in office.says("log", "--entries")[1].splitlines()]
    told = [(one["kind"], one["facts"].get("officer")) for one in entries if one["facts"].get("object") == ONE]
    assert told == [("ingest", None), ("withdrawal-request", "Ada"), ("withdrawal", "Ben"), ("purge", "Ada")]
    assert office.asks("log", "verify")[1]["findings"] == []
    stones = [path.read_bytes() for copy in vault.copies for path in (copy / "log/tombstones").rglob("*.json")]
    assert (len(stones), len(set(stones))) == (2, 1)
    assert office.says("receipt", ONE, "--output", office.folder / "deposited")[0] == 0
    [receipt] = (office.folder / "deposited").glob("receipt-*.json")
    [public] = (office.folder / "deposited").glob("*.pem")
    checked = [sys.executable, "-I", "check-receipt.py", receipt.name, "--key", public.name]
    checked += ["--log", str(vault.root / "log"), "--bag", str(office.folder / "bag")]
    done = subprocess.run(checked, cwd=office.folder / "deposited", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

    # the catalogue, however it is made
    assert office.asks("find", "--withdrawn")[1]["total"] == 2
    assert [one["object_id"] for one in office.asks("find")[1]["found"]] == [TWO]
    shown = office.asks("show", ONE)[1]
    assert (shown["state"], shown["tombstone"]["reason"]) == ("purged", WHY)
    for name in ("as it is", "made again"):
        assert office.says("catalogue", "dump", "--output", office.folder / name)[0] == 0
        assert office.says("catalogue", "rebuild")[0] == 0
    assert (office.folder / "as it is").read_bytes() == (office.folder / "made again").read_bytes()

    # nobody misses it, nobody brings it back
    assert_quiet(office)
    shutil.rmtree(vault.root / "state")
    assert_quiet(office)
    state = office.asks("withdraw", ONE)[1]
    assert (state["state"], state["reason"]) == ("purged", WHY)
    assert [state[step]["officer"] for step in ("requested", "confirmed", "purged")] == ["Ada", "Ben", "Ada"]
    assert office.says("restore", ONE, "--withdrawn", "--output", office.folder / "out")[0] == 2
    assert office.says("audit", "--object", ONE)[0] == 2
    status, document = office.asks("ingest", office.folder / "bag", "--object", ONE)
    assert (status, [one["code"] for one in document["results"][0]["findings"]]) == (4, ["INGEST-032"])
    assert office.steps("--cancel", "--key", office.key("Ben"))[0] == 2
    before = office.everything()
    assert office.steps("--purge", "--key", office.key("Ben"))[0] == 0
    assert office.everything() == before  # what is purged is not purged again


def assert_quiet(office: Office) -> None:
    status, report = office.asks("audit")
    assert (status, report["findings"], report["unreachable"], report["objects"]) == (0, [], [], 2)
    assert report["overdue_objects"] == 0
    status, report = office.asks("repair")
    assert (status, report["repaired"], report["findings"], report["unreachable"]) == (0, [], [], [])
    status, report = office.asks("health")
    assert (status, report["healthy"], report["findings"]) == (0, True, [])
