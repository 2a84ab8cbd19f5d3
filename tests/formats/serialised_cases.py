"""One fault each in a bag in one file, and exactly which findings it makes."""

import gzip
import struct
from dataclasses import dataclass, field

from formats.serialised_bytes import END, GNU, V7, Zipped, deflated, entry, header, pax, record, zipped
from strongroom.formats.serialised.limits import SerialisedLimits

FOLDER = entry(b"bag/", flag=b"5")
FILE = entry(b"bag/a", b"first\n")
TAR = FOLDER + FILE + END
ZIP = (Zipped(b"bag/"), Zipped(b"bag/a", b"first\n" * 20, 8))
TIGHT = SerialisedLimits(ratio=10, ratio_allowance_bytes=4096)


@dataclass(frozen=True)
class Case:
    """A file and the findings it makes, as (code, where)."""

    what: str
    name: str
    content: bytes
    expected: set[tuple[str, str]]
    limits: SerialisedLimits = field(default_factory=SerialisedLimits)


def tar(what: str, content: bytes, *expected: tuple[str, str], limits: SerialisedLimits | None = None) -> Case:
    """A tar with a fault in it."""
    return Case(what, "bag.tar", content, set(expected), limits or SerialisedLimits())


def in_tar(what: str, content: bytes, *expected: tuple[str, str], limits: SerialisedLimits | None = None) -> Case:
    """A tar with a fault between what is in order."""
    return tar(what, FOLDER + content + FILE + END, *expected, limits=limits)


def gz(what: str, content: bytes, *expected: tuple[str, str], limits: SerialisedLimits | None = None) -> Case:
    """A tar.gz with a fault in it."""
    return Case(what, "bag.tar.gz", content, set(expected), limits or SerialisedLimits())


def zip_file(what: str, content: bytes, *expected: tuple[str, str], limits: SerialisedLimits | None = None) -> Case:
    """A zip with a fault in it."""
    return Case(what, "bag.zip", content, set(expected), limits or SerialisedLimits())


def in_zip(what: str, fault: Zipped, *expected: tuple[str, str], limits: SerialisedLimits | None = None) -> Case:
    """A zip with a fault in one entry."""
    return zip_file(what, zipped(*ZIP, fault), *expected, limits=limits)


def named(what: str, name: str, *expected: str, where: str = "") -> tuple[Case, Case]:
    """A name with a fault, in a tar and in a zip."""
    found = {(code, where or name) for code in expected}
    content = name.encode("utf-8", "surrogateescape")
    return (
        in_tar(f"tar: {what}", pax(record(b"path", content)) + entry(b"x", b"data"), *found),
        in_zip(f"zip: {what}", Zipped(content, b"data"), *found),
    )


def _changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


_SQUASHED = gzip.compress(TAR, mtime=0)
_GOOD_ZIP = zipped(*ZIP)
_OVERLAPPING = Zipped(b"bag/b", b"longer than it seems", packed_length=20, length=20)

WHOLE = (
    tar("nothing at all", b"", ("SER-001", "bag.tar")),
    tar("text named as a tar", b"a page of text" * 100, ("SER-001", "bag.tar")),
    tar("a short text named as a tar", b"a page of text", ("SER-001", "bag.tar")),
    gz("text named as a tar.gz", b"a page of text" * 100, ("SER-001", "bag.tar.gz")),
    gz("gzip of text", gzip.compress(b"a page of text" * 100), ("SER-001", "bag.tar.gz")),
    gz("gzip of nothing", gzip.compress(b""), ("SER-001", "bag.tar.gz")),
    zip_file("text named as a zip", b"a page of text" * 100, ("SER-001", "bag.zip")),
    zip_file("nothing named as a zip", b"", ("SER-001", "bag.zip")),
    zip_file("a tar named as a zip", TAR, ("SER-002", "bag.zip")),
    gz("a tar named as a tar.gz", TAR, ("SER-002", "bag.tar.gz")),
    tar("a zip named as a tar", _GOOD_ZIP, ("SER-002", "bag.tar")),
    Case("a tar without an extension", "bag", TAR, {("SER-002", "bag")}),
    tar("a tar with nothing in it", END, ("SER-003", "bag.tar")),
    zip_file("a zip with nothing in it", zipped(), ("SER-003", "bag.zip")),
    tar("files at the top", entry(b"bagit.txt", b"x") + entry(b"data/a", b"y") + END, ("SER-003", "bag.tar")),
    tar("packed from within", entry(b"./", flag=b"5") + entry(b"./bagit.txt", b"x") + END, ("SER-003", "bag.tar")),
    in_tar("a second folder", entry(b"other/a", b"y"), ("SER-004", "bag.tar")),
    in_zip("what a Macintosh adds", Zipped(b"__MACOSX/bag/._a", b"y"), ("SER-004", "bag.zip")),
    in_tar("a second folder and a file", entry(b"o/a") + entry(b"f"), ("SER-003", "bag.tar"), ("SER-004", "bag.tar")),
    Case("a folder of another name", "sack.tgz", _SQUASHED, {("SER-005", "sack.tgz")}),
)

