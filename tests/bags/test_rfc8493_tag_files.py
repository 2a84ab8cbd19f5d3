"""RFC 8493 up to section 4, but for manifests: declaration, bag-info.txt, fetch.txt, other tag files, encodings, what
makes a bag complete and valid, and serialisation as far as it concerns a folder; a bag for each clause.
"""

import os
from pathlib import Path

import pytest

from bags.clauses import LISTS_FETCH, OLD, Clauses, add, encode_tag_files, fetch, inform
from findings import tiny_bag

CLAUSES = Clauses()
makes = CLAUSES.makes
ENCODING = "Tag-File-Character-Encoding: UTF-8\n"
URL = "https://example.org/a.txt"
NFC = "data/caf\u00e9"


@makes(("BAG-002", "bagit.txt"))
def section_2_1_1_a_bag_has_a_declaration(root: Path) -> None:
    (root / "bagit.txt").unlink()


@makes(("BAG-021", "bagit.txt"))
def section_2_1_1_a_declaration_is_not_empty(root: Path) -> None:
    tiny_bag.declare(root, "")


@makes(("BAG-020", "bagit.txt"))
def section_2_1_1_a_declaration_has_no_byte_order_mark(root: Path) -> None:
    tiny_bag.declare(root, "\ufeffBagIt-Version: 1.0\n" + ENCODING)


