"""OCFL objects by our own hand, right by construction, and wrong in one place when a test says so."""

import copy
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ALPHA, BETA, DELTA = b"alpha\n", b"beta\n", b"delta\n"


def digest(content: bytes, algorithm: str = "sha512") -> str:
    return hashlib.new(algorithm, content).hexdigest()


A, B, D = digest(ALPHA), digest(BETA), digest(DELTA)


class OcflObject:
    """An object to be written: its inventories as documents, by the name of their version, and its files."""

    def __init__(
        self, *, specification: str = "1.1", algorithm: str = "sha512", object_id: str = "urn:example:object"
    ) -> None:
        self.specification = specification
        self.algorithm = algorithm
        self.object_id = object_id
        self.documents: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.raw: dict[str, bytes] = {}

    @property
    def head(self) -> dict[str, Any]:
        """The document of the last version, which is also the object's own."""
        return self.documents[list(self.documents)[-1]]

    def version(self, name: str, files: Mapping[str, bytes], *, directory: str = "content") -> None:
        """Add a version with these files; of content that is known, nothing is stored."""
        document = copy.deepcopy(self.head) if self.documents else self._first()
        state: dict[str, list[str]] = {}
        for path, content in files.items():
            value = digest(content, self.algorithm)
            if value not in document["manifest"]:
                stored = f"{name}/{directory}/{path}"
                document["manifest"][value] = [stored]
                self.files[stored] = content
            state.setdefault(value, []).append(path)
        document["head"] = name
        document["versions"][name] = {
            "created": f"2024-05-0{len(self.documents) % 9 + 1}T07:08:09Z",
            "message": f"as {name}",
            "state": state,
            "user": {"name": "Ann", "address": "mailto:ann@example.org"},
        }
        self.documents[name] = document

    def everywhere(self, edit: Callable[[dict[str, Any]], object]) -> None:
        """Make the same change to all inventories."""
        for document in self.documents.values():
            edit(document)

    def write(self, folder: Path) -> None:
        """Write it all, with digests of the inventories as they are now."""
        write(folder / f"0=ocfl_object_{self.specification}", f"ocfl_object_{self.specification}\n".encode())
        for path, content in self.files.items():
            write(folder / path, content)
        for name, document in self.documents.items():
            data = self.raw.get(name, json.dumps(document, indent=1).encode())
            write_inventory(folder / name, data, document.get("digestAlgorithm", "sha512"))
        write_inventory(folder, data, document.get("digestAlgorithm", "sha512"))

    def _first(self) -> dict[str, Any]:
        return {
            "id": self.object_id,
            "type": f"https://ocfl.io/{self.specification}/spec/#inventory",
            "digestAlgorithm": self.algorithm,
            "head": "",
            "manifest": {},
            "versions": {},
        }


def one_version(**options: str) -> OcflObject:
    made = OcflObject(**options)
    made.version("v1", {"a.txt": ALPHA, "b/c.txt": BETA})
    return made


def two_versions(**options: str) -> OcflObject:
    made = one_version(**options)
    made.version("v2", {"a.txt": ALPHA, "b/c.txt": BETA, "d.txt": DELTA})
    return made


def named(*names: str) -> OcflObject:
    """Versions of these names, each with a file more."""
    made = OcflObject()
    files: dict[str, bytes] = {}
    for name in names:
        files = {**files, f"{name}.txt": name.encode()}
        made.version(name, files)
    return made


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_inventory(folder: Path, data: bytes, algorithm: str) -> None:
    write(folder / "inventory.json", data)
    write(folder / f"inventory.json.{algorithm}", f"{digest(data, algorithm)} inventory.json\n".encode())
