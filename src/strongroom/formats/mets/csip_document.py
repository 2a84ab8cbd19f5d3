"""Requirements of CSIP 2.2 about a METS document as a whole: root, header, groups of files, structural map."""

from collections.abc import Collection, Iterator
from typing import Final

from strongroom.formats.mets.csip_sections import attribute_fault, missing
from strongroom.formats.mets.reading import Frame, MetsDocument, place
from strongroom.formats.mets.writing import CSIP, METS
from strongroom.formats.xml import Element
from strongroom.model.finding import Finding

_NOTE_TYPE: Final = f"{{{CSIP}}}NOTETYPE"
_PACKAGE_TYPE: Final = f"{{{CSIP}}}OAISPACKAGETYPE"
# (label of the division, code for its ID, code for its fptr)
_DIVISIONS: Final = (("Documentation", "CSIP94", "CSIP116"), ("Schemas", "CSIP98", "CSIP118"))
_GROUPS: Final = (
    ("documentation/", "Documentation", "CSIP60"),
    ("schemas/", "Schemas", "CSIP113"),
    ("representations/", "Representations", "CSIP114"),
)


def document_faults(frame: Frame, document: MetsDocument, folder: str, paths: Collection[str]) -> Iterator[Finding]:
    """Yield the requirements that a METS document does not meet.

    Args:
        frame: of the document.
        document: the document.
        folder: the name of the folder it lies in, which must be its OBJID.
        paths: of all files of the package.
    """
    root, where = frame.root, document.where
    yield from _root_faults(root, where, folder)
    header = root.find(f"{{{METS}}}metsHdr")
    if header is None:
        yield missing("CSIP117", where, "an element metsHdr")
    else:
        yield from _header_faults(header, f"{where}#metsHdr")
    yield from _file_faults(frame, document, paths)
    yield from _map_faults(root, where)


def _root_faults(root: Element, where: str, folder: str) -> Iterator[Finding]:
    yield from attribute_fault(root, "OBJID", "CSIP1", where)
    identifier = root.get("OBJID", "").strip()
    # A folder may have a name of its own when somebody unpacked it elsewhere; the name of a package's folder is known
    # only where there is one.
    if identifier and folder and identifier != folder:
        yield missing("CSIP1", where, f"OBJID={folder}", f"OBJID={identifier}")
    yield from attribute_fault(root, "TYPE", "CSIP2", where)
    yield from attribute_fault(root, "PROFILE", "CSIP6", where)


def _header_faults(header: Element, where: str) -> Iterator[Finding]:
    yield from attribute_fault(header, "CREATEDATE", "CSIP7", where)
    kind = header.get(_PACKAGE_TYPE)
    if kind not in {"SIP", "AIP", "DIP", "AIU", "AIC"}:
        found = "nothing" if kind is None else f"csip:OAISPACKAGETYPE={kind}"
        yield missing("CSIP9", where, "csip:OAISPACKAGETYPE with SIP, AIP, DIP, AIU or AIC", found)
    agents = header.findall(f"{{{METS}}}agent")
    if not agents:
        yield missing("CSIP10", where, "an element agent")
        return
    # The nearest agent is judged: each requirement narrows down those that met the ones before.
    for name, value, code in (
        ("ROLE", "CREATOR", "CSIP11"),
        ("TYPE", "OTHER", "CSIP12"),
        ("OTHERTYPE", "SOFTWARE", "CSIP13"),
    ):
        fitting = [agent for agent in agents if agent.get(name) == value]
        if not fitting:
            yield missing(code, where, f"an agent with {name}={value}", ", ".join(_values(agents, name)) or "nothing")
            return
        agents = fitting
    for agent in agents:
        yield from _software_faults(agent, where)


def _values(elements: list[Element], name: str) -> list[str]:
    return sorted({f"{name}={value}" for element in elements if (value := element.get(name)) is not None})


def _software_faults(agent: Element, where: str) -> Iterator[Finding]:
    name = agent.find(f"{{{METS}}}name")
    if name is None or not (name.text or "").strip():
        yield missing("CSIP14", where, "an element name with text")
    notes = agent.findall(f"{{{METS}}}note")
    if len(notes) != 1 or not (notes[0].text or "").strip():
        yield missing("CSIP15", where, "one element note with the version", f"{len(notes)} elements note")
    for note in notes:
        if note.get(_NOTE_TYPE) != "SOFTWARE VERSION":
            found = note.get(_NOTE_TYPE)
            yield missing("CSIP16", where, "csip:NOTETYPE=SOFTWARE VERSION", found or "nothing")


