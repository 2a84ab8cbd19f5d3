"""Rules of the family `bag`: what BagIt (RFC 8493 and its drafts back to 0.93) and the safety of a reader ask of a bag.

001 to 019 concern the tree on disk, 020 the declaration, 030 bag-info.txt; from 040 on, the manifests, they stand in
`ledger`. A code is never given a second meaning.
"""

from strongroom.model.finding import Rule, Severity, rules_among
from strongroom.model.rules import ledger

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

NOT_A_BAG = Rule(
    "BAG-001",
    _ERROR,
    "The folder is neither a bag nor an information package",
    "RFC 8493 section 2.1",
    "A bag has bagit.txt, data/ and a payload manifest at its top; a bare information package has METS.xml there. "
    "None of them was found.",
    "Give the folder that holds bagit.txt or METS.xml; often it is one level up or down.",
)
NO_DECLARATION = Rule(
    "BAG-002",
    _ERROR,
    "bagit.txt is missing",
    "RFC 8493 section 2.1.1",
    "Without the declaration neither the version nor the encoding of the tag files is known. "
    "The rest was judged as version 1.0 in UTF-8.",
    "Ask the sender for the bag as it was made; a lost bagit.txt may be part of a larger loss.",
)
NO_PAYLOAD_FOLDER = Rule(
    "BAG-003",
    _ERROR,
    "The payload folder is missing",
    "RFC 8493 section 2.1.2",
    "A bag has a folder named data at its top, even if it is empty.",
    "Transfer the bag again.",
)
LINK = Rule(
    "BAG-004",
    _ERROR,
    "A symbolic link stands where a file or folder should be",
    "RFC 8493 section 5.1",
    "A link may lead out of the bag, and what it leads to is not kept with the bag. It was not followed, and nothing "
    "behind it was judged.",
    "Replace the link by the file itself and make the manifests again.",
)
NOT_REGULAR = Rule(
    "BAG-005",
    _ERROR,
    "A device, pipe or socket stands where a file should be",
    "RFC 8493 section 2.1.2",
    "Only regular files can be kept; reading anything else may block for ever. It was not opened.",
    "Remove it and make the manifests again.",
)
TOO_MANY_FILES = Rule(
    "BAG-006",
    _ERROR,
    "The bag holds more files than the limit allows",
    "strongroom.toml [verify] max_files",
    "The limit keeps a stranger's bag from using up the machine. The bag was not judged further.",
    "Raise max_files if the bag is meant to be that large.",
)
TOO_DEEP = Rule(
    "BAG-007",
    _ERROR,
    "Folders are nested more than 100 deep",
    "RFC 8493 section 5.1",
    "Many systems cannot open paths of that depth. What lies deeper was not judged.",
    "Flatten the folders and make the manifests again.",
)
FILE_TOO_LARGE = Rule(
    "BAG-008",
    _ERROR,
    "A file that must be read for its meaning is larger than the limit allows",
    "strongroom.toml [verify] max_tag_file_bytes, max_manifest_bytes",
    "The limit keeps a stranger's bag from using up the machine. The file was hashed, but not read for its meaning.",
    "Raise the limit if the file is meant to be that large.",
)
NAME_NOT_UNICODE = Rule(
    "BAG-009",
    _ERROR,
    "A file name is not UTF-8",
    "RFC 8493 section 2.1.3",
    "No manifest in UTF-8 can name this file, so its content cannot be vouched for.",
    "Rename the file and make the manifests again.",
)
EMPTY_FOLDER = Rule(
    "BAG-010",
    _WARNING,
    "A folder is empty",
    "RFC 8493 section 2.1.3",
    "Manifests list files alone, so an empty folder is lost in many transfers without anybody noticing.",
    "Put an empty file such as .keep into it if the folder means something.",
)
CASE_COLLISION = Rule(
    "BAG-011",
    _WARNING,
    "Two names differ only in case",
    "RFC 8493 section 6.1.1.1",
    "On Windows and macOS one of the files would replace the other.",
    "Rename one of them and make the manifests again.",
)
NORMALIZATION_COLLISION = Rule(
    "BAG-012",
    _WARNING,
    "Two names differ only in Unicode normalization",
    "RFC 8493 section 6.1.1.2",
    "They look alike, and some systems take them for one file.",
    "Rename one of them and make the manifests again.",
)
NAME_NOT_PORTABLE = Rule(
    "BAG-013",
    _WARNING,
    "A file name cannot be kept on every system",
    "RFC 8493 section 6.1.2",
    'Windows refuses < > : " | ? * \\, control characters, names that end in a dot or a space, and device names such '
    "as CON or NUL.",
    "Rename the file and make the manifests again, if the bag is to travel.",
)
SPARSE = Rule(
    "BAG-014",
    _ERROR,
    "A sparse file is longer than what will be read",
    "RFC 8493 section 5.4",
    "Most of the file is not on the disk: it reads as zeros, for as long as its length says, and a terabyte of them "
    "would occupy the reader for an hour. It was not read, so nothing is known about it.",
    "If the zeros are meant, raise [verify] max_hole_bytes, or copy the bag so that they are written out.",
)