@makes(("BAG-021", "bagit.txt"))
def section_2_1_1_a_declaration_is_in_utf_8_whatever_it_declares(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n".encode("utf-16"))


@makes(("BAG-021", "bagit.txt"))
def section_2_1_1_the_version_comes_first(root: Path) -> None:
    tiny_bag.declare(root, ENCODING + "BagIt-Version: 1.0\n")


@makes(("BAG-021", "bagit.txt"))
def section_2_1_1_there_is_no_third_line(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version: 1.0\n" + ENCODING + "Contact-Name: A\n")


@makes(("BAG-021", "bagit.txt"))
def section_2_1_1_there_is_no_empty_line_between(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version: 1.0\n\n" + ENCODING)


@makes(("BAG-021", "bagit.txt"))
def section_2_1_1_one_space_follows_the_colon(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version:  1.0\n" + ENCODING)


@makes(("BAG-021", "bagit.txt"))
def section_2_1_1_no_tab_follows_the_colon(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version:\t1.0\n" + ENCODING)


@makes(("BAG-021", "bagit.txt"))
def section_2_1_1_no_space_follows_the_version(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version: 1.0 \n" + ENCODING)


@makes(OLD, ("BAG-022", "bagit.txt"))
def section_2_1_1_an_older_declaration_may_have_further_spaces(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version:   0.97\n" + ENCODING)


@makes()
def section_2_1_1_lines_may_end_with_carriage_return_and_line_feed(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8\r\n")


@makes()
def section_2_1_1_lines_may_end_with_carriage_return(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version: 1.0\rTag-File-Character-Encoding: UTF-8\r")


@makes()
def section_2_1_1_an_encoding_may_be_in_lower_case(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version: 1.0\nTag-File-Character-Encoding: utf-8\n")


@makes(("BAG-026", "bagit.txt"))
def section_2_1_1_an_encoding_is_one_of_characters(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version: 1.0\nTag-File-Character-Encoding: rot13\n")


@makes(("BAG-023", "bagit.txt"))
def section_2_1_1_a_version_has_two_numbers(root: Path) -> None:
    tiny_bag.as_version(root, "1")


@makes(("BAG-023", "bagit.txt"))
def section_2_1_1_a_version_has_no_third_number(root: Path) -> None:
    tiny_bag.as_version(root, "1.0.0")


@makes(("BAG-024", "bagit.txt"))
def section_2_1_1_a_version_is_one_that_there_is(root: Path) -> None:
    tiny_bag.as_version(root, "1.1")


@makes(("BAG-024", "bagit.txt"))
def section_2_1_1_a_version_is_not_older_than_the_first(root: Path) -> None:
    tiny_bag.as_version(root, "0.92")


def _as_draft(version: str) -> None:
    def plant(root: Path) -> None:
        if version <= "0.95":
            (root / "bag-info.txt").rename(root / "package-info.txt")
        tiny_bag.as_version(root, version)

    plant.__name__ = f"section_2_1_1_version_{version.replace('.', '_')}_is_judged_by_its_own_rules"
    makes(OLD)(plant)


for _version in ("0.93", "0.94", "0.95", "0.96", "0.97"):
    _as_draft(_version)


@makes()
def section_2_2_2_a_bag_may_lack_bag_info(root: Path) -> None:
    (root / "bag-info.txt").unlink()
    tiny_bag.seal(root)


@makes()
def section_2_2_2_a_value_may_be_folded(root: Path) -> None:
    inform(root, "Somewhere\n", "Somewhere\n   in the\n\tNorth\n")


@makes(("BAG-032", "bag-info.txt#line=1"))
def section_2_2_2_a_first_line_folds_nothing(root: Path) -> None:
    inform(root, "Source-Organization: Somewhere\n", "  Somewhere\n")


@makes(("BAG-032", "bag-info.txt#line=4"))
def section_2_2_2_an_element_has_a_colon(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Contact-Name Nobody")


@makes(("BAG-032", "bag-info.txt#line=4"))
def section_2_2_2_an_element_has_a_label(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", ": Nobody")


@makes(("BAG-033", "bag-info.txt#line=4"))
def section_2_2_2_white_space_follows_the_colon(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Contact-Name:Nobody")


@makes(("BAG-033", "bag-info.txt#line=4"))
def section_2_2_2_no_white_space_precedes_the_colon(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Contact-Name : Nobody")


@makes()
def section_2_2_2_a_tab_may_follow_the_colon(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Contact-Name:\tNobody")


@makes(OLD)
def section_2_2_2_white_space_around_the_colon_is_free_in_an_older_bag(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Contact-Name   :   Nobody")
    tiny_bag.as_version(root, "0.97")


@makes()
def section_2_2_2_elements_may_repeat(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Contact-Name: One\nContact-Name: Another")


@makes(("BAG-034", "bag-info.txt#Bagging-Date"))
def section_2_2_2_a_bagging_date_should_not_repeat(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Bagging-Date: 2025-11-04")


@makes(("BAG-037", "bag-info.txt#Payload-Oxum"))
def section_2_2_2_payload_oxum_must_not_repeat(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Payload-Oxum: 13.2")


@makes(("BAG-037", "bag-info.txt#Payload-Oxum"))
def section_2_2_2_payload_oxum_must_not_repeat_in_another_case(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "PAYLOAD-OXUM: 13.2")


@makes(OLD, ("BAG-034", "bag-info.txt#Payload-Oxum"))
def section_2_2_2_payload_oxum_may_repeat_in_an_older_bag(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Payload-Oxum: 13.2")
    tiny_bag.as_version(root, "0.97")


@makes(("BAG-035", "bag-info.txt#Payload-Oxum"))
def section_2_2_2_payload_oxum_is_two_numbers(root: Path) -> None:
    inform(root, "13.2", "13 bytes")


@makes(("BAG-036", "bag-info.txt#Payload-Oxum"))
def section_2_2_2_payload_oxum_counts_the_payload(root: Path) -> None:
    inform(root, "13.2", "13.3")


@makes(LISTS_FETCH)
def section_2_2_3_a_file_that_was_fetched_completes_the_bag(root: Path) -> None:
    fetch(root, f"{URL} 6 data/a.txt\n")


@makes(LISTS_FETCH)
def section_2_2_3_a_length_may_be_left_open(root: Path) -> None:
    fetch(root, f"{URL}\t-\tdata/a.txt\n")


@makes(LISTS_FETCH, ("BAG-072", "data/a.txt"))
def section_2_2_3_a_file_that_was_not_fetched_leaves_the_bag_incomplete(root: Path) -> None:
    fetch(root, f"{URL} 6 data/a.txt\n")
    (root / "data/a.txt").unlink()


@makes(LISTS_FETCH, ("BAG-073", "data/c.txt"))
def section_2_2_3_every_payload_manifest_lists_what_is_to_be_fetched(root: Path) -> None:
    fetch(root, f"{URL} 6 data/c.txt\n")


@makes(LISTS_FETCH, ("BAG-071", "fetch.txt#line=1"))
def section_2_2_3_no_tag_file_is_fetched(root: Path) -> None:
    fetch(root, f"{URL} 6 bag-info.txt\n")


@makes(LISTS_FETCH, ("BAG-070", "fetch.txt#line=1"), ("BAG-070", "fetch.txt#line=2"))
def section_2_2_3_a_line_is_an_address_a_length_and_a_path(root: Path) -> None:
    fetch(root, f"{URL} data/a.txt\nhttps://example.org/with space 6 data/a.txt\n")


@makes(LISTS_FETCH)
def section_2_2_3_a_percent_sign_in_a_path_is_encoded(root: Path) -> None:
    add(root, "data/50%")
    fetch(root, f"{URL} 8 data/50%25\n")


@makes(LISTS_FETCH, ("BAG-063", "fetch.txt"))
def section_2_2_3_a_tag_manifest_should_list_fetch_txt(root: Path) -> None:
    tiny_bag.put(root, "fetch.txt", f"{URL} 6 data/a.txt\n")


@makes()
def section_2_2_4_other_tag_files_may_stand_in_folders(root: Path) -> None:
    tiny_bag.put(root, "metadata/deep/dc.xml", "<not even XML")
    tiny_bag.seal(root)


@makes(("BAG-061", "metadata/dc.xml"))
def section_2_2_4_other_tag_files_have_their_digests(root: Path) -> None:
    tiny_bag.put(root, "metadata/dc.xml", "as it was")
    tiny_bag.seal(root)
    tiny_bag.put(root, "metadata/dc.xml", "as it is")


@makes(("BAG-062", "metadata/dc.xml"))
def section_2_2_4_other_tag_files_are_vouched_for(root: Path) -> None:
    tiny_bag.put(root, "metadata/dc.xml", "whence?")


@makes(("BAG-031", "manifest-sha256.txt"))
def section_2_3_no_byte_order_mark_precedes_utf_8(root: Path) -> None:
    tiny_bag.put(root, "manifest-sha256.txt", "\ufeff" + (root / "manifest-sha256.txt").read_text())
    tiny_bag.seal(root)


@makes(("BAG-030", "bag-info.txt"))
def section_2_3_tag_files_are_in_the_declared_encoding(root: Path) -> None:
    tiny_bag.put(root, "bag-info.txt", "Contact-Name: Zoë\n".encode("latin-1"))
    tiny_bag.seal(root)


@makes(("BAG-027", "bagit.txt"))
def section_2_3_utf_16_is_read_with_its_mark(root: Path) -> None:
    add(root, NFC)
    encode_tag_files(root, "UTF-16", "utf-16")


@makes(("BAG-027", "bagit.txt"))
def section_2_3_latin_1_is_read(root: Path) -> None:
    add(root, NFC)
    encode_tag_files(root, "ISO-8859-1", "latin-1")


@makes(("BAG-052", "data/a.txt"))
def section_3_a_complete_bag_has_every_file_listed(root: Path) -> None:
    (root / "data/a.txt").unlink()


@makes(("BAG-060", "bag-info.txt"))
def section_3_a_complete_bag_has_every_tag_file_listed(root: Path) -> None:
    (root / "bag-info.txt").unlink()


@makes(("BAG-053", "data/c.txt"))
def section_3_a_complete_bag_lists_every_payload_file(root: Path) -> None:
    tiny_bag.put(root, "data/c.txt", "unlisted")


@makes(("BAG-054", "data/a.txt"))
def section_3_every_manifest_lists_every_payload_file(root: Path) -> None:
    lines = (root / "manifest-sha256.txt").read_text().splitlines(keepends=True)
    tiny_bag.put(root, "manifest-sha256.txt", "".join(line for line in lines if "a.txt" not in line))
    tiny_bag.seal(root)


@makes(OLD)
def section_3_one_manifest_in_an_older_bag_may_list_a_file_alone(root: Path) -> None:
    lines = (root / "manifest-sha256.txt").read_text().splitlines(keepends=True)
    tiny_bag.put(root, "manifest-sha256.txt", "".join(line for line in lines if "a.txt" not in line))
    tiny_bag.as_version(root, "0.97")


@makes(("BAG-055", "data/a.txt"))
def section_3_a_valid_bag_has_every_digest(root: Path) -> None:
    tiny_bag.put(root, "data/a.txt", "First\n")


@makes(("BAG-061", "bag-info.txt"))
def section_3_a_valid_bag_has_every_digest_of_its_tag_files(root: Path) -> None:
    text = (root / "bag-info.txt").read_text()
    tiny_bag.put(root, "bag-info.txt", text.replace("Somewhere", "Elsewhere"))


@makes()
def section_4_the_folder_may_have_any_name(root: Path) -> None:
    os.rename(root, root.with_name("%0A name"))
    root.with_name("%0A name").rename(root)


@pytest.mark.parametrize("name", CLAUSES.cases)
def test_a_bag_is_judged_by_its_clause(name: str, tmp_path: Path) -> None:
    CLAUSES.judge(name, tmp_path / "bag")
