"""Whether a reference belongs to a capture, as what, and if not, why not."""

import re
from dataclasses import dataclass

from strongroom.formats.url import parse
from strongroom.model.outcome import Reference, Relation
from strongroom.model.plan import Plan, Scope


@dataclass(frozen=True, slots=True)
class Origin:
    """The document in which a reference stands."""

    url: str
    is_page: bool
    hop: int
    redirects: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about a reference: `reason` says why not, and is empty when it is to be fetched."""

    reason: str
    is_page: bool
    hop: int
    redirects: int

    @property
    def fetch(self) -> bool:
        """Whether it is to be asked for."""
        return not self.reason


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

    def decide(self, reference: Reference, origin: Origin) -> Decision:
        """Decide about one reference; the gravest reason is given alone."""
        url = reference.url
        scheme = url.partition(":")[0]
        match reference.relation:
            case Relation.REDIRECT:
                is_page, hop, redirects = origin.is_page, origin.hop, origin.redirects + 1
            case Relation.HYPERLINK:
                is_page, hop, redirects = True, origin.hop + 1, 0
            case _:
                is_page, hop, redirects = False, origin.hop, 0
        if scheme not in {"http", "https"}:
            reason = f"scheme: {scheme[:40]}"
        elif redirects > self._max_redirects:
            reason = f"limit-redirects: more than {self._max_redirects} in a row"
        elif any(pattern.search(url) for pattern in self._exclude):
            reason = "excluded"
        elif reference.relation is Relation.HYPERLINK:
            reason = self._page(url, origin, hop)
        else:
            reason = ""
        return Decision(reason, is_page, hop, redirects)

    def _page(self, url: str, origin: Origin, hop: int) -> str:
        plan = self._plan
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
