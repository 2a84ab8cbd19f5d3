"""Turn an exchange into the records that keep it: response or revisit, request, certificates, metadata.

Nothing of a response is edited. What has no place in a `response` record (1xx answers, bytes after the end, TLS facts,
the names of withheld headers) goes into one `metadata` record beside it.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from strongroom.formats.warc.record import (
    FIELDS_TYPE,
    IDENTICAL_PAYLOAD,
    NOT_MODIFIED,
    REQUEST_TYPE,
    RESPONSE_TYPE,
    NewRecord,
    warc_date,
    warc_fields,
)
from strongroom.model.capture import RecordEntry, RecordType
from strongroom.model.digest import Digest
from strongroom.model.exchange import Block, Exchange, FailureKind, Response, Tls

CERTIFICATE = "urn:strongroom:certificate:sha256:"

_NOTHING_SENT = {FailureKind.ADDRESS, FailureKind.DNS, FailureKind.CONNECT}


def records_of(
    exchange: Exchange,
    *,
    new_id: Callable[[], str],
    revisit_of: RecordEntry | None = None,
    known_certificates: set[str],
) -> tuple[NewRecord, ...]:
    """Make the records of one exchange, all with one WARC-Date.

    The first is the response or revisit when there was an answer; then come the request, certificates not seen before,
    and a metadata record when there is something to say. An exchange without an answer has the request, if it was sent,
    and a metadata record with the failure.

    Args:
        exchange: as observed.
        new_id: gives ``urn:uuid:…``.
        revisit_of: the record that holds the same payload already. It is used when the payload is not empty, whole and
            has the same digest, or when the answer is a 304; otherwise the answer is kept as a response of its own.
        known_certificates: SHA-256 in hexadecimal of the certificates that have a record; new ones are added.
    """
    records: list[NewRecord] = []
    response = exchange.response
    if response:
        profile = _revisit_profile(response, revisit_of)
        if revisit_of and profile:
            records.append(_revisit(exchange, response, revisit_of, profile, new_id()))
        else:
            records.append(_response(exchange, response, new_id()))
    if exchange.request_block and (response or _was_sent(exchange)):
        records.append(_request(exchange, new_id(), records[0].record_id if records else None))
    concurrent_to = records[0].record_id if records else None
    records.extend(_certificates(exchange, new_id, known_certificates))
    fields = tuple(_facts(exchange))
    if fields:
        records.append(
            metadata_record(
                fields,
                target_uri=exchange.url,
                date=exchange.started_at,
                record_id=new_id(),
                concurrent_to=concurrent_to,
            )
        )
    return tuple(records)


def metadata_record(
    fields: Iterable[tuple[str, str]],
    *,
    target_uri: str,
    date: datetime,
    record_id: str,
    concurrent_to: str | None = None,
) -> NewRecord:
    """Make a record of facts about an exchange or a resource, ``application/warc-fields`` (WARC 1.1 section 6.6)."""
    return NewRecord(
        RecordType.METADATA,
        record_id,
        date,
        FIELDS_TYPE,
        warc_fields(fields),
        target_uri=target_uri,
        concurrent_to=concurrent_to,
    )


def resource_record(
    block: bytes | Block,
    *,
    target_uri: str,
    date: datetime,
    record_id: str,
    content_type: str,
) -> NewRecord:
    """Make a record of something that did not come as an HTTP answer (WARC 1.1 section 6.5).

    Args:
        block: the resource itself, which is its payload too.
        target_uri: ``urn:strongroom:…``, never the URL of a page: indexers would take it for a capture of that page.
        date: UTC.
        record_id: ``urn:uuid:…``.
        content_type: of the block.
    """
    if isinstance(block, bytes):
        digest, length = Digest.of((block,)), len(block)
    else:
        digest, length = block.digest(), block.length_bytes
    return NewRecord(
        RecordType.RESOURCE,
        record_id,
        date,
        content_type,
        block,
        target_uri=target_uri,
        payload_digest=digest,
        payload_length_bytes=length,
    )


def warcinfo_fields(
    *,
    software: str,
    operator: str = "",
    robots: str = "",
    user_agent: str = "",
    more: Sequence[tuple[str, str]] = (),
) -> dict[str, str]:
    """Make the fields of a warcinfo record (WARC 1.1 section 6.2); no host name and no address of the machine.

    >>> list(warcinfo_fields(software="strongroom/0.1.0", robots="obey"))
    ['software', 'format', 'conformsTo', 'robots']
    """
    fields = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": operator,
        "robots": robots,
        "http-header-user-agent": user_agent,
        **dict(more),
    }
    return {name: value for name, value in fields.items() if value}


def _revisit_profile(response: Response, original: RecordEntry | None) -> str | None:
    if not original or response.status is None:
        return None
    if response.status == 304:
        return NOT_MODIFIED
    is_same = response.payload_digest == original.payload_digest
    is_whole = not response.truncated and response.payload_length_bytes > 0
    return IDENTICAL_PAYLOAD if is_same and is_whole else None


def _revisit(exchange: Exchange, response: Response, original: RecordEntry, profile: str, record_id: str) -> NewRecord:
    fields = [("WARC-Profile", profile)]
    if original.target_uri is not None:
        fields.append(("WARC-Refers-To-Target-URI", original.target_uri))
    fields.append(("WARC-Refers-To-Date", warc_date(original.date)))
    is_cut = response.block.length_bytes > response.head_length_bytes
    return NewRecord(
        RecordType.REVISIT,
        record_id,
        exchange.started_at,
        RESPONSE_TYPE,
        _first_bytes(response.block, response.head_length_bytes),
        target_uri=exchange.url,
        address=exchange.address,
        refers_to=original.record_id,
        # On a revisit this means that the payload is with the original; a 304 had none to leave out.
        truncated="length" if is_cut else response.truncated,
        payload_digest=original.payload_digest,
        payload_length_bytes=original.payload_length_bytes,
        status=response.status,
        media_type=response.media_type,
        fields=tuple(fields),
    )


def _response(exchange: Exchange, response: Response, record_id: str) -> NewRecord:
    return NewRecord(
        RecordType.RESPONSE,
        record_id,
        exchange.started_at,
        RESPONSE_TYPE,
        response.block,
        target_uri=exchange.url,
        address=exchange.address,
        truncated=response.truncated,
        payload_digest=response.payload_digest,
        payload_length_bytes=response.payload_length_bytes,
        status=response.status,
        media_type=response.media_type,
    )


def _request(exchange: Exchange, record_id: str, concurrent_to: str | None) -> NewRecord:
    return NewRecord(
        RecordType.REQUEST,
        record_id,
        exchange.started_at,
        REQUEST_TYPE,
        exchange.request_block,
        target_uri=exchange.url,
        address=exchange.address,
        concurrent_to=concurrent_to,
    )


def _was_sent(exchange: Exchange) -> bool:
    if exchange.address is None or (exchange.failure and exchange.failure.kind in _NOTHING_SENT):
        return False
    # Without a TLS session, or with one that was not accepted, an https request never leaves.
    return exchange.url.startswith("http:") or (exchange.tls is not None and exchange.tls.verified)


def _certificates(exchange: Exchange, new_id: Callable[[], str], known: set[str]) -> Iterator[NewRecord]:
    if not exchange.tls:
        return
    for certificate in (*(exchange.tls.sent_chain or ()), *(exchange.tls.verified_chain or ())):
        digest = _fingerprint(certificate)
        if digest not in known:
            known.add(digest)
            yield resource_record(
                certificate,
                target_uri=CERTIFICATE + digest,
                date=exchange.started_at,
                record_id=new_id(),
                content_type="application/pkix-cert",
            )


def _facts(exchange: Exchange) -> Iterator[tuple[str, str]]:
    if exchange.failure:
        yield "failure", exchange.failure.kind
        yield "failure-message", exchange.failure.message
    for name in exchange.withheld:
        yield "withheld-request-header", name
    response = exchange.response
    interim = exchange.interim + (response.interim if response else b"")
    if interim:
        yield "http-interim-base64", b64encode(interim).decode()
    if response:
        if response.surplus:
            yield "http-surplus-base64", b64encode(response.surplus).decode()
        if response.surplus_cut:
            yield "http-surplus-truncated", "length"
        for phrase in response.malformed:
            yield "http-malformed", phrase
    if exchange.tls:
        yield from _tls_facts(exchange.tls)


def _tls_facts(tls: Tls) -> Iterator[tuple[str, str]]:
    yield "tls-protocol", tls.protocol
    yield "tls-cipher", tls.cipher
    yield "tls-verified", "true" if tls.verified else "false"
    yield "tls-verification", tls.verification
    for name, chain in (("tls-sent-certificate", tls.sent_chain), ("tls-verified-certificate", tls.verified_chain)):
        if chain is None:
            yield name, "unknown"
        for certificate in chain or ():
            yield name, CERTIFICATE + _fingerprint(certificate)


@lru_cache(maxsize=4096)
def _fingerprint(certificate: bytes) -> str:
    # The exchanges of a connection share their chain, and bytes remember their hash.
    return hashlib.sha256(certificate).hexdigest()


def _first_bytes(block: Block, length_bytes: int) -> bytes:
    found = bytearray()
    for chunk in block.chunks():
        found += chunk[: length_bytes - len(found)]
        if len(found) >= length_bytes:
            break
    return bytes(found)
