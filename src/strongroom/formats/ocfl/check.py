"""What is wrong with an OCFL object or storage root, all of it in one run (OCFL 1.0 and 1.1).

Files are opened without following links and only when they are regular; nothing outside is looked at, and whatever an
inventory says, nothing is raised for it.
"""

from collections.abc import Iterator
from pathlib import Path

from strongroom.formats.bag.tree import Tree
from strongroom.formats.ocfl.faults import Faults
from strongroom.formats.ocfl.folder import Folder
from strongroom.formats.ocfl.object_check import judge_object
from strongroom.formats.ocfl.root_check import RootCheck
from strongroom.model.finding import Finding


def check_object(folder: Path, *, digests: bool = True) -> list[Finding]:
    """Find everything that is wrong with an object.

    Args:
        folder: the object's root.
        digests: whether content is read and compared, too; inventories always are.

    Returns:
        Findings with the standard's own codes, sorted by place; paths are relative to the folder.

    Raises:
        StorageError: a file or folder cannot be read.
    """
    with Tree(folder) as tree:
        faults = Faults()
        opened = Folder(tree, faults)
        return judge_object(opened, opened.entries(), faults, digests=digests).findings


def check_root(folder: Path, *, digests: bool = True) -> Iterator[Finding]:
    """Find everything that is wrong with a storage root and its objects, one object after the other.

    Memory does not grow with the number of objects where the layout is one that is computed here; else it holds
    their identifiers.

    Args:
        folder: the storage root.
        digests: whether content is read and compared, too; inventories always are.

    Yields:
        Findings with the standard's own codes, by object in the order of paths, those of the root itself first; paths
        are relative to the storage root.

    Raises:
        StorageError: a file or folder cannot be read.
    """
    with Tree(folder) as tree:
        yield from RootCheck(tree, digests=digests).findings()
