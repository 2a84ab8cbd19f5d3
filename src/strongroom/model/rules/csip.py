"""Requirements of E-ARK CSIP 2.2 that are checked here; a finding's code is the requirement's id.

Those levelled MUST for what stands in METS.xml. Where a requirement speaks of a part
that METS may leave out, it is asked for only when that part is there.
"""

from collections.abc import Mapping
from types import MappingProxyType

from strongroom.model.finding import Rule, Severity

_REMEDY = "Correct METS.xml with the program that wrote it, then make the checksums again."

_POINTER = (
    ("LOCTYPE", "mdRef says LOCTYPE=URL"),
    ("xlink:type", "mdRef says xlink:type=simple"),
    ("xlink:href", "mdRef has an address"),
    ("MDTYPE", "mdRef says what kind of metadata it points at"),
    ("MIMETYPE", "mdRef has a media type"),
    ("SIZE", "mdRef has a size"),
    ("CREATED", "mdRef has a moment of creation"),
    ("CHECKSUM", "mdRef has a checksum"),
    ("CHECKSUMTYPE", "mdRef names the algorithm of its checksum"),
)

# Where each family of mdRef begins: CSIP22 for dmdSec, CSIP36 for digiprovMD, CSIP49 for rightsMD.
POINTER_FAMILIES: Mapping[str, int] = MappingProxyType({"dmdSec": 22, "digiprovMD": 36, "rightsMD": 49})
POINTER_ATTRIBUTES = tuple(name for name, _ in _POINTER)

_TITLES: dict[str, str] = {
    "CSIP1": "mets/@OBJID is the identifier of the package or representation, as the folder is named",
    "CSIP2": "mets/@TYPE says what kind of content the package has",
    "CSIP6": "mets/@PROFILE names the profile that the document follows",
    "CSIP117": "mets has a header",
    "CSIP7": "metsHdr/@CREATEDATE says when the package was made",
    "CSIP9": "metsHdr/@csip:OAISPACKAGETYPE says which kind of OAIS package it is",
    "CSIP10": "metsHdr names an agent",
    "CSIP11": "one agent is the creating software: ROLE=CREATOR",
    "CSIP12": "one agent is the creating software: TYPE=OTHER",
    "CSIP13": "one agent is the creating software: OTHERTYPE=SOFTWARE",
    "CSIP14": "the agent for the creating software has a name",
    "CSIP15": "the agent for the creating software has one note, its version",
    "CSIP16": "the note of that agent says csip:NOTETYPE=SOFTWARE VERSION",
    "CSIP18": "dmdSec has an ID",
    "CSIP19": "dmdSec says when it was created",
    "CSIP33": "digiprovMD has an ID",
    "CSIP46": "rightsMD has an ID",
    "CSIP59": "fileSec has an ID",
    "CSIP60": "the folder documentation has a fileGrp with USE=Documentation",
    "CSIP113": "the folder schemas has a fileGrp with USE=Schemas",
    "CSIP114": "the folder representations has fileGrps whose USE begins with Representations",
    "CSIP64": "fileGrp says what it is for",
    "CSIP65": "fileGrp has an ID",
    "CSIP66": "fileGrp has a file",
    "CSIP67": "file has an ID",
    "CSIP68": "file has a media type",
    "CSIP69": "file has a size",
    "CSIP70": "file has a moment of creation",
    "CSIP71": "file has a checksum",
    "CSIP72": "file names the algorithm of its checksum",
    "CSIP76": "file says where it lies",
    "CSIP77": "FLocat says LOCTYPE=URL",
    "CSIP78": "FLocat says xlink:type=simple",
    "CSIP79": "FLocat has an address",
    "CSIP80": "mets has the structural map of CSIP",
    "CSIP81": "that map says TYPE=PHYSICAL",
    "CSIP82": "that map says LABEL=CSIP",
    "CSIP83": "that map has an ID",
    "CSIP84": "that map has one division that stands for the package",
    "CSIP85": "that division has an ID",
    "CSIP88": "that division has a division for metadata",
    "CSIP89": "the division for metadata has an ID",
    "CSIP90": "the division for metadata says LABEL=Metadata",
    "CSIP94": "the division for documentation has an ID",
    "CSIP116": "the division for documentation points at its files",
    "CSIP98": "the division for schemas has an ID",
    "CSIP118": "the division for schemas points at its files",
    "CSIP106": "the division of a representation has an ID",
    "CSIP107": "the division of a representation is labelled with its folder",
    "CSIP108": "mptr names the fileGrp of the representation in xlink:title",
    "CSIP110": "mptr has an address",
    "CSIP111": "mptr says xlink:type=simple",
    "CSIP112": "mptr says LOCTYPE=URL",
}
for _first in POINTER_FAMILIES.values():
    _TITLES.update({f"CSIP{_first + number}": title for number, (_, title) in enumerate(_POINTER)})


def _rule(code: str, title: str) -> Rule:
    meaning = f"CSIP asks that {title}; software that reads packages of this kind relies on it."
    clause = f"E-ARK CSIP 2.2, requirement {code}"
    return Rule(code, Severity.ERROR, title[0].upper() + title[1:], clause, meaning, _REMEDY)


BY_ID: Mapping[str, Rule] = MappingProxyType({code: _rule(code, title) for code, title in _TITLES.items()})
RULES: tuple[Rule, ...] = tuple(BY_ID.values())
