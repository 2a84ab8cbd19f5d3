"""Read an inventory that strangers wrote: as much of it as can be used, and every fault in it (OCFL 1.1 section 3.5).

Nothing is raised and no file is looked at; what the inventory says of files is compared by `content` and `history`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from strongroom.formats.ocfl.algorithms import CONTENT, FIXITY
from strongroom.formats.ocfl.blocks import Block, read_fixity, read_manifest
from strongroom.formats.ocfl.faults import Faults, place, said
from strongroom.formats.ocfl.inventory import NAME, SPECIFICATIONS, Inventory, Version, inventory_type
from strongroom.formats.ocfl.json_document import Document, read_json
from strongroom.formats.ocfl.spelling import DOTS, VersionName, is_uri
from strongroom.formats.ocfl.version_blocks import Versions, read_versions
from strongroom.model.finding import Accepted, Finding, Refused, judge

_KEYS: Final = frozenset(
    {"id", "type", "digestAlgorithm", "head", "contentDirectory", "manifest", "versions", "fixity"}
)
_REQUIRED: Final = ("id", "type", "digestAlgorithm", "head")


@dataclass(slots=True)
class Reading:
    """What could be made of an inventory.

    Attributes:
        where: its path within the object.
        faults: all there are in it.
        document: what it says, {} when it is no object.
        id: None when it has none that is one.
        specification: as its type says, None when that is none known.
        stated_algorithm: as it says, None when it does not say it with a text.
        algorithm: that the digests can be checked by, even if the standard forbids it here; None when unknown.
        content_directory: its name, None when the one given cannot be.
        sets_content_directory: whether the inventory names it.
        manifest: None when there is none.
        versions: as far as they are named as versions are.
        fixity: algorithm to block, of those that can be checked.
    """

    where: str
    faults: Faults
    document: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    specification: str | None = None
    stated_algorithm: str | None = None
    algorithm: str | None = None
    content_directory: str | None = "content"
    sets_content_directory: bool = False
    manifest: Block | None = None
    versions: Versions = field(default_factory=Versions)
    fixity: Mapping[str, Block] = field(default_factory=dict)

    @property
    def is_usable(self) -> bool:
        """Whether there is enough to compare other things with."""
        return bool(self.document)

    @property
    def latest(self) -> VersionName | None:
        """The version with the highest number."""
        return self.versions.names[max(self.versions.names)] if self.versions.names else None


def parse(data: bytes, *, where: str = NAME) -> Accepted[Inventory] | Refused:
    """Read an inventory, or refuse it with all the faults in it; no file is looked at.

    >>> parse(b"{}").findings[0].code
    'E036'
    """
    reading = read_inventory(data, where)
    check_locations(reading, dict.fromkeys(reading.versions.names, reading.content_directory))
    findings: list[Finding] = list(reading.faults)
    refused = judge(None, findings)
    return refused if isinstance(refused, Refused) else judge(_inventory(reading), findings)


def read_inventory(
    data: bytes, where: str, *, specification: str | None = None, reference: Reading | None = None
) -> Reading:
    """Read an inventory.

    Args:
        data: the file.
        where: its path within the object, for findings.
        specification: of OCFL, as the object declares it: the inventory's type must say the same. Without one, the
            inventory is judged by the version that its own type says.
        reference: the object's own inventory, when this is one of an earlier version; a fault that both have is
            found in that one alone.
    """
    faults = Faults(where)
    reading = Reading(where, faults)
    document = read_json(data)
    if document.fault:
        faults.add("E033", "", expected="JSON in UTF-8", found=document.fault)
    if not isinstance(document.value, dict):
        if not document.fault:
            faults.add("E033", "", expected="a JSON object", found=said(document.value))
        return reading
    reading.document = document.value
    _check_keys(reading, document)
    _read_type(reading, specification)
    judged_by = specification or reading.specification or SPECIFICATIONS[-1]
    _read_id(reading)
    _read_content_directory(reading, judged_by)
    _read_algorithm(reading)
    reading.manifest = read_manifest(
        document,
        reading.algorithm,
        faults,
        specification=judged_by,
        known=reference.manifest if reference else None,
    )
    reading.versions = read_versions(
        document,
        reading.manifest,
        faults,
        specification=judged_by,
        known=reference.document.get("versions") if reference else None,
    )
    reading.fixity = read_fixity(
        document, reading.manifest, faults, specification=judged_by, known=reference.fixity if reference else {}
    )
    _check_head(reading)
    if reference:
        reading.faults = _without(faults, reference.faults)
    return reading


def _check_keys(reading: Reading, document: Document) -> None:
    for key in sorted(reading.document.keys() - _KEYS):
        reading.faults.add("E102", place(key), expected="a key that the standard names", found=said(key))
    for key in document.repeated(reading.document):
        reading.faults.add("E033", place(key), expected="each key once", found="more than one")
    for key in _REQUIRED:
        if key not in reading.document:
            reading.faults.add("E036", place(key), expected=f"the key {key}", found="none")


def _read_type(reading: Reading, specification: str | None) -> None:
    if "type" not in reading.document:
        return
    stated = reading.document["type"]
    reading.specification = next((known for known in SPECIFICATIONS if stated == inventory_type(known)), None)
    if reading.specification is None or (specification and reading.specification != specification):
        expected = inventory_type(specification) if specification else " or ".join(map(inventory_type, SPECIFICATIONS))
        reading.faults.add("E038", place("type"), expected=expected, found=said(stated))


def _read_id(reading: Reading) -> None:
    if "id" not in reading.document:
        return
    stated = reading.document["id"]
    if not isinstance(stated, str) or not stated:
        reading.faults.add("E037", place("id"), expected="a text that is not empty", found=said(stated))
        return
    reading.id = stated
    if not is_uri(stated):
        reading.faults.add("W005", place("id"), expected="a URI", found=said(stated))


def _read_content_directory(reading: Reading, specification: str) -> None:
    if "contentDirectory" not in reading.document:
        return
    stated = reading.document["contentDirectory"]
    reading.sets_content_directory = True
    reading.content_directory = None
    where, expected, found = place("contentDirectory"), "the name of a folder within the version's", said(stated)
    if isinstance(stated, str) and "/" in stated:
        reading.faults.add("E017", where, expected=expected, found=found)
    elif stated in {".", ".."}:
        reading.faults.add("E018", where, expected=expected, found=found)
    elif not _is_folder_name(stated):
        code = "E017" if specification == "1.0" else "E108"
        reading.faults.add(code, where, expected=expected, found=found)
    else:
        reading.content_directory = stated


def _is_folder_name(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value not in DOTS and not {"/", "\0"} & set(value)


def _read_algorithm(reading: Reading) -> None:
    manifest = reading.document.get("manifest")
    first = next(iter(manifest), "") if isinstance(manifest, dict) else ""
    # where the inventory does not say what may be compared, the length of a digest tells
    likely = next((name for name, known in CONTENT.items() if known.hex_digits == len(first)), None)
    if "digestAlgorithm" not in reading.document:
        reading.algorithm = likely
        return
    stated = reading.document["digestAlgorithm"]
    reading.stated_algorithm = stated if isinstance(stated, str) else None
    where = place("digestAlgorithm")
    if not isinstance(stated, str) or stated not in CONTENT:
        reading.faults.add("E025", where, expected="sha512 or sha256", found=said(stated))
        reading.algorithm = stated if isinstance(stated, str) and stated in FIXITY else likely
        return
    if stated != "sha512":
        reading.faults.add("W004", where, expected="sha512", found=stated)
    reading.algorithm = stated
    lengths = {len(digest) for digest in manifest} if isinstance(manifest, dict) else set()
    if likely and stated != likely and lengths == {CONTENT[likely].hex_digits}:
        found = f"digests of {likely} in the manifest"
        reading.faults.add("E039", where, expected=f"the algorithm of the manifest, or {stated} there", found=found)
        reading.algorithm = likely


def _check_head(reading: Reading) -> None:
    latest = reading.latest
    if "head" in reading.document and latest and reading.document["head"] != latest.name:
        found = said(reading.document["head"])
        reading.faults.add("E040", place("head"), expected=f"{latest.name}, the last version", found=found)


def content_directory_of(data: bytes) -> str | None:
    """The name of the content directory in an inventory that is not read otherwise yet; None when it has none."""
    if b'"manifest"' not in data:
        return None  # no inventory
    if b'"contentDirectory"' not in data:
        return "content"
    value = read_json(data).value
    stated = value.get("contentDirectory", "content") if isinstance(value, dict) else None
    return stated if _is_folder_name(stated) else None


def check_locations(
    reading: Reading, directories: Mapping[int, str | None], *, reference: Reading | None = None
) -> None:
    """Check that each content path lies in the content directory of a version and names its folder as it is named.

    Args:
        reading: gets the faults.
        directories: the content directory of each version, None where it is not known.
        reference: the object's own inventory, when `reading` is an earlier one; what that lists is judged there.
    """
    if reading.manifest is None or not reading.versions.names:
        return
    names = reading.versions.names.values()
    if any(directories.get(name.number, "") is None for name in names):
        return
    begins = {f"{name.name}/{directories.get(name.number, 'content')}/" for name in names}
    known = reference.manifest if reference and reference.manifest else Block()
    reading.manifest.misspelled |= known.misspelled & reading.manifest.digests.keys()
    reading.manifest.moved |= {path: known.moved[path] for path in known.moved.keys() & reading.manifest.digests.keys()}
    for path, digest in reading.manifest.digests.items():
        second = path.find("/", path.find("/") + 1)
        if path[: second + 1] in begins or path in known.digests or path in reading.manifest.misspelled:
            continue
        where, found = place("manifest", digest), said(path)
        meant = reading.versions.meant(path)
        if meant and meant[: meant.find("/", meant.find("/") + 1) + 1] in begins:
            reading.faults.add("E014", where, expected=f"{said(meant)}, as the folder is named", found=found)
            reading.manifest.moved[path] = meant
        elif "\\" in path:
            reading.faults.add("E035", where, expected="parts joined by /", found=found)
            reading.manifest.misspelled.add(path)
        else:
            expected = f"a path in {' or '.join(sorted(begins)[:3])}"
            reading.faults.add("E042", where, expected=expected, found=found)
            reading.manifest.misspelled.add(path)


def _without(faults: Faults, others: Faults) -> Faults:
    """The faults that `others` does not have at the same place of its own document."""
    elsewhere = {_identity(one, others.document) for one in others}
    kept = Faults(faults.document)
    kept.extend(one for one in faults if _identity(one, faults.document) not in elsewhere)
    return kept


def _identity(finding: Finding, document: str) -> tuple[str, str, str]:
    # the last version of an earlier inventory is one of those between in a later one
    code = "E012" if finding.code == "E013" else finding.code
    return code, finding.where.removeprefix(document), finding.found


def _inventory(reading: Reading) -> Inventory:
    """The value of a document without errors."""
    document = reading.document
    versions = {
        number: Version(
            created=block["created"],
            state=_tuples(block["state"]),
            message=block.get("message"),
            user_name=block.get("user", {}).get("name"),
            user_address=block.get("user", {}).get("address"),
        )
        for number, block in sorted(reading.versions.blocks.items())
    }
    return Inventory(
        id=document["id"],
        versions=versions,
        manifest=_tuples(document["manifest"]),
        fixity={name: _tuples(block) for name, block in document.get("fixity", {}).items()},
        digest_algorithm=document["digestAlgorithm"],
        content_directory=document.get("contentDirectory", "content"),
        specification=reading.specification or SPECIFICATIONS[-1],
        padding=max((name.padding for name in reading.versions.names.values()), default=0),
    )


def _tuples(block: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {digest: tuple(paths) for digest, paths in block.items()}
