import gzip
import hashlib
import os
import random
import shutil
import threading
from encodings.aliases import aliases
from pathlib import Path

import pytest

from findings import golden, tiny_bag
from strongroom.errors import UsageError
from strongroom.formats.bag.check import check_bag
from strongroom.formats.bag.tree import Tree
from strongroom.model.finding import Accepted, Refused
from strongroom.model.package import Bag
from strongroom.settings import VerifySettings
from strongroom.stages.verify import verify

WEAK, OLD = ("BAG-042", "."), ("BAG-025", "bagit.txt")

# every bag of the Library of Congress's suite, and every finding it makes
SUITE = {
    "v0.93/valid/basic-bag": {WEAK, OLD},
    "v0.93/valid/duplicate-metadata-entries": {WEAK, OLD},
    "v0.94/valid/basic-bag": {WEAK, OLD},
    "v0.94/valid/duplicate-metadata-entries": {WEAK, OLD},
    "v0.95/valid/basic-bag": {WEAK, OLD},
    "v0.95/valid/duplicate-metadata-entries": {WEAK, OLD},
    # bagit.txt lost a line after the tag manifest was made: its form and its digest are two faults
    "v0.97/invalid/baginfo-missing-encoding": {WEAK, OLD, ("BAG-021", "bagit.txt"), ("BAG-061", "bagit.txt")},
    "v0.97/invalid/bom-in-bagit.txt": {WEAK, OLD, ("BAG-020", "bagit.txt")},
    "v0.97/invalid/corrupt-data-file": {WEAK, OLD, ("BAG-055", "data/bare-filename")},
    "v0.97/invalid/corrupt-tag-file": {
        WEAK,
        OLD,
        ("BAG-061", "bag-info.txt"),
        ("BAG-061", "bagit.txt"),
        ("BAG-061", "manifest-md5.txt"),
    },
    "v0.97/invalid/extra-file-in-bag": {WEAK, OLD, ("BAG-053", "data/bar")},
    "v0.97/invalid/invalid-version-number": {("BAG-023", "bagit.txt"), ("BAG-061", "bagit.txt")},
    "v0.97/invalid/missing-baginfo": {WEAK, OLD, ("BAG-060", "bag-info.txt")},
    "v0.97/invalid/missing-bagit.txt": {WEAK, ("BAG-002", "bagit.txt")},
    "v0.97/invalid/out-of-scope-file-paths-using-dot-notation": {
        WEAK,
        OLD,
        ("BAG-044", "manifest-md5.txt#line=3"),
        ("BAG-044", "manifest-md5.txt#line=4"),
    },
    "v0.97/invalid/out-of-scope-file-paths-using-dot-notation-for-fetch": {
        WEAK,
        OLD,
        ("BAG-071", "fetch.txt#line=1"),
        ("BAG-076", "fetch.txt"),
    },
    "v0.97/invalid/same-filename-listed-twice-with-different-hashes": {OLD, ("BAG-049", "data/README")},
    "v0.97/valid/ISO-8859-1-encoded-tag-files": {WEAK, OLD, ("BAG-027", "bagit.txt")},
    "v0.97/valid/UTF-16-encoded-tag-files": {WEAK, OLD, ("BAG-027", "bagit.txt")},
    "v0.97/valid/bag-in-a-bag": {WEAK, OLD},
    "v0.97/valid/bag-with-encoded-names": {WEAK, OLD},
    "v0.97/valid/bag-with-escapable-characters": {WEAK, OLD},
    "v0.97/valid/bag-with-leading-dot-slash-in-manifest": {WEAK, OLD, ("BAG-046", "data/test2.txt")},
    "v0.97/valid/bag-with-space": {WEAK, OLD},
    "v0.97/valid/basic-bag": {WEAK, OLD},
    "v0.97/valid/duplicate-metadata-entries": {WEAK, OLD},
    "v0.97/valid/holey-bag": {WEAK, OLD, ("BAG-063", "fetch.txt"), ("BAG-076", "fetch.txt")},
    "v0.97/valid/minimal-bag": {WEAK, OLD},
    "v0.97/valid/uncommon-metadata-separators": {OLD},
    "v1.0/valid/basicBag": set(),
}


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    tiny_bag.make(tmp_path / "bag")
    return tmp_path / "bag"


def found(root: Path) -> list[tuple[str, str]]:
    return sorted((one.code, one.where) for one in verify(root).findings)


def test_the_conformance_suite_is_all_here(corpora: Path) -> None:
    suite = corpora / "bagit-conformance-suite"
    assert {path.relative_to(suite).as_posix() for path in suite.glob("v*/*/*")} == set(SUITE)


