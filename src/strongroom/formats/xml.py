"""Writing XML in one pass, and reading strangers' XML without being led anywhere by it.

The writer cannot emit unescaped text: every value passes `escape_text` or `escape_attribute`, every name is checked.
The readers load no network resource, expand no entity and refuse a document type declaration. What the elements
mean is said in the modules above: METS, PREMIS, Dublin Core.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, cast

from lxml import etree

from strongroom.model.finding import Finding
from strongroom.model.rules import package as rules
from strongroom.storage import read_pieces, saying

if TYPE_CHECKING:
    Element = etree._Element  # noqa: SLF001 - lxml publishes its element type under this name alone
else:
    Element = object

XML: Final = "http://www.w3.org/XML/1998/namespace"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

MAX_BYTES: Final = 2 * 2**30
_PROLOG_BYTES: Final = 64 * 1024
_FLUSH_PIECES: Final = 1024

_NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")
# XML 1.0 production [2] Char: everything that is outside it, and what markup would take for its own.
_IN_TEXT = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_ATTRIBUTE = re.compile('[&<>"\t\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')


def _replacement(character: str) -> str:
    entity = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
    if character in entity:
        return entity[character]
    # The symbol that stands for a control character is visible and says which one it was.
    return chr(0x2400 + ord(character)) if ord(character) < 0x20 else "\ufffd"


def escape_text(text: str) -> str:
    r"""Escape character data; what XML 1.0 cannot hold is replaced visibly, control characters by their symbols.

    >>> escape_text("a<b & \x00")
    'a&lt;b &amp; ␀'
    """
    return _IN_TEXT.sub(lambda match: _replacement(match[0]), text) if _IN_TEXT.search(text) else text


def escape_attribute(text: str) -> str:
    r"""Escape an attribute's value so that it is read back as it was, line ends and tabulators included.

    >>> escape_attribute('"x"\n')
    '&quot;x&quot;&#10;'
    """
    return _IN_ATTRIBUTE.sub(lambda match: _replacement(match[0]), text) if _IN_ATTRIBUTE.search(text) else text


Attributes = Mapping[str, str | int | None]


class XmlWriter:
    r"""Writes one document from top to bottom, indented by two spaces, holding no more than its open elements.

    Names are written with their prefix, ``mets:div``; the prefixes are those of `namespaces` (the empty one is the
    default namespace), declared on the root element. An attribute that is None is left out.

    >>> pieces = []
    >>> with XmlWriter(pieces.append, {"": "urn:example"}) as xml, xml.within("list", {"n": 1}):
    ...     xml.element("item", "a & b")
    >>> print(b"".join(pieces).decode(), end="")
    <?xml version="1.0" encoding="UTF-8"?>
    <list xmlns="urn:example" n="1">
      <item>a &amp; b</item>
    </list>
    """

    def __init__(self, write: Callable[[bytes], object], namespaces: Mapping[str, str]) -> None:
        """Begin a document; `write` is given UTF-8 in pieces of some 64 KiB, the last one on `close`."""
        self._write = write
        self._namespaces = dict(namespaces)
        self._checked: set[str] = set()
        self._stack: list[str] = []
        self._pieces: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>']
        self._indent = "\n"
        self._open = False  # the last start tag still lacks its ">"
        self._mixed = False  # text stands in the innermost element, so indentation would change it
        self._rooted = False

    def __enter__(self) -> Self:
        """Nothing to set up; `close` comes at the end."""
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Complete the document, unless an error ended it half-way."""
        if kind is None:
            self.close()

    def start(self, name: str, attributes: Attributes | None = None) -> None:
        """Open an element."""
        self._pieces.append(self._begun(name, attributes))
        self._stack.append(name)
        self._indent += "  "
        self._open = True
        self._mixed = False

    def end(self) -> None:
        """Close the innermost element."""
        name = self._stack.pop()
        self._indent = self._indent[:-2]
        if self._open:
            self._pieces.append("/>")
            self._open = False
        elif self._mixed:
            self._pieces.append(f"</{name}>")
        else:
            self._pieces.append(f"{self._indent}</{name}>")
        self._mixed = False
        if len(self._pieces) > _FLUSH_PIECES:
            self._flush()

    def text(self, value: str) -> None:
        """Write character data into the innermost element."""
        if not self._stack:
            raise ValueError("text stands inside an element")
        if self._open:
            self._pieces.append(">")
            self._open = False
        self._pieces.append(escape_text(value))
        self._mixed = True
        if len(self._pieces) > _FLUSH_PIECES:
            self._flush()

    def element(self, name: str, text: str | int | None = None, attributes: Attributes | None = None) -> None:
        """Write a whole element that holds text or nothing."""
        tag = self._begun(name, attributes)
        self._mixed = False
        if text is None or text == "":
            self._pieces.append(f"{tag}/>")
        else:
            self._pieces.append(f"{tag}>{escape_text(text) if isinstance(text, str) else text}</{name}>")
        if len(self._pieces) > _FLUSH_PIECES:
            self._flush()

    @contextmanager
    def within(self, name: str, attributes: Attributes | None = None) -> Iterator[None]:
        """Open an element for the length of a `with` block."""
        self.start(name, attributes)
        yield
        self.end()

    def close(self) -> None:
        """Check that the document is complete and hand over what is left of it."""
        if self._stack or not self._rooted:
            raise ValueError(f"the document is not complete: {self._stack or 'no root element'}")
        self._pieces.append("\n")
        self._flush()

    def _begun(self, name: str, attributes: Attributes | None) -> str:
        """A start tag without its ">", and what must stand before it."""
        if name not in self._checked:
            self._check(name)
        tag = f"<{name}" if self._mixed else f"{self._indent}<{name}"
        if self._open:
            tag = f">{tag}"
            self._open = False
        elif not self._stack:
            tag += self._declarations(name)
        if attributes:
            for key, value in attributes.items():
                if value is not None:
                    if key not in self._checked:
                        self._check(key)
                    tag += f' {key}="{escape_attribute(value) if isinstance(value, str) else value}"'
        return tag

    def _declarations(self, root: str) -> str:
        if self._rooted:
            raise ValueError(f"a document has one root element; {root} would be a second one")
        self._rooted = True
        spaces = self._namespaces.items()
        return "".join(f' xmlns{":" if prefix else ""}{prefix}="{escape_attribute(uri)}"' for prefix, uri in spaces)

    def _check(self, name: str) -> None:
        prefix, colon, local = name.rpartition(":")
        if not _NAME.match(local) or (colon and prefix != "xml" and prefix not in self._namespaces):
            raise ValueError(f"{name!r} is not a name with a declared prefix")
        self._checked.add(name)

    def _flush(self) -> None:
        self._write("".join(self._pieces).encode("utf-8"))
        self._pieces.clear()


