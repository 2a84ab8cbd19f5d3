"""Rules of the family `bag` about what lists files: manifests, tag manifests and fetch.txt (RFC 8493).

040 to 051, 057 and 058 concern manifests as texts, 052 the payload against them, 060 the tag files against theirs,
070 fetch.txt.
"""

from strongroom.model.finding import Rule, Severity, rules_among

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

NO_MANIFEST = Rule(
    "BAG-040",
    _ERROR,
    "No payload manifest can be checked",
    "RFC 8493 section 2.1.3",
    "A bag has at least one manifest-ALGORITHM.txt, with an algorithm that is known here; otherwise nothing vouches "
    "for the payload.",
    "Ask the sender for a bag with manifest-sha512.txt.",
)
ALGORITHM_UNKNOWN = Rule(
    "BAG-041",
    _WARNING,
    "A manifest uses an algorithm that is not known here",
    "RFC 8493 section 2.4",
    "Its digests could not be compared; the other manifests were.",
    "Check it with a tool that knows the algorithm.",
)
ALGORITHM_WEAK = Rule(
    "BAG-042",
    _WARNING,
    "Only MD5 or SHA-1 vouch for the payload",
    "RFC 8493 section 5.4",
    "Both still find accidents, but files with the same digest can be made on purpose.",
    "Add manifest-sha512.txt once the bag is found valid.",
)
LINE_MALFORMED = Rule(
    "BAG-043",
    _ERROR,
    "A line of a manifest is not a digest and a path",
    "RFC 8493 section 2.1.3",
    "Each line is a digest in hexadecimal of the algorithm's length, white space, and a path.",
    "Correct the manifest, or transfer the bag again.",
)
PATH_ESCAPES = Rule(
    "BAG-044",
    _ERROR,
    "A path leads out of the bag",
    "RFC 8493 section 5.1",
    "The path is absolute, climbs with .., names a home folder or a drive. It was not followed.",
    "Do not unpack or complete this bag with other tools; ask the sender.",
)
NOT_PAYLOAD = Rule(
    "BAG-045",
    _ERROR,
    "A payload manifest names a file outside data/",
    "RFC 8493 section 2.1.3",
    "A payload manifest lists the files below data/ and no others.",
    "List the file in the tag manifests instead.",
)
PATH_NOT_PLAIN = Rule(
    "BAG-046",
    _WARNING,
    "A path in a manifest is not in its plain form",
    "RFC 8493 section 2.1.3",
    "It has ./ or // in it, or the * or trailing space of an older checksum tool; it was read without them.",
    "Nothing need be done; when the bag is made again, write plain paths.",
)
PERCENT_UNENCODED = Rule(
    "BAG-047",
    _WARNING,
    "A percent sign in a manifest is written as older tools write it (legacy reading)",
    "RFC 8493 section 2.1.3",
    "Version 1.0 writes %25 for a percent sign; earlier ones leave it as it is, and keep %0A and %0D for line ends. "
    "Many tools, bagit-python and bagit-java among them, encode no percent sign in any version. Read strictly, the "
    "path names no file; read so, it does, and was.",
    "Nothing need be done; when the bag is made again, encode the name.",
)
NORMALIZATION_DIFFERS = Rule(
    "BAG-048",
    _WARNING,
    "A manifest spells a name in another Unicode normalization than the disk",
    "RFC 8493 section 6.1.1.2",
    "The name looks the same but has other bytes, as happens when a bag passes through macOS. It was taken for the "
    "file on disk.",
    "Nothing need be done; tools that compare bytes will call the file missing.",
)
LISTED_TWICE_DIFFERENTLY = Rule(
    "BAG-049",
    _ERROR,
    "A manifest gives one path two digests",
    "RFC 8493 section 2.1.3",
    "At most one of them can be right.",
    "Ask the sender which is right.",
)
LISTED_TWICE = Rule(
    "BAG-050",
    _ERROR,
    "A manifest lists a path twice",
    "RFC 8493 section 2.1.3",
    "Version 1.0 lists every file exactly once. Both lines agree.",
    "Remove one of the lines and make the tag manifests again.",
)
LISTED_TWICE_OLD = Rule(
    "BAG-051",
    _WARNING,
    "A manifest of an older version lists a path twice",
    "RFC 8493 section 2.1.3",
    "Both lines agree, and versions before 1.0 do not forbid it.",
    "Nothing need be done.",
)

PATH_BACKSLASHED = Rule(
    "BAG-057",
    _WARNING,
    "A path in a manifest is written with backslashes (legacy reading)",
    "RFC 8493 section 2.1.3",
    "BagIt separates folders by / on every system, but tools on Windows have written \\ instead. Read strictly, the "
    "path names no file; read with /, it does, and was.",
    "Nothing need be done; when the bag is made again, write /.",
)
MANIFEST_NAME = Rule(
    "BAG-058",
    _WARNING,
    "The name of a manifest does not write its algorithm as it should",
    "RFC 8493 section 2.4",
    "The algorithm is written in lower case, with letters and digits alone: manifest-sha512.txt. Other tools may not "
    "take this file for a manifest.",
    "Nothing need be done; when the bag is made again, name it as expected.",
)

