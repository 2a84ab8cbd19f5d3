"""A WARC record before it is written, and its header (WARC 1.1 sections 4 and 5)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from strongroom.model.capture import RecordType
from strongroom.model.digest import Digest
from strongroom.model.exchange import Block

RECORD_END = b"\r\n\r\n"

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

FIELDS_TYPE = "application/warc-fields"
REQUEST_TYPE = "application/http;msgtype=request"
RESPONSE_TYPE = "application/http;msgtype=response"

_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record to be written.

    Attributes:
        record_id: ``urn:uuid:…``, without angle brackets.
        date: UTC; written and kept with milliseconds.
        content_type: of the block, ``application/http;msgtype=response``.
        block: the bytes themselves, or something that streams them.
        target_uri: in WHATWG form, without user information and fragment; None for warcinfo.
        address: WARC-IP-Address.
        concurrent_to: the record id of the response (or, without one, of the request) of the same exchange.
        refers_to: of a revisit: the record id of the original.
        truncated: as in WARC-Truncated.
        payload_digest, payload_length_bytes: of the de-chunked, still content-coded entity.
        status: of the response.
        media_type: declared by the response; None: that of the block.
        fields: named fields that only this type of record has, in order.
    """

    type: RecordType
    record_id: str
    date: datetime
    content_type: str
    block: bytes | Block
    target_uri: str | None = None
    address: str | None = None
    concurrent_to: str | None = None
    refers_to: str | None = None
    truncated: str | None = None
    payload_digest: Digest | None = None
    payload_length_bytes: int | None = None
    status: int | None = None
    media_type: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


def header(record: NewRecord, *, block_digest: Digest, block_length_bytes: int) -> bytes:
    """Write the header of a record, from the version to the empty line.

    Raises:
        ValueError: a value holds a line end, which would begin another field.
    """
    lines = [
        "WARC/1.1",
        f"WARC-Type: {record.type}",
        f"WARC-Record-ID: <{record.record_id}>",
        f"WARC-Date: {warc_date(record.date)}",
    ]
    if record.target_uri is not None:
        lines.append(f"WARC-Target-URI: {record.target_uri}")
    if record.address is not None:
        lines.append(f"WARC-IP-Address: {record.address}")
    if record.concurrent_to is not None:
        lines.append(f"WARC-Concurrent-To: <{record.concurrent_to}>")
    if record.refers_to is not None:
        lines.append(f"WARC-Refers-To: <{record.refers_to}>")
    lines.extend(f"{name}: {value}" for name, value in record.fields)
    if record.truncated is not None:
        lines.append(f"WARC-Truncated: {record.truncated}")
    if record.payload_digest is not None:
        lines.append(f"WARC-Payload-Digest: {record.payload_digest}")
    lines.append(f"WARC-Block-Digest: {block_digest}")
    lines.append(f"Content-Type: {record.content_type}")
    lines.append(f"Content-Length: {block_length_bytes}")
    text = "\r\n".join(lines)
    if not (text.count("\r") == text.count("\n") == len(lines) - 1):
        raise ValueError(f"a field of record {record.record_id} holds a line end")
    return (text + "\r\n\r\n").encode()


def warc_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    r"""Write a block of type ``application/warc-fields``; line ends and other controls in values become spaces.

    >>> warc_fields([("via", "https://example.org/"), ("failure", "refused\r\nby the peer")])
    b'via: https://example.org/\r\nfailure: refused by the peer\r\n'
    """
    return "".join(f"{name}: {_CONTROLS.sub(' ', value).strip()}\r\n" for name, value in fields).encode(
        "utf-8", "backslashreplace"
    )


def milliseconds(moment: datetime) -> datetime:
    """The moment as a WARC-Date holds it: UTC, cut to milliseconds."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@lru_cache(maxsize=64)
def warc_date(moment: datetime) -> str:
    """Write a moment as WARC 1.1 section 5.4 asks, with milliseconds.

    >>> warc_date(datetime(2026, 1, 2, 3, 4, 5, 678912, tzinfo=UTC))
    '2026-01-02T03:04:05.678Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


@lru_cache(maxsize=64)
def read_warc_date(text: str) -> datetime:
    """Read a WARC-Date to the second or any fraction of it; raises `ValueError` for other forms.

    The shorter forms that WARC 1.1 took over from W3CDTF (a year, a month, a day, a minute) are read as their
    beginning.
    """
    match = _DATE.fullmatch(text)
    if match:
        whole = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
        fraction = (match[2] or "")[:6].ljust(6, "0")
        return whole + timedelta(microseconds=int(fraction))
    shorter = {4: "-01-01T00:00:00", 7: "-01T00:00:00", 10: "T00:00:00", 17: ":00"}
    if len(text) not in shorter or (len(text) == 17) != text.endswith("Z"):
        raise ValueError(f"{text!r} is not a WARC-Date")
    return datetime.fromisoformat(text.removesuffix("Z") + shorter[len(text)]).replace(tzinfo=UTC)
