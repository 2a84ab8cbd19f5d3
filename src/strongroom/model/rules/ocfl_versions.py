"""Rules of `ocfl` on what an inventory says of versions: their names, states, moments and users."""

from typing import Final

from strongroom.model.finding import Rule
from strongroom.model.rules.ocfl_requirement import requirement

_CORRECT: Final = "An inventory is never edited in place: correct it with the program that wrote it, in a new version."
_NEXT: Final = "Let the program that writes inventories do so from the next version on."


def _rule(code: str, section: str, title: str, meaning: str, remedy: str = _CORRECT) -> Rule:
    return requirement(code, section, title, meaning, remedy)


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
