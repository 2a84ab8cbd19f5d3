"""The gate: one robots.txt for each origin, and what each kind of answer to it means (RFC 9309 section 2.3)."""

import asyncio
import gzip
from collections.abc import Coroutine
from typing import Any

import pytest

from strongroom.model.exchange import Exchange, FailureKind, Request, Truncation
from strongroom.model.plan import RobotsPolicy
from strongroom.web.robots import RobotsDecision, RobotsGate, redirect_target
from web.exchanges import answer, answered, failed

PRIVATE = answer(200, b"User-agent: *\nDisallow: /private\nCrawl-delay: 3\n", content_type=b"text/plain")
FREE = "robots: no rule forbids it"


class Web:
    """Hosts that answer for each URL with the bytes given, and remember who asked."""

    def __init__(self, answers: dict[str, bytes | Exchange]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    async def fetch(self, request: Request) -> Exchange:
        self.asked.append(request.url)
        await asyncio.sleep(0)
        given = self._answers[request.url]
        return given if isinstance(given, Exchange) else answered(request.url, given)


def gate(web: Web, policy: RobotsPolicy = RobotsPolicy.OBEY) -> RobotsGate:
    return RobotsGate(web.fetch, policy=policy)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def decide(web: Web, url: str, policy: RobotsPolicy = RobotsPolicy.OBEY) -> RobotsDecision:
    decision = run(gate(web, policy).decide(url))
    assert isinstance(decision, RobotsDecision)
    return decision


def redirect(to: str, status: int = 301) -> bytes:
    return answer(status, b"", b"Location: " + to.encode())


ROBOTS = "https://a.example/robots.txt"


def test_a_rule_that_forbids_is_named() -> None:
    assert decide(Web({ROBOTS: PRIVATE}), "https://a.example/private/x?y") == RobotsDecision(
        False, "robots: line 2: Disallow: /private", 3.0
    )


def test_what_no_rule_forbids_is_allowed_with_the_delay_asked_for() -> None:
    assert decide(Web({ROBOTS: PRIVATE}), "https://a.example/") == RobotsDecision(True, FREE, 3.0)


def test_each_origin_is_asked_once_however_many_ask_at_the_same_time() -> None:
    web = Web({ROBOTS: PRIVATE, "http://a.example:8080/robots.txt": answer(404)})

    async def many() -> list[RobotsDecision]:
        one = gate(web)
        urls = [f"https://a.example/{n}" for n in range(20)] + ["http://a.example:8080/private"] * 2
        return await asyncio.gather(*(one.decide(url) for url in urls))

    decisions = run(many())
    assert sorted(web.asked) == ["http://a.example:8080/robots.txt", ROBOTS]
    assert [decision.allowed for decision in decisions] == [True] * 22


def test_a_caller_that_gives_up_does_not_take_the_answer_from_the_others() -> None:
    web = Web({ROBOTS: PRIVATE})

    async def two() -> RobotsDecision:
        one = gate(web)
        first = asyncio.create_task(one.decide("https://a.example/1"))
        second = asyncio.create_task(one.decide("https://a.example/private"))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert run(two()).allowed is False
    assert web.asked == [ROBOTS]


def test_an_error_of_the_machine_is_raised_and_the_origin_is_asked_again_later() -> None:
    async def broken_then_whole() -> tuple[str, bool]:
        calls = 0

        async def fetch(request: Request) -> Exchange:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise OSError("disk full")
            return answered(request.url, PRIVATE)

        one = RobotsGate(fetch, policy=RobotsPolicy.OBEY)
        with pytest.raises(OSError, match="disk full") as raised:
            await one.decide("https://a.example/private")
        return str(raised.value), (await one.decide("https://a.example/private")).allowed

    assert run(broken_then_whole()) == ("disk full", False)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451])
def test_a_client_error_means_that_there_are_no_rules(status: int) -> None:
    assert decide(
        Web({ROBOTS: answer(status, b"User-agent: *\nDisallow: /")}), "https://a.example/x"
    ) == RobotsDecision(True, f"robots: none, the answer was {status}")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 600])
def test_a_server_error_forbids_everything(status: int) -> None:
    assert decide(Web({ROBOTS: answer(status)}), "https://a.example/x") == RobotsDecision(
        False, f"robots: it answered {status}, so all is forbidden"
    )


@pytest.mark.parametrize("kind", list(FailureKind))
def test_a_host_that_cannot_be_reached_forbids_everything_and_says_why(kind: FailureKind) -> None:
    assert decide(Web({ROBOTS: failed(ROBOTS, kind, "it did not work")}), "https://a.example/x") == RobotsDecision(
        False, f"{kind.value}: it did not work", failure=kind
    )


