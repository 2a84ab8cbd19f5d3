import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from strongroom.cli.readable import readable


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_that_acts_on_a_terminal_is_left(text):
    shown = readable(text)
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"])))
def test_ordinary_text_of_any_script_stays_as_it_is(text):
    assert readable(text) == text


def test_an_undecodable_byte_of_a_file_name_is_shown_as_that_byte():
    assert readable(b"caf\xe9".decode("utf-8", "surrogateescape")) == "caf\\xe9"


def test_an_escape_sequence_is_shown_and_not_done():
    assert readable("a\x1b[2Jb") == "a\\x1b[2Jb"
