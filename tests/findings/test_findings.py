"""Each folder here plants one fault in a faultless subject and says exactly which findings that makes, and no others.

A folder is named CODE_what and holds fault.py with

    BASE       "bag": a tiny plain bag; "package": a whole bag as `preserve` writes it
    plant      a function of the folder, which does the damage
    EXPECTED   the exact set of (code, where)
    SETTINGS   VerifySettings, where the fault is one of limits
"""

import re
import shutil
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from findings import tiny_bag
from strongroom.model.finding import Accepted, Refused, Severity
from strongroom.model.rules import ALL
from strongroom.settings import VerifySettings
from strongroom.stages.verify import verify

FAULTS = sorted(path.parent for path in Path(__file__).parent.glob("*/fault.py"))

# Families whose faults are not those of a folder: the exact sets of their findings stand in a test of their own.
TESTED_ELSEWHERE = {
    "E": "tests/formats/test_ocfl_codes.py: they are of objects and storage roots of OCFL, which verify does not judge",
    "FIX": "tests/stages/test_audit_findings.py: they are of the copies of an archive, as an audit finds them",
    "HEALTH": "tests/repository/test_health.py: they are of a whole archive and what is around it",
    "INGEST": "tests/stages/test_ingest_findings.py: they are of the door of an archive, not of a bag",
    "LOG": "tests/repository/test_log_findings.py: they are of the log of an archive",
    "SER": "tests/formats/test_serialised_findings.py: a bag in one file is built byte by byte",
    "W": "tests/formats/test_ocfl_codes.py: as E, where the standard only recommends",
}


def _load(folder: Path) -> ModuleType:
    spec = spec_from_file_location(f"fault_{folder.name}", folder / "fault.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _subject(base: str, root: Path, request: pytest.FixtureRequest) -> None:
    if base == "bag":
        tiny_bag.make(root)
    elif base == "package":
        shutil.copytree(request.getfixturevalue("golden_package"), root, symlinks=True)
    else:
        pytest.fail(f"no such base: {base}")


@pytest.mark.parametrize("folder", FAULTS, ids=lambda folder: folder.name)
def test_a_planted_fault_makes_exactly_its_findings(
    folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fault = _load(folder)
    root = tmp_path / "subject"
    _subject(fault.BASE, root, request)
    fault.plant(root)
    judged = verify(root, getattr(fault, "SETTINGS", VerifySettings()))
    found = [(one.code, one.where) for one in judged.findings]
    assert sorted(fault.EXPECTED) == sorted(found), [f"{one.code} {one.where}: {one.found}" for one in judged.findings]
    grave = any(ALL[code].severity is Severity.ERROR for code, _ in fault.EXPECTED)
    assert isinstance(judged, Refused if grave else Accepted)


@pytest.mark.parametrize("folder", FAULTS, ids=lambda folder: folder.name)
def test_a_fault_is_one_of_the_code_it_is_named_after(folder: Path) -> None:
    code = folder.name.partition("_")[0]
    assert re.fullmatch(r"[A-Z]+-?[0-9A-Z]+_[a-z0-9_]+", folder.name)
    assert code in {expected for expected, _ in _load(folder).EXPECTED}


def test_every_rule_has_a_planted_fault() -> None:
    here = {code for code in ALL if code.rstrip("-0123456789") not in TESTED_ELSEWHERE}
    assert sorted(here - {folder.name.partition("_")[0] for folder in FAULTS}) == []


def test_every_planted_fault_is_of_a_rule_there_is() -> None:
    assert {folder.name.partition("_")[0] for folder in FAULTS} <= set(ALL)


def test_the_faultless_bag_has_no_findings(tmp_path: Path) -> None:
    tiny_bag.make(tmp_path / "bag")
    assert verify(tmp_path / "bag").findings == ()
