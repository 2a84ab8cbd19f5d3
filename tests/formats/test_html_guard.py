"""Pages made to exhaust a parser are flattened; pages made to be read are left alone."""

import time

import pytest

from strongroom.formats.documents.document import read_document
from strongroom.formats.documents.html_guard import sound_html
from strongroom.model.outcome import Relation

FORMATTING = "".join(f"<font color={n}>" for n in range(300))

HOSTILE = {
    "nested blocks": "<div>" * 100_000,
    "nested inline elements": "<span>" * 100_000,
    "formatting opened anew in each paragraph": "<p>" + FORMATTING + "<p>x" * 3000,
    "formatting opened anew behind each block": FORMATTING + "<div>x</div>" * 3000,
    "formatting outside a table": FORMATTING + "<table><tr><td>x</table>" + "<p>y" * 3000,
    "end tags that end nothing": "<div>" * 2000 + "</section>" * 50_000,
    "end tags in a cell, for what is outside": ("<div>" * 500 + "<table><td>" + "</div>" * 500) * 80,
    "paragraphs that are ended and never begun": "<div>" * 2000 + "</p>" * 50_000,
    "attributes": "<a " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
    "attributes with brackets in their values": "<a " + " ".join(f'a{n}=">"' for n in range(100_000)) + ">",
    "self-closing tags that close nothing": "<path/><p>" * 50_000,
}

READABLE = {
    "a short page": "<p><b>x</b>" * 50,
    "many paragraphs": "<p><b>x</b> <i>y</i> <a href=z>z</a></p>\n" * 5000,
    "a list without end tags": "<ul>" + "<li><a href=x>y</a>" * 5000,
    "a table of fonts without end tags": "<table>" + "<tr><td><font size=2>x<td><font color=red>y" * 3000 + "</table>",
    "tables in tables": "<table><tr><td>" * 100 + "<p>x</p>" * 2000,
    "one formatting element left open": "<b>" + "<p>x</p>" * 20_000,
    "options": "<select>" + "<option>x\n" * 20_000 + "</select>",
    "a drawing": "<svg>" + "<g><path d='M0 0'/><circle/></g>" * 5000 + "</svg><p>x",
    "a long path": f"<svg><path d='{'M 1 2 ' * 20_000}'/></svg>",
    "a script full of tags": "<script>" + "'<div>'" * 20_000 + "</script>" + "<p>x</p>" * 600,
    "comments full of tags": "<!-- <div> -->" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_time_and_what_it_refers_to_is_found(name: str) -> None:
    page = (
        f"<title>T</title><link rel=stylesheet href=a.css>{HOSTILE[name]}<a href=/found>x</a><div style='a:url(b.png)'>"
    )
    began = time.process_time()
    document = read_document(page.encode(), url="http://a.example/", content_type="text/html", relation=Relation.EMBED)
    # Not a measurement: unguarded, these take from seconds to minutes, or gigabytes.
    assert time.process_time() - began < 10
    assert sound_html(page) != page
    assert document.title == "T"
    assert [one.url for one in document.references] == [
        "http://a.example/a.css",
        "http://a.example/found",
        "http://a.example/b.png",
    ]


@pytest.mark.parametrize("name", READABLE)
def test_a_page_to_be_read_is_left_alone(name: str) -> None:
    assert sound_html(READABLE[name]) == READABLE[name]


def test_a_flattened_page_keeps_every_tag_that_refers_to_something() -> None:
    tags = "<IMG SRC='a.png'><video poster=p.jpg></video><td background=b.gif><i style='a:url(c)'><style>@import 'd'</style><svg><use href='e#f'/>"
    assert sound_html("<div>" * 50_000 + tags) == (
        "<!DOCTYPE html><IMG SRC='a.png'><video poster=p.jpg></video><td background=b.gif></td>"
        "<i style='a:url(c)'></i><style>@import 'd'</style><use href='e#f'></use>"
    )


def test_a_flattened_tag_keeps_its_first_thousand_attributes() -> None:
    flat = sound_html("<img src=x " + " ".join(f"a{n}=1" for n in range(5000)) + ">")
    assert flat.startswith("<!DOCTYPE html><img src=x a0=1 ")
    assert len(flat.split()) == 1002
