"""Bags in one file, as ordinary programs write them, unpack to the same bytes, and nowhere else."""

import gzip
import io
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from findings import tiny_bag
from formats.serialised_bytes import END, Zipped, entry, header, pax, record, zipped
from presence import absent
from strongroom.errors import StorageError, UsageError
from strongroom.formats.serialised.entry import Kind
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.reading import SerialisedBag
from strongroom.formats.serialised.unpack import Unpacked, _Writer, is_serialised, unpack
from strongroom.model.finding import Accepted
from strongroom.stages.verify import verify

NAMES = {
    "data/" + "long-name-" * 18: b"of 180 letters",
    "data/" + "folder-of-a-name-that-is-long/" * 8 + "file": b"deep",
    "data/Grüße/日本語.txt": b"Unicode",
    "data/name with spaces & 'quotes'": b"",
    "data/large": bytes(range(256)) * 4000,
}


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """A whole bag, with names that need more than a plain header."""
    root = tmp_path / "bag"
    tiny_bag.make(root)
    for name, content in NAMES.items():
        tiny_bag.put(root, name, content)
    tiny_bag.list_payload(root)
    return root


def unpacked(archive: Path, limits: SerialisedLimits | None = None) -> Unpacked:
    """Unpack beside the archive."""
    into = archive.with_name("into")
    into.mkdir()
    return unpack(archive, into, limits or SerialisedLimits())


