"""How often each content file of a vault is opened, as the kernel sees it (inotify): no word of the program is taken for it."""

import ctypes
import os
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from repository.vault import Vault

_IN_OPEN = 0x20
_IN_ISDIR = 0x40000000
_EVENT = struct.Struct("iIII")


class Watch:
    """Counts how often each content file is opened, as the kernel sees it (inotify)."""

    def __init__(self, folders: list[Path]) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert self._descriptor >= 0
        self._folders = {}
        for folder in folders:
            number = self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), _IN_OPEN)
            assert number >= 0, ctypes.get_errno()
            self._folders[number] = folder
        self.opened: Counter[Path] = Counter()

    def drain(self) -> None:
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except BlockingIOError:
                return
            at = 0
            while at < len(data):
                number, mask, _, length = _EVENT.unpack_from(data, at)
                name = data[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0").decode()
                if name and not mask & _IN_ISDIR:
                    self.opened[self._folders[number] / name] += 1
                at += _EVENT.size + length

    def close(self) -> None:
        os.close(self._descriptor)


@contextmanager
def watching(vault: Vault) -> Iterator[Watch]:
    folders = [
        path
        for copy in vault.copies
        for content in (copy / "store").rglob("content")
        for path in (content, *content.rglob("*"))
        if path.is_dir()
    ]
    watch = Watch(folders)
    try:
        yield watch
    finally:
        watch.close()


def content_files(vault: Vault) -> set[Path]:
    return {path for copy in vault.copies for path in (copy / "store").glob("**/content/**/*") if path.is_file()}
