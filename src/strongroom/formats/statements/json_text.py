"""Reading JSON that people broke: comments, commas too many or too few, line breaks and quotes inside of strings.

Strict JSON goes through the standard library's reader. What that refuses is read again by a tolerant reader of our
own, which notes what it met; it reads as far as it can and never raises.
"""

import html
import json
import re
from dataclasses import dataclass
from typing import Any, Final

MAX_CHARACTERS: Final = 4 * 2**20
MAX_DEPTH: Final = 100

_WRAPPING = re.compile(
    r"^(?:\s|\ufeff|<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)+|(?:\s|\ufeff|-->|//\s*-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)+$"
)
_BLANK = re.compile(r"(?:\s|\ufeff)+")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_BARE = re.compile(r"[^\s,:{}\[\]\"']+")
_PLAIN = {'"': re.compile(r'[^"\\]+'), "'": re.compile(r"[^'\\]+")}
_WORDS: Final = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "None": None}
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_SOUND_END = re.compile(r"\s*(?:[,:}\]]|\Z|//|/\*)")


@dataclass(frozen=True, slots=True)
class Read:
    """What was read.

    Attributes:
        values: one for each document in the text; usually one.
        faults: what was wrong with it, one phrase each, with line and column; empty for JSON without fault.
    """

    values: tuple[Any, ...]
    faults: tuple[str, ...]


def read_json(text: str) -> Read:
    """Read JSON, tolerantly.

    >>> read_json('{"a": [1, 2,], /* why */ "b": "x"}').values
    ({'a': [1, 2], 'b': 'x'},)
    >>> read_json('{"a": "He said "no" today", "b": 1').values
    ({'a': 'He said "no" today', 'b': 1},)
    """
    if len(text) > MAX_CHARACTERS:
        return Read((), (f"longer than {MAX_CHARACTERS:,} characters",))
    bare = _WRAPPING.sub("", text)
    if not bare:
        return Read((), ("empty",))
    try:
        return Read((json.loads(bare, strict=False),), ())
    except (ValueError, RecursionError):
        pass
    if "&quot;" in bare and '"' not in bare:
        again = read_json(html.unescape(bare))
        return Read(again.values, ("written with character references", *again.faults))
    return _Tolerant(bare).read()


class _Tolerant:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._faults: dict[str, str] = {}

    def read(self) -> Read:
        values = []
        while self._skip() < len(self._text):
            before = self._at
            if self._text[self._at] in "{[":
                values.append(self._value(0))
            else:
                self._note("text outside of the object")
                opening = re.compile(r"[{\[]").search(self._text, self._at)
                self._at = opening.start() if opening else len(self._text)
            if self._at == before:
                break
        if len(values) > 1:
            self._faults["several documents"] = f"{len(values)} documents in one block"
        return Read(tuple(values), tuple(self._faults.values()))

    def _note(self, fault: str) -> None:
        """Keep the first of each kind, with its place."""
        if fault not in self._faults:
            line = self._text.count("\n", 0, self._at) + 1
            column = self._at - self._text.rfind("\n", 0, self._at)
            self._faults[fault] = f"{fault} at line {line}, column {column}"

    def _skip(self) -> int:
        """Go over white space and comments; returns where we are."""
        while True:
            if blank := _BLANK.match(self._text, self._at):
                self._at = blank.end()
            comment = _COMMENT.match(self._text, self._at)
            if not comment:
                return self._at
            self._note("comment")
            self._at = comment.end()

    def _peek(self) -> str:
        at = self._skip()
        return self._text[at] if at < len(self._text) else ""

    def _value(self, depth: int) -> Any:
        character = self._peek()
        if character in {"{", "["} and depth >= MAX_DEPTH:
            self._note(f"deeper than {MAX_DEPTH}")
            self._at = len(self._text)
            return None
        if character == "{":
            return self._object(depth)
        if character == "[":
            return self._array(depth)
        if character in {'"', "'"}:
            return self._string(character)
        return self._bare()

    def _object(self, depth: int) -> dict[str, Any]:
        self._at += 1
        members: dict[str, Any] = {}
        while True:
            character = self._peek()
            if not character:
                self._note("end of the text before the end of an object")
                return members
            if character == "}":
                self._at += 1
                return members
            if character == ",":
                self._at += 1
                if self._peek() in {"}", ","}:
                    self._note("comma too many")
                continue
            if character == "]":
                self._note("wrong bracket")
                return members
            before = self._at
            key = self._string(character) if character in {'"', "'"} else self._bare()
            if self._peek() == ":":
                self._at += 1
            else:
                self._note("no colon behind a name")
            members[str(key)] = self._value(depth + 1) if self._peek() not in {",", "}", "]", ""} else None
            if self._peek() not in {",", "}", "]", ""}:
                self._note("no comma between two members")
            if self._at == before:
                self._at += 1

    def _array(self, depth: int) -> list[Any]:
        self._at += 1
        items: list[Any] = []
        while True:
            character = self._peek()
            if not character:
                self._note("end of the text before the end of an array")
                return items
            if character == "]":
                self._at += 1
                return items
            if character == ",":
                self._at += 1
                if self._peek() in {"]", ","}:
                    self._note("comma too many")
                continue
            if character == "}":
                self._note("wrong bracket")
                return items
            before = self._at
            items.append(self._value(depth + 1))
            if self._peek() not in {",", "}", "]", ""}:
                self._note("no comma between two items")
            if self._at == before:
                self._at += 1

    def _string(self, quote: str) -> str:
        if quote == "'":
            self._note("single quotes")
        self._at += 1
        pieces: list[str] = []
        while self._at < len(self._text):
            if plain := _PLAIN[quote].match(self._text, self._at):
                pieces.append(plain[0])
                self._at = plain.end()
                continue
            if self._text[self._at] == "\\":
                pieces.append(self._escape())
                continue
            self._at += 1
            if _SOUND_END.match(self._text, self._at):
                return "".join(pieces)
            # What follows cannot follow a string, so this quote belongs to it.
            self._note("quotation mark inside of a string")
            pieces.append(quote)
        self._note("end of the text before the end of a string")
        return "".join(pieces)

    def _escape(self) -> str:
        character = self._text[self._at + 1 : self._at + 2]
        if character == "u" and (code := self._code_unit(self._at)) is not None:
            self._at += 6
            if 0xD800 <= code < 0xDC00 and (low := self._code_unit(self._at)) is not None and 0xDC00 <= low < 0xE000:
                self._at += 6
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
            return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
        if character not in _ESCAPES and character not in {'"', "\\", "/"}:
            self._note("unknown escape")
        self._at += 2
        return _ESCAPES.get(character, character)

    def _code_unit(self, at: int) -> int | None:
        found = re.compile(r"\\u([0-9a-fA-F]{4})").match(self._text, at)
        return int(found[1], 16) if found else None

    def _bare(self) -> Any:
        bare = _BARE.match(self._text, self._at)
        if not bare:
            return None
        self._at = bare.end()
        word = bare[0]
        if word in _WORDS:
            return _WORDS[word]
        if _NUMBER.fullmatch(word):
            return float(word) if set(".eE") & set(word) else int(word[:300])
        self._note("no quotation marks around a word")
        return word
