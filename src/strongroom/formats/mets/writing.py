"""Writing METS 1.12.1 as an E-ARK CSIP 2.2 information package has it, in one pass over iterables.

This module has what the METS of the package and those of its representations share: the root element, the header,
references to metadata, groups of files. `strongroom.formats.mets.package` and `strongroom.formats.mets.representation`
write the whole documents. CSIP requirement ids stand beside the lines that meet them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from strongroom.formats.timestamp import timestamp
from strongroom.formats.xml import XSI, Attributes, XmlWriter
from strongroom.model.package import PackageFile

METS: Final = "http://www.loc.gov/METS/"
XLINK: Final = "http://www.w3.org/1999/xlink"
CSIP: Final = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
PROFILE: Final = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP-v2-2-0.xml"
CONTENT: Final = "Web archive: WARC files laid out as WACZ"

NAMESPACES: Final = {"": METS, "xlink": XLINK, "csip": CSIP, "xsi": XSI}
# CSIP62, CSIP63: a validator asks for both on every fileGrp, so both stand on every fileGrp.
CONTENT_TYPE: Final = {"csip:CONTENTINFORMATIONTYPE": "OTHER", "csip:OTHERCONTENTINFORMATIONTYPE": CONTENT}


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a METS document says.

    Attributes:
        identifier: OBJID: the name of the package's folder, or of the representation's.
        label: a title for people; empty for none.
        software: (name, version) of what wrote the document.
        organization: the institution that collects; empty for none.
    """

    identifier: str
    label: str
    created: datetime
    software: tuple[str, str]
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A metadata file to be pointed at; `type` is an MDTYPE, with OTHER the name of the format is in `other`."""

    identifier: str
    file: PackageFile
    type: str
    other: str | None = None
    version: str | None = None


@contextmanager
def document(xml: XmlWriter, header: Header, schemas: str) -> Iterator[None]:
    """Write the root element and the header; the body of the `with` writes the rest.

    Args:
        xml: made with `NAMESPACES`.
        header: what the header says.
        schemas: the way from the document to the folder of schemas, for programs that follow xsi:schemaLocation.
    """
    location = f"{METS} {schemas}/mets.xsd {XLINK} {schemas}/xlink.xsd {CSIP} {schemas}/csip.xsd"
    root: dict[str, str | int | None] = {
        "OBJID": header.identifier,  # CSIP1
        "LABEL": header.label or None,
        "TYPE": "Web Archives",  # CSIP2
        "PROFILE": PROFILE,  # CSIP6
        **CONTENT_TYPE,  # CSIP4, CSIP5
        "xsi:schemaLocation": location,
    }
    with xml.within("mets", root):
        # CSIP117, CSIP7, CSIP9
        with xml.within("metsHdr", {"CREATEDATE": timestamp(header.created), "csip:OAISPACKAGETYPE": "SIP"}):
            # CSIP10 to CSIP16
            with xml.within("agent", {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}):
                xml.element("name", header.software[0])
                xml.element("note", header.software[1], {"csip:NOTETYPE": "SOFTWARE VERSION"})
            if header.organization:
                # Not CREATOR: validators take every creator for the software that CSIP asks for.
                with xml.within("agent", {"ROLE": "CUSTODIAN", "TYPE": "ORGANIZATION"}):
                    xml.element("name", header.organization)
        yield


def pointer(file: PackageFile, base: str) -> dict[str, str | int | None]:
    """The attributes by which METS points at a file: address, size, checksum.

    Args:
        file: to be pointed at.
        base: the folder of the METS document inside the package, "" or ending in "/".
    """
    return {
        "LOCTYPE": "URL",
        "xlink:type": "simple",
        "xlink:href": file.path.removeprefix(base),
        **_core(file),
    }


def _core(file: PackageFile) -> dict[str, str | int | None]:
    return {
        "MIMETYPE": _media_type(file),
        "SIZE": file.fixity.length_bytes,
        "CREATED": timestamp(file.created),
        "CHECKSUM": file.fixity.sha256,
        "CHECKSUMTYPE": "SHA-256",
    }


def _media_type(file: PackageFile) -> str:
    # The gzip around a WARC is said by transformFile; the media type is that of what comes out.
    return file.media_type.removesuffix("+gzip")


def section(xml: XmlWriter, name: str, metadata: Metadata, base: str) -> None:
    """Write a dmdSec or one part of an amdSec that points at a metadata file (CSIP18 to CSIP30, CSIP33 to CSIP44)."""
    attributes: Attributes = {
        "ID": metadata.identifier,
        "CREATED": timestamp(metadata.file.created),
        "STATUS": "CURRENT",
    }
    with xml.within(name, attributes):
        reference = pointer(metadata.file, base) | {
            "MDTYPE": metadata.type,
            "OTHERMDTYPE": metadata.other,
            "MDTYPEVERSION": metadata.version,
        }
        xml.element("mdRef", None, reference)


def file_group(xml: XmlWriter, identifier: str, use: str, files: Iterable[tuple[str, PackageFile]], base: str) -> None:
    """Write a fileGrp (CSIP64 to CSIP79).

    Args:
        xml: inside fileSec.
        identifier: ID of the group.
        use: Documentation, Schemas, Representations/rep1, Data.
        files: (ID, file) pairs.
        base: the folder of the METS document inside the package, "" or ending in "/".
    """
    with xml.within("fileGrp", {"ID": identifier, "USE": use, **CONTENT_TYPE}):
        for file_identifier, file in files:
            xml.start("file", {"ID": file_identifier, **_core(file)})
            location = {"LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": file.path.removeprefix(base)}
            xml.element("FLocat", None, location)
            if file.media_type.endswith("+gzip"):
                transform: Attributes = {
                    "TRANSFORMTYPE": "decompression",
                    "TRANSFORMALGORITHM": "gzip",
                    "TRANSFORMORDER": 1,
                }
                xml.element("transformFile", None, transform)
            xml.end()
