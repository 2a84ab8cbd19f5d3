"""Rules of `ocfl` on the folder of an object: its declaration, versions, files, and the digests of inventories."""

from typing import Final

from strongroom.model.rules.ocfl_requirement import requirement

_BRING_BACK: Final = "Bring the object back from a replica or a backup; its content may be whole all the same."
_MOVE_OUT: Final = "Find out what put it there, and move it out of the object if it is not needed."


RULES: Final = (
    requirement(
        "E001",
        "3.1",
        "Something lies at the object's root that has no place there",
        "An object's root holds its declaration, its inventory with the digest, the folders of versions, and the "
        "folders logs and extensions. Whatever else is there is not part of the object, and nothing vouches for it.",
        _MOVE_OUT,
    ),
    requirement(
        "E003",
        "3.2",
        "The object does not have exactly one declaration",
        "One file named 0=ocfl_object_ and a version of OCFL makes a folder an object. Without it, the object was "
        "judged by the version that its inventory names; with several, by the latest of them.",
        "Put the declaration that the inventory's type agrees with at the object's root, and no other.",
    ),
    requirement(
        "E004",
        "3.2",
        "The name of the declaration does not follow its pattern",
        "The name is 0, an equals sign, ocfl_object_ and a version of OCFL. This one has another form, or names a "
        "version that is not known here.",
        "Correct the name; if the version is a later one, use a program that knows it.",
    ),
    requirement(
        "E005",
        "3.2",
        "The name of the declaration does not begin with 0",
        "The number before the equals sign says what kind of tag the file is; that of a declaration is 0.",
        "Rename the file.",
    ),
    requirement(
        "E006",
        "3.2",
        "The declaration is not one of an object",
        "After 0= the name says ocfl_object_ and the version. With anything else, other programs take the folder for "
        "something else.",
        "Rename the file, or move it out of the object if it does not belong there.",
    ),
    requirement(
        "E007",
        "3.2",
        "The declaration does not say what its name says",
        "The file holds what follows 0= in its name, and a line feed; nothing more and nothing less.",
        "Write the file anew.",
    ),
    requirement(
        "E010",
        "3.3",
        "A version is missing between others",
        "Versions are counted from 1 on without a gap. Here a number is left out, in the inventory or among the "
        "folders, so that a version may have been lost.",
        "Look for the missing version in a replica or a backup.",
    ),
    requirement(
        "E015",
        "3.3",
        "A file lies beside the inventory of a version",
        "The folder of a version has an inventory, the inventory's digest and the content directory. Other files "
        "there are not kept by any manifest.",
        _MOVE_OUT,
    ),
    requirement(
        "E016",
        "3.3.1",
        "A version lacks the folder of its content",
        "The inventory lists files of this version, but the folder that would hold them is not there, and so none of "
        "these files.",
        _BRING_BACK,
    ),
    requirement(
        "E023",
        "3.3.1",
        "A content file is not listed",
        "The manifest of an inventory lists every file of its version and of those before. Nothing vouches for a file "
        "that it does not list; it may be left over from a version that was never finished.",
        "Compare with a replica or a backup; then list the file in a new version, or move it out.",
    ),
    requirement(
        "E024",
        "3.3.1",
        "A folder within the content is empty",
        "Inventories list files alone, so that an empty folder cannot be kept or missed.",
        "Remove it, or keep it by an empty file within, listed in a new version.",
    ),
    requirement(
        "E046",
        "3.5.3",
        "The folders of versions are not those that the inventory names",
        "Each version of the inventory has a folder of its name, and no other folder is named like a version. A folder "
        "too many may be a version that was never finished; one too few is a loss.",
        "If a write was cut short, let the program that wrote it recover; else bring the folder back from a replica.",
    ),
    requirement(
        "E058",
        "3.6",
        "An inventory has no digest beside it",
        "A file named inventory.json. and the algorithm holds the digest of each inventory. Without it nothing shows "
        "whether the inventory has changed.",
        "Compare the inventory with a replica before writing the digest anew.",
    ),
    requirement(
        "E059",
        "3.6",
        "The digest beside an inventory is of another algorithm",
        "The name of that file ends with the digestAlgorithm of its inventory.",
        "Write the digest by the algorithm that the inventory states, once the inventory has proved to be right.",
    ),
    requirement(
        "E060",
        "3.6",
        "An inventory is not what its digest says",
        "The inventory has changed since its digest was written, or the digest has; a write that was cut short between "
        "the two looks the same.",
        "Compare with the copy in the folder of the last version and with a replica; do not make a new digest first.",
    ),
    requirement(
        "E061",
        "3.6",
        "The digest beside an inventory is not written as it has to be",
        "One line: the digest in hexadecimal, spaces or tabs, and inventory.json.",
        "Write the file anew, once the inventory has proved to be right.",
    ),
    requirement(
        "E063",
        "3.7",
        "The object has no inventory",
        "inventory.json at the object's root says what the object holds. Where the folder of the last version has a "
        "copy, the rest was judged by that.",
        "Put the copy in the folder of the last version, if its digest is right, at the object's root.",
    ),
    requirement(
        "E064",
        "3.7",
        "The object's inventory is not that of its last version",
        "The inventory at the root and that in the folder of the last version are the same, byte for byte. One of the "
        "two has changed, or a write was cut short.",
        "Keep the one whose digest is right; of two that are, the one that a replica has.",
    ),
    requirement(
        "E067",
        "3.9",
        "A file lies among the extensions of an object",
        "The folder extensions holds one folder for each extension, and nothing else.",
        _MOVE_OUT,
    ),
    requirement(
        "E089",
        "4.6",
        "Something lies here that OCFL does not keep",
        "OCFL keeps regular files in folders. A pipe, a socket, a device, or folders nested beyond any use, cannot be "
        "copied elsewhere as they are. It was not opened.",
        "Remove it; if it has to be preserved, wrap it into a file, as an image of a disk is one.",
    ),
    requirement(
        "E090",
        "4.6",
        "A link stands where a file or folder should be",
        "What a symbolic link leads to is not kept with the object, and may be anything; a hard link makes two files "
        "change at once. Links were not followed.",
        "Put the file itself in its place, and compare it with the manifest.",
    ),
    requirement(
        "E092",
        "3.5.2",
        "A content file is missing or is not what the manifest says",
        "The file that a digest of the manifest stands for is not there, or its bytes have changed; or the manifest "
        "has something other than an array of paths for a digest. Fixity blocks that disagree, too, are named.",
        "Bring the file back from a replica whose digest is right; keep the damaged one aside for examination.",
    ),
    requirement(
        "E093",
        "3.5.4",
        "A content file is not what a fixity block says",
        "The manifest's digest is right, so that the file is as it was; a digest of the fixity block is not that of "
        "the file, and was wrong when it was written.",
        "Find out where that digest came from; leave it out of, or correct it in, the next version.",
    ),
    requirement(
        "W001",
        "3.3",
        "The numbers of versions are padded with zeros",
        "Padded numbers end: after v09 comes none. The object can have only so many versions.",
        "Leave this object as it is; let new objects have v1, v2 and so on.",
    ),
    requirement(
        "W002",
        "3.3",
        "A folder lies beside the content of a version",
        "The folder of a version has no folders but its content directory. What is in another one is not listed and "
        "was not judged.",
        _MOVE_OUT,
    ),
    requirement(
        "W003",
        "3.3.1",
        "A version has a content directory without content",
        "A version that adds no files has no content directory.",
        "Remove the empty folder.",
    ),
    requirement(
        "W010",
        "3.7",
        "A version has no inventory of its own",
        "A copy of the inventory in the folder of each version lets the object be understood when the one at its root "
        "is damaged.",
        "Let the program that writes objects put one into each version.",
    ),
    requirement(
        "W013",
        "3.9",
        "An extension is not a registered one",
        "Folders of extensions bear the name of a registered extension, so that readers know what they are and two "
        "programs do not use the same name.",
        "Describe the extension in the storage root, or use a registered one.",
    ),
)
