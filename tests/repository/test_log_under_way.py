"""Between the entry of an ingest and its receipt nobody calls that receipt lost; afterwards everybody does, as an error."""

import os
import re
from pathlib import Path

import pytest

from repository.children import Child
from repository.vault import Vault, found, fresh_id
from strongroom.model.finding import Finding, Severity
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log
from strongroom.repository.receipts import receipt_path
from strongroom.storage import listening

BETWEEN = re.compile(r"before [0-9a-f]{64}\.json has its name")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path, replicas=1)
    made.put("urn:x:1", {"a.txt": b"first"})
    return made


def verified(vault: Vault) -> list[Finding]:
    """As `log verify` with the replica does it."""
    archive = vault.archive()
    replica = Archive.open_replica(vault.copies[1], archive)
    return [*Log.open(archive).verify(), *Log.open(replica).verify(archive)]


def test_while_an_ingest_is_under_way_its_receipt_is_not_missing(vault):
    """In the archive it is written behind the entry; in the replica before the checkpoint, and once more at the end."""
    seen: list[tuple[int, bool, list[Finding]]] = []
    audits: list[Child] = []

    def look(point: str) -> None:
        if BETWEEN.fullmatch(point):
            named = point.split()[1].removesuffix(".json")
            places = [receipt_path(copy / "log", named).exists() for copy in vault.copies]
            seen.append((Log.open(vault.archive()).size, *places, verified(vault)))
            audits.append(Child(audit))

    def audit() -> None:
        report = vault.audit()
        assert (report.findings, report.unreachable) == ((), ())

    with listening(look):
        vault.put("urn:x:2", {"a.txt": b"second"})
    assert seen == [(3, False, False, []), (3, True, False, []), (3, True, True, [])]
    assert [child.wait() for child in audits] == [0, 0, 0]
    assert verified(vault) == []


@pytest.mark.parametrize("killed_at", [1, 2], ids=["before that of the archive", "before that of the replica"])
def test_an_interrupted_ingest_is_completed_and_its_receipt_is_not_missing(vault, killed_at):
    def end() -> None:
        times = 0

        def kill(point: str) -> None:
            nonlocal times
            times += bool(BETWEEN.fullmatch(point))
            if times == killed_at:
                os._exit(9)

        with listening(kill):
            vault.put("urn:x:2", {"a.txt": b"second"})

    assert Child(end).wait() == 9
    assert verified(vault) == []
    report = vault.audit()
    assert (report.findings, report.unreachable, report.objects) == ((), (), 4)
    assert verified(vault) == []
    [copies] = {tuple(sorted(path.name for path in (copy / "log/receipts").rglob("*.*"))) for copy in vault.copies}
    assert len(copies) == 2


def test_of_an_ingest_that_has_ended_a_lost_receipt_is_an_error_to_both(vault):
    place = receipt_path(vault.root / "log", vault.put("urn:x:2", {"a.txt": b"second"}).ingest_id)
    place.unlink()
    where = place.relative_to(vault.root).as_posix()
    assert [(one.code, one.severity, one.where) for one in verified(vault)] == [("LOG-021", Severity.ERROR, where)]
    report = vault.audit()
    assert found(report) == [("FIX-021", f"archive/{where}")]
    assert [one.severity for one in report.findings] == [Severity.ERROR]
    assert vault.repair().repaired == (f"archive/{where}",)
    assert verified(vault) == []


def test_the_ticket_of_another_ingest_excuses_none(vault):
    [place] = (vault.root / "log/receipts").rglob("*.json")
    place.unlink()
    codes = []

    def look(point: str) -> None:
        if BETWEEN.fullmatch(point):
            codes.append([one.code for one in Log.open(vault.archive()).verify()])

    with listening(look):
        vault.put("urn:x:2", {"a.txt": b"second"})
    assert codes == [["LOG-021"]] * 3
    with vault.archive().attempt(new_id=fresh_id):  # work that is no ingest has no ticket
        assert [one.code for one in Log.open(vault.archive()).verify()] == ["LOG-021"]
