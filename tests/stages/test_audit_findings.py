"""Each rule of the family FIX: what makes exactly its findings in an archive with two replicas, and no others."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from repository.shelf import write
from repository.vault import Vault, flip, found, fresh_id
from strongroom.formats.ocfl.inventory import sidecar
from strongroom.model.rules import ALL, fixity
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log
from strongroom.repository.log.lines import bundle_path
from strongroom.repository.officers import officer_key, register
from strongroom.repository.purging import purge
from strongroom.repository.withdrawal import confirm_withdrawal, request_withdrawal
from strongroom.storage import listening

ONE, TWO = "urn:x:one", "urn:x:two"
FILE = "v1/content/data/a.txt"
PAYLOAD = {"a.txt": b"a" * 1000, "b.txt": b"b" * 1000, "sub/c.txt": b"c" * 2000}


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Vault:
    vault = Vault(tmp_path_factory.mktemp("original"), replicas=2)
    vault.put(ONE, PAYLOAD)
    vault.put(ONE, {**PAYLOAD, "sub/c.txt": b"new\n"})
    vault.put(TWO, {"d.txt": b"d" * 3000})
    return vault


@pytest.fixture
def vault(original, tmp_path) -> Vault:
    """A copy of the whole; the archive knows its replicas by where they are, so that is forgotten."""
    shutil.copytree(original.folder, tmp_path / "vault", symlinks=True)
    shutil.rmtree(tmp_path / "vault" / "archive" / "replicas")
    return Vault(tmp_path / "vault", replicas=2, clock=original.clock)


def changed(vault):
    flip(vault.object(ONE, 1) / FILE, 7)
    return [("FIX-001", vault.where(ONE, FILE, 1))]


def declaration_changed(vault):
    (vault.object(ONE) / "0=ocfl_object_1.1").write_bytes(b"ocfl_object_1.0\n")
    return [("FIX-001", vault.where(ONE, "0=ocfl_object_1.1"))]


def layout_of_the_store_changed(vault):
    flip(vault.copies[2] / "store" / "ocfl_layout.json", 30)
    return [("FIX-001", f"{vault.name(2)}/store/ocfl_layout.json")]


def cut(vault):
    os.truncate(vault.object(ONE, 2) / FILE, 999)
    return [("FIX-002", vault.where(ONE, FILE, 2))]


def cut_to_nothing(vault):
    os.truncate(vault.object(ONE) / FILE, 0)
    return [("FIX-002", vault.where(ONE, FILE))]


def longer(vault):
    with (vault.object(ONE) / FILE).open("ab") as file:
        file.write(b"more")
    return [("FIX-003", vault.where(ONE, FILE))]


def missing(vault):
    (vault.object(ONE, 1) / FILE).unlink()
    return [("FIX-004", vault.where(ONE, FILE, 1))]


def folder_missing(vault):
    shutil.rmtree(vault.object(ONE) / "v1/content/data/sub")
    return [("FIX-004", vault.where(ONE, "v1/content/data/sub/c.txt"))]


def declaration_of_the_store_missing(vault):
    (vault.root / "store" / "0=ocfl_1.1").unlink()
    return [("FIX-004", "archive/store/0=ocfl_1.1")]


def inventory_missing(vault):
    (vault.object(ONE) / "inventory.json").unlink()
    return [("FIX-004", vault.where(ONE, "inventory.json"))]


def swapped(vault):
    first, second = (vault.object(ONE) / f"v1/content/data/{name}.txt" for name in "ab")
    first.rename(first.with_name("between"))
    second.rename(first)
    first.with_name("between").rename(second)
    return [("FIX-005", vault.where(ONE, f"v1/content/data/{name}.txt")) for name in "ab"]


def swapped_between_objects(vault):
    first, second = vault.object(ONE) / FILE, vault.object(TWO) / "v1/content/data/d.txt"
    ours, theirs = first.read_bytes(), second.read_bytes()
    first.write_bytes(theirs)
    second.write_bytes(ours)
    return [("FIX-005", vault.where(ONE, FILE)), ("FIX-005", vault.where(TWO, "v1/content/data/d.txt"))]


def stranger_in_an_object(vault):
    write(vault.object(ONE, 1), {"v1/content/data/more/x.txt": b"x"})
    return [("FIX-006", vault.where(ONE, "v1/content/data/more/x.txt", 1))]


def empty_folder_in_an_object(vault):
    (vault.object(ONE) / "v2" / "empty").mkdir()
    return [("FIX-006", vault.where(ONE, "v2/empty"))]


def stranger_above_the_objects(vault):
    write(vault.root / "store", {"notes.txt": b"x"})
    (vault.copies[1] / "store" / "extensions" / "mine").mkdir()
    return [("FIX-006", "archive/store/notes.txt"), ("FIX-006", f"{vault.name(1)}/store/extensions/mine")]


def link_in_place_of_a_file(vault):
    path = vault.object(ONE, 1) / FILE
    path.rename(vault.folder / "elsewhere")
    path.symlink_to(vault.folder / "elsewhere")
    return [("FIX-007", vault.where(ONE, FILE, 1))]


def folder_in_place_of_a_file(vault):
    path = vault.object(ONE) / FILE
    path.unlink()
    write(path, {"inside.txt": b"x"})
    return [("FIX-007", vault.where(ONE, FILE))]


def pipe_in_place_of_an_inventory(vault):
    path = vault.object(ONE) / "v1" / "inventory.json"
    path.unlink()
    os.mkfifo(path)
    return [("FIX-007", vault.where(ONE, "v1/inventory.json"))]


def object_missing(vault):
    shutil.rmtree(vault.object(ONE).parent)
    return [("FIX-010", vault.where(ONE, ""))]


def object_is_a_file(vault):
    shutil.rmtree(vault.object(ONE))
    vault.object(ONE).write_bytes(b"not an object")
    return [("FIX-010", vault.where(ONE, ""))]


def set_back(vault):
    """The object as it was after its first version: by itself without fault."""
    home = vault.object(ONE)
    shutil.rmtree(home / "v2")
    for name in ("inventory.json", "inventory.json.sha512"):
        shutil.copy(home / "v1" / name, home / name)
    return [
        ("FIX-011", vault.where(ONE, "v2")),
        ("FIX-012", vault.where(ONE, "inventory.json")),
        ("FIX-013", vault.where(ONE, "inventory.json.sha512")),
    ]


def rewritten_consistently(vault):
    """Payload, inventories and sidecars: every OCFL tool calls the object valid."""
    home = vault.object(TWO)
    before, after = b"d" * 3000, b"forged\n"
    path = home / "v1/content/data/d.txt"
    assert path.read_bytes() == before
    path.write_bytes(after)
    inventory = (home / "inventory.json").read_bytes()
    for name in ("sha512", "sha256"):
        old, new = (hashlib.new(name, content).hexdigest().encode() for content in (before, after))
        inventory = inventory.replace(old, new)
    for folder in (home, home / "v1"):
        (folder / "inventory.json").write_bytes(inventory)
        (folder / "inventory.json.sha512").write_bytes(sidecar(inventory))
    return [
        ("FIX-002", vault.where(TWO, "v1/content/data/d.txt")),
        *(("FIX-012", vault.where(TWO, f"{folder}inventory.json")) for folder in ("", "v1/")),
        *(("FIX-013", vault.where(TWO, f"{folder}inventory.json.sha512")) for folder in ("", "v1/")),
    ]


def inventory_damaged(vault):
    flip(vault.object(ONE, 1) / "v1" / "inventory.json", 100)
    return [("FIX-012", vault.where(ONE, "v1/inventory.json", 1))]


def sidecar_damaged(vault):
    flip(vault.object(ONE, 2) / "inventory.json.sha512", 3)
    return [("FIX-013", vault.where(ONE, "inventory.json.sha512", 2))]


def object_never_logged(vault):
    home = vault.root / "store" / "abc" / "def" / "012" / "urn%3ax%3athree"
    shutil.copytree(vault.object(TWO), home)
    return [("FIX-014", "archive/store/abc/def/012/urn%3ax%3athree")]


def version_never_logged(vault):
    home = vault.object(TWO, 1)
    shutil.copytree(home / "v1", home / "v2")
    return [("FIX-014", vault.where(TWO, "v2", 1))]


def purged_and_still_there(vault):
    kept = vault.folder / "kept"
    shutil.copytree(vault.object(TWO, 2), kept)
    withdraw(vault, TWO)
    shutil.copytree(kept, vault.object(TWO, 2))
    return [("FIX-015", vault.where(TWO, "", 2))]


def replica_lacks_an_object(vault):
    shutil.rmtree(vault.object(TWO, 1))
    return [("FIX-016", vault.where(TWO, "", 1))]


def checkpoint_of_the_archive_damaged(vault):
    flip(vault.root / "log" / "checkpoint", 20)
    return [("FIX-020", "archive/log")]


def receipt_in_an_object_damaged(vault):
    flip(vault.object(ONE, 1) / "logs" / "receipt-v1.json", 400)
    return [("FIX-021", vault.where(ONE, "logs/receipt-v1.json", 1))]


def receipt_in_an_object_of_another(vault):
    for number in (1, 2):
        assert (vault.object(ONE) / "logs" / f"receipt-v{number}.json").is_file()
    logs = vault.object(ONE) / "logs"
    shutil.copy(logs / "receipt-v1.json", logs / "receipt-v2.json")
    return [("FIX-021", vault.where(ONE, "logs/receipt-v2.json"))]


def receipt_of_an_ingest_lost(vault):
    [path] = [path for path in (vault.root / "log" / "receipts").rglob("*.json") if TWO.encode() in path.read_bytes()]
    path.unlink()
    return [("FIX-021", f"archive/{path.relative_to(vault.root).as_posix()}")]


def receipt_of_an_audit_lost(vault):
    report = vault.audit()
    (vault.root / report.receipt).unlink()
    return [("FIX-021", f"archive/{report.receipt}")]


def log_of_a_replica_damaged(vault):
    flip(bundle_path(vault.copies[1] / "log", 0), 60)
    return [("FIX-022", f"{vault.name(1)}/log")]


def log_of_a_replica_ahead(vault):
    """The archive was brought back from an old backup, the replica was not."""
    shutil.copytree(vault.root / "log", vault.folder / "old")
    vault.audit()
    shutil.rmtree(vault.root / "log")
    (vault.folder / "old").rename(vault.root / "log")
    return [("FIX-022", f"{vault.name(number)}/log") for number in (1, 2)]


CASES = [
    changed,
    declaration_changed,
    layout_of_the_store_changed,
    cut,
    cut_to_nothing,
    longer,
    missing,
    folder_missing,
    declaration_of_the_store_missing,
    inventory_missing,
    swapped,
    swapped_between_objects,
    stranger_in_an_object,
    empty_folder_in_an_object,
    stranger_above_the_objects,
    link_in_place_of_a_file,
    folder_in_place_of_a_file,
    pipe_in_place_of_an_inventory,
    object_missing,
    object_is_a_file,
    set_back,
    rewritten_consistently,
    inventory_damaged,
    sidecar_damaged,
    object_never_logged,
    version_never_logged,
    purged_and_still_there,
    replica_lacks_an_object,
    checkpoint_of_the_archive_damaged,
    receipt_in_an_object_damaged,
    receipt_in_an_object_of_another,
    receipt_of_an_ingest_lost,
    receipt_of_an_audit_lost,
    log_of_a_replica_damaged,
    log_of_a_replica_ahead,
]


def withdraw(vault: Vault, object_id: str) -> None:
    """Two officers withdraw an object and have it purged."""
    archive, clock = vault.archive(), vault.clock
    with archive.attempt(new_id=fresh_id) as attempt:
        for name in ("ada", "bea"):
            register(Log.open(archive), attempt, name, vault.folder / name, clock=clock)
        ada, bea = (officer_key(Log.open(archive), vault.folder / name) for name in ("ada", "bea"))
        request_withdrawal(archive, attempt, object_id, "a court asked", ada, clock=clock)
        confirm_withdrawal(archive, attempt, object_id, bea, purge_days=0, clock=clock)
    replicas = [Archive.open_replica(path, archive) for path in vault.copies[1:]]
    purge(archive, replicas, object_id, ada, clock=clock, new_id=fresh_id)


@pytest.mark.parametrize("plant", CASES, ids=lambda plant: plant.__name__)
def test_a_fault_makes_exactly_its_findings(vault, plant):
    expected = plant(vault)
    report = vault.audit()
    assert found(report) == sorted(expected), report.findings


def test_a_reading_that_was_wrong_once_is_a_warning(vault):
    path = vault.object(ONE) / FILE
    right = path.read_bytes()
    flip(path)

    def mend(point: str) -> None:
        if point == "before a file is read again":
            path.write_bytes(right)

    with listening(mend):
        report = vault.audit()
    assert [(one.code, one.where) for one in report.findings] == [("FIX-030", vault.where(ONE, FILE))]
    assert report.complete


def test_what_no_copy_has_is_not_repaired(vault):
    for number in range(3):
        flip(vault.object(ONE, number) / FILE, number)
    vault.audit()
    report = vault.repair()
    places = sorted(("FIX-040", vault.where(ONE, FILE, number)) for number in range(3))
    assert sorted((one.code, one.where) for one in report.findings) == places


def test_of_a_log_that_was_forked_a_person_decides(vault):
    """The archive was set back to an old backup, and something else was logged there."""
    shutil.copytree(vault.root / "log", vault.folder / "old")
    vault.audit()
    shutil.rmtree(vault.root / "log")
    (vault.folder / "old").rename(vault.root / "log")
    vault.replicas = 0
    vault.audit()
    vault.replicas = 2
    report = vault.repair()
    assert [(one.code, one.where) for one in report.findings if one.code == "FIX-041"] == [
        ("FIX-041", f"{vault.name(number)}/log") for number in (1, 2)
    ]


def test_every_rule_of_the_family_has_a_case():
    codes = {rule.code for rule in fixity.RULES}
    assert codes == {code for code in ALL if code.startswith("FIX-")}
    source = Path(__file__).read_text(encoding="utf-8")
    assert codes == {code for code in codes if f'"{code}"' in source}
