"""Writing PREMIS 3.0: objects, events, agents and rights, in one pass over iterables.

Objects come first, then events, agents, rights: that is the order of the schema. What is said of objects and events
is decided in `strongroom.stages.compose`; reading PREMIS back is in `strongroom.formats.premis.reading`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from strongroom.formats.premis.vocabulary import address_of
from strongroom.formats.timestamp import timestamp
from strongroom.formats.xml import XSI, XmlWriter
from strongroom.model.event import Agent, Event

PREMIS: Final = "http://www.loc.gov/premis/v3"


class Category(StrEnum):
    """The four kinds of object of PREMIS 3.0, as values of xsi:type."""

    INTELLECTUAL_ENTITY = "intellectualEntity"
    REPRESENTATION = "representation"
    FILE = "file"
    BITSTREAM = "bitstream"


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name, and by PRONOM identifier where there is one (``fmt/1281``)."""

    name: str
    version: str | None = None
    pronom: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What an object is like at one level of composition: 0 the content, 1 what it is compressed into.

    Attributes:
        digests: (algorithm, lower-case hexadecimal) in the spelling of the vocabulary, ``SHA-256``.
        size_bytes: of the object at this level; None when it was not counted.
    """

    level: int
    format: Format
    digests: tuple[tuple[str, str], ...] = ()
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """How an object is related to others, in Library of Congress terms: ``structural``, ``is included in``."""

    type: str
    subtype: str
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PremisObject:
    """An object; `location` is where a bitstream or a file lies, (kind of place, place).

    Attributes:
        characteristics: files and bitstreams have at least one, the other two kinds have none.
        properties: (type, value) of significant properties.
    """

    category: Category
    identifier: str
    characteristics: tuple[Characteristics, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    original_name: str | None = None
    location: tuple[str, str] | None = None
    relationships: tuple[Relationship, ...] = ()


@dataclass(frozen=True, slots=True)
class Rights:
    """What is known about the rights in objects: a basis of the vocabulary, and the words or address of the terms.

    A basis other than a licence is a statement that somebody made, and is told as that.
    """

    identifier: str
    basis: str
    terms: str
    uri: str | None
    note: str
    objects: tuple[str, ...]


def identifier_type(value: str) -> str:
    """The kind of an identifier: a URI, or a local one that is unique in the package.

    >>> identifier_type("urn:uuid:x"), identifier_type("uuid-x/METS.xml")
    ('URI', 'local')
    """
    return "URI" if value.startswith(("urn:", "http://", "https://")) else "local"


def write_premis(
    write: Callable[[bytes], object],
    *,
    schemas: str,
    objects: Iterable[PremisObject],
    events: Iterable[Event] = (),
    agents: Iterable[Agent] = (),
    rights: Iterable[Rights] = (),
) -> None:
    """Write a PREMIS document; each iterable is consumed once and nothing is kept of it.

    Args:
        write: is given UTF-8 in pieces.
        schemas: the way from the document to the folder of schemas, for programs that follow xsi:schemaLocation.
        objects: at least one, or the document is not valid.
    """
    with XmlWriter(write, {"": PREMIS, "xsi": XSI}) as xml:
        xml.start("premis", {"version": "3.0", "xsi:schemaLocation": f"{PREMIS} {schemas}/premis.xsd"})
        for one in objects:
            _object(xml, one)
        for event in events:
            _event(xml, event)
        for agent in agents:
            _agent(xml, agent)
        for right in rights:
            _rights(xml, right)
        xml.end()


def _identifier(xml: XmlWriter, name: str, value: str) -> None:
    xml.start(f"{name}Identifier")
    _identified(xml, name, value)
    xml.end()


def _linking(xml: XmlWriter, name: str, value: str, role: str) -> None:
    xml.start(f"linking{name}Identifier")
    _identified(xml, f"linking{name}", value)
    _term(xml, f"linking{name}Role", f"eventRelated{name}Role", role)
    xml.end()


def _identified(xml: XmlWriter, name: str, value: str) -> None:
    xml.element(f"{name}IdentifierType", identifier_type(value))
    xml.element(f"{name}IdentifierValue", value)


def _term(xml: XmlWriter, name: str, vocabulary: str, term: str) -> None:
    xml.element(name, term, address_of(vocabulary, term))


def _object(xml: XmlWriter, one: PremisObject) -> None:
    xml.start("object", {"xsi:type": one.category.value})
    _identifier(xml, "object", one.identifier)
    for kind, value in one.properties:
        xml.start("significantProperties")
        xml.element("significantPropertiesType", kind)
        xml.element("significantPropertiesValue", value)
        xml.end()
    for level in one.characteristics:
        _characteristics(xml, level)
    if one.original_name is not None:
        xml.element("originalName", one.original_name)
    if one.location is not None:
        xml.start("storage")
        xml.start("contentLocation")
        xml.element("contentLocationType", one.location[0])
        xml.element("contentLocationValue", one.location[1])
        xml.end()
        xml.end()
    for relation in one.relationships:
        xml.start("relationship")
        _term(xml, "relationshipType", "relationshipType", relation.type)
        _term(xml, "relationshipSubType", "relationshipSubType", relation.subtype)
        for related in relation.objects:
            _identifier(xml, "relatedObject", related)
        xml.end()
    xml.end()


def _characteristics(xml: XmlWriter, level: Characteristics) -> None:
    xml.start("objectCharacteristics")
    xml.element("compositionLevel", level.level)
    for algorithm, value in level.digests:
        xml.start("fixity")
        xml.element("messageDigestAlgorithm", algorithm)
        xml.element("messageDigest", value)
        xml.end()
    if level.size_bytes is not None:
        xml.element("size", level.size_bytes)
    xml.start("format")
    xml.start("formatDesignation")
    xml.element("formatName", level.format.name)
    if level.format.version is not None:
        xml.element("formatVersion", level.format.version)
    xml.end()
    if level.format.pronom is not None:
        xml.start("formatRegistry")
        xml.element("formatRegistryName", "PRONOM")
        xml.element("formatRegistryKey", level.format.pronom)
        xml.end()
    if level.format.note is not None:
        xml.element("formatNote", level.format.note)
    xml.end()
    xml.end()


def _event(xml: XmlWriter, event: Event) -> None:
    xml.start("event")
    _identifier(xml, "event", event.identifier)
    _term(xml, "eventType", "eventType", event.type.value)
    # EDTF has an interval for what took a while; PREMIS 3.0 section 2.3 takes any EDTF value.
    began = f"{timestamp(event.began)}/" if event.began is not None and event.began != event.at else ""
    xml.element("eventDateTime", began + timestamp(event.at))
    xml.start("eventDetailInformation")
    xml.element("eventDetail", event.detail)
    xml.end()
    xml.start("eventOutcomeInformation")
    _term(xml, "eventOutcome", "eventOutcome", event.outcome)
    for label, text in event.details:
        xml.start("eventOutcomeDetail")
        xml.element("eventOutcomeDetailNote", f"{label}: {text}" if label else text)
        xml.end()
    xml.end()
    for identifier, role in event.agents:
        _linking(xml, "Agent", identifier, role)
    for identifier, role in event.objects:
        _linking(xml, "Object", identifier, role)
    xml.end()


def _agent(xml: XmlWriter, agent: Agent) -> None:
    xml.start("agent")
    _identifier(xml, "agent", agent.identifier)
    xml.element("agentName", agent.name)
    _term(xml, "agentType", "agentType", agent.type.value)
    if agent.version is not None:
        xml.element("agentVersion", agent.version)
    if agent.note is not None:
        xml.element("agentNote", agent.note)
    xml.end()


def _rights(xml: XmlWriter, right: Rights) -> None:
    xml.start("rights")
    xml.start("rightsStatement")
    _identifier(xml, "rightsStatement", right.identifier)
    _term(xml, "rightsBasis", "rightsBasis", right.basis)
    if right.basis == "license":
        xml.start("licenseInformation")
        if right.uri is not None:
            _identifier(xml, "licenseDocumentation", right.uri)
        xml.element("licenseTerms", right.terms)
        xml.element("licenseNote", right.note)
        xml.end()
    else:
        xml.start("otherRightsInformation")
        if right.uri is not None:
            _identifier(xml, "otherRightsDocumentation", right.uri)
        xml.element("otherRightsBasis", "rights statement")
        xml.element("otherRightsNote", right.terms)
        xml.element("otherRightsNote", right.note)
        xml.end()
    for identifier in right.objects:
        _identifier(xml, "linkingObject", identifier)
    xml.end()
    xml.end()
