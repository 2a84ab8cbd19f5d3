"""One fault in a storage root, for each code of the standard: what is done, and exactly what is found."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from formats.ocfl_builder import one_version, write
from strongroom.formats.ocfl.layout import EXTENSION, ROOT_FILES, object_path

FIRST, SECOND = "urn:example:1", "urn:example:2"
FIRST_PATH, SECOND_PATH = object_path(FIRST), object_path(SECOND)
DECLARATION = "0=ocfl_1.1"
EXTENSIONS = f"extensions/{EXTENSION}"


@dataclass(frozen=True)
class RootCase:
    """A fault in a root of two objects."""

    name: str
    expected: tuple[tuple[str, str], ...]
    damage: Callable[[Path], object]
    specification: str = "1.1"

    @property
    def code(self) -> str:
        return self.name.partition(" ")[0]


def make_root(folder: Path, specification: str = "1.1") -> None:
    for path, content in ROOT_FILES.items():
        write(folder / path.replace("1.1", specification), content.replace(b"1.1", specification.encode()))
    for object_id in (FIRST, SECOND):
        one_version(object_id=object_id, specification=specification).write(folder / object_path(object_id))


def _file(path: str, content: bytes = b"?") -> Callable[[Path], None]:
    return lambda folder: write(folder / path, content)


def _renamed(path: str, other: str) -> Callable[[Path], None]:
    def rename(folder: Path) -> None:
        (folder / other).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).rename(folder / other)

    return rename


def _layout(**facts: object) -> Callable[[Path], None]:
    return _file("ocfl_layout.json", json.dumps(facts).encode())


def _undeclared(*steps: Callable[[Path], object]) -> Callable[[Path], None]:
    """A root that names no layout."""

    def change(folder: Path) -> None:
        (folder / "ocfl_layout.json").unlink()
        for step in steps:
            step(folder)

    return change


def _inner(path: str, **options: str) -> Callable[[Path], None]:
    return lambda folder: one_version(**options).write(folder / path)


def _moved_up(folder: Path) -> None:
    (folder / FIRST_PATH).rename(folder / "first")
    for above in list(Path(FIRST_PATH).parents)[:-1]:
        (folder / above).rmdir()


ROOT_CASES: tuple[RootCase, ...] = (
    RootCase("E069", (("E069", "."),), lambda folder: (folder / DECLARATION).unlink()),
    RootCase("E070 no JSON", (("E070", "ocfl_layout.json"),), _file("ocfl_layout.json", b"{")),
    RootCase("E070 no key", (("E070", "ocfl_layout.json#/description"),), _layout(extension=EXTENSION)),
    RootCase(
        "E071", (("E071", "ocfl_layout.json#/extension"),), _layout(extension="0005-mutable-head", description="x")
    ),
    RootCase("E072", (("E072", "abc/def/x.txt"),), _file("abc/def/x.txt")),
    RootCase("E073", (("E073", "abc"),), lambda folder: (folder / "abc").mkdir()),
    RootCase("E076", (("E076", "."),), _file("0=ocfl_1.0", b"ocfl_1.0\n")),
    RootCase("E077", (("E077", "0=ocfl_2.7"),), _renamed(DECLARATION, "0=ocfl_2.7")),
    RootCase("E078", (("E078", "1=ocfl_1.1"),), _renamed(DECLARATION, "1=ocfl_1.1")),
    RootCase("E079", (("E079", "0=oclf_1.1"),), _renamed(DECLARATION, "0=oclf_1.1")),
    RootCase("E080", (("E080", DECLARATION),), _file(DECLARATION, b"ocfl_1.1\r\n")),
    RootCase(
        "E081",
        (("E081", object_path("urn:example:3")),),
        _inner(object_path("urn:example:3"), object_id="urn:example:3", specification="1.1"),
        specification="1.0",
    ),
    RootCase(
        "E082 in an object",
        (("E001", f"{FIRST_PATH}/inner"), ("E082", f"{FIRST_PATH}/inner/one")),
        _inner(f"{FIRST_PATH}/inner/one"),
    ),
    RootCase("E082 the root", (("E082", "0=ocfl_object_1.1"),), _file("0=ocfl_object_1.1", b"ocfl_object_1.1\n")),
    RootCase("E083", (("E083", "abc/object"),), lambda folder: _moved(folder, "abc/object")),
    RootCase("E083 no parameters", (("E083", f"{EXTENSIONS}/config.json"),), _file(f"{EXTENSIONS}/config.json", b"[]")),
    RootCase("E084", (("E084", f"{FIRST_PATH[:3]}/x.txt"),), _file(f"{FIRST_PATH[:3]}/x.txt")),
    RootCase("E086", (("E086", "extensions/x.txt"),), _file("extensions/x.txt"), specification="1.0"),
    RootCase("E112", (("E112", "extensions/x.txt"),), _file("extensions/x.txt")),
    RootCase(
        "E037",
        (("E037", "zzz/twin/inventory.json#/id"),),
        _undeclared(_inner("zzz/twin", object_id=FIRST)),
    ),
    RootCase("E089", (("E089", f"{'a/' * 100}a"),), lambda folder: (folder / ("a/" * 101)).mkdir(parents=True)),
    RootCase("E090", (("E090", "abc"),), lambda folder: (folder / "abc").symlink_to(FIRST_PATH[:3])),
    RootCase("W013", (("W013", "extensions/mine"),), _file("extensions/mine/x.txt"), specification="1.0"),
    RootCase("W015", (("W015", "."),), _undeclared(_moved_up)),
    RootCase("W016", (("W016", "extensions/mine"),), _file("extensions/mine/x.txt")),
)


def _moved(folder: Path, path: str) -> None:
    (folder / path).parent.mkdir(parents=True)
    _moved_up(folder)
    (folder / "first").rename(folder / path)
