"""The reasons and relations in links.csv and the rules of a plan, as a person would say them.

A reason is a token, often with a detail behind a colon: ``http-404``, ``scope: outside the host``. The tokens are for
programs and stay as they are; whatever is shown to people goes through this module.
"""

from typing import Final

from strongroom.model.amounts import counted
from strongroom.model.outcome import Relation
from strongroom.model.plan import Plan, RobotsPolicy, Scope

_RELATIONS: Final = {
    Relation.SEED: "where the capture begins",
    Relation.HYPERLINK: "linked page",
    Relation.EMBED: "part of a page",
    Relation.REDIRECT: "target of a redirect",
    Relation.ROBOTS: "robots.txt",
    Relation.ICON: "icon of a site",
}

_SCOPES: Final = {
    Scope.PAGE: "the pages named alone",
    Scope.LINKED: "the pages named and pages they link to",
    Scope.HOST: "all pages on the same host",
    Scope.PREFIX: "all pages whose address begins alike",
    Scope.DOMAIN: "all pages in the same domain",
}
_ROBOTS: Final = {
    RobotsPolicy.OBEY: "obeyed",
    RobotsPolicy.RECORD: "recorded, not obeyed",
}
_STATUS: Final = {
    "401": "the server asks for a login",
    "403": "the server forbids access",
    "404": "not found",
    "410": "gone for good",
    "429": "the server says that it was asked too often",
    "451": "withheld for legal reasons",
}

# Token: what it says in general, and how its detail is put; what has no template shows the detail behind a colon.
WORDS: Final = {
    "ok": ("the answer was kept", ""),
    "same-payload": ("the same bytes as another answer", "the same bytes as {}"),
    "part-read": ("the answer was kept, but not all its links are known", ""),
    "no-content": ("a page without content", ""),
    "challenge": ("a guard's page came instead of the page", "a guard's page came instead of the page ({})"),
    "truncated": ("the answer did not arrive as a whole", ""),
    "dns": ("the host's name was not resolved", "{}"),
    "connect": ("no connection to the server", "{}"),
    "tls": ("no trustworthy TLS connection", "{}"),
    "timeout": ("the server took too long", "{}"),
    "disconnect": ("the server broke off", "{}"),
    "protocol": ("the answer is not HTTP", ""),
    "address": ("an address that is not asked", "{}"),
    "scheme": ("not a web page (mailto:, data: and the like)", "not a web page ({}:)"),
    "scope": ("outside the scope", ""),
    "excluded": ("matches a pattern to exclude", ""),
    "not-included": ("matches no pattern to include", ""),
    "limit-count": ("a limit of this capture was reached", "the limit of {} was reached"),
    "limit-bytes": ("a limit of this capture was reached", "the limit of {} was reached"),
    "limit-time": ("a limit of this capture was reached", "the limit of {} was reached"),
    "limit-length": ("longer than any server takes", ""),
    "limit-redirects": ("too many redirects", ""),
    "robots": ("robots.txt", ""),
}
"""Every token but ``http-…`` and ``redirect-…``, which have a status behind them."""

_CUT: Final = {
    "length": "it is longer than the limit",
    "time": "it took too long",
    "disconnect": "the connection broke off",
}


def reason_in_words(reason: str) -> str:
    """A reason in full, for a list of URLs.

    >>> reason_in_words("http-404"), reason_in_words("scope: outside the host")
    ('not found (404)', 'outside the scope: outside the host')
    """
    kind, detail = _parts(reason)
    if kind == "truncated":
        detail = _CUT.get(detail, detail)
    general, template = WORDS.get(kind, ("", ""))
    if not general:
        return _by_status(kind) or reason
    if not detail:
        return general
    return template.format(detail) if template else f"{general}: {detail}"


def reason_in_general(reason: str) -> str:
    """A reason without what differs from URL to URL, for counting; there are few of these, however many URLs.

    >>> reason_in_general("dns: the name a.example has no address")
    "the host's name was not resolved"
    """
    kind, detail = _parts(reason)
    if kind in {"scope", "limit-redirects"}:
        return reason_in_words(reason)
    if kind == "robots":
        return _robots_in_general(detail)
    return WORDS.get(kind, ("", ""))[0] or _by_status(kind) or "other"


def relation_in_words(relation: Relation) -> str:
    """How a URL was come upon.

    >>> relation_in_words(Relation.EMBED)
    'part of a page'
    """
    return _RELATIONS[relation]


def scope_in_words(plan: Plan) -> str:
    """Which pages belong to a capture, and how far from its seeds."""
    far = "" if plan.depth is None or plan.scope is Scope.PAGE else f", at most {counted(plan.depth, 'link')} away"
    return f"{_SCOPES[plan.scope]} (scope {plan.scope.value}{far})"


def robots_in_words(policy: RobotsPolicy) -> str:
    """What is done about robots.txt."""
    return _ROBOTS[policy]


def _robots_in_general(said: str) -> str:
    """What robots.txt decided: by a line of it, or because it could not be had."""
    if "would forbid" in said:
        return "robots.txt would forbid it, and is only recorded"
    if said.endswith("all is forbidden"):
        return "robots.txt could not be had, which forbids all"
    is_forbidden = said.startswith("line ") and said.split(": ")[1] == "Disallow"
    return "robots.txt forbids it" if is_forbidden else "robots.txt does not forbid it"


def _parts(reason: str) -> tuple[str, str]:
    kind, _, detail = reason.partition(": ")
    return kind, detail


def _by_status(kind: str) -> str:
    kind, _, status = kind.partition("-")
    if kind == "redirect":
        return f"a redirect ({status})"
    if kind != "http":
        return ""
    if status in _STATUS:
        return f"{_STATUS[status]} ({status})"
    return f"the server failed ({status})" if status.startswith("5") else f"the server answered {status}"
