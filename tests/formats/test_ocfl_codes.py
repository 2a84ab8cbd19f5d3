"""Each code of the standard is found where its fault was planted, and nothing else is."""

from pathlib import Path

import pytest

from formats.ocfl_builder import one_version, two_versions
from formats.ocfl_cases import CASES, Case
from formats.ocfl_root_cases import ROOT_CASES, RootCase, make_root
from strongroom.formats.ocfl.check import check_object, check_root
from strongroom.model.rules.ocfl import BY_CODE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_in_an_object_makes_exactly_its_findings(case: Case, tmp_path: Path) -> None:
    made = case.base()
    case.edit(made)
    made.write(tmp_path / "object")
    case.damage(tmp_path / "object")
    findings = check_object(tmp_path / "object")
    assert sorted(case.expected) == sorted((one.code, one.where) for one in findings), findings


@pytest.mark.parametrize("case", ROOT_CASES, ids=lambda case: case.name)
def test_a_fault_in_a_storage_root_makes_exactly_its_findings(case: RootCase, tmp_path: Path) -> None:
    make_root(tmp_path / "root", case.specification)
    case.damage(tmp_path / "root")
    findings = list(check_root(tmp_path / "root"))
    assert sorted(case.expected) == sorted((one.code, one.where) for one in findings), findings


@pytest.mark.parametrize("specification", ["1.0", "1.1"])
def test_what_the_builder_makes_has_no_findings(specification: str, tmp_path: Path) -> None:
    one_version(specification=specification).write(tmp_path / "one")
    two_versions(specification=specification).write(tmp_path / "two")
    make_root(tmp_path / "root", specification)
    assert [check_object(tmp_path / "one"), check_object(tmp_path / "two"), list(check_root(tmp_path / "root"))] == [
        [],
        [],
        [],
    ]


def test_a_case_is_one_of_the_code_it_is_named_after() -> None:
    assert [case.name for case in (*CASES, *ROOT_CASES) if case.code not in {code for code, _ in case.expected}] == []


def test_every_rule_has_a_case() -> None:
    assert sorted(BY_CODE) == sorted({case.code for case in (*CASES, *ROOT_CASES)})
