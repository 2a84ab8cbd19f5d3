from datetime import UTC, datetime

import pytest

from strongroom.model.digest import Digest
from strongroom.model.exchange import Exchange, Failure, FailureKind, Framing, Request, Response, Truncation
from strongroom.model.outcome import LinkRow, Outcome, Relation
from strongroom.web.stored import Beginning
from strongroom.web.verdict import judge_failure, judge_response, loss, may_pass, retry_after_seconds

MOMENT = datetime(2025, 11, 3, 8, 0, tzinfo=UTC)


def response(status: int | None, *headers: tuple[str, str], truncated: Truncation | None = None) -> Response:
    return Response(
        Beginning(b""), 0, status, "", "HTTP/1.1", headers, Framing.LENGTH, Digest.of([b"x"]), 1, truncated=truncated
    )


def exchange(answer: Response | None = None, failure: Failure | None = None) -> Exchange:
    return Exchange(Request("http://a/"), b"", MOMENT, 0.1, "192.0.2.1", answer, failure)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, (Outcome.CAPTURED, "ok")),
        (206, (Outcome.CAPTURED, "ok")),
        (302, (Outcome.CAPTURED, "redirect-302")),
        (401, (Outcome.BLOCKED, "http-401")),
        (403, (Outcome.BLOCKED, "http-403")),
        (404, (Outcome.FAILED, "http-404")),
        (429, (Outcome.BLOCKED, "http-429")),
        (500, (Outcome.FAILED, "http-500")),
        (None, (Outcome.FAILED, "protocol: the answer is not HTTP")),
    ],
)
def test_the_status_decides_the_outcome(status: int | None, expected: tuple[Outcome, str]):
    assert judge_response(response(status), challenge=None, is_page=True, has_content=True) == expected


def test_a_challenge_is_a_block_whatever_its_status():
    assert judge_response(response(200), challenge="challenge: captcha", is_page=True, has_content=True) == (
        Outcome.BLOCKED,
        "challenge: captcha",
    )


def test_a_page_without_content_is_empty_and_a_part_without_is_not():
    verdicts = [
        judge_response(response(200), challenge=None, is_page=page, has_content=False)[0] for page in (True, False)
    ]
    assert verdicts == [Outcome.EMPTY, Outcome.CAPTURED]


def test_a_cut_answer_has_failed():
    cut = response(200, truncated=Truncation.DISCONNECT)
    assert judge_response(cut, challenge=None, is_page=True, has_content=True) == (
        Outcome.FAILED,
        "truncated: disconnect",
    )


def test_an_address_that_may_not_be_asked_is_refused_and_not_asked_again():
    refused = exchange(failure=Failure(FailureKind.ADDRESS, "127.0.0.1 is loopback"))
    assert (judge_failure(refused), may_pass(refused)) == ((Outcome.REFUSED, "address: 127.0.0.1 is loopback"), False)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("Mon, 03 Nov 2025 08:01:00 GMT", 60.0), ("Mon, 03 Nov 2025 07:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None):
    assert retry_after_seconds(exchange(response(503, ("Retry-After", value)))) == seconds


def row(relation: Relation, outcome: Outcome, reason: str, status: int | None) -> LinkRow:
    return LinkRow("http://a/", outcome, reason, status, "", None, None, "", relation, 0, 1)


@pytest.mark.parametrize(
    ("relation", "is_page", "outcome", "reason", "status", "is_loss"),
    [
        (Relation.SEED, True, Outcome.FAILED, "http-404", 404, True),
        (Relation.SEED, True, Outcome.REFUSED, "robots", None, True),
        (Relation.HYPERLINK, True, Outcome.FAILED, "http-404", 404, False),
        (Relation.HYPERLINK, True, Outcome.FAILED, "http-410", 410, False),
        (Relation.HYPERLINK, True, Outcome.BLOCKED, "http-403", 403, True),
        (Relation.HYPERLINK, True, Outcome.EMPTY, "no-content", 200, True),
        (Relation.HYPERLINK, True, Outcome.REFUSED, "robots", None, False),
        (Relation.EMBED, False, Outcome.FAILED, "http-404", 404, False),
        (Relation.EMBED, False, Outcome.BLOCKED, "http-403", 403, False),
        (Relation.EMBED, False, Outcome.FAILED, "http-503", 503, True),
        (Relation.EMBED, False, Outcome.FAILED, "connect: refused", None, True),
        (Relation.EMBED, False, Outcome.FAILED, "truncated: time", 200, True),
        (Relation.ROBOTS, False, Outcome.FAILED, "http-404", 404, False),
    ],
)
def test_what_is_a_loss(
    relation: Relation, is_page: bool, outcome: Outcome, reason: str, status: int | None, is_loss: bool
):
    assert (loss(row(relation, outcome, reason, status), is_page=is_page) is not None) == is_loss
