"""A bag in one file is judged as the folder is that it was made of, and nothing of it is unpacked."""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

from findings import golden, tiny_bag
from findings.test_findings import FAULTS, _load
from formats.serialised_cases import CASES, Case
from packages import Maker
from serialising import FORMATS, pack
from strongroom.errors import StorageError, UsageError
from strongroom.formats.bag.digests import Task
from strongroom.formats.package.streamed import streamed
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.reading import SerialisedBag
from strongroom.model.finding import Accepted, Refused
from strongroom.settings import VerifySettings
from strongroom.stages.verify import verify

# What a folder has on the disk, and a file holds otherwise or not at all.
OTHERWISE = {
    "BAG-004": "SER-050",
    "BAG-005": "SER-052",
    "BAG-009": "SER-036",
}
NOT_TO_BE_PACKED = {
    "BAG-007_nested_too_deep": "each entry below the limit is a finding: SER-074, tested below",
    "BAG-006_too_many_files": "its limit is that of entries: SER-071, which ends the reading",
    "BAG-014_sparse_warc_file": "what is sparse on the disk is long in a file",
    "BAG-014_terabyte_of_nothing": "as before",
    "BAG-009_name_not_unicode": "zip marks its names as UTF-8 where Python writes them; the tar is tested below",
}


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The folder for temporary files, in which nothing may be left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    tiny_bag.make(tmp_path / "subject")
    return tmp_path / "subject"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Maker(tmp_path_factory.mktemp("made")).bag().path


def said(judged) -> list[tuple[str, str, str, str]]:
    return sorted((one.code, one.where, one.expected, one.found) for one in judged.findings)


def codes(judged) -> list[tuple[str, str]]:
    return sorted((one.code, one.where) for one in judged.findings)


@pytest.mark.parametrize("form", FORMATS)
def test_a_tiny_bag_is_as_faultless_as_its_folder(bag: Path, tmp_path: Path, form: str) -> None:
    archive = pack(bag, tmp_path / f"subject.{form}")
    judged = verify(archive, with_fixities=True)
    folder = verify(bag, with_fixities=True)
    assert judged.findings == ()
    assert (judged.value.path, judged.value.id) == (archive, "subject")
    assert judged.value.fixities == folder.value.fixities
    assert judged.value.info == folder.value.info
    assert (judged.value.payload_bytes, judged.value.payload_files) == (13, 2)


@pytest.mark.parametrize("form", FORMATS)
def test_a_bag_of_ours_is_as_faultless_as_its_folder(whole: Path, tmp_path: Path, form: str) -> None:
    archive = pack(whole, tmp_path / f"{whole.name}.{form}")
    judged, folder = verify(archive, with_fixities=True), verify(whole, with_fixities=True)
    assert said(judged) == said(folder)
    assert judged.value.fixities == folder.value.fixities
    assert judged.value.empty_folders == folder.value.empty_folders


def packed_faults() -> list[object]:
    """Each fault as a tar and as a zip; some of them below compression, too."""
    return [
        pytest.param(folder, form, id=f"{folder.name}.{form}")
        for folder in FAULTS
        if folder.name not in NOT_TO_BE_PACKED
        for form in (FORMATS if folder.name.startswith(("BAG-05", "WARC-00")) else ("tar", "zip"))
    ]


@pytest.mark.parametrize(("folder", "form"), packed_faults())
def test_a_planted_fault_makes_the_findings_that_it_makes_in_a_folder(folder: Path, form: str, tmp_path: Path) -> None:
    fault = _load(folder)
    root = tmp_path / "subject"
    if fault.BASE == "bag":
        tiny_bag.make(root)
    else:
        shutil.copytree(golden.bag(), root, symlinks=True)
    fault.plant(root)
    settings = getattr(fault, "SETTINGS", VerifySettings())
    judged = verify(pack(root, tmp_path / f"subject.{form}"), settings)
    in_folder = verify(root, settings)
    expected = sorted((OTHERWISE.get(code, code), where) for code, where in fault.EXPECTED)
    assert codes(judged) == expected, said(judged)
    if not any(code in OTHERWISE for code, _ in fault.EXPECTED):
        assert said(judged) == said(in_folder)
    assert isinstance(judged, Refused) == isinstance(in_folder, Refused)


ORDERS = {
    "manifests first": lambda paths: sorted(paths, key=lambda path: ("manifest" not in path.name, path)),
    "manifests last": lambda paths: sorted(paths, key=lambda path: ("manifest" in path.name, path)),
    "backwards": lambda paths: sorted(paths, reverse=True),
    "shuffled": lambda paths: random.Random(4).sample(sorted(paths), len(paths)),
    "shuffled again": lambda paths: random.Random(44).sample(sorted(paths), len(paths)),
}


