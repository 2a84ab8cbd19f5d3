"""The loop of a capture on scripted sites: which URLs are asked for, when, how often, and what becomes of them."""

from itertools import pairwise
from pathlib import Path

import pytest

from strongroom.errors import NothingCapturedError
from strongroom.model.exchange import FailureKind
from strongroom.model.outcome import Outcome, Relation
from web.exchanges import answer
from web.sites import Capturing, ScriptedSites, moved, page

A = "http://a.test"
B = "http://b.test"


def test_pages_of_one_host_begin_apart_by_the_delay(tmp_path: Path):
    links = [f"{A}/{number}" for number in range(4)]
    sites = ScriptedSites({f"{A}/": page(*links), **{one: page() for one in links}})
    Capturing(tmp_path, [f"{A}/"], delay_seconds=0.1).run(sites)
    moments = sorted(sites.time_of(url) for url in (f"{A}/", *links))
    assert [later - earlier >= 0.099 for earlier, later in pairwise(moments)] == [True] * 4


def test_robots_of_many_hosts_are_not_asked_for_all_at_once(tmp_path: Path):
    parts = [f"http://h{number}.test/i.png" for number in range(100)]
    sites = ScriptedSites({f"{A}/": page(parts=parts)}, seconds=0.002)
    Capturing(tmp_path, [f"{A}/"], connections=8).run(sites)
    assert sites.most_under_way <= 8


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "\x00",
        "1 2 3 4 5 6 7",
        "Mon, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_no_retry_after_ends_a_capture(tmp_path: Path, value: str):
    sites = ScriptedSites({f"{A}/": answer(503, b"busy", b"Retry-After: " + value.encode())})
    captured = Capturing(tmp_path, [f"{A}/"], attempts=1).run(sites)
    assert captured.outcomes() == {f"{A}/": ("failed", "http-503")}


def test_a_robots_txt_that_is_a_seed_is_asked_for_once(tmp_path: Path):
    sites = ScriptedSites({f"{A}/robots.txt": answer(200, b"User-agent: *\n", content_type=b"text/plain")})
    captured = Capturing(tmp_path, [f"{A}/robots.txt"]).run(sites)
    row = captured.rows[f"{A}/robots.txt"]
    assert (row.outcome, row.relation, row.attempts, len(sites.asked)) == (Outcome.CAPTURED, Relation.SEED, 1, 1)


def test_a_seed_that_leads_where_nothing_may_be_asked_is_a_loss(tmp_path: Path):
    for target, script in [("ftp://a.test/x", {}), (f"{B}/", {f"{B}/": FailureKind.ADDRESS})]:
        sites = ScriptedSites({f"{A}/": moved(target), **script})
        captured = Capturing(tmp_path / target[:3], [f"{A}/"]).run(sites)
        assert len(captured.capture.loss) == 1


def test_what_a_link_header_names_is_a_part_and_refresh_leads_on(tmp_path: Path):
    front = answer(
        200, b"<p>text", b"Link: </a.css>; rel=stylesheet, </b.woff>; rel=preload; as=font", b"Refresh: 5; url=/next"
    )
    sites = ScriptedSites({f"{A}/": front, f"{A}/next": page()})
    Capturing(tmp_path, [f"{A}/"], {"scope": "page"}).run(sites)
    assert sorted(sites.urls()) == [f"{A}/", f"{A}/a.css", f"{A}/b.woff", f"{A}/favicon.ico", f"{A}/next"]


def test_a_url_too_many_redirects_away_is_captured_where_a_page_links_to_it(tmp_path: Path):
    chain = {f"{A}/r{number}": moved(f"{A}/r{number + 1}") for number in range(4)}
    sites = ScriptedSites({f"{A}/": page(f"{A}/r0", f"{A}/slow"), **chain, f"{A}/slow": page(f"{A}/r3")})
    captured = Capturing(tmp_path, [f"{A}/"], {"depth": 2}, max_redirects=2, connections_per_host=1).run(sites)
    assert captured.outcomes()[f"{A}/r3"][0] == "captured"


def test_a_part_that_is_also_a_linked_page_has_its_links_followed(tmp_path: Path):
    front = answer(200, f'<p>text<iframe src="{A}/frame"></iframe><a href="{A}/frame">go</a>'.encode())
    sites = ScriptedSites({f"{A}/": front, f"{A}/frame": page(f"{A}/deep"), f"{A}/deep": page()})
    captured = Capturing(tmp_path, [f"{A}/"], {"depth": 2}).run(sites)
    assert captured.outcomes()[f"{A}/deep"][0] == "captured"


def test_no_answer_from_any_seed_leaves_nothing(tmp_path: Path):
    with pytest.raises(NothingCapturedError):
        Capturing(tmp_path, [f"{A}/"]).run(
            ScriptedSites({f"{A}/": FailureKind.CONNECT, f"{A}/robots.txt": FailureKind.CONNECT})
        )
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_url_without_end_is_listed_cut_and_never_asked_for(tmp_path: Path):
    sites = ScriptedSites({f"{A}/": page(parts=[f"{A}/{'x' * 1_500_000}"])})
    captured = Capturing(tmp_path, [f"{A}/"]).run(sites)
    (row,) = [row for row in captured.rows.values() if row.reason == "limit-length: 32768 characters"]
    assert (sites.urls(), row.outcome, row.url[100:108]) == ([f"{A}/"], Outcome.REFUSED, "#sha256:")