def files(root: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def by_tarfile(mode: str, form: int) -> Callable[[Path, Path], None]:
    """Python's tarfile."""

    def write(bag: Path, archive: Path) -> None:
        with tarfile.open(archive, mode, format=form) as tar:
            tar.add(bag, bag.name)

    return write


def by_zipfile(method: int, *, seekable: bool = True) -> Callable[[Path, Path], None]:
    """Python's zipfile; without seeking it writes descriptors behind the data."""

    class _Pipe(io.RawIOBase):
        def __init__(self, file: io.BufferedWriter) -> None:
            self._file = file

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:
            return self._file.write(data)

    def write(bag: Path, archive: Path) -> None:
        with archive.open("wb") as file, zipfile.ZipFile(file if seekable else _Pipe(file), "w", method) as zipped:
            for path in sorted(bag.rglob("*")):
                zipped.write(path, path.relative_to(bag.parent))

    return write


def by_zipfile_in_64_bits(bag: Path, archive: Path) -> None:
    """Python's zipfile, told that files may be large."""
    with zipfile.ZipFile(archive, "w") as written:
        for path in sorted(one for one in bag.rglob("*") if one.is_file()):
            with written.open(path.relative_to(bag.parent).as_posix(), "w", force_zip64=True) as target:
                target.write(path.read_bytes())


def by_program(*command: str) -> Callable[[Path, Path], None]:
    """A program that is told to pack `bag` into `{archive}`."""

    def write(bag: Path, archive: Path) -> None:
        if shutil.which(command[0]) is None:
            absent(f"the program {command[0]} is not installed")
        arguments = [one.format(archive=archive, above=bag.parent) for one in command]
        subprocess.run(arguments, cwd=bag.parent, check=True, capture_output=True, timeout=60)

    return write


WRITERS = {
    "bag.tar by Python, ustar where it can": by_tarfile("w", tarfile.GNU_FORMAT),
    "bag.tar by Python, pax": by_tarfile("w", tarfile.PAX_FORMAT),
    "bag.tar.gz by Python": by_tarfile("w:gz", tarfile.PAX_FORMAT),
    "bag.zip by Python, stored": by_zipfile(zipfile.ZIP_STORED),
    "bag.zip by Python, deflated": by_zipfile(zipfile.ZIP_DEFLATED),
    "bag.zip by Python, to a pipe": by_zipfile(zipfile.ZIP_DEFLATED, seekable=False),
    "bag.zip by Python, stored to a pipe": by_zipfile(zipfile.ZIP_STORED, seekable=False),
    "bag.zip by Python, zip64": by_zipfile_in_64_bits,
    "bag.tar by GNU tar": by_program("tar", "-cf", "{archive}", "bag"),
    "bag.tar by GNU tar, pax": by_program("tar", "--format=posix", "-cf", "{archive}", "bag"),
    "bag.tar by GNU tar, with ./": by_program("tar", "-cf", "{archive}", "./bag"),
    "bag.tar by GNU tar, blocks of one": by_program("tar", "-b", "1", "-cf", "{archive}", "bag"),
    "bag.tgz by GNU tar": by_program("tar", "-czf", "{archive}", "bag"),
    "bag.tar.gz by GNU tar, owners by number": by_program("tar", "--numeric-owner", "-czf", "{archive}", "bag"),
}


@pytest.mark.parametrize("what", WRITERS)
def test_a_bag_unpacks_to_the_same_bytes_whoever_serialised_it(what: str, bag: Path, tmp_path: Path) -> None:
    archive = tmp_path / what.partition(" ")[0]
    WRITERS[what](bag, archive)
    result = unpacked(archive)
    assert result.findings == ()
    assert (result.root, files(result.root)) == (tmp_path / "into" / "bag", files(bag))
    assert (result.files, result.length_bytes) == (len(files(bag)), sum(map(len, files(bag).values())))
    assert isinstance(verify(result.root), Accepted)


@pytest.mark.parametrize("options", [(), ("-0",), ("-fz",)], ids=["deflated", "stored", "zip64"])
def test_the_zip_program_writes_utf_8_without_saying_so(options: tuple[str, ...], bag: Path, tmp_path: Path) -> None:
    by_program("zip", "-qr", *options, "{archive}", "bag")(bag, tmp_path / "bag.zip")
    result = unpacked(tmp_path / "bag.zip")
    assert [(one.code, one.found) for one in result.findings] == [("SER-037", "2 that had to be taken for UTF-8")]
    assert files(result.root) == files(bag)


def test_the_zip_program_may_write_to_a_pipe(bag: Path, tmp_path: Path) -> None:
    (bag / "data" / "Grüße" / "日本語.txt").unlink()
    (bag / "data" / "Grüße").rmdir()
    by_program("sh", "-c", "zip -qr - bag | cat > {archive}")(bag, tmp_path / "bag.zip")
    result = unpacked(tmp_path / "bag.zip")
    assert (result.findings, files(result.root)) == ((), files(bag))


def test_a_gzip_file_may_have_many_members_and_zeros_behind_them(bag: Path, tmp_path: Path) -> None:
    by_tarfile("w", tarfile.PAX_FORMAT)(bag, tmp_path / "bag.tar")
    content = (tmp_path / "bag.tar").read_bytes()
    members = b"".join(gzip.compress(content[at : at + 9999]) for at in range(0, len(content), 9999))
    (tmp_path / "bag.tar.gz").write_bytes(members + bytes(1000))
    result = unpacked(tmp_path / "bag.tar.gz")
    assert (result.findings, files(result.root)) == ((), files(bag))


def test_the_published_serialised_bags_unpack_and_are_valid(corpora: Path, tmp_path: Path) -> None:
    archives = sorted(path for path in (corpora / "bdbag").rglob("*") if is_serialised(path))
    assert [path.name.partition(".")[2] for path in archives] == ["tar", "tgz", "zip"]
    for archive in archives:
        into = tmp_path / archive.name
        into.mkdir()
        result = unpack(archive, into, SerialisedLimits())
        assert [one for one in result.findings if one.code != "SER-002"] == [], archive
        assert isinstance(verify(result.root), Accepted)


def test_modes_owners_and_times_are_not_kept(tmp_path: Path) -> None:
    content = (
        entry(b"bag/", flag=b"5", mode=b"0007777\0")
        + entry(b"bag/a", b"x", mode=b"0006755\0")
        + entry(b"bag/b/c", b"y", mode=b"0000000\0")
    )
    (tmp_path / "bag.tar").write_bytes(content + END)
    before = os.umask(0o077)
    try:
        result = unpacked(tmp_path / "bag.tar")
    finally:
        os.umask(before)
    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in [result.root, *result.root.rglob("*")]}
    assert modes == {"bag": "0o755", "a": "0o644", "b": "0o755", "c": "0o644"}
    assert result.root.stat().st_uid == os.getuid()
    assert (result.root / "a").stat().st_mtime > 1_000_000_000


