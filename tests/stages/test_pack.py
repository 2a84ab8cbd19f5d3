import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import bagit
import pytest

from edges import TickingClock
from presence import forbidden
from strongroom.errors import StorageError, StrongroomError
from strongroom.model.finding import Accepted, Refused
from strongroom.model.package import Bag, Package, PackageFile
from strongroom.model.rules import bag as rules
from strongroom.settings import PackSettings
from strongroom.stages.pack import pack
from strongroom.stages.verify import verify
from strongroom.storage import write_file

ID = "uuid-00000000-0000-4000-8000-000000000001"
OBJECT = "urn:uuid:00000000-0000-4000-8000-000000000002"
CREATED = datetime(2025, 11, 3, 8, tzinfo=UTC)
CONTENTS = {
    "README.html": b"<p>hello",
    "schemas/mets.xsd": b"<schema/>",
    "representations/rep1/data/a.warc.gz": b"\x1f\x8b",
}
SETTINGS = PackSettings(
    source_organization="The Archive",
    contact_email="archive@example.org",
    group_identifier="fonds-7",
    info={"Rights": ("open", "for reading")},
)


def make_package(work: Path, title: str = "A title") -> Accepted[Package]:
    """A package of three files below a work directory, as compose would leave it."""
    root = work / ID
    files = []
    for name, content in sorted(CONTENTS.items()):
        path = root / "data" / ID / name
        path.parent.mkdir(parents=True, exist_ok=True)
        files.append(PackageFile(name, write_file(path, [content]), "application/octet-stream", CREATED))
    package = Package(ID, OBJECT, root, tuple(files), title, CREATED, url="https://example.org/article")
    return Accepted(package, (rules.EMPTY_FOLDER.at("documentation", expected="a file", found="none"),))


@pytest.fixture
def accepted(tmp_path: Path) -> Accepted[Package]:
    (tmp_path / "bags").mkdir()
    return make_package(tmp_path / "work")


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def run(accepted: Accepted[Package], output: Path, settings: PackSettings = SETTINGS) -> Bag:
    return pack(accepted, output, settings, clock=TickingClock())


def test_a_package_becomes_a_bag_that_says_what_it_is(accepted: Accepted[Package], tmp_path: Path) -> None:
    bag = run(accepted, tmp_path / "bags")
    assert (bag.path / "bag-info.txt").read_text() == (
        "Source-Organization: The Archive\n"
        "Contact-Email: archive@example.org\n"
        "External-Description: A title\n"
        "Bagging-Date: 2025-11-03\n"
        f"External-Identifier: {OBJECT}\n"
        "Bag-Size: 19 bytes\n"
        "Payload-Oxum: 19.3\n"
        "Bag-Group-Identifier: fonds-7\n"
        "Internal-Sender-Identifier: https://example.org/article\n"
        "Bag-Software-Agent: strongroom 0.1.0\n"
        "BagIt-Profile-Identifier: urn:strongroom:bagit-profile:1.0\n"
        "Rights: open\n"
        "Rights: for reading\n"
    )
    assert (bag.id, bag.payload_bytes, bag.payload_files) == (ID, 19, 3)


def test_the_bag_is_valid_for_us_and_is_what_was_returned(accepted: Accepted[Package], tmp_path: Path) -> None:
    bag = run(accepted, tmp_path / "bags")
    assert verify(bag.path) == Accepted(bag, ())


def test_the_bag_is_valid_for_bagit_python_and_sha512sum(accepted: Accepted[Package], tmp_path: Path) -> None:
    bag = run(accepted, tmp_path / "bags")
    assert bagit.Bag(str(bag.path)).validate()
    for tool in ("sha256sum", "sha512sum"):
        algorithm = tool.removesuffix("sum")
        command = [tool, "--check", "--strict", "--quiet", f"manifest-{algorithm}.txt", f"tagmanifest-{algorithm}.txt"]
        assert subprocess.run(command, cwd=bag.path, check=False).returncode == 0


def test_nothing_is_left_in_the_work_directory_and_nothing_else_made(
    accepted: Accepted[Package], tmp_path: Path
) -> None:
    run(accepted, tmp_path / "bags")
    assert list((tmp_path / "work").iterdir()) == []
    assert set(contents(tmp_path / "bags" / ID)) == {
        "bagit.txt",
        "bag-info.txt",
        "validation-report.json",
        *(f"{kind}manifest-{algorithm}.txt" for kind in ("", "tag") for algorithm in ("sha256", "sha512")),
        *(f"data/{ID}/{name}" for name in CONTENTS),
    }


