"""Rules of the information package: its XML, METS (CSIP 2.2 requirement ids) and PREMIS."""

from strongroom.model.finding import Rule, Severity

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

RULES: tuple[Rule, ...] = (XML_NOT_WELL_FORMED, XML_DOCTYPE, XML_TOO_LARGE, XML_INVALID)