def _file_faults(frame: Frame, document: MetsDocument, paths: Collection[str]) -> Iterator[Finding]:
    where = document.where
    section = frame.root.find(f"{{{METS}}}fileSec")
    if section is None:
        return
    yield from attribute_fault(section, "ID", "CSIP59", f"{where}#fileSec")
    groups = section.findall(f".//{{{METS}}}fileGrp")
    for group in groups:
        yield from attribute_fault(group, "USE", "CSIP64", place(group, where))
        yield from attribute_fault(group, "ID", "CSIP65", place(group, where))
        if not frame.files[group] and group.find(f"{{{METS}}}fileGrp") is None:
            yield missing("CSIP66", place(group, where), "an element file")
    if document.base:
        return
    uses = [group.get("USE", "") for group in groups]
    visible = [path for path in paths if not path.rpartition("/")[2].startswith(".")]  # .gitkeep stands for "empty"
    for folder, use, code in _GROUPS:
        if not any(one.partition("/")[0] == use for one in uses) and any(path.startswith(folder) for path in visible):
            yield missing(code, f"{where}#fileSec", f"a fileGrp with USE={use}", ", ".join(uses) or "no fileGrp")


def _map_faults(root: Element, where: str) -> Iterator[Finding]:
    maps = root.findall(f"{{{METS}}}structMap")
    if not maps:
        yield missing("CSIP80", where, "an element structMap")
        return
    labelled = [one for one in maps if one.get("LABEL") == "CSIP"]
    chosen = (labelled or maps)[0]
    here = place(chosen, where)
    if chosen.get("TYPE") != "PHYSICAL":
        yield missing("CSIP81", here, "TYPE=PHYSICAL", chosen.get("TYPE") or "nothing")
    if not labelled:
        yield missing("CSIP82", here, "LABEL=CSIP", chosen.get("LABEL") or "nothing")
    yield from attribute_fault(chosen, "ID", "CSIP83", here)
    divisions = chosen.findall(f"{{{METS}}}div")
    if len(divisions) != 1:
        yield missing("CSIP84", here, "one element div", f"{len(divisions)} elements div")
        return
    yield from attribute_fault(divisions[0], "ID", "CSIP85", place(divisions[0], where))
    yield from _division_faults(divisions[0], where)


def _division_faults(package: Element, where: str) -> Iterator[Finding]:
    parts = package.findall(f"{{{METS}}}div")
    labels = {part.get("LABEL", ""): part for part in parts}
    here = place(package, where)
    metadata = labels.get("Metadata")
    if metadata is None:
        alike = next((label for label in labels if label.lower() == "metadata"), None)
        if alike is None:
            yield missing("CSIP88", here, "a div with LABEL=Metadata", ", ".join(sorted(labels)) or "no div")
        else:
            yield missing("CSIP90", place(labels[alike], where), "LABEL=Metadata", f"LABEL={alike}")
    else:
        yield from attribute_fault(metadata, "ID", "CSIP89", place(metadata, where))
    for label, identified, pointed in _DIVISIONS:
        part = labels.get(label)
        if part is not None:
            yield from attribute_fault(part, "ID", identified, place(part, where))
            for pointing in part.iterfind(f"{{{METS}}}fptr"):
                yield from attribute_fault(pointing, "FILEID", pointed, place(part, where))
    for part in package.iter(f"{{{METS}}}div"):
        if part.find(f"{{{METS}}}mptr") is not None:
            yield from _representation_faults(part, where)


def _representation_faults(part: Element, where: str) -> Iterator[Finding]:
    here = place(part, where)
    yield from attribute_fault(part, "ID", "CSIP106", here)
    yield from attribute_fault(part, "LABEL", "CSIP107", here)
    for pointing in part.iterfind(f"{{{METS}}}mptr"):
        yield from attribute_fault(pointing, "xlink:title", "CSIP108", here)
        yield from attribute_fault(pointing, "xlink:href", "CSIP110", here)
        yield from attribute_fault(pointing, "xlink:type", "CSIP111", here)
        yield from attribute_fault(pointing, "LOCTYPE", "CSIP112", here)
