from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.readme.markup import Markup, address, element, foreign, join, text


class Seen(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.words = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


@given(st.text(alphabet=st.characters(codec=None)), st.text(alphabet=st.characters(codec=None)))
def test_no_text_can_become_markup(content, attribute):
    seen = Seen(element("p", content, title=attribute).html)
    assert [tag for tag, _ in seen.tags] == ["p"]
    assert list(seen.tags[0][1]) == ["title"]


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_what_can_be_read_is_read_back_as_it_was(content):
    seen = Seen(element("p", content, title=content).html)
    assert "".join(seen.words) == content
    assert seen.tags[0][1]["title"] == content


@given(st.text(alphabet=st.characters(codec=None)))
def test_every_text_can_be_encoded(content):
    text(content).html.encode()


def test_control_characters_are_seen_to_have_been_there():
    assert text("a\x00b\x1bc\td\ne\ud800").html == "a\ufffdb\ufffdc\td\ne\ufffd"


def test_only_http_and_https_become_links():
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//x",
        "http://[",
        "JaVaScRiPt:x",
        " javascript:x",
    ):
        assert "<a" not in address(url).html
    assert 'href="https://example.org/?a=1&amp;b=2"' in address("https://example.org/?a=1&b=2").html


def test_none_is_left_out():
    assert join([None, "a", Markup("<b>")]).html == "a<b>"
    assert element("p", None, class_=None).html == "<p></p>"


def test_foreign_text_keeps_its_direction_and_language():
    assert foreign("مرحبا", language="ar").html == '<bdi lang="ar">مرحبا</bdi>'
