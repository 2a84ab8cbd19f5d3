import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.bag.declaration import Declaration
from strongroom.formats.bag.info import Info, Oxum, read_info, render_info, tidy_elements

NEW, OLD = Declaration(), Declaration((0, 97))


def read(text: str, declaration: Declaration = NEW) -> tuple[Info, list[tuple[str, str]]]:
    info, findings = read_info(io.BytesIO(text.encode(declaration.encoding)), "bag-info.txt", declaration)
    return info, [(one.code, one.where) for one in findings]


labels = st.sampled_from(["Contact-Name", "External-Description", "X", "two words"])
texts = st.text(st.characters(exclude_categories=()))


@given(st.lists(st.tuples(labels, texts)))
def test_what_is_written_reads_back(elements: list[tuple[str, str]]) -> None:
    tidy = tuple(tidy_elements(elements))
    info, findings = read(render_info(tidy).decode())
    assert info.elements == tidy
    assert findings == []


def test_a_folded_value_is_one_value() -> None:
    info, findings = read(
        "External-Description: Greyscale images from the\r\n         papers\r\n\tcollection.\r\nX: 1\r\n"
    )
    assert info.elements == (("External-Description", "Greyscale images from the papers collection."), ("X", "1"))
    assert findings == []


def test_a_value_may_hold_colons() -> None:
    assert read("Source: https://example.org:80/\n")[0].elements == (("Source", "https://example.org:80/"),)


@pytest.mark.parametrize("text", ["X : 1\n", "X:  1\n", "X:1\n", "X:\t\t1\n", "X:\n"])
def test_white_space_around_the_colon_is_strict_in_version_1_alone(text: str) -> None:
    assert read(text)[1] == [("BAG-033", "bag-info.txt#line=1")]
    assert read(text, OLD)[1] == []


def test_a_first_line_that_continues_nothing_is_no_element() -> None:
    assert read(" lost\nX: 1\n")[1] == [("BAG-032", "bag-info.txt#line=1")]


def test_payload_oxum_is_two_numbers() -> None:
    assert read("payload-oxum: 279164409832.1198\n")[0].oxum == Oxum(279164409832, 1198)


@pytest.mark.parametrize("value", ["1", "1.2.3", "1,2", "-1.2", "1. 2", "\u0661.\u0662", f"{'9' * 5000}.1"])
def test_any_other_payload_oxum_is_a_finding(value: str) -> None:
    assert read(f"Payload-Oxum: {value}\n") == (
        Info((("Payload-Oxum", value),), None),
        [("BAG-035", "bag-info.txt#Payload-Oxum")],
    )


def test_an_older_bag_may_repeat_payload_oxum_but_not_contradict_it() -> None:
    assert read("Payload-Oxum: 1.2\nPayload-Oxum: 1.2\n", OLD)[1] == [("BAG-034", "bag-info.txt#Payload-Oxum")]
    assert read("Payload-Oxum: 1.2\nPayload-Oxum: 1.3\n", OLD)[1] == [("BAG-037", "bag-info.txt#Payload-Oxum")]


@pytest.mark.parametrize("value", ["2025-02-30", "20251103", "2025-11-3", "November"])
def test_a_bagging_date_is_a_day_that_exists(value: str) -> None:
    assert read(f"Bagging-Date: {value}\n")[1] == [("BAG-038", "bag-info.txt#Bagging-Date")]


def test_utf_16_is_read_with_its_mark() -> None:
    declaration = Declaration((0, 97), "utf-16")
    assert read("Contact-Name: Zoë\n", declaration) == (Info((("Contact-Name", "Zoë"),)), [])


def test_a_value_folded_without_end_is_joined_once() -> None:
    lines = b"A: b\n" + (b" " + b"c" * 1000 + b"\n") * 20_000
    info, findings = read_info(io.BytesIO(lines), "bag-info.txt", Declaration())
    assert (len(info.elements), len(info.elements[0][1]), findings) == (1, 1 + 20_000 * 1001, ())


def test_of_many_loose_lines_the_first_are_reported() -> None:
    _, findings = read_info(io.BytesIO(b"A : b\n" * 1000), "bag-info.txt", Declaration())
    assert len(findings) == 100
    assert (findings[-1].where, findings[-1].found) == ("bag-info.txt#line=100", "further such lines, not listed")
