import base64
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from strongroom.formats.readme.page import render_readme
from strongroom.model.capture import Capture, Page, WarcFile
from strongroom.model.description import Candidate, Description
from strongroom.model.digest import Fixity
from strongroom.model.outcome import LinkRow, Outcome, Relation
from strongroom.model.package import PackageFile
from strongroom.model.plan import Plan, RobotsPolicy, Scope

AT = datetime(2025, 11, 24, 9, 30, tzinfo=UTC)
FIXITY = Fixity(1_234_567, "a" * 64, "b" * 128)
ARTICLE = "https://example.org/article"
ID = "uuid-6a1d7f3e-0001-4000-8000-000000000001"


def capture(loss=(), counts=None):
    plan = Plan((ARTICLE,), Scope.LINKED, 1, (), (), 100, 100, 100.0, RobotsPolicy.OBEY)
    counts = counts or {Outcome.CAPTURED: 34, Outcome.BLOCKED: 2}
    warcs = (WarcFile("x-00001.warc.gz", FIXITY, 88),)
    return Capture(Path("work"), ID, "urn:uuid:1", plan, AT, AT, warcs, counts, loss)


CAPTURE = capture()


def chosen(term, value, source="json-ld", pointer="script[0]/x", language=None):
    return Candidate(term, value, language, source, pointer, value, None, chosen=True, reason="first")


def row(url, outcome, reason="because", status=None):
    return LinkRow(url, outcome, reason, status, "", None, None, ARTICLE, Relation.HYPERLINK, 1, 1)


def render(*, capture=CAPTURE, candidates=(), faults=(), text=(), rows=(), pages=(), files=()):
    description = Description(ARTICLE, tuple(candidates), tuple(faults), tuple(text))
    return render_readme(
        capture=capture,
        description=description,
        rows=iter(rows),
        pages=iter(pages),
        files=iter(files),
        created=AT,
        software="strongroom 0.1.0",
    )


def parse(html):
    return LexborHTMLParser(html)


def words(node):
    return " ".join(node.text(separator=" ").split())


def test_it_begins_with_a_doctype_and_names_its_language():
    html = render()
    assert html.startswith(b'<!DOCTYPE html>\n<html lang="en">')
    assert html.endswith(b"</html>\n")


