"""What the terms of Dublin Core and the sources of their values are called for a person who reads README.html."""

from collections.abc import Iterator
from typing import Final

from strongroom.formats.readme.markup import Markup, address, element, foreign, join
from strongroom.model.description import Candidate, Description

_SHOWN_PER_TERM: Final = 20

# In the order in which a reader asks for them; terms that are not here follow, by name.
_LABELS: Final = {
    "title": "Title",
    "alternative": "Alternative title",
    "creator": "Creator",
    "contributor": "Contributor",
    "publisher": "Publisher",
    "issued": "Published",
    "date": "Date",
    "created": "Created",
    "modified": "Modified",
    "dateAccepted": "Captured",
    "language": "Language",
    "abstract": "Abstract",
    "description": "Description",
    "subject": "Subject",
    "type": "Type",
    "format": "Format",
    "extent": "Extent",
    "identifier": "Identifier",
    "source": "Source",
    "isPartOf": "Part of",
    "rights": "Rights",
    "license": "Licence",
    "accessRights": "Access rights",
    "rightsHolder": "Rights holder",
    "provenance": "Provenance",
    "references": "Links to",
}
_ORDER: Final = {name: number for number, name in enumerate(_LABELS)}
_SOURCES: Final = {
    "typed": "typed by a person",
    "settings": "the institution's settings",
    "json-ld": "JSON-LD in the page",
    "citation": "citation_… meta tags",
    "dublin-core": "Dublin Core meta tags",
    "opengraph": "OpenGraph meta tags",
    "microdata": "microdata in the page",
    "rdfa": "RDFa in the page",
    "link": "link relations of the page",
    "html": "the HTML of the page",
    "header": "the HTTP headers",
    "capture": "the capture itself",
}


def described(description: Description) -> Markup:
    """The chosen values as a table, each with where it came from."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in description.candidates:
        if candidate.chosen:
            groups.setdefault(candidate.term, []).append(candidate)
    ordered = sorted(groups.items(), key=lambda group: (_ORDER.get(_local(group[0]), len(_ORDER)), group[0]))
    head = element("tr", *(element("th", name, scope="col") for name in ("Term", "Value", "Where it came from")))
    return element(
        "table",
        element("thead", head),
        element("tbody", *(row for term, found in ordered for row in _rows(term, found))),
    )


def _rows(term: str, found: list[Candidate]) -> Iterator[Markup]:
    label = element("span", _LABELS.get(_local(term), _local(term)), title=term)
    for number, candidate in enumerate(found[:_SHOWN_PER_TERM]):
        yield element(
            "tr",
            element("th", label if number == 0 else None, scope="row"),
            element("td", _value(candidate)),
            element("td", _SOURCES.get(candidate.source, candidate.source), _place(candidate), class_="small faint"),
        )
    if len(found) > _SHOWN_PER_TERM:
        rest = f"and {len(found) - _SHOWN_PER_TERM:,} more, in metadata/descriptive/dc.xml"
        yield element("tr", element("th", scope="row"), element("td", rest, class_="faint", colspan=2))


def _value(candidate: Candidate) -> Markup:
    value = candidate.value
    if value.startswith(("http://", "https://")):
        return address(value)
    return foreign(value, language=candidate.language)


def _place(candidate: Candidate) -> Markup | None:
    if "inferred" in candidate.reason:
        return join([": ", candidate.reason])
    if not candidate.pointer or candidate.source in {"typed", "capture"}:
        return None
    return join([": ", element("code", candidate.pointer[:200])])


def _local(term: str) -> str:
    return term.rpartition(":")[2]
