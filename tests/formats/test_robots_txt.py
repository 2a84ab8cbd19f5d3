"""robots.txt by RFC 9309, against Google's published cases."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.robots_txt import LIMIT_BYTES, RobotsTxt


def google(corpora: Path, name: str) -> Any:
    return json.loads((corpora / "robots-google" / name).read_bytes())


def target_of(url: str) -> str:
    """Path and query of a URL that may lack a scheme, as Google's matcher takes them."""
    _, slashes, rest = url.partition("//")
    authority_and_path = rest if slashes else url
    start = min((place for place in map(authority_and_path.find, "/?;") if place >= 0), default=-1)
    target = authority_and_path[start:].partition("#")[0] if start >= 0 else "/"
    return target if target.startswith("/") else f"/{target}"


def test_the_tests_cut_urls_as_google_does(corpora: Path) -> None:
    for case in google(corpora, "robots-google-other.json")["path_params_query"]:
        assert target_of(case["url"]) == case["expected"], case


def test_all_145_cases_of_google_are_decided_as_google_does(corpora: Path) -> None:
    cases = google(corpora, "robots-google.json")
    assert len(cases) == 145
    for case in cases:
        robots = RobotsTxt.parse(case["robotstxt"].encode())
        assert robots.decide(case["agent"], target_of(case["url"]))[0] == case["allowed"], case


def test_only_what_is_a_product_token_is_found_in_a_file(corpora: Path) -> None:
    for case in google(corpora, "robots-google-other.json")["valid_user_agent_to_obey"]:
        agent = case["agent"]
        robots = RobotsTxt.parse(f"User-agent: {agent}\nDisallow: /\n".encode())
        assert robots.decide(agent, "/x")[0] is not case["valid"], case


def test_sitemaps_and_byte_order_marks_are_read_as_google_does(corpora: Path) -> None:
    for case in google(corpora, "robots-google-other.json")["parse_report"]:
        body = base64.b64decode(case["robotstxt_base64"])
        robots = RobotsTxt.parse(body)
        if "sitemap" in case:
            assert robots.sitemaps == (case["sitemap"],), case
        elif case["test"] == "ID_UTF8ByteOrderMarkIsSkipped":
            robots = RobotsTxt.parse(body.replace(b"Allow: /AnyValue", b"Disallow: /AnyValue"))
            assert robots.decide("foo", "/AnyValue")[0] is not (case["valid_directives"] == 2), case


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_each_kind_of_line_end_ends_a_line(line_end: str) -> None:
    robots = RobotsTxt.parse(line_end.join(["User-agent: *", "", "Disallow: /a", "Allow: /a/b"]).encode())
    assert robots.decide("strongroom", "/a") == (False, "line 3: Disallow: /a")
    assert robots.decide("strongroom", "/a/b") == (True, "line 4: Allow: /a/b")
    assert robots.decide("strongroom", "/c") == (True, "")


def test_an_empty_file_forbids_nothing() -> None:
    assert RobotsTxt.parse(b"").decide("strongroom", "/") == (True, "")


def test_a_page_in_place_of_robots_txt_forbids_nothing() -> None:
    assert RobotsTxt.parse(b"<!DOCTYPE html><title>Not found</title>").decide("strongroom", "/x") == (True, "")


def test_robots_txt_itself_is_always_allowed() -> None:
    robots = RobotsTxt.parse(b"User-agent: *\nDisallow: /\n")
    assert robots.decide("strongroom", "/robots.txt") == (True, "")
    assert robots.decide("strongroom", "/robots.txt.html")[0] is False


def test_groups_for_one_token_are_joined() -> None:
    robots = RobotsTxt.parse(
        b"User-agent: StrongRoom\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: strongroom/1.0\nDisallow: /b\n"
    )
    assert [robots.decide("strongroom", target)[0] for target in ("/a", "/b", "/c")] == [False, False, True]


def test_rules_for_others_do_not_concern_us() -> None:
    robots = RobotsTxt.parse(b"User-agent: strongroombot\nDisallow: /\n")
    assert robots.decide("strongroom", "/x") == (True, "")


def test_of_equally_long_patterns_the_one_that_allows_decides() -> None:
    robots = RobotsTxt.parse(b"User-agent: *\nDisallow: /page\nAllow: /page\n")
    assert robots.decide("strongroom", "/page") == (True, "line 3: Allow: /page")


