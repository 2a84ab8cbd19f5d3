"""Dublin Core records are read as far as they go, whoever wrote them."""

import pytest

from strongroom.formats.dublincore import write_dublin_core
from strongroom.formats.dublincore_reading import StatedValue, read_dublin_core
from strongroom.model.description import Candidate, Description
from strongroom.model.finding import Finding

NAMESPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/"'


@pytest.fixture
def read(tmp_path):
    def read(text, **more):
        path = tmp_path / "dc.xml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(read_dublin_core(path, where="dc.xml", **more))

    return read


def test_what_is_written_is_read_back(read):
    chosen = [
        Candidate("dcterms:title", "Le dépôt & <more>", "fr", "html", "x", "x", None, chosen=True),
        Candidate("dcterms:issued", "2024-03-05", None, "html", "x", "x", None, chosen=True, encoding="dcterms:W3CDTF"),
        Candidate("dcterms:title", "not chosen", None, "html", "x", "x", None),
    ]
    pieces = []
    write_dublin_core(Description("https://x.example/", tuple(chosen)), [], pieces.append, schemas="..")
    assert read(b"".join(pieces)) == [
        StatedValue("dc:title", "Le dépôt & <more>", "fr"),
        StatedValue("dc:date", "2024-03-05"),
        StatedValue("dcterms:title", "Le dépôt & <more>", "fr"),
        StatedValue("dcterms:issued", "2024-03-05"),
    ]


def test_elements_of_other_namespaces_are_passed_over_and_prefixes_do_not_matter(read):
    text = (
        f"<x {NAMESPACES}><a>no</a><b><t:title> one <i>two</i>\n</t:title></b><dc:title/><dc:subject> </dc:subject></x>"
    )
    assert read(text) == [StatedValue("dcterms:title", "one two")]


def test_a_value_and_a_language_are_cut(read):
    [value] = read(f'<x {NAMESPACES}><dc:title xml:lang="{"x" * 99}">{"y" * 30_000}</dc:title></x>')
    assert (len(value.value), len(value.language)) == (10_000, 35)


def test_what_stands_before_a_fault_is_read(read):
    first, fault = read(f"<x {NAMESPACES}><dc:title>One</dc:title><dc:title>Two</x>")
    assert first == StatedValue("dc:title", "One")
    assert isinstance(fault, Finding)
    assert fault.where == "dc.xml#line=1"


def test_a_document_that_is_too_long_is_not_read(read):
    [fault] = read(f"<x {NAMESPACES}><dc:title>One</dc:title></x>", max_bytes=20)
    assert isinstance(fault, Finding)
    assert fault.expected == "at most 20 bytes"
