"""An object whose folder is open: its parts are read one after the other and compared (OCFL 1.1 section 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from strongroom.formats.ocfl import content, history
from strongroom.formats.ocfl.declaration import OBJECT, read_declaration
from strongroom.formats.ocfl.extensions import REGISTERED
from strongroom.formats.ocfl.faults import Faults
from strongroom.formats.ocfl.folder import Entries, Folder
from strongroom.formats.ocfl.inventory import NAME
from strongroom.formats.ocfl.json_document import MAX_BYTES
from strongroom.formats.ocfl.reading import Reading, check_locations, read_inventory
from strongroom.formats.ocfl.sidecars import check_sidecar
from strongroom.formats.ocfl.spelling import VersionName
from strongroom.formats.ocfl.versions_on_disk import (
    Content,
    check_files,
    match_folders,
    read_content,
    version_folders,
)
from strongroom.model.finding import Finding


@dataclass(slots=True)
class Judgement:
    """What was found, and what a storage root needs to know of the object.

    Attributes:
        findings: sorted by place.
        id: None when the object has none.
        specification: the version of OCFL that the object declares, None when it declares none.
        strangers: folders at the object's root that have no place there.
    """

    findings: list[Finding]
    id: str | None = None
    specification: str | None = None
    strangers: tuple[str, ...] = ()


def judge_object(folder: Folder, top: Entries, faults: Faults, *, digests: bool) -> Judgement:
    """Judge an object whose folder is open and listed; `faults` has those of that, and gets the others."""
    check = _Check(folder, faults, top, digests=digests)
    check.run()
    findings = sorted(check.findings(), key=lambda one: (one.where, one.code, one.found))
    reference = check.reference
    return Judgement(findings, reference.id if reference else None, check.specification, tuple(check.strangers))


@dataclass(slots=True)
class _Copy:
    """An inventory in a version's folder: its bytes, and what could be read of them."""

    data: bytes
    reading: Reading


