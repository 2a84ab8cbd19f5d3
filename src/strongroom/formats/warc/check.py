"""Check a WARC file record by record: framing, headers, lengths, digests, revisits.

Every record is read once and every fault is reported; a fault that follows from another one of the same record is
not. What records say of each other across files is not checked here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.formats.warc.digest import read_labelled_digest
from strongroom.formats.warc.fields import RecordHeader
from strongroom.formats.warc.header_rules import Fault, header_faults
from strongroom.formats.warc.payload import Measured, measure_block, measure_request, measure_response
from strongroom.formats.warc.read import MAX_HEADER_BYTES, Member, members
from strongroom.formats.warc.record import read_warc_date
from strongroom.model.capture import RecordEntry, RecordType
from strongroom.model.finding import Finding
from strongroom.model.rules import warc as rules

_REMEMBERED_IDENTIFIERS = 1_000_000
"""Of so many records a file it is known whether an identifier comes twice; more would cost memory without bound."""

_CREDENTIALS = re.compile(rb"^(cookie|authorization|proxy-authorization)[ \t]*:", re.IGNORECASE | re.MULTILINE)


def check_warc(
    path: Path, *, where: str, read: Callable[[int], bytes] | None = None
) -> Iterator[RecordEntry | Finding]:
    """Yield the entry of every record that can be told apart, and every finding, in the order of the file.

    Args:
        path: a ``.warc.gz`` file, or an uncompressed one.
        where: how findings name the file; a record's identifier, or ``byte=N``, is added behind ``#``.
        read: gives at most so many of the file's bytes, where there is no file to be opened at `path`.

    Raises:
        StorageError: the file cannot be read.
    """
    state = _State(path.name, where)
    for member in members(path, read=read):
        yield from state.check(member)
    if not state.count:
        yield rules.NO_RECORDS.at(where, expected="at least one record", found="none")


@dataclass(slots=True)
class _State:
    warc: str
    where: str
    count: int = 0
    identifiers: set[int] = field(default_factory=set)

    def check(self, member: Member) -> Iterator[RecordEntry | Finding]:
        self.count += 1
        header = member.header
        measured = _measure(member, header) if header else None
        member.finish()
        fault = _framing_fault(member)
        place = f"{self.where}#byte={member.offset_bytes}"
        if fault or header is None or measured is None:
            # The identifier in a damaged member may be damaged too: the place is where the member begins.
            rule, expected, found = fault or _no_header(member)
            yield rule.at(place, expected=expected, found=found)
            return
        identifier = header.identifier("warc-record-id")
        if identifier:
            place = f"{self.where}#{identifier}"
        if self.count == 1 and header.first.get("warc-type") != "warcinfo":
            yield rules.NO_WARCINFO.at(place, expected="warcinfo", found=header.first.get("warc-type") or "no type")
        for rule, expected, found in (*header_faults(header), *_block_faults(member, header, measured)):
            yield rule.at(place, expected=expected, found=found)
        if identifier and self._is_known(identifier):
            yield rules.REPEATED_IDENTIFIER.at(
                f"{self.where}#byte={member.offset_bytes}", expected="an identifier of its own", found=identifier
            )
        entry = _entry(member, header, measured, self.warc)
        if entry:
            yield entry

    def _is_known(self, identifier: str) -> bool:
        key = hash(identifier)
        if key in self.identifiers:
            return True
        if len(self.identifiers) < _REMEMBERED_IDENTIFIERS:
            self.identifiers.add(key)
        return False


def _measure(member: Member, header: RecordHeader) -> Measured:
    stated = read_labelled_digest(header.first.get("warc-block-digest") or "")
    stated_payload = read_labelled_digest(header.first.get("warc-payload-digest") or "")
    algorithm = stated.algorithm if stated else "sha256"
    payload_algorithm = stated_payload.algorithm if stated_payload else None
    kind = header.first.get("warc-type")
    if kind == "revisit":
        payload_algorithm = None
    measure = measure_block
    if _is_http(header):
        measure = measure_request if kind == "request" else measure_response
    return measure(member.block(), algorithm=algorithm, payload_algorithm=payload_algorithm)


def _is_http(header: RecordHeader) -> bool:
    return (header.first.get("content-type") or "").lower().startswith("application/http")


def _framing_fault(member: Member) -> Fault | None:
    fault = member.fault
    if fault is None:
        return None
    if fault.startswith("no gzip member"):
        return rules.NOT_A_MEMBER, "a gzip member, or the end of the file", fault
    if fault.startswith("the file ends"):
        return rules.TORN_MEMBER, "a whole gzip member", fault
    return rules.DAMAGED_MEMBER, "a gzip member that unpacks to what its trailer says", fault


def _no_header(member: Member) -> Fault:
    found = f"more than {MAX_HEADER_BYTES} bytes without an empty line" if member.is_overlong else "something else"
    return rules.NO_HEADER, "WARC/1.1, named fields and an empty line", found


def _block_faults(member: Member, header: RecordHeader, measured: Measured) -> Iterator[Fault]:
    length = header.length_bytes or 0
    if member.block_length_bytes < length:
        yield rules.SHORT_BLOCK, f"a block of {length} bytes", f"{member.block_length_bytes} bytes"
        return
    if not member.is_ended:
        yield rules.BAD_END, "CR LF CR LF behind the block", "something else"
    elif member.surplus_bytes:
        yield rules.SHARED_MEMBER, "the end of the member", f"{member.surplus_bytes} more bytes"
    stated = read_labelled_digest(header.first.get("warc-block-digest") or "")
    is_intact = stated is None or stated == measured.block
    if not is_intact:
        yield rules.WRONG_BLOCK_DIGEST, str(stated), str(measured.block)
    yield from _payload_faults(header, measured, is_intact=is_intact)
    kind = header.first.get("warc-type")
    if _is_http(header) and kind == "response" and (measured.head is None or measured.head.status is None):
        yield rules.NO_HTTP_HEAD, "a status line of HTTP/1.x", "something else"
    names = sorted({match[1].decode().title() for match in _CREDENTIALS.finditer(measured.request_head)})
    if names:
        yield rules.CREDENTIALS, "a request without credentials", ", ".join(names)


def _payload_faults(header: RecordHeader, measured: Measured, *, is_intact: bool) -> Iterator[Fault]:
    stated = read_labelled_digest(header.first.get("warc-payload-digest") or "")
    is_elsewhere = header.first.get("warc-type") == "revisit" or header.first.get("warc-segment-number") is not None
    if stated is None or is_elsewhere:
        return
    found = measured.payload
    if found == stated:
        return
    if is_intact and measured.framed == stated:
        yield rules.CHUNKED_PAYLOAD_DIGEST, str(found), f"{stated}, which is that of the chunked bytes"
    elif is_intact:
        # With a block that is damaged the payload is, too: one fault, said once.
        yield rules.WRONG_PAYLOAD_DIGEST, str(stated), str(found)


def _entry(member: Member, header: RecordHeader, measured: Measured, warc: str) -> RecordEntry | None:
    identifier, kind = header.identifier("warc-record-id"), header.first.get("warc-type") or ""
    try:
        record_type, date = RecordType(kind), read_warc_date(header.first.get("warc-date") or "")
    except ValueError:
        return None
    if not identifier:
        return None
    has_payload = record_type in {RecordType.RESPONSE, RecordType.RESOURCE}
    stated = read_labelled_digest(header.first.get("warc-payload-digest") or "")
    content_type, status = header.first.get("content-type") or "", None
    if _is_http(header) and record_type in {RecordType.RESPONSE, RecordType.REVISIT}:
        content_type = next(iter(measured.head.values("content-type")), "") if measured.head else ""
        status = measured.head.status if measured.head else None
    return RecordEntry(
        record_id=identifier,
        type=record_type,
        target_uri=(header.first.get("warc-target-uri") or "").strip("<>") or None,
        date=date,
        warc=warc,
        offset_bytes=member.offset_bytes,
        length_bytes=member.length_bytes,
        block_digest=measured.block,
        block_length_bytes=member.block_length_bytes,
        payload_digest=measured.payload if has_payload else stated,
        payload_length_bytes=measured.payload_length_bytes if has_payload else None,
        status=status,
        media_type=content_type.partition(";")[0].strip().lower(),
        concurrent_to=header.identifier("warc-concurrent-to"),
        refers_to=header.identifier("warc-refers-to"),
        truncated=header.first.get("warc-truncated"),
    )