def test_names_alike_but_for_case_or_normalisation_are_no_matter_here(tmp_path: Path) -> None:
    names = ["bag/a", "bag/A", "bag/\u00fc", "bag/u\u0308"]
    content = b"".join(pax(record(b"path", name.encode())) + entry(b"x", name.encode()) for name in names)
    (tmp_path / "bag.tar").write_bytes(content + END)
    result = unpacked(tmp_path / "bag.tar")
    assert (result.findings, result.files) == ((), 4)
    assert files(result.root) == {name[4:]: name.encode() for name in names}


def test_a_pax_header_has_the_last_word_on_length_and_name(tmp_path: Path) -> None:
    ahead = pax(record(b"size", b"3"), record(b"path", b"bag/a"))
    (tmp_path / "bag.tar").write_bytes(ahead + header(b"ignored", 0) + b"abc" + bytes(509) + END)
    result = unpacked(tmp_path / "bag.tar")
    assert (result.findings, files(result.root)) == ((), {"a": b"abc"})


def test_after_an_error_nothing_is_written_and_all_findings_are_returned(tmp_path: Path) -> None:
    content = entry(b"bag/a", b"x") + entry(b"bag/../b", b"x") + entry(b"bag/c", b"x") + entry(b"/d", b"x")
    (tmp_path / "bag.tar").write_bytes(content + END)
    result = unpacked(tmp_path / "bag.tar")
    assert [(one.code, one.where) for one in result.findings] == [("SER-031", "bag/../b"), ("SER-030", "/d")]
    assert files(tmp_path / "into") == {"bag/a": b"x"}


def test_the_checksums_behind_an_error_are_looked_at_too(tmp_path: Path) -> None:
    faulty = zipped(Zipped(b"bag/../a"), Zipped(b"bag/b", b"x", crc=1), Zipped(b"bag/c/", packed=b"\3\0", method=8))
    (tmp_path / "bag.zip").write_bytes(faulty)
    result = unpacked(tmp_path / "bag.zip")
    assert [(one.code, one.where) for one in result.findings] == [("SER-031", "bag/../a"), ("SER-013", "bag/b")]


def test_a_bag_may_be_read_without_being_unpacked(bag: Path, tmp_path: Path) -> None:
    by_tarfile("w:gz", tarfile.PAX_FORMAT)(bag, tmp_path / "bag.tar.gz")
    with SerialisedBag(tmp_path / "bag.tar.gz", SerialisedLimits()) as serialised:
        read = {one.path: b"".join(one.chunks) for one in serialised.entries() if one.kind is Kind.FILE}
        assert (serialised.findings, serialised.folder, serialised.is_refused) == ((), "bag", False)
    assert read == {f"bag/{path}": content for path, content in files(bag).items()}


@pytest.mark.parametrize("name", ["bag.tar", "bag.zip"])
def test_data_that_nobody_reads_are_passed_over(name: str, tmp_path: Path) -> None:
    tar = entry(b"bag/a", b"x" * 600) + entry(b"bag/b", b"y" * 600) + END
    made = zipped(Zipped(b"bag/a", b"x" * 600, 8), Zipped(b"bag/b", b"y" * 600))
    (tmp_path / name).write_bytes(tar if name == "bag.tar" else made)
    with SerialisedBag(tmp_path / name, SerialisedLimits()) as serialised:
        assert [(one.path, next(one.chunks)[:1]) for one in serialised.entries()] == [("bag/a", b"x"), ("bag/b", b"y")]
        assert serialised.findings == ()


