"""The schemas: pinned, offline, and not chosen by the document."""

import hashlib
import shutil
from pathlib import Path

import pytest

from strongroom.errors import SchemaMissingError
from strongroom.formats import schema
from strongroom.formats.schema import schema_files, schemas, validate_xml

ROOT = Path(__file__).parents[2]
RECORD = (
    '<record xmlns="urn:strongroom:dublin-core:1" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"{more}>'
    "{content}</record>"
)
METS = '<mets xmlns="http://www.loc.gov/METS/">{content}</mets>'


@pytest.fixture(params=["tree", "stream"])
def faults(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The faults of a document, read as a whole or as a stream, as large ones are."""
    if request.param == "stream":
        monkeypatch.setattr(schema, "_TREE_BYTES", 0)

    def judge(document: str) -> list[tuple[str, str]]:
        path = tmp_path / "document.xml"
        path.write_text(document, encoding="utf-8")
        return [(one.code, one.found) for one in validate_xml(path, where="document.xml")]

    return judge


@pytest.fixture
def other_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A copy of the schemas in which something may be broken."""
    folder = tmp_path / "schemas"
    shutil.copytree(schema.FOLDER, folder)
    monkeypatch.setattr(schema, "FOLDER", folder)
    schemas.cache_clear()
    schema_files.cache_clear()
    yield folder
    schemas.cache_clear()
    schema_files.cache_clear()


def test_the_schemas_in_use_are_those_of_the_checkout():
    for own in (ROOT / "schemas").glob("*.xsd"):
        assert (schema.FOLDER / own.name).read_bytes() == own.read_bytes(), "run python schemas/build_hook.py"


def test_every_schema_has_the_digest_that_is_pinned():
    found = {one.file: hashlib.sha256((schema.FOLDER / one.file).read_bytes()).hexdigest() for one in schema_files()}
    assert found == {one.file: one.sha256 for one in schema_files()}


def test_the_official_ones_are_mets_xlink_premis_and_mods():
    official = {one.file: one.version for one in schema_files() if one.provider != "strongroom"}
    assert official == {"mets.xsd": "1.12.1", "xlink.xsd": "2 (2004-11-15)", "premis.xsd": "3.0", "mods.xsd": "3.6"}


def test_a_changed_schema_is_an_error_and_no_silent_pass(other_folder: Path):
    (other_folder / "premis.xsd").write_bytes((other_folder / "premis.xsd").read_bytes() + b"\n")
    with pytest.raises(SchemaMissingError, match=r"premis\.xsd is not the one pinned"):
        schemas()


def test_an_absent_schema_is_an_error_and_no_silent_pass(other_folder: Path):
    (other_folder / "xlink.xsd").unlink()
    with pytest.raises(SchemaMissingError, match=r"xlink\.xsd is missing"):
        schemas()


def test_an_absent_list_of_schemas_is_an_error(other_folder: Path):
    (other_folder / "SOURCES.toml").unlink()
    with pytest.raises(SchemaMissingError, match="list of schemas"):
        schemas()


def test_a_good_record_of_dublin_core_has_no_faults(faults):
    terms = (
        '<dc:title xml:lang="fr">Le dépôt</dc:title><dcterms:issued xsi:type="dcterms:W3CDTF">2024-02-29</dcterms:issued>'
        '<dcterms:license xsi:type="dcterms:URI">https://example.org/</dcterms:license>'
        '<dcterms:language xsi:type="dcterms:RFC5646">zh-Hant</dcterms:language>'
        '<dcterms:type xsi:type="dcterms:DCMIType">Text</dcterms:type>'
    )
    assert faults(RECORD.format(more="", content=terms)) == []


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("<dc:titel/>", "titel"),
        ("<dcterms:licence/>", "licence"),
        ('<dcterms:issued xsi:type="dcterms:W3CDTF">2023-02-29</dcterms:issued>', "2023-02-29"),
        ('<dcterms:type xsi:type="dcterms:DCMIType">Page</dcterms:type>', "Page"),
        ('<dcterms:issued xsi:type="dcterms:Date">2024</dcterms:issued>', "Date"),
        ("<dc:title><b/></dc:title>", "}b"),
        ('<dc:title xml:lang="not a language"/>', "not a language"),
        ("<dc:any/>", "any"),
        ("text", "record"),
    ],
)
def test_a_fault_in_dublin_core_is_found(faults, content, word):
    found = faults(RECORD.format(more="", content=content))
    assert {code for code, _ in found} == {"XML-004"}
    assert word in " ".join(text for _, text in found)


def test_metadata_wrapped_in_mets_is_judged_by_its_own_schema(faults):
    wrapped = (
        '<dmdSec ID="d"><mdWrap MDTYPE="DC"><xmlData><title xmlns="http://purl.org/dc/elements/1.1/">x</title>'
        '<issued xmlns="http://purl.org/dc/terms/" xmlns:t="http://purl.org/dc/terms/"'
        ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="t:W3CDTF">2024-13</issued>'
        "</xmlData></mdWrap></dmdSec><structMap><div/></structMap>"
    )
    assert [code for code, _ in faults(METS.format(content=wrapped))] == ["XML-004"]


def test_every_fault_of_a_document_is_told(faults):
    found = faults(METS.format(content="<amdSec><nonsense/></amdSec><fileSec/>"))
    assert len(found) == 3


def test_a_root_element_that_no_schema_declares_is_a_fault(faults):
    assert [code for code, _ in faults("<a/>")] == ["XML-004"]


def test_a_document_that_breaks_off_is_not_well_formed(faults):
    assert [code for code, _ in faults('<mets xmlns="http://www.loc.gov/METS/"><structMap><div/></structMap>')] == [
        "XML-001"
    ]


def test_what_a_document_says_of_its_schema_is_not_followed(faults, tmp_path: Path):
    (tmp_path / "lenient.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"/></xs:schema>', encoding="utf-8"
    )
    document = (
        '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:noNamespaceSchemaLocation="{tmp_path}/lenient.xsd"/>'
    )
    assert [code for code, _ in faults(document)] == ["XML-004"]


def test_faults_without_end_are_cut_at_a_thousand(faults):
    found = faults(
        RECORD.format(more="", content='<dcterms:type xsi:type="dcterms:DCMIType">\nx</dcterms:type>' * 1200)
    )
    assert len(found) <= 1001
    assert {code for code, _ in found} == {"XML-004"}
