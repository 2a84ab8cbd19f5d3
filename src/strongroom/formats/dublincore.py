"""Dublin Core as XML (metadata/descriptive/dc.xml), and every candidate as JSON (metadata/other/description.json)."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Final

from strongroom.formats.statements.terms import ELEMENTS, TERMS, qualified
from strongroom.formats.xml import XSI, XmlWriter
from strongroom.model.description import Candidate, Description

NAMESPACE: Final = "urn:strongroom:dublin-core:1"

_NAMESPACES: Final = {
    "": NAMESPACE,
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": XSI,
}
# Which terms stand for one of the fifteen elements, the best one first (the DCMI "dumb-down principle"). The time of
# capture is none of them: a reader who knows only dc:date would take it for the date of the work.
_DUMB_DOWN: Final = {
    "title": ("title",),
    "subject": ("subject",),
    "description": ("description", "abstract"),
    "date": ("issued", "date", "created", "available", "dateCopyrighted"),
    "type": ("type",),
    "format": ("format",),
    "relation": ("relation", "isPartOf", "isVersionOf", "hasFormat"),
    "coverage": ("coverage", "spatial", "temporal"),
    "rights": ("rights", "license", "accessRights"),
}
# Of these all terms count; of the others the first that has a value.
_ALL_OF: Final = frozenset({"relation", "coverage", "rights"})


def write_dublin_core(
    description: Description, extra: Iterable[Candidate], write: Callable[[bytes], object], *, schemas: str
) -> None:
    """Write the chosen values, first in the fifteen elements, then in DCMI terms with their encoding schemes.

    Args:
        description: its candidates that are chosen are written.
        extra: further ones that are chosen, the identifier of the package for example.
        write: is given the document in pieces of UTF-8.
        schemas: the way from the document to the folder of schemas, for programs that follow xsi:schemaLocation.

    The document is what ``schemas/strongroom-dc.xsd`` describes::

        <record xmlns="urn:strongroom:dublin-core:1" …>
          <dc:title xml:lang="fr">Le dépôt</dc:title>
          <dcterms:title xml:lang="fr">Le dépôt</dcterms:title>
          <dcterms:issued xsi:type="dcterms:W3CDTF">2024-03-05</dcterms:issued>
        </record>
    """
    chosen = _chosen(description, extra)
    location = {"xsi:schemaLocation": f"{NAMESPACE} {schemas}/strongroom-dc.xsd"}
    with XmlWriter(write, _NAMESPACES) as xml, xml.within("record", location):
        for name in ELEMENTS:
            for one in _simple(name, chosen):
                xml.element(f"dc:{name}", one.value, {"xml:lang": _language(one)})
        for term in TERMS:
            for one in chosen.get(term, ()):
                xml.element(f"dcterms:{term}", one.value, {"xsi:type": one.encoding, "xml:lang": _language(one)})


def description_json(description: Description) -> bytes:
    """Every candidate, chosen or not, with where it came from and why; keys sorted, one stable form."""
    document = {
        "candidates": [asdict(one) for one in description.candidates],
        "faults": list(description.faults),
        "text": list(description.text),
        "url": description.url,
    }
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")


def read_description_json(data: bytes) -> Description:
    """Read the document back; raises `ValueError` for anything else."""
    try:
        document = json.loads(data)
        if document.keys() != {"candidates", "faults", "text", "url"}:
            raise ValueError("other members than candidates, faults, text and url")
        candidates = tuple(Candidate(**one) for one in document["candidates"])
        texts = [document["url"], *document["faults"], *document["text"]]
    except (TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a description: {error}") from error
    for one in candidates:
        texts += [one.term, one.value, one.source, one.pointer, one.raw, one.reason]
        texts += [value for value in (one.language, one.record_id, one.encoding) if value is not None]
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(one.chosen, bool) for one in candidates):
        raise ValueError("a value that is no text")
    return Description(document["url"], candidates, tuple(document["faults"]), tuple(document["text"]))


def _chosen(description: Description, extra: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = {}
    for one in (*description.candidates, *extra):
        term = qualified(one.term)
        if one.chosen and one.value and term is not None:
            found.setdefault(term, []).append(one)
    return found


def _simple(name: str, chosen: dict[str, list[Candidate]]) -> Iterator[Candidate]:
    seen: set[str] = set()
    for term in _DUMB_DOWN.get(name, (name,)):
        for one in chosen.get(term, ()):
            if one.value not in seen:
                seen.add(one.value)
                yield one
        if seen and name not in _ALL_OF:
            return


def _language(one: Candidate) -> str | None:
    # A value in an encoding scheme has no language; the schema of DCMI forbids the attribute there.
    return None if one.encoding else one.language
