"""What bagit-python and bagit-java write is read, and never without saying that it is a legacy reading."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from findings import tiny_bag
from strongroom.model.finding import Accepted, Refused, Severity
from strongroom.model.rules import ALL
from strongroom.stages.verify import verify

NAMES = ("50%", "%25", "a%20b", "a%0Ab", "a%0db", r"back\slash", "line\nend", "return\rhere", "é", "a b")
AMBIGUOUS = {"a%0Ab", "a%0db"}
"""As neither tool encodes percent signs, these are written as if they held line ends."""
UNPORTABLE = {
    ("BAG-013", "data/line\\nend"),
    ("BAG-013", "data/return\\rhere"),
    ("BAG-013", r"data/back\slash"),
}


@pytest.fixture
def made_by_bagit_python(tmp_path: Path) -> Path:
    root = tmp_path / "bag"
    root.mkdir()
    for name in NAMES:
        tiny_bag.put(root, name, name)
    # in a process of its own, since it changes the working directory
    subprocess.run([sys.executable, "-m", "bagit", "--quiet", str(root)], check=True, timeout=60)
    return root


def found(root: Path) -> list[tuple[str, str]]:
    judged = verify(root)
    assert isinstance(judged, Accepted)
    return sorted((one.code, one.where) for one in judged.findings)


def declare_version_1(root: Path) -> None:
    """As bagit-java writes bags of version 1.0: the same manifests under another declaration."""
    text = (root / "bagit.txt").read_text().replace("0.97", "1.0")
    tiny_bag.put(root, "bagit.txt", text)
    for path in root.glob("tagmanifest-*.txt"):
        path.unlink()
    tiny_bag.seal(root)


def test_a_bag_of_bagit_python_is_read_as_its_version_asks_and_what_is_ambiguous_is_labelled(
    made_by_bagit_python: Path,
) -> None:
    expected = {("BAG-025", "bagit.txt"), *UNPORTABLE, *(("BAG-047", f"data/{name}") for name in AMBIGUOUS)}
    assert found(made_by_bagit_python) == sorted(expected)


def test_under_version_1_every_percent_sign_that_is_not_encoded_is_labelled(made_by_bagit_python: Path) -> None:
    declare_version_1(made_by_bagit_python)
    expected = {*UNPORTABLE, *(("BAG-047", f"data/{name}") for name in NAMES if "%" in name)}
    assert found(made_by_bagit_python) == sorted(expected)


def test_a_legacy_reading_says_how_the_path_should_be_written_and_where_it_was_not(made_by_bagit_python: Path) -> None:
    declare_version_1(made_by_bagit_python)
    [one] = [one for one in verify(made_by_bagit_python).findings if one.where == "data/50%"]
    assert (one.expected, one.found) == ("data/50%25", "data/50% (manifest-sha256.txt, manifest-sha512.txt)")


@pytest.mark.parametrize("code", ["BAG-047", "BAG-057"])
def test_the_rules_of_legacy_readings_are_warnings_that_call_themselves_so(code: str) -> None:
    assert ALL[code].severity is Severity.WARNING
    assert ALL[code].title.endswith("(legacy reading)")


@pytest.mark.parametrize("spelled", [r"data\sub\b.txt", r"data\sub/b.txt", r".\data\sub\b.txt"])
@pytest.mark.parametrize("version", ["0.97", "1.0"])
def test_folders_separated_by_backslashes_are_read_and_labelled(tmp_path: Path, spelled: str, version: str) -> None:
    tiny_bag.make(tmp_path / "bag")
    for algorithm in tiny_bag.ALGORITHMS:
        text = (tmp_path / "bag" / f"manifest-{algorithm}.txt").read_text()
        tiny_bag.put(tmp_path / "bag", f"manifest-{algorithm}.txt", text.replace("data/sub/b.txt", spelled))
    tiny_bag.as_version(tmp_path / "bag", version)
    old = [("BAG-025", "bagit.txt")] if version == "0.97" else []
    assert found(tmp_path / "bag") == [*old, ("BAG-057", "data/sub/b.txt")]


def test_a_legacy_reading_never_stands_before_a_strict_one(tmp_path: Path) -> None:
    # the file that the strict reading names has other bytes, and those are held against the line
    root = tmp_path / "bag"
    tiny_bag.make(root)
    tiny_bag.put(root, "data/a%20b", "legacy")
    tiny_bag.put(root, "data/x\ny", "strict")
    tiny_bag.put(root, "data/x%0Ay", "legacy")
    tiny_bag.list_payload(root)
    for algorithm in tiny_bag.ALGORITHMS:
        path = root / f"manifest-{algorithm}.txt"
        digest = hashlib.new(algorithm, b"strict").hexdigest()
        lines = [line for line in path.read_text().splitlines() if not line.startswith(digest)]
        tiny_bag.put(root, path.name, "".join(f"{line}\n" for line in lines).replace("%250A", "%0A"))
    tiny_bag.seal(root)
    judged = verify(root)
    assert isinstance(judged, Refused)
    assert sorted((one.code, one.where) for one in judged.findings) == [
        ("BAG-013", "data/x\\ny"),
        ("BAG-053", "data/x%0Ay"),
        ("BAG-055", "data/x\\ny"),
    ]


def test_a_line_as_sha512sum_escapes_it_is_no_line_of_bagit(tmp_path: Path) -> None:
    root = tmp_path / "bag"
    tiny_bag.make(root)
    tiny_bag.put(root, "data/sub/x\\y", "x")
    tiny_bag.list_payload(root)
    for algorithm in tiny_bag.ALGORITHMS:
        path = root / f"manifest-{algorithm}.txt"
        lines = path.read_text().splitlines()
        escaped = ["\\" + line.replace("\\", "\\\\") if "\\" in line else line for line in lines]
        tiny_bag.put(root, path.name, "".join(f"{line}\n" for line in escaped))
    tiny_bag.seal(root)
    judged = verify(root)
    assert isinstance(judged, Refused)
    assert sorted((one.code, one.where) for one in judged.findings) == [
        ("BAG-013", "data/sub/x\\y"),
        ("BAG-043", "manifest-sha256.txt#line=3"),
        ("BAG-043", "manifest-sha512.txt#line=3"),
        ("BAG-052", "data/sub/x\\\\y"),
        ("BAG-053", "data/sub/x\\y"),
    ]
