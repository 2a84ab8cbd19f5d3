"""URLs as browsers read them, against the Web Platform Tests and urlcanon."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.url import Url, listed_form, parse, resolve


def wpt_cases(corpora: Path) -> list[dict[str, str]]:
    cases = json.loads((corpora / "ada-wpt-url/tests/wpt/urltestdata.json").read_bytes())
    return [case for case in cases if isinstance(case, dict)]


def without_user_and_fragment(case: dict[str, str]) -> str:
    """What the case's href is in this house: no user information; no fragment where there is an authority."""
    href, protocol = case["href"], case["protocol"]
    if not href.startswith(f"{protocol}//"):
        return href
    bare = href.removesuffix(case["hash"]) if case["hash"] else href.removesuffix("#")
    user = href[len(protocol) + 2 :].partition("/")[0].partition("?")[0].rpartition("@")
    return bare.replace(f"{user[0]}@", "", 1) if user[1] else bare


def test_every_case_of_the_web_platform_tests_is_parsed_as_browsers_do(corpora: Path) -> None:
    cases = wpt_cases(corpora)
    assert len(cases) == 891
    for case in cases:
        url = parse(case["input"], case["base"])
        expected = None if case.get("failure") else without_user_and_fragment(case)
        assert (url.href if url else None) == expected, case


def test_every_part_of_a_parsed_case_is_what_the_web_platform_tests_say(corpora: Path) -> None:
    ports = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
    for case in wpt_cases(corpora):
        url = parse(case["input"], case["base"])
        if url is None or not case["href"].startswith(f"{case['protocol']}//"):
            continue
        scheme = case["protocol"][:-1]
        empty_query = "?" if "?" in url.href and not case["search"] else ""
        assert url == Url(
            href=url.href,
            scheme=scheme,
            host=case["hostname"],
            port=int(case["port"]) if case["port"] else ports.get(scheme),
            target=case["pathname"] + case["search"] + empty_query,
            origin=f"{scheme}://{case['host']}" if scheme in {"http", "https"} else "null",
        ), case


def test_resolving_agrees_with_parsing_on_every_case_with_a_base(corpora: Path) -> None:
    for case in wpt_cases(corpora):
        if case["base"] is not None:
            url = parse(case["input"], case["base"])
            assert resolve(case["input"], case["base"]) == (url.href if url else None)


def test_internationalised_hosts_become_punycode_or_no_url(corpora: Path) -> None:
    cases = json.loads((corpora / "ada-wpt-url/tests/wpt/toascii.json").read_bytes())
    counted = 0
    for case in cases:
        if isinstance(case, dict):
            url = parse(f"https://{case['input']}/x")
            assert (url.host if url else None) == case["output"], case
            counted += 1
    assert counted == 87


def test_addresses_in_odd_notations_are_the_addresses_that_browsers_see(corpora: Path) -> None:
    cases = json.loads((corpora / "urlcanon/testdata/funky_ipv4.json").read_bytes())
    assert len(cases) == 47
    for written, address in cases.items():
        url = parse(f"http://{written}/")
        # What urlcanon calls no address is a name, or no host at all.
        assert (url.host if url else None) == address or (address is None and url is not None and url.host == written)


@pytest.mark.parametrize(
    "written", ["http://127.1/", "http://0x7f000001/", "http://017700000001/", "http://2130706433/"]
)
def test_loopback_in_disguise_is_loopback(written: str) -> None:
    url = parse(written)
    assert url is not None
    assert url.host == "127.0.0.1"


def test_an_ipv6_host_keeps_its_brackets() -> None:
    assert parse("http://[2001:DB8:0::1]:8080/x") == Url(
        "http://[2001:db8::1]:8080/x", "http", "[2001:db8::1]", 8080, "/x", "http://[2001:db8::1]:8080"
    )


def test_credentials_are_cut_off() -> None:
    url = parse("https://user:s%40cret@example.org/a@b?c=d@e#f@g")
    assert url is not None
    assert url.href == "https://example.org/a@b?c=d@e"
    assert resolve("//user:secret@example.org/x", "https://example.org/") == "https://example.org/x"


def test_an_at_sign_in_a_path_is_no_credential() -> None:
    url = parse("https://example.org/@user")
    assert url is not None
    assert url.href == "https://example.org/@user"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("mailto:someone@example.org?subject=A b", "mailto:someone@example.org?subject=A%20b"),
        ("JavaScript:void(0)", "javascript:void(0)"),
        ("tel:+43 1 234", "tel:+43 1 234"),
        ("data:text/plain,a#b", "data:text/plain,a#b"),
        ("blob:https://user@example.org/1", "blob:https://user@example.org/1"),
    ],
)
def test_schemes_without_an_authority_come_back_as_written(written: str, expected: str) -> None:
    assert resolve(written, "https://example.org/") == expected


@pytest.mark.parametrize(
    "written", ["http://", "http://[::1", "http://a b/", "http://example.org:99999/", "https://%00/"]
)
def test_what_is_no_url_is_none(written: str) -> None:
    assert parse(written) is None
    assert resolve(written, "https://example.org/") is None


def test_a_relative_reference_without_a_base_is_no_url() -> None:
    assert parse("/a/b") is None


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert resolve("/\ud800", "http://example.org/") == "http://example.org/%EF%BF%BD"


def test_a_short_data_url_is_listed_whole() -> None:
    assert listed_form("data:," + "x" * 94) == "data:," + "x" * 94


def test_a_long_data_url_is_cut_at_100_characters_and_named_by_its_digest() -> None:
    url = "data:," + "x" * 95
    assert listed_form(url) == "data:," + "x" * 94 + "#sha256:" + hashlib.sha256(url.encode()).hexdigest()


@given(st.text(alphabet=st.characters(), max_size=400))
def test_the_listed_form_stays_what_it_is(text: str) -> None:
    for url in (text, f"data:{text}", f"data:{text * 3}"):
        listed = listed_form(url)
        assert listed_form(listed) == listed
        assert len(listed) <= max(len(url), 100 + len("#sha256:") + 64)


@given(st.text(max_size=60), st.sampled_from(["http://example.org/a/b?c", "https://ex.org:8443/", "http://[::1]/x/"]))
def test_what_was_resolved_resolves_to_itself(reference: str, base: str) -> None:
    url = resolve(reference, base)
    if url is not None and url.startswith("http"):
        assert resolve(url, base) == url
        parts = parse(url)
        assert parts is not None
        assert parts.href == url
        assert f"{parts.origin}{parts.target}" == url


@given(st.text(alphabet="abc%:/?#@[]\\. é", max_size=30), st.text(alphabet="xyzXYZ0123456789", min_size=8, max_size=8))
def test_a_password_never_stays_in_a_url(path: str, password: str) -> None:
    url = resolve(f"https://me:{password}@example.org/{path.replace(password, '')}", "https://example.org/")
    assert url is None or password not in url
