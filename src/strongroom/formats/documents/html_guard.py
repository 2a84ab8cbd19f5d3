"""Keeps pages that are made to exhaust a parser from doing so.

A tree builder looks through the open elements at many tags, through the attributes at each attribute, and opens
formatting elements anew in each paragraph: a megabyte of `<div>` takes a minute, and 15 KB of `<font>` and `<p>` make
a million elements. Such a page is flattened before it is parsed: the start tags that may refer to something stay,
each closed at once; the rest goes. Browsers, too, stop nesting at 512. No page written to be read is near the bounds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from strongroom.formats.documents.html_elements import may_refer

# Pages with fewer tags than this cannot cost much whatever they do, and most pages have fewer.
_FEW_TAGS = 1000
_MAX_STEPS = 30_000_000
_MAX_REOPENED = 300_000
_MAX_FORMATTING = 2_000
_MAX_TAG_CHARACTERS = 8_000
_MAX_ATTRIBUTES = 1_000

# Tags of a page in lower case; comments and texts that are no markup are passed over.
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?:script|style|title|textarea)(?=[\s/>]).*?(?:</(?:script|style|title|textarea)|\Z)"
    r"|<(/?)([a-z][^\s/>]*)([^>]*)",
    re.DOTALL,
)
# Text, and tags that are short outside their quotes: what lies before a tag that may have too many attributes.
_ORDINARY = re.compile(
    r"""(?>(?:[^<]++|<(?![A-Za-z])|<[A-Za-z](?>(?:[^"'>]{0,100}+(?>(?:"[^"]*+"|'[^']*+')?)){0,40})>)*)""",
)
_TAG_WITH_ATTRIBUTES = re.compile(r"""<[A-Za-z](?>(?:[^"'>]++|"[^"]*+"|'[^']*+'|["'])*)""")
_QUOTED = re.compile(r'"[^"]*+"|\'[^\']*+\'')
# Comments and elements whose content is text, and tags with their attributes.
_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>])(?P<raw_attributes>"
    r"""(?>(?:[^"'>]++|"[^"]*+"|'[^']*+')*))>(?P<content>.*?)(?:</(?P=raw)[^>]*>|\Z)"""
    r"""|<(?P<name>[A-Za-z][^\s/>]*+)(?P<attributes>(?>(?:[^"'>]++|"[^"]*+"|'[^']*+')*))>""",
    re.IGNORECASE | re.DOTALL,
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track"}
    | {"wbr", "basefont", "bgsound", "keygen", ""}
)
_FORMATTING = frozenset({"b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"})
_CELLS = frozenset({"td", "th", "caption"})
_TABLE = frozenset({"table", "tr", "tbody", "thead", "tfoot", *_CELLS})
# Those that end by themselves when the next one of their kind begins.
_SELF_ENDING = frozenset({"p", "li", "dd", "dt", "option", "optgroup", "rt", "rp"})
# HTML elements that end an svg or math element they stand in (HTML Standard, 13.2.6.5).
_BREAKING_OUT = frozenset({"p", "div", "span", "ul", "ol", "body", "head", "img", "h1", "h2", "h3"})


def sound_html(text: str) -> str:
    """Give back a page that can be parsed in time proportional to its length: nearly always the same text."""
    if _has_long_tag(text) or (text.count("<") > _FEW_TAGS and _is_exhausting(text)):
        return "".join(_flattened(text))
    return text


@dataclass(slots=True)
class _Open:
    """What is open at a place of a page: as many elements of each name, and formatting elements as written.

    What is left open inside a cell of a table ends with the cell, and nothing in a cell ends what is outside.
    """

    depth: int = 0
    names: dict[str, int] = field(default_factory=dict)
    formatting: list[str] = field(default_factory=list)
    is_cell: bool = False


def _is_exhausting(text: str) -> bool:
    """Whether nesting, or formatting elements left open, would cost the tree builder more than any real page does."""
    steps = reopened = 0
    in_svg = False
    here = _Open()
    outside: list[_Open] = []
    for found in _TAG.finditer(text.lower()):
        slash, name, attributes = found.groups("")
        if name in _VOID:
            continue
        steps += here.depth
        if name in _FORMATTING:
            _note_formatting(here, name, attributes, is_end=bool(slash))
            if len(here.formatting) > _MAX_FORMATTING:
                return True
            in_svg = False
            continue
        if name in _TABLE:
            here = _at_table_tag(name, here, outside, is_end=bool(slash))
            continue
        if name in {"svg", "math"}:
            in_svg = not slash
        elif in_svg:
            in_svg = name not in _BREAKING_OUT
            if attributes.endswith("/"):
                continue
        if here.formatting and name != "span":
            reopened += len(here.formatting)
            if reopened > _MAX_REOPENED:
                return True
        if name in _SELF_ENDING:
            continue
        count = here.names.get(name, 0)
        if not slash:
            here.names[name] = count + 1
            here.depth += 1
        elif count:
            here.names[name] = count - 1
            here.depth -= 1
        if steps > _MAX_STEPS:
            return True
    return steps > _MAX_STEPS


def _note_formatting(here: _Open, name: str, attributes: str, *, is_end: bool) -> None:
    """Open or close a formatting element; of equal ones three at most are opened anew (HTML Standard, 13.2.4.3)."""
    if not is_end:
        tag = f"{name} {attributes}"
        if here.formatting.count(tag) < 3:
            here.formatting.append(tag)
        here.depth += 1
        return
    for place in range(len(here.formatting) - 1, -1, -1):
        if here.formatting[place].startswith(name) and here.formatting[place].partition(" ")[0] == name:
            del here.formatting[place]
            here.depth -= 1
            return


def _at_table_tag(name: str, here: _Open, outside: list[_Open], *, is_end: bool) -> _Open:
    """What is open behind a tag of a table; `outside` holds what is open around, table by table and cell by cell."""
    if name == "table":
        if not is_end:
            outside.append(here)
            return _Open(here.depth + 1, {}, here.formatting)
        while outside:
            was_cell = here.is_cell
            here = outside.pop()
            if not was_cell:
                break
        return here
    if here.is_cell:
        here = outside.pop()
    if name in _CELLS and not is_end and outside:
        outside.append(here)
        return _Open(here.depth + 1, is_cell=True)
    return here


def _has_long_tag(text: str) -> bool:
    """Whether any tag has more attributes than anybody writes; long values do not count."""
    if len(text) < _MAX_TAG_CHARACTERS:
        return False
    place = 0
    while place < len(text):
        found = _ORDINARY.match(text, place)
        place = found.end() if found else place
        found = _TAG_WITH_ATTRIBUTES.match(text, place)
        if found is None:
            return False
        if len(_QUOTED.sub("", found.group()).split()) > _MAX_ATTRIBUTES:
            return True
        place = found.end()
    return False


def _flattened(text: str) -> Iterator[str]:
    """Yield the tags that may refer to something, each closed at once, and the texts of titles and style sheets."""
    yield "<!DOCTYPE html>"
    for found in _PIECE.finditer(text):
        raw, name = found["raw"], found["name"]
        if raw is not None:
            content = found["content"] if raw.lower() in {"style", "title"} else ""
            yield f"<{raw}{_bounded(found['raw_attributes'])}>{content}</{raw}>"
        elif name is not None and may_refer(name.lower(), found["attributes"]):
            attributes = _bounded(found["attributes"])
            yield f"<{name}{attributes}>" if name.lower() in _VOID else f"<{name}{attributes}></{name}>"


def _bounded(attributes: str) -> str:
    if len(attributes) <= _MAX_TAG_CHARACTERS:
        return attributes.removesuffix("/")
    words = [found.group() for found in re.finditer(r"""(?>(?:[^\s"']|"[^"]*+"|'[^']*+')+)""", attributes)]
    return " " + " ".join(words[:_MAX_ATTRIBUTES])
