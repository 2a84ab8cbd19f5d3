from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strongroom.errors import UsageError
from strongroom.model.capture import Edge, Page, RecordEntry, RecordType, WarcFile
from strongroom.model.digest import Digest, Fixity
from strongroom.model.outcome import LinkRow, Outcome, Relation
from strongroom.web.journal import Journal
from strongroom.web.scope import Place
from strongroom.web.seen import Queued, Standing, Verdict

MOMENT = datetime(2025, 11, 3, 8, 0, 0, 123000, tzinfo=UTC)
ENTRY = RecordEntry(
    record_id="urn:uuid:1",
    type=RecordType.RESPONSE,
    target_uri="http://a/",
    date=MOMENT,
    warc="a.warc.gz",
    offset_bytes=10,
    length_bytes=20,
    block_digest=Digest.of([b"block"]),
    block_length_bytes=5,
    payload_digest=Digest.of([b"payload"]),
    payload_length_bytes=7,
    status=200,
    media_type="text/html",
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal.create(tmp_path, {"package_id": "uuid-1"})) as made:
        yield made


def see(journal: Journal, url: str, relation: Relation = Relation.HYPERLINK) -> int:
    is_page = relation.is_page
    identifier = journal.see(url, relation, Place(is_page, 1, 0), found_on="http://seed/")
    assert identifier is not None
    return identifier


def test_a_folder_without_a_journal_is_refused_with_advice(tmp_path: Path):
    with pytest.raises(UsageError, match=r"holds no capture; run `strongroom capture URL --work"):
        Journal.read(tmp_path)


def test_a_url_is_new_once(journal: Journal):
    first = see(journal, "http://a/")
    again = journal.see("http://a/", Relation.EMBED, Place(False, 0, 0), found_on="")
    assert (again, journal.standing("http://a/")) == (None, Standing(first, None, "", Place(True, 1, 0)))


def test_what_is_not_committed_is_gone_after_a_kill(tmp_path: Path):
    journal = Journal.create(tmp_path, {})
    see(journal, "http://a/")
    journal.commit()
    see(journal, "http://b/")
    journal.close()
    with closing(Journal.read(tmp_path)) as after:
        assert [item.url for item in after.queued()] == ["http://a/"]


def test_a_queued_url_comes_back_as_it_was_seen(journal: Journal):
    identifier = see(journal, "http://a/")
    journal.conclude(identifier, Verdict(Outcome.FAILED, "http-503", 503), attempts=2, is_final=False)
    assert list(journal.queued()) == [
        Queued(identifier, "http://a/", Relation.HYPERLINK, True, 1, 0, "http://seed/", 2)
    ]


def test_a_concluded_url_has_one_row_and_leaves_the_queue(journal: Journal):
    identifier = see(journal, "http://a/")
    verdict = Verdict(Outcome.CAPTURED, "ok", 200, "text/html", 7, "urn:uuid:1", "A title", MOMENT)
    journal.conclude(identifier, verdict, attempts=1)
    row = LinkRow(
        "http://a/", Outcome.CAPTURED, "ok", 200, "text/html", 7, "urn:uuid:1", "http://seed/", Relation.HYPERLINK, 1, 1
    )
    page = Page("http://a/", MOMENT, "A title", "urn:uuid:1", 1)
    assert (list(journal.links()), list(journal.queued()), list(journal.pages())) == ([row], [], [page])


def test_counts_have_every_outcome(journal: Journal):
    journal.conclude(see(journal, "http://a/"), Verdict(Outcome.BLOCKED, "http-403"), attempts=1)
    assert journal.counts() == {**dict.fromkeys(Outcome, 0), Outcome.BLOCKED: 1}


def test_a_url_out_of_scope_can_be_queued_later_as_something_else(journal: Journal):
    identifier = see(journal, "http://a/")
    journal.conclude(identifier, Verdict(Outcome.REFUSED, "scope: x"), attempts=0)
    journal.reopen(identifier, Relation.EMBED, Place(False, 0, 0), found_on="http://b/")
    assert list(journal.queued()) == [Queued(identifier, "http://a/", Relation.EMBED, False, 0, 0, "http://b/", 0)]


def test_records_come_back_as_they_were_written(journal: Journal):
    revisit = replace(
        ENTRY, record_id="urn:uuid:2", type=RecordType.REVISIT, refers_to="urn:uuid:1", payload_digest=None
    )
    journal.wrote([ENTRY, revisit])
    assert list(journal.records()) == [ENTRY, revisit]
    assert list(journal.records((RecordType.REVISIT,))) == [revisit]
    assert journal.record("urn:uuid:2") == revisit


def test_only_a_whole_successful_response_is_an_original(journal: Journal):
    digest = Digest.of([b"payload"])
    journal.wrote([replace(ENTRY, status=404), replace(ENTRY, truncated="length")])
    assert journal.same_payload(digest) is None
    journal.wrote([ENTRY])
    assert journal.same_payload(digest) == ENTRY


def test_edges_are_given_where_both_ends_were_captured(journal: Journal):
    here, there, nowhere = (see(journal, f"http://{name}/") for name in "abc")
    for identifier, record_id in ((here, "urn:uuid:1"), (there, "urn:uuid:2")):
        journal.conclude(identifier, Verdict(Outcome.CAPTURED, "ok", 200, record_id=record_id), attempts=1)
    journal.conclude(nowhere, Verdict(Outcome.FAILED, "http-404", 404), attempts=1)
    journal.connect(
        [(here, there, "hyperlink", "There"), (here, nowhere, "hyperlink", ""), (here, there, "hyperlink", "")]
    )
    assert list(journal.edges()) == [Edge("urn:uuid:1", "urn:uuid:2", "hyperlink", "There")]
    assert list(journal.linked_from("http://a/")) == ["http://b/"]


def test_the_article_is_where_the_redirects_of_the_first_seed_end(journal: Journal):
    seed, target = see(journal, "http://a/", Relation.SEED), see(journal, "http://b/", Relation.REDIRECT)
    journal.conclude(seed, Verdict(Outcome.CAPTURED, "redirect-301", 301, record_id="urn:uuid:0"), attempts=1)
    journal.conclude(target, Verdict(Outcome.CAPTURED, "ok", 200, record_id="urn:uuid:1"), attempts=1)
    journal.connect([(seed, target, "redirect", "")])
    journal.wrote([replace(ENTRY, record_id="urn:uuid:0", status=301), ENTRY])
    assert journal.article() == ENTRY


def test_redirects_that_go_in_a_circle_have_no_article(journal: Journal):
    first, second = see(journal, "http://a/", Relation.SEED), see(journal, "http://b/", Relation.REDIRECT)
    journal.connect([(first, second, "redirect", ""), (second, first, "redirect", "")])
    assert journal.article() is None


def test_finished_files_are_remembered(journal: Journal):
    file = WarcFile("a-00001.warc.gz", Fixity(3, "aa", "bb"), 5)
    journal.closed(file)
    assert journal.warcs() == (file,)
