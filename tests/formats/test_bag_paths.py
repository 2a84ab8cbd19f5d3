from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.bag.paths import (
    decode_path,
    encode_path,
    folded,
    is_portable,
    leads_out,
    normalized,
    plain,
    shown,
)


def test_every_name_of_three_characters_comes_back() -> None:
    names = ["".join(three) for three in product("%\r\n025ADad", repeat=3)]
    assert [decode_path(encode_path(name)) for name in names] == names


@given(st.text())
def test_every_name_comes_back_and_fits_on_one_line(name: str) -> None:
    encoded = encode_path(name)
    assert decode_path(encoded) == name
    assert not {"\r", "\n"} & set(encoded)


def test_only_three_characters_are_encoded() -> None:
    assert encode_path("data/a b~é?#%41") == "data/a b~é?#%2541"
    assert decode_path("data/a%20b%7E%2541") == "data/a%20b%7E%41"


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../x", "data/../../x", "data/..", "~root/x", "C:/x", "c:x", "\\\\host\\x", "data\\..\\x", "..\\x"],
)
def test_a_path_that_leads_out_is_known(path: str) -> None:
    assert leads_out(path)


@pytest.mark.parametrize("path", ["data/a..b", "data/~x", "data/...", "data/a:b", "data/..a/b", "bag-info.txt"])
def test_a_path_that_stays_inside_is_not_suspected(path: str) -> None:
    assert not leads_out(path)


@given(st.lists(st.sampled_from([".", "", "a", "b.c", "..."]), min_size=1, max_size=6))
def test_plain_paths_have_no_empty_segments(parts: list[str]) -> None:
    expected = "/".join(part for part in parts if part not in {".", ""})
    assert plain("/".join(["x", *parts])) == "/".join(filter(None, ["x", expected]))


def test_names_that_look_the_same_are_the_same_when_normalized() -> None:
    assert normalized("cafe\u0301") == normalized("caf\u00e9")
    assert folded("CAFE\u0301") == folded("caf\u00e9")
    assert folded("STRASSE") == folded("stra\u00dfe")


@pytest.mark.parametrize("name", ["con", "Aux.txt", "a:b", "a?", "a.", "a ", "tab\t", "com1.tar.gz", "back\\slash"])
def test_a_name_that_windows_refuses_is_not_portable(name: str) -> None:
    assert not is_portable(name)


@pytest.mark.parametrize("name", ["console", "aux-1", "a.b", "com10", "é", "a b"])
def test_an_ordinary_name_is_portable(name: str) -> None:
    assert is_portable(name)


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_shown_can_always_be_printed(path: str) -> None:
    assert shown(path).isprintable()
    shown(path).encode()