def test_the_policy_allows_the_one_style_sheet_and_nothing_else():
    tree = parse(render())
    policy = tree.css_first("meta[http-equiv='Content-Security-Policy']").attributes["content"]
    style = re.search(rb"<style>(.*?)</style>", render(), re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert policy == f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{digest}'"


def test_nothing_in_it_runs_or_asks_for_anything():
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    html = render(
        capture=capture(loss=(nasty,)),
        candidates=[chosen("dcterms:title", nasty), chosen("dcterms:source", "javascript:alert(1)", pointer=nasty)],
        faults=[nasty],
        text=[nasty],
        rows=[row("javascript:alert(1)", Outcome.REFUSED, nasty)],
        pages=[Page("data:text/html,x", AT, nasty, "urn:uuid:2", 0)],
        files=[PackageFile(nasty, FIXITY, nasty, AT)],
    )
    tree = parse(html)
    assert tree.css("script, img, iframe, object, embed, link, base, form, [src], [style], [onerror], [onclick]") == []
    targets = {node.attributes["href"] for node in tree.css("[href]")}
    assert all(target.startswith(("http://", "https://", "#", "../metadata/")) for target in targets)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_whatever_a_page_says_the_elements_stay_the_same(anything):
    def elements(value):
        html = render(
            candidates=[chosen("dcterms:title", f"x{value}")],
            text=[value],
            rows=[row(f"x{value}", Outcome.FAILED, value)],
            faults=[value],
        )
        return [node.tag for node in parse(html).css("*")]

    assert elements(anything) == elements("plain")


def test_the_same_arguments_give_the_same_bytes():
    assert render(text=["a"]) == render(text=["a"])


def test_the_chart_has_a_bar_for_each_outcome_and_says_its_numbers():
    tree = parse(render())
    assert tree.css_first("svg title").text() == (
        "URLs by outcome: captured 34; duplicate 0; blocked 2; empty 0; refused 0; failed 0"
    )
    widths = {
        node.attributes["class"]: int(node.attributes["width"]) for node in tree.css("svg rect:not([class=ground])")
    }
    assert widths == {"captured": 520, "blocked": 31}


def test_loss_is_said_and_so_is_its_absence():
    assert "Nothing that belongs to the capture was lost." in words(parse(render()).body)
    lost = parse(render(capture=capture(loss=("https://example.org/x: blocked, 403",))))
    assert "https://example.org/x: blocked, 403" in words(lost.css_first(".notice"))


def test_what_is_not_captured_is_listed_with_its_reason():
    tree = parse(
        render(
            rows=[
                row("https://example.org/a", Outcome.CAPTURED),
                row("https://example.org/b", Outcome.BLOCKED, "challenge: Akamai", 503),
                row("https://example.org/c", Outcome.FAILED, "http-404", 404),
            ]
        )
    )
    lists = {words(node.css_first("summary")): words(node.css_first("tbody")) for node in tree.css("#what details")}
    assert lists == {
        "Blocked: the answer is kept, but it is a refusal or a challenge, not the page: 1": (
            "https://example.org/b linked page a guard's page came instead of the page (Akamai) (503)"
        ),
        "Failed: no answer, a broken one, or an error such as 404: 1": "https://example.org/c linked page not found (404)",
    }


def test_long_lists_are_cut_and_say_where_the_rest_is():
    tree = parse(render(rows=(row(f"https://example.org/{n}", Outcome.REFUSED) for n in range(1000))))
    details = tree.css_first("#what details")
    assert len(details.css("tbody tr")) == 200
    assert "and 800 more, all of them in metadata/other/links.csv" in words(details)


def test_values_say_where_they_came_from_and_many_are_cut():
    tree = parse(
        render(
            candidates=[
                *(chosen("dcterms:references", f"https://example.org/{n}", "capture", "") for n in range(25)),
                chosen("dcterms:creator", "محمد", "citation", "meta[name=citation_author]", "ar"),
                chosen("dcterms:title", "The Tide Gauge", "typed", "--set"),
            ]
        )
    )
    rows = [words(one) for one in tree.css("#metadata tbody tr")]
    assert rows[:2] == [
        "Title The Tide Gauge typed by a person",
        "Creator محمد citation_… meta tags: meta[name=citation_author]",
    ]
    assert len(rows) == 2 + 20 + 1
    assert rows[-1] == "and 5 more, in metadata/descriptive/dc.xml"
    assert tree.css_first("#metadata bdi[lang=ar]").text() == "محمد"


def test_a_value_that_nobody_stated_is_said_to_be_inferred():
    reason = "nothing is stated; inferred from the address"
    host = Candidate("dcterms:publisher", "example.org", None, "capture", "WARC-Target-URI", "x", None, True, reason)
    row = words(parse(render(candidates=[host])).css_first("#metadata tbody tr"))
    assert row == f"Publisher example.org the capture itself: {reason}"


def test_values_that_were_not_chosen_are_not_shown():
    other = Candidate("dcterms:title", "Other", None, "html", "title", "Other", None)
    assert "Other" not in words(parse(render(candidates=[other])).css_first("#metadata tbody"))


def test_the_text_has_the_language_of_the_page_and_each_paragraph_its_direction():
    tree = parse(render(candidates=[chosen("dcterms:language", "ar")], text=["مرحبا", "two"]))
    article = tree.css_first(".article")
    assert article.attributes["lang"] == "ar"
    assert [(one.attributes["dir"], one.text()) for one in article.css("p")] == [("auto", "مرحبا"), ("auto", "two")]


def test_the_commands_that_check_it_name_the_bag():
    command = parse(render()).css_first("#check pre").text()
    assert command == (
        f"cd {ID}\nsha512sum --check --quiet tagmanifest-sha512.txt && sha512sum --check --quiet manifest-sha512.txt"
    )


def test_every_anchor_of_the_contents_exists():
    tree = parse(render())
    for link in tree.css("nav a"):
        assert tree.css_first(link.attributes["href"]) is not None


def test_a_long_text_is_folded_behind_its_beginning():
    tree = parse(render(text=[f"part {number}" for number in range(63)]))
    assert len(tree.css(".article > p")) == 60
    assert words(tree.css_first(".article details summary")) == "The rest of the text: 3 more paragraphs"
    assert [words(node) for node in tree.css(".article details p")] == ["part 60", "part 61", "part 62"]


def test_reasons_are_counted_before_they_are_listed_one_by_one():
    rows = [row(f"https://a.example/{n}", Outcome.REFUSED, "scope: outside the host") for n in range(11)]
    tree = parse(render(rows=[*rows, row("mailto:a@b", Outcome.REFUSED, "scheme: mailto")]))
    assert [words(node) for node in tree.css("#what details ul li")] == [
        "outside the scope: outside the host: 11",
        "not a web page (mailto:, data: and the like): 1",
    ]
