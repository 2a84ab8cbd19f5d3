"""Content codings: undone as far as the bytes go, and never further than asked for."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.http.coding import Decoded, decode

TEXT = b"All work and no play makes Jack a dull boy. " * 200


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_what_was_coded_is_decoded_in_whatever_pieces_it_comes(coding: str, size: int) -> None:
    coded = CODINGS[coding](TEXT)
    assert decode(in_pieces(coded, size), coding, max_bytes=1 << 20) == Decoded(TEXT, True, "")


@pytest.mark.parametrize("header", ["", "identity", " Identity , ", "none"])
def test_without_a_coding_the_bytes_are_the_body(header: str) -> None:
    assert decode([b"ab", b"c"], header, max_bytes=10) == Decoded(b"abc", True, "")


def test_several_codings_are_undone_the_last_one_first() -> None:
    coded = brotli.compress(gzip.compress(TEXT))
    assert decode([coded], "gzip, br", max_bytes=1 << 20) == Decoded(TEXT, True, "")


def test_several_gzip_members_are_one_body() -> None:
    assert decode([gzip.compress(b"one ") + gzip.compress(b"two")], "gzip", max_bytes=100) == Decoded(
        b"one two", True, ""
    )


def test_rubbish_behind_the_last_gzip_member_is_passed_over() -> None:
    assert decode([gzip.compress(b"one") + b"\0\0rubbish"], "gzip", max_bytes=100) == Decoded(b"one", True, "")
    assert decode([gzip.compress(b"one") + b"\x1frubbish" * 9], "gzip", max_bytes=100) == Decoded(b"one", True, "")


@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_cut_short_gives_what_came(coding: str) -> None:
    decoded = decode([CODINGS[coding](TEXT)[:-9]], coding, max_bytes=1 << 20)
    assert TEXT.startswith(decoded.body)
    assert (decoded.complete, decoded.note) == (False, "the coded data ends too early")


@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_of_one_byte_is_cut_short(coding: str) -> None:
    assert decode([CODINGS[coding](TEXT)[:1]], coding, max_bytes=1 << 20) == Decoded(
        b"", False, "the coded data ends too early"
    )


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_body_that_is_not_what_it_says_gives_a_note(coding: str) -> None:
    decoded = decode([b"<!DOCTYPE html><p>not coded at all, and rather long"], coding, max_bytes=1 << 20)
    assert not decoded.complete
    assert decoded.note.startswith(f"the {coding} data is broken")


def test_an_unknown_coding_gives_the_bytes_as_they_came() -> None:
    assert decode([b"abc"], "compress", max_bytes=10) == Decoded(
        b"abc", False, "the content coding 'compress' is not known here"
    )


def test_codings_without_end_are_not_undone() -> None:
    assert (
        decode([b"abc"], ",".join(["gzip"] * 1000), max_bytes=10).note
        == "more than 8 content codings on top of each other"
    )


def test_an_empty_body_is_complete() -> None:
    assert decode([], "gzip", max_bytes=10) == Decoded(b"", True, "")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_bomb_costs_no_more_than_the_limit(coding: str) -> None:
    coded = CODINGS[coding](b"\0" * (64 << 20))
    decoded = decode([coded], coding, max_bytes=100_000)
    assert decoded == Decoded(b"\0" * 100_000, False, "cut at 100000 bytes")


def test_a_body_as_long_as_the_limit_is_whole() -> None:
    assert decode([gzip.compress(b"x" * 100)], "gzip", max_bytes=100) == Decoded(b"x" * 100, True, "")


@given(
    st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "gzip, deflate", "zstd"]), st.integers(0, 300)
)
def test_any_bytes_end_in_a_value(data: bytes, coding: str, limit: int) -> None:
    assert len(decode(in_pieces(data, 3), coding, max_bytes=limit).body) <= limit


@given(st.binary(max_size=2000), st.sampled_from(sorted(CODINGS)), st.integers(1, 500))
def test_coding_and_decoding_change_nothing(data: bytes, coding: str, size: int) -> None:
    assert decode(in_pieces(CODINGS[coding](data), size), coding, max_bytes=4000).body == data
