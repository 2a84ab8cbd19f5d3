"""Receiving answers in whatever pieces they come."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.http.message import payload
from strongroom.model.digest import Digest
from strongroom.model.exchange import Framing, Response, Truncation
from strongroom.web.reception import MAX_INTERIM_BYTES, Reception
from strongroom.web.spool import SpooledBlock
from web.answers import ANSWERS, Answer

NOWHERE = Path("/nowhere")  # nothing here is large enough to be written


def receive(pieces: Iterable[bytes], method: str = "GET", max_body_bytes: int = 10**9) -> Reception:
    reception = Reception(method, SpooledBlock(NOWHERE), max_body_bytes)
    for piece in pieces:
        reception.feed(piece)
    reception.end(None)
    return reception


def pieces_of(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def understood(response: Response) -> Answer:
    return Answer(
        block=b"".join(response.block.chunks()),
        status=response.status,
        payload=b"".join(payload(response.block.chunks())),
        framing=response.framing,
        malformed=response.malformed,
        truncated=response.truncated,
        interim=response.interim,
        surplus=response.surplus,
    )


def expected(answer: Answer) -> Answer:
    return Answer(
        block=answer.block,
        status=answer.status,
        payload=answer.payload,
        framing=answer.framing,
        malformed=answer.malformed,
        truncated=answer.truncated,
        interim=answer.interim,
        surplus=answer.surplus,
    )


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_understood_in_pieces_of_any_size(name: str, size: int) -> None:
    answer = ANSWERS[name]
    response = receive(pieces_of(answer.sent, size), answer.method).response()
    assert response is not None
    assert understood(response) == expected(answer)
    assert response.payload_digest == Digest.of([answer.payload])
    assert response.payload_length_bytes == len(answer.payload)
    if answer.headers is not None:
        assert response.headers == answer.headers


@given(st.binary(max_size=300), st.integers(1, 300), st.sampled_from(["GET", "HEAD"]))
def test_whatever_comes_every_byte_is_kept(data: bytes, size: int, method: str) -> None:
    reception = receive(pieces_of(data, size), method)
    response = reception.response()
    kept = reception.interim + (b"".join(response.block.chunks()) if response else b"") + reception.surplus
    assert kept == data


HEADS = st.lists(
    st.sampled_from(
        [
            b"Content-Length: 3", b"Content-Length: 20", b"Content-Length: x", b"Transfer-Encoding: chunked",
            b"transfer-encoding: gzip", b"Connection: close", b" folded", b"no colon", b"X: y", b"X : \xff", b"",
        ]
    ),
    max_size=4,
)  # fmt: skip
BODIES = st.lists(
    st.sampled_from(
        [b"5\r\nhello\r\n", b"0\r\n", b"\r\n", b"\n", b"3\nabc\n", b"zz", b"f", b"A;x=y\r\n", b"0123456789"]
    ),
    max_size=6,
).map(b"".join)
STATUS_LINES = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 103 Hints", b"HTTP/1.1 204 No", b"HTTP/1.1 x", b"HTT", b""]
)


@given(STATUS_LINES, HEADS, BODIES, st.sampled_from([b"\r\n", b"\n"]), st.integers(1, 40))
def test_pieces_make_no_difference_and_the_stored_block_says_the_same(
    status_line: bytes, lines: list[bytes], body: bytes, end: bytes, size: int
) -> None:
    data = end.join([status_line, *lines, b"", body])
    whole, cut = receive([data]).response(), receive(pieces_of(data, size)).response()
    assert (whole is None) == (cut is None)
    if whole is None or cut is None:
        return
    assert understood(cut) == understood(whole)
    assert cut.payload_digest == whole.payload_digest
    assert Digest.of(payload(whole.block.chunks())) == whole.payload_digest
    assert sum(map(len, payload(pieces_of(b"".join(whole.block.chunks()), size)))) == whole.payload_length_bytes


def test_a_body_is_cut_at_the_limit_and_only_beyond_it() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
    for limit, kept, truncated in ((5, b"abcde", Truncation.LENGTH), (6, b"abcdef", None), (7, b"abcdef", None)):
        reception = receive([head, b"abc", b"def"], max_body_bytes=limit)
        response = reception.response()
        assert response is not None
        assert (b"".join(response.block.chunks()), response.truncated) == (head + kept, truncated)


def test_interim_answers_without_end_are_cut() -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nX: " + b"y" * 60_000 + b"\r\n\r\n"
    reception = receive([hint] * 20)
    assert (reception.interim_cut, reception.is_complete, reception.response()) == (True, True, None)
    assert len(reception.interim) == MAX_INTERIM_BYTES


def test_a_head_without_end_is_kept_but_not_understood() -> None:
    pieces = [b"HTTP/1.1 200 OK\r\nX: ", *[b"y" * 60_000] * 20]
    reception = Reception("GET", SpooledBlock(Path("/tmp")), 10**9)
    for piece in pieces:
        reception.feed(piece)
    reception.end(None)
    response = reception.response()
    assert response is not None
    assert response.block.digest() == Digest.of(pieces)
    assert (response.status, response.framing) == (None, Framing.CLOSE)
    assert response.malformed == ("the head does not end within 1048576 bytes",)
    assert response.head_length_bytes == response.block.length_bytes
    response.block.close()
