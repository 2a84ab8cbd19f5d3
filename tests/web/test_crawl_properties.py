"""Hundreds of small webs: every URL seen has one row, the sums agree, and a capture that broke off ends as any other."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.model.capture import RecordType
from strongroom.model.exchange import FailureKind
from strongroom.model.outcome import Outcome
from web.exchanges import answer
from web.sites import NOT_THERE, Captured, Capturing, Reply, Script, ScriptedSites, moved

# Each waits for the disk dozens of times.
EXAMPLES = 40
HOSTS = ("http://a.test", "http://b.test", "https://a.test")
URLS = [f"{host}/{number}" for host in HOSTS for number in range(4)]
SEED = URLS[0]
PASSING = (answer(503, b"busy"), FailureKind.TIMEOUT, answer(429, b"slow", b"Retry-After: 0"))
FAILING = (NOT_THERE, answer(403, b"no"), FailureKind.ADDRESS, FailureKind.TLS, answer(200, b"<html></html>"))


class BrokenError(Exception):
    """What the script says, too."""


urls = st.sampled_from([*URLS, "mailto:a@b.test", "data:,x"])


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    links = "".join(f'<a href="{url}">to</a>' for url in draw(st.lists(urls, max_size=4)))
    parts = "".join(f'<iframe src="{url}"></iframe>' for url in draw(st.lists(urls, max_size=2)))
    leads = "".join(f'<meta http-equiv="refresh" content="0;url={url}">' for url in draw(st.lists(urls, max_size=1)))
    # Each page says something else, or the next is a duplicate, or two pages are one.
    words = draw(st.sampled_from(["one", "two", "three"]))
    return answer(200, f'<link rel="icon" href="data:,"><p>{words}{leads}{parts}{links}'.encode())


redirects = st.sampled_from(URLS).map(moved)
replies: st.SearchStrategy[Reply] = st.one_of(documents(), documents(), redirects, st.sampled_from(FAILING))
scripts: st.SearchStrategy[Script] = st.one_of(
    replies, st.tuples(st.sampled_from(PASSING), replies), st.tuples(st.sampled_from(PASSING))
)
robots = st.sampled_from(
    [
        NOT_THERE,
        answer(200, b"User-agent: *\nDisallow: /1\n", content_type=b"text/plain"),
        FailureKind.CONNECT,
        answer(500, b""),
        moved("http://b.test/robots.txt"),
    ]
)
webs = st.fixed_dictionaries(
    dict.fromkeys(URLS, scripts) | {f"{host}/robots.txt": st.one_of(st.just(NOT_THERE), robots) for host in HOSTS}
)
rules = st.one_of(
    st.builds(lambda depth: {"scope": "linked", "depth": depth}, st.integers(0, 3)),
    st.sampled_from([{"scope": "page"}, {"scope": "host"}, {"scope": "domain", "depth": 2}, {"exclude": ["/2"]}]),
)
some_settings = st.fixed_dictionaries(
    {
        "max_redirects": st.sampled_from([2, 20]),
        "connections": st.sampled_from([1, 2, 32]),
        "connections_per_host": st.sampled_from([1, 4]),
        "attempts": st.sampled_from([1, 2, 3]),
        "warc_bytes": st.sampled_from([4000, 10**9]),
    }
)
seeds = st.sampled_from([[SEED], [SEED, URLS[1]], [SEED, "http://a.test/robots.txt"]])


def check_sums(captured: Captured, sites: ScriptedSites) -> None:
    """What must hold between rows, counts, records and requests, whatever the web was."""
    rows = captured.rows.values()
    assert captured.capture.counts == {one: sum(row.outcome is one for row in rows) for one in Outcome}
    records = {entry.record_id: entry for entry in captured.records}
    assert len(records) == len(captured.records)
    for row in rows:
        if row.record_id is not None:
            assert records[row.record_id].target_uri == row.url
        assert (row.attempts > 0) == (row.record_id is not None)
        assert row.attempts or row.outcome in {Outcome.REFUSED, Outcome.FAILED}
    answers = {RecordType.RESPONSE, RecordType.REVISIT}
    answered = {entry.target_uri for entry in captured.records if entry.type in answers}
    assert answered >= {row.url for row in rows if row.status is not None}
    assert answered <= {row.url for row in rows if row.attempts}
    assert sum(file.records for file in captured.capture.warcs) == len(records)
    assert {url for url, _ in sites.asked} == {row.url for row in rows if row.attempts}


def told(captured: Captured) -> dict[str, tuple[object, ...]]:
    """What does not depend on the order in which answers came.

    Which of two equal payloads came first does, and by which of several ways a URL was seen that none led into scope.
    """
    kept = {Outcome.DUPLICATE: Outcome.CAPTURED}
    return {
        url: (kept.get(row.outcome, row.outcome), row.status, row.hop if row.attempts else None)
        for url, row in captured.rows.items()
    }


@settings(max_examples=EXAMPLES, deadline=None)
@given(webs, rules, some_settings, seeds)
def test_every_url_seen_has_one_row_and_all_sums_agree(web, rules, some_settings, seeds):
    with tempfile.TemporaryDirectory() as folder:
        sites = ScriptedSites(web)
        captured = Capturing(Path(folder), seeds, rules, **some_settings).run_to_end(sites)
        if captured is None:
            return
        check_sums(captured, sites)
        asked = Counter(url for url, _ in sites.asked)
        assert {url: asked[url] for url in asked} == {
            url: row.attempts for url, row in captured.rows.items() if row.attempts
        }


@settings(max_examples=EXAMPLES, deadline=None)
@given(webs, rules, some_settings, seeds, st.lists(st.integers(0, 30), max_size=4))
def test_broken_off_at_any_request_a_capture_ends_as_if_undisturbed(web, rules, some_settings, seeds, breaks):
    def before(number: int) -> None:
        if number in breaks:
            raise BrokenError

    with tempfile.TemporaryDirectory() as folder:
        # Every time is the first for a script, or the second attempt would be the first that is kept.
        web = {url: script if isinstance(script, bytes | FailureKind) else script[-1] for url, script in web.items()}
        undisturbed = Capturing(Path(folder, "a"), seeds, rules, **some_settings).run_to_end(ScriptedSites(web))
        sites = ScriptedSites(web, before=before)
        capturing = Capturing(Path(folder, "b"), seeds, rules, **some_settings)
        captured = None
        for _ in range(len(breaks) + 1):
            try:
                captured = capturing.run_to_end(sites)
                break
            except BrokenError:
                continue
        assert (captured is None) == (undisturbed is None)
        if captured is not None and undisturbed is not None:
            check_sums(captured, sites)
            assert told(captured) == told(undisturbed)
