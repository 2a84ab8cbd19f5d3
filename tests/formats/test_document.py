"""What documents refer to: one page with everything, and each rule by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.documents.document import Document, is_document, read_document
from strongroom.model.outcome import Reference, Relation

URL = "http://a.example/dir/page?x"
EMBED, HYPERLINK, REDIRECT, ICON = Relation.EMBED, Relation.HYPERLINK, Relation.REDIRECT, Relation.ICON
FAVICON = Reference("http://a.example/favicon.ico", ICON, "favicon")


def read(
    body: bytes | str,
    content_type: str = "text/html; charset=utf-8",
    *,
    url: str = URL,
    relation: Relation = Relation.SEED,
) -> Document:
    octets = body.encode() if isinstance(body, str) else body
    return read_document(octets, url=url, content_type=content_type, relation=relation)


def found(markup: str) -> list[tuple[str, str]]:
    """(URL, source) of everything a page refers to, its default icon left out."""
    return [(one.url, one.source) for one in read(markup).references if one.relation is not ICON]


PAGE = """<!DOCTYPE html><html lang="de-AT"><head>
<title> A
 title </title>
<base href="/sub/">
<link rel="stylesheet" href="a.css"><link rel="canonical" href="c"><link rel="next" href="2"><link rel="alternate" href="feed">
<link rel="preload" as="image" href="p.png" imagesrcset="p.png 1x, p2.png 2x"><link rel="manifest" href="app.webmanifest">
<link rel="prefetch" href="other-page"><link rel="prefetch" as="script" href="later.js"><link rel="dns-prefetch" href="//cdn.example">
<meta http-equiv="refresh" content="300; url=next.html"><meta name="robots" content="NoArchive">
<style>@import "i.css"; p { background: url(bg.png) }</style><style type="text/less">a { b: url(no.png) }</style>
<script src="s.js"></script></head>
<body background="b.gif" style="background: image-set('x.png' 1x)">
<a href="p.html#part"> The <b>link</b>
 text </a><a href="mailto:a@b.example">mail</a><a href="#top">up</a><a href="">self</a><a href="p.html">again</a>