PAYLOAD_MISSING = Rule(
    "BAG-052",
    _ERROR,
    "A payload file is missing",
    "RFC 8493 section 3",
    "A manifest lists it, but it is not there.",
    "Transfer the bag again, or restore the file from another copy.",
)
PAYLOAD_UNLISTED = Rule(
    "BAG-053",
    _ERROR,
    "A payload file is in no manifest",
    "RFC 8493 section 3",
    "Nothing vouches for its content, or even that it belongs here.",
    "Remove it if it does not belong there (.DS_Store, Thumbs.db); otherwise make the manifests again.",
)
PAYLOAD_NOT_EVERYWHERE = Rule(
    "BAG-054",
    _ERROR,
    "A payload file is not in every manifest",
    "RFC 8493 section 3",
    "Version 1.0 asks that every payload manifest list every payload file.",
    "Complete the manifest and make the tag manifests again.",
)
PAYLOAD_CHANGED = Rule(
    "BAG-055",
    _ERROR,
    "A payload file does not have its digest",
    "RFC 8493 section 3",
    "The bytes are not those the manifest was made from: the file was damaged or changed, or, where other manifests "
    "agree with it, the manifest was.",
    "Restore the file from another copy; do not make the manifests again before you know why it differs.",
)
FOLDER_LISTED = Rule(
    "BAG-056",
    _ERROR,
    "A manifest lists a folder",
    "RFC 8493 section 2.1.3",
    "Manifests list files alone.",
    "Remove the line and make the tag manifests again.",
)

TAG_FILE_MISSING = Rule(
    "BAG-060",
    _ERROR,
    "A tag file is missing",
    "RFC 8493 section 3",
    "A tag manifest lists it, but it is not there.",
    "Transfer the bag again, or restore the file from another copy.",
)
TAG_FILE_CHANGED = Rule(
    "BAG-061",
    _ERROR,
    "A tag file does not have its digest",
    "RFC 8493 section 3",
    "It was damaged or changed after the tag manifest was made.",
    "Restore the file from another copy; if it was edited on purpose, make the tag manifests again.",
)
TAG_FILE_UNLISTED = Rule(
    "BAG-062",
    _ERROR,
    "A file beside the payload is in no manifest",
    "strongroom: every file is vouched for",
    "BagIt lets tag files go unlisted, but nothing then tells a file of the bag from one that was slipped in. A "
    "signature of a tag manifest is exempt.",
    "Remove it, or add it to the tag manifests.",
)
TAG_FILE_UNVOUCHED = Rule(
    "BAG-063",
    _WARNING,
    "A tag file of BagIt itself is in no tag manifest",
    "RFC 8493 section 2.2.1",
    "A change to it would go unnoticed.",
    "Add it to the tag manifests.",
)
MANIFEST_UNVOUCHED = Rule(
    "BAG-064",
    _ERROR,
    "A tag manifest leaves out a payload manifest",
    "RFC 8493 section 2.2.1",
    "In version 1.0 every tag manifest lists every payload manifest.",
    "Make the tag manifests again.",
)
NO_TAG_MANIFEST = Rule(
    "BAG-065",
    _WARNING,
    "The bag has no tag manifest",
    "RFC 8493 section 2.2.1",
    "Nothing vouches for the manifests themselves: a payload file and its line could be changed together.",
    "Ask the sender for a bag with tagmanifest-sha512.txt.",
)
PAYLOAD_IN_TAG_MANIFEST = Rule(
    "BAG-066",
    _ERROR,
    "A tag manifest lists a payload file",
    "RFC 8493 section 2.2.1",
    "No path in a tag manifest begins with data/.",
    "Remove the line; the payload manifests are the place for it.",
)
TAG_MANIFEST_LISTED = Rule(
    "BAG-067",
    _ERROR,
    "A tag manifest lists a tag manifest",
    "RFC 8493 section 2.2.1",
    "A file cannot hold its own digest, and in version 1.0 no tag manifest lists any tag manifest.",
    "Remove the line.",
)

FETCH_MALFORMED = Rule(
    "BAG-070",
    _ERROR,
    "A line of fetch.txt is not a URL, a length and a path",
    "RFC 8493 section 2.2.3",
    "The length is a number of bytes or a hyphen.",
    "Correct the line and make the tag manifests again.",
)
FETCH_OUTSIDE = Rule(
    "BAG-071",
    _ERROR,
    "fetch.txt names a file outside data/",
    "RFC 8493 section 2.2.3",
    "Only payload files may be fetched. A path that leads out of the bag is an attack or a grave mistake.",
    "Do not complete this bag with other tools; ask the sender.",
)
NOT_FETCHED = Rule(
    "BAG-072",
    _ERROR,
    "A payload file was never fetched",
    "RFC 8493 section 2.2.3",
    "fetch.txt says where it would be found, but the bag is not complete without it. Nothing is ever fetched here.",
    "Ask the sender for the complete bag.",
)
FETCH_UNLISTED = Rule(
    "BAG-073",
    _ERROR,
    "fetch.txt names a file that is not in every payload manifest",
    "RFC 8493 section 2.2.3",
    "Nothing would vouch for what was fetched.",
    "Complete the manifests, or remove the line.",
)
FETCH_URL = Rule(
    "BAG-074",
    _WARNING,
    "fetch.txt names a URL that is not http or https",
    "RFC 8493 section 5.2",
    "Tools that complete bags could be led to files of the machine they run on.",
    "Do not complete this bag with other tools without looking at its fetch.txt.",
)
FETCH_LENGTH = Rule(
    "BAG-075",
    _WARNING,
    "fetch.txt gives another length than the file has",
    "RFC 8493 section 5.3",
    "The manifests decide whether the content is right; the length in fetch.txt is then merely stale.",
    "Nothing need be done.",
)
FETCH_PRESENT = Rule(
    "BAG-076",
    _INFO,
    "The bag has a fetch.txt",
    "RFC 8493 section 2.2.3",
    "Some of its files were to come from elsewhere. It was read, and nothing was fetched.",
    "Nothing need be done when all files are there.",
)

RULES: tuple[Rule, ...] = rules_among(globals())
