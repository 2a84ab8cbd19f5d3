"""Judge the header of a WARC record: what must be there, once, and in which form (WARC 1.1 sections 4 to 6)."""

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache

from strongroom.formats.warc.digest import knows_algorithm, read_labelled_digest
from strongroom.formats.warc.fields import VERSIONS, RecordHeader
from strongroom.formats.warc.record import IDENTICAL_PAYLOAD, read_warc_date
from strongroom.model.exchange import Truncation
from strongroom.model.finding import Rule
from strongroom.model.rules import warc as rules

Fault = tuple[Rule, str, str]
"""A rule, what was expected, and what was found."""

_MANDATORY = ("WARC-Record-ID", "WARC-Type", "WARC-Date", "Content-Length")
_TYPES = {"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"}
_WITH_TARGET = {"response", "resource", "request", "revisit", "conversion", "continuation"}
_REPEATABLE = {"warc-concurrent-to"}
_RECORD_ID = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*+:[^\s<>]++>")
_URI = re.compile(r"(?>(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]++|%[0-9A-Fa-f]{2})*)")
_IN_AUTHORITY_ONLY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_OLD_IDENTICAL_PAYLOAD = IDENTICAL_PAYLOAD.replace("1.1", "1.0")


def header_faults(header: RecordHeader) -> Iterator[Fault]:
    """Yield what is wrong with a header, as far as it can be told without the block."""
    if header.version not in VERSIONS:
        yield rules.UNKNOWN_VERSION, "WARC/1.0 or WARC/1.1", header.version
    for line in header.malformed:
        yield rules.MALFORMED_HEADER, "a name, a colon and a value", repr(line)
    for name in header.repeated:
        if name not in _REPEATABLE:
            yield rules.REPEATED_FIELD, f"{name} once", _several(header, name)
    first = header.first
    kind = first.get("warc-type") or ""
    for name in _MANDATORY:
        if not first.get(name.lower()):
            yield rules.MISSING_FIELD, name, "no such field, or an empty one"
    if kind in _WITH_TARGET and not first.get("warc-target-uri"):
        yield rules.MISSING_FIELD, f"WARC-Target-URI on a {kind} record", "no such field, or an empty one"
    if kind and kind not in _TYPES:
        yield rules.UNKNOWN_TYPE, "one of the eight types", kind
    yield from _form_faults(header)
    yield from _target_faults(first.get("warc-target-uri") or "")
    if kind == "revisit":
        yield from _revisit_faults(header)
    if kind == "continuation" or first.get("warc-segment-number"):
        yield rules.SEGMENTED, "a whole record", f"segment {header.get('warc-segment-number') or 'without a number'}"


def _form_faults(header: RecordHeader) -> Iterator[Fault]:
    first = header.first
    identifier = first.get("warc-record-id")
    if identifier and not _RECORD_ID.fullmatch(identifier):
        yield rules.BAD_FIELD, "WARC-Record-ID: <urn:uuid:…>", identifier
    date = first.get("warc-date")
    if date:
        try:
            read_warc_date(date)
        except ValueError:
            yield rules.BAD_FIELD, "WARC-Date: 2026-01-31T12:00:00Z, with or without a fraction", date
    length = first.get("content-length")
    if length and header.length_bytes is None:
        yield rules.BAD_FIELD, "Content-Length: a number of bytes", length
    if length != "0" and not first.get("content-type") and first.get("warc-type") != "continuation":
        yield rules.NO_CONTENT_TYPE, "a Content-Type", "no such field"
    if not first.get("warc-block-digest"):
        yield rules.NO_BLOCK_DIGEST, "a WARC-Block-Digest", "no such field"
    for name in ("WARC-Block-Digest", "WARC-Payload-Digest"):
        value = first.get(name.lower())
        if not value or read_labelled_digest(value) is not None:
            continue
        if not knows_algorithm(value):
            yield rules.UNKNOWN_DIGEST, f"{name}: sha256:…", value
        else:
            yield rules.BAD_FIELD, f"{name}: a value of that algorithm in base 16 or base 32", value
    reason = first.get("warc-truncated")
    if reason is not None and reason not in set(Truncation):
        yield rules.TRUNCATION_REASON, "length, time, disconnect or unspecified", reason or "nothing"
    address = first.get("warc-ip-address")
    if address is not None and not _is_address(address):
        yield rules.BAD_ADDRESS, "an IPv4 or IPv6 address", address


def _target_faults(target: str) -> Iterator[Fault]:
    if target[:1] == "<" and target[-1:] == ">":
        yield rules.BRACKETED_TARGET, target[1:-1], target
        return
    rest = target
    if "[" in target or "]" in target:
        authority = _IN_AUTHORITY_ONLY.match(target)
        rest = target[authority.end() :] if authority else target
    if not _URI.fullmatch(target) or "[" in rest or "]" in rest or rest.count("#") > 1:
        yield rules.TARGET_NOT_RFC3986, "a URI as RFC 3986 has it", target


def _revisit_faults(header: RecordHeader) -> Iterator[Fault]:
    first = header.first
    profile = (first.get("warc-profile") or "").strip("<>")
    if not profile:
        yield rules.REVISIT_PROFILE, "a WARC-Profile", "no such field"
    if profile in {IDENTICAL_PAYLOAD, _OLD_IDENTICAL_PAYLOAD} and not first.get("warc-payload-digest"):
        yield rules.REVISIT_DIGEST, "a WARC-Payload-Digest", "no such field"
    names = ("warc-refers-to-target-uri", "warc-refers-to-date")
    if not first.get("warc-refers-to") and not all(first.get(name.lower()) for name in names):
        yield rules.REVISIT_ORIGINAL, "WARC-Refers-To, or WARC-Refers-To-Target-URI and -Date", "neither"


def _several(header: RecordHeader, name: str) -> str:
    return ", ".join(value for key, value in header.fields if key.lower() == name)


@lru_cache(maxsize=1024)
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
