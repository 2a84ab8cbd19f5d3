"""Rules of the family `serialised`: what RFC 8493 section 4 and the safety of a reader ask of a bag in one file.

001 to 009 concern the file as a whole, 010 to 029 its bytes, 030 to 049 the names in it, 050 to 059 what its entries
are; from 070 on stand the limits. A code is never given a second meaning.
"""

from typing import Final

from strongroom.model.finding import Rule, Severity, rules_among

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_SERIALIZATION: Final = "RFC 8493 section 4"
_SPECIAL_NAMES: Final = "RFC 8493 section 5.1"
_TAR: Final = "IEEE Std 1003.1 pax, ustar Interchange Format"
_PAX: Final = "IEEE Std 1003.1 pax, pax Interchange Format"
_ZIP: Final = "ZIP APPNOTE section"
_LIMITS: Final = "limits of a serialised bag"
_AGAIN: Final = "Transfer the file again; if it is the same, ask the sender to serialise the bag again."
_SERIALISE: Final = "Serialise the bag again with an ordinary tar or zip program."
_RENAME: Final = "Ask the sender to rename it, to make the manifests again and to serialise the bag again."

NOT_AN_ARCHIVE = Rule(
    "SER-001",
    _ERROR,
    "The file is neither tar, gzip or zstd over tar, nor zip",
    _SERIALIZATION,
    "The name says that a bag is serialised here, but the bytes are of no format that is read. Nothing was unpacked.",
    _AGAIN,
)
NAMED_OTHERWISE = Rule(
    "SER-002",
    _WARNING,
    "The file is of another format than its name says",
    _SERIALIZATION,
    "The extension has to name the format. It was read as what its bytes are.",
    "Give it the extension of its format.",
)
NO_TOP_FOLDER = Rule(
    "SER-003",
    _ERROR,
    "The bag does not stand in a folder of its own",
    _SERIALIZATION,
    "A bag is serialised from the folder above it, so that unpacking gives exactly one folder. Here are files at the "
    "top, or nothing at all.",
    "Serialise the bag again from the folder above it.",
)
TWO_TOP_FOLDERS = Rule(
    "SER-004",
    _ERROR,
    "More than one folder stands at the top",
    _SERIALIZATION,
    "One file holds one bag. Some programs add folders of their own, such as __MACOSX.",
    "Serialise each bag alone, without what a program adds.",
)
FOLDER_NAMED_OTHERWISE = Rule(
    "SER-005",
    _INFO,
    "The bag's folder is not named like the file",
    _SERIALIZATION,
    "The file should have the name of the folder in it, and the extension of its format.",
    "Nothing has to be done.",
)

TRUNCATED = Rule(
    "SER-010",
    _ERROR,
    "The file ends too early",
    _SERIALIZATION,
    "The bytes end inside an entry, inside a header or inside compressed data. What followed is lost.",
    _AGAIN,
)
TRAILING_DATA = Rule(
    "SER-011",
    _ERROR,
    "There is data behind the end",
    _SERIALIZATION,
    "Behind the end of the archive or of the compressed data only zeros may follow. One program would see what stands "
    "there and another would not.",
    _SERIALISE,
)
BROKEN_COMPRESSION = Rule(
    "SER-012",
    _ERROR,
    "The compressed data are broken",
    "RFC 1951, RFC 1952, RFC 8878",
    "They cannot be decompressed from here on.",
    _AGAIN,
)
BAD_CHECKSUM = Rule(
    "SER-013",
    _ERROR,
    "A checksum is wrong",
    f"{_TAR}; RFC 1952 section 2.3.1; {_ZIP} 4.4.7",
    "The bytes are not those that were written: of a header in a tar, of compressed data, or of a file in a zip.",
    _AGAIN,
)
NO_END = Rule(
    "SER-014",
    _ERROR,
    "The end-of-archive blocks are missing",
    _TAR,
    "A tar ends with two blocks of zeros. Without them nobody can tell whether entries are missing.",
    _AGAIN,
)
ONE_END_BLOCK = Rule(
    "SER-015",
    _WARNING,
    "There is one end-of-archive block instead of two",
    _TAR,
    "A tar ends with two blocks of zeros; all programs are content with one.",
    "Nothing has to be done.",
)
BAD_HEADER = Rule(
    "SER-016",
    _ERROR,
    "A header cannot be read",
    f"{_TAR}; {_ZIP} 4.3",
    "A number, a record or a signature is not written as the format asks for.",
    _AGAIN,
)
AMBIGUOUS = Rule(
    "SER-017",
    _ERROR,
    "A header can be read in two ways",
    f"{_PAX}; {_ZIP} 4.3",
    "Programs would take different names, lengths or kinds from it: what one judges is not what another unpacks.",
    _SERIALISE,
)
LOCAL_DISAGREES = Rule(
    "SER-018",
    _ERROR,
    "An entry's own header disagrees with the central directory",
    f"{_ZIP} 4.3.7, 4.3.12",
    "A zip states everything twice. One program would believe this header, another the directory.",
    _SERIALISE,
)
COUNT_DISAGREES = Rule(
    "SER-019",
    _ERROR,
    "The central directory holds another number of entries than it says",
    f"{_ZIP} 4.4.22",
    "Entries are missing or hidden.",
    _SERIALISE,
)
OVERLAP = Rule(
    "SER-020",
    _ERROR,
    "Entries overlap",
    f"{_ZIP} 4.3.6",
    "Two entries share bytes of the file, as in zips that are made to unpack to a thousand times of what they are.",
    _SERIALISE,
)
GAP = Rule(
    "SER-021",
    _ERROR,
    "There is data that belongs to no entry",
    f"{_ZIP} 4.3.6",
    "Before, between or behind the entries are bytes that the directory does not speak of: a program in front, a "
    "deleted entry, or something hidden.",
    _SERIALISE,
)
LENGTH_DISAGREES = Rule(
    "SER-022",
    _ERROR,
    "A file is longer or shorter than stated",
    f"{_ZIP} 4.4.8, 4.4.9",
    "The data do not decompress to the length that the directory states.",
    _AGAIN,
)