def safe_parser(*, schema: etree.XMLSchema | None = None) -> etree.XMLParser:
    """A parser that asks no network, loads no DTD, expands no entity, and keeps libxml2's own limits."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True, schema=schema
    )


class _PrologEnd(Exception):  # noqa: N818 - it is a signal between the target and its caller, never seen outside
    pass


class _Prolog:
    """A parser target that stops at whichever comes first, a document type declaration or the root element."""

    doctype_name: str | None = None
    root: str | None = None

    def doctype(self, name: str, _public: str | None, _system: str | None) -> None:
        self.doctype_name = name or "?"
        raise _PrologEnd

    def start(self, tag: str, _attributes: object) -> None:
        self.root = tag
        raise _PrologEnd

    def close(self) -> None:
        """Required of a target."""


def prolog_fault(beginning: bytes, where: str) -> Finding | None:
    """Judge what stands before the root element, in any encoding: a document type declaration is refused.

    Entities, external subsets and parameter entities can only be declared there (XML 1.0 section 2.8), so what passes
    here has none.
    """
    prolog, error = _read_prolog(beginning)
    if error is not None and prolog.root is None and prolog.doctype_name is None:
        if len(beginning) >= _PROLOG_BYTES:
            limit = f"a root element within {_PROLOG_BYTES} bytes"
            return rules.XML_TOO_LARGE.at(where, expected=limit, found="none")
        return not_well_formed(error, where)
    if prolog.doctype_name is not None:
        return rules.XML_DOCTYPE.at(where, expected="no DOCTYPE", found=f"<!DOCTYPE {prolog.doctype_name}")
    return None


def _read_prolog(beginning: bytes) -> tuple[_Prolog, etree.XMLSyntaxError | None]:
    prolog = _Prolog()
    parser = etree.XMLParser(target=cast("Any", prolog), resolve_entities=False, no_network=True, load_dtd=False)
    try:
        for offset in range(0, len(beginning), 1024):
            parser.feed(beginning[offset : offset + 1024])
        parser.close()
    except _PrologEnd:
        pass
    except etree.XMLSyntaxError as error:
        return prolog, error
    return prolog, None


def not_well_formed(error: etree.XMLSyntaxError, where: str) -> Finding:
    """The finding for what libxml2 could not read, with line and column."""
    line, column = error.position
    return rules.XML_NOT_WELL_FORMED.at(
        f"{where}#line={line}", expected="well-formed XML", found=f"{error.msg or error} (column {column})"
    )


def opening_fault(path: Path, *, where: str, max_bytes: int) -> Finding | None:
    """Judge a file's length and what stands before its root element, before anything else of it is parsed."""
    with saying("read", path), path.open("rb") as file:
        size = path.stat().st_size
        beginning = file.read(_PROLOG_BYTES)
    if size > max_bytes:
        return rules.XML_TOO_LARGE.at(where, expected=f"at most {max_bytes} bytes", found=f"{size} bytes")
    return prolog_fault(beginning, where)


