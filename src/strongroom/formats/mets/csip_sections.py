"""Requirements of CSIP 2.2 about single files and metadata sections, checked one element at a time."""

from collections.abc import Iterator
from typing import Final

from strongroom.formats.mets.writing import METS, XLINK
from strongroom.formats.xml import Element, local_name
from strongroom.model.finding import Finding
from strongroom.model.rules import csip

_REFERENCE: Final = f"{{{METS}}}mdRef"
_LOCATION: Final = f"{{{METS}}}FLocat"
_IDENTIFIED: Final = {"dmdSec": "CSIP18", "digiprovMD": "CSIP33", "rightsMD": "CSIP46"}
_FILE_ATTRIBUTES: Final = (
    ("ID", "CSIP67"),
    ("MIMETYPE", "CSIP68"),
    ("SIZE", "CSIP69"),
    ("CREATED", "CSIP70"),
    ("CHECKSUM", "CSIP71"),
    ("CHECKSUMTYPE", "CSIP72"),
)
_LOCATION_ATTRIBUTES: Final = (("LOCTYPE", "CSIP77"), ("xlink:type", "CSIP78"), ("xlink:href", "CSIP79"))
_FIXED: Final = {"LOCTYPE": "URL", "xlink:type": "simple"}


def missing(code: str, where: str, expected: str, found: str = "nothing") -> Finding:
    """The finding that a requirement is not met."""
    return csip.BY_ID[code].at(where, expected=expected, found=found)


def attribute_fault(element: Element, name: str, code: str, where: str) -> Iterator[Finding]:
    """Ask for an attribute, with a fixed value where CSIP fixes one; `name` is written with its prefix."""
    key = f"{{{XLINK}}}{name[6:]}" if name.startswith("xlink:") else name
    value = element.get(key)
    wanted = _FIXED.get(name)
    if wanted is not None and value != wanted:
        yield missing(code, where, f"{name}={wanted}", "nothing" if value is None else f"{name}={value}")
    elif value is None or not value.strip():
        yield missing(code, where, f"an attribute {name}")


def section_faults(section: Element, where: str) -> Iterator[Finding]:
    """Yield the requirements that a dmdSec, digiprovMD or rightsMD does not meet; the others have none."""
    kind = local_name(section.tag)
    if kind not in _IDENTIFIED:
        return
    yield from attribute_fault(section, "ID", _IDENTIFIED[kind], where)
    if kind == "dmdSec":
        yield from attribute_fault(section, "CREATED", "CSIP19", where)
    first = csip.POINTER_FAMILIES[kind]
    for reference in section.iterfind(_REFERENCE):
        for number, name in enumerate(csip.POINTER_ATTRIBUTES):
            yield from attribute_fault(reference, name, f"CSIP{first + number}", where)


def file_faults(file: Element, where: str) -> Iterator[Finding]:
    """Yield the requirements that a file does not meet."""
    for name, code in _FILE_ATTRIBUTES:
        yield from attribute_fault(file, name, code, where)
    location = file.find(_LOCATION)
    if location is None:
        yield missing("CSIP76", where, "an element FLocat")
        return
    for name, code in _LOCATION_ATTRIBUTES:
        yield from attribute_fault(location, name, code, where)
