"""PREMIS as it is written and read back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from strongroom.formats.package.ledger import Ledger
from strongroom.formats.premis.reading import PremisDocument, read_premis
from strongroom.formats.premis.writing import (
    Category,
    Characteristics,
    Format,
    PremisObject,
    Relationship,
    Rights,
    write_premis,
)
from strongroom.formats.schema import validate_xml
from strongroom.model.digest import Fixity
from strongroom.model.event import Agent, AgentType, Event, EventType

LOC = "http://id.loc.gov/vocabulary/preservation"
AT = datetime(2025, 11, 3, 8, 0, 0, tzinfo=UTC)
FILE = PremisObject(
    Category.FILE,
    "uuid-1/data/a.warc.gz",
    (
        Characteristics(0, Format("WARC", "1.1", "fmt/1281")),
        Characteristics(1, Format("GZIP Format", None, "x-fmt/266"), (("SHA-256", "ab"), ("SHA-512", "cd")), 12),
    ),
    original_name="a.warc.gz",
    relationships=(Relationship("structural", "is included in", ("uuid-1/rep1",)),),
)
STREAM = PremisObject(
    Category.BITSTREAM,
    "urn:uuid:b",
    (Characteristics(0, Format("text/html", note="as declared"), (("SHA-256", "ef"),), 3),),
    properties=(("a", "b"),),
    location=("bytes", "data/a.warc.gz#offset=1&length=2"),
    relationships=(Relationship("dependency", "requires", ("urn:uuid:o", "urn:uuid:p")),),
)
EVENT = Event(
    "urn:uuid:e",
    EventType.CAPTURE,
    AT,
    "a <detail> & more",
    "success",
    agents=(("strongroom-1", "executing program"),),
    objects=(("uuid-1/rep1", "outcome"),),
    began=AT - timedelta(seconds=1),
    details=(("captured", "3"), ("", "no label")),
)
RIGHTS = (
    Rights(
        "urn:uuid:r", "license", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", "note", ("urn:uuid:o",)
    ),
    Rights("urn:uuid:s", "other", "by permission", None, "note", ("urn:uuid:o",)),
)


def document(path: Path, **parts: object) -> Path:
    everything = {
        "objects": [
            PremisObject(Category.INTELLECTUAL_ENTITY, "urn:uuid:o", original_name="x"),
            PremisObject(Category.REPRESENTATION, "uuid-1/rep1"),
            FILE,
            STREAM,
        ],
        "events": [EVENT],
        "agents": [Agent("strongroom-1", "strongroom", AgentType.SOFTWARE, "1", "a note")],
        "rights": RIGHTS,
    }
    with path.open("wb") as file:
        write_premis(file.write, schemas="../../schemas", **(everything | parts))
    return path


def test_everything_that_can_be_written_is_valid_premis(tmp_path: Path):
    assert list(validate_xml(document(tmp_path / "premis.xml"), where="premis.xml")) == []


def test_an_event_is_written_as_the_vocabulary_has_it(tmp_path: Path):
    text = document(tmp_path / "premis.xml").read_text(encoding="utf-8")
    begin = text.index("  <event>")
    assert text[begin : text.index("</event>")] == (
        "  <event>\n"
        "    <eventIdentifier>\n"
        "      <eventIdentifierType>URI</eventIdentifierType>\n"
        "      <eventIdentifierValue>urn:uuid:e</eventIdentifierValue>\n"
        "    </eventIdentifier>\n"
        f'    <eventType valueURI="{LOC}/eventType/cap">capture</eventType>\n'
        "    <eventDateTime>2025-11-03T07:59:59Z/2025-11-03T08:00:00Z</eventDateTime>\n"
        "    <eventDetailInformation>\n"
        "      <eventDetail>a &lt;detail&gt; &amp; more</eventDetail>\n"
        "    </eventDetailInformation>\n"
        "    <eventOutcomeInformation>\n"
        f'      <eventOutcome valueURI="{LOC}/eventOutcome/suc">success</eventOutcome>\n'
        "      <eventOutcomeDetail>\n"
        "        <eventOutcomeDetailNote>captured: 3</eventOutcomeDetailNote>\n"
        "      </eventOutcomeDetail>\n"
        "      <eventOutcomeDetail>\n"
        "        <eventOutcomeDetailNote>no label</eventOutcomeDetailNote>\n"
        "      </eventOutcomeDetail>\n"
        "    </eventOutcomeInformation>\n"
        "    <linkingAgentIdentifier>\n"
        "      <linkingAgentIdentifierType>local</linkingAgentIdentifierType>\n"
        "      <linkingAgentIdentifierValue>strongroom-1</linkingAgentIdentifierValue>\n"
        f'      <linkingAgentRole valueURI="{LOC}/eventRelatedAgentRole/exe">executing program</linkingAgentRole>\n'
        "    </linkingAgentIdentifier>\n"
        "    <linkingObjectIdentifier>\n"
        "      <linkingObjectIdentifierType>local</linkingObjectIdentifierType>\n"
        "      <linkingObjectIdentifierValue>uuid-1/rep1</linkingObjectIdentifierValue>\n"
        f'      <linkingObjectRole valueURI="{LOC}/eventRelatedObjectRole/out">outcome</linkingObjectRole>\n'
        "    </linkingObjectIdentifier>\n"
        "  "
    )


def test_a_statement_about_rights_is_a_note_and_no_basis_of_the_vocabulary(tmp_path: Path):
    text = document(tmp_path / "premis.xml").read_text(encoding="utf-8")
    begin = text.index("      <otherRightsInformation>")
    assert text[begin : text.index("      </otherRightsInformation>")] == (
        "      <otherRightsInformation>\n"
        "        <otherRightsBasis>rights statement</otherRightsBasis>\n"
        "        <otherRightsNote>by permission</otherRightsNote>\n"
        "        <otherRightsNote>note</otherRightsNote>\n"
    )


@pytest.mark.parametrize("type_", EventType)
@pytest.mark.parametrize("agent", AgentType)
def test_every_type_that_can_be_written_has_an_address(tmp_path: Path, type_: EventType, agent: AgentType):
    parts = {"events": [replace(EVENT, type=type_)], "agents": [Agent("strongroom-1", "strongroom", agent)]}
    text = document(tmp_path / "premis.xml", **parts).read_text(encoding="utf-8")
    assert text.count(f'<eventType valueURI="{LOC}/eventType/') == text.count(f'valueURI="{LOC}/agentType/') == 1


def read(path: Path, fixities: dict[str, Fixity]) -> tuple[list[str], dict[str, str], dict[str, list[tuple]]]:
    with Ledger() as ledger:
        found = PremisDocument(path, "premis.xml", "premis.xml", "uuid-1", fixities)
        findings = [f"{one.code} {one.where} {one.expected}" for one in read_premis(found, ledger, max_bytes=10**9)]
        ledger.settle()
        tables = ("subject", "subject_link", "stream")
        return findings, found.counts, {name: sorted(ledger.ask(f"SELECT * FROM {name}")) for name in tables}


def test_what_was_written_is_read_back(tmp_path: Path):
    findings, counts, tables = read(document(tmp_path / "premis.xml"), {})
    doc = "premis.xml"
    assert (findings, counts) == ([], {"captured": "3"})
    assert tables == {
        "subject": [
            ("agent", "strongroom-1", doc),
            ("event", "urn:uuid:e", doc),
            ("object", "urn:uuid:b", doc),
            ("object", "urn:uuid:o", doc),
            ("object", "uuid-1/data/a.warc.gz", doc),
            ("object", "uuid-1/rep1", doc),
            ("rights", "urn:uuid:r", doc),
            ("rights", "urn:uuid:s", doc),
        ],
        "subject_link": [
            ("agent", "strongroom-1", doc),
            ("object", "urn:uuid:o", doc),
            ("object", "urn:uuid:o", doc),
            ("object", "urn:uuid:o", doc),
            ("object", "urn:uuid:p", doc),
            ("object", "uuid-1/rep1", doc),
            ("object", "uuid-1/rep1", doc),
        ],
        "stream": [("urn:uuid:b", "ef", 3, "data/a.warc.gz#offset=1&length=2", doc)],
    }


def test_a_file_that_is_not_the_one_described_is_told_fact_by_fact(tmp_path: Path):
    findings, _, _ = read(document(tmp_path / "premis.xml"), {"data/a.warc.gz": Fixity(13, "ab", "ce")})
    where = "premis.xml#uuid-1/data/a.warc.gz"
    assert findings == [f"PREMIS-003 {where} size 12", f"PREMIS-003 {where} sha512 cd"]


def test_a_file_that_is_the_one_described_makes_no_finding(tmp_path: Path):
    findings, _, _ = read(document(tmp_path / "premis.xml"), {"data/a.warc.gz": Fixity(12, "ab", "cd")})
    assert findings == []
