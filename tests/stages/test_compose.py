"""A whole package: what is in it, that it is the same every time, and that it can be made again."""

import hashlib
import json
from pathlib import Path

import pytest

from edges import CountingIdentifiers, TickingClock
from packages import SETTINGS, Maker
from permissions import permissions_bind
from strongroom.errors import StorageError
from strongroom.formats.xml import XSI, parse_xml
from strongroom.model.finding import Accepted, Refused
from strongroom.model.package import Package
from strongroom.stages.compose import compose
from strongroom.stages.describe import describe
from strongroom.stages.validate import validate

ID = "uuid-00000000-0000-4000-8000-000000000001"
REP = "representations/rep1"


def digests(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Maker(tmp_path_factory.mktemp("package")).package()


def test_the_package_has_these_files_and_no_others(package: Package):
    expected = [
        "METS.xml",
        "documentation/README.html",
        "metadata/descriptive/dc.xml",
        "metadata/other/description.json",
        "metadata/other/links.csv",
        "metadata/other/settings.toml",
        "metadata/preservation/premis.xml",
        f"{REP}/METS.xml",
        f"{REP}/data/archive/{ID}-00001.warc.gz",
        f"{REP}/data/datapackage-digest.json",
        f"{REP}/data/datapackage.json",
        f"{REP}/data/indexes/index.cdxj",
        f"{REP}/data/pages/pages.jsonl",
        f"{REP}/metadata/preservation/premis-records.xml",
        "schemas/csip.xsd",
        "schemas/dc.xsd",
        "schemas/dcterms.xsd",
        "schemas/mets.xsd",
        "schemas/premis.xsd",
        "schemas/strongroom-dc.xsd",
        "schemas/xlink.xsd",
        "schemas/xml.xsd",
    ]
    assert [file.path for file in package.files] == expected
    assert list(digests(package.root)) == [f"data/{ID}/{path}" for path in expected]


def test_what_the_writers_say_is_what_is_on_disk(package: Package):
    found = {
        path: (len(content), hashlib.sha256(content).hexdigest(), hashlib.sha512(content).hexdigest())
        for path in (file.path for file in package.files)
        for content in [(package.folder / path).read_bytes()]
    }
    stated = {one.path: (one.fixity.length_bytes, one.fixity.sha256, one.fixity.sha512) for one in package.files}
    assert found == stated


def test_the_package_is_accepted_without_a_finding(package: Package):
    assert validate(package) == Accepted(package, ())


def test_the_same_inputs_give_the_same_bytes(package: Package, tmp_path: Path):
    again = Maker(tmp_path).package()
    assert digests(again.root) == digests(package.root)


def test_composing_again_overwrites_and_leaves_nothing_over(tmp_path: Path):
    maker = Maker(tmp_path)
    captured = maker.capture()
    described = describe(captured, SETTINGS.describe)
    runs = [
        compose(captured, described, SETTINGS, clock=TickingClock(), new_id=CountingIdentifiers()) for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert list(digests(runs[1].root)) == [f"data/{ID}/{file.path}" for file in runs[1].files]


def test_every_document_shows_the_way_to_the_schemas_that_lie_in_the_package(package: Package):
    shown = set()
    for document in package.folder.rglob("*.xml"):
        stated = parse_xml(document, where="").get(f"{{{XSI}}}schemaLocation").split()[1::2]
        shown |= {(document.parent / place).resolve().relative_to(package.folder.resolve()) for place in stated}
    assert shown == {Path("schemas") / f"{name}.xsd" for name in ("mets", "xlink", "csip", "premis", "strongroom-dc")}


def test_premis_tells_what_was_done_and_nothing_that_was_not(package: Package):
    text = (package.folder / "metadata/preservation/premis.xml").read_text(encoding="utf-8")
    kinds = [part.rpartition(">")[2] for part in text.split("</eventType>")[:-1]]
    assert kinds == [
        "capture",
        "message digest calculation",
        "metadata extraction",
        "validation",
        "information package creation",
    ]
    assert "virus check not performed" in text
    assert ">license</rightsBasis>" in text
    assert ">Harbour Archive<" in text
    assert ">Ada Keeper<" in text


def test_a_validation_that_finds_a_fault_is_told_as_failed_and_refused(tmp_path: Path):
    maker = Maker(tmp_path)
    captured = maker.capture()
    described = describe(captured, SETTINGS.describe)
    [warc] = (tmp_path / "work").rglob("*.warc.gz")
    content = bytearray(warc.read_bytes())
    content[len(content) // 2] ^= 1
    warc.write_bytes(content)
    package = compose(captured, described, SETTINGS, clock=maker.clock, new_id=maker.new_id)
    text = (package.folder / "metadata/preservation/premis.xml").read_text(encoding="utf-8")
    outcome = text.partition(">validation</eventType>")[2].partition("</eventOutcome>")[0].rpartition(">")[2]
    judged = validate(package)
    assert outcome == "fail"
    assert isinstance(judged, Refused)
    assert {one.code.partition("-")[0] for one in judged.findings} == {"WARC"}
    assert all(one.where.startswith(f"data/{ID}/{REP}/data/archive/") for one in judged.findings)


def test_a_warc_file_that_was_exchanged_is_no_package(tmp_path: Path):
    maker = Maker(tmp_path)
    captured = maker.capture()
    described = describe(captured, SETTINGS.describe)
    other = Maker(tmp_path / "other", new_id=CountingIdentifiers())
    other.folder.mkdir()
    other.new_id()
    other.capture()
    [mine] = (tmp_path / "work").rglob("*.warc.gz")
    [theirs] = (tmp_path / "other").rglob("*.warc.gz")
    mine.write_bytes(theirs.read_bytes())
    with pytest.raises(StorageError, match="is not what was written there"):
        compose(captured, described, SETTINGS, clock=maker.clock, new_id=maker.new_id)


def test_a_folder_that_cannot_be_written_is_a_plain_sentence(tmp_path: Path):
    maker = Maker(tmp_path)
    captured = maker.capture()
    described = describe(captured, SETTINGS.describe)
    folder = next((tmp_path / "work").rglob("rep1"))
    folder.chmod(0o500)
    with permissions_bind(), pytest.raises(StorageError, match="access is denied"):
        compose(captured, described, SETTINGS, clock=maker.clock, new_id=maker.new_id)
    folder.chmod(0o700)


def test_the_data_of_the_representation_is_a_wacz_but_for_the_zip(package: Package):
    data = package.folder / REP / "data"
    document = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    listed = {one["path"]: one["hash"] for one in document["resources"]}
    found = {
        f"{folder}/{path.name}": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for folder in ("archive", "indexes", "pages")
        for path in (data / folder).iterdir()
    }
    assert listed == found
    assert document["mainPageUrl"] == "http://harbour.example/article.html"
