"""A disk that answers with an input/output error: said as that, never as missing or changed, and nothing is lost."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from findings import tiny_bag
from repository.vault import Vault
from tracing import Traced, traced

ONE, TWO = "urn:x:one", "urn:x:two"
FILE = "v1/content/data/a.txt"
SYNCS = "fsync,fdatasync,syncfs"
WRITES = "write,pwrite64,sendfile,copy_file_range"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    vault = Vault(tmp_path_factory.mktemp("original"), replicas=1)
    vault.put(ONE, {"a.txt": b"a" * (3 << 20), "b.txt": b"b"})
    vault.put(TWO, {"c.txt": b"c"})
    return vault


@pytest.fixture
def vault(original: Vault, tmp_path: Path) -> Vault:
    shutil.copytree(original.folder, tmp_path / "vault")
    shutil.rmtree(tmp_path / "vault" / "archive" / "replicas")
    return Vault(tmp_path / "vault", replicas=1, clock=original.clock)


def command(name: str, root: Path, replica: Path, *arguments: object) -> list[object]:
    return [sys.executable, "-m", "strongroom", name, *arguments, "--root", root, "--replica", replica, "--json", "-q"]


def kept(*folders: Path) -> dict[str, bytes]:
    """The stores, byte by byte."""
    found = [path for folder in folders for path in (folder / "store").rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in found}


def audited(vault: Vault, tmp_path: Path, calls: str, when: str, path: Path) -> tuple[Traced, dict]:
    before = kept(*vault.copies)
    done = traced(command("audit", *vault.copies), tmp_path, calls, when=when, path=path)
    assert "Traceback" not in done.stderr
    assert kept(*vault.copies) == before
    document = json.loads(done.stdout)
    assert document["exit"] == done.status
    return done, document


def assert_well(vault: Vault) -> None:
    report = vault.audit()
    assert (report.findings, report.unreachable, report.complete, report.objects) == ((), (), True, 4)


READINGS = {
    "opening it": ("openat", "1+", FILE),
    "asking what it is": ("fstat,newfstatat,statx", "1+", FILE),
    "reading it": ("read,readv,pread64,preadv", "1+", FILE),
    "reading the second megabyte": ("read,readv,pread64,preadv", "2+", FILE),
    "reading its folder": ("getdents64", "1+", "v1/content/data"),
    "reading the inventory": ("read,readv,pread64,preadv", "1+", "inventory.json"),
    "reading a receipt": ("read,readv,pread64,preadv", "1+", "logs/receipt-v1.json"),
}


@pytest.mark.parametrize("copy", [0, 1], ids=["archive", "replica"])
@pytest.mark.parametrize(("calls", "when", "path"), READINGS.values(), ids=READINGS)
def test_what_the_disk_does_not_give_is_unreachable_and_no_damage(vault, tmp_path, copy, calls, when, path):
    place = vault.object(ONE, copy) / path
    done, report = audited(vault, tmp_path, calls, when, place)
    assert done.failed, done.calls
    assert (done.status, report["findings"], report["damaged"]) == (6, [], [])
    assert report["complete"] is False
    [sentence] = report["unreachable"]
    named = place if path != "v1/content/data" else vault.object(ONE, copy)
    assert (
        sentence == f"{named} cannot be read: Input/output error; nothing is said of it before it can be reached again"
    )
    assert_well(vault)


@pytest.mark.parametrize("when", ["1", "2"])
def test_an_error_that_does_not_come_again_is_no_more_than_a_delay(vault, tmp_path, when):
    done, report = audited(
        vault, tmp_path, "read,readv,pread64,preadv", when, vault.object(ONE) / "v1/content/data/b.txt"
    )
    assert len(done.failed) == 1
    assert (done.status, report["findings"], report["unreachable"], report["complete"]) == (0, [], [], True)


@pytest.mark.parametrize("file", ["checkpoint", "entries/0000/0000000000.jsonl"])
def test_a_log_that_cannot_be_read_is_not_called_damaged(vault, tmp_path, file):
    done = traced(
        command("audit", *vault.copies), tmp_path, "read,readv,pread64", when="1+", path=vault.root / "log" / file
    )
    assert done.failed
    assert (done.status, "Input/output error" in done.stdout + done.stderr) == (6, True), done.stdout + done.stderr
    assert "FIX-" not in done.stdout
    assert_well(vault)


def places(calls: str, tmp_path: Path) -> list[int]:
    """Which calls of an ingest concern what is kept, as strace counts them; the catalogue may be made again any time."""
    taken = Taken(tmp_path / "measured")
    found = taken.ingest(calls).calls
    of_main = [line for line in found if line.split()[0] == found[0].split()[0]]
    return [
        number
        for number, line in enumerate(of_main, 1)
        if re.search(r"\(\d+<", line) and not re.search(r"/state/|\(\d+<(?:pipe|/dev)", line)
    ]


class Taken:
    """A bag on its way into an archive that is not there yet, and into a replica."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive, self.replica = folder / "archive", folder / "replica"
        tiny_bag.make(folder / "bag")
        self.bag = {path: path.read_bytes() for path in (folder / "bag").rglob("*") if path.is_file()}

    def ingest(self, calls: str, when: str = "") -> Traced:
        argv = command("ingest", self.archive, self.replica, self.folder / "bag")
        return traced(argv, self.folder, calls, when=when)

    def again(self) -> None:
        """The same command, from a disk that is well: one version, one receipt, and nothing left over."""
        argv = list(map(str, command("ingest", self.archive, self.replica, self.folder / "bag")))
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        [result] = json.loads(done.stdout)["results"]
        assert result["receipt"]["version"] == 1
        argv = list(map(str, command("audit", self.archive, self.replica)))
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        report = json.loads(done.stdout)
        assert (done.returncode, report["objects"], report["findings"]) == (0, 2, [])
        for copy in (self.archive, self.replica):
            assert len(list((copy / "store").rglob("receipt-v*.json"))) == 1
            assert len(list((copy / "log" / "receipts").rglob("*.json"))) == 1
            assert os.listdir(copy / "staging") == []
            assert not list(copy.glob(".making-*"))
        assert {path: path.read_bytes() for path in (self.folder / "bag").rglob("*") if path.is_file()} == self.bag


@pytest.mark.prove
@pytest.mark.parametrize("calls", [SYNCS, WRITES], ids=["syncs", "writes"])
def test_an_ingest_whose_disk_fails_is_6_and_the_same_again_completes_it(tmp_path, in_full, proof, calls):
    every = places(calls, tmp_path)
    assert len(every) > 40
    count = len(every) if in_full else 5
    chosen = [every[number * len(every) // count + len(every) // count // 2] for number in range(count)]
    for number in chosen:
        taken = Taken(tmp_path / f"at-{number}")
        done = taken.ingest(calls, str(number))
        assert len(done.failed) == 1, (number, done.calls[-3:])
        assert done.status == 6, (done.failed, done.stdout, done.stderr)
        assert "Input/output error" in done.stdout + done.stderr
        taken.again()
        shutil.rmtree(taken.folder)
    proof(
        f"An ingest into an archive and a replica in which a {'sync' if calls is SYNCS else 'write'} fails",
        {"calls": len(every), "runs": count, "exit 6": count, "completed by the same command": count},
    )
