"""What became of a URL, judged from its exchange; whether to ask again; and what counts as a loss."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from strongroom.model.exchange import Exchange, FailureKind, Response
from strongroom.model.outcome import LinkRow, Outcome, Relation
from strongroom.model.words import reason_in_words

_RETRIED_STATUS = frozenset({429, 500, 502, 503, 504})
_RETRIED_FAILURES = frozenset({FailureKind.DNS, FailureKind.CONNECT, FailureKind.TIMEOUT, FailureKind.DISCONNECT})
_GONE = frozenset({404, 410})
TRANSPORT = ("dns", "connect", "tls", "timeout", "disconnect", "protocol", "truncated")


def judge_failure(exchange: Exchange) -> tuple[Outcome, str]:
    """The outcome of an exchange that brought no response."""
    failure = exchange.failure
    if failure is None:
        return Outcome.FAILED, "disconnect: no answer came"
    if failure.kind is FailureKind.ADDRESS:
        return Outcome.REFUSED, f"address: {failure.message}"
    return Outcome.FAILED, f"{failure.kind.value}: {failure.message}"


def judge_response(
    response: Response, *, challenge: str | None, is_page: bool, has_content: bool
) -> tuple[Outcome, str]:
    """The outcome of a response; `duplicate` is decided elsewhere, from the payload."""
    status = response.status
    if challenge is not None:
        return Outcome.BLOCKED, challenge
    if status is None:
        return Outcome.FAILED, "protocol: the answer is not HTTP"
    if status in {401, 403, 429}:
        return Outcome.BLOCKED, f"http-{status}"
    if not 200 <= status < 400:
        return Outcome.FAILED, f"http-{status}"
    if status >= 300:
        return Outcome.CAPTURED, f"redirect-{status}"
    if response.truncated is not None:
        return Outcome.FAILED, f"truncated: {response.truncated.value}"
    if is_page and not has_content:
        return Outcome.EMPTY, "no-content"
    return Outcome.CAPTURED, "ok"


def may_pass(exchange: Exchange) -> bool:
    """Whether asking again may bring something better."""
    response = exchange.response
    if response is None:
        return exchange.failure is None or exchange.failure.kind in _RETRIED_FAILURES
    cut = response.truncated is not None and response.truncated.value in {"time", "disconnect"}
    return response.status in _RETRIED_STATUS or cut


def retry_after_seconds(exchange: Exchange) -> float | None:
    """What the server asks for in Retry-After (RFC 9110 section 10.2.3), seconds or a date; None when nothing."""
    value = exchange.response.header("retry-after") if exchange.response else None
    if value is None:
        return None
    if value.isdecimal() and value.isascii():
        return float(value[:9])
    try:
        moment: datetime = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - exchange.started_at).total_seconds())
    except (ValueError, OverflowError):
        return None


def loss(row: LinkRow, *, is_page: bool) -> str | None:
    """A sentence when the absence of this URL makes the capture incomplete, else None."""
    sentence = f"{row.url}: {row.outcome.value}, {reason_in_words(row.reason)}"
    if row.relation is Relation.ROBOTS:
        return None
    if row.outcome is Outcome.CAPTURED:
        return sentence if row.reason.startswith("part-read") else None
    if row.relation is Relation.SEED or (row.relation is Relation.REDIRECT and is_page and not row.hop):
        return sentence
    if row.outcome is Outcome.REFUSED:
        return None
    if is_page:
        return None if row.status in _GONE else sentence
    was_lost_on_the_way = row.reason.startswith(TRANSPORT) or (row.status is not None and row.status >= 500)
    return sentence if was_lost_on_the_way else None