@pytest.mark.parametrize("name", SUITE)
def test_a_bag_of_the_conformance_suite_is_judged_right(corpora: Path, name: str) -> None:
    judged = verify(corpora / "bagit-conformance-suite" / name)
    assert isinstance(judged, Accepted if "/valid/" in name else Refused)
    assert sorted((one.code, one.where) for one in judged.findings) == sorted(SUITE[name])


def test_a_bag_is_accepted_with_what_it_is(bag: Path) -> None:
    assert verify(bag) == Accepted(
        Bag(
            bag,
            "bag",
            13,
            2,
            (("Source-Organization", "Somewhere"), ("Bagging-Date", "2025-11-03"), ("Payload-Oxum", "13.2")),
        ),
        (),
    )


def test_a_byte_changed_anywhere_but_in_a_tag_manifest_refuses_the_bag(bag: Path) -> None:
    for path in [path for path in bag.rglob("*") if path.is_file() and not path.name.startswith("tagmanifest-")]:
        content = path.read_bytes()
        for place in range(len(content)):
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            assert isinstance(verify(bag), Refused), (path.name, place)
        path.write_bytes(content)
    assert isinstance(verify(bag), Accepted)


def test_a_changed_file_is_one_finding_that_names_every_ledger(bag: Path) -> None:
    was = {name: hashlib.new(name, b"first\n").hexdigest() for name in tiny_bag.ALGORITHMS}
    now = {name: hashlib.new(name, b"x").hexdigest() for name in tiny_bag.ALGORITHMS}
    tiny_bag.put(bag, "data/a.txt", "x")
    [finding] = verify(bag).findings
    assert finding.expected == f"{was['sha256']} (manifest-sha256.txt); {was['sha512']} (manifest-sha512.txt)"
    assert finding.found == f"sha256 {now['sha256']}; sha512 {now['sha512']}"


def test_where_one_ledger_agrees_with_the_file_the_finding_says_so(bag: Path) -> None:
    text = (bag / "manifest-sha512.txt").read_text()
    tiny_bag.put(bag, "manifest-sha512.txt", 128 * "0" + text[128:])
    tiny_bag.seal(bag)
    [finding] = verify(bag).findings
    assert finding.found.endswith("; as in manifest-sha256.txt")


def test_seeded_faults_are_all_found_in_one_run(bag: Path) -> None:
    for number in range(60):
        tiny_bag.put(bag, f"data/{number:02}.bin", os.urandom(100))
    tiny_bag.list_payload(bag)
    for number in range(10):
        tiny_bag.put(bag, f"data/{number:02}.bin", b"changed")
        (bag / f"data/{number + 10}.bin").unlink()
        tiny_bag.put(bag, f"data/extra-{number}", b"")
        (bag / f"data/link-{number}").symlink_to("00.bin")
        os.mkfifo(bag / f"data/pipe-{number}")
    expected = [
        *(("BAG-055", f"data/{number:02}.bin") for number in range(10)),
        *(("BAG-052", f"data/{number}.bin") for number in range(10, 20)),
        *(("BAG-053", f"data/extra-{number}") for number in range(10)),
        *(("BAG-004", f"data/link-{number}") for number in range(10)),
        *(("BAG-005", f"data/pipe-{number}") for number in range(10)),
    ]
    assert found(bag) == sorted(expected)


def test_a_payload_that_is_wrong_as_the_oxum_is_wrong_is_counted_once(bag: Path) -> None:
    # missing, further and cut files together explain that Payload-Oxum is right for another payload
    tiny_bag.put(bag, "data/c.txt", "third\n")
    tiny_bag.list_payload(bag)
    (bag / "data/a.txt").unlink()
    tiny_bag.put(bag, "data/c.txt", "th")
    tiny_bag.put(bag, "data/d.txt", "unheard of")
    assert found(bag) == [("BAG-052", "data/a.txt"), ("BAG-053", "data/d.txt"), ("BAG-055", "data/c.txt")]


@pytest.mark.parametrize(
    "name", ["a\nb", "a\rb", "50%", "%0A", "%25", "caf\u00e9", " lead", "trail ", "*star", "ta\tb", "\u2028"]
)
def test_every_name_a_disk_can_hold_makes_a_valid_bag(bag: Path, name: str) -> None:
    tiny_bag.put(bag, f"data/{name}", name)
    tiny_bag.list_payload(bag)
    judged = verify(bag)
    assert isinstance(judged, Accepted), judged.findings
    assert {one.code for one in judged.findings} <= {"BAG-013"}