def parse_xml(source: Path | bytes, *, where: str, max_bytes: int = MAX_BYTES) -> Element | Finding:
    """Read a whole document and return its root element, or the one finding that kept it from being read.

    Args:
        source: a file, or the bytes of the document.
        where: the path to name in a finding.
        max_bytes: what is longer is not read.
    """
    if isinstance(source, Path):
        if fault := opening_fault(source, where=where, max_bytes=max_bytes):
            return fault
        with saying("read", source):
            source = source.read_bytes()
    elif len(source) > max_bytes:
        return rules.XML_TOO_LARGE.at(where, expected=f"at most {max_bytes} bytes", found=f"{len(source)} bytes")
    elif fault := prolog_fault(source[:_PROLOG_BYTES], where):
        return fault
    try:
        return etree.fromstring(source, safe_parser())
    except etree.XMLSyntaxError as error:
        return not_well_formed(error, where)


def elements(
    path: Path, tags: Collection[str], *, where: str, max_bytes: int = MAX_BYTES
) -> Iterator[Element | Finding]:
    """Yield each element with one of the tags (``{namespace}local``) when it is complete, then forget it.

    Memory does not grow with the document: an element and what stood before it in its parent are dropped as soon as
    the caller asks for the next. A fault of the document is yielded last.
    """
    if fault := opening_fault(path, where=where, max_bytes=max_bytes):
        yield fault
        return
    with saying("read", path), path.open("rb") as file:
        reader = etree.iterparse(
            file,
            events=("end",),
            tag=tuple(tags),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in reader:
                yield element
                element.clear()
                parent = element.getparent()
                if parent is not None:
                    while element.getprevious() is not None:
                        del parent[0]
        except etree.XMLSyntaxError as error:
            yield not_well_formed(error, where)


def root_tag(path: Path) -> str | None:
    """The name of the root element, ``{namespace}local``; None when none begins within the first 64 KiB."""
    with saying("read", path), path.open("rb") as file:
        return _read_prolog(file.read(_PROLOG_BYTES))[0].root


class _Nothing:
    """A parser target that keeps nothing and is told of nothing: what remains is the check of well-formedness."""

    def close(self) -> None:
        """Required of a target."""


def syntax_fault(path: Path, *, where: str) -> Finding | None:
    """Read a document of any length for well-formedness alone, keeping nothing of it."""
    parser = etree.XMLParser(
        target=cast("Any", _Nothing()), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for piece in read_pieces(path):
            parser.feed(piece)
        parser.close()
    except etree.XMLSyntaxError as error:
        return not_well_formed(error, where)
    return None


@lru_cache(maxsize=1024)
def local_name(tag: str) -> str:
    """The name without its namespace.

    >>> local_name("{urn:example}div")
    'div'
    """
    return tag.rpartition("}")[2]
