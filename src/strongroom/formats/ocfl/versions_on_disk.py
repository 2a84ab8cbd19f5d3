"""The folders of an object's versions as they lie on disk (OCFL 1.1 section 3.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from strongroom.formats.ocfl.faults import Faults
from strongroom.formats.ocfl.folder import Entries, Folder
from strongroom.formats.ocfl.inventory import NAME
from strongroom.formats.ocfl.spelling import VersionName, version_named


@dataclass(slots=True)
class Content:
    """The files that a version holds.

    Attributes:
        files: path, as the inventory names the version, to length in bytes.
        has_folder: whether the version's content directory is there.
        named, path: the version's folder as the inventory names it, and as it is.
    """

    named: str
    path: str
    files: dict[str, int] = field(default_factory=dict)
    has_folder: bool = False


MISSING: Final = "no such folder"


def version_folders(folders: Iterable[str]) -> dict[int, list[VersionName]]:
    """Those of the folders of an object that are named as versions are, by number."""
    found: dict[int, list[VersionName]] = {}
    for name in folders:
        if named := version_named(name):
            found.setdefault(named.number, []).append(named)
    return found


def match_folders(
    on_disk: Mapping[int, list[VersionName]], stated: Mapping[int, VersionName], faults: Faults
) -> dict[int, str]:
    """Compare the folders with the versions that the inventory names; the folder of each version that has one."""
    folders: dict[int, str] = {}
    for number, names in on_disk.items():
        mine = stated.get(number)
        spelled = [name.name for name in names]
        chosen = mine.name if mine and mine.name in spelled else spelled[0]
        if mine:
            folders[number] = chosen
        for name in spelled:
            if mine is None:
                faults.add("E046", name, expected="a folder of a version in the inventory", found="the folder")
            elif name != mine.name:
                faults.add("E046", name, expected=mine.name, found=name)
    last = max(folders, default=0)
    for number, named in stated.items():
        if number not in folders:
            # a gap between folders is one in the sequence, too
            code = "E010" if number < last else "E046"
            faults.add(code, named.name, expected="the folder of the version", found=MISSING)
    return folders


def read_content(
    folder: Folder, path: str, entries: Entries, *, directory: str | None, named: str, faults: Faults
) -> Content:
    """List the content of a version.

    Args:
        folder: of the object.
        path: of the version's folder.
        entries: what lies in that.
        directory: the name of the content directory; None when it is not known: then any folder may be it.
        named: the version's name in the inventory, which may spell the folder in another way.
        faults: gets what is wrong.
    """
    content = Content(named, path)
    for name in entries.folders:
        below = f"{path}/{name}"
        if directory is not None and name != directory:
            faults.add("W002", below, expected=f"no folder but {directory}", found=name)
            for _ in folder.walk(below):
                pass  # for what OCFL forbids anywhere: links
            continue
        content.has_folder = True
        before = len(content.files)
        for inner, found in folder.walk(below):
            prefix = f"{named}{inner[len(path) :]}/"
            content.files.update((prefix + file, length) for file, length in found.files.items())
            if inner != below and not found.files and not found.folders and not folder.is_below_irregular(inner):
                faults.add("E024", inner, expected="at least one file", found="nothing in it")
        if len(content.files) == before and directory is not None:
            faults.add("W003", below, expected="no such folder where there is no content", found="no file in it")
    return content


def check_files(prefix: str, names: Iterable[str], allowed: frozenset[str], faults: Faults) -> None:
    """Report the files beside a version's inventory that have no place there."""
    for name in names:
        if name not in allowed:
            expected = f"nothing but {NAME} and its digest"
            faults.add("E015", prefix + name, expected=expected, found="the file")
