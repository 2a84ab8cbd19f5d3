"""Reading JSON that people broke."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.statements.json_text import MAX_CHARACTERS, _Tolerant, read_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(st.text(max_size=8), JSON, max_size=5) | st.lists(JSON, max_size=5)

BROKEN = {
    '{"a": 1,}': {"a": 1},
    '{"a": [1, 2,],}': {"a": [1, 2]},
    '{"a": 1 "b": 2}': {"a": 1, "b": 2},
    '{"a": 1,, "b": 2}': {"a": 1, "b": 2},
    '/* x */ {"a": 1} // y': {"a": 1},
    '{"a": "1\n2\t3"}': {"a": "1\n2\t3"},
    "{'a': 'b'}": {"a": "b"},
    '{a: "b"}': {"a": "b"},
    '{"a": undefined, "b": NaN}': {"a": None, "b": None},
    '{"a": "say "hi" now", "b": 1}': {"a": 'say "hi" now', "b": 1},
    '{"a": "it\\\'s"}': {"a": "it's"},
    '{"a": "\\ud83d\\ude00 \\ud83d", }': {"a": "\U0001f600 \ufffd"},
    '{"a": {"b": "c"': {"a": {"b": "c"}},
    '{"a": [1, 2}': {"a": [1, 2]},
    '{"a": "https://example.org/x" /* not a comment before */, "b": "//"}': {"a": "https://example.org/x", "b": "//"},
    '<!-- {"a": 1} -->': {"a": 1},
    '//<![CDATA[\n{"a": 1}\n//]]>': {"a": 1},
    '{"a": 1};': {"a": 1},
    '\ufeff{"a": 1}': {"a": 1},
    "{&quot;a&quot;: &quot;b &amp;amp; c&quot;}": {"a": "b &amp; c"},
    'var x = {"a": 1};': {"a": 1},
}


@pytest.mark.parametrize(("text", "value"), BROKEN.items())
def test_what_can_be_read_of_broken_json_is_read(text: str, value: object) -> None:
    assert read_json(text).values == (value,)


@given(DOCUMENTS)
def test_json_without_fault_is_read_as_it_is_and_without_a_fault(document: object) -> None:
    read = read_json(json.dumps(document))
    assert (read.values, read.faults) == ((document,), ())


@given(DOCUMENTS)
def test_the_tolerant_reader_agrees_with_the_strict_one_on_sound_json(document: object) -> None:
    assert _Tolerant(json.dumps(document)).read().values == (document,)


@given(st.text(alphabet="{}[]\",:'\\/*<>!- \n0eu.ta", max_size=60))
def test_whatever_is_written_is_read_to_its_end(text: str) -> None:
    read_json(text)


@given(DOCUMENTS, st.integers(min_value=0))
def test_a_document_that_breaks_off_never_raises(document: object, cut: int) -> None:
    text = json.dumps(document)
    read_json(text[: cut % (len(text) + 1)])


def test_a_fault_says_where_it_is() -> None:
    assert read_json('{"a": 1,\n "b": [2,]}').faults == ("comma too many at line 2, column 10",)


def test_several_documents_in_one_block_are_all_read() -> None:
    read = read_json('{"a": 1}\n{"b": 2}')
    assert read.values == ({"a": 1}, {"b": 2})
    assert read.faults == ("2 documents in one block",)


def test_nothing_is_read_of_what_holds_no_json() -> None:
    assert read_json("").faults == ("empty",)
    assert read_json("hello") == read_json("hello")
    assert read_json("hello").values == ()
    assert read_json("[" + " " * MAX_CHARACTERS).values == ()


def test_depth_is_bounded() -> None:
    read = read_json("[" * 100_000)
    assert "deeper than 100 at line 1, column 101" in read.faults
