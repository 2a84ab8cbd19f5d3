"""What was captured: the WARC files, the records in them, and the counts that everything else must agree with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from strongroom.model.digest import Digest, Fixity
from strongroom.model.outcome import Outcome
from strongroom.model.plan import Plan


class RecordType(StrEnum):
    """The kinds of WARC record written here (WARC 1.1 section 6)."""

    WARCINFO = "warcinfo"
    REQUEST = "request"
    RESPONSE = "response"
    REVISIT = "revisit"
    METADATA = "metadata"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """Where a record lies and what it holds; everything that CDXJ, METS and PREMIS say of it comes from here.

    Attributes:
        record_id: ``urn:uuid:…``, without angle brackets.
        warc: the name of the .warc.gz file.
        offset_bytes, length_bytes: of the gzip member in that file.
        media_type: declared by the response; for other types, of the block.
        payload_digest: as in WARC-Payload-Digest; None where the record has no payload.
        payload_length_bytes: of the de-chunked entity.
        block_length_bytes: the record's Content-Length.
        concurrent_to: the record id of the response this one goes with.
        refers_to: for a revisit, the record id of the original.
        truncated: as in WARC-Truncated.
    """

    record_id: str
    type: RecordType
    target_uri: str | None
    date: datetime
    warc: str
    offset_bytes: int
    length_bytes: int
    block_digest: Digest
    block_length_bytes: int
    payload_digest: Digest | None = None
    payload_length_bytes: int | None = None
    status: int | None = None
    media_type: str = ""
    concurrent_to: str | None = None
    refers_to: str | None = None
    truncated: str | None = None


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A finished WARC file: never written to again."""

    name: str
    fixity: Fixity
    records: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A reference from one captured URL to another, both named by the record that decided about them.

    `relation` is hyperlink, embed or redirect.
    """

    source: str
    target: str
    relation: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A captured page, as pages.jsonl lists it."""

    url: str
    date: datetime
    title: str
    record_id: str
    hop: int


@dataclass(frozen=True, slots=True)
class Capture:
    """A finished capture in its work directory.

    Attributes:
        work: the directory; `work / package_id` grows into the bag, the journal stands beside it.
        package_id: ``uuid-…``, the name of the bag.
        object_id: ``urn:uuid:…`` of the archival object, kept by later captures of the same thing.
        warcs: in the order they were written, below ``representations/rep1/data/archive`` of the package.
        counts: of the rows of links.csv by outcome; every outcome is present.
        loss: one sentence for each URL whose absence makes the capture incomplete (exit 3).
    """

    work: Path
    package_id: str
    object_id: str
    plan: Plan
    started_at: datetime
    ended_at: datetime
    warcs: tuple[WarcFile, ...]
    counts: Mapping[Outcome, int]
    loss: tuple[str, ...]