TARS = (
    tar("cut inside a header", TAR[:700], ("SER-010", "bag.tar#512")),
    tar("cut inside a file", TAR[:1028], ("SER-010", "bag/a")),
    tar("cut behind a pax header", FOLDER + pax(record(b"path", b"bag/b")), ("SER-010", "bag.tar#1536")),
    tar("cut inside a pax header", FOLDER + pax(record(b"path", b"bag/b"))[:520], ("SER-010", "bag.tar#512")),
    tar("other bytes behind the end", TAR + b"\0\0more", ("SER-011", f"bag.tar#{len(TAR) + 2}")),
    tar("a second tar behind the end", TAR + TAR, ("SER-011", f"bag.tar#{len(TAR)}")),
    tar("a checksum that is wrong", FOLDER + _changed(FILE, 5) + END, ("SER-013", "bag.tar#512")),
    tar("a first checksum that is wrong", _changed(TAR, 5), ("SER-013", "bag.tar#0")),
    tar("no end", TAR[:-1024], ("SER-014", "bag.tar")),
    tar("no end, the last block not filled", TAR[:-1500], ("SER-014", "bag.tar")),
    tar("one block of zeros at the end", TAR[:-512], ("SER-015", "bag.tar")),
    in_tar("a length that is no number", header(b"bag/b", b"0000000009x\0"), ("SER-016", "bag.tar#512")),
    in_tar("a negative length", header(b"bag/b", b"\xff" * 12), ("SER-016", "bag.tar#512")),
    in_tar("permissions in letters", header(b"bag/b", mode=b"rw-r--r-"), ("SER-016", "bag.tar#512")),
    in_tar("a pax record too short", pax(b"5 path=bag/b\n"), ("SER-016", "bag.tar#512")),
    in_tar("a pax record too long", pax(b"99 path=bag/b\n"), ("SER-016", "bag.tar#512")),
    in_tar("a pax record without length", pax(b"path=bag/b\n"), ("SER-016", "bag.tar#512")),
    in_tar("a pax record without keyword", pax(b"5 =b\n"), ("SER-016", "bag.tar#512")),
    in_tar("a pax length that is no number", pax(record(b"size", b"-1")), ("SER-016", "bag.tar#512")),
    in_tar("a name given twice", pax(record(b"path", b"a"), record(b"path", b"b")), ("SER-016", "bag.tar#512")),
    in_tar(
        "two pax headers",
        pax(record(b"mtime", b"1")) + pax(record(b"path", b"bag/b")) + entry(b"x"),
        ("SER-017", "bag.tar#1536"),
    ),
    in_tar(
        "two long names",
        entry(b"L", b"bag/b\0", b"L") * 2 + entry(b"x"),
        ("SER-017", "bag.tar#1536"),
    ),
    in_tar(
        "a long name of GNU and one of pax",
        entry(b"L", b"bag/b\0", b"L") + pax(record(b"path", b"bag/c")) + entry(b"x"),
        ("SER-017", "bag.tar#2560"),
    ),
    in_tar("a long name with more behind it", entry(b"L", b"bag/b\0c", b"L") + entry(b"x"), ("SER-017", "bag.tar#512")),
    in_tar("a name for all", pax(record(b"path", b"bag/b"), flag=b"g"), ("SER-017", "bag.tar#512")),
    in_tar("a length for all", pax(record(b"size", b"6"), flag=b"g"), ("SER-017", "bag.tar#512")),
    tar("a pax header before the end", TAR[:-1024] + pax(record(b"path", b"b")) + END, ("SER-017", "bag.tar#2560")),
    in_tar("a symbolic link", entry(b"bag/b", flag=b"2"), ("SER-050", "bag/b")),
    in_tar(
        "a symbolic link that climbs", entry(b"bag/../b", flag=b"2"), ("SER-050", "bag/../b"), ("SER-031", "bag/../b")
    ),
    in_tar("a hard link", entry(b"bag/b", flag=b"1"), ("SER-051", "bag/b")),
    in_tar("a character device", entry(b"bag/b", flag=b"3"), ("SER-052", "bag/b")),
    in_tar("a block device", entry(b"bag/b", flag=b"4"), ("SER-052", "bag/b")),
    in_tar("a named pipe", entry(b"bag/b", flag=b"6"), ("SER-052", "bag/b")),
    in_tar("a sparse file of old GNU", entry(b"bag/b", b"x", b"S", magic=GNU), ("SER-053", "bag/b")),
    in_tar(
        "a sparse file with a long map",
        header(b"bag/b", 1, b"S", magic=GNU, behind=b"\0" * 137 + b"\1")
        + b"\0" * 504
        + b"\1"
        + b"\0" * 519
        + b"x"
        + bytes(511),
        ("SER-053", "bag/b"),
    ),
    tar(
        "cut inside the map of a sparse file",
        FOLDER + header(b"bag/b", 1, b"S", magic=GNU, behind=b"\0" * 137 + b"\1") + b"\0" * 9,
        ("SER-010", "bag.tar#512"),
    ),
    in_tar(
        "a sparse file of pax",
        pax(record(b"GNU.sparse.major", b"1"), record(b"GNU.sparse.minor", b"0")) + entry(b"bag/b", b"x"),
        ("SER-053", "bag/b"),
    ),
    in_tar(
        "a sparse file of star", pax(record(b"SCHILY.realsize", b"9")) + entry(b"bag/b", b"x"), ("SER-053", "bag/b")
    ),
    in_tar("a volume label", entry(b"label", flag=b"V"), ("SER-056", "label")),
    in_tar("a file that another volume continues", entry(b"bag/b", b"x", b"M"), ("SER-056", "bag/b")),
    in_tar("a folder with a length", header(b"bag/b/", 512, b"5"), ("SER-057", "bag/b/")),
    in_tar("a link with a length", header(b"bag/b", 6, b"2"), ("SER-050", "bag/b"), ("SER-057", "bag/b")),
    in_tar("a pax header larger than the limit", header(b"x", 2**20 + 1, b"x"), ("SER-070", "bag.tar#512")),
    in_tar("a long name of a terabyte", header(b"L", 2**33 - 1, b"L"), ("SER-070", "bag.tar#512")),
    tar("an entry too many", TAR, ("SER-071", "bag.tar"), limits=SerialisedLimits(entries=1)),
    tar("a byte too many", TAR, ("SER-072", "bag.tar"), limits=SerialisedLimits(total_bytes=5)),
    in_tar("a file of eight exbibytes", header(b"bag/b", b"\x80\0\0\0\x7f" + b"\xff" * 7), ("SER-072", "bag.tar")),
    in_tar(
        "more findings than the limit",
        b"".join(entry(b"bag/%d" % one, flag=b"2") for one in range(9)),
        *(("SER-050", f"bag/{one}") for one in range(5)),
        ("SER-076", "bag.tar"),
        limits=SerialisedLimits(findings=5),
    ),
    in_tar("old: a folder with a slash alone", entry(b"bag/b/", flag=b"\0", magic=V7)),
    in_tar("a file with a slash at its end", entry(b"bag/b/"), ("SER-035", "bag/b/")),
)

