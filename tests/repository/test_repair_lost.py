"""What is wholly gone comes back without an audit, from a copy that is as the log says; else it is refused by name."""

import os
import shutil
from pathlib import Path

import pytest

from disks import small_disk
from repository.children import Child
from repository.vault import Vault, forget, found
from strongroom.errors import StorageError
from strongroom.formats.ocfl.layout import object_path
from strongroom.repository.log import Log
from strongroom.storage import listening

NAMES = [f"urn:x:{number}" for number in range(3)]
SCRIPT = "log/check-receipt.py"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path, replicas=2)
    for number, name in enumerate(NAMES):
        made.put(name, {"a.txt": b"%d" % number * 900, "b.txt": b"b" * 100})
    made.put(NAMES[0], {"a.txt": b"new"})
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def receipts(vault: Vault, copy: int = 0) -> list[str]:
    folder = vault.copies[copy]
    return [f"{vault.name(copy)}/{path.relative_to(folder)}" for path in sorted((folder / "log/receipts").rglob("*.*"))]


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def is_quiet(vault: Vault) -> bool:
    report = vault.audit()
    return (report.findings, report.unreachable, report.objects) == ((), (), 9)


@pytest.mark.parametrize("copy", [0, 1])
@pytest.mark.parametrize("lose", [shutil.rmtree, empty], ids=["removed", "emptied"])
@pytest.mark.parametrize("audited", [False, True], ids=["never audited", "audited"])
def test_a_whole_store_comes_back(vault, copy, lose, audited):
    if audited:
        vault.audit()
    before = files(vault.copies[copy] / "store")
    lose(vault.copies[copy] / "store")
    report = vault.repair()
    store = f"{vault.name(copy)}/store"
    assert set(report.repaired) == {store, *(f"{store}/{object_path(name)}" for name in NAMES)}
    assert (report.findings, report.unreachable, report.kept, report.objects) == ((), (), (), 3)
    assert files(vault.copies[copy] / "store") == before
    assert is_quiet(vault)


def test_a_store_that_is_a_link_to_nowhere_is_a_disk_that_is_not_mounted(vault):
    (vault.root / "store").rename(vault.folder / "elsewhere")
    (vault.root / "store").symlink_to(vault.folder / "nowhere")
    with pytest.raises(StorageError, match="is not there, but the log is; is a disk not mounted"):
        vault.repair()
    assert not (vault.folder / "nowhere").exists()


def test_an_empty_store_of_another_file_system_is_left_alone(vault):
    shutil.rmtree(vault.root / "store")
    with small_disk(vault.root / "store", "3m"), pytest.raises(StorageError, match="no storage root"):
        vault.repair()


def test_without_another_copy_a_lost_store_is_refused(vault):
    vault.replicas = 0
    shutil.rmtree(vault.root / "replicas")
    shutil.rmtree(vault.root / "store")
    with pytest.raises(StorageError, match="is not there, but the log is; is a disk not mounted"):
        vault.repair()
    assert not (vault.root / "store").exists()


def test_a_repair_of_a_store_that_is_killed_is_gone_on_with(vault):
    before = files(vault.root / "store")
    shutil.rmtree(vault.root / "store")

    def end() -> None:
        with listening(lambda point: os._exit(9) if point == "after what is repaired is staged" else None):
            vault.repair()

    assert Child(end).wait() == 9
    assert set(vault.repair().repaired) == {vault.where(name, "") for name in NAMES}
    assert files(vault.root / "store") == before
    assert is_quiet(vault)


@pytest.mark.parametrize("copy", [0, 1])
@pytest.mark.parametrize("part", ["", "v2", "logs", "v1/inventory.json", "inventory.json"])
def test_an_object_or_a_part_at_its_root_comes_back(vault, copy, part):
    vault.audit()
    place = vault.object(NAMES[0], copy) / part
    before = files(vault.object(NAMES[0], copy))
    if part == "v1/inventory.json":
        shutil.rmtree(place.parent)  # a version with all that is in it
    elif place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink()
    report = vault.repair()
    expected = {
        "logs": ["logs/receipt-v1.json", "logs/receipt-v2.json"],
        "v1/inventory.json": ["v1"],
    }.get(part, [part])
    assert list(report.repaired) == [vault.where(NAMES[0], one, copy) for one in expected]
    assert (report.findings, report.unreachable) == ((), ())
    assert files(vault.object(NAMES[0], copy)) == before
    assert is_quiet(vault)