NAME_ABSOLUTE = Rule(
    "SER-030",
    _ERROR,
    "A name begins with a slash",
    _SPECIAL_NAMES,
    "It leads out of the folder into which the bag is unpacked.",
    _SERIALISE,
)
NAME_CLIMBS = Rule(
    "SER-031",
    _ERROR,
    "A name climbs with `..`",
    _SPECIAL_NAMES,
    "It leads out of the folder into which the bag is unpacked, or pretends to.",
    _SERIALISE,
)
NAME_BACKSLASH = Rule(
    "SER-032",
    _ERROR,
    "A name holds a backslash",
    f"RFC 8493 section 6.1.1; {_ZIP} 4.4.17",
    "Folders are divided by `/`. Windows would see folders here, and other systems one file.",
    "Serialise the bag again with a program that writes `/`; a file that has such a name has to be renamed.",
)
NAME_CONTROL = Rule(
    "SER-033",
    _ERROR,
    "A name holds a control character",
    _SPECIAL_NAMES,
    "Such a name cannot be shown or typed, and some programs end it there.",
    _RENAME,
)
NAME_DRIVE = Rule(
    "SER-034",
    _ERROR,
    "A name begins with a drive",
    _SPECIAL_NAMES,
    "Windows would unpack it to another drive.",
    _SERIALISE,
)
NAME_EMPTY = Rule(
    "SER-035",
    _ERROR,
    "A name or a part of it is empty",
    _SPECIAL_NAMES,
    "Nothing or only a dot stands between two slashes, or the whole name is empty: programs read that differently.",
    _SERIALISE,
)
NAME_NOT_UNICODE = Rule(
    "SER-036",
    _ERROR,
    "A name is not in UTF-8",
    _PAX,
    "Which characters are meant depends on the machine where the bag was serialised.",
    "Serialise the bag again on a system that writes UTF-8.",
)
NAME_UNDECLARED = Rule(
    "SER-037",
    _WARNING,
    "Names do not say in which encoding they are",
    f"{_ZIP} 4.4.4, D.1",
    "Without the flag for UTF-8 a name is in code page 437, but many programs write UTF-8 all the same. A name was "
    "read as UTF-8 where it can be that; the manifests of the bag show whether that was right.",
    "Serialise the bag again with a program that sets the flag.",
)
DUPLICATE = Rule(
    "SER-038",
    _ERROR,
    "A file stands in it twice",
    _SERIALIZATION,
    "One program would unpack the first, another the last.",
    _SERIALISE,
)
FILE_AND_FOLDER = Rule(
    "SER-039",
    _ERROR,
    "A file and a folder have the same name",
    _SERIALIZATION,
    "They cannot both be unpacked.",
    _SERIALISE,
)
FOLDER_TWICE = Rule(
    "SER-040",
    _WARNING,
    "A folder stands in it twice",
    _SERIALIZATION,
    "It makes no difference to what is unpacked.",
    "Nothing has to be done.",
)

