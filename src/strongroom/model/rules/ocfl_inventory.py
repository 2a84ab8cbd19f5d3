"""Rules of `ocfl` on what an inventory says: its keys, manifest, versions and fixity blocks."""

from typing import Final

from strongroom.model.finding import Rule, Severity

_CORRECT: Final = "An inventory is never edited in place: correct it with the program that wrote it, in a new version."
_NEXT: Final = "Let the program that writes inventories do so from the next version on."


def _rule(code: str, section: str, title: str, meaning: str, remedy: str = _CORRECT) -> Rule:
    severity = Severity.ERROR if code.startswith("E") else Severity.WARNING
    return Rule(code, severity, title, f"OCFL 1.1 section {section}", meaning, remedy)


def _encoding(code: str, name: str, digits: int) -> Rule:
    return _rule(
        code,
        "3.4",
        f"A {name} digest is not one",
        f"A digest of {name} has {digits} hexadecimal digits. Nothing can be compared with this one.",
    )


RULES: Final = (
    _rule(
        "E008",
        "3.3",
        "The object has no version",
        "The content of an object is kept in versions, of which there is one at least.",
        "Bring the object back from a replica, or remove it if it never held anything.",
    ),
    _rule(
        "E009",
        "3.3",
        "The versions do not begin at 1",
        "Versions are counted from 1 on. Earlier ones have been lost, or were never written.",
        "Look for the earlier versions in a replica or a backup.",
    ),
    _rule(
        "E011",
        "3.3",
        "A padded number has no zero left",
        "Where numbers are padded, each name is v, a zero and the rest: after v09 there is no version left.",
        "Make a new object with names that are not padded.",
    ),
    _rule(
        "E012",
        "3.3",
        "Versions are named in different ways",
        "All versions of an object are named alike: none padded, or all padded to the same number of digits.",
    ),
    _rule(
        "E013",
        "3.3",
        "The last version is not named as those before",
        "The first version settles how the names are written, and each later one follows.",
    ),
    _rule(
        "E014",
        "3.3",
        "A content path names the folder of its version in another way",
        "Paths begin with the name of the version's folder as it is: v1 is not v001. The file that is meant was "
        "judged.",
    ),
    _rule(
        "E017",
        "3.3.1",
        "The content directory has a slash in its name",
        "contentDirectory is the name of a folder directly within that of a version, not a path. Content was looked "
        "for in all folders of a version.",
    ),
    _rule(
        "E018",
        "3.3.1",
        "The content directory is . or ..",
        "contentDirectory is the name of a folder within that of a version, not that folder itself or the one above.",
    ),
    _rule(
        "E019",
        "3.3.1",
        "The content directory is named in a later version only",
        "The key contentDirectory stands in the inventory of the first version, or in none.",
    ),
    _rule(
        "E020",
        "3.3.1",
        "The content directory changes between versions",
        "All versions of an object keep their content in a folder of the same name. Each version was judged by its own "
        "inventory.",
    ),
    _rule(
        "E025",
        "3.4",
        "Content is addressed by another algorithm than sha512 or sha256",
        "digestAlgorithm is sha512 or sha256; others may stand in the fixity block alone.",
    ),
    _encoding("E029", "sha1", 40),
    _encoding("E030", "sha256", 64),
    _encoding("E031", "sha512", 128),
    _encoding("E032", "blake2b-512", 128),
    _rule(
        "E033",
        "3.5",
        "An inventory is not JSON as the standard asks",
        "An inventory is one JSON object in UTF-8, without a byte order mark, and with each key once. What could be "
        "read of it was judged.",
        "Bring the inventory back from the folder of the last version or from a replica.",
    ),
    _rule(
        "E034",
        "3.5",
        "The inventory has another name",
        "The file is named inventory.json, in these letters: on many systems another spelling is another file.",
        "Rename the file, once its digest has proved to be right.",
    ),
    _rule(
        "E035",
        "3.5",
        "A content path is joined by backslashes",
        "Parts of paths are joined by / on every system.",
    ),
    _rule(
        "E036",
        "3.5.1",
        "An inventory lacks a key",
        "An inventory has the keys id, type, digestAlgorithm and head.",
    ),
    _rule(
        "E037",
        "3.5.1",
        "The identifier is empty, no text, or not the object's alone",
        "The id is a text that no other object of the storage root has; in OCFL 1.0 this code also stands for an id "
        "that changes between versions.",
        "Find out which object has the identifier rightly; the other one needs one of its own.",
    ),
    _rule(
        "E038",
        "3.5.1",
        "The inventory's type is not that of a version of OCFL",
        "The type is the address of the inventory section of the standard, in the version that the object declares.",
    ),
    _rule(
        "E039",
        "3.5.1",
        "The digests are not of the algorithm that the inventory states",
        "digestAlgorithm is that of the manifest and the states. The length of the digests says that it is another "
        "one; files were compared by that.",
    ),
    _rule(
        "E040",
        "3.5.1",
        "The head is not the last version",
        "head is the name of the version with the highest number; in the folder of a version, of that version.",
    ),
    _rule(
        "E041",
        "3.5.1",
        "An inventory has no manifest",
        "The manifest says which file has which digest. Without one, no file can be vouched for.",
        "Bring the inventory back from the folder of the last version or from a replica.",
    ),
    _rule(
        "E042",
        "3.5.2",
        "A content path does not lead to the content of a version",
        "Content paths are relative to the object's root, and what they name lies in the content directory of one of "
        "the versions. Nothing was opened at that path.",
    ),
    _rule(
        "E043",
        "3.5.3",
        "An inventory has no versions",
        "The key versions holds what the object was at each point of its history.",
        "Bring the inventory back from the folder of the last version or from a replica.",
    ),
    _rule(
        "E045",
        "3.5.3",
        "The versions are not a JSON object",
        "versions holds one JSON object for each version, by name.",
    ),
    _rule(
        "E047",
        "3.5.3",
        "A version is not a JSON object",
        "Each version has an object with the keys created and state, and with message and user.",
    ),
    _rule(
        "E048",
        "3.5.3.1",
        "A version lacks a key",
        "Each version has the keys created and state.",
    ),
    _rule(
        "E049",
        "3.5.3.1",
        "The moment of a version is not written as RFC 3339 asks",
        "created has a date, a time with seconds, and an offset or Z: 2024-05-06T07:08:09Z.",
    ),
    _rule(
        "E050",
        "3.5.3.1",
        "A state does not agree with the manifest",
        "state is an object of digests, each with an array of logical paths; each digest is one of the manifest, "
        "spelled as there, letter by letter.",
    ),
    _rule(
        "E051",
        "3.5.3.1",
        "A logical path is no path",
        "A logical path is a text: parts joined by /.",
    ),
    _rule(
        "E052",
        "3.5.3.1",
        "A logical path has a part that is empty, . or ..",
        "Such a path may lead out of the folder that the object is restored to.",
    ),
    _rule(
        "E053",
        "3.5.3.1",
        "A logical path begins or ends with a slash",
        "Logical paths are relative, and name files.",
    ),
    _rule(
        "E054",
        "3.5.3.1",
        "The user of a version is not described as the standard asks",
        "user is an object with a name and, if possible, an address, both texts.",
    ),
    _rule(
        "E056",
        "3.5.4",
        "A fixity block is of an unknown algorithm",
        "The fixity blocks are those of algorithms that the standard or its extension 0009 names; nobody knows how to "
        "check others. In OCFL 1.0 this code also stands for a fixity key that is not an object.",
    ),
    _rule(
        "E057",
        "3.5.4",
        "A fixity block does not have the structure of a manifest",
        "For each algorithm there is an object of digests, each with an array of content paths of the manifest.",
    ),
    _rule(
        "E066",
        "3.7",
        "An earlier inventory tells another history",
        "What an earlier inventory says of a version is what the object's own says of it: the same logical paths with "
        "the same content. One of the two has been changed.",
        "Compare with a replica to learn which of them is as it was written.",
    ),
    _rule(
        "E094",
        "3.5.3.1",
        "The message of a version is no text",
        "message is a text, in whatever words.",
    ),
    _rule(
        "E095",
        "3.5.3.1",
        "Logical paths of a version collide",
        "Within a version each path stands once, and none is a file and a folder; else the version cannot be restored.",
    ),
    _rule(
        "E096",
        "3.5.2",
        "A digest stands in the manifest twice",
        "Digests are the same in upper and lower case, and each is a key of the manifest once.",
    ),
    _rule(
        "E097",
        "3.5.4",
        "A digest stands in a fixity block twice",
        "Digests are the same in upper and lower case, and each is a key of a fixity block once.",
    ),
    _rule(
        "E098",
        "3.5.2",
        "A content path is no path",
        "A content path is a text: parts joined by /.",
    ),
    _rule(
        "E099",
        "3.5.2",
        "A content path has a part that is empty, . or ..",
        "Such a path may lead out of the object. Nothing was opened at it.",
    ),
    _rule(
        "E100",
        "3.5.2",
        "A content path begins or ends with a slash",
        "Content paths are relative to the object's root, and name files. Nothing was opened at it.",
    ),
    _rule(
        "E101",
        "3.5.2",
        "Content paths collide",
        "Each content path stands in a block once, and none is a file and a folder.",
    ),
    _rule(
        "E102",
        "3.5",
        "An inventory has a key that the standard does not name",
        "Inventories, versions and users have no keys but those of the standard; whatever else is to be kept belongs "
        "into the content or an extension.",
    ),
    _rule(
        "E103",
        "3.7.1",
        "A version follows an older OCFL than the one before it",
        "From version to version, an object follows the same version of OCFL or a later one.",
    ),
    _rule(
        "E104",
        "3.3",
        "The name of a version does not begin with v",
        "Versions are named v1, v2 and so on.",
    ),
    _rule(
        "E105",
        "3.3",
        "The number of a version is none",
        "After v comes a number from 1 on, in decimal digits.",
    ),
    _rule(
        "E106",
        "3.5.2",
        "The manifest is not a JSON object",
        "The manifest is an object of digests, each with an array of content paths.",
        "Bring the inventory back from the folder of the last version or from a replica.",
    ),
    _rule(
        "E107",
        "3.5.2",
        "The manifest lists content that no version has",
        "Each digest of the manifest stands in the state of at least one version.",
    ),
    _rule(
        "E108",
        "3.3.1",
        "The content directory is not a name",
        "contentDirectory is the name of a folder directly within that of a version.",
    ),
    _rule(
        "E110",
        "3.5.1",
        "The identifier changes between versions",
        "All inventories of an object have the same id.",
        "Compare with a replica: one of the inventories may be of another object.",
    ),
    _rule(
        "E111",
        "3.5.4",
        "The fixity key is not a JSON object",
        "fixity holds one object for each algorithm; it may be empty, but not null.",
    ),
    _rule(
        "W004",
        "3.4",
        "Content is addressed by sha256",
        "sha512 is the standard's recommendation; sha256 is allowed.",
        _NEXT,
    ),
    _rule(
        "W005",
        "3.5.1",
        "The identifier is not a URI",
        "A URI, as urn:uuid: and a UUID, stays unique when storage roots are merged.",
        "Leave this object as it is; let new objects have URIs.",
    ),
    _rule(
        "W007",
        "3.5.3.1",
        "A version does not say why or by whom it was made",
        "Each version has a message and a user, so that its history can be understood later.",
        _NEXT,
    ),
    _rule(
        "W008",
        "3.5.3.1",
        "The user of a version has no address",
        "An address tells persons of the same name apart.",
        _NEXT,
    ),
    _rule(
        "W009",
        "3.5.3.1",
        "The address of a user is not a URI",
        "The address is mailto: and an e-mail address, or the address of a personal identifier such as an ORCID iD.",
        _NEXT,
    ),
    _rule(
        "W011",
        "3.7",
        "An earlier inventory tells a version's circumstances otherwise",
        "Moment, message and user of a version are the same in all inventories of the object.",
        "Compare with a replica to learn which of them is as it was written.",
    ),
)
