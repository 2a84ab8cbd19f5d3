import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.bag.declaration import Declaration, read_declaration, render_declaration


def codes(data: bytes) -> list[str]:
    return [one.code for one in read_declaration(data)[1]]


def test_what_is_written_reads_back_without_findings() -> None:
    assert read_declaration(render_declaration()) == (Declaration((1, 0), "utf-8"), ())


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_every_end_of_line_is_understood_and_the_last_may_lack(end: bytes) -> None:
    assert codes(b"BagIt-Version: 1.0" + end + b"Tag-File-Character-Encoding: UTF-8") == []


@pytest.mark.parametrize(
    "name", ["rot13", "base64", "unicode_escape", "idna", "undefined", "nonsense", "a\0b", "x" * 999]
)
def test_what_is_no_character_encoding_is_never_used(name: str) -> None:
    declaration, findings = read_declaration(f"BagIt-Version: 1.0\nTag-File-Character-Encoding: {name}\n".encode())
    assert declaration.encoding == "utf-8"
    assert [one.code for one in findings] == ["BAG-026"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BagIt-Version: 1.0\n", ["BAG-021"]),
        ("", ["BAG-021"]),
        ("Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n", ["BAG-021"]),
        ("BagIt-Version:  1.0\nTag-File-Character-Encoding: UTF-8\n", ["BAG-021"]),
        ("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n\n", ["BAG-021"]),
        (" BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", ["BAG-021"]),
        ("BagIt-version: 1.0\nTag-File-Character-Encoding: UTF-8\n", ["BAG-022"]),
        ("BagIt-Version:  0.97\nTag-File-Character-Encoding : UTF-8\n", ["BAG-025", "BAG-022"]),
        ("BagIt-Version: 0.92\nTag-File-Character-Encoding: UTF-8\n", ["BAG-024"]),
        ("BagIt-Version: \u0661.\u0660\nTag-File-Character-Encoding: UTF-8\n", ["BAG-023"]),
    ],
)
def test_each_other_form_is_one_finding(text: str, expected: list[str]) -> None:
    assert codes(text.encode()) == expected


@given(st.binary(max_size=80))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    declaration, findings = read_declaration(data)
    assert declaration.version in {(1, 0), (0, 93), (0, 94), (0, 95), (0, 96), (0, 97)}
    assert all(one.where == "bagit.txt" and one.found.isprintable() for one in findings)


@pytest.mark.parametrize(("version", "name"), [((0, 95), "package-info.txt"), ((0, 96), "bag-info.txt")])
def test_the_file_of_elements_was_renamed(version: tuple[int, int], name: str) -> None:
    assert Declaration(version).info_name == name


def test_a_declaration_of_white_space_is_read_at_once() -> None:
    blank = " " * 2000
    declaration, findings = read_declaration(f"{blank}a{blank}".encode())
    assert declaration == Declaration()
    assert [one.code for one in findings] == ["BAG-021"]