DECLARATION_BOM = Rule(
    "BAG-020",
    _ERROR,
    "bagit.txt begins with a byte-order mark",
    "RFC 8493 section 2.1.1",
    "The declaration is UTF-8 without a byte-order mark, so that every reader finds the version in the first bytes.",
    "Ask the sender to make the bag again; some Windows editors add the mark.",
)
DECLARATION_MALFORMED = Rule(
    "BAG-021",
    _ERROR,
    "bagit.txt does not consist of its two lines",
    "RFC 8493 section 2.1.1",
    "It has exactly two lines in this order, each with one space after the colon: BagIt-Version: M.N and "
    "Tag-File-Character-Encoding: ENCODING.",
    "Ask the sender to make the bag again.",
)
DECLARATION_LOOSE = Rule(
    "BAG-022",
    _WARNING,
    "bagit.txt is written loosely",
    "RFC 8493 section 2.2.2",
    "Versions before 1.0 allow further white space around the colon; other readers may stumble over it, as over labels "
    "in another case.",
    "Nothing need be done.",
)
VERSION_MALFORMED = Rule(
    "BAG-023",
    _ERROR,
    "The BagIt version is not a number of the form M.N",
    "RFC 8493 section 2.1.1",
    "The version decides which rules hold. The rest was judged as version 1.0.",
    "Ask the sender to make the bag again.",
)
VERSION_UNKNOWN = Rule(
    "BAG-024",
    _ERROR,
    "The BagIt version is not one that can be judged",
    "RFC 8493 section 2.1.1",
    "Known are 0.93 to 0.97 and 1.0. The rest was judged as version 1.0.",
    "Ask the sender for a bag of version 1.0.",
)
VERSION_OLD = Rule(
    "BAG-025",
    _INFO,
    "The bag follows an older draft of BagIt",
    "RFC 8493 section 3",
    "It was judged by the rules of its own version, which are looser: a payload file may stand in one manifest alone, "
    "and percent signs in names are taken as they are.",
    "Nothing need be done.",
)
ENCODING_UNKNOWN = Rule(
    "BAG-026",
    _ERROR,
    "The encoding of the tag files is not a known character encoding",
    "RFC 8493 section 2.1.1",
    "The tag files were read as UTF-8 instead.",
    "Ask the sender to make the bag again in UTF-8.",
)
ENCODING_NOT_UTF8 = Rule(
    "BAG-027",
    _WARNING,
    "The tag files are not in UTF-8",
    "RFC 8493 section 2.3",
    "A future version of BagIt may forbid other encodings, and some tools read UTF-8 alone.",
    "Nothing need be done; when the bag is made again, use UTF-8.",
)

TAG_FILE_UNDECODABLE = Rule(
    "BAG-030",
    _ERROR,
    "A tag file is not in the declared encoding",
    "RFC 8493 section 2.3",
    "The bytes do not decode as bagit.txt says. What follows the fault was not read.",
    "Ask the sender to make the bag again.",
)
TAG_FILE_BOM = Rule(
    "BAG-031",
    _WARNING,
    "A tag file in UTF-8 begins with a byte-order mark",
    "RFC 8493 section 2.3",
    "The mark is forbidden in UTF-8 tag files; it was left out of account.",
    "Nothing need be done; when the bag is made again, leave the mark out.",
)
ELEMENT_MALFORMED = Rule(
    "BAG-032",
    _ERROR,
    "A line of bag-info.txt is not an element",
    "RFC 8493 section 2.2.2",
    "Each element is a label, a colon and a value; a line that continues a value begins with white space.",
    "Correct the line and make the tag manifests again.",
)
ELEMENT_LOOSE = Rule(
    "BAG-033",
    _WARNING,
    "An element of bag-info.txt is written loosely",
    "RFC 8493 section 2.2.2",
    "In version 1.0 exactly one space or tab follows the colon and none precedes it.",
    "Nothing need be done; when the bag is made again, write one space after the colon.",
)
ELEMENT_REPEATED = Rule(
    "BAG-034",
    _WARNING,
    "An element of bag-info.txt that should stand once stands more than once",
    "RFC 8493 section 2.2.2",
    "Bagging-Date, Bag-Size, Bag-Group-Identifier, Bag-Count and Payload-Oxum describe the bag as a whole.",
    "Keep the right one and make the tag manifests again.",
)
OXUM_MALFORMED = Rule(
    "BAG-035",
    _ERROR,
    "Payload-Oxum is not of the form bytes.files",
    "RFC 8493 section 2.2.2",
    "It is the number of bytes and the number of files of the payload, with a full stop between.",
    "Correct it and make the tag manifests again.",
)
OXUM_WRONG = Rule(
    "BAG-036",
    _ERROR,
    "Payload-Oxum disagrees with the payload",
    "RFC 8493 section 2.2.2",
    "The number of bytes or files is not what bag-info.txt says, though every manifest agrees with the payload: "
    "bag-info.txt itself is wrong.",
    "Correct it and make the tag manifests again.",
)
OXUM_REPEATED = Rule(
    "BAG-037",
    _ERROR,
    "Payload-Oxum stands more than once",
    "RFC 8493 section 2.2.2",
    "It must not be repeated in version 1.0, nor contradict itself in any.",
    "Keep the right one and make the tag manifests again.",
)
DATE_MALFORMED = Rule(
    "BAG-038",
    _WARNING,
    "Bagging-Date is not a date",
    "RFC 8493 section 2.2.2",
    "It is written YYYY-MM-DD.",
    "Correct it and make the tag manifests again.",
)

RULES: tuple[Rule, ...] = (*rules_among(globals()), *ledger.RULES)
