"""What is measured in the block of a stored response."""

import pytest

from strongroom.formats.warc.payload import measure_response


@pytest.mark.parametrize(
    ("block", "status", "media_type"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nbody", 200, ["text/html"]),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/h", 200, ["text/h"]),
        (b"HTTP/1.1 200", 200, []),
    ],
)
def test_a_response_that_was_cut_inside_its_head_says_what_came_of_it(
    block: bytes, status: int, media_type: list[str]
) -> None:
    head = measure_response([block], algorithm="sha256", payload_algorithm=None).head
    assert head is not None
    assert (head.status, list(head.values("content-type"))) == (status, media_type)


@pytest.mark.parametrize("block", [b"", b"HTT", b"<p>no head</p>"])
def test_what_has_no_status_line_has_no_head(block: bytes) -> None:
    assert measure_response([block], algorithm="sha256", payload_algorithm=None).head is None
