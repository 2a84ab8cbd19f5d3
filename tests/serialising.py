"""Bags packed into one file, entry by entry and in any order, with what lies in them that is neither file nor folder."""

import gzip
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

FORMATS = ("tar", "tar.gz", "tar.zst", "zip")

Order = Callable[[list[Path]], Iterable[Path]]


def pack(root: Path, archive: Path, order: Order = sorted) -> Path:
    """Pack a folder with everything in it; `order` arranges what lies below it."""
    paths = [root, *order(list(root.rglob("*")))]
    if archive.name.endswith(".zip"):
        _zip(root, archive, paths)
        return archive
    plain = archive.with_name("plain.tmp")
    with tarfile.open(plain, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in paths:
            tar.add(path, f"{root.name}/{path.relative_to(root)}".removesuffix("/."), recursive=False)
    content = plain.read_bytes()
    plain.unlink()
    if archive.name.endswith(".gz"):
        content = gzip.compress(content, mtime=0)
    elif archive.name.endswith(".zst"):
        import zstandard

        content = zstandard.compress(content)
    archive.write_bytes(content)
    return archive


def _zip(root: Path, archive: Path, paths: list[Path]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in paths:
            name = f"{root.name}/{path.relative_to(root)}".removesuffix("/.")
            mode = path.lstat().st_mode
            info = zipfile.ZipInfo(name + ("/" if stat.S_ISDIR(mode) else ""))
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            content = b""
            if stat.S_ISREG(mode):
                content = path.read_bytes()
            elif stat.S_ISLNK(mode):
                content = os.fsencode(path.readlink())
            if not content:
                info.compress_type = zipfile.ZIP_STORED
            packed.writestr(info, content)
