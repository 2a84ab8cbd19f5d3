"""The faults of packages: every rule has one, and the subject they are planted in has none."""

from pathlib import Path

from findings import golden
from strongroom.stages.verify import verify


def test_the_faultless_package_has_no_findings(golden_package: Path):
    assert verify(golden_package).findings == ()


def test_a_bare_package_is_judged_by_its_own_rules(golden_package: Path):
    assert verify(golden_package / golden.PACKAGE).findings == ()
