"""`strongroom audit`, `repair` and `check-storage` as their users run them."""

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from permissions import permissions_bind
from repository.vault import Vault, flip
from strongroom.cli.outputs.keeping import AuditOutput, CheckStorageOutput, RepairOutput

ONE, TWO = "urn:x:one", "urn:x:two"
FILE = "v1/content/data/a.txt"


@pytest.fixture
def vault(tmp_path) -> Vault:
    made = Vault(tmp_path, replicas=1, clock=lambda: datetime.now(UTC))  # noqa: TID251 - as the commands look at it
    made.put(ONE, {"a.txt": b"first\n", "b.txt": b"second\n"})
    made.put(TWO, {"c.txt": b"third\n" * 1000})
    return made


def said(vault: Vault, command: str, *arguments: object) -> tuple[int, str, str]:
    """Status, stdout and stderr."""
    where = ["--root", vault.root, *(word for path in vault.copies[1:] for word in ("--replica", path))]
    argv = [sys.executable, "-m", "strongroom", command, *map(str, (*arguments, *where))]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def document(vault: Vault, command: str, *arguments: object) -> dict:
    status, out, _ = said(vault, command, *arguments, "--json", "-q")
    value = json.loads(out)
    assert value["exit"] == status
    {"audit": AuditOutput, "repair": RepairOutput, "check-storage": CheckStorageOutput}[command].model_validate(value)
    return value


def test_an_audit_without_a_fault_leaves_a_dated_receipt(vault):
    status, out, err = said(vault, "audit")
    assert (status, err) == (0, "auditing\n")
    lines = out.splitlines()
    assert lines[0] == f"nothing damaged: {vault.root}"
    assert re.fullmatch(r"  read      \d+ files, [\d.]+ kB", lines[1])
    assert lines[2:4] == ["            2 objects in archive", f"            2 objects in {vault.copies[1]}"]
    [receipt] = [line.removeprefix("  receipt   ") for line in lines if line.startswith("  receipt")]
    last = json.loads(Path(receipt).read_text().splitlines()[-1])
    assert (last["objects"], last["complete"], last["findings"]) == (4, True, {})
    assert Path(receipt).name.startswith(f"{datetime.now(UTC):%Y-%m-%d}-")  # noqa: TID251 - as the command looks at it


def test_damage_is_exit_4_with_every_path(vault):
    flip(vault.object(ONE) / FILE)
    (vault.object(TWO, 1) / "v1/content/bagit.txt").unlink()
    value = document(vault, "audit")
    assert value["exit"] == 4
    assert (value["intact"], value["complete"]) == (False, True)
    assert sorted(value["damaged"]) == sorted([vault.where(ONE, FILE), vault.where(TWO, "v1/content/bagit.txt", 1)])
    assert sorted(one["code"] for one in value["findings"]) == ["FIX-001", "FIX-004"]
    status, out, _ = said(vault, "audit", "-q")
    assert status == 4
    assert out.splitlines()[1:] == [f"  {path}" for path in value["damaged"]]


def test_a_replica_that_is_not_mounted_is_exit_6_and_nothing_is_called_missing(vault):
    vault.copies[1].rename(vault.folder / "unmounted")
    vault.copies[1].mkdir()
    value = document(vault, "audit")
    assert (value["exit"], value["findings"], value["complete"]) == (6, [], False)
    [sentence] = value["unreachable"]
    assert sentence.startswith(f"the replica that was at {vault.copies[1]} is not there; is its disk not mounted?")
    assert list(vault.copies[1].iterdir()) == []


def test_damage_goes_before_what_cannot_be_reached(vault):
    shutil.rmtree(vault.copies[1])
    flip(vault.object(ONE) / FILE)
    value = document(vault, "audit")
    assert (value["exit"], len(value["unreachable"]), value["damaged"]) == (4, 1, [vault.where(ONE, FILE)])


def test_a_folder_that_must_not_be_read_is_unreachable(vault):
    closed = vault.object(ONE, 1) / "v1" / "content" / "data"
    closed.chmod(0)
    try:
        with permissions_bind():
            value = vault.audit()
    finally:
        closed.chmod(0o755)
    assert value.findings == ()
    assert value.unreachable == (
        f"{vault.object(ONE, 1)} cannot be read: Permission denied; nothing is said of it before it can be reached again",
    )
    assert not value.complete


def test_a_budget_ends_between_files_and_says_what_remains(vault):
    value = document(vault, "audit", "--max-bytes", "9kB")
    assert (value["exit"], value["complete"]) == (0, False)
    assert value["remaining_objects"] > 0
    assert value["length_bytes"] <= 9000 + 60_000  # the inventories of the object that was begun count too
    assert value["remaining_bytes"] > 0


def test_a_sample_is_the_same_for_the_same_seed(vault):
    for number in range(12):
        vault.put(f"urn:x:{number}", {"a.txt": b"%d" % number})
    counts = [document(vault, "audit", "--sample", "0.5", "--seed", seed)["objects"] for seed in (1, 1, 2)]
    assert counts[0] == counts[1]
    assert 2 < counts[0] < 26
    assert counts[0] % 2 == 0  # the same objects in both copies


def test_one_object_is_read_by_a_beginning_of_its_identifier(vault):
    value = document(vault, "audit", "--object", "urn:x:t")
    assert (value["objects"], value["selection"]["choice"]) == (2, "objects")
    status, _, err = said(vault, "audit", "--object", "urn:x:", "-q")
    assert (status, err) == (2, "strongroom: several objects begin with 'urn:x:'; say more of the identifier\n")
    status, _, err = said(vault, "audit", "--object", "urn:y", "-q")
    assert (status, err) == (2, "strongroom: the log knows no object 'urn:y'; `strongroom find` lists what there is\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--seed", "3"], "--seed belongs to --sample; give both, or leave it out"),
        (["--due", "--sample", "0.1"], "argument --sample: not allowed with argument --due; `strongroom audit --help`"),
        (["--sample", "0"], "argument --sample: '0' is not a share such as 0.01 or 1; `strongroom audit --help`"),
    ],
)
def test_what_cannot_be_asked_for_is_said(vault, arguments, sentence):
    status, out, err = said(vault, "audit", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"strongroom: {sentence}")