@pytest.mark.parametrize("form", ["tar", "zip"])
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_the_order_of_entries_makes_no_difference(bag: Path, whole: Path, tmp_path: Path, order, form: str) -> None:
    tiny_bag.put(bag, "data/a.txt", "another\n")
    tiny_bag.put(bag, "data/A.txt", "unlisted\n")
    (bag / "data/sub/b.txt").unlink()
    assert len(said(verify(bag))) == 4
    for root in (bag, whole):
        archive = pack(root, tmp_path / f"{root.name}.{form}", order)
        assert said(verify(archive)) == said(verify(root))


@pytest.mark.parametrize("order", [ORDERS["manifests first"], ORDERS["manifests last"]], ids=["first", "last"])
def test_an_algorithm_that_nobody_could_foresee_is_digested_in_a_second_reading(
    bag: Path, tmp_path: Path, order
) -> None:
    for name in ("data/a.txt", "data/sub/b.txt"):
        line = f"{hashlib.sha3_512((bag / name).read_bytes()).hexdigest()}  {name}\n"
        with (bag / "manifest-sha3512.txt").open("a") as manifest:
            manifest.write(line)
    tiny_bag.seal(bag, ("sha256", "sha512", "sha3_512"))
    (bag / "tagmanifest-sha3_512.txt").rename(bag / "tagmanifest-sha3512.txt")
    assert verify(bag).findings == ()
    assert verify(pack(bag, tmp_path / "subject.tar", order)).findings == ()
    (bag / "data/a.txt").write_bytes(b"fIrst\n")
    judged = verify(pack(bag, tmp_path / "subject.tar", order))
    assert said(judged) == said(verify(bag))
    assert codes(judged) == [("BAG-055", "data/a.txt")]


def test_faults_of_the_file_and_of_the_bag_are_told_together(bag: Path, tmp_path: Path) -> None:
    (bag / "data/a.txt").write_bytes(b"fIrst\n")
    (bag / "data/sub/b.txt").unlink()
    (bag / "data/sub/b.txt").symlink_to("/etc/hostname")
    judged = verify(pack(bag, tmp_path / "other.tar"))
    assert codes(judged) == [("BAG-055", "data/a.txt"), ("SER-005", "other.tar"), ("SER-050", "data/sub/b.txt")]


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.limits == SerialisedLimits()], ids=lambda case: f"{case.name}: {case.what}"
)
def test_a_fault_of_the_file_is_told_as_when_it_is_unpacked(case: Case, tmp_path: Path) -> None:
    (tmp_path / case.name).write_bytes(case.content)
    judged = verify(tmp_path / case.name)
    of_file = {(code, where) for code, where in codes(judged) if code.startswith("SER-")}
    # the bag's folder is the place to which the others are relative
    assert of_file == {(code, "." if at == "bag" else at.removeprefix("bag/")) for code, at in case.expected}
    # none of these subjects is a bag, so an end that could be reached is a finding of its own
    assert isinstance(judged, Refused)


def test_limits_of_entries_and_depth_hold_in_a_file_as_in_a_folder(bag: Path, tmp_path: Path) -> None:
    archive = pack(bag, tmp_path / "subject.tar")
    assert codes(verify(archive, VerifySettings(max_files=5))) == [("SER-071", "subject.tar")]
    deep = "data" + 101 * "/d"
    (bag / deep).mkdir(parents=True)
    assert ("SER-074", deep) in codes(verify(pack(bag, archive)))


def test_a_name_that_is_not_unicode_is_placed(bag: Path, tmp_path: Path) -> None:
    (bag / os.fsdecode(b"data/caf\xe9.txt")).write_text("coffee")
    assert codes(verify(pack(bag, tmp_path / "subject.tar"))) == [("SER-036", "data/caf\\udce9.txt")]


def test_a_damaged_entry_is_one_finding(bag: Path, tmp_path: Path) -> None:
    archive = pack(bag, tmp_path / "subject.zip")
    content = bytearray(archive.read_bytes())
    at = content.index(b"data/a.txt") + len("data/a.txt") + 2
    content[at] ^= 0xFF
    archive.write_bytes(content)
    assert [where for _, where in codes(verify(archive))] == ["data/a.txt"]


