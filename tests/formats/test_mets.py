"""METS as it is written and read back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from strongroom.formats.mets.csip_document import document_faults
from strongroom.formats.mets.package import PackageParts, write_package_mets
from strongroom.formats.mets.reading import MetsDocument, read_mets, resolve
from strongroom.formats.mets.representation import RepresentationParts, holds_content, write_representation_mets
from strongroom.formats.mets.writing import METS, XLINK, Header, Metadata
from strongroom.formats.package.ledger import Ledger
from strongroom.formats.schema import validate_xml
from strongroom.formats.xml import parse_xml
from strongroom.model.capture import Edge, RecordEntry, RecordType
from strongroom.model.digest import Digest, Fixity
from strongroom.model.package import PackageFile

AT = datetime(2025, 11, 3, 8, 0, 0, tzinfo=UTC)
FIXITY = Fixity(3, "a" * 64, "b" * 128)
HEADER = Header("uuid-1", 'A "title" & more', AT, ("strongroom", "0.1.0"), "Harbour Archive")
BASE = "representations/rep1/"
WARC = f"{BASE}data/archive/a.warc.gz"
RECORDS = [
    RecordEntry(
        f"urn:uuid:{number}",
        RecordType.RESPONSE,
        f"http://a.example/{number}?<&",
        AT,
        "a.warc.gz",
        number * 10,
        10,
        Digest("sha256", "a" * 64),
        4,
    )
    for number in range(3)
]


def file(path: str, media_type: str = "application/xml") -> PackageFile:
    return PackageFile(path, FIXITY, media_type, AT)


def package_mets(path: Path) -> Path:
    parts = PackageParts(
        descriptive=[Metadata("dc", file("metadata/descriptive/dc.xml"), "DC")],
        preservation=[
            Metadata("premis", file("metadata/preservation/premis.xml"), "PREMIS", version="3.0"),
            Metadata("links", file("metadata/other/links.csv", "text/csv"), "OTHER", "strongroom links"),
        ],
        documentation=[file("documentation/README.html", "text/html")],
        schemas=[file("schemas/mets.xsd"), file("schemas/premis.xsd")],
        representation=file(f"{BASE}METS.xml"),
    )
    with path.open("wb") as opened:
        write_package_mets(opened.write, HEADER, parts)
    return path


def representation_mets(path: Path, *, edges: list[Edge]) -> Path:
    parts = RepresentationParts(
        base=BASE,
        data=[file(WARC, "application/warc+gzip"), file(f"{BASE}data/indexes/index.cdxj", "text/plain")],
        preservation=[Metadata("premis-records", file(f"{BASE}metadata/preservation/premis-records.xml"), "PREMIS")],
        records=iter(RECORDS),
        kinds={"urn:uuid:0": "article", "urn:uuid:1": "linked-page"},
        edges=iter(edges),
    )
    with path.open("wb") as opened:
        write_representation_mets(opened.write, HEADER, parts)
    return path


EDGES = [
    Edge(RECORDS[0].record_id, RECORDS[1].record_id, "hyperlink", "to\nthe page"),
    Edge(RECORDS[0].record_id, "urn:uuid:elsewhere", "hyperlink", ""),
    Edge(RECORDS[1].record_id, RECORDS[2].record_id, "embed", ""),
]


def read(path: Path, name: str, fixities: dict[str, Fixity]) -> tuple[list[str], dict[str, list[tuple]]]:
    with Ledger() as ledger:
        document = MetsDocument(path, name, name, fixities)
        reading = read_mets(document, ledger, max_bytes=10**9)
        findings = []
        try:
            while True:
                findings.append(next(reading))
        except StopIteration as end:
            folder = (name.rpartition("/")[0] or "uuid-1").rpartition("/")[2]
            findings += document_faults(end.value, document, folder, fixities.keys())
        ledger.settle()
        tables = {name: list(ledger.ask(f"SELECT * FROM {name}")) for name in ("area", "href", "idref", "ident")}
        return [f"{one.code} {one.where}" for one in findings], tables


PACKAGE_PATHS = (
    "metadata/descriptive/dc.xml",
    "metadata/preservation/premis.xml",
    "metadata/other/links.csv",
    "documentation/README.html",
    "schemas/mets.xsd",
    "schemas/premis.xsd",
    f"{BASE}METS.xml",
)


def test_the_mets_of_a_package_is_valid_and_meets_csip(tmp_path: Path):
    path = package_mets(tmp_path / "METS.xml")
    findings, tables = read(path, "METS.xml", dict.fromkeys(PACKAGE_PATHS, FIXITY))
    assert list(validate_xml(path, where="METS.xml")) == []
    assert findings == []
    assert {one for one, _ in tables["href"]} == set(PACKAGE_PATHS)
    assert {(doc, identifier) for doc, identifier, _ in tables["idref"]} <= set(tables["ident"])


def test_the_mets_of_a_representation_is_valid_and_points_at_the_bytes_of_records(tmp_path: Path):
    path = representation_mets(tmp_path / "METS.xml", edges=EDGES)
    name = f"{BASE}METS.xml"
    paths = (WARC, f"{BASE}data/indexes/index.cdxj", f"{BASE}metadata/preservation/premis-records.xml")
    findings, tables = read(path, name, dict.fromkeys(paths, FIXITY))
    assert list(validate_xml(path, where="METS.xml")) == []
    assert findings == ["CSIP1 " + name]  # the header of these tests has the identifier of the package
    assert tables["area"] == [(name, "file-1", n * 10, 10, f"urn:uuid:{n}", WARC) for n in range(3)]
    assert {(doc, identifier) for doc, identifier, _ in tables["idref"]} <= set(tables["ident"])


def test_links_refer_to_divisions_by_their_label_which_is_their_identifier(tmp_path: Path):
    root = parse_xml(representation_mets(tmp_path / "METS.xml", edges=EDGES), where="METS.xml")
    label = f"{{{XLINK}}}label"
    labelled = [one for one in root.iter(f"{{{METS}}}div") if one.get(label) is not None]
    assert [(one.get(label), one.get("ID")) for one in labelled] == [(f"record-{n}", f"record-{n}") for n in range(3)]
    ends = {one.get(f"{{{XLINK}}}{end}") for one in root.iter(f"{{{METS}}}smLink") for end in ("from", "to")}
    assert ends <= {one.get(label) for one in labelled}


def test_links_lead_only_between_records_that_are_there(tmp_path: Path):
    text = representation_mets(tmp_path / "METS.xml", edges=EDGES).read_text(encoding="utf-8")
    assert text[text.index("  <structLink>") :] == (
        "  <structLink>\n"
        '    <smLink xlink:arcrole="urn:strongroom:relation:hyperlink" xlink:title="to&#10;the page"'
        ' xlink:from="record-0" xlink:to="record-1"/>\n'
        '    <smLink xlink:arcrole="urn:strongroom:relation:embed" xlink:from="record-1" xlink:to="record-2"/>\n'
        "  </structLink>\n"
        "</mets>\n"
    )


def test_without_links_there_is_no_empty_section_for_them(tmp_path: Path):
    path = representation_mets(tmp_path / "METS.xml", edges=[])
    assert b"structLink" not in path.read_bytes()
    assert list(validate_xml(path, where="METS.xml")) == []


def test_a_record_is_written_as_a_division_with_its_bytes(tmp_path: Path):
    text = representation_mets(tmp_path / "METS.xml", edges=[]).read_text(encoding="utf-8")
    assert (
        '      <div ID="record-1" xlink:label="record-1" TYPE="linked-page" LABEL="http://a.example/1?&lt;&amp;"'
        ' CONTENTIDS="urn:uuid:1">\n'
        "        <fptr>\n"
        '          <area FILEID="file-1" BEGIN="10" BETYPE="BYTE" EXTENT="10" EXTTYPE="BYTE"/>\n'
        "        </fptr>\n"
        "      </div>\n"
    ) in text


def test_a_warc_file_is_said_to_be_inside_a_gzip(tmp_path: Path):
    text = representation_mets(tmp_path / "METS.xml", edges=[]).read_text(encoding="utf-8")
    assert 'MIMETYPE="application/warc" ' in text
    assert '<transformFile TRANSFORMTYPE="decompression" TRANSFORMALGORITHM="gzip" TRANSFORMORDER="1"/>' in text


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("data/a.xml", "representations/rep1/data/a.xml"),
        ("./data//a.xml", "representations/rep1/data/a.xml"),
        ("../../schemas/a.xsd", "schemas/a.xsd"),
        ("../../../a", None),
        ("/etc/passwd", None),
        ("file:///etc/passwd", None),
        ("file:data/a.xml", None),
        ("https://example.org/a", None),
        ("..%2F..%2F..%2Fa", None),
        ("data/a%20b.xml", "representations/rep1/data/a b.xml"),
        ("data/c%41.xml", "representations/rep1/data/c%41.xml"),
        ("data/10:30.xml", "representations/rep1/data/10:30.xml"),
        ("", "representations/rep1"),
    ],
)
def test_an_address_is_a_path_in_the_package_or_nothing(address, path):
    assert resolve(BASE, address, {"representations/rep1/data/c%41.xml": None}) == path


def test_records_of_the_machinery_hold_no_content():
    kinds = [
        (RecordType.RESPONSE, "http://a/", True),
        (RecordType.REVISIT, "http://a/", True),
        (RecordType.RESOURCE, "http://a/", True),
        (RecordType.RESOURCE, "urn:strongroom:certificate:sha256:00", False),
        (RecordType.REQUEST, "http://a/", False),
        (RecordType.METADATA, "http://a/", False),
        (RecordType.WARCINFO, None, False),
    ]
    digest = Digest("sha256", "a" * 64)
    found = [holds_content(RecordEntry("u", kind, uri, AT, "a", 0, 1, digest, 1)) for kind, uri, _ in kinds]
    assert found == [expected for _, _, expected in kinds]
