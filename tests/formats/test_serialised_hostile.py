"""Whatever bytes come in, only findings come out, nothing is written elsewhere, and memory stays flat."""

import gzip
import io
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from formats.serialised_bytes import END, Zipped, entry, header, pax, record, zipped
from formats.serialised_cases import CASES
from presence import absent, forbidden
from servers.processes import REPOSITORY
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.unpack import Unpacked, unpack
from strongroom.model.finding import Severity

LIMITS = SerialisedLimits(entries=1000, total_bytes=1 << 20, ratio_allowance_bytes=1 << 18, header_bytes=4096)
NAMES = ("bag.tar", "bag.tar.gz", "bag.zip")
TAR = (
    entry(b"bag/", flag=b"5")
    + pax(record(b"path", b"bag/a"))
    + entry(b"x", b"first\n")
    + entry(b"bag/b", b"y" * 600)
    + END
)
ZIP = zipped(
    Zipped(b"bag/"),
    Zipped(b"bag/a", b"first\n" * 9, 8),
    Zipped(b"bag/b", b"y", descriptor="<3L"),
    comment=b"more",
    zip64={},
)
WHOLE = {"bag.tar": TAR, "bag.tar.gz": gzip.compress(TAR, mtime=0), "bag.zip": ZIP}


@contextmanager
def unpacking(name: str, content: bytes, limits: SerialisedLimits = LIMITS) -> Iterator[Unpacked]:
    """Unpack in a folder of its own, and see to it that nothing else was written."""
    with tempfile.TemporaryDirectory() as folder:
        archive, into = Path(folder, name), Path(folder, "into")
        archive.write_bytes(content)
        into.mkdir()
        yield unpack(archive, into, limits)
        assert sorted(os.listdir(folder)) == sorted([name, "into"])
        assert archive.read_bytes() == content


def is_refused(result: Unpacked) -> bool:
    return any(one.severity is Severity.ERROR for one in result.findings)


@hypothesis.given(st.sampled_from(NAMES), st.binary(max_size=3000))
def test_any_bytes_make_findings(name: str, content: bytes) -> None:
    with unpacking(name, content) as result:
        assert is_refused(result)


@hypothesis.given(st.data())
def test_any_change_of_a_whole_file_makes_findings_or_other_content(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    content = bytearray(
        data.draw(
            st.sampled_from(
                [WHOLE[name], *(one.content for one in CASES if one.name == name and len(one.content) < 9999)]
            )
        )
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    with unpacking(name, bytes(content)) as result:
        assert all(one.severity in Severity for one in result.findings)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_anywhere_is_refused(name: str) -> None:
    whole = WHOLE[name]
    with unpacking(name, whole) as result:
        assert result.findings == ()
    accepted = []
    for length in range(len(whole)):
        with unpacking(name, whole[:length]) as result:
            if not is_refused(result):
                accepted.append(length)
    # of the two blocks that end a tar, one is enough
    assert accepted == (list(range(len(TAR) - 512, len(TAR))) if name == "bag.tar" else [])


@pytest.mark.parametrize("name", ["bag.tar.gz", "bag.zip"])
def test_a_flipped_bit_is_refused_or_makes_no_difference(name: str) -> None:
    whole = WHOLE[name]
    with unpacking(name, whole) as result:
        right = {path.relative_to(result.root): path.read_bytes() for path in result.root.rglob("*") if path.is_file()}
    unnoticed = []
    for at in range(len(whole)):
        for bit in (1, 0x80):
            changed = whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]
            with unpacking(name, changed) as result:
                if not is_refused(result):
                    files = {
                        one.relative_to(result.root): one.read_bytes()
                        for one in result.root.rglob("*")
                        if one.is_file()
                    }
                    if files != right:
                        unnoticed.append((at, bit))
    assert unnoticed == []


@hypothesis.given(
    st.lists(st.tuples(st.text(st.sampled_from("ab./\\:\0é"), max_size=8), st.sampled_from(b"0512")), max_size=8)
)
def test_whatever_names_a_tar_holds_nothing_is_written_elsewhere(entries: list[tuple[str, int]]) -> None:
    content = b"".join(pax(record(b"path", name.encode())) + entry(b"x", flag=bytes([flag])) for name, flag in entries)
    with unpacking("bag.tar", content + END) as result:
        written = sum(1 for path in result.root.rglob("*") if path.is_file())
        assert is_refused(result) or written == result.files


@hypothesis.given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40),
        st.binary(max_size=2000),
        max_size=8,
    )
)
def test_what_python_serialises_unpacks_to_the_same(contents: dict[str, bytes]) -> None:
    names = {f"bag/{name.replace('/', '_').replace(chr(92), '_')}": content for name, content in contents.items()}
    names = {name: content for name, content in names.items() if name not in {"bag/.", "bag/.."}}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        tar.addfile(_member("bag", tarfile.DIRTYPE))
        for name, content in names.items():
            tar.addfile(_member(name, tarfile.REGTYPE, len(content)), io.BytesIO(content))
    with unpacking("bag.tar", buffer.getvalue()) as result:
        assert result.findings == ()
        assert {f"bag/{path.name}": path.read_bytes() for path in result.root.iterdir()} == names


