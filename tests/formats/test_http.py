"""HTTP/1.1 heads and stored messages."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.http.message import MAX_HEAD_BYTES, Head, HeadSearch, body_of, parse_head, payload, split_head
from strongroom.model.exchange import Framing

OK = b"HTTP/1.1 200 OK\r\n"


def test_a_head_is_understood() -> None:
    assert parse_head(OK + b"A: b\r\nC:\td \r\n\r\n") == Head(200, "OK", "HTTP/1.1", (("A", "b"), ("C", "d")))


def test_order_case_and_repetition_of_headers_are_kept() -> None:
    head = parse_head(OK + b"set-Cookie: a\r\nX: y\r\nSet-Cookie: b\r\n\r\n")
    assert head.headers == (("set-Cookie", "a"), ("X", "y"), ("Set-Cookie", "b"))
    assert head.values("set-cookie") == ["a", "b"]


def test_everything_wrong_with_a_head_is_listed_once() -> None:
    head = parse_head(b"\r\nHTTP/1.1  200 \xe9\nA : b\nC : d\n folded\nno colon\n(: x\nN: \x00\n\n")
    assert head.status == 200
    assert head.headers == (("A", "b"), ("C", "d folded"), ("(", "x"), ("N", "\x00"))
    assert head.malformed == (
        "bytes beyond ASCII in the head",
        "white space before the status line",
        "a line of the head ends with LF alone",
        "control characters in the head",
        "a status line not as RFC 9112 writes it",
        "white space between a header name and its colon",
        "a folded header line",
        "a header line without a colon",
        "a header name that is no token",
    )


@pytest.mark.parametrize(
    ("version", "connection", "keeps_alive"),
    [
        ("1.1", "", True),
        ("1.1", "close", False),
        ("1.1", "Keep-Alive, Close", False),
        ("1.0", "", False),
        ("1.0", "Keep-Alive", True),
    ],
)
def test_a_connection_is_kept_when_both_sides_may(version: str, connection: str, keeps_alive: bool) -> None:
    line = f"Connection: {connection}\r\n" if connection else ""
    assert parse_head(f"HTTP/{version} 200 OK\r\n{line}\r\n".encode()).keeps_alive is keeps_alive


def test_a_head_of_many_lines_that_is_not_clean_is_read_in_no_time() -> None:
    block = OK + b"A: b\r\n" * 100_000 + b"\x00"
    assert len(parse_head(block).headers) == 100_000


@given(st.binary(max_size=200))
def test_no_bytes_make_reading_a_head_fail(data: bytes) -> None:
    for block in (data, OK + data, b"HTTP/" + data):
        assert isinstance(body_of(parse_head(block)).framing, Framing)


def test_splitting_a_block_loses_nothing() -> None:
    assert split_head(OK + b"\r\nbody") == (OK + b"\r\n", b"body")
    assert split_head(b"no head\r\n\r\nhere") == (b"no head\r\n\r\nhere", b"")


def test_a_head_that_never_ends_is_given_up_at_the_limit() -> None:
    search = HeadSearch()
    assert not search.feed(OK)
    assert search.feed(b"x" * MAX_HEAD_BYTES)
    assert (search.head, search.rest) == (None, OK + b"x" * MAX_HEAD_BYTES)


def test_white_space_without_end_is_no_head() -> None:
    search = HeadSearch()
    assert search.feed(b"\r\n" * (MAX_HEAD_BYTES // 2 + 1))
    assert search.head is None


def test_the_payload_of_a_block_that_ends_early_is_what_is_there_or_a_fault() -> None:
    block = OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel"
    assert b"".join(payload([block])) == b"hel"
    with pytest.raises(ValueError, match="ends before"):
        list(payload([block], truncated_ok=False))
    with pytest.raises(ValueError, match="ends before"):
        list(payload([OK], truncated_ok=False))


@st.composite
def chunked_messages(draw: st.DrawFn) -> tuple[bytes, bytes]:
    pieces = draw(st.lists(st.binary(min_size=1, max_size=40), max_size=6))
    extensions = st.sampled_from([b"", b";a", b';a="b c"', b";x=y;z"])
    size = st.sampled_from([b"%x", b"%X", b"%04x"])
    body = b"".join(draw(size) % len(piece) + draw(extensions) + b"\r\n" + piece + b"\r\n" for piece in pieces)
    trailers = draw(st.sampled_from([b"", b"A: b\r\n", b"A: b\r\nC: d\r\n"]))
    return b"".join(pieces), OK + b"Transfer-Encoding: chunked\r\n\r\n" + body + b"0\r\n" + trailers + b"\r\n"


@given(chunked_messages(), st.binary(max_size=5), st.integers(1, 60))
def test_the_payload_of_chunks_is_what_was_put_into_them(
    message: tuple[bytes, bytes], surplus: bytes, size: int
) -> None:
    entity, block = message
    stored = block + surplus
    pieces = [stored[at : at + size] for at in range(0, len(stored), size)]
    assert b"".join(payload(pieces, truncated_ok=False)) == entity


# What llhttp, the parser of Node.js, says of the same bytes.


class Message(NamedTuple):
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    end: int | None


def cases(corpora: Path) -> dict[str, tuple[bytes, str]]:
    found: dict[str, tuple[bytes, str]] = {}
    for path in sorted((corpora / "llhttp" / "test" / "response").glob("*.md")):
        for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title = section.partition("\n")[0]
            text, log = (
                re.search(rf"^```{kind}\n(.*?)^```", section, re.MULTILINE | re.DOTALL).group(1)  # type: ignore[union-attr] # each section has both
                for kind in ("http", "log")
            )
            found[f"{path.stem}: {title}"] = (as_bytes(text), log)
    return found


def as_bytes(text: str) -> bytes:
    """The notation of llhttp's test files."""
    text = text.removesuffix("\n")
    text = re.sub(r"\\\n", "", text).replace("\n", "\r\n")
    text = text.replace(r"\r", "\r").replace(r"\n", "\n").replace(r"\t", "\t").replace(r"\f", "\f")
    return text.encode().replace(rb"\"", b'"')


