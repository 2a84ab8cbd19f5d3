"""An object whose folder is open: its parts are read one after the other and compared (OCFL 1.1 section 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from strongroom.formats.ocfl.content import Comparison
from strongroom.formats.ocfl.declaration import OBJECT, read_declaration
from strongroom.formats.ocfl.extensions import REGISTERED
from strongroom.formats.ocfl.faults import Faults
from strongroom.formats.ocfl.folder import Entries, Folder
from strongroom.formats.ocfl.history import History
from strongroom.formats.ocfl.inventory import NAME
from strongroom.formats.ocfl.json_document import MAX_BYTES
from strongroom.formats.ocfl.reading import Reading, check_locations, content_directory_of, read_inventory
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
        directories = self._directories(folders)
        contents = self._read_contents(folders, directories)
        self._check_top(allowed, {name.name for names in on_disk.values() for name in names})
        self._compare(folders, directories, contents)

    def findings(self) -> Iterable[Finding]:
        yield from self.faults
        yield from self.reference.faults if self.reference else ()

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
                self.reference = reading
                return

    def _directories(self, folders: Mapping[int, str]) -> dict[int, str | None]:
        """The content directory of each version: as its own inventory has it, or else the object's."""
        common = self.reference.content_directory if self.reference else "content"
        latest = self.reference.latest.number if self.reference and self.reference.latest else 0
        numbers = {*folders, *(self.reference.versions.names if self.reference else ())}
        directories: dict[int, str | None] = dict.fromkeys(numbers, common)
        for number, name in folders.items():
            if number != latest and NAME in self._entries[name].files:
                own = content_directory_of(self.folder.read(f"{name}/{NAME}", MAX_BYTES))
                directories[number] = common if own is None else own
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
        self, folders: Mapping[int, str], directories: Mapping[int, str | None], contents: Mapping[int, Content]
    ) -> None:
        """Compare what was found with the object's inventory, and that with the copies in the folders of versions.

        Of the copies there is one at a time in memory.
        """
        reference = self.reference or Reading(NAME, Faults(NAME))
        latest = reference.latest.number if reference.latest else max(folders, default=0)
        compared = Comparison(self.folder, contents, self.faults)
        history = History(reference, specification=self.specification)
        if reference.is_usable:
            check_locations(reference, directories)
            compared.add(reference, number=latest)
        for number, name in sorted(folders.items()):
            reading = self._read_copy(name, is_last=number == latest)
            if reading is None or reading is reference:
                continue
            if reading.is_usable and reference.is_usable:
                check_locations(reading, directories, reference=reference)
                history.add(number, reading)
                compared.add(reading, number=number, reference=reference)
            self.faults.extend(reading.faults)
        history.finish()
        compared.finish(read=self.digests)

    def _read_copy(self, name: str, *, is_last: bool) -> Reading | None:
        """Read the inventory in the folder of a version, and check what lies beside it; None when there is none."""
        files = self._entries[name].files
        where = f"{name}/{NAME}"
        if NAME not in files:
            self.faults.add("W010", where, expected="an inventory of the version", found="no such file")
            lonely = frozenset(file for file in files if file.startswith(f"{NAME}."))
            check_files(f"{name}/", files, lonely, self.faults)
            return None
        data = self.folder.read(where, MAX_BYTES)
        if self.reference and (self.reference.where == where or (is_last and data == self._root)):
            reading = self.reference
        else:
            reading = self._read(data, where)
        if is_last and self._root is not None and data != self._root:
            self.faults.add("E064", where, expected=f"the same as {NAME}", found="another inventory")
        stated = reading.stated_algorithm
        allowed = check_sidecar(self.folder, f"{name}/", files, data, algorithm=stated, faults=self.faults)
        check_files(f"{name}/", files, allowed | {NAME}, self.faults)
        return reading