def _member(name: str, kind: bytes, size: int = 0) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    return member


def _zstandard() -> Callable[[bytes], bytes]:
    try:
        import zstandard
    except ImportError:
        absent("the Python module zstandard is not installed")
    return zstandard.ZstdCompressor(write_checksum=True).compress


def test_zstd_frames_are_read_one_after_the_other() -> None:
    compress = _zstandard()
    skippable = b"\x5a\x2a\x4d\x18\3\0\0\0???"
    content = compress(TAR[:1000]) + skippable + compress(TAR[1000:]) + skippable + bytes(99)
    with unpacking("bag.tar.zst", content) as result:
        assert (result.findings, result.files) == ((), 2)


def test_faults_of_zstd_are_findings() -> None:
    compress = _zstandard()
    whole = compress(TAR)
    first = {
        whole[:-9]: ("SER-010", "bag.tar.zst#0"),
        whole + b"\x5a\x2a\x4d\x18\3\0\0\0?": ("SER-010", f"bag.tar.zst#{len(whole)}"),
        whole + b"more": ("SER-011", f"bag.tar.zst#{len(whole)}"),
        whole + compress(TAR): ("SER-011", f"bag.tar.zst#{len(TAR)}"),
        whole[:-20] + b"\xff" * 9 + whole[-11:]: ("SER-012", "bag.tar.zst#0"),
        whole[:-1] + bytes([whole[-1] ^ 1]): ("SER-013", "bag.tar.zst#0"),
        whole[:4] + b"\0\x90" + whole[6:]: ("SER-055", "bag.tar.zst#0"),
        whole[:4] + b"\0\xff" + whole[6:]: ("SER-055", "bag.tar.zst#0"),
        compress(TAR + bytes(1 << 20)): ("SER-073", "bag.tar.zst"),
        compress(b"") * 10_002: ("SER-071", "bag.tar.zst"),
    }
    for content, expected in first.items():
        with unpacking("bag.tar.zst", content) as result:
            assert [(one.code, one.where) for one in result.findings] == [expected]


def test_without_the_module_zstd_is_refused_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bag.tar.zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))
    (tmp_path / "into").mkdir()
    program = "import sys; sys.modules['zstandard'] = None\nfrom pathlib import Path\n"
    program += "from strongroom.errors import UsageError\nfrom strongroom.formats.serialised.unpack import unpack\n"
    program += "try:\n    unpack(Path('bag.tar.zst'), Path('into'))\nexcept UsageError as error:\n    sys.stdout.write(str(error))\n"
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == (
        "bag.tar.zst is compressed with zstd, which is read where the Python module zstandard is installed; install it, "
        "or have the bag sent as .tar or .tar.gz"
    )


