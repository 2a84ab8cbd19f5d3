r"""The URLs that a style sheet names (CSS Syntax, CSS Values: `url()`, `src()`, `image-set()`, `@import`).

A scanner of our own, since a full tokenizer in Python costs many times as much: it steps from one token that matters
to the next, and passes over comments, strings and escapes as the standard cuts them. The tests hold it against
tinycss2. All that a style sheet may load is named, whatever media or browser it is meant for; what names no resource
(`@namespace`, conditions of `@supports`, an `@import` that comes too late) is not.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_SPACE = r"[ \t\n\r\f]"
_NEWLINE = r"(?:\r\n|[\n\r\f])"
_ESCAPE = rf"\\(?:[0-9A-Fa-f]{{1,6}}+(?>(?:\r\n|{_SPACE})?)|[^\n\r\f0-9A-Fa-f]|\Z)"
_PLAIN = r"[-_0-9A-Za-z\u0080-\U0010ffff\0]"
_NAME = rf"(?:{_PLAIN}|{_ESCAPE})"
_COMMENT = r"/\*(?s:.*?)(?:\*/|\Z)"
# A string that meets a newline is torn: it ends there and says nothing (CSS Syntax, 4.3.5).
_STRING = (
    rf'"(?P<double>(?>(?:[^"\\\n\r\f]|\\{_NEWLINE}|{_ESCAPE})*))(?:"|\Z|(?P<torn>))'
    rf"|'(?P<single>(?>(?:[^'\\\n\r\f]|\\{_NEWLINE}|{_ESCAPE})*))(?:'|\Z|(?P<tear>))"
)
_UNNAMED_STRING = re.sub(r"\?P<[a-z]+>", "?:", _STRING)
# No name begins behind a character that would be part of it.
_START = r"(?:(?<![-_0-9A-Za-z\u0080-\U0010ffff\0#@\\])|(?<=<!--))"
_FUNCTION = rf"{_START}(?i:url|src|(?:-webkit-)?image-set)\("
_TOKENS = rf"(?P<comment>{_COMMENT})|(?P<string>{_STRING})|(?P<function>{_FUNCTION})|(?P<escaped>{_ESCAPE}(?>{_NAME}*))"

# What can be passed over where nothing is nested: all but a function that names a URL, an escape that may be part of
# one, and an at-rule that may name one.
_SKIPPED = (
    rf"(?>(?:[^/\"'\\@(]++|/(?!\*)|{_COMMENT}|{_UNNAMED_STRING}|\((?<!(?i:url|src)\()(?<!(?i:image-set)\()"
    rf"|(?>{_ESCAPE}{_NAME}*)(?!\()|@(?!(?i:namespace|supports|document|-moz-document|import)|{_PLAIN}*+\\))*)"
)
_TOKEN = re.compile(rf"{_SKIPPED}(?:(?P<function>\()|(?P<escaped>{_ESCAPE}(?>{_NAME}*))|@(?P<at>(?>{_NAME}+)))")
_NESTED = re.compile(rf"{_TOKENS}|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<semicolon>;)")
_BEFORE = re.compile(rf"{_PLAIN}*\Z")
_IGNORED = re.compile(rf"(?>(?:{_SPACE}|{_COMMENT}|<!--|-->)*)")
_SPACES = re.compile(rf"{_SPACE}*+")
_RAW_URL = re.compile(rf"((?>(?:[^\"'()\\\x01-\x20\x7f]++|{_ESCAPE})*)){_SPACE}*+(?:\)|\Z)")
_BAD_URL = re.compile(rf"(?>(?:[^)\\]++|{_ESCAPE}|\\)*)\)?")
_QUOTED = re.compile(_STRING)
_AT = re.compile(rf"@((?>{_NAME}+))")
_UNESCAPE = re.compile(rf"\\(?:([0-9A-Fa-f]{{1,6}})(?:\r\n|{_SPACE})?|{_NEWLINE}|([^\n\r\f])|\Z)")
_HINT = re.compile(r"(?i)url\(|src\(|image-set\(|@import|\\")

_URL_FUNCTIONS = frozenset({"url", "src"})
_IMAGE_SETS = frozenset({"image-set", "-webkit-image-set"})
# At-rules in whose prelude a URL names something, but nothing that is loaded.
_NAMING = frozenset({"namespace", "supports", "document", "-moz-document", "import"})
_CLOSING = {"(": ")", "[": "]", "{": "}"}
# How far back a name that contains an escape may begin; no function here is longer with all its letters escaped.
_BACK_CHARACTERS = 160


class CssReference(NamedTuple):
    """A URL as a style sheet writes it, escapes resolved, and the construct it stands in."""

    url: str
    source: str


class _Step(NamedTuple):
    """A token that matters inside brackets: a string, a URL function, a bracket or a semicolon."""

    kind: str
    value: str | None
    start: int
    end: int


def stylesheet_references(text: str) -> Iterator[CssReference]:
    """Yield what a style sheet loads, in the order of the text.

    >>> list(stylesheet_references('@import "a.css"; b { background: url( c.png ) }'))
    [CssReference(url='a.css', source='css @import'), CssReference(url='c.png', source='css url()')]
    """
    if not _HINT.search(text):
        return
    place = 0
    while True:
        # Before an @import there may be @charset, @layer statements and other @import rules (CSS Cascade, 2).
        place = _behind(_IGNORED, text, place)
        rule = _AT.match(text, place)
        name = _unescaped(rule.group(1)).lower() if rule else ""
        if rule is None or name not in {"charset", "import", "layer"}:
            break
        end, is_statement = _prelude_end(text, rule.end())
        if not is_statement:
            break
        imported = _imported(text, rule.end()) if name == "import" else None
        if imported:
            yield CssReference(imported, "css @import")
        place = end
    yield from _values(text, place)


def declaration_references(text: str) -> Iterator[CssReference]:
    """Yield what a list of declarations loads: a `style` attribute, or a presentation attribute of SVG."""
    if _HINT.search(text):
        yield from _values(text, 0)


def _values(text: str, place: int) -> Iterator[CssReference]:
    while (found := _TOKEN.match(text, place)) is not None:
        place = found.end()
        name = ""
        match found.lastgroup:
            case "function":
                name = _name_before(text, place - 1)
            case "escaped":
                name, place = _escaped_function(text, found.start("escaped"), place)
            case "at" if _unescaped(found["at"]).lower() in _NAMING:
                place, _ = _prelude_end(text, place)
            case _:
                pass
        if name in _URL_FUNCTIONS:
            url, place = _argument(text, place, name)
            if url:
                yield CssReference(url, f"css {name}()")
        elif name in _IMAGE_SETS:
            options, place = _image_set(text, place)
            yield from options


def _name_before(text: str, end: int) -> str:
    """The name, without escapes, that ends at a place; empty when it is not one of a function."""
    found = _BEFORE.search(text, max(0, end - _BACK_CHARACTERS), end)
    start = found.start() if found else end
    if text.startswith("--", start) and text.endswith("<!", 0, start):
        start += 2  # the hyphens belong to `<!--`
    return "" if start and text[start - 1] in "#@\\" else text[start:end].lower()


def _escaped_function(text: str, start: int, end: int) -> tuple[str, int]:
    r"""The name of the function that an escape is part of, as in `u\72l(`, and the place where to go on.

    The name is empty where there is no function.
    """
    if not text.startswith("(", end):
        return "", end
    found = _BEFORE.search(text, max(0, start - _BACK_CHARACTERS), start)
    begin = found.start() if found else start
    if text.startswith("--", begin) and text.endswith("<!", 0, begin):
        begin += 2  # the hyphens belong to `<!--`
    if begin and text[begin - 1] in "#@":
        return "", end + 1
    return _unescaped(text[begin:end]).lower(), end + 1


def _argument(text: str, place: int, name: str) -> tuple[str | None, int]:
    """Read behind `url(` or `src(`: the URL, or None where there is none, and the place where to go on."""
    place = _behind(_SPACES, text, place)
    quoted = _QUOTED.match(text, place)
    if quoted is not None:
        return _content(quoted), quoted.end()
    if name == "src":
        return None, place
    raw = _RAW_URL.match(text, place)
    if raw is not None:
        return _unescaped(raw.group(1)), raw.end()
    return None, _behind(_BAD_URL, text, place)


def _image_set(text: str, place: int) -> tuple[list[CssReference], int]:
    """The options of an image-set, whose bare strings are URLs, and the place behind it."""
    options: list[CssReference] = []
    closing = [")"]
    for step in _steps(text, place, closing):
        if not closing:
            return options, step.end
        if step.value and step.kind in _URL_FUNCTIONS:
            options.append(CssReference(step.value, f"css {step.kind}()"))
        elif step.value and step.kind == "string" and len(closing) == 1:
            options.append(CssReference(step.value, "css image-set()"))
    return options, len(text)


def _prelude_end(text: str, place: int) -> tuple[int, bool]:
    """Where the prelude of an at-rule ends: behind its semicolon (a statement: True), or before its block (False)."""
    closing: list[str] = []
    for step in _steps(text, place, closing):
        if step.kind == "semicolon" and not closing:
            return step.end, True
        if step.kind == "open" and step.value == "{" and len(closing) == 1:
            return step.start, False
        if step.kind == "stray" and step.value == "}" and not closing:
            return step.start, True
    return len(text), True


def _imported(text: str, place: int) -> str | None:
    """The URL of an @import, a string or a function (CSS Cascade, 2)."""
    place = _behind(_IGNORED, text, place)
    step = next(_steps(text, place, []), None)
    if step is None or step.kind not in {"string", *_URL_FUNCTIONS}:
        return None
    # It must come first; the letters of a name before its first escape do.
    is_first = step.start == place or (step.kind != "string" and _BEFORE.match(text, place, step.start) is not None)
    return step.value if is_first else None


def _steps(text: str, place: int, closing: list[str]) -> Iterator[_Step]:
    """Walk over nested brackets; `closing` holds the brackets still to come, innermost last, and is kept current."""
    while (found := _NESTED.search(text, place)) is not None:
        start, place = found.span()
        match found.lastgroup:
            case "string":
                yield _Step("string", _content(found), start, place)
            case "function" | "escaped":
                name = found.group()[:-1].lower()
                if found.lastgroup == "escaped":
                    name, place = _escaped_function(text, start, place)
                if name in _URL_FUNCTIONS:
                    url, place = _argument(text, place, name)
                    yield _Step(name, url, start, place)
                    # A quoted URL leaves its function open, for modifiers.
                    if text[place - 1] != ")":
                        closing.append(")")
                elif text.startswith("(", place - 1):
                    closing.append(")")
            case "open":
                closing.append(_CLOSING[found.group()])
                yield _Step("open", found.group(), start, place)
            case "close":
                is_own = bool(closing) and closing[-1] == found.group()
                if is_own:
                    closing.pop()
                yield _Step("close" if is_own else "stray", found.group(), start, place)
            case "semicolon":
                yield _Step("semicolon", ";", start, place)
            case _:
                pass


def _content(quoted: re.Match[str]) -> str | None:
    """What a string says; None for a torn one."""
    if quoted["torn"] is not None or quoted["tear"] is not None:
        return None
    return _unescaped(quoted["double"] if quoted["double"] is not None else quoted["single"])


def _behind(pattern: re.Pattern[str], text: str, place: int) -> int:
    """The place behind a pattern that also matches nothing."""
    found = pattern.match(text, place)
    return found.end() if found else place


def _unescaped(text: str) -> str:
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    return _UNESCAPE.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    if found.group(1):
        code = int(found.group(1), 16)
        is_scalar = 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF
        return chr(code) if is_scalar else "\ufffd"
    return found.group(2) or ""