LAYERS = (
    gz("cut inside a member", _SQUASHED[:-20], ("SER-010", "bag.tar.gz#0")),
    gz("cut inside a header", _SQUASHED + _SQUASHED[:5], ("SER-010", f"bag.tar.gz#{len(_SQUASHED)}")),
    gz("other bytes behind the last member", _SQUASHED + b"more", ("SER-011", f"bag.tar.gz#{len(_SQUASHED)}")),
    gz("a second tar in a member of its own", _SQUASHED * 2, ("SER-011", f"bag.tar.gz#{len(TAR)}")),
    gz("broken data", _SQUASHED[:10] + b"\xff" * 9 + _SQUASHED[19:], ("SER-012", "bag.tar.gz#0")),
    gz("reserved flags", _SQUASHED[:3] + b"\xe0" + _SQUASHED[4:], ("SER-012", "bag.tar.gz#0")),
    gz("another CRC-32", _changed(_SQUASHED, len(_SQUASHED) - 8), ("SER-013", "bag.tar.gz#0")),
    gz("another length", _changed(_SQUASHED, len(_SQUASHED) - 4), ("SER-013", "bag.tar.gz#0")),
    gz("a bomb", gzip.compress(FOLDER + entry(b"bag/a", bytes(9999)) + END), ("SER-073", "bag.tar.gz"), limits=TIGHT),
    gz("a bomb behind the end", gzip.compress(TAR + bytes(9999)), ("SER-073", "bag.tar.gz"), limits=TIGHT),
    gz("members without end", gzip.compress(b"") * 10_002, ("SER-071", "bag.tar.gz")),
)

