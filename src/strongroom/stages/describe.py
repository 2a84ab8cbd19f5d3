"""Describe: from a capture to a Dublin Core description of its article, every statement kept with its origin."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from strongroom.formats.documents.charset import decode_html
from strongroom.formats.documents.media_type import media_type_of
from strongroom.formats.http.coding import decode
from strongroom.formats.http.message import parse_head
from strongroom.formats.statements.choose import choose
from strongroom.formats.statements.reading import Statements, read_statements
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.terms import Place, check_terms, qualified, state
from strongroom.formats.warc.read import StoredRecord, read_member
from strongroom.model.capture import Capture, RecordEntry
from strongroom.model.description import Description
from strongroom.settings import DescribeSettings
from strongroom.web.journal import Journal

MAX_PAGE_BYTES: Final = 32 * 2**20
"""Of a decoded page; a longer one is read up to here, and that is a fault of the description."""
MAX_REFERENCES: Final = 1_000
"""Links of the article to captured pages that become dcterms:references; structLink in METS has them all."""

_ARCHIVE: Final = "representations/rep1/data/archive"
# What else there is may be a film: no more of it is read than tells what it is.
_TEXT: Final = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_BEGINNING_BYTES: Final = 1024


def describe(capture: Capture, settings: DescribeSettings) -> Description:
    """Describe the article of a finished capture: the first seed, or where its redirects end.

    Raises:
        UsageError: the settings name what is no term of Dublin Core.
        StorageError: the journal or the WARC cannot be read.
    """
    stated = tuple(_settings(settings))
    journal = Journal.read(capture.work)
    try:
        entry = journal.article()
        if entry is None:
            return _not_captured(capture, stated)
        url = entry.target_uri or capture.plan.seeds[0]
        read = _read(entry, journal, _folder(capture), url)
        references, faults = _references(journal, url)
    finally:
        journal.close()
    candidates = choose((*stated, *read.statements, *references), record_id=entry.record_id)
    return Description(url, candidates, (*read.faults, *faults), read.text)


def _folder(capture: Capture) -> Path:
    return capture.work / capture.package_id / "data" / capture.package_id / _ARCHIVE


def _not_captured(capture: Capture, stated: tuple[Statement, ...]) -> Description:
    """What can be said where the article itself gave no page: its address, and what people said of it."""
    seed = capture.plan.seeds[0]
    known = (
        state("identifier", seed, Place(Origin.CAPTURE), "seed"),
        state("source", seed, Place(Origin.CAPTURE), "seed"),
    )
    fault = "the article was not captured, so nothing was read from it; links.csv says why"
    return Description(seed, choose((*stated, *known), record_id=None), (fault,))


def _read(entry: RecordEntry, journal: Journal, folder: Path, url: str) -> Statements:
    record = read_member(folder / entry.warc, entry.offset_bytes)
    head = parse_head(record.http_head())
    # A revisit holds the head alone; the same payload lies in the record that it refers to.
    original = journal.record(entry.refers_to) if entry.refers_to is not None else None
    holder = record if original is None else read_member(folder / original.warc, original.offset_bytes)
    content_type = next(iter(head.values("content-type")), "")
    coding = ", ".join(head.values("content-encoding"))
    beginning = decode(holder.payload(), coding, max_bytes=_BEGINNING_BYTES).body
    media_type = media_type_of(beginning, url=url, content_type=content_type)
    text, faults = _text(holder, coding, content_type) if media_type in _TEXT else (None, [])
    if entry.truncated is not None and original is None:
        faults.append(f"the record of the article is truncated ({entry.truncated}); it was read as far as it goes")
    read = read_statements(
        text,
        url=url,
        media_type=media_type,
        headers=head.headers,
        captured_at=entry.date,
    )
    return Statements(read.statements, (*faults, *read.faults), read.text)


def _text(holder: StoredRecord, content_encoding: str, content_type: str) -> tuple[str, list[str]]:
    decoded = decode(holder.payload(), content_encoding, max_bytes=MAX_PAGE_BYTES)
    faults = [] if decoded.complete else [f"the article was not read as a whole: {decoded.note}"]
    return decode_html(decoded.body, content_type)[0], faults


def _references(journal: Journal, url: str) -> tuple[list[Statement], list[str]]:
    """The captured pages that the article links to."""
    place = Place(Origin.CAPTURE)
    known = list(islice(journal.linked_from(url), MAX_REFERENCES + 1))
    faults = []
    if len(known) > MAX_REFERENCES:
        faults.append(f"dcterms:references names the first {MAX_REFERENCES:,} captured pages that the article links to")
    return [state("references", target, place, "links.csv") for target in known[:MAX_REFERENCES]], faults


def _settings(settings: DescribeSettings) -> Iterator[Statement]:
    check_terms((*settings.values, *settings.defaults))
    for name, values in settings.values.items():
        for value in values:
            # A person may say what no rule here would believe.
            typed = _verbatim(qualified(name) or "", value, Place(Origin.TYPED), f"describe.values.{name}")
            yield replace(typed, doubt="") if typed.value else typed
    for name, values in settings.defaults.items():
        for value in values:
            yield _verbatim(qualified(name) or "", value, Place(Origin.DEFAULT), f"describe.defaults.{name}")
    place = Place(Origin.SETTINGS)
    if settings.collector:
        yield _verbatim("provenance", f"Collected by {settings.collector}", place, "describe.collector")
    if settings.collection:
        yield _verbatim("isPartOf", settings.collection, place, "describe.collection")
    if settings.rights:
        yield _verbatim("accessRights", settings.rights, place, "describe.rights")


def _verbatim(term: str, value: str, place: Place, pointer: str) -> Statement:
    """What a person wrote is no markup: it stands as written, but for white space, unless it has an encoding."""
    stated = state(term, value, place, pointer)
    return stated if stated.encoding is not None else replace(stated, value=" ".join(value.split()))
