"""What an exchange means before anything is written: its outcome, and the document in it, if it is one."""

from collections.abc import Callable
from dataclasses import dataclass

from strongroom.formats.documents.document import Document, is_document, read_document
from strongroom.formats.documents.header_references import header_references
from strongroom.formats.http.coding import decode
from strongroom.formats.http.message import payload
from strongroom.model.exchange import Exchange, Response
from strongroom.model.outcome import Outcome, Reference, Relation
from strongroom.web.challenge import judge as judge_challenge
from strongroom.web.robots import redirect_target
from strongroom.web.verdict import judge_failure, judge_response

_DOCUMENT_BYTES = 32 * 2**20
_SAMPLE_BYTES = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of an exchange as far as the exchange alone tells; what is a duplicate shows when it is recorded.

    Attributes:
        title: of the document, empty where there is none.
        references: all that the response names, in its header and its body; of one that failed or was blocked, none.
    """

    outcome: Outcome
    reason: str
    title: str = ""
    references: tuple[Reference, ...] = ()


def read(
    exchange: Exchange, relation: Relation, *, is_page: bool, read_body: Callable[..., Document] = read_document
) -> Reading:
    """Judge an exchange, and read the document in it (at most 32 MiB of it); the exchange stays as it is.

    What of a document could not be read is in the reason, ``part-read: …``: its links are not all known.
    """
    response = exchange.response
    if response is None:
        return Reading(*judge_failure(exchange))
    found = _found(exchange.url, response, relation, read_body)
    document = found.document
    named = () if relation is Relation.ROBOTS else _named_in_header(exchange, response)
    challenge = None if relation is Relation.ROBOTS else judge_challenge(exchange, found.sample)
    leads_on = any(one.relation is Relation.REDIRECT for one in named)
    has_content = leads_on or (document.has_content if document else response.payload_length_bytes > 0)
    outcome, reason = judge_response(response, challenge=challenge, is_page=is_page, has_content=has_content)
    if outcome not in {Outcome.CAPTURED, Outcome.EMPTY}:
        return Reading(outcome, reason)
    if found.missing and outcome is Outcome.CAPTURED:
        reason = f"part-read: {found.missing}"
    if document is None:
        return Reading(outcome, reason, references=named)
    return Reading(outcome, reason, document.title, named + document.references)


def _named_in_header(exchange: Exchange, response: Response) -> tuple[Reference, ...]:
    target = redirect_target(exchange)
    if target is not None:
        return (Reference(target, Relation.REDIRECT, "Location"),)
    if response.status is None or not 200 <= response.status < 300:
        return ()
    return header_references(response.headers, exchange.url)


@dataclass(frozen=True, slots=True)
class _Found:
    """The document in a response if there is one, the beginning of its text, and what of it was not read, and why."""

    document: Document | None = None
    sample: bytes = b""
    missing: str = ""


def _found(url: str, response: Response, relation: Relation, read_body: Callable[..., Document]) -> _Found:
    if not response.payload_length_bytes or relation is Relation.ROBOTS:
        return _Found()
    content_type = response.header("content-type") or ""
    is_successful = response.status is not None and 200 <= response.status < 300
    wants_document = is_successful and is_document(content_type, relation)
    if not wants_document and not _is_text(response.media_type):
        return _Found()
    decoded = decode(
        payload(response.block.chunks()),
        response.header("content-encoding") or "",
        max_bytes=_DOCUMENT_BYTES if wants_document else _SAMPLE_BYTES,
    )
    sample = decoded.body[:_SAMPLE_BYTES]
    if not wants_document:
        return _Found(sample=sample)
    try:
        document = read_body(decoded.body, url=url, content_type=content_type, relation=relation)
    except Exception as error:  # noqa: BLE001 - a page that no parser foresaw must not end a capture; it is told as loss
        return _Found(sample=sample, missing=f"its links could not be read ({type(error).__name__})")
    missing = "" if decoded.complete else decoded.note
    return _Found(document, sample, missing or ("it has more links than are followed" if document.is_cut else ""))


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type.endswith(("html", "xml"))
