import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.links_csv import read_links, write_links
from strongroom.model.outcome import LinkRow, Outcome, Relation

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
numbers = st.none() | st.integers(0, 10**12)
rows = st.builds(
    LinkRow,
    text,
    st.sampled_from(Outcome),
    text,
    st.none() | st.integers(100, 999),
    text,
    numbers,
    st.none() | text.filter(bool),
    text,
    st.sampled_from(Relation),
    st.integers(0, 99),
    st.integers(0, 9),
)


def lines(data: bytes) -> io.StringIO:
    return io.StringIO(data.decode(), newline="")


def test_the_file_has_a_header_and_absent_values_are_empty():
    row = LinkRow(
        "mailto:a@b", Outcome.REFUSED, "scheme: mailto", None, "", None, None, "http://a/", Relation.HYPERLINK, 1, 0
    )
    assert b"".join(write_links([row])) == (
        b"url,outcome,reason,status,media_type,bytes,record_id,found_on,relation,hop,attempts\r\n"
        b"mailto:a@b,refused,scheme: mailto,,,,,http://a/,hyperlink,1,0\r\n"
    )


@given(st.lists(rows, max_size=5))
def test_what_is_written_is_read_back(written: list[LinkRow]):
    assert list(read_links(lines(b"".join(write_links(written))))) == written


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1: this is not the header of links.csv"),
        (b"a,b\r\n", "line 1: this is not the header of links.csv"),
        (b"".join(write_links([])) + b"http://a/,captured\r\n", "line 2: 2 fields instead of 11"),
        (b"".join(write_links([])) + b"http://a/,fine,,,,,,,seed,0,1\r\n", "line 2: 'fine' is not a valid Outcome"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_with_the_line(data: bytes, message: str):
    with pytest.raises(ValueError, match=message):
        list(read_links(lines(data)))