def test_an_answer_that_is_not_http_forbids_everything() -> None:
    assert decide(Web({ROBOTS: b"SSH-2.0-OpenSSH_9.2\r\n"}), "https://a.example/x").allowed is False


def test_an_empty_robots_txt_allows_everything() -> None:
    assert decide(Web({ROBOTS: answer(200)}), "https://a.example/x") == RobotsDecision(True, FREE)


def test_rules_are_read_through_chunks_and_content_coding() -> None:
    coded = gzip.compress(b"User-agent: strongroom\nDisallow: /\n")
    sent = (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"%x;ext=1\r\n%s\r\n0\r\nX: y\r\n\r\n" % (len(coded), coded)
    )
    assert decide(Web({ROBOTS: sent}), "https://a.example/x").reason == "robots: line 2: Disallow: /"


def test_a_robots_txt_that_broke_off_forbids_everything() -> None:
    sent = answer(200, b"User-agent: *\nAllow: /\n").replace(b"Content-Length: 23", b"Content-Length: 99")
    exchange = answered(ROBOTS, sent, truncation=Truncation.DISCONNECT)
    assert decide(Web({ROBOTS: exchange}), "https://a.example/x") == RobotsDecision(
        False, "robots: it did not arrive as a whole, so all is forbidden"
    )


def test_a_robots_txt_that_broke_off_behind_its_limit_is_read() -> None:
    body = b"User-agent: *\nDisallow: /private\n" + b"#" * 600_000
    sent = answer(200, body).replace(b"Content-Length: ", b"Content-Length: 9")
    exchange = answered(ROBOTS, sent, truncation=Truncation.TIME)
    assert decide(Web({ROBOTS: exchange}), "https://a.example/x").reason == FREE


def test_redirects_are_followed_across_hosts_and_the_rules_are_the_first_hosts() -> None:
    answers: dict[str, bytes | Exchange] = {ROBOTS: redirect("http://b.example/1")}
    answers |= {f"http://b.example/{n}": redirect(f"/{n + 1}", 302) for n in range(1, 6)}
    answers["http://b.example/6"] = PRIVATE
    web = Web(answers)
    assert decide(web, "https://a.example/private").allowed is False
    assert web.asked == [ROBOTS, *(f"http://b.example/{n}" for n in range(1, 7))]


def test_redirects_without_end_mean_that_there_are_no_rules() -> None:
    web = Web({ROBOTS: redirect("/robots.txt?again"), f"{ROBOTS}?again": redirect("/robots.txt")})
    assert decide(web, "https://a.example/x") == RobotsDecision(True, "robots: none after 10 redirects")
    assert len(web.asked) == 11


@pytest.mark.parametrize("to", ["ftp://b.example/robots.txt", "mailto:a@b.example", "http://[", ""])
def test_a_redirect_that_leads_nowhere_means_that_there_are_no_rules(to: str) -> None:
    decision = decide(Web({ROBOTS: redirect(to) if to else answer(301)}), "https://a.example/x")
    assert decision == RobotsDecision(True, "robots: none, 301 leads nowhere")


def test_when_robots_are_only_recorded_nothing_is_forbidden_and_what_would_be_is_told() -> None:
    web = Web({ROBOTS: PRIVATE})
    assert decide(web, "https://a.example/private", RobotsPolicy.RECORD) == RobotsDecision(
        True, "robots: recorded, not obeyed; obeyed, it would forbid this (robots: line 2: Disallow: /private)"
    )
    assert decide(web, "https://a.example/", RobotsPolicy.RECORD) == RobotsDecision(
        True, "robots: recorded, not obeyed"
    )
    assert web.asked == [ROBOTS, ROBOTS]


def test_other_schemes_have_no_rules_and_nobody_is_asked() -> None:
    web = Web({})
    assert decide(web, "mailto:someone@a.example").allowed is True
    assert web.asked == []


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/next#part", "https://a.example/next"),
        ("//b.example/x", "https://b.example/x"),
        ("/ü", "https://a.example/%C3%BC"),
        ("https://user:pass@b.example/", "https://b.example/"),
        ("http://[", None),
    ],
)
def test_a_redirect_leads_where_browsers_go(location: str, expected: str | None) -> None:
    assert redirect_target(answered("https://a.example/x", redirect(location))) == expected


def test_an_answer_that_is_no_redirect_leads_nowhere() -> None:
    assert redirect_target(answered(ROBOTS, answer(200, b"", b"Location: /x"))) is None
    assert redirect_target(answered(ROBOTS, answer(304, b"", b"Location: /x"))) is None
    assert redirect_target(failed(ROBOTS, FailureKind.DNS, "unknown")) is None