def test_an_older_bag_takes_percent_signs_as_they_are(bag: Path) -> None:
    tiny_bag.put(bag, "data/%25", "percent, two, five")
    tiny_bag.list_payload(bag)
    for algorithm in tiny_bag.ALGORITHMS:
        text = (bag / f"manifest-{algorithm}.txt").read_text()
        tiny_bag.put(bag, f"manifest-{algorithm}.txt", text.replace("%2525", "%25"))
    tiny_bag.as_version(bag, "0.97")
    assert found(bag) == [OLD]


def test_the_strict_reading_of_a_percent_sign_goes_first(bag: Path) -> None:
    tiny_bag.put(bag, "data/%", "meant")
    tiny_bag.put(bag, "data/%25", "looks like it")
    tiny_bag.list_payload(bag)
    assert found(bag) == []


def test_an_older_bag_may_list_a_file_in_one_manifest_alone(bag: Path) -> None:
    text = (bag / "manifest-sha512.txt").read_text()
    tiny_bag.put(bag, "manifest-sha512.txt", text.splitlines(keepends=True)[0])
    tiny_bag.as_version(bag, "0.97")
    assert found(bag) == [OLD]


def test_two_spellings_of_one_name_with_one_digest_are_a_warning(bag: Path) -> None:
    tiny_bag.put(bag, "data/caf\u00e9", "coffee")
    tiny_bag.list_payload(bag)
    for algorithm in tiny_bag.ALGORITHMS:
        line = tiny_bag.line(bag, "data/caf\u00e9", algorithm, spelled="data/cafe\u0301")
        tiny_bag.append(bag, f"manifest-{algorithm}.txt", line)
    assert found(bag) == [("BAG-048", "data/caf\u00e9")]


def test_signatures_of_tag_manifests_need_no_ledger(bag: Path) -> None:
    tiny_bag.put(bag, "tagmanifest-sha512.txt.asc", "-----BEGIN PGP SIGNATURE-----")
    tiny_bag.put(bag, "signatures/tagmanifest-sha256.txt.p7s", "signed")
    assert found(bag) == [
        ("BAG-063", "signatures/tagmanifest-sha256.txt.p7s"),
        ("BAG-063", "tagmanifest-sha512.txt.asc"),
    ]


def test_a_bag_is_left_as_it_was_found(bag: Path) -> None:
    tiny_bag.put(bag, "data/a.txt", "x")
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in bag.rglob("*") if path.is_file()}
    verify(bag)
    assert before == {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in bag.rglob("*") if path.is_file()}


def test_a_relative_path_and_a_link_to_a_bag_are_bags(bag: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bag.parent / "link").symlink_to(bag)
    monkeypatch.chdir(bag)
    assert [verify(Path()), verify(Path("../link"))] == [verify(bag), verify(bag)]


def test_what_is_not_there_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be found"):
        verify(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(UsageError, match="cannot be found"):
        verify(tmp_path / "loop")


def test_a_file_that_is_no_serialised_bag_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    (tmp_path / "bag.html").write_bytes(bytes(10240))
    with pytest.raises(UsageError, match="neither a folder nor a file named"):
        verify(tmp_path / "bag.html")


def test_special_files_at_reserved_names_are_not_opened(bag: Path) -> None:
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "fetch.txt"):
        (bag / name).unlink(missing_ok=True)
        os.mkfifo(bag / name)
    # nor is what only follows from them reported
    assert found(bag) == [
        ("BAG-005", "bag-info.txt"),
        ("BAG-005", "bagit.txt"),
        ("BAG-005", "fetch.txt"),
        ("BAG-005", "manifest-sha256.txt"),
    ]


