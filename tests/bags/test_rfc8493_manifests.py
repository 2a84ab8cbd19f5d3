"""RFC 8493 sections 2.1.2, 2.1.3, 2.2.1 and 2.4: the payload folder and the manifests; a bag for each clause."""

import shutil
from pathlib import Path

import pytest

from bags.clauses import NOWHERE, OLD, Clauses, add, respell
from findings import tiny_bag

CLAUSES = Clauses()
makes = CLAUSES.makes
SHA256, SHA512 = tiny_bag.ALGORITHMS


@makes(("BAG-003", "data"), ("BAG-052", "data/a.txt"), ("BAG-052", "data/sub/b.txt"))
def section_2_1_2_the_payload_folder_must_be_there(root: Path) -> None:
    shutil.rmtree(root / "data")


@makes(
    ("BAG-003", "data"),
    ("BAG-052", "data/a.txt"),
    ("BAG-052", "data/sub/b.txt"),
    ("BAG-062", "Data/a.txt"),
    ("BAG-062", "Data/sub/b.txt"),
)
def section_2_1_2_the_payload_folder_is_in_lower_case(root: Path) -> None:
    (root / "data").rename(root / "Data")


@makes(("BAG-010", "data"))
def section_2_1_2_a_payload_may_be_empty(root: Path) -> None:
    shutil.rmtree(root / "data")
    (root / "data").mkdir()
    tiny_bag.list_payload(root)


@makes()
def section_2_1_2_a_payload_may_hold_a_bag(root: Path) -> None:
    shutil.copytree(root, root.parent / "inner")
    (root.parent / "inner").rename(root / "data" / "inner")
    tiny_bag.list_payload(root)


@makes(("BAG-040", "."))
def section_2_1_3_there_must_be_a_payload_manifest(root: Path) -> None:
    for algorithm in tiny_bag.ALGORITHMS:
        (root / f"manifest-{algorithm}.txt").unlink()
    tiny_bag.seal(root)


@makes()
def section_2_1_3_one_manifest_is_enough(root: Path) -> None:
    (root / "manifest-sha256.txt").unlink()
    tiny_bag.seal(root)


@makes()
def section_2_1_3_digests_may_be_in_capitals(root: Path) -> None:
    path = root / "manifest-sha256.txt"
    lines = path.read_text().splitlines()
    tiny_bag.put(root, path.name, "".join(f"{line[:64].upper()}{line[64:]}\n" for line in lines))
    tiny_bag.seal(root)


@makes(("BAG-043", "manifest-sha256.txt#line=1"))
def section_2_1_3_a_digest_has_the_length_of_its_algorithm(root: Path) -> None:
    path = root / "manifest-sha256.txt"
    tiny_bag.put(root, path.name, path.read_text()[2:])
    tiny_bag.seal(root)


@makes(("BAG-043", "manifest-sha256.txt#line=1"))
def section_2_1_3_a_line_begins_with_its_digest(root: Path) -> None:
    tiny_bag.put(root, "manifest-sha256.txt", " " + (root / "manifest-sha256.txt").read_text())
    tiny_bag.seal(root)


