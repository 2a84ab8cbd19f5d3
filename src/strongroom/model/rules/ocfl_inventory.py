"""Rules of `ocfl` on what an inventory says: its keys, its manifest and its fixity blocks."""

from typing import Final

from strongroom.model.finding import Rule
from strongroom.model.rules.ocfl_requirement import requirement

_CORRECT: Final = "An inventory is never edited in place: correct it with the program that wrote it, in a new version."
_NEXT: Final = "Let the program that writes inventories do so from the next version on."


def _rule(code: str, section: str, title: str, meaning: str, remedy: str = _CORRECT) -> Rule:
    return requirement(code, section, title, meaning, remedy)


def _encoding(code: str, name: str, digits: int) -> Rule:
    return _rule(
        code,
        "3.4",
        f"A {name} digest is not one",
        f"A digest of {name} has {digits} hexadecimal digits. Nothing can be compared with this one.",
    )


RULES: Final = (
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
)
