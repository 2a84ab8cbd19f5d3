import gzip
import io
import random
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from strongroom.formats.warc.gzip_members import GzipMembers


def read_all(data: bytes, piece_bytes: int = 1 << 20) -> list[tuple[int, int, bytes, str | None]]:
    """(offset, length, data, fault) of each member, as `GzipMembers` reads them from pieces of a certain size."""
    file = io.BytesIO(data)
    members = GzipMembers(lambda count: file.read(min(count, piece_bytes)))
    found = []
    while members.begin():
        offset = members.offset_bytes
        parts = []
        while piece := members.read():
            parts.append(piece)
        found.append((offset, members.end_bytes() - offset, b"".join(parts), members.fault))
    return found


def member(data: bytes, flags: int = 0, rest: bytes = b"") -> bytes:
    whole = gzip.compress(data, mtime=0)
    return whole[:3] + bytes([flags]) + whole[4:10] + rest + whole[10:]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=2000), max_size=6), st.integers(1, 300))
@example([b"a" * 3_000_000, b"b"], 70_001)
@example([b"x" * (1 << 20)], 1 << 15)
def test_members_have_their_places_and_data_however_the_file_is_read(contents, piece_bytes):
    whole = [gzip.compress(content, random.Random(len(content)).choice([0, 1, 9]), mtime=7) for content in contents]
    offsets = [sum(map(len, whole[:number])) for number in range(len(whole))]
    assert read_all(b"".join(whole), piece_bytes) == [
        (offset, len(one), content, None) for offset, one, content in zip(offsets, whole, contents, strict=True)
    ]


@pytest.mark.parametrize("piece_bytes", [1, 2, 7, 1 << 20])
def test_every_kind_of_header_is_read(piece_bytes):
    extra = (6).to_bytes(2, "little") + b"AB\x02\x00xy"
    members = [
        member(b"one", 0x04, extra),
        member(b"two", 0x08, b"name.warc\0"),
        member(b"three", 0x10, b"a comment\0"),
        member(b"four", 0x02, b"\xab\xcd"),
        member(b"five", 0x1F, extra + b"name\0comment\0\xab\xcd"),
    ]
    assert [(data, fault) for _, _, data, fault in read_all(b"".join(members), piece_bytes)] == [
        (b"one", None),
        (b"two", None),
        (b"three", None),
        (b"four", None),
        (b"five", None),
    ]


def test_data_come_in_pieces_that_are_bounded():
    file = io.BytesIO(gzip.compress(b"\0" * 50_000_000))
    members = GzipMembers(file.read)
    assert members.begin()
    sizes = []
    while piece := members.read():
        sizes.append(len(piece))
    assert (sum(sizes), max(sizes) <= 1 << 20) == (50_000_000, True)


CONTENTS = [b"WARC/1.1 first " * 20, b"WARC/1.1 second " * 30, b"WARC/1.1 third " * 40]
WHOLE = [gzip.compress(content, mtime=0) for content in CONTENTS]
FILE = b"".join(WHOLE)
SECOND = len(WHOLE[0])
THIRD = SECOND + len(WHOLE[1])


@pytest.mark.parametrize("length", range(1, len(FILE)))
def test_a_file_cut_anywhere_is_never_taken_for_whole(length):
    *_, (offset, _, _, fault) = read_all(FILE[:length])
    is_whole = length in {SECOND, THIRD}
    assert (fault is None) == is_whole
    assert offset == max(start for start in (0, SECOND, THIRD) if start < length)
    if not is_whole:
        assert fault in {"the file ends inside the member", "the file ends inside the member's header"} or length in {
            1,
            2,
            SECOND + 1,
            SECOND + 2,
            THIRD + 1,
            THIRD + 2,
        }


@pytest.mark.parametrize("position", range(len(WHOLE[1])))
def test_a_changed_byte_costs_one_member_and_no_other(position):
    data = bytearray(FILE)
    data[SECOND + position] ^= 0x40
    found = read_all(bytes(data))
    assert found[0] == (0, SECOND, CONTENTS[0], None)
    assert found[-1] == (THIRD, len(WHOLE[2]), CONTENTS[2], None)
    faults = [fault or data == CONTENTS[1] for _, _, data, fault in found[1:-1]]
    # A change that is no fault changed nothing that was compressed: MTIME, XFL, OS, or a match that was as good.
    assert any(faults)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda data: data[:-8] + zlib.crc32(b"other").to_bytes(4, "little") + data[-4:], "CRC-32"),
        (lambda data: data[:-4] + (1).to_bytes(4, "little"), "length of the member's trailer"),
        (lambda data: data[:3] + b"\xe0" + data[4:], "reserved flags"),
        (lambda data: data[:2] + b"\x07" + data[3:], "no gzip member begins here"),
        (lambda data: member(b"x", 0x08, b"n" * 70_000 + b"\0"), "does not end"),
    ],
)
def test_the_fault_is_said(change, fault):
    found = read_all(change(WHOLE[0]) + WHOLE[1])
    assert fault in found[0][3]
    assert found[-1][2:] == (CONTENTS[1], None)


def test_bytes_between_members_are_a_fault_at_their_place():
    found = read_all(WHOLE[0] + b"\0" * 600 + WHOLE[1])
    assert [(offset, fault) for offset, _, _, fault in found] == [
        (0, None),
        (SECOND, "no gzip member begins here"),
        (SECOND + 600, None),
    ]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50))
def test_whatever_the_bytes_are_reading_ends_and_raises_nothing(data, piece_bytes):
    for offset, length, _, _ in read_all(b"\x1f\x8b\x08\0" + data, piece_bytes):
        assert 0 <= offset <= offset + length <= len(data) + 4


def test_a_file_made_to_be_lost_in_is_given_up():
    found = read_all((b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\xff" * 10) * 5000)
    assert len(found) == 1001