@makes(("BAG-043", "manifest-sha256.txt#line=3"))
def section_2_1_3_a_comment_is_no_line_of_a_manifest(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", "# made on a Monday")


@makes(("BAG-043", "manifest-sha256.txt#line=3"))
def section_2_1_3_a_digest_alone_is_no_line(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", NOWHERE)


@makes()
def section_2_1_3_an_empty_line_says_nothing(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", "")


@makes()
def section_2_1_3_tabs_may_separate_digest_and_path(root: Path) -> None:
    respell(root, "  data/", "\t \tdata/")


@makes(("BAG-013", "data/a\\tb"))
def section_2_1_3_a_tab_within_a_path_belongs_to_it(root: Path) -> None:
    add(root, "data/a\tb")


@makes()
def section_2_1_3_spaces_within_a_path_belong_to_it(root: Path) -> None:
    add(root, "data/a  b c")


@makes(("BAG-013", "data/a.txt "))
def section_2_1_3_a_space_at_the_end_of_a_path_belongs_to_it(root: Path) -> None:
    add(root, "data/a.txt ")


@makes(("BAG-046", "data/a.txt"))
def section_2_1_3_a_space_at_the_end_of_a_line_is_read_loosely(root: Path) -> None:
    respell(root, "data/a.txt\n", "data/a.txt \n")


@makes()
def section_2_1_3_lines_may_end_with_carriage_returns(root: Path) -> None:
    respell(root, "\n", "\r\n", (SHA256,))
    respell(root, "\n", "\r", (SHA512,))


@makes()
def section_2_1_3_the_last_line_may_lack_its_end(root: Path) -> None:
    respell(root, "b.txt\n", "b.txt")


@makes(("BAG-050", "data/a.txt"))
def section_2_1_3_a_path_is_listed_once(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", tiny_bag.line(root, "data/a.txt", SHA256))


@makes(("BAG-046", "data/a.txt"), ("BAG-050", "data/a.txt"))
def section_2_1_3_a_path_is_listed_once_however_it_is_spelled(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", tiny_bag.line(root, "data/a.txt", SHA256, spelled="./data/a.txt"))


@makes(("BAG-049", "data/a.txt"))
def section_2_1_3_a_path_has_one_digest(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", f"{NOWHERE}  data/a.txt")


@makes(OLD, ("BAG-051", "data/a.txt"))
def section_2_1_3_a_path_listed_twice_alike_is_worth_a_warning_in_an_older_bag(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", tiny_bag.line(root, "data/a.txt", SHA256))
    tiny_bag.as_version(root, "0.97")


@makes(OLD, ("BAG-049", "data/a.txt"))
def section_2_1_3_a_path_has_one_digest_in_an_older_bag_too(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", f"{NOWHERE}  data/a.txt")
    tiny_bag.as_version(root, "0.97")


@makes(("BAG-046", "data/a.txt"))
def section_2_1_3_a_leading_dot_is_read_loosely(root: Path) -> None:
    respell(root, "data/a.txt", "./data/a.txt")


@makes(("BAG-046", "data/a.txt"))
def section_2_1_3_an_asterisk_is_the_mark_of_an_older_tool(root: Path) -> None:
    respell(root, " data/a.txt", "*data/a.txt")


@makes(("BAG-013", "data/*a"))
def section_2_1_3_an_asterisk_within_a_path_belongs_to_it(root: Path) -> None:
    add(root, "data/*a")


@makes(("BAG-013", "data/a\\nb"), ("BAG-013", "data/c\\rd"), ("BAG-013", "data/e\\r\\nf"))
def section_2_1_3_line_ends_are_percent_encoded(root: Path) -> None:
    for name in ("data/a\nb", "data/c\rd", "data/e\r\nf"):
        add(root, name)


@makes(("BAG-013", "data/a\\nb"), ("BAG-013", "data/c\\rd"))
def section_2_1_3_line_ends_are_percent_encoded_in_lower_case_too(root: Path) -> None:
    add(root, "data/a\nb")
    add(root, "data/c\rd")
    respell(root, "%0A", "%0a")
    respell(root, "%0D", "%0d")


@makes(("BAG-013", "data/a\\nb"))
def section_2_1_3_an_encoded_percent_sign_is_no_line_end(root: Path) -> None:
    add(root, "data/a\nb")
    add(root, "data/a%0Ab")


@makes()
def section_2_1_3_a_percent_sign_is_percent_encoded(root: Path) -> None:
    for name in ("data/50%", "data/%25", "data/%%0d", "data/a%20b"):
        add(root, name)


@makes(("BAG-052", "data/a%20b"), ("BAG-053", "data/a b"))
def section_2_1_3_no_other_character_is_percent_encoded(root: Path) -> None:
    add(root, "data/a b")
    respell(root, "data/a b", "data/a%20b")


@makes(("BAG-052", "data/%61.txt"), ("BAG-053", "data/a.txt"))
def section_2_1_3_no_letter_is_percent_encoded(root: Path) -> None:
    respell(root, "data/a.txt", "data/%61.txt")


@makes(("BAG-045", "data%2Fa.txt"), ("BAG-053", "data/a.txt"))
def section_2_1_3_no_slash_is_percent_encoded(root: Path) -> None:
    respell(root, "data/a.txt", "data%2Fa.txt")


@makes(("BAG-047", "data/50%"))
def section_2_1_3_legacy_a_percent_sign_that_is_not_encoded(root: Path) -> None:
    add(root, "data/50%")
    respell(root, "%25", "%")


@makes(("BAG-047", "data/a%20b"))
def section_2_1_3_legacy_a_name_that_is_percent_encoded_itself(root: Path) -> None:
    add(root, "data/a%20b")
    respell(root, "%2520", "%20")


@makes(("BAG-047", "data/a%0Ab"))
def section_2_1_3_legacy_a_name_that_looks_like_an_encoded_line_end(root: Path) -> None:
    add(root, "data/a%0Ab")
    respell(root, "%25", "%")


@makes(("BAG-013", "data/a\\nb"), ("BAG-049", "data/a\\nb"), ("BAG-053", "data/a%0Ab"))
def section_2_1_3_legacy_a_spelling_of_two_files_is_that_of_the_strict_reading(root: Path) -> None:
    add(root, "data/a\nb", "one")
    add(root, "data/a%0Ab", "another")
    respell(root, "%25", "%")


@makes(OLD, ("BAG-047", "data/a%0Ab"))
def section_2_1_3_legacy_an_older_bag_may_mean_a_line_end(root: Path) -> None:
    add(root, "data/a%0Ab")
    respell(root, "%25", "%")
    tiny_bag.as_version(root, "0.97")


@makes(OLD)
def section_2_1_3_an_older_bag_leaves_percent_signs_as_they_are(root: Path) -> None:
    add(root, "data/50%")
    add(root, "data/a%20b")
    respell(root, "%25", "%")
    tiny_bag.as_version(root, "0.97")


@makes(OLD, ("BAG-047", "data/50%"))
def section_2_1_3_legacy_an_older_bag_that_encodes_as_version_1(root: Path) -> None:
    add(root, "data/50%")
    tiny_bag.as_version(root, "0.97")


@makes(("BAG-057", "data/sub/b.txt"))
def section_2_1_3_legacy_backslashes_between_folders(root: Path) -> None:
    respell(root, "data/sub/b.txt", r"data\sub\b.txt")


@makes(("BAG-013", r"data/sub\b.txt"))
def section_2_1_3_a_backslash_within_a_name_belongs_to_it(root: Path) -> None:
    add(root, r"data/sub\b.txt", "not in a folder")


@makes(("BAG-052", r"data/no\where"))
def section_2_1_3_a_backslash_is_no_separator_of_what_is_not_there(root: Path) -> None:
    for algorithm, digest in ((SHA256, NOWHERE), (SHA512, 2 * NOWHERE)):
        tiny_bag.append(root, f"manifest-{algorithm}.txt", rf"{digest}  data/no\where")


@makes(("BAG-045", "bag-info.txt"))
def section_2_1_3_a_payload_manifest_lists_payload_files_alone(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", tiny_bag.line(root, "bag-info.txt", SHA256))


@makes(("BAG-056", "data/sub"))
def section_2_1_3_a_manifest_lists_no_folders(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", f"{NOWHERE}  data/sub")


@makes(("BAG-010", "data/empty"))
def section_2_1_3_a_folder_without_files_is_listed_nowhere(root: Path) -> None:
    (root / "data" / "empty").mkdir()


@makes(("BAG-065", "."))
def section_2_2_1_a_bag_may_lack_tag_manifests(root: Path) -> None:
    for path in root.glob("tagmanifest-*.txt"):
        path.unlink()


@makes(("BAG-064", "manifest-sha512.txt"))
def section_2_2_1_a_tag_manifest_lists_every_payload_manifest(root: Path) -> None:
    tiny_bag.seal(root, leave_out=("manifest-sha512.txt",))


@makes(("BAG-067", "tagmanifest-sha256.txt"))
def section_2_2_1_a_tag_manifest_lists_no_tag_manifest(root: Path) -> None:
    line = tiny_bag.line(root, "tagmanifest-sha256.txt", SHA512)
    tiny_bag.put(root, "tagmanifest-sha512.txt", (root / "tagmanifest-sha512.txt").read_text() + line + "\n")


@makes(("BAG-066", "data/a.txt"))
def section_2_2_1_a_tag_manifest_lists_no_payload_file(root: Path) -> None:
    line = tiny_bag.line(root, "data/a.txt", SHA512)
    tiny_bag.put(root, "tagmanifest-sha512.txt", (root / "tagmanifest-sha512.txt").read_text() + line + "\n")


@makes(("BAG-063", "bag-info.txt"))
def section_2_2_1_a_tag_manifest_should_list_the_other_tag_files(root: Path) -> None:
    tiny_bag.seal(root, leave_out=("bag-info.txt",))


@makes()
def section_2_2_1_tag_manifests_may_use_another_algorithm(root: Path) -> None:
    for path in root.glob("tagmanifest-*.txt"):
        path.unlink()
    tiny_bag.seal(root, ("sha384",))


@makes(("BAG-058", "manifest-SHA-256.txt"))
def section_2_4_the_algorithm_in_a_name_is_normalized(root: Path) -> None:
    (root / "manifest-sha256.txt").rename(root / "manifest-SHA-256.txt")
    tiny_bag.seal(root)


@makes(("BAG-042", "."))
def section_2_4_older_algorithms_are_read(root: Path) -> None:
    for algorithm in tiny_bag.ALGORITHMS:
        (root / f"manifest-{algorithm}.txt").unlink()
        (root / f"tagmanifest-{algorithm}.txt").unlink()
    tiny_bag.list_payload(root, ("md5", "sha1"))


@makes(("BAG-041", "manifest-whirlpool.txt"))
def section_2_4_an_algorithm_that_is_not_known_is_said_to_be(root: Path) -> None:
    lines = "".join(f"{NOWHERE}  {path}\n" for path in tiny_bag.PAYLOAD)
    tiny_bag.put(root, "manifest-whirlpool.txt", lines)
    tiny_bag.seal(root)


@pytest.mark.parametrize("name", CLAUSES.cases)
def test_a_bag_is_judged_by_its_clause(name: str, tmp_path: Path) -> None:
    CLAUSES.judge(name, tmp_path / "bag")
