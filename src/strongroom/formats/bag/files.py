"""What judging a bag asks of its files, whether they lie in a folder or came by in a stream."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

from strongroom.formats.bag.digests import Digests, Task, digests
from strongroom.formats.bag.tree import Tree


class Files(Protocol):
    """The files of a bag; paths are relative to it."""

    def open(self, path: str) -> BinaryIO:
        """Open a tag file for reading; raises `StorageError` when it cannot be."""

    def digests(self, tasks: Iterable[Task]) -> Iterator[Digests]:
        """Yield the digests of files, in any order; raises `StorageError` when one cannot be read."""


def files_of(source: Tree | Files) -> Files:
    """The files of a folder, or what gives files already."""
    return _InTree(source) if isinstance(source, Tree) else source


class _InTree:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def open(self, path: str) -> BinaryIO:
        return self._tree.open(path)

    def digests(self, tasks: Iterable[Task]) -> Iterator[Digests]:
        return digests(self._tree, tasks)