def test_an_object_that_no_copy_has_is_refused_by_name(vault):
    for copy in range(3):
        shutil.rmtree(vault.object(NAMES[1], copy))
    report = vault.repair()
    places = sorted(("FIX-040", vault.where(NAMES[1], "inventory.json", copy)) for copy in range(3))
    assert sorted((one.code, one.where) for one in report.findings) == places
    assert report.repaired == ()


def test_receipts_and_the_script_come_back(vault):
    expected = {copy: receipts(vault, copy) for copy in (0, 1)}
    before = files(vault.root / "log" / "receipts")
    for copy in (0, 1):
        shutil.rmtree(vault.copies[copy] / "log" / "receipts")
    for copy in range(3):
        (vault.copies[copy] / SCRIPT).unlink()
    report = vault.repair()
    scripts = [f"{vault.name(copy)}/{SCRIPT}" for copy in (0, 2)]
    assert sorted(report.repaired) == sorted([*expected[0], *expected[1], *scripts, f"{vault.name(1)}/{SCRIPT}"])
    assert (report.findings, report.unreachable) == ((), ())
    assert files(vault.root / "log" / "receipts") == before
    assert vault.repair().repaired == ()


def test_a_damaged_script_is_kept_aside(vault):
    (vault.root / SCRIPT).write_bytes(b"print('right')\n")
    report = vault.repair()
    assert report.repaired == (f"archive/{SCRIPT}",)
    [kept] = report.kept
    assert (vault.root / kept.removeprefix("archive/") / "files/check-receipt.py").read_bytes() == b"print('right')\n"


@pytest.mark.parametrize("lose", [shutil.rmtree, empty], ids=["removed", "emptied"])
def test_the_log_of_a_replica_comes_back(vault, lose):
    vault.audit()
    lose(vault.copies[1] / "log")
    report = vault.repair()
    assert report.repaired == (f"{vault.name(1)}/log",)
    ours, theirs = files(vault.root / "log"), files(vault.copies[1] / "log")
    assert {**theirs, "roots": b""} == {**ours, "roots": b""}  # a cache that only a full bundle needs
    assert is_quiet(vault)


def lose_the_log(vault: Vault) -> None:
    """All but whose archive it is."""
    identity = (vault.root / "log/archive.json").read_bytes()
    empty(vault.root / "log")
    (vault.root / "log/archive.json").write_bytes(identity)


def test_the_log_of_the_archive_comes_back_from_the_longest_copy(vault):
    shutil.copytree(vault.copies[1] / "log", vault.folder / "behind")
    vault.audit()
    shutil.rmtree(vault.copies[1] / "log")
    (vault.folder / "behind").rename(vault.copies[1] / "log")
    before = {path: data for path, data in files(vault.root / "log").items() if path != "roots"}
    stores = [files(copy / "store") for copy in vault.copies]
    lose_the_log(vault)
    forget(vault)
    report = vault.repair()
    lost = {f"archive/log/{path}" for path in before if path != "archive.json"}
    assert set(report.repaired) == lost
    assert (report.findings, report.unreachable, report.kept) == ((), (), ())
    assert [files(copy / "store") for copy in vault.copies] == stores
    assert is_quiet(vault)


def test_beside_a_lost_log_no_other_one_is_begun_and_nothing_is_moved(vault):
    copies = vault.copies
    stores = [files(copy / "store") for copy in copies]
    lose_the_log(vault)
    report = vault.audit()
    assert found(report) == [("FIX-020", "archive/log")]
    vault.replicas = 0
    shutil.rmtree(vault.root / "replicas")
    assert found(vault.audit()) == [("FIX-020", "archive/log")]
    with pytest.raises(StorageError, match="holds nothing, though objects were taken in"):
        vault.repair()
    assert [files(copy / "store") for copy in copies] == stores
    assert Log.open(vault.archive()).size == 0


@pytest.mark.parametrize(
    ("replicas", "sentence"), [(2, "the log was rolled back"), (0, "holds nothing, though objects were taken in")]
)
def test_no_bag_is_taken_in_beside_a_lost_log(vault, replicas, sentence):
    if not replicas:
        shutil.rmtree(vault.root / "replicas")
    vault.replicas = replicas
    stores = [files(copy / "store") for copy in vault.copies]
    lose_the_log(vault)
    with pytest.raises(StorageError, match=sentence):
        vault.put("urn:x:new", {"a.txt": b"new"})
    assert [files(copy / "store") for copy in vault.copies] == stores
    assert Log.open(vault.archive()).size == 0