SYMBOLIC_LINK = Rule(
    "SER-050",
    _ERROR,
    "A symbolic link stands where a file or folder should be",
    _SPECIAL_NAMES,
    "A link may lead out of the bag, and what it leads to is not kept with the bag.",
    "Replace the link by the file itself, make the manifests again and serialise the bag again.",
)
HARD_LINK = Rule(
    "SER-051",
    _ERROR,
    "A hard link stands where a file should be",
    _SPECIAL_NAMES,
    "It is a second name for another entry, or for a file outside the bag.",
    "Serialise the bag again so that each file stands in it itself (GNU tar: --hard-dereference).",
)
NOT_REGULAR = Rule(
    "SER-052",
    _ERROR,
    "A device, pipe or socket stands where a file should be",
    "RFC 8493 section 2.1.2",
    "Only regular files can be kept.",
    "Remove it, make the manifests again and serialise the bag again.",
)
SPARSE = Rule(
    "SER-053",
    _ERROR,
    "A file is stored with holes",
    _TAR,
    "Sparse entries state lengths of which nothing is stored, in several ways that few programs all read.",
    "Serialise the bag again without --sparse.",
)
ENCRYPTED = Rule(
    "SER-054",
    _ERROR,
    "An entry is encrypted",
    f"{_ZIP} 4.4.4",
    "A repository cannot keep what it cannot read.",
    "Serialise the bag again without a password.",
)
UNSUPPORTED_METHOD = Rule(
    "SER-055",
    _ERROR,
    "An entry is compressed by a method that is not read",
    f"{_ZIP} 4.4.5",
    "Stored and deflated entries are read, as every program can; not those of other methods, nor a zip in parts.",
    "Serialise the bag again with deflate, in one file.",
)
UNKNOWN_KIND = Rule(
    "SER-056",
    _ERROR,
    "An entry is of a kind that bags do not have",
    _TAR,
    "It is neither a file nor a folder, but a volume label, for instance, or a part of a file in several tars.",
    _SERIALISE,
)
LENGTH_WHERE_NONE = Rule(
    "SER-057",
    _ERROR,
    "What is no file states a length",
    _TAR,
    "Some programs skip so many bytes behind a folder or a link, others do not: what one takes for data is a further "
    "entry to another. A tar was not read further.",
    _SERIALISE,
)

HEADER_TOO_LARGE = Rule(
    "SER-070",
    _ERROR,
    "A header is larger than the limit allows",
    _LIMITS,
    "No ordinary program writes such headers; they are made to use up memory. The file was not read further.",
    _SERIALISE,
)
TOO_MANY_ENTRIES = Rule(
    "SER-071",
    _ERROR,
    "There are more entries than the limit allows",
    _LIMITS,
    "The limit keeps a stranger's file from using up the machine. The file was not read further.",
    "Raise the limit if the bag is meant to be so large, or split the bag.",
)
TOO_LARGE = Rule(
    "SER-072",
    _ERROR,
    "The files are larger together than the limit allows",
    _LIMITS,
    "The limit keeps a stranger's file from using up the disk. The file was not read further.",
    "Raise the limit if the bag is meant to be so large, or split the bag.",
)
RATIO = Rule(
    "SER-073",
    _ERROR,
    "It unpacks to many times its own length",
    _LIMITS,
    "So much is gained by compression only where the content says nothing. The file was not read further.",
    "Serialise the bag again without compression, if its content is meant to be so.",
)
TOO_DEEP = Rule(
    "SER-074",
    _ERROR,
    "Folders are nested deeper than the limit allows",
    _LIMITS,
    "Many systems cannot reach so deep.",
    "Ask the sender for a flatter bag.",
)
NAME_TOO_LONG = Rule(
    "SER-075",
    _ERROR,
    "A name is longer than the limit allows",
    _LIMITS,
    "Most systems keep 255 bytes in one name and 4096 in a path.",
    _RENAME,
)
TOO_MANY_FINDINGS = Rule(
    "SER-076",
    _ERROR,
    "There are too many findings to go on",
    _LIMITS,
    "The file was not read further.",
    "See to the findings so far first.",
)

RULES: tuple[Rule, ...] = rules_among(globals())
