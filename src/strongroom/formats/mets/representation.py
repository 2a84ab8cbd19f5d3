"""The METS document of a representation: its files, where each record lies in them, and how pages lead to pages.

The logical map has one division for each captured resource, with the bytes of its gzip member in the WARC file; they
are counted in the stored file, so offset and length are those of the CDXJ index. The structural links say which page
links to, embeds or redirects to which.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from strongroom.formats.mets.writing import NAMESPACES, Header, Metadata, document, file_group, section
from strongroom.formats.xml import Attributes, XmlWriter
from strongroom.model.capture import Edge, RecordEntry, RecordType
from strongroom.model.package import PackageFile

ARCROLE: Final = "urn:strongroom:relation:"


@dataclass(frozen=True, slots=True)
class RepresentationParts:
    """What a representation has.

    Attributes:
        base: its folder in the package, ``representations/rep1/``.
        data: its files.
        preservation: to digiprovMD.
        records: those that hold content: responses, revisits, resources.
        kinds: record id to ``article`` or ``linked-page``; the rest are resources of pages.
        edges: between captured URLs.
    """

    base: str
    data: Sequence[PackageFile]
    preservation: Sequence[Metadata]
    records: Iterable[RecordEntry]
    kinds: Mapping[str, str]
    edges: Iterable[Edge]


def holds_content(record: RecordEntry) -> bool:
    """Whether a record is something captured, so that METS, the index and PREMIS must speak of it."""
    if record.type is RecordType.RESOURCE:
        return not (record.target_uri or "").startswith("urn:")
    return record.type in {RecordType.RESPONSE, RecordType.REVISIT}


def division(record_id: str) -> str:
    """The ID of the division of a record, and the label by which links refer to it.

    >>> division("urn:uuid:6a8e5fc4-0000-4000-8000-000000000001")
    'record-6a8e5fc4-0000-4000-8000-000000000001'
    """
    return "record-" + record_id.rpartition(":")[2]


def write_representation_mets(write: Callable[[bytes], object], header: Header, parts: RepresentationParts) -> None:
    """Write METS.xml of a representation; records and edges are consumed once and not kept.

    An IDREF that no division answers would make the document useless, so an edge whose ends have no division is left
    out; links.csv has all of them.
    """
    identifiers = {file.path.rpartition("/")[2]: f"file-{number}" for number, file in enumerate(parts.data, 1)}
    divisions: set[str] = set()
    with XmlWriter(write, NAMESPACES) as xml, document(xml, header, "../../schemas"):
        with xml.within("amdSec", {"ID": "amd"}):
            for metadata in parts.preservation:
                section(xml, "digiprovMD", metadata, parts.base)
        with xml.within("fileSec", {"ID": "files"}):
            pairs = [(f"file-{number}", file) for number, file in enumerate(parts.data, 1)]
            file_group(xml, "group-data", "Data", pairs, parts.base)
        _physical_map(xml, header, parts)
        with (
            xml.within("structMap", {"ID": "map-records", "TYPE": "LOGICAL", "LABEL": "Records"}),
            xml.within("div", {"ID": "div-capture", "TYPE": "capture", "LABEL": "Records in the order of capture"}),
        ):
            for record in parts.records:
                divisions.add(record.record_id)
                _record(xml, record, parts.kinds.get(record.record_id, "resource"), identifiers[record.warc])
        _links(xml, parts, divisions)


def _physical_map(xml: XmlWriter, header: Header, parts: RepresentationParts) -> None:
    with (
        xml.within("structMap", {"ID": "map-csip", "TYPE": "PHYSICAL", "LABEL": "CSIP"}),
        xml.within("div", {"ID": "div-representation", "LABEL": header.identifier}),
    ):
        administrative = " ".join(one.identifier for one in parts.preservation) or None
        xml.element("div", None, {"ID": "div-metadata", "LABEL": "Metadata", "ADMID": administrative})
        with xml.within("div", {"ID": "div-data", "LABEL": "Data"}):
            xml.element("fptr", None, {"FILEID": "group-data"})


def _record(xml: XmlWriter, record: RecordEntry, kind: str, file: str) -> None:
    name = division(record.record_id)
    attributes: Attributes = {
        "ID": name,
        "xlink:label": name,  # METS 1.12.1: what xlink:from and xlink:to of smLink refer to
        "TYPE": kind,
        "LABEL": record.target_uri,
        "CONTENTIDS": record.record_id,
    }
    xml.start("div", attributes)
    xml.start("fptr")
    area: Attributes = {
        "FILEID": file,
        "BEGIN": record.offset_bytes,
        "BETYPE": "BYTE",
        "EXTENT": record.length_bytes,
        "EXTTYPE": "BYTE",
    }
    xml.element("area", None, area)
    xml.end()
    xml.end()


def _links(xml: XmlWriter, parts: RepresentationParts, divisions: set[str]) -> None:
    # structLink must not be empty, so it is opened with the first link.
    opened = False
    for edge in parts.edges:
        if edge.source not in divisions or edge.target not in divisions:
            continue
        if not opened:
            xml.start("structLink")
            opened = True
        link = {
            "xlink:arcrole": ARCROLE + edge.relation,
            "xlink:title": edge.text or None,
            "xlink:from": division(edge.source),
            "xlink:to": division(edge.target),
        }
        xml.element("smLink", None, link)
    if opened:
        xml.end()
