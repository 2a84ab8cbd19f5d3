"""Describe reads the article out of the WARC, through redirects, revisits and content codings."""

import gzip
import tracemalloc
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from edges import CountingIdentifiers, TickingClock
from formats.warc_samples import WHEN, exchange, response
from strongroom.errors import UsageError
from strongroom.formats.warc.exchange import records_of, warcinfo_fields
from strongroom.formats.warc.write import WarcWriter
from strongroom.model.capture import Capture, RecordEntry
from strongroom.model.description import Candidate
from strongroom.model.exchange import Truncation
from strongroom.model.outcome import Outcome, Relation
from strongroom.model.plan import Plan, RobotsPolicy, Scope
from strongroom.settings import DescribeSettings
from strongroom.stages.describe import MAX_PAGE_BYTES, MAX_REFERENCES, describe
from strongroom.web.journal import Journal
from strongroom.web.scope import Place
from strongroom.web.seen import Verdict

SEED = "https://example.org/a"
PAGE = (
    '<!doctype html><html lang="fr"><head><title>Le moulin - Chroniques</title>'
    '<meta property="og:site_name" content="Chroniques"><meta name="author" content="Élodie Marchand"></head>'
    "<body><article><h1>Le moulin</h1><p>Il tourne.</p></article></body></html>"
).encode()
PACKAGE = "uuid-00000000-0000-4000-8000-000000000001"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"])
    return head.encode() + b"\r\n\r\n" + body


