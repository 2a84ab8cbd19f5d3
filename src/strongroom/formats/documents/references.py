"""Gathers the references of one document: resolved against its base, each URL once for each relation, in order."""

import re
from collections.abc import Iterable
from dataclasses import replace

from strongroom.formats.documents.css import CssReference, declaration_references, stylesheet_references
from strongroom.formats.documents.srcset import candidates
from strongroom.formats.url import listed_form, resolve
from strongroom.model.outcome import Reference, Relation

MAX_REFERENCES = 250_000
"""A document with more references than this is made to fill the memory."""

_SPACES = re.compile(r"[\t\n\f\r ]+")
_STRIPPED = "".join(chr(one) for one in range(0x21))
_TEXT_CHARACTERS = 200
# What the URL Standard percent-encodes in a query, of the octets that are ASCII.
_QUERY_ENCODED = frozenset(b"\"#<>'")


class References:
    """The references found so far in a document.

    Attributes:
        url: of the document.
        base: what its references are relative to.
    """

    def __init__(self, url: str, *, base: str | None = None, encoding: str = "utf-8") -> None:
        """Begin a document; `base` is what its references are relative to where that is not its own URL.

        `encoding` is what the document is written in: browsers write the queries of its links in it.
        """
        self.url = url
        self.base = base or url
        self._encoding = "" if encoding.startswith("utf-") else encoding
        self._found: dict[tuple[str, Relation], Reference] = {}

    def within(self) -> "References":
        """References of a document inside this one: a base of its own, noted in the same place."""
        inner = References(self.url, base=self.base)
        inner._encoding = self._encoding
        inner._found = self._found
        return inner

    def add(self, raw: str | None, relation: Relation, source: str, text: str = "") -> None:
        """Note a reference as written; what is empty, stays within the document or is no URL is passed over."""
        if raw is None:
            return
        written = raw.strip(_STRIPPED)
        if not written or written[0] == "#":
            return
        if self._encoding and not written.isascii():
            written = self._in_encoding(written)
        url = resolve(written, self.base)
        if url is None or url.startswith("about:"):
            return
        if not url.startswith("http"):
            url = listed_form(url)
        key = (url, relation)
        known = self._found.get(key)
        if known is None:
            if len(self._found) >= MAX_REFERENCES:
                return
            self._found[key] = Reference(url, relation, source, fold(text) if text else "")
        elif text and not known.text:
            self._found[key] = replace(known, text=fold(text))

    def embed(self, raw: str | None, source: str) -> None:
        """Note something the document needs to render."""
        self.add(raw, Relation.EMBED, source)

    def srcset(self, value: str | None, source: str) -> None:
        """Note every image candidate of a srcset attribute."""
        if value:
            for candidate in candidates(value):
                self.add(candidate.url, Relation.EMBED, source)

    def declarations(self, css: str | None, source: str) -> None:
        """Note what a `style` attribute or a presentation attribute loads; `source` goes before the CSS construct."""
        if css:
            self.css(declaration_references(css), source)

    def stylesheet(self, css: str, source: str) -> None:
        """Note what a style sheet loads; `source` goes before the CSS construct, empty for a sheet of its own."""
        self.css(stylesheet_references(css), source)

    def css(self, found: Iterable[CssReference], source: str) -> None:
        """Note references found in CSS."""
        for one in found:
            self.add(one.url, Relation.EMBED, f"{source} {one.source}" if source else one.source)

    @property
    def is_cut(self) -> bool:
        """Whether there may be more than `MAX_REFERENCES`; those that came later are not kept."""
        return len(self._found) >= MAX_REFERENCES

    def has(self, relation: Relation) -> bool:
        """Whether any reference has a relation."""
        return any(one.relation is relation for one in self._found.values())

    def all(self) -> tuple[Reference, ...]:
        """What was found, in document order."""
        return tuple(self._found.values())

    def _in_encoding(self, written: str) -> str:
        """Percent-encode a query in the document's encoding (URL Standard, section 4.4, query state)."""
        rest, hash_, fragment = written.partition("#")
        path, question, query = rest.partition("?")
        if query.isascii():
            return written
        return f"{path}{question}{''.join(map(self._encoded, query))}{hash_}{fragment}"

    def _encoded(self, character: str) -> str:
        if character.isascii():
            return character
        try:
            octets = character.encode(self._encoding)
        except UnicodeEncodeError:
            return f"%26%23{ord(character)}%3B"
        return "".join(
            chr(one) if 0x21 <= one <= 0x7E and one not in _QUERY_ENCODED else f"%{one:02X}" for one in octets
        )


def fold(text: str) -> str:
    """Fold white space and cut at 200 characters.

    >>> fold("  a  link  ")
    'a link'
    """
    return _SPACES.sub(" ", text).strip()[:_TEXT_CHARACTERS]
