"""The METS document at the root of an information package: what the package has, and where each part lies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from strongroom.formats.mets.writing import NAMESPACES, Header, Metadata, document, file_group, section
from strongroom.formats.xml import XmlWriter
from strongroom.model.package import PackageFile


@dataclass(frozen=True, slots=True)
class PackageParts:
    """The files of a package, by the part of METS that points at them.

    Attributes:
        descriptive: to dmdSec, Dublin Core first.
        preservation: to digiprovMD, PREMIS first.
        representation: METS.xml of the representation.
    """

    descriptive: Sequence[Metadata]
    preservation: Sequence[Metadata]
    documentation: Sequence[PackageFile]
    schemas: Sequence[PackageFile]
    representation: PackageFile


def write_package_mets(write: Callable[[bytes], object], header: Header, parts: PackageParts) -> None:
    """Write METS.xml of the package.

    CSIP 2.2: one amdSec; file groups Documentation, Schemas and Representations/rep1; one structural map, PHYSICAL,
    labelled CSIP. Descriptive and preservation metadata are files of their own, pointed at by mdRef.
    """
    name = parts.representation.path.removesuffix("/METS.xml").rpartition("/")[2]
    use = f"Representations/{name}"
    with XmlWriter(write, NAMESPACES) as xml, document(xml, header, "schemas"):
        for metadata in parts.descriptive:
            section(xml, "dmdSec", metadata, "")  # CSIP17
        with xml.within("amdSec", {"ID": "amd"}):  # CSIP31
            for metadata in parts.preservation:
                section(xml, "digiprovMD", metadata, "")  # CSIP32
        with xml.within("fileSec", {"ID": "files"}):  # CSIP58, CSIP59
            documentation = [(f"doc-{number}", one) for number, one in enumerate(parts.documentation, 1)]
            file_group(xml, "group-documentation", "Documentation", documentation, "")  # CSIP60
            schemas = [(f"xsd-{number}", one) for number, one in enumerate(parts.schemas, 1)]
            file_group(xml, "group-schemas", "Schemas", schemas, "")  # CSIP113
            file_group(xml, f"group-{name}", use, [(f"mets-{name}", parts.representation)], "")  # CSIP114
        _map(xml, header, parts, name)


def _map(xml: XmlWriter, header: Header, parts: PackageParts, name: str) -> None:
    # CSIP80 to CSIP83
    with (
        xml.within("structMap", {"ID": "map-csip", "TYPE": "PHYSICAL", "LABEL": "CSIP"}),
        xml.within("div", {"ID": "div-package", "LABEL": header.identifier}),  # CSIP84, CSIP85
    ):
        attributes = {
            "ID": "div-metadata",  # CSIP88 to CSIP92
            "LABEL": "Metadata",
            "ADMID": " ".join(one.identifier for one in parts.preservation) or None,
            "DMDID": " ".join(one.identifier for one in parts.descriptive) or None,
        }
        xml.element("div", None, attributes)
        with xml.within("div", {"ID": "div-documentation", "LABEL": "Documentation"}):  # CSIP93 to CSIP95
            xml.element("fptr", None, {"FILEID": "group-documentation"})  # CSIP96, CSIP116
        with xml.within("div", {"ID": "div-schemas", "LABEL": "Schemas"}):  # CSIP97 to CSIP99
            xml.element("fptr", None, {"FILEID": "group-schemas"})  # CSIP100, CSIP118
        # A validator asks for a division "Representations" with a pointer, CSIP105 to CSIP107 for a division
        # "Representations/rep1": the one stands in the other.
        with xml.within("div", {"ID": "div-representations", "LABEL": "Representations"}):  # CSIP101 to CSIP103
            xml.element("fptr", None, {"FILEID": f"group-{name}"})  # CSIP104, CSIP119
            with xml.within("div", {"ID": f"div-{name}", "LABEL": f"Representations/{name}"}):
                pointing = {
                    "LOCTYPE": "URL",  # CSIP112
                    "xlink:type": "simple",  # CSIP111
                    "xlink:href": parts.representation.path,  # CSIP110
                    "xlink:title": f"group-{name}",  # CSIP108
                }
                xml.element("mptr", None, pointing)  # CSIP109
