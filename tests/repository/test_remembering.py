"""Replicas that nobody names: an archive goes on using those that it has had, until it is told to forget one."""

import json
import shutil
import subprocess
import sys

import pytest

from repository.vault import Vault, fresh_id
from strongroom.errors import StorageError, UsageError
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.calendar import coverage
from strongroom.repository.forgetting import forget_replica
from strongroom.repository.health import look_after
from strongroom.repository.log import Log
from strongroom.repository.remembering import record_of, replica_folders
from strongroom.repository.work import opened_replicas

ONE, TWO = "urn:example:one", "urn:example:two"


@pytest.fixture
def vault(tmp_path) -> Vault:
    """An archive with two replicas that nobody names any more."""
    vault = Vault(tmp_path, replicas=2)
    vault.put(ONE, {"a.txt": b"a\n"})
    vault.replicas = 0
    return vault


def forget(vault: Vault, folder) -> str:
    return forget_replica(vault.archive(), folder, vault.settings, clock=vault.clock, new_id=fresh_id)


def identifiers(vault: Vault) -> dict[str, str]:
    return {path.name: identifier for identifier, path in vault.archive().remembered_replicas.items()}


def test_a_bag_comes_into_the_replicas_that_nobody_names(vault):
    receipt = vault.put(TWO, {"b.txt": b"b\n"})
    assert sorted(receipt.replicas) == sorted(identifiers(vault).values())
    vault.replicas = 2
    assert [vault.object(TWO, copy).is_dir() for copy in range(3)] == [True, True, True]


def test_they_are_audited_repaired_and_looked_after(vault):
    report = vault.audit()
    assert (report.findings, report.unreachable) == ((), ())
    assert sorted(row.copy for row in coverage(vault.root, vault.settings, clock=vault.clock).rows) == sorted(
        ["archive", *(str(vault.folder / f"replica-{number}") for number in (1, 2))]
    )
    damaged = vault.folder / "replica-1" / "store" / "0=ocfl_1.1"
    damaged.unlink()
    assert vault.repair().repaired == (f"{vault.folder / 'replica-1'}/store/0=ocfl_1.1",)
    health = look_after(vault.root, vault.settings, now=vault.clock())
    assert [(one.code, one.where) for one in health.findings] == []


def test_one_that_is_away_keeps_bags_from_their_receipt(vault):
    (vault.folder / "replica-2").rename(vault.folder / "away")
    with pytest.raises(StorageError, match="replica-2 is not there; is its disk not mounted"):
        vault.put(TWO, {"b.txt": b"b\n"})
    (sentence,) = vault.audit().unreachable
    assert f"the replica that was at {vault.folder / 'replica-2'} is not there" in sentence
    health = look_after(vault.root, vault.settings, now=vault.clock())
    assert [(one.code, one.where) for one in health.findings] == [("HEALTH-002", str(vault.folder / "replica-2"))]
    (vault.folder / "away").rename(vault.folder / "replica-2")
    assert len(vault.put(TWO, {"b.txt": b"b\n"}).replicas) == 2


def test_commands_use_them_and_end_with_6_while_one_is_away(vault):
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "strongroom", *words, "--root", str(vault.root)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    stores = json.loads(run("check-storage", "--json").stdout)["stores"]
    assert stores == [str(copy / "store") for copy in Vault(vault.folder, replicas=2).copies]
    assert run("log", "verify").returncode == 0
    (vault.folder / "replica-2").rename(vault.folder / "away")
    ended = {words: run(*words) for words in (("check-storage",), ("log", "verify"), ("audit",), ("repair",))}
    assert {words: done.returncode for words, done in ended.items()} == dict.fromkeys(ended, 6)
    done = run("repair", "--forget-replica", str(vault.folder / "replica-2"))
    assert done.returncode == 0, done.stderr
    assert f"at {vault.folder / 'replica-2'}" in done.stderr
    assert {words: run(*words).returncode for words in ended} == dict.fromkeys(ended, 0)


def test_a_named_folder_comes_first_and_each_replica_once(vault):
    one, two, new = (vault.folder / name for name in ("replica-1", "replica-2", "new"))
    again = vault.folder / "bags" / ".." / "replica-2"
    assert replica_folders(vault.root, [new, again, two]) == (new, again, one)
    assert replica_folders(vault.folder / "nothing", [new, new]) == (new,)