def test_the_report_says_what_was_found_by_which_schemas_and_tools(accepted: Accepted[Package], tmp_path: Path) -> None:
    report = json.loads((run(accepted, tmp_path / "bags").path / "validation-report.json").read_bytes())
    assert set(report.pop("tools")) == {"strongroom", "python", "lxml", "isal", "bagit"}
    [schema] = report.pop("schemas")
    assert (schema["path"], len(schema["sha256"]), len(schema["sha512"])) == ("schemas/mets.xsd", 64, 128)
    [finding] = report.pop("findings")
    assert (finding["code"], finding["where"]) == ("BAG-010", "documentation")
    assert report == {
        "format": "strongroom-validation-report/1",
        "package": ID,
        "validated_at": "2025-11-03T08:00:00Z",
        "valid": True,
        "files": 3,
        "bytes": 19,
        "counts": {"error": 0, "warning": 1, "info": 0},
    }


def test_same_package_same_clock_same_bytes(tmp_path: Path) -> None:
    bags = []
    for name in ("one", "two"):
        (tmp_path / name / "bags").mkdir(parents=True)
        bags.append(contents(run(make_package(tmp_path / name / "work"), tmp_path / name / "bags").path))
    assert bags[0] == bags[1]


def test_a_run_killed_half_way_is_made_good_by_the_next(accepted: Accepted[Package], tmp_path: Path) -> None:
    root = accepted.value.root
    (root / "bagit.txt").write_text("BagIt-Ver")
    (root / ".manifest-sha256.txt.partial").write_text("half")
    (root / "data" / ID / ".METS.xml.partial").write_text("half")
    assert isinstance(verify(run(accepted, tmp_path / "bags").path), Accepted)


def test_a_bag_that_is_there_already_is_not_touched(accepted: Accepted[Package], tmp_path: Path) -> None:
    (tmp_path / "bags" / ID).mkdir()
    (tmp_path / "bags" / ID / "precious").write_text("kept")
    with pytest.raises(StorageError, match="there already"):
        run(accepted, tmp_path / "bags")
    assert contents(tmp_path / "bags" / ID) == {"precious": b"kept"}


@pytest.mark.parametrize("damage", ["further", "missing", "longer", "link"])
def test_a_payload_that_is_not_what_was_recorded_is_never_bagged(
    accepted: Accepted[Package], tmp_path: Path, damage: str
) -> None:
    folder = accepted.value.folder
    if damage == "further":
        (folder / "stray").write_text("from nowhere")
    elif damage == "link":
        (folder / "stray").symlink_to("README.html")
    elif damage == "missing":
        (folder / "README.html").unlink()
    else:
        (folder / "README.html").write_text("<p>hello again")
    with pytest.raises(StrongroomError, match="not what was recorded"):
        run(accepted, tmp_path / "bags")
    assert list((tmp_path / "bags").iterdir()) == []


@pytest.mark.parametrize(
    "title", ["two\nlines", "\x00\x1b[31m", "\ud800 alone", "e\u0301\u2028\x85x", ":colon: first", "", " "]
)
def test_no_title_breaks_the_bag(tmp_path: Path, title: str) -> None:
    (tmp_path / "bags").mkdir()
    bag = run(make_package(tmp_path / "work", title), tmp_path / "bags")
    assert verify(bag.path) == Accepted(bag, ())


def test_a_page_without_title_is_described_by_its_url(tmp_path: Path) -> None:
    (tmp_path / "bags").mkdir()
    bag = run(make_package(tmp_path / "work", " "), tmp_path / "bags")
    assert dict(bag.info)["External-Description"] == "https://example.org/article"


def test_a_bag_made_on_another_file_system_is_moved_whole(accepted: Accepted[Package]) -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == accepted.value.root.stat().st_dev:
        forbidden("use a second file system at /dev/shm")
    output = shared / f"strongroom-test-{os.getpid()}"
    output.mkdir()
    try:
        bag = run(accepted, output)
        assert verify(bag.path) == Accepted(bag, ())
        assert [path.name for path in output.iterdir()] == [ID]
    finally:
        shutil.rmtree(output)


def test_whatever_byte_changes_later_verify_refuses(accepted: Accepted[Package], tmp_path: Path) -> None:
    bag = run(accepted, tmp_path / "bags")
    for name in (f"data/{ID}/README.html", "bag-info.txt", "manifest-sha512.txt", "validation-report.json"):
        content = (bag.path / name).read_bytes()
        (bag.path / name).write_bytes(content.replace(b"e", b"f", 1))
        assert isinstance(verify(bag.path), Refused), name
        (bag.path / name).write_bytes(content)