def test_verifying_in_several_threads_at_once_is_safe(bag: Path) -> None:
    results: list[object] = []
    threads = [threading.Thread(target=lambda: results.append(verify(bag))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [verify(bag)] * 8


def test_a_manifest_over_the_limit_is_not_read(bag: Path) -> None:
    tiny_bag.append(bag, "manifest-sha256.txt", 4000 * "0")
    assert [(one.code, one.where) for one in verify(bag, VerifySettings(max_manifest_bytes=1000)).findings] == [
        ("BAG-008", "manifest-sha256.txt")
    ]


def test_every_codec_of_python_is_either_used_or_refused(bag: Path) -> None:
    for name in sorted(set(aliases.values())):
        tiny_bag.declare(bag, f"BagIt-Version: 0.97\nTag-File-Character-Encoding: {name}\n")
        assert any(one.where == "bagit.txt" for one in verify(bag).findings), name


@pytest.mark.parametrize("seed", range(4))
def test_no_tag_file_is_too_strange(bag: Path, seed: int) -> None:
    tiny_bag.put(bag, "fetch.txt", "https://example.org/a 6 data/a.txt\n")
    tiny_bag.seal(bag)
    chance = random.Random(seed)
    names = [path.name for path in bag.iterdir() if path.is_file()]
    whole = {name: (bag / name).read_bytes() for name in names}
    pieces = ["\0", "\r", "\n", "..", "/", "%0A", "%", " ", "\t", ":", "\ufeff", "\u2028", "~", "*", "./", "9" * 30]
    for _ in range(60):
        name = chance.choice(names)
        content = bytearray(whole[name])
        for _ in range(3):
            place = chance.randrange(len(content))
            content[place : place + chance.randrange(3)] = chance.choice([*map(str.encode, pieces), b"\xff"])
        tiny_bag.put(bag, name, bytes(content))
        for one in verify(bag).findings:
            assert (one.where + one.expected + one.found).isprintable()
        tiny_bag.put(bag, name, whole[name])


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A copy of a whole bag, with an information package in it."""
    return Path(shutil.copytree(golden.bag(), tmp_path / "whole"))


def test_a_bag_with_a_package_is_accepted_and_so_is_the_package_alone(whole: Path) -> None:
    assert verify(whole).findings == ()
    bare = verify(whole / golden.PACKAGE)
    assert isinstance(bare, Accepted)
    assert bare.findings == ()
    assert (bare.value.id, bare.value.info) == (golden.ID, ())
    assert (bare.value.payload_bytes, bare.value.payload_files) == (
        verify(whole).or_raise().value.payload_bytes,
        verify(whole).or_raise().value.payload_files,
    )


def test_places_in_a_package_are_relative_to_what_was_given(whole: Path) -> None:
    golden.sub(whole, golden.DC, "dcterms:license(.*?)dcterms:license", r"dcterms:licence\1dcterms:licence")
    golden.seal(whole)
    [inside] = verify(whole / golden.PACKAGE).findings
    [outside] = verify(whole).findings
    assert inside.where.startswith(f"{golden.DC}#line=")
    assert outside.where == f"{golden.PACKAGE}/{inside.where}"


def test_a_byte_changed_in_any_file_of_the_payload_is_found_at_that_file(whole: Path) -> None:
    for path in [path for path in (whole / "data").rglob("*") if path.is_file()]:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        where = path.relative_to(whole).as_posix()
        assert ("BAG-055", where) in {(one.code, one.where) for one in verify(whole).findings}
        path.write_bytes(content)


def test_links_and_pipes_in_a_bare_package_are_found_and_not_opened(whole: Path) -> None:
    bare = whole / golden.PACKAGE
    os.mkfifo(bare / "pipe")
    (bare / "metadata/link").symlink_to("/etc/passwd")
    assert [(one.code, one.where) for one in verify(bare).findings] == [
        ("BAG-004", "metadata/link"),
        ("BAG-005", "pipe"),
    ]


def test_one_finding_names_the_ledgers_of_the_package_too(whole: Path) -> None:
    warc, index = f"{golden.PACKAGE}/{golden.WARC}", f"{golden.PACKAGE}/{golden.CDXJ}"
    with (whole / warc).open("ab") as file:
        file.write(gzip.compress(b""))
    (whole / index).unlink()
    tiny_bag.put(whole, f"{golden.PACKAGE}/{golden.DATA}/archive/more", "slipped in")
    found = {one.code: one.found for one in verify(whole).findings if one.code.startswith("BAG")}
    assert {code: text.rpartition("; ")[2] for code, text in found.items()} == {
        "BAG-052": "also listed in METS.xml, datapackage.json",
        "BAG-053": "nor in datapackage.json, METS.xml",
        "BAG-055": "also differs from METS.xml, premis-records.xml, datapackage.json",
    }


def test_a_file_that_grows_while_it_is_read_is_found_though_its_beginning_has_its_digest(bag: Path) -> None:
    limits = VerifySettings()
    with Tree(bag) as tree:
        scan = tree.scan(100)
        for name in ("data/a.txt", "bag-info.txt"):
            with (bag / name).open("ab") as file:
                file.write(b"More: and more\n")
        findings = check_bag(tree, scan, limits).findings
    assert {(one.code, one.where, one.found) for one in findings} == {
        ("BAG-055", "data/a.txt", "more: it changed while it was being read"),
        ("BAG-061", "bag-info.txt", "more: it changed while it was being read"),
    }


def test_holes_within_the_limit_are_read_as_the_zeros_they_are(bag: Path) -> None:
    os.truncate(bag / "data/a.txt", 8 << 20)
    tiny_bag.list_payload(bag)
    assert verify(bag, VerifySettings(max_hole_bytes=8 << 20)).findings == ()
    found = verify(bag, VerifySettings(max_hole_bytes=4 << 20)).findings
    assert [(one.code, one.where) for one in found] == [("BAG-014", "data/a.txt")]