<map><area href="area.html"></map>
<picture><source srcset="s.webp 1x, s2.webp 2x"><img src="i.png" srcset="i.png 1x, i2.png 2x" data-src="lazy.png"></picture>
<video src="v.mp4" poster="po.jpg"><track src="t.vtt"></video><audio><source src="a.mp3"></audio>
<iframe src="f.html"></iframe><iframe srcdoc="<base href=/deep/><img src=q.png><a href=r>r</a>"></iframe>
<object data="o.svg"><param name="movie" value="m.swf"><param name="other" value="no"></object><embed src="e.pdf">
<input type="image" src="in.png"><input src="no.png">
<noscript><img src="ns.png"></noscript><template><img src="no.png"></template>
<div><template shadowrootmode="open"><img src="shadow.png"></template></div>
<svg><title>no</title><use href="sprite.svg#a"/><use href="#b"/><image xlink:href="im.svg"/><a xlink:href="svga">drawn</a>
<rect fill="url(paint.svg#p)" filter="url(#f)"/></svg>
<div data-bg="bg/lazy.jpg" data-background-image="url('lazy2.jpg')" data-src="widget-7"></div><span data-src="photo.jpg"></span>
<img src="data:image/png;base64,AAAA">
</body></html>"""

SUB = "http://a.example/sub/"


def test_a_page_with_everything_refers_to_all_of_it_in_order() -> None:
    document = read(PAGE)
    assert (document.title, document.base, document.language) == ("A title", SUB, "de-AT")
    assert (document.has_content, document.is_cut) == (True, False)
    expected = [
        (EMBED, SUB + "a.css", "link@href", ""),
        (EMBED, SUB + "p.png", "link@href", ""),
        (EMBED, SUB + "p2.png", "link@imagesrcset", ""),
        (EMBED, SUB + "app.webmanifest", "link@href", ""),
        (HYPERLINK, SUB + "other-page", "link@href", ""),
        (EMBED, SUB + "later.js", "link@href", ""),
        (REDIRECT, SUB + "next.html", "meta@refresh", ""),
        (EMBED, SUB + "i.css", "style css @import", ""),
        (EMBED, SUB + "bg.png", "style css url()", ""),
        (EMBED, SUB + "s.js", "script@src", ""),
        (EMBED, SUB + "x.png", "body@style css image-set()", ""),
        (EMBED, SUB + "b.gif", "body@background", ""),
        (HYPERLINK, SUB + "p.html", "a@href", "The link text"),
        (HYPERLINK, "mailto:a@b.example", "a@href", "mail"),
        (HYPERLINK, SUB + "area.html", "area@href", ""),
        (EMBED, SUB + "s.webp", "source@srcset", ""),
        (EMBED, SUB + "s2.webp", "source@srcset", ""),
        (EMBED, SUB + "i.png", "img@src", ""),
        (EMBED, SUB + "i2.png", "img@srcset", ""),
        (EMBED, SUB + "lazy.png", "img@data-src", ""),
        (EMBED, SUB + "v.mp4", "video@src", ""),
        (EMBED, SUB + "po.jpg", "video@poster", ""),
        (EMBED, SUB + "t.vtt", "track@src", ""),
        (EMBED, SUB + "a.mp3", "source@src", ""),
        (EMBED, SUB + "f.html", "iframe@src", ""),
        (EMBED, "http://a.example/deep/q.png", "img@src", ""),
        (HYPERLINK, "http://a.example/deep/r", "a@href", "r"),
        (EMBED, SUB + "o.svg", "object@data", ""),
        (EMBED, SUB + "m.swf", "param@value", ""),
        (EMBED, SUB + "e.pdf", "embed@src", ""),
        (EMBED, SUB + "in.png", "input@src", ""),
        (EMBED, SUB + "ns.png", "img@src", ""),
        (EMBED, SUB + "shadow.png", "img@src", ""),
        (EMBED, SUB + "sprite.svg", "use@href", ""),
        (EMBED, SUB + "im.svg", "image@href", ""),
        (HYPERLINK, SUB + "svga", "a@href", "drawn"),
        (EMBED, SUB + "paint.svg", "rect@fill css url()", ""),
        (EMBED, SUB + "bg/lazy.jpg", "div@data-bg", ""),
        (EMBED, SUB + "lazy2.jpg", "div@data-background-image css url()", ""),
        (EMBED, SUB + "photo.jpg", "span@data-src", ""),
        (EMBED, "data:image/png;base64,AAAA", "img@src", ""),
        (ICON, "http://a.example/favicon.ico", "favicon", ""),
    ]
    assert [(one.relation, one.url, one.source, one.text) for one in document.references] == expected


@pytest.mark.parametrize("relation", [Relation.SEED, Relation.HYPERLINK, Relation.REDIRECT])
def test_a_page_that_names_no_icon_has_the_default_one_of_its_host(relation: Relation) -> None:
    assert read("<base href=http://b.example/><p>x", relation=relation).references == (FAVICON,)


@pytest.mark.parametrize("markup", ["<link rel='shortcut icon' href=i.ico>", "<link rel=ICON href=i.ico>"])
def test_a_page_that_names_its_icon_has_that_one(markup: str) -> None:
    assert read(markup).references == (Reference("http://a.example/dir/i.ico", EMBED, "link@href"),)


def test_an_icon_named_outside_the_head_does_not_stand_for_the_icon() -> None:
    references = read("<body><p>x<link rel=icon href=i.ico>").references
    assert [one.relation for one in references] == [EMBED, ICON]


def test_a_touch_icon_does_not_stand_for_the_icon() -> None:
    references = read("<link rel=apple-touch-icon href=t.png>").references
    assert [one.relation for one in references] == [EMBED, ICON]


def test_a_frame_has_no_icon_of_its_own() -> None:
    assert read("<p>x", relation=EMBED).references == ()


def test_a_url_is_named_once_for_each_relation_with_the_first_text_there_is() -> None:
    document = read("<a href=x><img src=x></a><a href=x>later</a><a href=x>too late</a><img src=x>")
    assert document.references[:2] == (
        Reference("http://a.example/dir/x", HYPERLINK, "a@href", "later"),
        Reference("http://a.example/dir/x", EMBED, "img@src"),
    )


def test_the_text_of_a_link_is_folded_and_cut_at_200_characters() -> None:
    assert read(f"<a href=x> {'word ' * 100}</a>").references[0].text == ("word " * 40)[:200]


def test_credentials_and_fragments_are_not_part_of_a_reference() -> None:
    assert found("<a href='http://u:p@b.example/x#y'>x</a>") == [("http://b.example/x", "a@href")]


def test_a_long_data_url_stands_in_its_listed_form() -> None:
    ((url, _),) = found(f"<img src='data:image/png;base64,{'A' * 9999}'>")
    assert (url[:100], len(url)) == ("data:image/png;base64," + "A" * 78, 100 + len("#sha256:") + 64)


@pytest.mark.parametrize(
    "markup",
    [
        "<img src>", "<img src=''>", "<img src=' '>", "<img src='#x'>", "<iframe src='about:blank'></iframe>", "<a>x</a>",
        "<link href=x>", "<link rel=canonical href=x>", "<link rel=stylesheet>", "<img src='http://['>",
        "<form action=x></form>", "<blockquote cite=x>y</blockquote>", "<img longdesc=x>", "<meta property=og:image content=x.png>",
        "<meta http-equiv=refresh content=30>", "<meta http-equiv=refresh content='0;url='>", "<meta http-equiv=refresh content='x;url=y'>",
        "<meta http-equiv=refresh content='0;url=javascript:x()'>", "<!-- <img src=x> -->", "<textarea><img src=x></textarea>",
        "<script>document.write('<img src=x>')</script>", "<img data-src='{{ photo.url }}'>", "<div data-src=x></div>",
        "<style>a{b:url(#x)}</style>", "<table><tr background></tr></table>",
    ],
)  # fmt: skip
def test_what_names_nothing_to_load_is_passed_over(markup: str) -> None:
    assert found(markup) == []


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0;url=x", "x"), ("0; URL = 'x'", "x"), ('5,url="x"y', "x"), ("0 url=x", "x"), ("0;x", "x"), (".5;url=x", "x"),
        ("0; url x", "url%20x"), ("  1  ;  url=x", "x"), ("0;url='x", "x"), ("1.5e3;url=x", None), ("0;;url=x", ";url=x"),
        ("0url=x", None), ("-1;url=x", None),
    ],
)  # fmt: skip
def test_a_refresh_leads_where_browsers_go(content: str, target: str | None) -> None:
    quoted = content.replace('"', "&quot;")
    expected = [] if target is None else [(f"http://a.example/dir/{target}", "meta@refresh")]
    assert found(f'<meta http-equiv=Refresh content="{quoted}">') == expected


@pytest.mark.parametrize(
    ("markup", "base"),
    [
        ("<base target=x><base href=b/><base href=c/>", "http://a.example/dir/b/"),
        ("<base href='data:,x'>", URL),
        ("<base href='javascript:x'>", URL),
        ("<base href='http://['>", URL),
        ("<p>x<base href=/late/>", "http://a.example/late/"),
        ("<template><base href=/t/></template>", URL),
        ("", URL),
    ],
)
def test_the_base_is_the_first_base_with_a_usable_href(markup: str, base: str) -> None:
    assert read(markup).base == base


def test_a_query_is_written_in_the_encoding_of_its_page_and_a_path_in_utf_8() -> None:
    page = "<a href='/é?q=é€ч&r=%C3%A9#é'>x</a>".encode("windows-1252", "xmlcharrefreplace")
    (first, _) = read(page, "text/html; charset=windows-1252").references
    assert first.url == "http://a.example/%C3%A9?q=%E9%80%26%231095%3B&r=%C3%A9"


def test_a_query_in_a_multi_byte_encoding_keeps_its_ascii_octets() -> None:
    page = "<a href='?q=表'>x</a>".encode("shift_jis")
    (first, _) = read(page, "text/html; charset=shift_jis").references
    assert first.url == "http://a.example/dir/page?q=%95\\"


@pytest.mark.parametrize(
    ("markup", "has_content"),
    [
        ("<p>text", True),
        ("<title>only a title</title>", False),
        ("", False),
        ("<div id=root></div><script src=app.js></script>", False),
        ("<body><noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>", False),
        ("<style>a{}</style><template>x</template>&nbsp;\n<!-- x -->", False),
        ("<img src=x.png>", True),
        ("<img src=count.gif width=1 height=1>", False),
        ("<noscript><iframe src=tag height=0 width=0></iframe></noscript>", False),
        ("<iframe src=x></iframe>", True),
        ("<video src=x></video>", True),
        ("<svg><path d=''/></svg>", True),
        ("<frameset><frame src=a></frameset>", True),
        ("<meta http-equiv=refresh content='0;url=x'>", True),
        ("<textarea>x</textarea>", True),
    ],
)
def test_a_page_has_content_when_a_reader_without_scripts_sees_some(markup: str, has_content: bool) -> None:
    assert read(markup).has_content is has_content


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<title>a</title><title>b</title>", "a"),
        ("<body><svg><title>drawing</title></svg><title>page</title>", "page"),
        ("<title>a &amp; b <b>c</b></title>", "a & b <b>c</b>"),
        ("<p>x", ""),
    ],
)
def test_the_title_is_that_of_the_page(markup: str, title: str) -> None:
    assert read(markup).title == title


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        ("<html lang=en-GB>", "en-GB"),
        ("<meta http-equiv=content-language content=fr>", "fr"),
        ("<html lang=en><meta http-equiv=content-language content=fr>", "en"),
        ("<p lang=it>", None),
    ],
)
def test_the_language_is_that_of_the_page(markup: str, language: str | None) -> None:
    assert read(markup).language == language


def test_a_style_sheet_refers_to_what_it_loads() -> None:
    sheet = b'@import "../i.css"; a { background: url("b.png") }'
    assert read(sheet, "text/css", url="http://a.example/css/s.css", relation=EMBED).references == (
        Reference("http://a.example/i.css", EMBED, "css @import"),
        Reference("http://a.example/css/b.png", EMBED, "css url()"),
    )


def test_an_image_in_svg_refers_to_what_it_loads() -> None:
    drawing = b"""<?xml version="1.0"?><?xml-stylesheet href="s.css"?><svg xmlns="http://www.w3.org/2000/svg"
      xmlns:xlink="http://www.w3.org/1999/xlink" xml:lang="en"><title>T</title><style>a{b:url(c.png)}</style>
      <image xlink:href="i.png"/><use href="#local"/><a xlink:href="p">text</a><path fill="url(g.svg#x)"/><script href="s.js"/></svg>"""
    document = read(drawing, "image/svg+xml", relation=EMBED)
    assert (document.title, document.language, document.has_content) == ("T", "en", True)
    assert [(one.url.rpartition("/")[2], one.source, one.text) for one in document.references] == [
        ("s.css", "xml-stylesheet@href", ""),
        ("c.png", "style css url()", ""),
        ("i.png", "image@href", ""),
        ("p", "a@href", "text"),
        ("g.svg", "path@fill css url()", ""),
        ("s.js", "script@href", ""),
    ]


def test_a_page_in_xhtml_is_read_as_xml() -> None:
    page = b"""<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>T</title><base href="/b/"/><script src="s.js"/>
      <meta name="robots" content="NoIndex"/></head><body><p><img src="i.png"/><a href="p">x</a></p></body></html>"""
    document = read(page, "application/xhtml+xml")
    assert (document.title, document.base) == ("T", "http://a.example/b/")
    assert [one.url for one in document.references] == [
        "http://a.example/b/s.js", "http://a.example/b/i.png", "http://a.example/b/p", "http://a.example/favicon.ico",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "drawing",
    [
        b"", b"no xml", b"<svg", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='i.png'/><broken",
        b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
        b"<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]><svg>&b;</svg>",
        b"<svg>" * 5000,
    ],
)  # fmt: skip
def test_a_broken_drawing_is_read_as_far_as_it_goes(drawing: bytes) -> None:
    document = read(drawing, "image/svg+xml", relation=EMBED)
    assert [one.url for one in document.references] == (["http://a.example/dir/i.png"] if b"i.png" in drawing else [])
    assert "root:" not in document.title


def test_a_web_app_manifest_refers_to_its_images() -> None:
    manifest = b'{"start_url": "/", "icons": [{"src": "i.png"}, {"src": 7}, null], "screenshots": [{"src": "s.png"}], "shortcuts": [{"url": "/x", "icons": [{"src": "c.png"}]}]}'
    references = read(manifest, "application/manifest+json", url="http://a.example/app/m", relation=EMBED).references
    assert [(one.url, one.source) for one in references] == [
        ("http://a.example/app/i.png", "manifest icons"),
        ("http://a.example/app/s.png", "manifest screenshots"),
        ("http://a.example/app/c.png", "manifest shortcuts"),
    ]


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"{", b'{"icons": {"src": "x"}}', b"\xff", b"[" * 100_000, b'"\\ud800"']
)
def test_a_broken_manifest_refers_to_nothing(manifest: bytes) -> None:
    assert read(manifest, "application/manifest+json", relation=EMBED).references == ()


@pytest.mark.parametrize(
    ("content_type", "relation", "expected"),
    [
        ("text/html; charset=x", HYPERLINK, True), ("TEXT/CSS", EMBED, True), ("image/svg+xml", EMBED, True),
        ("application/manifest+json", EMBED, True), ("application/xhtml+xml", Relation.SEED, True), ("", HYPERLINK, True),
        ("", ICON, False), ("image/png", EMBED, False), ("application/pdf", Relation.SEED, False), ("text/plain", HYPERLINK, False),
    ],
)  # fmt: skip
def test_what_may_refer_to_something_is_known_by_its_media_type(
    content_type: str, relation: Relation, expected: bool
) -> None:
    assert is_document(content_type, relation) is expected


@pytest.mark.parametrize(
    ("body", "url", "count"),
    [
        (b"\xef\xbb\xbf <!DOCTYPE HTML><img src=x>", "http://a.example/", 2),
        (b"<html><img src=x>", "http://a.example/", 2),
        (b"a { b: url(x) }", "http://a.example/s.css?v=1", 1),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='x'/></svg>", "http://a.example/s", 1),
        (b"plain text <img src=x>", "http://a.example/", 0),
    ],
)
def test_a_body_without_a_media_type_is_looked_at(body: bytes, url: str, count: int) -> None:
    assert len(read(body, "", url=url).references) == count


def test_other_media_types_refer_to_nothing_and_have_content_when_they_have_bytes() -> None:
    assert read(b"%PDF-1.7", "application/pdf") == Document("", URL, (), True, None)
    assert read(b" \n", "text/plain").has_content is False


@given(
    st.binary(max_size=300),
    st.sampled_from(["text/html", "image/svg+xml", "text/css", "application/manifest+json", ""]),
)
def test_any_bytes_are_a_document(body: bytes, content_type: str) -> None:
    document = read(body, content_type)
    assert len({(one.url, one.relation) for one in document.references}) == len(document.references)


TAGS = ("<a href=", "<img src=", "<p>", "<div style='a:url(", "</p>", "<svg>", "<template shadowrootmode=open>", "x", ">", "'", '"', " ",
        "<iframe srcdoc='", "<base href=//b.example>", "<style>", "</style>", "<!--", "-->", "<table>", "<td background=y>", "<noscript>")  # fmt: skip


@given(st.lists(st.sampled_from(TAGS), max_size=25).map("".join))
def test_any_soup_of_tags_is_a_document_with_absolute_references(markup: str) -> None:
    for reference in read(markup).references:
        assert reference.url.startswith("http://")
        assert "#" not in reference.url
