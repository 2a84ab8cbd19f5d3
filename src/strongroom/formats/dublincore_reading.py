"""Read a Dublin Core record, whoever wrote it: the elements and DCMI terms in it, in their order."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from strongroom.formats.statements.terms import MAX_CHARACTERS
from strongroom.formats.xml import elements
from strongroom.model.finding import Finding

MAX_BYTES: Final = 16 << 20
"""A record of one work is some kilobytes."""

_PREFIXES: Final = {"http://purl.org/dc/elements/1.1/": "dc", "http://purl.org/dc/terms/": "dcterms"}
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_MAX_LANGUAGE: Final = 35  # RFC 5646 section 4.4.1: what every reader must have room for


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A value as the record states it.

    Attributes:
        term: ``dc:title``, ``dcterms:title``.
        value: without white space around it, at most 10,000 characters.
        language: as given; empty where it is not.
    """

    term: str
    value: str
    language: str = ""


def read_dublin_core(path: Path, *, where: str, max_bytes: int = MAX_BYTES) -> Iterator[StatedValue | Finding]:
    """Yield what a record states; memory does not grow with it.

    Args:
        path: of the document; any root element will do.
        where: the path to name in a finding.
        max_bytes: what is longer is not read.

    Yields:
        Values that are not empty, in the order of the document; last the finding that kept it from being read to its
        end, if there is one.
    """
    tags = [f"{{{namespace}}}*" for namespace in _PREFIXES]
    for element in elements(path, tags, where=where, max_bytes=max_bytes):
        if isinstance(element, Finding):
            yield element
            continue
        namespace, _, name = element.tag[1:].rpartition("}")
        # a value in pieces is joined; a hostile one of a million pieces is not
        text = "".join(str(piece) for piece in islice(element.itertext(), 1000))[: 2 * MAX_CHARACTERS].strip()[
            :MAX_CHARACTERS
        ]
        if text:
            yield StatedValue(f"{_PREFIXES[namespace]}:{name}", text, element.get(_LANGUAGE, "")[:_MAX_LANGUAGE])