def messages(data: bytes, log: str) -> list[Message]:
    """What the log of llhttp's events says, as far as it got without an error."""
    found: list[Message] = []
    status, names, values, body, current = 0, [], [], b"", b""
    for line in log.splitlines():
        event = re.match(r"off=(\d+) (?:len=(\d+) )?(.*)", line)
        if event is None:
            continue
        offset, length, what = int(event[1]), int(event[2] or 0), event[3]
        piece = data[offset : offset + length]
        if what == "message begin":
            names, values, body, current = [], [], b"", b""
        elif what.startswith(("span[header_field]", "span[header_value]")):
            current += piece
        elif what == "header_field complete":
            names.append(current)
            current = b""
        elif what == "header_value complete":
            values.append(current.strip(b" \t"))
            current = b""
        elif what.startswith("headers complete"):
            status = int(re.search(r"status=(\d+)", what)[1])  # type: ignore[index] # it is always said
            found.append(Message(status, tuple(zip(names, values, strict=True)), b"", None))
        elif what.startswith("span[body]"):
            body += piece
            found[-1] = found[-1]._replace(body=body)
        elif what == "message complete":
            found[-1] = found[-1]._replace(end=offset)
    return found


def ours(data: bytes, count: int, method: str) -> list[Message]:
    found: list[Message] = []
    at = 0
    for _ in range(count):
        search = HeadSearch()
        search.feed(data[at:])
        assert search.head is not None
        head = parse_head(search.head)
        at += len(search.head)
        body, taken = body_of(head, method), []
        at += body.feed(data[at:], 0, taken.append)
        headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in head.headers)
        found.append(Message(head.status or 0, headers, b"".join(map(bytes, taken)), at if body.is_complete else None))
    return found


def test_llhttp_and_we_read_the_same_out_of_its_test_data(corpora: Path) -> None:
    seen = 0
    for name, (data, log) in cases(corpora).items():
        expected = messages(data, log)
        if expected and 'span[protocol]="HTTP"' in log:  # not RTSP, not ICE
            seen += 1
            method = "HEAD" if "skip body" in log else "GET"
            assert ours(data, len(expected), method) == expected, name
    assert seen == 39


def test_what_llhttp_refuses_is_kept_and_its_fault_noted(corpora: Path) -> None:
    refused = {name: data for name, (data, log) in cases(corpora).items() if re.search(r"error code=(8|10|25)", log)}
    noted = {name: parse_head(split_head(data)[0]).malformed for name, data in refused.items()}
    assert noted == {
        "sample: Error on invalid response start": ("no status line that can be read",),
        "sample: No carriage ret": ("a line of the head ends with LF alone",),
        "sample: Spaces in header name": ("a header name that is no token",),
    }


def test_a_header_folded_without_end_is_joined_once():
    head = parse_head(b"HTTP/1.1 200 OK\r\nA: b\r\n" + b" c\r\n" * 260_000 + b"\r\n")
    assert head.headers == (("A", "b" + " c" * 260_000),)


def test_a_fold_of_white_space_alone_adds_nothing():
    assert parse_head(b"HTTP/1.1 200 OK\r\nA: b\r\n \t \r\n c\r\n\r\n").headers == (("A", "b c"),)