NAMES = (
    *named("absolute", "/bag/b", "SER-030"),
    *named("absolute with two slashes", "//bag/b", "SER-030"),
    *named("climbing", "bag/../../b", "SER-031"),
    *named("climbing at once", "../b", "SER-031"),
    *named("absolute and climbing", "/../b", "SER-030", "SER-031"),
    *named("backslash", "bag\\b", "SER-032"),
    *named("a control character", "bag/\x1b[31m", "SER-033", where="bag/\\x1b[31m"),
    *named("a NUL", "bag/b\0.txt", "SER-033", where="bag/b\\x00.txt"),
    *named("a control character beyond ASCII", "bag/\x85", "SER-033", where="bag/\\x85"),
    *named("drive", "C:/bag/b", "SER-034"),
    *named("drive without a slash", "c:b", "SER-034"),
    *named("an empty part", "bag//b", "SER-035"),
    *named("a part that is a dot", "bag/./b", "SER-035"),
    *named("a name that is a dot", ".", "SER-035"),
    *named("not Unicode", "bag/\udcff", "SER-036", where="bag/\\udcff"),
    *named("the same file again", "bag/a", "SER-038"),
    *named("a file named like a folder", "bag", "SER-039"),
    in_tar("a file below a file", FILE + entry(b"bag/a/b"), ("SER-038", "bag/a"), ("SER-039", "bag/a/b")),
    in_zip("a file below a file", Zipped(b"bag/a/b"), ("SER-039", "bag/a/b")),
    in_zip("a folder that is there as a file", Zipped(b"bag/a/"), ("SER-039", "bag/a")),
    *named("folders without end", "bag/" + "f/" * 101 + "b", "SER-074"),
    *named("a name too long", "bag/" + "b" * 256, "SER-075"),
    *named(
        "a path too long",
        "bag/" + ("b" * 200 + "/") * 21 + "b",
        "SER-075",
        where=("bag/" + ("b" * 200 + "/") * 21)[:1000],
    ),
    in_tar("no name at all", entry(b"", b"x"), ("SER-035", "bag.tar#512")),
    in_zip(
        "no name at all, zipped", Zipped(b"", b"x"), ("SER-035", f"bag.zip#{_GOOD_ZIP.index(b'PK' + bytes([1, 2]))}")
    ),
    in_tar("the root as a folder", entry(b"/", flag=b"5"), ("SER-030", "/"), ("SER-035", "/")),
    in_tar("the same folder again", FOLDER, ("SER-040", "bag")),
    in_tar("the same folder with a dot in front", entry(b"./bag/", flag=b"5"), ("SER-040", "bag")),
    in_tar(
        "a folder named like a file", FILE + entry(b"bag/a/", flag=b"5"), ("SER-038", "bag/a"), ("SER-039", "bag/a")
    ),
    in_zip("UTF-8 without the flag", Zipped("bag/ü".encode(), flags=0), ("SER-037", "bag.zip")),
    in_zip("code page 437", Zipped(b"bag/\x81", flags=0), ("SER-037", "bag.zip")),
)

_UP = b"\x01" + struct.pack("<L", 0) + b"bag/c"

