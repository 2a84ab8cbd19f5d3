"""What is accepted, another reader reads alike: Python's tarfile and zipfile on files with seeded changes."""

import io
import os
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from formats.serialised_bytes import Zipped, zipped
from formats.serialised_cases import CASES, TAR
from formats.test_serialised_hostile import WHOLE, is_refused, unpacking

PIECES = (
    b"\0",
    b"\1",
    b"\x80",
    b"\xff",
    b"7",
    b"5",
    b"x",
    b"L",
    b"g",
    b"/",
    b".",
    b"PK\1\2",
    b"PK\3\4",
    b"PK\5\6",
    bytes(4),
)


def changed(whole: bytes, chance: random.Random) -> bytes:
    """The same with one to three changes: bytes overwritten, taken out, copied or put in."""
    content = bytearray(whole)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(content))
        match chance.randrange(10):
            case 0 | 1 | 2 | 3:
                content[at] = chance.randrange(256)
            case 4 | 5 | 6:
                piece = chance.choice(PIECES)
                content[at : at + len(piece)] = piece
            case 7:
                del content[at : at + chance.choice((1, 2, 4, 512))]
            case 8:
                begins = chance.randrange(len(content))
                content[at:at] = content[begins : begins + chance.choice((30, 46, 512, 1024))]
            case _:
                content[at:at] = bytes(chance.choice((1, 512)))
        content += b"\0" * (not content)
    return bytes(content)


def with_right_checksums(content: bytes) -> bytes:
    """A tar whose headers are believed whatever was done to them."""
    mended = bytearray(content)
    for at in range(0, len(mended) - 511, 512):
        if mended[at + 257 : at + 262] == b"ustar":
            mended[at + 148 : at + 156] = b" " * 8
            mended[at + 148 : at + 156] = b"%06o\0 " % sum(mended[at : at + 512])
    return bytes(mended)


def by_tarfile(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as tar:
        return {os.path.normpath(one.name): tar.extractfile(one).read() for one in tar if not one.isdir()}


def by_zipfile(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}


def changes(name: str, count: int) -> Iterator[bytes]:
    chance = random.Random(name)
    wholes = [WHOLE[name], *(case.content for case in CASES if case.name == name and 0 < len(case.content) < 9999)]
    for _ in range(count):
        content = changed(chance.choice(wholes), chance)
        yield with_right_checksums(content) if name == "bag.tar" and chance.random() < 0.9 else content


@pytest.mark.prove
@pytest.mark.parametrize(("name", "judge"), [("bag.tar", by_tarfile), ("bag.zip", by_zipfile)])
def test_what_is_accepted_python_reads_alike(
    name: str,
    judge: Callable[[bytes], dict[str, bytes]],
    in_full: bool,
    proof: Callable[[str, dict[str, object]], None],
) -> None:
    count, accepted = (20_000 if in_full else 3000), 0
    for content in changes(name, count):
        with unpacking(name, content) as result:
            codes = {one.code for one in result.findings}
            if is_refused(result) or codes & {
                "SER-002",
                "SER-037",
            }:  # another format; a name that zipfile reads otherwise
                continue
            accepted += 1
            ours = {
                path.relative_to(result.root.parent).as_posix(): path.read_bytes()
                for path in result.root.rglob("*")
                if path.is_file()
            }
            assert ours == judge(content), content.hex()
    assert accepted > count // 500
    proof(
        f"{name[4:]} files with seeded changes: what is accepted, Python reads alike",
        {"files": count, "accepted": accepted},
    )


def test_the_judges_read_whole_files_alike(tmp_path: Path) -> None:
    assert by_tarfile(TAR) == {"bag/a": b"first\n"}
    assert by_zipfile(zipped(Zipped(b"bag/"), Zipped(b"bag/a", b"x", 8))) == {"bag/a": b"x"}
