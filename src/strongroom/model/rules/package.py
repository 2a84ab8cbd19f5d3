"""Rules of the information package: its XML, what METS points at, and PREMIS.

The requirements of CSIP 2.2 have a module of their own, `strongroom.model.rules.csip`.
"""

from strongroom.model.finding import Rule, Severity, rules_among
from strongroom.model.rules import csip

_AGAIN = "Ask the sender for the package again, or make METS.xml and its checksums again."

XML_NOT_WELL_FORMED = Rule(
    "XML-001",
    Severity.ERROR,
    "The document is not well-formed XML",
    "XML 1.0 section 2.1",
    "A parser stopped at this line; nothing that follows it can be trusted to mean what it says.",
    "Ask the sender for the package again, or correct the document and its checksums.",
)
XML_DOCTYPE = Rule(
    "XML-002",
    Severity.ERROR,
    "The document has a document type declaration",
    "XML 1.0 section 2.8",
    "A DOCTYPE may declare entities and name files elsewhere; METS, PREMIS and Dublin Core need none.",
    "Remove the declaration; the schemas are chosen by the reader, never by the document.",
)
XML_TOO_LARGE = Rule(
    "XML-003",
    Severity.ERROR,
    "The document is longer than the limit",
    "limit of this reader, [verify] max_xml_bytes",
    "The limit keeps one document from taking all memory; it says nothing about the package.",
    "Raise max_xml_bytes in the settings if the package is meant to be that large.",
)
XML_INVALID = Rule(
    "XML-004",
    Severity.ERROR,
    "The document does not validate against its schema",
    "the schema of its namespace, as pinned in SOURCES.toml",
    "An element or attribute is missing, misplaced, misspelt or has a value that its type does not allow.",
    "Correct the document with the program that wrote it, or ask the sender for the package again.",
)
METS_MISSING_FILE = Rule(
    "METS-001",
    Severity.ERROR,
    "METS.xml, or a file that METS points at, is not in the package",
    "METS 1.12.1, xlink:href of FLocat, mdRef and mptr; E-ARK CSIP 2.2, requirement CSIPSTR4",
    "A reference without its file: something was lost on the way, or was never packed.",
    _AGAIN,
)
METS_SIZE = Rule(
    "METS-002",
    Severity.ERROR,
    "A file has another size than METS says",
    "METS 1.12.1, attribute SIZE",
    "The file is not the one that METS describes: it was cut, extended or replaced.",
    _AGAIN,
)
METS_CHECKSUM = Rule(
    "METS-003",
    Severity.ERROR,
    "A file has another checksum than METS says",
    "METS 1.12.1, attributes CHECKSUM and CHECKSUMTYPE",
    "The file is not the one that METS describes, even if its size is right.",
    _AGAIN,
)
METS_UNLISTED = Rule(
    "METS-004",
    Severity.ERROR,
    "A file of the package is in no METS document",
    "E-ARK CSIP 2.2, requirement CSIP58",
    "Nothing says what the file is and nothing vouches for it.",
    "Remove the file, or list it in METS.xml with its size and checksum.",
)
METS_HREF = Rule(
    "METS-005",
    Severity.ERROR,
    "METS points outside the package",
    "E-ARK CSIP 2.2, requirements CSIP24, CSIP38, CSIP79 and CSIP110",
    "An address must be relative and stay inside the package, so that the package is whole wherever it lies.",
    "Put the file into the package and point at it by a relative path.",
)
METS_ID = Rule(
    "METS-006",
    Severity.ERROR,
    "An identifier stands twice in a METS document",
    "METS 1.12.1, type xsd:ID; XML 1.0 section 3.3.1",
    "A reference to it has no one meaning.",
    _AGAIN,
)
METS_IDREF = Rule(
    "METS-007",
    Severity.ERROR,
    "METS refers to an identifier that the document does not have",
    "METS 1.12.1, types xsd:IDREF and xsd:IDREFS; smLink xlink:from and xlink:to",
    "A division, link or section speaks of something that is not there.",
    _AGAIN,
)
METS_ALGORITHM = Rule(
    "METS-008",
    Severity.WARNING,
    "A checksum in METS could not be compared",
    "METS 1.12.1, attribute CHECKSUMTYPE",
    "Only SHA-256 and SHA-512 are computed here; the file's size was compared, its checksum was not.",
    "Compare it with a program that computes that algorithm, or rely on the manifests of the bag.",
)
METS_UNLISTED_ELSEWHERE = Rule(
    "METS-009",
    Severity.WARNING,
    "A file of the package is in no METS document",
    "E-ARK CSIP 2.2, requirement CSIP58",
    "Nothing in METS says what the file is. CSIP asks for it as a rule with exceptions, so this is no error in a "
    "package that another program made.",
    "List the file in METS.xml with its size and checksum, or ask the sender what it is.",
)
PREMIS_LINK = Rule(
    "PREMIS-001",
    Severity.ERROR,
    "PREMIS refers to something that no PREMIS document of the package describes",
    "PREMIS 3.0, linkingObjectIdentifier, linkingAgentIdentifier, linkingEventIdentifier, relatedObjectIdentifier",
    "An event without its object or agent proves nothing.",
    "Ask the sender for the package again, or write the missing object, agent or event.",
)
PREMIS_TWICE = Rule(
    "PREMIS-002",
    Severity.ERROR,
    "An identifier is given to two objects, events or agents",
    "PREMIS 3.0 section 1.1, objectIdentifier",
    "References to it have no one meaning.",
    "Give each object, event and agent an identifier of its own.",
)
PREMIS_FIXITY = Rule(
    "PREMIS-003",
    Severity.ERROR,
    "A file has another size or digest than PREMIS says",
    "PREMIS 3.0, fixity and size",
    "The file is not the one whose history PREMIS tells.",
    "Ask the sender for the package again; do not change PREMIS to fit the file.",
)

RULES: tuple[Rule, ...] = (*rules_among(globals()), *csip.RULES)