def test_a_replica_on_a_disk_that_is_mounted_elsewhere_is_not_looked_for_where_it_was(vault):
    (vault.folder / "replica-2").rename(vault.folder / "moved")
    moved = vault.folder / "moved"
    assert replica_folders(vault.root, [moved]) == (moved, vault.folder / "replica-1")
    Archive.open_replica(moved, vault.archive())
    assert replica_folders(vault.root, []) == (moved, vault.folder / "replica-1")
    moved.rename(vault.folder / "replica-2")
    assert [path.name for path in replica_folders(vault.root, [])] == ["replica-1", "replica-2"]


def test_a_replica_that_is_given_up_is_used_no_more_and_that_is_logged(vault):
    given_up = identifiers(vault)["replica-2"]
    assert forget(vault, vault.folder / "replica-2") == given_up
    assert list(identifiers(vault)) == ["replica-1"]
    log = Log.open(vault.archive())
    (_, line), *_ = log.lines(log.size - 1)
    entry = json.loads(line)
    assert (entry["kind"], entry["facts"]) == ("forget", {"replica": given_up})
    assert log.verify() == ()
    assert list(vault.put(TWO, {"b.txt": b"b\n"}).replicas) == list(identifiers(vault).values())
    assert (vault.folder / "replica-2" / "replica.json").is_file()


def test_all_the_places_of_a_replica_are_forgotten(vault):
    (vault.folder / "replica-2").rename(vault.folder / "moved")
    Archive.open_replica(vault.folder / "moved", vault.archive())
    forget(vault, vault.folder / "replica-2")
    assert list(identifiers(vault)) == ["replica-1"]


def test_a_replica_that_is_there_and_named_is_not_forgotten(vault):
    vault.replicas = 2
    before = Log.open(vault.archive()).size
    with pytest.raises(UsageError, match="named by the settings or with --replica"):
        forget(vault, vault.folder / "replica-2")
    assert (len(identifiers(vault)), Log.open(vault.archive()).size) == (2, before)


def test_a_folder_where_none_was_is_told_with_those_that_are_known(vault):
    with pytest.raises(UsageError) as raised:
        forget(vault, vault.folder / "other")
    assert str(raised.value) == (
        f"the archive remembers no replica at {vault.folder / 'other'}; it remembers: {vault.folder / 'replica-1'}, "
        f"{vault.folder / 'replica-2'}"
    )


def test_in_the_place_of_one_that_is_lost_a_new_one_is_made(vault):
    lost = identifiers(vault)["replica-2"]
    shutil.rmtree(vault.folder / "replica-2")
    vault.replicas = 2
    forget(vault, vault.folder / "replica-2")
    assert vault.repair().findings == ()
    assert identifiers(vault)["replica-2"] != lost
    assert vault.object(ONE, 2).is_dir()


def test_no_log_begins_anew_when_a_replica_is_forgotten_beside_a_lost_one(vault):
    for path in (vault.root / "log").iterdir():
        if path.name != "archive.json":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(StorageError, match="holds nothing, though objects were taken in"):
        forget(vault, vault.folder / "replica-2")
    assert sorted(path.name for path in (vault.root / "log").iterdir()) == ["archive.json"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": 1, "archive": "urn:uuid:1"}'])
def test_a_damaged_record_leaves_no_replica_behind(vault, content):
    record = record_of(vault.root, vault.folder / "replica-2")
    record.write_bytes(content)
    for use in (lambda: vault.put(TWO, {"b.txt": b"b\n"}), vault.audit, vault.repair):
        with pytest.raises(StorageError, match=r"is damaged; remove it, and name that replica once with --replica"):
            use()
    health = look_after(vault.root, vault.settings, now=vault.clock())
    assert [(one.code, one.where) for one in health.findings] == [("HEALTH-001", ".")]
    record.unlink()
    vault.replicas = 2
    assert len(opened_replicas(vault.archive(), vault.settings, new_id=fresh_id)) == 2
    assert sorted(identifiers(vault)) == ["replica-1", "replica-2"]
