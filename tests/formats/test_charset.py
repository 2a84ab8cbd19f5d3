"""Character encodings, found as browsers find them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.documents.charset import declared_charset, decode_css, decode_html, decode_xml

WORD = "Grüße"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html", None),
        ("text/html; charset=utf-8", "utf-8"),
        ("text/html;charset=UTF8", "utf-8"),
        ('text/html; charset="latin1"', "windows-1252"),
        ("text/html; charset='koi8-r'", "koi8-r"),
        ("text/html; boundary=x; Charset = shift_jis ", "shift_jis"),
        ("text/html; charset=klingon", None),
        ("text/html; charset=", None),
        ("", None),
    ],
)
def test_a_content_type_names_an_encoding_as_browsers_know_it(content_type: str, expected: str | None) -> None:
    assert declared_charset(content_type) == expected


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (WORD.encode(), "text/html", "utf-8"),
        (WORD.encode("latin-1"), "text/html", "windows-1252"),
        (b"\xef\xbb\xbf" + WORD.encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (b"\xff\xfe" + WORD.encode("utf-16-le"), "text/html; charset=utf-8", "utf-16le"),
        (b"\xfe\xff" + WORD.encode("utf-16-be"), "", "utf-16be"),
        (WORD.encode("iso-8859-15"), "text/html; charset=iso-8859-15", "iso-8859-15"),
        (b'<meta charset="iso-8859-2">' + WORD.encode("iso-8859-2"), "text/html", "iso-8859-2"),
        (b"<META CharSet=latin1 />" + WORD.encode("latin-1"), "text/html", "windows-1252"),
        (
            b'<meta content="text/html; charset=windows-1250" http-equiv="Content-Type">' + WORD.encode("cp1250"),
            "text/html",
            "windows-1250",
        ),
        (b"<meta charset=iso-8859-2>" + WORD.encode(), "text/html; charset=utf-8", "utf-8"),
        (b'<!-- <meta charset="koi8-r"> -->' + WORD.encode(), "text/html", "utf-8"),
        (b'<a title="<meta charset=koi8-r>">' + WORD.encode(), "text/html", "utf-8"),
        (b"<meta charset=utf-16>" + WORD.encode(), "text/html", "utf-8"),
        (b"<meta charset=klingon><meta charset=iso-8859-2>" + WORD.encode("iso-8859-2"), "text/html", "iso-8859-2"),
        (b" " * 1024 + b"<meta charset=koi8-r>" + WORD.encode(), "text/html", "utf-8"),
        (WORD.encode() + "ü".encode()[:1], "text/html", "utf-8"),
        (b"", "text/html", "utf-8"),
    ],
)
def test_a_page_is_decoded_as_browsers_do(body: bytes, content_type: str, expected: str) -> None:
    text, encoding = decode_html(body, content_type)
    assert (WORD in text or not body, encoding) == (True, expected)


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b'<?xml version="1.0" encoding="iso-8859-2"?><a>' + WORD.encode("iso-8859-2"), "image/svg+xml", "iso-8859-2"),
        (b"<a>" + WORD.encode(), "image/svg+xml", "utf-8"),
        (b'<?xml version="1.0" encoding="koi8-r"?><a>' + WORD.encode(), "text/xml; charset=utf-8", "utf-8"),
    ],
)
def test_an_xml_document_declares_its_encoding(body: bytes, content_type: str, expected: str) -> None:
    text, encoding = decode_xml(body, content_type)
    assert (WORD in text, encoding) == (True, expected)


@pytest.mark.parametrize(
    ("body", "content_type", "environment"),
    [
        (b'@charset "iso-8859-2";' + WORD.encode("iso-8859-2"), "text/css", None),
        (b'@charset "iso-8859-2";' + WORD.encode(), "text/css; charset=utf-8", None),
        (b'@charset "utf-16";' + WORD.encode(), "text/css", None),
        (WORD.encode("koi8-r", "ignore") + WORD.encode("latin-1"), "text/css", "windows-1252"),
        (WORD.encode(), "text/css", None),
    ],
)
def test_a_style_sheet_is_decoded_as_browsers_do(body: bytes, content_type: str, environment: str | None) -> None:
    assert WORD in decode_css(body, content_type, environment)


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes_are_text_in_some_encoding(body: bytes, content_type: str) -> None:
    decode_html(body, content_type)
    decode_xml(body, content_type)
    decode_css(body, content_type)


@given(st.text(min_size=1).filter(lambda text: not text.startswith("\ufeff") and "<" not in text))
def test_utf_8_without_a_declaration_is_utf_8(text: str) -> None:
    try:
        body = text.encode()
    except UnicodeEncodeError:
        return
    assert decode_html(body, "text/html") == (text, "utf-8")
