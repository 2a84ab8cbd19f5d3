"""Text that people wrote into markup, cleaned; and what of it is no value at all."""

import html
import re
import unicodedata

_SPACE = re.compile(r"[\s\u200b\u2060\ufeff]+")
_INVISIBLE = re.compile(r"[\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
_SURROGATE = re.compile("[\ud800-\udfff]")
_EDGE = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
_EMPTY_WORDS = {"", "null", "undefined", "none", "nan", "n/a", "-", "[object object]", "unknown", "tbd"}
_LONGEST_VOID = 200
_TEMPLATE = re.compile(r"^\W*(?:\{\{.*\}\}|\{%.*%\}|<%.*%>|\$\{.*\}|%%.*%%|\[\[.*\]\])\W*$", re.DOTALL)


def fold(text: str) -> str:
    r"""Make one line of it: white space of any kind folded, invisible characters out.

    >>> ascii(fold(" L\u2019\u00e9t\u00e9\n  \u00ad2024\ufeff "))
    "'L\\u2019\\xe9t\\xe9 2024'"
    """
    text = _SPACE.sub(" ", _INVISIBLE.sub("", scalar(text))).strip()
    if text and (text[0] in _EDGE or text[-1] in _EDGE):
        return text.strip(_EDGE + " ")
    return text


def scalar(text: str) -> str:
    """Replace lone surrogates, which JSON can hold and UTF-8 cannot, by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def plain(text: str) -> str:
    """Fold text from an attribute or a JSON string, where many sites leave markup and doubled character references.

    >>> plain("<p>Tom &amp;amp; Jerry</p>")
    'Tom & Jerry'
    """
    if "<" in text:
        text = _TAG.sub(" ", text)
    for _ in range(2):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return fold(text)


def is_void(value: str) -> bool:
    """Whether a value says nothing: empty, a word for nothing, or what a template left behind.

    >>> is_void("undefined"), is_void("{{ page.title }}"), is_void("Nothing")
    (True, True, False)
    """
    if len(value) > _LONGEST_VOID:
        return False
    return value.casefold() in _EMPTY_WORDS or bool(_TEMPLATE.match(value)) or not any(map(str.isalnum, value))


def likeness(value: str) -> str:
    """A key under which two spellings of the same text fall together: letters and digits, without case.

    >>> likeness("L\u2019\u00c9t\u00e9 2024!") == likeness("l'e\u0301te\u0301 2024")
    True
    """
    folded = unicodedata.normalize("NFKC", value).casefold()
    kept = "".join(
        character for character in folded if character.isalnum() or unicodedata.category(character)[0] == "M"
    )
    return kept or folded
