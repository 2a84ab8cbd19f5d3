"""Which object a bag is a version of: asked for, its own, its sender's, or by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import UsageError
from strongroom.formats.bag.tag_files import PROFILE_IDENTIFIER
from strongroom.repository.identity import object_id_of

OWN = "urn:uuid:11111111-2222-4333-8444-555555555555"
INGEST = "5" * 64


def test_the_identifier_asked_for_goes_before_all_others():
    info = [("BagIt-Profile-Identifier", PROFILE_IDENTIFIER), ("External-Identifier", OWN)]
    assert object_id_of(info, INGEST, asked="urn:x:1") == "urn:x:1"


def test_a_package_of_this_program_says_its_object_itself():
    info = [
        ("Source-Organization", "Somewhere"),
        ("External-Identifier", OWN),
        ("BagIt-Profile-Identifier", PROFILE_IDENTIFIER),
    ]
    assert object_id_of(info, INGEST) == OWN


def test_another_bag_cannot_take_the_object_of_a_package_of_this_program():
    info = [("Source-Organization", "Somewhere"), ("External-Identifier", OWN)]
    assert object_id_of(info, INGEST) == "urn:strongroom:bag:Somewhere:" + OWN.replace(":", "%3A")


def test_an_identifier_counts_within_the_organization_that_gave_it():
    first, second = ([("Source-Organization", name), ("External-Identifier", "7")] for name in ("A", "B"))
    assert object_id_of(first, INGEST) == "urn:strongroom:bag:A:7"
    assert object_id_of(second, INGEST) == "urn:strongroom:bag:B:7"


def test_labels_are_read_whatever_their_case_and_the_first_value_counts():
    info = [
        ("external-IDENTIFIER", ""),
        ("External-Identifier", "1"),
        ("External-Identifier", "2"),
        ("source-organization", "A"),
    ]
    assert object_id_of(info, INGEST) == "urn:strongroom:bag:A:1"


@pytest.mark.parametrize("info", [[], [("External-Identifier", "7")], [("Source-Organization", "A")]])
def test_without_both_a_bag_is_an_object_by_itself(info):
    assert object_id_of(info, INGEST) == f"urn:strongroom:ingest:{INGEST}"


@pytest.mark.parametrize("asked", [" x", "x ", "a\nb", "\x1b[31m", "x" * 1001, "\udcff"])
def test_what_cannot_be_an_identifier_is_a_fault_of_the_command_line(asked):
    with pytest.raises(UsageError, match="cannot be the identifier of an object"):
        object_id_of([], INGEST, asked=asked)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_two_senders_never_share_an_object_by_accident(one, other):
    def made(pair):
        return object_id_of([("Source-Organization", pair[0]), ("External-Identifier", pair[1])], INGEST)

    same = [part.strip() for part in one] == [part.strip() for part in other]
    if made(one) == made(other) and not same:
        assert made(one) == f"urn:strongroom:ingest:{INGEST}"
