"""XML as it is written here, and strangers' XML as it is read."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from strongroom.formats.xml import (
    XmlWriter,
    elements,
    escape_attribute,
    escape_text,
    parse_xml,
    root_tag,
    syntax_fault,
)
from strongroom.model.finding import Finding

NAMESPACES = {"": "urn:example", "x": "urn:example:x"}
# Whatever XML 1.0 can hold comes back as it was; a carriage return alone would be read as a line feed.
KEPT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")).filter(
    lambda text: not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text)
)


def written(build) -> bytes:
    pieces = []
    with XmlWriter(pieces.append, NAMESPACES) as xml:
        build(xml)
    return b"".join(pieces)


@given(KEPT, KEPT)
def test_text_and_attributes_are_read_back_as_they_were_written(text, value):
    root = etree.fromstring(written(lambda xml: xml.element("a", text, {"x:b": value})))
    assert (root.text or "", root.get("{urn:example:x}b")) == (text, value)


@given(st.text(), st.text())
def test_nothing_that_is_written_can_break_out_of_its_element(text, value):
    root = etree.fromstring(written(lambda xml: xml.element("a", text, {"b": value})))
    assert (len(root), list(root.attrib)) == (0, ["b"])


def test_characters_that_xml_cannot_hold_are_replaced_visibly():
    assert escape_text("a\x00b\x1bc\ud800d\uffff") == "a␀b␛c\ufffdd\ufffd"


def test_line_ends_in_attributes_survive_the_normalization_by_parsers():
    assert escape_attribute("a\nb\tc\rd") == "a&#10;b&#9;c&#13;d"


def test_a_document_is_indented_and_mixed_content_is_not():
    def build(xml):
        with xml.within("list", {"n": 2, "gone": None}):
            xml.element("x:item")
            with xml.within("p"):
                xml.text("some ")
                xml.element("b", "bold")
                xml.text(" text")
            with xml.within("empty"):
                pass

    assert written(build).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<list xmlns="urn:example" xmlns:x="urn:example:x" n="2">\n'
        "  <x:item/>\n"
        "  <p>some <b>bold</b> text</p>\n"
        "  <empty/>\n"
        "</list>\n"
    )


@pytest.mark.parametrize("name", ["nobody:a", "a b", "", "a>", "1a", "x:", "a\n"])
def test_a_name_that_is_none_or_has_an_undeclared_prefix_is_refused(name):
    with pytest.raises(ValueError, match="declared prefix"):
        written(lambda xml: xml.element(name))


def test_a_second_root_element_is_refused():
    def build(xml):
        xml.element("a")
        xml.element("b")

    with pytest.raises(ValueError, match="one root element"):
        written(build)


def test_an_unfinished_document_is_refused():
    with pytest.raises(ValueError, match="not complete"):
        written(lambda xml: xml.start("a"))


def test_text_outside_an_element_is_refused():
    with pytest.raises(ValueError, match="inside an element"):
        written(lambda xml: xml.text("a"))


def test_a_document_is_handed_over_in_pieces():
    sizes = []
    with XmlWriter(lambda piece: sizes.append(len(piece)), NAMESPACES) as xml, xml.within("a"):
        for number in range(20_000):
            xml.element("b", number)
    assert len(sizes) > 5
    assert max(sizes) < 200_000


BILLION = (
    b'<!DOCTYPE a [<!ENTITY b "ha">' + b"".join(b'<!ENTITY b%d "&b;&b;">' % n for n in range(9)) + b"]><a>&b8;</a>"
)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<!DOCTYPE a><a/>", "XML-002"),
        (BILLION, "XML-002"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "XML-002"),
        (b'<!DOCTYPE a PUBLIC "p" "file:///etc/passwd"><a/>', "XML-002"),
        (b"<?xml version='1.0'?><!-- x --><?pi y?>\n<!DOCTYPE a [<!ENTITY % b SYSTEM 'c'>%b;]><a/>", "XML-002"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "XML-002"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")[2:], "XML-002"),
        (b"<!--" + b" " * 70_000 + b"--><!DOCTYPE a><a/>", "XML-003"),
        (b"", "XML-001"),
        (b"text", "XML-001"),
        (b"<a>", "XML-001"),
        (b"<a>&b;</a>", "XML-001"),
        (b"<a/><b/>", "XML-001"),
        (b"<a>\xff</a>", "XML-001"),
    ],
)
def test_what_is_refused_is_one_finding(tmp_path: Path, document, code):
    path = tmp_path / "a.xml"
    path.write_bytes(document)
    from_bytes, from_file = parse_xml(document, where="a.xml"), parse_xml(path, where="a.xml")
    streamed = list(elements(path, ("a",), where="a.xml"))[-1]
    assert [one.code for one in (from_bytes, from_file, streamed)] == [code] * 3


def test_a_document_in_another_encoding_is_read():
    document = '<?xml version="1.0" encoding="utf-16"?><a>ä</a>'.encode("utf-16")
    root = parse_xml(document, where="a")
    assert root.text == "ä"


def test_a_document_longer_than_the_limit_is_not_read(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_bytes(b"<a>" + b"x" * 100 + b"</a>")
    found = parse_xml(path, where="a.xml", max_bytes=50)
    assert (found.code, found.found) == ("XML-003", "107 bytes")


def test_a_stream_gives_each_element_whole_and_keeps_none(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_bytes(b"<r>" + b"".join(b"<e n='%d'><t>%d</t></e>" % (n, n) for n in range(20_000)) + b"</r>")
    seen, siblings = [], set()
    for one in elements(path, ("e",), where="a"):
        seen.append(int(one.findtext("t")))
        siblings.add(len(one.getparent()))
    assert (seen, max(siblings) < 5_000) == (list(range(20_000)), True)


def test_a_stream_that_breaks_off_gives_what_was_whole_and_then_the_fault(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_bytes(b"<r><e/><e/><e>")
    *whole, last = elements(path, ("e",), where="a.xml")
    assert (len(whole), isinstance(last, Finding), last.where) == (2, True, "a.xml#line=1")


def test_no_file_is_opened_that_a_document_names(tmp_path: Path):
    secret = tmp_path / "secret"
    os.mkfifo(secret)  # opening it would block for ever
    document = f'<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="{secret}"/></a>'
    assert parse_xml(document.encode(), where="a")[0].get("href") == str(secret)


def test_the_root_of_a_document_is_named_without_reading_it_whole(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_bytes(b"<!-- x --><r xmlns='urn:r'><broken")
    assert root_tag(path) == "{urn:r}r"


def test_well_formedness_alone_is_told_with_line_and_column(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_bytes(b"<a>\n<b>\n</a>")
    fault = syntax_fault(path, where="a.xml")
    assert (fault.code, fault.where) == ("XML-001", "a.xml#line=3")
