import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.bag.declaration import Declaration
from strongroom.formats.bag.manifest import MAX_FAULTS, manifest_name, read_manifest, render_manifest
from strongroom.formats.bag.paths import decode_path
from strongroom.model.finding import Finding

SHA256 = manifest_name("manifest-sha256.txt")
NEW = Declaration()
ZEROS, ONES = 64 * "0", 64 * "1"
assert SHA256 is not None


def read(data: bytes, declaration: Declaration = NEW) -> tuple[list[tuple[int, str, str]], list[Finding]]:
    findings: list[Finding] = []
    entries = list(read_manifest(io.BytesIO(data), SHA256, declaration, findings))
    return [(entry.line, entry.text, entry.digest.hex()) for entry in entries], findings


paths = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map("data/".__add__)


@given(st.dictionaries(paths, st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=8))
def test_what_is_written_reads_back(entries: dict[str, str]) -> None:
    found, findings = read(render_manifest(entries.items()))
    assert {decode_path(text): digest for _, text, digest in found} == entries
    assert findings == []


@given(st.permutations([(f"data/{letter}", ZEROS) for letter in "aBc%é"]))
def test_the_order_of_entries_never_matters(entries: list[tuple[str, str]]) -> None:
    assert render_manifest(entries) == render_manifest(sorted(entries))


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_every_end_of_line_is_understood(end: str) -> None:
    text = f"{ZEROS}  data/a{end}{ONES}\t data/b c{end}"
    assert read(text.encode()) == ([(1, "data/a", ZEROS), (2, "data/b c", ONES)], [])


def test_separators_of_unicode_are_part_of_a_name() -> None:
    text = f"{ZEROS}  data/a\u2028b\x85c\x0bd\x0ce\x1cf\n"
    assert read(text.encode()) == ([(1, "data/a\u2028b\x85c\x0bd\x0ce\x1cf", ZEROS)], [])


def test_a_tab_in_a_name_is_part_of_it() -> None:
    assert read(f"{ZEROS} data/a\tb\n".encode()) == ([(1, "data/a\tb", ZEROS)], [])


def test_digests_may_be_in_capitals() -> None:
    assert read(f"{64 * 'A'}  data/a\n".encode()) == ([(1, "data/a", 64 * "a")], [])


def test_a_line_without_digest_still_names_its_file() -> None:
    entries, findings = read(f"{ZEROS[1:]}  data/a\n{63 * '0'}g data/b\n".encode())
    assert entries == [(1, "data/a", ""), (2, "data/b", "")]
    assert [one.where for one in findings] == ["manifest-sha256.txt#line=1", "manifest-sha256.txt#line=2"]


def test_a_flood_of_faults_is_reported_so_many_times_and_no_more() -> None:
    _, findings = read(b"nothing\n" * (MAX_FAULTS + 5))
    assert len(findings) == MAX_FAULTS
    assert findings[-1].found == "further such lines, not listed"


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    entries, findings = read(b"0" * (1 << 20) + f"\n{ZEROS}  data/a\n".encode())
    assert entries == [(2, "data/a", ZEROS)]
    assert [(one.code, one.found) for one in findings] == [("BAG-043", "a line without end")]


def test_bytes_that_do_not_decode_end_the_reading() -> None:
    entries, findings = read(f"{ZEROS}  data/a\n".encode() * 5000 + b"\xff\n")
    assert [one.code for one in findings] == ["BAG-030"]
    assert {text for _, text, _ in entries} <= {"data/a"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("manifest-sha256.txt", (False, "sha256")),
        ("tagmanifest-SHA-512.txt", (True, "sha512")),
        ("manifest-sha3256.txt", (False, "sha3_256")),
        ("manifest-crc32.txt", (False, None)),
    ],
)
def test_names_of_manifests_say_their_algorithm(name: str, expected: tuple[bool, str | None]) -> None:
    manifest = manifest_name(name)
    assert manifest is not None
    assert (manifest.is_tag, manifest.algorithm) == expected


@pytest.mark.parametrize("name", ["manifest.txt", "mymanifest-md5.txt", "manifest-md5.txt.asc", "x/manifest-md5.txt"])
def test_other_names_are_no_manifests(name: str) -> None:
    assert manifest_name(name) is None