def test_a_zip_of_entries_that_overlap_is_refused_before_it_is_inflated() -> None:
    kernel = Zipped(b"bag/0", bytes(10_000_000), 8)
    others = (Zipped(b"bag/%d" % one, bytes(10_000_000), 8, packed=b"", offset=0) for one in range(1, 500))
    before = time.process_time()
    with unpacking("bag.zip", zipped(kernel, *others), SerialisedLimits(ratio=10**9)) as result:
        assert {one.code for one in result.findings} >= {"SER-020"}
        assert result.length_bytes == 0
    assert time.process_time() - before < 20


PROGRAM = """
import sys
from pathlib import Path
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.reading import SerialisedBag

with SerialisedBag(Path(sys.argv[1]), SerialisedLimits(ratio=10**6)) as bag:
    length = count = 0
    for entry in bag.entries():
        count += 1
        for chunk in entry.chunks:
            length += len(chunk)
    codes = ",".join(one.code for one in bag.findings)
facts = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(count, length, codes or "-", int(facts["VmHWM"].split()[0]) // 1024)
"""


def measured(archive: Path) -> list[str]:
    """Read a serialised bag in a process of its own: entries, bytes, codes, and mebibytes of memory at most."""
    if not Path("/proc/self/status").exists():
        forbidden("learn what one process took at most")
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    command = [sys.executable, "-c", PROGRAM, archive]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=900, env=environment)
    return done.stdout.split()


def write_gzip(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a gzip file of one member in little memory."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with path.open("wb") as file:
        for piece in pieces:
            file.write(packer.compress(piece))
        file.write(packer.flush())


@pytest.mark.prove
def test_a_large_serialised_bag_is_read_in_little_memory(
    tmp_path: Path, in_full: bool, proof: Callable[[str, dict[str, object]], None]
) -> None:
    gibibytes = 4 if in_full else 0.25
    mebibyte = random.Random(1).randbytes(1 << 19) + bytes(1 << 19)
    size = int(gibibytes * 1024) << 20

    def pieces() -> Iterator[bytes]:
        yield header(b"bag/a", b"\x80" + size.to_bytes(11, "big"))
        for _ in range(size >> 20):
            yield mebibyte
        yield END

    write_gzip(tmp_path / "bag.tar.gz", pieces())
    count, length, codes, mebibytes = measured(tmp_path / "bag.tar.gz")
    assert (int(count), int(length), codes) == (1, size, "-")
    assert int(mebibytes) < 150
    proof(
        "A serialised bag of 4 GiB, tar.gz, read in flat memory", {"GiB": gibibytes, "peak memory, MiB": int(mebibytes)}
    )


@pytest.mark.parametrize("kind", ["pax header", "long name", "links", "gzip members"])
def test_a_bomb_costs_little_memory(kind: str, tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        if kind == "pax header":
            yield header(b"x", 1 << 30, b"x")
            yield from (bytes(1 << 20) for _ in range(1 << 10))
        elif kind == "long name":
            for _ in range(1000):
                yield entry(b"L", b"/a" * (1 << 19), b"L")
                yield entry(b"x")
            yield END
        else:
            for number in range(200_000):
                yield header(b"bag/%d" % number, flag=b"2")

    if kind == "gzip members":
        (tmp_path / "bag.tar.gz").write_bytes(gzip.compress(b"", mtime=0) * 1_000_000)
    else:
        write_gzip(tmp_path / "bag.tar.gz", pieces())
    begun = time.monotonic()
    count, length, codes, mebibytes = measured(tmp_path / "bag.tar.gz")
    assert (int(count), int(length)) == (0, 0)
    assert codes.split(",")[-1] in {"SER-070", "SER-071", "SER-075", "SER-076"}
    assert int(mebibytes) < 150
    assert time.monotonic() - begun < 60
