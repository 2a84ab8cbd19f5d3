"""How many clauses have a bag of ours."""

import re

from bags import test_rfc8493_dangers, test_rfc8493_manifests, test_rfc8493_tag_files

CASES = [
    name
    for module in (test_rfc8493_dangers, test_rfc8493_manifests, test_rfc8493_tag_files)
    for name in module.CLAUSES.cases
]
SECTIONS = ["2.1.1", "2.1.2", "2.1.3", "2.2.1", "2.2.2", "2.2.3", "2.2.4", "2.3", "2.4", "3", "4", "5.1", "5.2", "5.3"]
LATER = ["6.1.1.1", "6.1.1.2", "6.1.2"]


def test_there_are_at_least_sixty_cases_and_no_two_of_a_name() -> None:
    assert len(CASES) == len(set(CASES)) >= 60


def test_every_section_that_a_folder_can_break_has_a_case() -> None:
    found = {re.sub(r"^section_((?:[0-9]+_)+).*", r"\1", name).strip("_").replace("_", ".") for name in CASES}
    assert sorted(found) == sorted([*SECTIONS, *LATER])