class Work:
    """A work directory as capture leaves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = Journal.create(folder, {"package_id": PACKAGE})
        self.ids = CountingIdentifiers()
        self.archive = folder / PACKAGE / "data" / PACKAGE / "representations" / "rep1" / "data" / "archive"
        self.archive.mkdir(parents=True)
        self.writer = WarcWriter(
            self.archive,
            stem=PACKAGE,
            info=warcinfo_fields(software="strongroom/0.1.0", robots="obey"),
            max_bytes=10**9,
            clock=TickingClock(),
            new_id=self.ids,
        )

    def see(self, url: str, relation: Relation) -> int:
        known = self.journal.standing(url)
        if known is not None:
            return known.id
        row = self.journal.see(url, relation, Place(is_page=True, hop=0, redirects=0), found_on="")
        assert row is not None
        return row

    def fetched(
        self,
        url: str,
        block: bytes,
        relation: Relation = Relation.SEED,
        *,
        revisit_of: RecordEntry | None = None,
        truncated: Truncation | None = None,
    ) -> RecordEntry:
        made = exchange(None, url=url, response=replace(response(block), truncated=truncated))
        records = records_of(made, new_id=self.ids, revisit_of=revisit_of, known_certificates=set())
        entries = self.writer.write_all(records)
        self.journal.wrote(entries)
        entry = entries[0]
        verdict = Verdict(Outcome.CAPTURED, "", entry.status, entry.media_type, 1, entry.record_id, at=WHEN)
        self.journal.conclude(self.see(url, relation), verdict, attempts=1)
        return entry

    def links(self, source: str, targets: Sequence[str], relation: str = "hyperlink") -> None:
        self.journal.connect(
            [(self.see(source, Relation.SEED), self.see(one, Relation.HYPERLINK), relation, "") for one in targets]
        )

    def capture(self) -> Capture:
        self.writer.close()
        self.journal.commit()
        plan = Plan((SEED,), Scope.PAGE, None, (), (), 10, 10**6, 10.0, RobotsPolicy.OBEY)
        counts = dict.fromkeys(Outcome, 0)
        return Capture(self.folder, PACKAGE, "urn:uuid:2", plan, WHEN, WHEN, self.writer.files, counts, ())


@pytest.fixture
def work(tmp_path: Path):
    made = Work(tmp_path)
    with closing(made.journal), made.writer:
        yield made


def chosen(candidates: Sequence[Candidate]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in candidates:
        if one.chosen:
            found.setdefault(one.term.removeprefix("dcterms:"), []).append(one.value)
    return found


def test_an_article_is_described_from_its_record(work: Work) -> None:
    entry = work.fetched(SEED, answer(PAGE, "Content-Type: text/html; charset=utf-8", "Content-Language: fr-CH"))
    description = describe(work.capture(), DescribeSettings())
    assert description.url == SEED
    assert chosen(description.candidates) == {
        "title": ["Le moulin"],
        "creator": ["Élodie Marchand"],
        "publisher": ["Chroniques"],
        "dateAccepted": ["2025-11-03T08:00:00.123Z"],
        "language": ["fr"],
        "type": ["Text"],
        "format": ["text/html", "application/warc"],
        "identifier": [SEED],
        "source": [SEED],
    }
    assert description.text == ("Le moulin", "Il tourne.")
    assert description.faults == ()
    assert {one.record_id for one in description.candidates} == {entry.record_id}


def test_a_coded_page_is_decoded(work: Work) -> None:
    work.fetched(SEED, answer(gzip.compress(PAGE), "Content-Type: text/html", "Content-Encoding: gzip"))
    description = describe(work.capture(), DescribeSettings())
    assert (description.first("dcterms:title"), description.faults) == ("Le moulin", ())


def test_a_broken_coding_is_a_fault_and_what_came_before_it_is_read(work: Work) -> None:
    body = gzip.compress(PAGE + b"<p>x</p>" * 20_000, compresslevel=0)
    work.fetched(SEED, answer(body[:70_000], "Content-Type: text/html", "Content-Encoding: gzip"))
    description = describe(work.capture(), DescribeSettings())
    assert description.first("dcterms:title") == "Le moulin"
    assert [fault.partition(":")[0] for fault in description.faults] == ["the article was not read as a whole"]


def test_the_article_is_where_redirects_end(work: Work) -> None:
    work.fetched(SEED, answer(b"", "Location: /b", status="302 Found"))
    entry = work.fetched("https://example.org/b", answer(PAGE, "Content-Type: text/html"), Relation.REDIRECT)
    work.links(SEED, ["https://example.org/b"], "redirect")
    description = describe(work.capture(), DescribeSettings())
    assert (description.url, description.first("dcterms:title")) == ("https://example.org/b", "Le moulin")
    assert {one.record_id for one in description.candidates} == {entry.record_id}


def test_the_payload_of_a_revisit_is_that_of_its_original(work: Work) -> None:
    original = work.fetched("https://example.org/other", answer(PAGE, "Content-Type: text/html"), Relation.HYPERLINK)
    entry = work.fetched(SEED, answer(PAGE, "Content-Type: text/html", "Content-Language: de"), revisit_of=original)
    description = describe(work.capture(), DescribeSettings())
    assert description.first("dcterms:title") == "Le moulin"
    assert "de" in {one.value for one in description.candidates if one.source == "header"}
    assert {one.record_id for one in description.candidates} == {entry.record_id}


def test_a_truncated_article_is_read_as_far_as_it_goes(work: Work) -> None:
    work.fetched(SEED, answer(PAGE, "Content-Type: text/html"), truncated=Truncation.TIME)
    description = describe(work.capture(), DescribeSettings())
    assert description.first("dcterms:title") == "Le moulin"
    assert description.faults == ("the record of the article is truncated (time); it was read as far as it goes",)


@pytest.mark.parametrize("stated", [(), ("Content-Type: unknown/unknown",), ("Content-Type: */*",)])
def test_html_whose_content_type_says_nothing_is_read_as_html(work: Work, stated: tuple[str, ...]) -> None:
    work.fetched(SEED, answer(PAGE, *stated))
    description = describe(work.capture(), DescribeSettings())
    assert description.first("dcterms:title") == "Le moulin"


def test_a_pdf_is_described_without_being_opened(work: Work) -> None:
    work.fetched(SEED + ".pdf", answer(b"%PDF-1.7", "Content-Type: application/pdf"))
    description = describe(work.capture(), DescribeSettings())
    assert chosen(description.candidates) == {
        "title": ["a.pdf"],
        "publisher": ["example.org"],
        "dateAccepted": ["2025-11-03T08:00:00.123Z"],
        "type": ["Text"],
        "format": ["application/pdf", "application/warc"],
        "identifier": [SEED + ".pdf"],
        "source": [SEED + ".pdf"],
    }
    assert description.text == ()


def test_of_what_is_no_page_only_the_beginning_is_read(work: Work) -> None:
    film = b"\0" * (MAX_PAGE_BYTES + 1)
    work.fetched(SEED + ".mp4", answer(film, "Content-Type: video/mp4"))
    tracemalloc.start()
    description = describe(work.capture(), DescribeSettings())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert description.faults == ()
    assert peak < MAX_PAGE_BYTES // 4


def test_captured_pages_that_the_article_links_to_are_its_references(work: Work) -> None:
    work.fetched(SEED, answer(PAGE, "Content-Type: text/html"))
    for name in ("b", "c", "pixel"):
        work.fetched(f"https://example.org/{name}", answer(b"x" + name.encode()), Relation.HYPERLINK)
    work.see("https://example.org/not-captured", Relation.HYPERLINK)
    work.links(SEED, ["https://example.org/c", "https://example.org/b", "https://example.org/not-captured"])
    work.links(SEED, ["https://example.org/pixel"], "embed")
    work.links("https://example.org/b", ["https://example.org/pixel"])
    description = describe(work.capture(), DescribeSettings())
    assert chosen(description.candidates)["references"] == ["https://example.org/b", "https://example.org/c"]


def test_references_are_cut_at_a_stated_number(work: Work) -> None:
    work.fetched(SEED, answer(PAGE, "Content-Type: text/html"))
    rows = []
    for number in range(MAX_REFERENCES + 5):
        row = work.see(f"https://example.org/{number:05}", Relation.HYPERLINK)
        work.journal.conclude(row, Verdict(Outcome.CAPTURED, "", 200, "text/html", 1, "urn:x", at=WHEN), attempts=1)
        rows.append(f"https://example.org/{number:05}")
    work.links(SEED, rows)
    description = describe(work.capture(), DescribeSettings())
    assert chosen(description.candidates)["references"] == rows[:MAX_REFERENCES]
    assert description.faults == ("dcterms:references names the first 1,000 captured pages that the article links to",)


def test_what_people_say_goes_before_what_the_page_says(work: Work) -> None:
    work.fetched(SEED, answer(PAGE, "Content-Type: text/html"))
    settings = DescribeSettings(
        values={"dcterms:title": ("The Mill",), "dc:subject": ("mills", "rivers"), "dcterms:issued": ("spring 1999",)},
        defaults={"dcterms:language": ("en",), "dcterms:audience": ("Millers",)},
        collector="Town Archive",
        collection="Rivers",
        rights="Reading room only",
    )
    description = describe(work.capture(), settings)
    found = chosen(description.candidates)
    assert found["title"] == ["The Mill"]
    assert found["subject"] == ["mills", "rivers"]
    assert found["issued"] == ["spring 1999"]
    assert found["language"] == ["fr"]
    assert found["audience"] == ["Millers"]
    assert found["provenance"] == ["Collected by Town Archive"]
    assert found["publisher"] == ["Chroniques"]
    assert found["isPartOf"] == ["Rivers"]
    assert found["accessRights"] == ["Reading room only"]
    typed = [one for one in description.candidates if one.source == "typed"]
    assert {(one.pointer, one.record_id) for one in typed} == {
        ("describe.values.dcterms:title", None),
        ("describe.values.dc:subject", None),
        ("describe.values.dcterms:issued", None),
    }


def test_a_typed_value_that_no_rule_would_believe_stands_all_the_same(work: Work) -> None:
    work.fetched(SEED, answer(PAGE, "Content-Type: text/html"))
    settings = DescribeSettings(values={"dcterms:creator": ("unknown",), "dcterms:issued": ("in spring",)})
    found = chosen(describe(work.capture(), settings).candidates)
    assert (found["creator"], found["issued"]) == (["unknown"], ["in spring"])


def test_terms_that_are_none_are_all_named(work: Work) -> None:
    work.fetched(SEED, answer(PAGE, "Content-Type: text/html"))
    settings = DescribeSettings(values={"dcterms:titel": ("x",)}, defaults={"foaf:name": ("y",), "dc:title": ("z",)})
    with pytest.raises(UsageError, match="'dcterms:titel', 'foaf:name': no term of Dublin Core; write for example"):
        describe(work.capture(), settings)


def test_an_article_that_was_not_captured_has_its_address_and_what_people_said(work: Work) -> None:
    entry = work.fetched(SEED, answer(b"gone", "Content-Type: text/html", status="404 Not Found"))
    assert entry.status == 404
    description = describe(work.capture(), DescribeSettings(values={"dcterms:title": ("Lost",)}))
    assert chosen(description.candidates) == {"title": ["Lost"], "identifier": [SEED], "source": [SEED]}
    assert description.faults == ("the article was not captured, so nothing was read from it; links.csv says why",)
    assert description.text == ()
