"""Which paths a serialised bag has given so far, so that none is given twice."""

from collections.abc import Iterator
from enum import StrEnum


class Place(StrEnum):
    """How a path stands to those before it."""

    NEW = "new"
    FILE_TWICE = "file twice"
    FOLDER_TWICE = "folder twice"
    FILE_AND_FOLDER = "file and folder"


class _Folder(dict[str, "_Folder | None"]):
    """What a folder holds: folders, and files as None."""

    __slots__ = ("is_stated",)

    def __init__(self) -> None:
        super().__init__()
        self.is_stated = False  # folders are often known only by what is in them


class PathTree:
    """The files and folders so far. Each name is kept once, below its folder's."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._root = _Folder()
        self._last: tuple[list[str], _Folder] = ([], self._root)

    def add(self, parts: list[str], *, is_folder: bool) -> Place:
        """Add a path, and say how it stands to those before it; what cannot be is not added."""
        above = self._folder(parts[:-1])
        if above is None:
            return Place.FILE_AND_FOLDER
        name = parts[-1]
        if name not in above:
            folder = _Folder() if is_folder else None
            if folder is not None:
                folder.is_stated = True
            above[name] = folder
            return Place.NEW
        there = above[name]
        if (there is not None) != is_folder:
            return Place.FILE_AND_FOLDER
        if there is None:
            return Place.FILE_TWICE
        if there.is_stated:
            return Place.FOLDER_TWICE
        there.is_stated = True
        return Place.NEW

    def folders_at_top(self) -> Iterator[str]:
        """The names of the folders that lie in no other."""
        return (name for name, there in self._root.items() if there is not None)

    def files_at_top(self) -> Iterator[str]:
        """The names of the files that lie in no folder."""
        return (name for name, there in self._root.items() if there is None)

    def _folder(self, parts: list[str]) -> _Folder | None:
        """A folder, made when it is not there; None when a part of its path is a file."""
        if self._last[0] == parts:
            return self._last[1]
        folder = self._root
        for part in parts:
            below = folder.get(part)
            if below is None:
                if part in folder:
                    return None
                below = folder[part] = _Folder()
            folder = below
        self._last = (parts, folder)
        return folder
