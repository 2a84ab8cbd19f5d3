"""RFC 8493 sections 5 and 6: paths that lead out, links, addresses, and names that systems confuse; a bag each."""

import unicodedata
from pathlib import Path

import pytest

from bags.clauses import LISTS_FETCH, NOWHERE, Clauses, add, fetch, respell
from findings import tiny_bag

CLAUSES = Clauses()
makes = CLAUSES.makes
URL = "https://example.org/a.txt"
NFC, NFD = "data/caf\u00e9", "data/cafe\u0301"


@makes(("BAG-004", "data/link"))
def section_5_1_a_link_is_not_followed(root: Path) -> None:
    (root / "data/link").symlink_to("/etc/passwd")


def _leads_out(name: str, path: str) -> None:
    def plant(root: Path) -> None:
        tiny_bag.append(root, "manifest-sha256.txt", f"{NOWHERE}  {path}")

    plant.__name__ = f"section_5_1_a_path_does_not_lead_out_{name}"
    makes(("BAG-044", "manifest-sha256.txt#line=3"))(plant)


_leads_out("by_being_absolute", "/etc/passwd")
_leads_out("by_climbing", "data/../../a")
_leads_out("by_climbing_with_backslashes", r"data\..\..\a")
_leads_out("by_a_home_folder", "~/a")
_leads_out("by_somebodys_home_folder", "~root/a")
_leads_out("by_a_drive", r"C:\a")
_leads_out("by_a_host", r"\\host\share\a")


@makes(("BAG-071", "fetch.txt#line=1"), ("BAG-071", "fetch.txt#line=2"), LISTS_FETCH)
def section_5_1_a_fetched_path_does_not_lead_out(root: Path) -> None:
    fetch(root, f"{URL} - data/../../a\n{URL} - /etc/passwd\n")


@makes(("BAG-052", "data/%2E%2E/a"))
def section_5_1_dots_are_not_encoded_so_they_climb_nowhere(root: Path) -> None:
    for algorithm, digest in (("sha256", NOWHERE), ("sha512", 2 * NOWHERE)):
        tiny_bag.append(root, f"manifest-{algorithm}.txt", f"{digest}  data/%2E%2E/a")


@makes()
def section_5_1_a_tilde_or_dots_within_a_path_are_names(root: Path) -> None:
    for name in ("data/~root", "data/...a", "data/a..b", "data/..a"):
        add(root, name)


@makes(("BAG-074", "fetch.txt#line=1"), LISTS_FETCH)
def section_5_2_an_address_that_is_not_of_the_web_is_suspect(root: Path) -> None:
    fetch(root, "file:///etc/passwd 6 data/a.txt\n")


@makes(("BAG-075", "data/a.txt"), LISTS_FETCH)
def section_5_3_a_length_that_is_wrong_is_worth_a_warning(root: Path) -> None:
    fetch(root, f"{URL} 7 data/a.txt\n")


@makes(("BAG-011", "data/a.txt"))
def section_6_1_1_1_names_that_differ_in_case_alone_are_two_files(root: Path) -> None:
    add(root, "data/A.txt")


@makes(("BAG-052", "data/A.txt"), ("BAG-053", "data/a.txt"))
def section_6_1_1_1_a_name_in_another_case_is_another_name(root: Path) -> None:
    respell(root, "data/a.txt", "data/A.txt")


@makes(("BAG-012", NFC))
def section_6_1_1_2_names_that_differ_in_normalization_alone_are_two_files(root: Path) -> None:
    add(root, NFC)
    add(root, NFD)


@makes(("BAG-048", NFC))
def section_6_1_1_2_a_name_in_another_normalization_is_found(root: Path) -> None:
    add(root, NFC)
    respell(root, NFC, NFD)


@makes(("BAG-012", NFC), ("BAG-053", NFD))
def section_6_1_1_2_a_file_is_not_smuggled_in_by_normalization(root: Path) -> None:
    add(root, NFC)
    tiny_bag.put(root, NFD, "smuggled")


@makes(("BAG-013", "data/CON.txt"), ("BAG-013", "data/a:b"), ("BAG-013", "data/dot."))
def section_6_1_2_names_that_windows_refuses_are_worth_a_warning(root: Path) -> None:
    for name in ("data/CON.txt", "data/a:b", "data/dot."):
        add(root, name)


def test_the_two_forms_of_a_name_are_what_they_are_called() -> None:
    assert (unicodedata.normalize("NFC", NFD), unicodedata.normalize("NFD", NFC)) == (NFC, NFD)


@pytest.mark.parametrize("name", CLAUSES.cases)
def test_a_bag_is_judged_by_its_clause(name: str, tmp_path: Path) -> None:
    CLAUSES.judge(name, tmp_path / "bag")
