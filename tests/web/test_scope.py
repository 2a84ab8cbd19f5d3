from strongroom.model.outcome import Reference, Relation
from strongroom.model.plan import Plan, RobotsPolicy, Scope
from strongroom.web.scope import Place, ScopeRules

SEED = "https://www.example.org/news/2025/story?id=1"


def rules(
    scope: Scope,
    *,
    depth: int | None = None,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    seeds: tuple[str, ...] = (SEED,),
) -> ScopeRules:
    plan = Plan(seeds, scope, depth, include, exclude, 100, 10**6, 60.0, RobotsPolicy.OBEY)
    return ScopeRules(plan, max_redirects=3)


def on(*, is_page: bool = True, hop: int = 0, redirects: int = 0) -> Place:
    return Place(is_page, hop, redirects)


def link(url: str) -> Reference:
    return Reference(url, Relation.HYPERLINK, "a@href")


def reasons(source: ScopeRules, *urls: str, origin: Place | None = None) -> list[str]:
    return [source.why_not(link(url), origin or on()) for url in urls]


def test_a_link_of_the_page_is_a_page_one_hop_away_on_any_host():
    source = rules(Scope.LINKED, depth=1)
    assert reasons(source, "http://elsewhere.net/") == [""]
    assert source.place(Relation.HYPERLINK, on()) == on(hop=1)


def test_links_of_linked_pages_are_too_deep_for_linked():
    assert reasons(rules(Scope.LINKED, depth=1), "http://elsewhere.net/", origin=on(hop=1)) == [
        "scope: deeper than 1 link from a seed"
    ]


def test_links_in_an_embedded_document_are_not_links_of_the_page():
    assert reasons(rules(Scope.LINKED, depth=1), "http://x.net/", origin=on(is_page=False)) == [
        "scope: linked from a part of a page, not from a page"
    ]


def test_page_takes_no_linked_page_but_every_part():
    source = rules(Scope.PAGE, depth=0)
    part = Reference("http://cdn.net/a.css", Relation.EMBED, "link@href")
    assert reasons(source, "http://x.net/") == ["scope: deeper than 0 links from a seed"]
    assert (source.why_not(part, on()), source.place(part.relation, on())) == ("", on(is_page=False))


def test_host_keeps_to_the_host():
    assert reasons(
        rules(Scope.HOST), "https://www.example.org/x", "https://example.org/x", "http://www.example.org/"
    ) == [
        "",
        "scope: outside the host",
        "",
    ]


def test_domain_takes_subdomains_and_forgets_www():
    assert reasons(
        rules(Scope.DOMAIN), "https://example.org/", "https://a.b.example.org/", "https://notexample.org/"
    ) == ["", "", "scope: outside the domain"]


def test_prefix_is_the_folder_of_the_seed():
    assert reasons(
        rules(Scope.PREFIX),
        "https://www.example.org/news/2025/other",
        "https://www.example.org/news/2024/story",
        "http://www.example.org/news/2025/other",
    ) == ["", "scope: outside the prefix", "scope: outside the prefix"]


def test_other_schemes_are_refused_by_name():
    assert reasons(rules(Scope.LINKED, depth=1), "mailto:a@example.org", "ftp://example.org/") == [
        "scheme: mailto",
        "scheme: ftp",
    ]


def test_a_redirect_stays_what_it_was_and_is_counted():
    source = rules(Scope.LINKED, depth=1)
    target = Reference("http://elsewhere.net/", Relation.REDIRECT, "Location")
    assert [source.why_not(target, on(hop=1, redirects=n)) for n in (0, 2, 3)] == [
        "",
        "",
        "limit-redirects: more than 3 in a row",
    ]
    part = on(is_page=False, hop=1)
    assert source.place(target.relation, part) == on(is_page=False, hop=1, redirects=1)


def test_excluded_parts_are_left_out_and_included_concerns_pages_alone():
    source = rules(Scope.LINKED, depth=1, include=("/news/",), exclude=(r"\.mp4$",))
    part = source.why_not(Reference("http://cdn.net/film.mp4", Relation.EMBED, "video@src"), on())
    style = source.why_not(Reference("http://cdn.net/a.css", Relation.EMBED, "link@href"), on())
    assert (part, style, reasons(source, "http://x.net/sport/", "http://x.net/news/")) == (
        "excluded",
        "",
        ["not-included", ""],
    )
