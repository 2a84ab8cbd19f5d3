"""Statements in the headers of a response: language, media type, typed links, and what they cannot say."""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote

from strongroom.formats.http.link import links
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.terms import Place, state
from strongroom.formats.url import resolve

_RELATIONS: Final = {"canonical": "identifier", "cite-as": "identifier", "license": "license", "author": "creator"}
_FILENAME: Final = re.compile(
    r"filename\*\s*=\s*(?:UTF-8|utf-8)''([^\s;]+)|filename\s*=\s*(?:\"([^\"]*)\"|([^\s\";]+))"
)
_MEDIA_TYPE: Final = re.compile(r"^[\w!#$&^.+-]+/[\w!#$&^.+-]+$", re.ASCII)


def headers_say(headers: Sequence[tuple[str, str]], url: str) -> Iterator[Statement]:
    """State what headers say; `headers` are (name, value) in the order they came."""
    for name, value in headers:
        key = name.lower()
        if key == "content-language":
            for tag in value.split(","):
                yield state("language", tag, Place(Origin.HEADER), name, written=value)
        elif key == "content-type":
            media_type = value.partition(";")[0].strip().lower()
            if _MEDIA_TYPE.match(media_type):
                yield state("format", media_type, Place(Origin.HEADER), name, written=value)
        elif key == "last-modified":
            doubt = "when the server's file changed, which is not when the work was published"
            yield state("modified", value, Place(Origin.HEADER, doubt=doubt), name)
        elif key == "link":
            yield from _links(name, value, url)


def file_name(headers: Sequence[tuple[str, str]]) -> str | None:
    """The name that Content-Disposition (RFC 6266) gives to the file, or None.

    >>> file_name([("Content-Disposition", "attachment; filename*=UTF-8''R%C3%A9sum%C3%A9.pdf")])
    'Résumé.pdf'
    """
    for name, value in headers:
        if name.lower() == "content-disposition" and (found := _FILENAME.search(value)):
            return unquote(found[1]) if found[1] else found[2] or found[3]
    return None


def _links(name: str, value: str, url: str) -> Iterator[Statement]:
    for target, parameters in links(value):
        for relation in parameters.get("rel", "").lower().split():
            term, address = _RELATIONS.get(relation), resolve(target, url)
            if term and address:
                yield state(term, address, Place(Origin.HEADER), name, written=target)
