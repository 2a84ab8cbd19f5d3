"""Packages that nobody here made, judged by the requirements of CSIP."""

import csv
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from findings import golden
from proof_table import Figures
from strongroom.formats.package.check import check_information_package
from strongroom.model.rules import csip
from strongroom.storage import measure

# Requirements ask for values too (a media type that IANA knows, a size that is right): such cases belong to the full
# set of rules. Of the others every one is found, and nothing else.
_FOUND_AT_LEAST = 51
_FALSE_ALARMS = {("CSIP24", "IP_18000_CSIP24_2")}  # mdRef without an address, which the corpus calls valid


def judged(folder: Path) -> set[str]:
    fixities = {path.relative_to(folder).as_posix(): measure(path) for path in folder.rglob("*") if path.is_file()}
    return {one.code for one in check_information_package(folder, fixities=fixities)}


@pytest.fixture(scope="module")
def corpus(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]]]:
    folder = tmp_path_factory.mktemp("eark")
    archive = corpora / "eark-ip-test-corpus" / "csip1-57.tar.xz"
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)  # tarfile differs from one Python to the next
    with (corpora / "eark-ip-test-corpus" / "csip1-57.expected.tsv").open(encoding="utf-8") as lines:
        return folder, [row for row in csv.DictReader(lines, delimiter="\t") if row["present"] == "dir"]


def test_packages_of_the_eark_corpus_are_judged_without_a_crash_and_rarely_wrong(corpus):
    folder, rows = corpus
    verdicts, found, alarms = {}, 0, set()
    for row in rows:
        path = folder / row["path"]
        if not (path / "METS.xml").exists():
            path = next(one for one in path.iterdir() if one.is_dir())
        if path not in verdicts:
            verdicts[path] = judged(path)
        if row["requirement"] in verdicts[path] and row["isValid"] == "TRUE":
            alarms.add((row["requirement"], row["path"].rpartition("/")[2]))
        elif row["requirement"] in verdicts[path]:
            found += 1
    assert alarms == _FALSE_ALARMS
    assert found >= _FOUND_AT_LEAST


def test_a_minimal_package_of_dilcis_lacks_only_what_it_is_known_to_lack(corpora: Path, tmp_path: Path):
    shutil.unpack_archive(corpora / "eark-csip-examples" / "examples" / "minimal_IP_with_schemas.zip", tmp_path)
    # Made for CSIP 2.0, whose map was labelled "CSIP StructMap"; its checksums are MD5, its xlink.xsd is not as long as
    # it says, and .gitkeep is in no METS document.
    assert judged(tmp_path / "minimal_IP_with_schemas") == {"CSIP82", "METS-002", "METS-008", "METS-009"}


def test_a_package_without_its_header_is_told_so(corpora: Path, tmp_path: Path):
    shutil.unpack_archive(corpora / "eark-csip-examples" / "examples" / "minimal_IP_nomtshdr.zip", tmp_path)
    [folder] = tmp_path.iterdir()
    assert "CSIP117" in judged(folder)


def test_a_folder_without_mets_is_no_package(tmp_path: Path):
    assert judged(tmp_path) == {"METS-001"}


def test_every_requirement_has_one_rule_and_says_what_it_asks():
    assert len({rule.title for rule in csip.RULES}) > 60
    assert all(rule.clause == f"E-ARK CSIP 2.2, requirement {rule.code}" for rule in csip.RULES)


@pytest.mark.prove
def test_no_damage_to_the_documents_of_a_package_is_a_crash(
    tmp_path: Path, in_full: bool, proof: Callable[[str, Figures], None]
):
    folder = tmp_path / golden.ID
    shutil.copytree(golden.bag() / golden.PACKAGE, folder)
    documents = [
        path for path in sorted(folder.rglob("*")) if path.suffix in {".xml", ".csv", ".json", ".jsonl", ".cdxj"}
    ]
    chance = random.Random(20251103)
    times, seen = 2000 if in_full else 60, 0
    for _ in range(times):
        path = chance.choice(documents)
        whole = path.read_bytes()
        path.write_bytes(damaged(whole, chance))
        seen += bool(judged(folder))
        path.write_bytes(whole)
    assert judged(folder) == set()
    title = "Documents of a package damaged at random, each judged without a crash"
    proof(title, {"damaged and judged": times, "seen by the package's own ledgers": seen})


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """A document with bytes flipped, cut out, or replaced by what strains readers."""
    start = chance.randrange(len(whole))
    length = chance.choice((1, 1, 2, 20, 200))
    new = chance.choice(
        (b"", b"\x00", b"\xff\xfe", b"9" * 30, b"9" * 5000, b'"\\ud800"', b"<a/>", b"&x;", b"<!DOCTYPE a>")
    )
    flipped = bytes(byte ^ 1 << chance.randrange(8) for byte in whole[start : start + length])
    return whole[:start] + chance.choice((new, flipped)) + whole[start + length :]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (golden.CDXJ, b'a 20250101000000 {"url": "\\ud800", "offset": "1", "length": "1", "filename": "a"}\n'),
        (golden.CDXJ, b'a 20250101000000 {"url": "u", "offset": "%s", "length": "1", "filename": "a"}\n' % (b"9" * 40)),
        (
            golden.CDXJ,
            b'a 20250101000000 {"url": "u", "offset": "%s", "length": "1", "filename": "a"}\n' % (b"9" * 5000),
        ),
        (golden.PAGES, b'{"url": "\\udfff"}\n'),
        (golden.LINKS, b"\xff\xff\n"),
        (golden.LINKS, b'"never closed\n'),
    ],
)
def test_a_line_that_strains_readers_is_a_finding(tmp_path: Path, path: str, line: bytes):
    folder = tmp_path / golden.ID
    shutil.copytree(golden.bag() / golden.PACKAGE, folder)
    with (folder / path).open("ab") as file:
        file.write(line)
    codes = judged(folder)
    assert {"AGREE-003", "AGREE-010", "AGREE-013"} & codes
