"""A storage root that is open: its own files, and the folders down to each object (OCFL 1.1 section 4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from strongroom.formats.bag.paths import shown
from strongroom.formats.bag.tree import MAX_DEPTH, Tree
from strongroom.formats.ocfl.declaration import OBJECT, ROOT, read_declaration
from strongroom.formats.ocfl.extensions import LAYOUTS, REGISTERED
from strongroom.formats.ocfl.faults import Faults, place, said
from strongroom.formats.ocfl.folder import Entries, Folder
from strongroom.formats.ocfl.inventory import NAME, SPECIFICATIONS
from strongroom.formats.ocfl.json_document import read_json
from strongroom.formats.ocfl.layout import CONFIGURATION, EXTENSION, LAYOUT_FILE, Layout, read_layout
from strongroom.formats.ocfl.object_check import judge_object
from strongroom.model.finding import Finding
from strongroom.model.rules.ocfl import BY_CODE

_MAX_BYTES: Final = 1 << 20
_EXTENSIONS: Final = "extensions"


@dataclass(slots=True)
class RootCheck:
    """The check of one storage root."""

    tree: Tree
    digests: bool
    specification: str = SPECIFICATIONS[-1]
    layout: Layout | None = None
    _inodes: dict[tuple[int, int], str] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)
    _direct: str = ""
    _below: str = ""

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong, the root's own faults first."""
        faults = Faults()
        folder = Folder(self.tree, faults, inodes=self._inodes)
        top = folder.entries()
        declaration = read_declaration(folder, top.files, ROOT, faults)
        self.specification = declaration.specification or self.specification
        for name in top.files:
            if OBJECT.value in name and name.startswith("0="):
                faults.add("E082", name, expected="a storage root that is no object", found=shown(name))
        self._read_layout(folder, top, faults)
        if _EXTENSIONS in top.folders:
            self._check_extensions(folder, faults)
        yield from sorted(faults, key=lambda one: (one.where, one.code, one.found))
        for name in top.folders:
            if name != _EXTENSIONS:
                yield from self._look(self.tree, name, name, 1)
        if self._direct and self._below:
            found = f"{shown(self._direct)} and {shown(self._below)}"
            yield BY_CODE["W015"].at(".", expected="objects at one level", found=found)

    def _read_layout(self, folder: Folder, top: Entries, faults: Faults) -> None:
        if LAYOUT_FILE not in top.files:
            return
        document = read_json(folder.read(LAYOUT_FILE, _MAX_BYTES))
        if document.fault or not isinstance(document.value, dict):
            found = document.fault or said(document.value)
            faults.add("E070", LAYOUT_FILE, expected="a JSON object in UTF-8", found=found)
            return
        for key in ("extension", "description"):
            value = document.value.get(key)
            if not isinstance(value, str):
                found = said(value) if key in document.value else "none"
                faults.add("E070", f"{LAYOUT_FILE}{place(key)}", expected="a text", found=found)
        extension = document.value.get("extension")
        if isinstance(extension, str) and extension not in LAYOUTS:
            where = f"{LAYOUT_FILE}{place('extension')}"
            faults.add("E071", where, expected="a registered layout", found=said(extension))
        if extension == EXTENSION:
            self.layout = self._read_configuration(folder, top, faults)

    def _read_configuration(self, folder: Folder, top: Entries, faults: Faults) -> Layout | None:
        path = CONFIGURATION.split("/")
        if path[0] not in top.folders or path[1] not in folder.entries(path[0]).folders:
            return Layout()
        if path[2] not in folder.entries("/".join(path[:2])).files:
            return Layout()
        layout = read_layout(read_json(folder.read(CONFIGURATION, _MAX_BYTES)).value)
        if layout is None:
            expected = "parameters that the extension allows"
            faults.add("E083", CONFIGURATION, expected=expected, found="others, so that no path can be computed")
        return layout

    def _check_extensions(self, folder: Folder, faults: Faults) -> None:
        older = self.specification == "1.0"
        for path, entries in folder.walk(_EXTENSIONS):
            if path != _EXTENSIONS:
                continue
            for name in entries.files:
                code = "E086" if older else "E112"
                faults.add(code, f"{path}/{name}", expected="only folders of extensions", found="the file")
            for name in entries.folders:
                if name not in REGISTERED:
                    code = "W013" if older else "W016"
                    faults.add(code, f"{path}/{name}", expected="a registered extension", found=shown(name))

    def _look(self, parent: Tree, name: str, path: str, depth: int) -> Iterator[Finding]:
        """Look at a folder beneath the root: an object, or one on the way to objects."""
        with parent.below(name) as tree:
            faults = Faults()
            folder = Folder(tree, faults, at=f"{path}/", inodes=self._inodes)
            entries = folder.entries()
            if any(_declares(file) for file in entries.files):
                yield from self._look_at_object(folder, entries, faults, path)
                return
            self._check_between(entries, faults, is_empty=not folder.irregular, depth=depth)
            yield from _beneath(path, faults)
            for inner in entries.folders if depth < MAX_DEPTH else ():
                yield from self._look(tree, inner, f"{path}/{inner}", depth + 1)

    @staticmethod
    def _check_between(entries: Entries, faults: Faults, *, is_empty: bool, depth: int) -> None:
        if depth >= MAX_DEPTH and entries.folders:
            found = f"more than {MAX_DEPTH} folders in each other"
            faults.add("E089", entries.folders[0], expected="an object", found=found)
        if not entries.files and not entries.folders and is_empty:
            faults.add("E073", ".", expected="an object, or folders that lead to one", found="nothing in it")
        for file in entries.files:
            code = "E084" if entries.folders else "E072"
            faults.add(code, file, expected="folders and objects alone", found="the file")

    def _look_at_object(self, folder: Folder, entries: Entries, faults: Faults, path: str) -> Iterator[Finding]:
        judged = judge_object(folder, entries, faults, digests=self.digests)
        own = Faults()
        if judged.specification and judged.specification > self.specification:
            found = f"OCFL {judged.specification}"
            own.add("E081", ".", expected=f"OCFL {self.specification}, as the storage root", found=found)
        if self.layout and judged.id is not None:
            expected = self.layout.object_path(judged.id)
            if expected != path:
                own.add("E083", ".", expected=shown(expected), found=shown(path))
        elif judged.id is not None:
            other = self._paths.setdefault(judged.id, path)
            if other != path:
                own.add("E037", f"{NAME}{place('id')}", expected="an identifier of its own", found=f"that of {other}")
        for stranger in judged.strangers:
            for inner, below in folder.walk(stranger):
                if any(file.startswith(f"0={OBJECT.value}") for file in below.files):
                    own.add("E082", inner, expected="no object inside another one", found="an object")
        if "/" in path:
            self._below = self._below or path
        else:
            self._direct = self._direct or path
        yield from _beneath(path, [*judged.findings, *own])


def _declares(name: str) -> bool:
    """Whether a file makes its folder an object, or shows that it was one."""
    return name == NAME or (name.startswith("0=") and not name.startswith("0=ocfl_1"))


def _beneath(path: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of a folder, by their place in the storage root."""
    for one in sorted(findings, key=lambda one: (one.where, one.code, one.found)):
        yield replace(one, where=shown(path) if one.where == "." else f"{shown(path)}/{one.where}")
