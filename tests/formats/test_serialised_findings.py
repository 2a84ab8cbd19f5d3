"""Each fault of a bag in one file makes exactly its findings; every code of the family is among them."""

from pathlib import Path

import pytest

from formats.serialised_cases import CASES, Case
from strongroom.formats.serialised.unpack import unpack
from strongroom.model.rules import serialised as rules


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}: {case.what}")
def test_a_fault_makes_exactly_its_findings(case: Case, tmp_path: Path) -> None:
    archive, into = tmp_path / case.name, tmp_path / "into"
    archive.write_bytes(case.content)
    into.mkdir()
    unpacked = unpack(archive, into, case.limits)
    found = sorted((one.code, one.where) for one in unpacked.findings)
    assert found == sorted(case.expected), [f"{one.code} {one.where}: {one.found}" for one in unpacked.findings]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([case.name, "into"])


def test_no_two_cases_have_the_same_name() -> None:
    assert len({(case.name, case.what) for case in CASES}) == len(CASES)


def test_every_rule_has_a_case() -> None:
    assert {rule.code for rule in rules.RULES} - {code for case in CASES for code, _ in case.expected} == set()
