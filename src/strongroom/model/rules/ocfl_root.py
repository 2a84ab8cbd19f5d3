"""Rules of `ocfl` on the storage root: its declaration, its layout, and what lies between the root and the objects."""

from typing import Final

from strongroom.model.rules.ocfl_requirement import requirement

RULES: Final = (
    requirement(
        "E069",
        "4.1",
        "The storage root has no declaration",
        "One file named 0=ocfl_ and a version of OCFL makes a folder a storage root.",
        "Give the folder that holds the declaration; if it is lost, put it back.",
    ),
    requirement(
        "E070",
        "4.1",
        "ocfl_layout.json cannot be read",
        "It is a JSON object in UTF-8 with two texts: extension, the name of the layout, and description.",
        "Write the file anew; objects stay where they are.",
    ),
    requirement(
        "E071",
        "4.1",
        "The layout is not a registered one",
        "The extension that ocfl_layout.json names is one of those registered that say where an object lies.",
        "Name the registered layout that the objects follow, or leave the file out.",
    ),
    requirement(
        "E072",
        "4.1",
        "Files lie in a folder that is no object",
        "Between the storage root and the objects there are folders alone. These files are in no object, so that "
        "nothing vouches for them; or an object has lost its declaration and its inventory.",
        "If this was an object, bring it back from a replica; else move the files out.",
    ),
    requirement(
        "E073",
        "4.1",
        "A folder in the storage root is empty",
        "Each folder leads to an object. An empty one may be what is left of an object that was removed.",
        "Remove the folder, once it is certain that no object is missing.",
    ),
    requirement(
        "E076",
        "4.2",
        "The storage root has more than one declaration",
        "A storage root follows one version of OCFL. The rest was judged by the latest that is declared.",
        "Keep the declaration that is true.",
    ),
    requirement(
        "E077",
        "4.2",
        "The name of the declaration does not follow its pattern",
        "The name is 0, an equals sign, ocfl_ and a version of OCFL. This one has another form, or names a version "
        "that is not known here.",
        "Correct the name; if the version is a later one, use a program that knows it.",
    ),
    requirement(
        "E078",
        "4.2",
        "The name of the root's declaration does not begin with 0",
        "The number before the equals sign says what kind of tag the file is; that of a declaration is 0.",
        "Rename the file.",
    ),
    requirement(
        "E079",
        "4.2",
        "The declaration is not one of a storage root",
        "After 0= the name says ocfl_ and the version. With anything else, other programs take the folder for "
        "something else.",
        "Rename the file.",
    ),
    requirement(
        "E080",
        "4.2",
        "The root's declaration does not say what its name says",
        "The file holds what follows 0= in its name, and a line feed; nothing more and nothing less.",
        "Write the file anew.",
    ),
    requirement(
        "E081",
        "4.2",
        "An object follows a later version than its storage root",
        "A program that knows the version of the root has to understand all the objects in it.",
        "Raise the declaration of the storage root, if it meets the later version, or move the object.",
    ),
    requirement(
        "E082",
        "4.3",
        "An object lies inside another one",
        "Objects are the ends of the folders below the storage root: none has another one inside, and the root itself "
        "is none.",
        "Move the inner object to where the layout puts it.",
    ),
    requirement(
        "E083",
        "4.3",
        "An object does not lie where the layout puts it",
        "The layout says for each identifier where its object lies. One that lies elsewhere is not found by its "
        "identifier, and may come into being twice.",
        "Move the object to the folder expected, unless there is one already: then compare the two.",
    ),
    requirement(
        "E084",
        "4.3",
        "A file lies in a folder above objects",
        "Folders on the way to objects hold folders alone.",
        "Move the file out.",
    ),
    requirement(
        "E086",
        "4.4",
        "A file lies among the extensions of the storage root",
        "The folder extensions holds one folder for each extension, and nothing else. Since OCFL 1.1 this is E112.",
        "Move the file out.",
        version="1.0",
    ),
    requirement(
        "E112",
        "4.4",
        "A file lies among the root's extensions",
        "The folder extensions holds one folder for each extension, and nothing else.",
        "Move the file out.",
    ),
    requirement(
        "W015",
        "4.3",
        "Objects lie both directly in the root and below folders",
        "A storage root keeps its objects either all directly within, or all at the end of folders.",
        "Move the objects that depart from the layout.",
    ),
    requirement(
        "W016",
        "4.4",
        "An extension of the storage root is not a registered one",
        "Folders of extensions bear the name of a registered extension, so that readers know what they are and two "
        "programs do not use the same name.",
        "Describe the extension in the storage root, or use a registered one.",
    ),
)