ZIPS = (
    zip_file("cut before the end", _GOOD_ZIP[:-22], ("SER-010", "bag.zip")),
    zip_file("cut inside the ending record", _GOOD_ZIP[:-5], ("SER-010", "bag.zip")),
    zip_file("other bytes behind", zipped(*ZIP, behind=b"more"), ("SER-011", f"bag.zip#{len(_GOOD_ZIP)}")),
    in_zip("deflate data that are none", Zipped(b"bag/b", b"x" * 9, 8, packed=b"\xff" * 9), ("SER-012", "bag/b")),
    in_zip(
        "deflate data cut short", Zipped(b"bag/b", b"x" * 9, 8, packed=deflated(b"x" * 9)[:-2]), ("SER-012", "bag/b")
    ),
    in_zip(
        "more behind the deflate data", Zipped(b"bag/b", b"x", 8, packed=deflated(b"x") + b"y"), ("SER-012", "bag/b")
    ),
    in_zip("another CRC-32", Zipped(b"bag/b", b"x", crc=1), ("SER-013", "bag/b")),
    in_zip("another CRC-32 of deflated data", Zipped(b"bag/b", b"x", 8, crc=1), ("SER-013", "bag/b")),
    zip_file("a record without signature", zipped(*ZIP).replace(b"PK\1\2", b"PK\1\3", 1), ("SER-016", "bag.zip#80")),
    in_zip("an extra field over the end", Zipped(b"bag/b", extra=b"\1\0\xff\0"), ("SER-016", "bag.zip#216")),
    in_zip("two zip64 fields", Zipped(b"bag/b", extra=b"\1\0\0\0" * 2), ("SER-016", "bag.zip#216")),
    in_zip(
        "zip64 without its number",
        Zipped(b"bag/b", b"x", length=2**32 - 1, extra=b"\1\0\0\0"),
        ("SER-016", "bag.zip#217"),
    ),
    zip_file("no zip64 record where it is said to be", zipped(*ZIP, zip64={"at": 5}), ("SER-017", "bag.zip#181")),
    zip_file(
        "no zip64 record at all", zipped(*ZIP, zip64={}).replace(b"PK\6\6", b"PK\6\5"), ("SER-016", "bag.zip#237")
    ),
    zip_file(
        "a directory longer than the file",
        _GOOD_ZIP[:-10] + b"\xff\xff\xff\0" + _GOOD_ZIP[-6:],
        ("SER-016", "bag.zip#181"),
    ),
    zip_file(
        "an end inside the comment",
        zipped(*ZIP, comment=_GOOD_ZIP[-22:]),
        ("SER-017", f"bag.zip#{len(_GOOD_ZIP) - 22}"),
    ),
    zip_file(
        "an end inside the comment, of another length",
        zipped(*ZIP, comment=b"PK\5\6" + bytes(30)),
        ("SER-017", "bag.zip#181"),
    ),
    zip_file("two ends that differ", zipped(*ZIP, zip64={"entries": 3}), ("SER-017", "bag.zip#237")),
    zip_file("a gap behind the zip64 record", zipped(*ZIP, zip64={"size": 40}), ("SER-017", "bag.zip#237")),
    in_zip("a file that is a folder", Zipped(b"bag/b", attributes=0o40755 << 16), ("SER-017", "bag/b")),
    in_zip("a file that is a folder to DOS", Zipped(b"bag/b", attributes=0x10), ("SER-017", "bag/b")),
    in_zip("a folder that is a file", Zipped(b"bag/b/", attributes=0o100644 << 16), ("SER-017", "bag/b/")),
    in_zip("another name", Zipped(b"bag/b", local={"name": b"bag/c"}), ("SER-018", "bag/b")),
    in_zip(
        "another name in Unicode",
        Zipped("bag/ü".encode(), flags=0, local={"flags": 0x800}),
        ("SER-018", "bag/ü"),
        ("SER-037", "bag.zip"),
    ),
    in_zip("another method", Zipped(b"bag/b", local={"method": 8}), ("SER-018", "bag/b")),
    in_zip("encrypted in one place", Zipped(b"bag/b", local={"flags": 0x801}), ("SER-018", "bag/b")),
    in_zip("another CRC-32 in front", Zipped(b"bag/b", b"x", local={"crc": 1}), ("SER-018", "bag/b")),
    in_zip("another length in front", Zipped(b"bag/b", b"x", local={"length": 2}), ("SER-018", "bag/b")),
    in_zip("another packed length in front", Zipped(b"bag/b", b"x", local={"packed_length": 2}), ("SER-018", "bag/b")),
    in_zip("a broken field in front", Zipped(b"bag/b", b"x", local_extra=b"\1\0\xff\0"), ("SER-018", "bag/b")),
    in_zip(
        "no header where it should be", Zipped(b"bag/b", b"x", offset=36), ("SER-018", "bag/b"), ("SER-020", "bag/a")
    ),
    in_zip(
        "an offset behind everything",
        Zipped(b"bag/b", b"x", offset=2**32 - 2),
        ("SER-018", "bag/b"),
        ("SER-021", "bag/a"),
    ),
    in_zip("another descriptor", Zipped(b"bag/b", b"x", descriptor="<3L", signature=b"PK\7\7"), ("SER-018", "bag/b")),
    zip_file("an entry fewer than stated", zipped(*ZIP, count=3), ("SER-019", "bag.zip")),
    zip_file("an entry more than stated", zipped(*ZIP, count=1), ("SER-019", "bag.zip")),
    zip_file(
        "two names for one entry",
        zipped(*ZIP, Zipped(b"bag/c", offset=34)),
        ("SER-020", "bag/a"),
        ("SER-020", "bag/c"),
    ),
    zip_file(
        "an entry over the next",
        zipped(ZIP[0], Zipped(b"bag/b", b"x", packed_length=9, length=9), ZIP[1]),
        ("SER-020", "bag/b"),
    ),
    zip_file(
        "an entry over the directory",
        zipped(*ZIP, Zipped(b"bag/b", b"x", packed_length=9, length=9)),
        ("SER-020", "bag/b"),
    ),
    zip_file("a directory before its place", zipped(*ZIP, before=b"", shift=-9), ("SER-020", "bag.zip#89")),
    zip_file(
        "a program in front that the offsets know of", zipped(*ZIP, before=b"#!program"), ("SER-021", "bag.zip#0")
    ),
    zip_file(
        "a program in front that the offsets do not know of",
        zipped(*ZIP, before=b"#!program", shift=9),
        ("SER-021", "bag.zip#80"),
    ),
    zip_file(
        "bytes between two entries", zipped(ZIP[0], Zipped(b"bag/b", b"x", behind=b"??"), ZIP[1]), ("SER-021", "bag/b")
    ),
    in_zip("bytes before the directory", Zipped(b"bag/b", b"x", behind=b"??"), ("SER-021", "bag/b")),
    in_zip("bytes behind a descriptor", Zipped(b"bag/b", b"x", descriptor="<3L", behind=b"??"), ("SER-021", "bag/b")),
    zip_file("bytes behind the directory", zipped(*ZIP, between=b"??"), ("SER-021", "bag.zip#80")),
    in_zip("stored with another length", Zipped(b"bag/b", b"xx", length=3), ("SER-022", "bag/b")),
    in_zip("deflated data too short", Zipped(b"bag/b", b"xx", 8, length=3), ("SER-022", "bag/b")),
    in_zip("deflated data too long", Zipped(b"bag/b", b"x" * 999, 8, length=3), ("SER-022", "bag/b")),
    in_zip("a symbolic link", Zipped(b"bag/b", b"/etc", attributes=0o120777 << 16), ("SER-050", "bag/b")),
    in_zip("a pipe", Zipped(b"bag/b", attributes=0o010644 << 16), ("SER-052", "bag/b")),
    in_zip("encrypted", Zipped(b"bag/b", b"?" * 12, flags=0x801, length=0), ("SER-054", "bag/b")),
    in_zip("encrypted otherwise", Zipped(b"bag/b", b"?", flags=0x841), ("SER-054", "bag/b")),
    in_zip("LZMA", Zipped(b"bag/b", b"?", 14), ("SER-055", "bag/b")),
    in_zip("a version of the future", Zipped(b"bag/b", b"?", version=99), ("SER-055", "bag/b")),
    in_zip("a patch", Zipped(b"bag/b", b"?", flags=0x820), ("SER-055", "bag/b")),
    zip_file("a part of a zip", zipped(*ZIP, disk=1), ("SER-055", "bag.zip#181")),
    in_zip("an entry on another disk", Zipped(b"bag/b", disk=1), ("SER-055", "bag.zip#216")),
    in_zip("a folder with data", Zipped(b"bag/b/", b"x"), ("SER-057", "bag/b/")),
    in_zip(
        "a record with a long comment",
        Zipped(b"bag/b", comment=b"!" * 999),
        ("SER-070", "bag.zip#216"),
        limits=SerialisedLimits(header_bytes=999),
    ),
    zip_file("entries too many, stated", _GOOD_ZIP, ("SER-071", "bag.zip"), limits=SerialisedLimits(entries=1)),
    zip_file("bytes too many", _GOOD_ZIP, ("SER-072", "bag.zip"), limits=SerialisedLimits(total_bytes=119)),
    in_zip("a bomb", Zipped(b"bag/b", bytes(9999), 8), ("SER-073", "bag.zip"), limits=TIGHT),
)

CASES = (*WHOLE, *TARS, *LAYERS, *NAMES, *ZIPS)
