"""Which character encoding a document is in, as browsers find out (HTML Standard, section 13.2.3; Encoding Standard).

A byte order mark goes before the Content-Type, and that before a `meta` element in the first 1,024 bytes. Where
nothing is declared, valid UTF-8 is read as UTF-8 and anything else as windows-1252.
"""

import re
from typing import TypeVar

import webencodings

Text = TypeVar("Text", str, bytes)

_PRESCAN_BYTES = 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_PARAMETER = re.compile(r"""(?i);\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^;\s]+))""")
_COMMENT_OR_META = re.compile(rb"<!--.*?-->|<meta[\s/]([^>]*)|<[/a-zA-Z!?][^>]*", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([^\s/>=]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?""")
_CONTENT_CHARSET = re.compile(r"""(?i)charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^;\s"']+))""")
_XML_DECLARATION = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def declared_charset(content_type: str) -> str | None:
    """The name of the encoding that a Content-Type states, as the Encoding Standard spells it; None for none known.

    >>> declared_charset('text/html; charset="ISO-8859-1"')
    'windows-1252'
    """
    found = _PARAMETER.search(content_type)
    return _known(_first(found.groups())) if found else None


def decode_html(body: bytes, content_type: str) -> tuple[str, str]:
    """Decode an HTML page; returns the text and the name of its encoding."""
    return _decode(body, declared_charset(content_type) or _prescan(body[:_PRESCAN_BYTES]))


def decode_xml(body: bytes, content_type: str) -> tuple[str, str]:
    """Decode an XML document; returns the text and the name of its encoding, UTF-8 where none is declared."""
    declared = declared_charset(content_type)
    if declared is None:
        found = _XML_DECLARATION.match(body, 0, _PRESCAN_BYTES)
        label = _first(found.groups()) if found else None
        declared = _known(label.decode("ascii", "replace")) if label else None
    return _decode(body, declared or "utf-8")


def decode_css(body: bytes, content_type: str, environment: str | None = None) -> str:
    """Decode a style sheet (CSS Syntax, section 3.2); `environment` is the encoding of what refers to it, if known."""
    declared = declared_charset(content_type)
    if declared is None and body.startswith(b'@charset "'):
        label, end, _ = body[10:_PRESCAN_BYTES].partition(b'";')
        declared = _known(label.decode("ascii", "replace")) if end else None
        if declared in {"utf-16be", "utf-16le"}:
            declared = "utf-8"
    return _decode(body, declared or environment or "utf-8")[0]


def _decode(body: bytes, declared: str | None) -> tuple[str, str]:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _text(body[len(mark) :], name), name
    if declared is not None:
        return _text(body, declared), declared
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        # A page that was cut in the middle of a character is UTF-8 all the same.
        if error.start > len(body) - 4 and error.reason == "unexpected end of data":
            return body.decode("utf-8", "replace"), "utf-8"
        return _text(body, "windows-1252"), "windows-1252"


def _text(body: bytes, name: str) -> str:
    encoding = webencodings.lookup(name)
    text: str = encoding.codec_info.decode(body, "replace")[0]
    return text


def _known(label: str | None) -> str | None:
    encoding = webencodings.lookup(label) if label else None
    return str(encoding.name) if encoding is not None else None


def _prescan(beginning: bytes) -> str | None:
    """The encoding that a `meta` element declares (HTML Standard, "prescan a byte stream")."""
    for found in _COMMENT_OR_META.finditer(beginning):
        if found.group(1) is None:
            continue
        declared = _meta_charset(found.group(1))
        if declared is not None:
            # A page whose meta element could be read as ASCII is not UTF-16.
            return {"utf-16be": "utf-8", "utf-16le": "utf-8", "x-user-defined": "windows-1252"}.get(declared, declared)
    return None


def _meta_charset(attributes: bytes) -> str | None:
    values: dict[str, str] = {}
    for name, *value in _ATTRIBUTE.findall(attributes):
        key = name.decode("latin-1").lower()
        values.setdefault(key, next((one for one in value if one), b"").decode("latin-1"))
    if "charset" in values:
        return _known(values["charset"])
    if values.get("http-equiv", "").strip().lower() == "content-type":
        found = _CONTENT_CHARSET.search(values.get("content", ""))
        return _known(_first(found.groups())) if found else None
    return None


def _first(groups: tuple[Text | None, ...]) -> Text | None:
    return next((one for one in groups if one is not None), None)
