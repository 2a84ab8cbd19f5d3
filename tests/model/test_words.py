import re
from pathlib import Path

import pytest

import strongroom
from strongroom.model.exchange import FailureKind, Truncation
from strongroom.model.outcome import Relation
from strongroom.model.plan import Plan, RobotsPolicy, Scope
from strongroom.model.words import (
    reason_in_general,
    reason_in_words,
    relation_in_words,
    robots_in_words,
    scope_in_words,
)

SOURCE = Path(strongroom.__file__).parent

EVERY = [
    ("ok", "the answer was kept", "the answer was kept"),
    ("redirect-301", "a redirect (301)", "a redirect (301)"),
    ("http-401", "the server asks for a login (401)", "the server asks for a login (401)"),
    ("http-404", "not found (404)", "not found (404)"),
    ("http-418", "the server answered 418", "the server answered 418"),
    ("http-503", "the server failed (503)", "the server failed (503)"),
    ("no-content", "a page without content", "a page without content"),
    ("same-payload: http://a/", "the same bytes as http://a/", "the same bytes as another answer"),
    (
        "challenge: Cloudflare",
        "a guard's page came instead of the page (Cloudflare)",
        "a guard's page came instead of the page",
    ),
    (
        "truncated: disconnect",
        "the answer did not arrive as a whole: the connection broke off",
        "the answer did not arrive as a whole",
    ),
    ("dns: the name a has no address", "the name a has no address", "the host's name was not resolved"),
    ("connect: no connection to ::1 port 80: refused", "no connection to ::1 port 80: refused", None),
    ("tls: no TLS session with a: self-signed", "no TLS session with a: self-signed", "no trustworthy TLS connection"),
    ("timeout: no answer within 60 s", "no answer within 60 s", "the server took too long"),
    ("address: port 1 is never asked", "port 1 is never asked", "an address that is not asked"),
    ("scheme: mailto", "not a web page (mailto:)", "not a web page (mailto:, data: and the like)"),
    ("scope: outside the host", "outside the scope: outside the host", "outside the scope: outside the host"),
    ("excluded", "matches a pattern to exclude", "matches a pattern to exclude"),
    ("limit-count: 3 URLs", "the limit of 3 URLs was reached", "a limit of this capture was reached"),
    ("limit-redirects: more than 20 in a row", "too many redirects: more than 20 in a row", None),
    ("robots: line 3: Disallow: /private/", "robots.txt: line 3: Disallow: /private/", "robots.txt forbids it"),
    (
        "robots: line 3: Allow: /Disallow: /",
        "robots.txt: line 3: Allow: /Disallow: /",
        "robots.txt does not forbid it",
    ),
    (
        "robots: it answered 503, so all is forbidden",
        "robots.txt: it answered 503, so all is forbidden",
        "robots.txt could not be had, which forbids all",
    ),
    (
        "robots: recorded, not obeyed; obeyed, it would forbid this (robots: line 2: Disallow: /)",
        None,
        "robots.txt would forbid it, and is only recorded",
    ),
]


@pytest.mark.parametrize(("reason", "words", "general"), EVERY)
def test_a_reason_is_said_in_plain_words(reason, words, general):
    assert words in (None, reason_in_words(reason))
    assert general in (None, reason_in_general(reason))


@pytest.mark.parametrize("kind", [*FailureKind, *(f"truncated: {why.value}" for why in Truncation)])
def test_every_way_to_fail_has_words(kind):
    reason = f"{kind}: why" if isinstance(kind, FailureKind) else kind
    assert reason_in_words(reason) != reason
    assert reason_in_general(reason) != "other"


def test_every_relation_has_words():
    assert len({relation_in_words(one) for one in Relation}) == len(Relation)


@pytest.mark.parametrize(
    ("scope", "depth", "words"),
    [
        (Scope.PAGE, 0, "the pages named alone (scope page)"),
        (Scope.LINKED, 1, "the pages named and pages they link to (scope linked, at most 1 link away)"),
        (Scope.HOST, None, "all pages on the same host (scope host)"),
        (Scope.PREFIX, 2, "all pages whose address begins alike (scope prefix, at most 2 links away)"),
        (Scope.DOMAIN, None, "all pages in the same domain (scope domain)"),
    ],
)
def test_a_scope_is_said_in_plain_words(scope, depth, words):
    assert scope_in_words(Plan((), scope, depth, (), (), 1, 1, 1.0, RobotsPolicy.OBEY)) == words


def test_what_is_done_about_robots_txt_has_words():
    assert [robots_in_words(one) for one in RobotsPolicy] == ["obeyed", "recorded, not obeyed"]


def test_every_token_in_the_code_has_words():
    """Tokens are written as the beginning of a string: `"http-…"`, `"scope: …"`."""
    written = re.compile(r'"((?:limit|same|no|not)-[a-z]+|scope|robots|scheme|challenge|excluded)[":]')
    tokens = {
        token
        for room in ("web", "formats/http")
        for path in (SOURCE / room).rglob("*.py")
        for token in written.findall(path.read_text(encoding="utf-8"))
        if token not in {"no-cache", "no-store"}
    }
    assert {"limit-count", "limit-bytes", "limit-time", "limit-redirects", "not-included", "no-content"} <= tokens
    assert [token for token in sorted(tokens) if reason_in_words(token) == token] == []


def test_what_nobody_knows_stays_as_it_is():
    assert (reason_in_words("because"), reason_in_general("because")) == ("because", "other")
