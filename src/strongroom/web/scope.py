"""Whether a reference belongs to a capture, as what, and if not, why not."""

import re
from typing import NamedTuple

from strongroom.formats.url import MAX_CHARACTERS, parse
from strongroom.model.outcome import Reference, Relation
from strongroom.model.plan import Plan, Scope


class Place(NamedTuple):
    """Where a URL lies: whether it is a page or a part of one, pages from a seed, and redirects since a link."""

    is_page: bool
    hop: int
    redirects: int


SEED = Place(is_page=True, hop=0, redirects=0)
_WITHIN_LINKS = frozenset({Scope.PAGE, Scope.LINKED})


class ScopeRules:
    """The rules of one plan, ready to be applied to many references."""

    def __init__(self, plan: Plan, *, max_redirects: int) -> None:
        """Prepare the patterns and the places of the seeds."""
        self._plan = plan
        self._max_redirects = max_redirects
        self._include = tuple(re.compile(pattern) for pattern in plan.include)
        self._exclude = tuple(re.compile(pattern) for pattern in plan.exclude)
        seeds = [url for url in map(parse, plan.seeds) if url is not None]
        self._hosts = frozenset(url.host for url in seeds)
        self._domains = tuple(host.removeprefix("www.") for host in self._hosts)
        self._prefixes = tuple(url.href[: url.href.partition("?")[0].rindex("/") + 1] for url in seeds)

    def place(self, relation: Relation, origin: Place) -> Place:
        """Where something lies that a document at `origin` names."""
        match relation:
            case Relation.REDIRECT:
                return origin._replace(redirects=origin.redirects + 1)
            case Relation.HYPERLINK:
                return Place(is_page=True, hop=origin.hop + 1, redirects=0)
            case _:
                return Place(is_page=False, hop=origin.hop, redirects=0)

    def nearest(self, one: Place, other: Place) -> Place:
        """Where a URL lies that was come upon in two ways: what is in scope from either is in scope from there."""
        redirects = min(one.redirects, other.redirects)
        if self._plan.scope in _WITHIN_LINKS and one.is_page != other.is_page:
            return Place(is_page=True, hop=one.hop if one.is_page else other.hop, redirects=redirects)
        return Place(one.is_page or other.is_page, min(one.hop, other.hop), redirects)

    def why_not(self, reference: Reference, origin: Place) -> str:
        """Why a reference in a document at `origin` is not to be fetched: the gravest reason; empty if it is to be."""
        url, relation = reference.url, reference.relation
        scheme = url.partition(":")[0]
        if scheme not in {"http", "https"}:
            return f"scheme: {scheme[:40]}"
        if len(url) > MAX_CHARACTERS:
            return f"limit-length: {MAX_CHARACTERS} characters"
        if any(pattern.search(url) for pattern in self._exclude):
            return "excluded"
        if self.place(relation, origin).redirects > self._max_redirects:
            return f"limit-redirects: more than {self._max_redirects} in a row"
        return self._page(url, origin) if relation is Relation.HYPERLINK else ""

    def _page(self, url: str, origin: Place) -> str:
        plan, hop = self._plan, origin.hop + 1
        if plan.depth is not None and hop > plan.depth:
            return f"scope: deeper than {plan.depth} {'link' if plan.depth == 1 else 'links'} from a seed"
        if plan.scope is Scope.PAGE:
            return "scope: only the page itself"
        if plan.scope is Scope.LINKED and not origin.is_page:
            return "scope: linked from a part of a page, not from a page"
        if plan.scope in {Scope.HOST, Scope.DOMAIN, Scope.PREFIX} and not self._is_inside(url):
            return f"scope: outside the {plan.scope.value}"
        if self._include and not any(pattern.search(url) for pattern in self._include):
            return "not-included"
        return ""

    def _is_inside(self, url: str) -> bool:
        if self._plan.scope is Scope.PREFIX:
            return url.startswith(self._prefixes)
        parsed = parse(url)
        if parsed is None:
            return False
        if self._plan.scope is Scope.HOST:
            return parsed.host in self._hosts
        return any(parsed.host == domain or parsed.host.endswith(f".{domain}") for domain in self._domains)