def test_what_is_a_serialised_bag(tmp_path: Path) -> None:
    tar = entry(b"bag/a") + END
    for name in ("a.tar", "b.tar.gz", "c.TGZ", "d.tar.zst", "e.Zip", "f.warc.gz", "g.wacz", "h.tar.bz2", "tar", "zip"):
        (tmp_path / name).write_bytes(b"whatever is in it")
    (tmp_path / "upload").write_bytes(tar)
    (tmp_path / "folder.tar").mkdir()
    os.mkfifo(tmp_path / "pipe.tar")
    names = sorted(path.name for path in tmp_path.iterdir() if is_serialised(path))
    assert names == ["a.tar", "b.tar.gz", "c.TGZ", "d.tar.zst", "e.Zip", "upload"]
    assert not is_serialised(tmp_path / "missing.tar")
    assert not is_serialised(tmp_path / "a.tar" / "below.tar")


def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path) -> None:
    archive, into = tmp_path / "bag.tar", tmp_path / "into"
    archive.write_bytes(entry(b"bag/a") + END)
    into.mkdir()
    os.mkfifo(tmp_path / "pipe.tar")
    with pytest.raises(UsageError, match=r"pipe\.tar is not a file"):
        unpack(tmp_path / "pipe.tar", into, SerialisedLimits())
    with pytest.raises(UsageError, match="into is not a file"):
        unpack(into, into, SerialisedLimits())
    with pytest.raises(StorageError, match="it does not exist"):
        unpack(tmp_path / "missing.tar", into, SerialisedLimits())
    with pytest.raises(StorageError, match="it does not exist"):
        unpack(archive, tmp_path / "missing", SerialisedLimits())
    (tmp_path / "link").symlink_to(into)
    with pytest.raises(StorageError, match="cannot unpack into"):
        unpack(archive, tmp_path / "link", SerialisedLimits())
    (into / "there").touch()
    with pytest.raises(UsageError, match="into is not empty"):
        unpack(archive, into, SerialisedLimits())


@pytest.mark.parametrize(("place", "target"), [("bag/1", "outside"), ("bag/1/a", "victim"), ("bag/1", "victim")])
def test_a_link_that_appears_in_the_folder_is_not_followed(place: str, target: str, tmp_path: Path) -> None:
    archive, into = tmp_path / "bag.tar", tmp_path / "into"
    (tmp_path / "outside").mkdir()
    (tmp_path / "victim").write_bytes(b"untouched")
    archive.write_bytes(entry(b"bag/0/a", b"x") + entry(b"bag/1/a", b"x") + END)
    into.mkdir()

    def plant(_: Path) -> None:
        (into / place).parent.mkdir(exist_ok=True)
        (into / place).symlink_to(tmp_path / target)

    with pytest.raises(StorageError, match="cannot write"):
        unpack_and(archive, into, plant)
    assert list((tmp_path / "outside").iterdir()) == []
    assert (tmp_path / "victim").read_bytes() == b"untouched"


def unpack_and(archive: Path, into: Path, meanwhile: Callable[[Path], None]) -> None:
    """Unpack, and after the first entry let somebody else do something."""
    with SerialisedBag(archive, SerialisedLimits()) as serialised:
        writer = _Writer(into)
        try:
            for number, one in enumerate(serialised.entries()):
                if number == 1:
                    meanwhile(into)
                writer.write(one)
        finally:
            writer.close()


def test_a_file_that_is_written_to_meanwhile_is_of_no_use(tmp_path: Path) -> None:
    archive = tmp_path / "bag.tar"
    archive.write_bytes(entry(b"bag/a", b"x") + entry(b"bag/b", b"x") + END)
    with SerialisedBag(archive, SerialisedLimits()) as serialised:
        entries = serialised.entries()
        next(entries)
        with archive.open("ab") as file:
            file.write(bytes(512))
        with pytest.raises(StorageError, match="was changed while it was being read"):
            list(entries)


def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    program = """
import resource, signal, sys
from pathlib import Path
from strongroom.errors import StorageError
from strongroom.formats.serialised.unpack import unpack

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
except StorageError as error:
    sys.stdout.write(str(error))
"""
    (tmp_path / "bag.tar").write_bytes(entry(b"bag/a", b"x" * 5000) + END)
    (tmp_path / "into").mkdir()
    command = [sys.executable, "-c", program, tmp_path / "bag.tar", tmp_path / "into"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith(f"cannot write {tmp_path}/into/bag/a: ")