@pytest.mark.parametrize(
    ("pattern", "target", "is_matched"),
    [
        ("/a*b", "/axxb/c", True),
        ("/a*b$", "/axxbyb", True),
        ("/a*b$", "/axxbyc", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/a$b", "/a$b/c", True),
        ("*.pdf$", "/x/y.pdf", True),
        ("/*", "/", True),
        ("/a**b", "/ab", True),
        ("/ab*b$", "/ab", False),
        ("/ünder", "/%C3%BCnder", True),
        ("/my dir/", "/my%20dir/x", True),
        ("/a%2fb", "/a%2Fb", True),
        ("/a%2Fb", "/a%2fb", True),
        ("/%7Euser", "/~user", True),
        ("/~user", "/%7Euser", True),
        ("/a?b=c d", "/a?b=c%20d", True),
        ("/a{b}?c={d}", "/a%7Bb%7D?c={d}", True),
    ],
)
def test_a_forbidding_pattern_matches_what_the_rfc_says(pattern: str, target: str, is_matched: bool) -> None:
    robots = RobotsTxt.parse(f"User-agent: *\nDisallow: {pattern}\n".encode())
    assert robots.decide("strongroom", target)[0] is not is_matched


def test_where_the_rfc_and_google_differ_what_fetches_less_decides() -> None:
    # Google does not decode %62, RFC 9309 section 2.2.2 does.
    robots = RobotsTxt.parse(b"User-agent: *\nDisallow: /a/%62\nDisallow: /c\nAllow: /c/%62\n")
    assert robots.decide("strongroom", "/a/b")[0] is False
    assert robots.decide("strongroom", "/c/b")[0] is False


def test_a_crawl_delay_belongs_to_its_group() -> None:
    robots = RobotsTxt.parse(
        b"User-agent: *\nCrawl-delay: 10\nDisallow:\n\nUser-agent: strongroom\nCrawl-delay: 2.5\nDisallow: /x\n"
    )
    assert (robots.crawl_delay("strongroom"), robots.crawl_delay("other")) == (2.5, 10.0)


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "inf", ""])
def test_a_crawl_delay_that_is_none_is_passed_over(value: str) -> None:
    assert RobotsTxt.parse(f"User-agent: *\nCrawl-delay: {value}\n".encode()).crawl_delay("strongroom") is None


def test_five_hundred_kibibytes_are_read_and_no_half_line() -> None:
    head = b"User-agent: *\n"
    padding = b"#" * (LIMIT_BYTES - len(head) - len(b"\nDisallow: /in\n")) + b"\nDisallow: /in\n"
    robots = RobotsTxt.parse(head + padding + b"Disallow: /out\n")
    assert robots.decide("strongroom", "/in")[0] is False
    assert robots.decide("strongroom", "/out")[0] is True
    cut = RobotsTxt.parse(head + b"#" * (LIMIT_BYTES - len(head) - 13) + b"\nDisallow: /private/x\n")
    assert cut.decide("strongroom", "/p") == (True, "")


def test_a_pattern_of_many_stars_is_decided_at_once() -> None:
    robots = RobotsTxt.parse(b"User-agent: *\nDisallow: /" + b"*a" * 500 + b"$\n")
    assert robots.decide("strongroom", "/" + "a" * 20_000 + "b") == (True, "")


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_are_a_robots_txt(body: bytes, target: str) -> None:
    robots = RobotsTxt.parse(b"User-agent: *\n" + body)
    robots.decide("strongroom", f"/{target}")
    robots.crawl_delay("strongroom")


@given(st.text(alphabet="ab*$/", max_size=12), st.text(alphabet="ab/$", max_size=12))
def test_matching_agrees_with_regular_expressions(pattern: str, target: str) -> None:
    import re

    written = f"/{pattern}"
    is_anchored = written.endswith("$")
    expression = ".*".join(map(re.escape, (written[:-1] if is_anchored else written).split("*")))
    expected = re.match(f"{expression}\\Z" if is_anchored else expression, f"/{target}", re.DOTALL) is not None
    robots = RobotsTxt.parse(f"User-agent: *\nDisallow: {written}\n".encode())
    assert robots.decide("strongroom", f"/{target}")[0] is not expected