def test_of_a_file_that_is_cut_short_nothing_is_concluded_about_the_bag(bag: Path, tmp_path: Path) -> None:
    archive = pack(bag, tmp_path / "subject.tar")
    archive.write_bytes(archive.read_bytes()[:2500])
    judged = verify(archive)
    assert isinstance(judged, Refused)
    assert [code for code, _ in codes(judged)] == ["SER-010"]


def test_every_place_where_a_tar_may_be_cut_is_refused(bag: Path, tmp_path: Path) -> None:
    archive = pack(bag, tmp_path / "subject.tar")
    content = archive.read_bytes().rstrip(b"\0")
    for length in range(0, len(content), 97):
        archive.write_bytes(content[:length])
        judged = verify(archive)
        assert isinstance(judged, Refused)
        assert {code[:3] for code, _ in codes(judged)} == {"SER"}


def test_two_folders_are_no_bag(bag: Path, tmp_path: Path) -> None:
    archive = pack(bag, tmp_path / "subject.tar")
    with tarfile.open(archive, "a") as tar:
        tar.add(bag, "another")
    assert codes(verify(archive)) == [("SER-004", "subject.tar")]


def test_more_documents_than_may_be_kept_are_a_finding(whole: Path, tmp_path: Path) -> None:
    archive = pack(whole, tmp_path / f"{whole.name}.tar")
    with streamed(archive, VerifySettings(), max_kept_bytes=1000) as bag:
        assert bag.scan.cut
        assert [(one.code, one.where) for one in bag.scan.findings] == [("SER-072", ".")]


def test_what_is_no_archive_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>Nothing.</p>")
    os.mkfifo(tmp_path / "pipe.tar")
    for name in ("page.html", "pipe.tar"):
        with pytest.raises(UsageError, match="neither a folder nor a file named"):
            verify(tmp_path / name)


def test_text_named_as_an_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bag.tar").write_bytes(b"a page of text" * 100)
    assert codes(verify(tmp_path / "bag.tar")) == [("SER-001", "bag.tar")]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_changes_while_it_is_read_is_refused(bag: Path, tmp_path: Path, form: str) -> None:
    (bag / "data/a.txt").write_bytes(random.Random(3).randbytes(2 << 20))
    archive = pack(bag, tmp_path / f"subject.{form}")
    with SerialisedBag(archive, SerialisedLimits()) as read:
        entries = read.entries()
        next(entries)
        os.utime(archive, ns=(1, 1))
        with pytest.raises(StorageError, match="was changed while it was being read"):
            list(entries)


def test_a_file_that_changes_before_a_second_reading_is_refused(bag: Path, tmp_path: Path) -> None:
    archive = pack(bag, tmp_path / "subject.tar")
    with streamed(archive, VerifySettings()) as read:
        os.utime(archive, ns=(1, 1))
        tasks = [Task(path, length, ("sha3_256",)) for path, length in read.scan.files.items()]
        with pytest.raises(StorageError, match="was changed while it was being read"):
            list(read.digests(tasks))


def test_nothing_is_written_but_into_the_temporary_folder(whole: Path, tmp_path: Path) -> None:
    archive = pack(whole, tmp_path / f"{whole.name}.tar")
    opened: list[str] = []
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT

    def watch(event: str, arguments: tuple) -> None:
        if listening and event == "open" and isinstance(arguments[0], str) and arguments[2] & writing:
            opened.append(arguments[0])
        if listening and event in {"os.mkdir", "os.rename", "os.link", "os.symlink"}:
            opened.append(str(arguments[0]))

    listening = True
    sys.addaudithook(watch)
    assert isinstance(verify(archive), Accepted)
    listening = False
    assert opened
    assert {name for name in opened if not name.startswith(f"{tempfile.tempdir}/")} <= {"", "/tmp"}


_CHILD = """
import sys
from pathlib import Path
from strongroom.stages.verify import verify
judged = verify(Path(sys.argv[1]))
print([one.code for one in judged.findings])
facts = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(facts["VmHWM"].split()[0]) // 1024)  # ru_maxrss would count the parent's memory, too
"""


def test_memory_does_not_grow_with_the_file(bag: Path, tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(1 << 20)
    with (bag / "data/zeros").open("wb") as zeros, (bag / "data/noise").open("wb") as noisy:
        for _ in range(150):
            zeros.write(bytes(1 << 20))
            noisy.write(noise)
    tiny_bag.list_payload(bag)
    archive = tmp_path / "subject.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        tar.add(bag, "subject")
    shutil.rmtree(bag)
    done = subprocess.run([sys.executable, "-c", _CHILD, archive], capture_output=True, text=True, check=True)
    codes_, peak = done.stdout.splitlines()
    assert codes_ == "[]"
    assert int(peak) < 150
