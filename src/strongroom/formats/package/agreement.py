"""Whether the documents of a package say the same: METS, CDXJ, PREMIS, links.csv and pages.jsonl against the records.

Each question is one query over the ledger. A fault that follows from another one, such as every record behind a torn
place in a WARC file, is not asked for again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from strongroom.formats.package.ledger import Ledger
from strongroom.model.finding import Finding, Rule
from strongroom.model.outcome import Outcome
from strongroom.model.rules import agree
from strongroom.model.rules import package as rules


@dataclass(frozen=True, slots=True)
class Documents:
    """Which documents of the package were there and could be read; what was not read is not missed elsewhere.

    Attributes:
        is_ours: whether the package says it is one of strongroom's, which has them all.
        has_map, has_index, has_premis, has_links: whether each was read to its end.
        counts: (where, by outcome) as PREMIS states them for a capture.
    """

    is_ours: bool
    has_map: bool
    has_index: bool
    has_premis: bool
    has_links: bool
    counts: Sequence[tuple[str, Mapping[str, str]]] = ()


def references(ledger: Ledger, *, unlisted: Iterable[str], is_ours: bool) -> Iterator[Finding]:
    """Yield identifiers that stand twice or nowhere, and files that no METS document lists."""
    for doc, identifier in ledger.ask("SELECT doc, id FROM ident GROUP BY doc, id HAVING count(*) > 1 ORDER BY 1, 2"):
        yield rules.METS_ID.at(f"{doc}#{identifier}", expected="an identifier that stands once", found="more than one")
    dangling = (
        "SELECT DISTINCT r.doc, r.id, r.attribute FROM idref r LEFT JOIN ident i ON i.doc = r.doc AND i.id = r.id"
        " WHERE i.id IS NULL ORDER BY 1, 2, 3"
    )
    for doc, identifier, attribute in ledger.ask(dangling):
        expected = f"an element with ID={identifier}"
        yield rules.METS_IDREF.at(f"{doc}#{identifier}", expected=expected, found=f"{attribute} without it")
    rule = rules.METS_UNLISTED if is_ours else rules.METS_UNLISTED_ELSEWHERE
    for path in unlisted:
        if next(iter(ledger.ask("SELECT 1 FROM href WHERE path = ?", path)), None) is None:
            yield rule.at(path, expected="a METS document that points at it", found="none")
    yield from _premis_references(ledger, is_ours=is_ours)


def _premis_references(ledger: Ledger, *, is_ours: bool) -> Iterator[Finding]:
    twice = "SELECT kind, id, max(doc) FROM subject GROUP BY kind, id HAVING count(*) > 1 ORDER BY 3, 2"
    for kind, identifier, doc in ledger.ask(twice):
        yield rules.PREMIS_TWICE.at(f"{doc}#{identifier}", expected=f"one {kind}", found="more than one")
    if not is_ours:
        return  # elsewhere, agents and objects may be described outside the package
    dangling = (
        "SELECT DISTINCT l.doc, l.id, l.kind FROM subject_link l LEFT JOIN subject s ON s.kind = l.kind AND s.id = l.id"
        " WHERE s.id IS NULL ORDER BY 1, 2"
    )
    for doc, identifier, kind in ledger.ask(dangling):
        yield rules.PREMIS_LINK.at(f"{doc}#{identifier}", expected=f"an {kind} with this identifier", found="none")


def agreement(ledger: Ledger, documents: Documents) -> Iterator[Finding]:
    """Yield every disagreement between the documents, and between them and the records."""
    yield from _areas(ledger, documents)
    yield from _lines(ledger, documents)
    yield from _areas_and_lines(ledger, documents)
    if documents.has_premis and (documents.is_ours or ledger.has("stream")):
        yield from _streams(ledger)
    if documents.has_links:
        yield from _links(ledger, documents)
    if documents.has_index:
        pages = "SELECT doc, number, url FROM page WHERE url NOT IN (SELECT url FROM line) ORDER BY 1, 2"
        for doc, number, url in ledger.ask(pages):
            yield agree.PAGE_NO_RECORD.at(f"{doc}#line={number}", expected="a captured page", found=str(url))


def _areas(ledger: Ledger, documents: Documents) -> Iterator[Finding]:
    wrong = (
        "SELECT a.doc, a.record_id, a.path, a.offset, a.length, r.length, r.record_id FROM area a"
        " LEFT JOIN record r ON r.path = a.path AND r.offset = a.offset"
        " WHERE a.path IN (SELECT path FROM checked)"
        " AND ((r.path IS NULL AND a.path NOT IN (SELECT path FROM broken))"
        " OR r.length <> a.length OR r.record_id <> a.record_id) ORDER BY a.doc, a.path, a.offset"
    )
    for doc, record_id, path, offset, length, member, identifier in ledger.ask(wrong):
        found = "no record begins there" if member is None else f"{identifier}, {member} bytes"
        expected = f"{record_id or 'a record'}, {length} bytes at {offset} in {path}"
        yield agree.AREA_NO_RECORD.at(f"{doc}#{record_id or offset}", expected=expected, found=found)
    if documents.has_map and (documents.is_ours or ledger.has("area")):
        unmapped = (
            "SELECT path, record_id, url FROM record r WHERE content AND NOT EXISTS"
            " (SELECT 1 FROM area a WHERE a.path = r.path AND a.offset = r.offset)"
            " AND NOT EXISTS (SELECT 1 FROM area a WHERE a.record_id = r.record_id) ORDER BY 1, 2"
        )
        yield from _missing(ledger, unmapped, agree.RECORD_NO_AREA, "a division in the logical map")


def _lines(ledger: Ledger, documents: Documents) -> Iterator[Finding]:
    if not documents.has_index:
        return
    wrong = (
        "SELECT l.doc, l.number, l.path, l.offset, l.length, r.length, l.url, r.url,"
        " l.facts || ' ' || coalesce(l.digest, '-'), r.facts || ' ' || coalesce(r.digest, '-') FROM line l"
        " LEFT JOIN record r ON r.path = l.path AND r.offset = l.offset"
        " WHERE l.path IN (SELECT path FROM checked)"
        " AND ((r.path IS NULL AND l.path NOT IN (SELECT path FROM broken))"
        " OR r.length <> l.length OR r.url <> l.url OR r.digest <> l.digest"
        " OR (? AND r.path IS NOT NULL AND coalesce(r.facts, '') <> l.facts)"
        " OR (? AND l.digest IS NULL AND r.digest IS NOT NULL))"
        " ORDER BY l.doc, l.number"
    )
    # Other programs differ in what they write for a key, a media type or a status.
    for doc, number, path, offset, length, member, *said in ledger.ask(wrong, documents.is_ours, documents.is_ours):
        where = f"{doc}#line={number}"
        expected = f"{length} bytes at {offset} in {path}, {said[0]}, {said[2]}"
        found = "no record begins there" if member is None else f"{member} bytes, {said[1]}, {said[3]}"
        yield agree.LINE_NO_RECORD.at(where, expected=expected, found=found)
    absent = "SELECT doc, number, path FROM line WHERE path NOT IN (SELECT path FROM known) ORDER BY 1, 2"
    for doc, number, path in ledger.ask(absent):
        yield agree.LINE_NO_RECORD.at(f"{doc}#line={number}", expected=f"the file {path}", found="no such file")
    unlisted = (
        "SELECT path, record_id, url FROM record r WHERE content AND NOT EXISTS"
        " (SELECT 1 FROM line l WHERE l.path = r.path AND l.offset = r.offset) ORDER BY 1, 2"
    )
    yield from _missing(ledger, unlisted, agree.RECORD_NO_LINE, "a line in the index")


def _missing(ledger: Ledger, query: str, rule: Rule, expected: str) -> Iterator[Finding]:
    for path, record_id, url in ledger.ask(query):
        yield rule.at(f"{path}#{record_id}", expected=expected, found=f"none for {url}")


def _areas_and_lines(ledger: Ledger, documents: Documents) -> Iterator[Finding]:
    """Where a record itself was not read, METS and the index are all there is to compare."""
    if not (documents.has_map and documents.has_index and (documents.is_ours or ledger.has("area"))):
        return
    areas = (
        "SELECT a.doc, a.record_id, a.length, l.length FROM area a LEFT JOIN line l ON l.path = a.path"
        " AND l.offset = a.offset WHERE (l.path IS NULL OR l.length <> a.length)"
        " AND a.path IN (SELECT path FROM unread)"
        " AND NOT EXISTS (SELECT 1 FROM record r WHERE r.path = a.path AND r.offset = a.offset) ORDER BY 1, 2"
    )
    for doc, record_id, length, other in ledger.ask(areas):
        found = "no line for these bytes" if other is None else f"{other} bytes in the index"
        yield agree.AREA_NOT_LINE.at(f"{doc}#{record_id}", expected=f"{length} bytes in the index", found=found)
    lines = (
        "SELECT l.doc, l.number, l.url FROM line l WHERE l.url LIKE 'http%' AND NOT EXISTS"
        " (SELECT 1 FROM area a WHERE a.path = l.path AND a.offset = l.offset)"
        " AND l.path IN (SELECT path FROM unread)"
        " AND NOT EXISTS (SELECT 1 FROM record r WHERE r.path = l.path AND r.offset = l.offset) ORDER BY 1, 2"
    )
    for doc, number, url in ledger.ask(lines):
        yield agree.AREA_NOT_LINE.at(f"{doc}#line={number}", expected="a division in METS", found=f"none for {url}")


def _streams(ledger: Ledger) -> Iterator[Finding]:
    wrong = (
        "SELECT s.doc, s.record_id, s.digest, s.length, s.place, t.digest, t.size,"
        " t.path || '#offset=' || t.offset || '&length=' || t.length AS lies FROM stream s"
        " LEFT JOIN truth t ON t.record_id = s.record_id"
        " WHERE t.record_id IS NULL OR coalesce(s.digest, '') <> replace(t.digest, 'sha256:', '')"
        " OR s.length <> t.size OR s.place <> lies ORDER BY 1, 2"
    )
    for doc, record_id, *said in ledger.ask(wrong):
        expected = f"{said[0] or 'no digest'}, {said[1]} bytes, {said[2]}"
        found = "no such record" if said[5] is None else f"{said[3] or 'no digest'}, {said[4]} bytes, {said[5]}"
        yield agree.STREAM_NO_RECORD.at(f"{doc}#{record_id}", expected=expected, found=found)
    silent = (
        "SELECT path, record_id, url FROM truth t WHERE content AND record_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM stream s WHERE s.record_id = t.record_id) ORDER BY 1, 2"
    )
    yield from _missing(ledger, silent, agree.RECORD_NO_STREAM, "a bitstream in PREMIS")


def _links(ledger: Ledger, documents: Documents) -> Iterator[Finding]:
    orphans = (
        "SELECT doc, row, record_id FROM link WHERE record_id IS NOT NULL"
        " AND record_id NOT IN (SELECT record_id FROM truth WHERE record_id IS NOT NULL)"
        " AND (EXISTS (SELECT 1 FROM checked) OR outcome IN ('captured', 'duplicate'))"
        " AND NOT EXISTS (SELECT 1 FROM broken) ORDER BY 1, 2"
    )
    for doc, row, record_id in ledger.ask(orphans):
        yield agree.LINK_NO_RECORD.at(f"{doc}#line={row}", expected=f"the record {record_id}", found="no such record")
    for doc, row, url in ledger.ask("SELECT doc, max(row), url FROM link GROUP BY doc, url HAVING count(*) > 1"):
        yield agree.LINK_TWICE.at(f"{doc}#line={row}", expected="one row for a URL", found=f"another for {url}")
    untold = (
        "SELECT path, record_id, url FROM truth t WHERE content AND url LIKE 'http%'"
        " AND NOT EXISTS (SELECT 1 FROM link l WHERE l.url = t.url) ORDER BY 1, 2"
    )
    yield from _missing(ledger, untold, agree.RECORD_NO_LINK, "a row in links.csv")
    counts = {row[0]: row[1] for row in ledger.ask("SELECT outcome, count(*) FROM link GROUP BY outcome")}
    for where, stated in documents.counts:
        for outcome in Outcome:
            actual = str(counts.get(outcome.value, 0))
            if outcome.value in stated and stated[outcome.value] != actual:
                found = f"{outcome.value}: {stated[outcome.value]}"
                yield agree.COUNTS.at(where, expected=f"{outcome.value}: {actual}, as in links.csv", found=found)