def test_without_an_archive_all_three_say_so(tmp_path):
    vault = Vault(tmp_path)
    for command in ("audit", "repair", "check-storage"):
        status, _, err = said(vault, command)
        assert status == 2
        assert err.startswith(f"strongroom: there is no archive at {vault.root}; ")


def test_the_calendar_says_what_was_last_read_when(vault):
    document(vault, "audit", "--object", ONE)
    month = f"{datetime.now(UTC):%Y-%m}"  # noqa: TID251 - as the command looks at it
    value = document(vault, "audit", "--calendar")
    assert [(row["name"], row["period"], row["objects"]) for row in value["calendar"]] == [
        ("archive", month, 2),
        (str(vault.copies[1]), month, 2),
    ]
    assert value["overdue"] == []
    status, out, _ = said(vault, "audit", "--calendar", "day")
    assert status == 0
    assert out.splitlines()[-1] == "nothing is overdue: all was read within 90 days"


def test_repair_brings_back_what_an_audit_found_and_says_where_the_damaged_bytes_lie(vault):
    flip(vault.object(ONE) / FILE)
    damaged = (vault.object(ONE) / FILE).read_bytes()
    document(vault, "audit")
    value = document(vault, "repair")
    assert (value["exit"], value["repaired"], value["findings"]) == (0, [vault.where(ONE, FILE)], [])
    [kept] = value["kept"]
    kept = vault.root / kept.removeprefix("archive/")
    assert (kept / "files" / FILE).read_bytes() == damaged
    assert "FIX-001" in (kept / "report.txt").read_text()
    assert json.loads((kept / "report.json").read_text())["findings"][0]["where"] == vault.where(ONE, FILE)
    assert document(vault, "audit")["exit"] == 0
    status, out, _ = said(vault, "repair")
    assert (status, out.splitlines()[0]) == (0, f"nothing was repaired: {vault.root}")


def test_what_cannot_be_repaired_is_exit_4(vault):
    for copy in (0, 1):
        flip(vault.object(ONE, copy) / FILE, copy)
    value = document(vault, "repair", ONE)
    assert value["exit"] == 4
    assert [one["code"] for one in value["findings"]] == ["FIX-040", "FIX-040"]
    assert (vault.object(ONE) / FILE).is_file()


def test_a_new_replica_is_filled(vault):
    vault.replicas = 2
    value = document(vault, "repair")
    assert (value["exit"], value["objects"]) == (0, 2)
    assert sorted(value["repaired"]) == sorted(vault.where(name, "", 2) for name in (ONE, TWO))
    assert document(vault, "audit")["exit"] == 0
    assert document(vault, "repair")["repaired"] == []


def test_check_storage_judges_every_store_by_the_standard(vault):
    value = document(vault, "check-storage")
    assert (value["exit"], value["valid"], value["findings"]) == (0, True, [])
    assert value["stores"] == [str(copy / "store") for copy in vault.copies]
    (vault.object(ONE, 1) / "inventory.json.sha512").unlink()
    value = document(vault, "check-storage")
    assert value["exit"] == 4
    assert [(one["code"], one["where"]) for one in value["findings"]] == [
        ("E058", f"{vault.object(ONE, 1)}/inventory.json.sha512")
    ]
    flip(vault.object(TWO) / "v1/content/data/c.txt")
    status, out, _ = said(vault, "check-storage", vault.root / "store", "--no-digests")
    assert (status, out) == (0, f"valid: {vault.root / 'store'}\n")
    status, out, _ = said(vault, "check-storage", vault.root / "store", "-q")
    assert (status, out) == (4, f"refused: {vault.root / 'store'} (1 error)\n")


def test_a_replica_that_is_away_is_exit_6_for_check_storage(vault):
    shutil.rmtree(vault.copies[1])
    status, _, err = said(vault, "check-storage")
    assert (status, err) == (
        6,
        f"strongroom: there is no storage root at {vault.copies[1] / 'store'}; is a disk not mounted?\n",
    )


def test_a_second_audit_at_the_same_time_says_so(vault):
    archive = vault.archive()
    with (
        archive.attempt(new_id=lambda: "urn:uuid:11111111-1111-4111-8111-111111111111") as attempt,
        attempt.lock("audit"),
    ):
        status, _, err = said(vault, "audit", "-q")
    assert status == 6
    assert "another strongroom works on this part of the archive (audit)" in err


def test_help_has_examples_and_statuses(vault):
    for command in ("audit", "repair", "check-storage"):
        done = subprocess.run(
            [sys.executable, "-m", "strongroom", command, "--help"],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert "examples:" in done.stdout
        assert re.search(r"^    4  ", done.stdout, re.MULTILINE)
        assert re.search(r"^    6  ", done.stdout, re.MULTILINE)


def test_one_of_a_thing_is_not_said_as_several(vault):
    flip(vault.object(ONE) / FILE)
    _, out, _ = said(vault, "audit", "--object", ONE)
    assert out.splitlines()[0] == f"damaged: 1 place: {vault.root} (1 error)"
    assert "            1 object in archive" in out.splitlines()
    _, out, _ = said(vault, "repair")
    assert out.splitlines()[0] == f"repaired: 1 place: {vault.root}"
    assert "  written   6 B to 1 object" in out.splitlines()
