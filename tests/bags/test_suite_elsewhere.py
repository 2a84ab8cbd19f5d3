"""Cases that the Library of Congress's suite keeps apart, and that our copy of it does not hold, made anew by code.

Those are its warnings, its one invalid bag of version 1.0, and what it keeps for one operating system alone. Every bag of
our copy is judged in tests/stages/test_verify.py.
"""

from pathlib import Path

import pytest

from bags.clauses import NOWHERE, OLD, Clauses, add, fetch, respell
from findings import tiny_bag

CLAUSES = Clauses()
makes = CLAUSES.makes
NFC, NFD = "data/N\u00fa\u00f1ez", "data/Nu\u0301n\u0303ez"
LISTS_FETCH = ("BAG-076", "fetch.txt")


@makes(OLD, ("BAG-048", NFC))
def warning_filename_normalization(root: Path) -> None:
    add(root, NFC, "")
    respell(root, NFC, NFD)
    tiny_bag.as_version(root, "0.97")


@makes(OLD, ("BAG-012", NFC))
def warning_same_filename_listed_twice_with_different_normalization(root: Path) -> None:
    add(root, NFC, "")
    add(root, NFD, "")
    tiny_bag.as_version(root, "0.97")


@makes(OLD, ("BAG-048", NFC))
def warning_same_filename_listed_twice_with_different_normalization_and_there_once(root: Path) -> None:
    # as a system that normalises names unpacks it
    add(root, NFC, "")
    add(root, NFD, "")
    (root / NFD).unlink()
    tiny_bag.put(root, "bag-info.txt", "Source-Organization: Somewhere\n")
    tiny_bag.as_version(root, "0.97")


@makes(OLD, ("BAG-051", "data/a.txt"))
def warning_same_filename_listed_twice_with_the_same_digest(root: Path) -> None:
    for algorithm in tiny_bag.ALGORITHMS:
        tiny_bag.append(root, f"manifest-{algorithm}.txt", tiny_bag.line(root, "data/a.txt", algorithm))
    tiny_bag.as_version(root, "0.97")


@makes(("BAG-021", "bagit.txt"))
def invalid_bagit_with_invalid_whitespace(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version : 1.0\nTag-File-Character-Encoding : UTF-8\n")


def _only(system: str, name: str, path: str) -> None:
    """A path that leads out on one system alone is refused on every one."""

    def in_manifest(root: Path) -> None:
        tiny_bag.append(root, "manifest-sha256.txt", f"{NOWHERE}  {path}")
        tiny_bag.as_version(root, "0.97")

    def in_fetch(root: Path) -> None:
        fetch(root, f"https://example.org/a - {path}\n")
        tiny_bag.as_version(root, "0.97")

    in_manifest.__name__ = f"{system}_only_out_of_scope_file_paths_using_{name}"
    in_fetch.__name__ = f"{in_manifest.__name__}_for_fetch"
    makes(OLD, ("BAG-044", "manifest-sha256.txt#line=3"))(in_manifest)
    makes(OLD, ("BAG-071", "fetch.txt#line=1"), LISTS_FETCH)(in_fetch)


_only("linux", "absolute_path", "/tmp/foo")
_only("linux", "shortcut_of_a_home", "~/foo")
_only("linux", "shortcut_of_a_users_home", "~root/foo")
_only("windows", "drive", r"C:\foo")
_only("windows", "drive_without_a_root", "c:foo")
_only("windows", "share", r"\\host\share\foo")
_only("windows", "dot_notation", r"data\..\..\foo")


@makes(OLD, *(("BAG-013", f"data/{name}") for name in ("CON", "aux.txt", "com1.tar.gz", "a<b", "a?", "end.")))
def windows_only_names_that_it_cannot_keep(root: Path) -> None:
    for name in ("CON", "aux.txt", "com1.tar.gz", "a<b", "a?", "end."):
        add(root, f"data/{name}")
    tiny_bag.as_version(root, "0.97")


@pytest.mark.parametrize("name", CLAUSES.cases)
def test_a_case_of_the_suite_is_judged_right(name: str, tmp_path: Path) -> None:
    CLAUSES.judge(name, tmp_path / "bag")