@dataclass(slots=True)
class _Check:
    folder: Folder
    faults: Faults
    top: Entries
    digests: bool
    specification: str | None = None
    reference: Reading | None = None
    strangers: list[str] = field(default_factory=list)
    _root: bytes | None = None
    _entries: dict[str, Entries] = field(default_factory=dict)
    _copies: dict[int, _Copy] = field(default_factory=dict)

    def run(self) -> None:
        declaration = read_declaration(self.folder, self.top.files, OBJECT, self.faults)
        self.specification = declaration.specification
        on_disk = version_folders(self.top.folders)
        for names in on_disk.values():
            for name in names:
                self._entries[name.name] = self.folder.entries(name.name)
        allowed = set(declaration.files) | self._read_root()
        self._choose_reference(on_disk)
        stated = self.reference.versions.names if self.reference else {}
        if stated:
            folders = match_folders(on_disk, stated, self.faults)
        else:
            folders = {number: names[0].name for number, names in on_disk.items()}
        self._read_copies(folders)
        directories = self._directories(folders)
        contents = self._read_contents(folders, directories)
        self._check_top(allowed, {name.name for names in on_disk.values() for name in names})
        if self.reference:
            self._compare(self.reference, directories, contents)

    def findings(self) -> Iterable[Finding]:
        yield from self.faults
        readings = [copy.reading for copy in self._copies.values()]
        for reading in {id(one): one for one in (self.reference, *readings) if one}.values():
            yield from reading.faults

    def _read_root(self) -> set[str]:
        """Read the object's own inventory; the names of the files that belong to it."""
        name = next((name for name in (NAME, *self.top.files) if name.lower() == NAME and name in self.top.files), "")
        if not name:
            self.faults.add("E063", NAME, expected="the object's inventory", found="no such file")
            return {file for file in self.top.files if file.startswith(f"{NAME}.")}
        if name != NAME:
            self.faults.add("E034", name, expected=NAME, found=name)
        self._root = self.folder.read(name, MAX_BYTES)
        reading = self._read(self._root, name, specification=self.specification)
        self.reference = reading
        stated = reading.stated_algorithm
        return {name} | check_sidecar(self.folder, "", self.top.files, self._root, algorithm=stated, faults=self.faults)

    def _read(self, data: bytes, where: str, *, specification: str | None = None) -> Reading:
        if len(data) > MAX_BYTES:
            reading = Reading(where, Faults(where))
            reading.faults.add("E033", "", expected=f"at most {MAX_BYTES} bytes", found="more, and it was not read")
            return reading
        return read_inventory(data, where, specification=specification, reference=self._known())

    def _known(self) -> Reading | None:
        return self.reference if self.reference and self.reference.is_usable else None

    def _choose_reference(self, on_disk: Mapping[int, list[VersionName]]) -> None:
        """Where the object's own inventory is lost, the copy in its last version says what it said."""
        if self._known():
            return
        for number in sorted(on_disk, reverse=True):
            name = on_disk[number][0].name
            if NAME not in self._entries[name].files:
                continue
            where = f"{name}/{NAME}"
            data = self.folder.read(where, MAX_BYTES)
            reading = self._read(data, where, specification=self.specification)
            if reading.is_usable:
                if self.reference:
                    self.faults.extend(self.reference.faults)
                self._copies[number] = _Copy(data, reading)
                self.reference = reading
                return

    def _read_copies(self, folders: Mapping[int, str]) -> None:
        """Read the inventories in the folders of versions, oldest first."""
        last = max(folders, default=0)
        latest = self.reference.latest if self.reference else None
        for number, name in sorted(folders.items()):
            entries = self._entries[name]
            if NAME not in entries.files:
                expected = "an inventory of the version"
                self.faults.add("W010", f"{name}/{NAME}", expected=expected, found="no such file")
                lonely = frozenset(file for file in entries.files if file.startswith(f"{NAME}."))
                check_files(f"{name}/", entries.files, lonely, self.faults)
                continue
            where = f"{name}/{NAME}"
            known = self._copies.get(number)
            data = known.data if known else self.folder.read(where, MAX_BYTES)
            is_last = number == (latest.number if latest else last)
            if is_last and data == self._root and self.reference:
                reading = self.reference
            elif known:
                reading = known.reading
            else:
                reading = self._read(data, where)
            if is_last and self._root is not None and data != self._root:
                self.faults.add("E064", where, expected=f"the same as {NAME}", found="another inventory")
            self._copies[number] = _Copy(data, reading)
            allowed = check_sidecar(
                self.folder,
                f"{name}/",
                entries.files,
                data,
                algorithm=reading.stated_algorithm,
                faults=self.faults,
            )
            check_files(f"{name}/", entries.files, allowed | {NAME}, self.faults)

    def _directories(self, folders: Mapping[int, str]) -> dict[int, str | None]:
        """The content directory of each version: as its own inventory has it, or else the object's."""
        common = self.reference.content_directory if self.reference else "content"
        numbers = {*folders, *(self.reference.versions.names if self.reference else ())}
        directories: dict[int, str | None] = dict.fromkeys(numbers, common)
        for number, copy in self._copies.items():
            if copy.reading.is_usable and copy.reading.content_directory is not None:
                directories[number] = copy.reading.content_directory
        return directories

    def _read_contents(self, folders: Mapping[int, str], directories: Mapping[int, str | None]) -> dict[int, Content]:
        contents = {}
        for number, name in sorted(folders.items()):
            named = name
            if self.reference and number in self.reference.versions.names:
                named = self.reference.versions.names[number].name
            contents[number] = read_content(
                self.folder,
                name,
                self._entries[name],
                directory=directories[number],
                named=named,
                faults=self.faults,
            )
        return contents

    def _check_top(self, allowed: set[str], versions: set[str]) -> None:
        for name in self.top.files.keys() - allowed:
            self.faults.add("E001", name, expected="only what the standard names", found="the file")
        for name in self.top.folders:
            if name in versions:
                continue
            if name == "extensions":
                self._check_extensions()
                continue
            if name != "logs":
                self.strangers.append(name)
                self.faults.add("E001", name, expected="only what the standard names", found="the folder")
            for _ in self.folder.walk(name):
                pass  # for what OCFL forbids anywhere: links

    def _check_extensions(self) -> None:
        for path, entries in self.folder.walk("extensions"):
            if path != "extensions":
                continue
            for name in entries.files:
                self.faults.add("E067", f"{path}/{name}", expected="only folders of extensions", found="the file")
            for name in entries.folders:
                if name not in REGISTERED:
                    self.faults.add("W013", f"{path}/{name}", expected="a registered extension", found=name)

    def _compare(
        self, reference: Reading, directories: Mapping[int, str | None], contents: Mapping[int, Content]
    ) -> None:
        check_locations(reference, directories)
        earlier = {
            number: copy.reading
            for number, copy in sorted(self._copies.items())
            if copy.reading is not reference and copy.reading.is_usable
        }
        for reading in earlier.values():
            check_locations(reading, directories, reference=reference)
        history.check(reference, earlier, specification=self.specification)
        content.check(self.folder, reference, earlier, contents, faults=self.faults, read=self.digests)
