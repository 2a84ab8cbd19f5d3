"""A serialised bag read once, from its first byte to its last, so that it can be judged as a folder is.

Nothing is unpacked: files are digested as they come, WARC files are checked as they come, and of the rest only the
documents are kept that judging opens. What a manifest asks for that was not known in time is digested in a second
reading.
"""

import hashlib
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from strongroom.errors import StorageError
from strongroom.formats.bag import declaration as bag_declaration
from strongroom.formats.bag import fetch as bag_fetch
from strongroom.formats.bag.digests import Digests, Task
from strongroom.formats.bag.manifest import manifest_name
from strongroom.formats.bag.paths import shown
from strongroom.formats.bag.tree import Scan
from strongroom.formats.package.check import is_document, is_warc
from strongroom.formats.package.kept import Kept, TooMuchError
from strongroom.formats.package.warc_rows import Row, read_rows
from strongroom.formats.serialised.entry import Entry, Kind
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.reading import SerialisedBag
from strongroom.model.finding import Finding, Severity
from strongroom.model.rules import serialised as rules
from strongroom.settings import VerifySettings
from strongroom.storage import saying

MAX_KEPT_BYTES: Final = 16 * 2**30
"""Of manifests, metadata and what is noted of records, together."""

_USUAL: Final = ("sha256", "sha512", "md5", "sha1")
_INFO_NAMES: Final = frozenset({"bag-info.txt", "package-info.txt"})


class StreamedBag:
    """A bag that was read as it passed by; it gives its files' digests and documents (`strongroom.formats.bag.files`).

    Attributes:
        name: of the bag's folder.
        folder: a folder that holds the bag's documents at their places, and no other of its files.
        scan: what there is; with the findings about the file itself. `cut` where it could not be read to its end.
    """

    def __init__(self, bag: SerialisedBag, kept: Kept, settings: VerifySettings) -> None:
        """Read the bag."""
        self._bag = bag
        self._kept = kept
        self._settings = settings
        self._seen: dict[str, None] = {}
        self._stated: set[str] = set()
        self._numbers = array("Q")
        self.scan = Scan()
        files = self._read()
        self.name = bag.folder
        self.folder = kept.documents / self.name if self.name else kept.documents
        self._arrange(files)

    def open(self, path: str) -> BinaryIO:
        """Open a tag file of the bag."""
        with saying("read", self.folder / path):
            return (self.folder / path).open("rb", buffering=0)

    def rows(self, path: Path, where: str) -> Iterator[Row | Finding]:
        """What a WARC file in `folder` holds, which is not there itself any more."""
        return self._kept.rows(path.relative_to(self.folder).as_posix(), where)

    def digests(self, tasks: Iterable[Task]) -> Iterator[Digests]:
        """Yield digests, of the tasks in the order of `scan.files`; what is lacking needs a second reading."""
        late: dict[str, tuple[dict[str, bytes], tuple[str, ...]]] = {}
        there = zip(self.scan.files.items(), self._kept.digests(self._numbers), strict=True)
        for task in tasks:
            (_, length), known = next(one for one in there if one[0][0] == task.path)
            lacking = tuple(name for name in task.algorithms if name not in known)
            if lacking:
                late[task.path] = known, lacking
            else:
                yield Digests(task.path, length, known)
        if late:
            yield from self._again(late)

    def _again(self, late: dict[str, tuple[dict[str, bytes], tuple[str, ...]]]) -> Iterator[Digests]:
        for entry in self._bag.entries():
            path = entry.path.partition("/")[2]
            if entry.kind is Kind.FILE and path in late:
                known, lacking = late[path]
                chunks = _Chunks(entry.chunks, lacking)
                chunks.drain()
                yield Digests(path, chunks.length_bytes, known | chunks.digests())

    def _read(self) -> list[tuple[str, int]]:
        """Read everything; returns the files, in the order in which they came."""
        files: list[tuple[str, int]] = []
        try:
            for entry in self._bag.entries():
                path = entry.path.partition("/")[2]
                if entry.kind is Kind.FOLDER:
                    self._stated.add(path)
                    continue
                told = self._bag.told
                digests = self._take(entry, path)
                if digests is None or self._is_damaged(entry, told):
                    self.scan.irregular.add(path)  # what else is wrong with it follows from that
                else:
                    self._kept.put_digests(digests)
                    files.append((path, entry.length_bytes))
        except TooMuchError:
            self.scan.cut = True
            found = rules.TOO_LARGE.at(
                ".", expected="less of manifests and metadata", found="more than is kept of them"
            )
            self.scan.findings.append(found)
        return files

    def _is_damaged(self, entry: Entry, told: int) -> bool:
        """Whether one of the findings since then is about this entry's data."""
        if self._bag.told == told:
            return False
        where = shown(entry.path[:1000])
        since = self._bag.findings[told:]
        return any(one.severity is Severity.ERROR and one.where[:1000] == where[:1000] for one in since)

    def _take(self, entry: Entry, path: str) -> dict[str, bytes] | None:
        """Read a file to its end; its digests, or None where it has another length than is stated."""
        manifest = None if "/" in path else manifest_name(path)
        chunks = _Chunks(entry.chunks, self._algorithms(path))
        most = self._most_bytes(path)
        if any(is_warc(inside) for inside in _inside(path)):
            self._kept.put_rows(path, read_rows(Path(path), "", read=chunks.read))
        elif most is not None:
            with self._kept.document(entry.path, entry.length_bytes, most) as write:
                for piece in chunks.pieces():
                    write(piece)
        chunks.drain()
        if manifest and not manifest.is_tag and manifest.algorithm:
            self._seen[manifest.algorithm] = None
        return chunks.digests() if chunks.length_bytes == entry.length_bytes else None

    def _algorithms(self, path: str) -> tuple[str, ...]:
        """Those of the manifests so far, or where there are none yet, those in use; of tag files always these, too."""
        if path.startswith("data/"):
            return tuple(self._seen) or _USUAL
        return tuple(dict.fromkeys((*_USUAL, *self._seen)))

    def _most_bytes(self, path: str) -> int | None:
        """How long a document may be of which all is kept; None for what is no document."""
        settings = self._settings
        if "/" not in path:
            if manifest_name(path):
                return settings.max_manifest_bytes
            if path == bag_declaration.NAME:  # of which the beginning is read, however long it is
                return max(settings.max_tag_file_bytes, bag_declaration.MAX_BYTES)
            if path in _INFO_NAMES or path == bag_fetch.NAME:
                return settings.max_tag_file_bytes
        documents = [inside for inside in _inside(path) if is_document(inside)]
        if not documents:
            return None
        return settings.max_xml_bytes if path.lower().endswith(".xml") else MAX_KEPT_BYTES

    def _arrange(self, files: list[tuple[str, int]]) -> None:
        """Put everything into the order in which a folder is listed, and the findings into their places."""
        scan, bag, folder = self.scan, self._bag, shown(self.name)
        is_bag = bag.is_one_folder
        for one in bag.findings:
            inside = one.where.removeprefix(f"{folder}/") if one.where != folder else "."
            scan.findings.append(replace(one, where=inside) if is_bag else one)
        if scan.cut or not is_bag or (bag.is_refused and not bag.is_whole):
            scan.cut = True
            return
        scan.irregular |= {path.partition("/")[2] for path in bag.refused if path.startswith(f"{self.name}/")}
        order = sorted(range(len(files)), key=lambda number: files[number][0].replace("/", "\0"))
        scan.files = dict(files[number] for number in order)
        self._numbers = array("Q", order)
        holding = {""}
        for path in (*scan.files, *scan.irregular, *self._stated):
            above = path.rpartition("/")[0]
            while above not in holding:
                holding.add(above)
                above = above.rpartition("/")[0]
        scan.folders = (self._stated | holding) - {""}
        scan.empty = self._stated - holding


@contextmanager
def streamed(archive: Path, settings: VerifySettings, *, max_kept_bytes: int = MAX_KEPT_BYTES) -> Iterator[StreamedBag]:
    """Read a serialised bag; what is kept of it is taken away in the end.

    Raises:
        UsageError: it is compressed with zstd and no module is installed that reads it.
        StorageError: it cannot be read or was changed meanwhile, or the folder for temporary files is full.
    """
    limits = SerialisedLimits(entries=settings.max_files)
    with SerialisedBag(archive, limits) as bag, _temporary() as folder, Kept(Path(folder), max_kept_bytes) as kept:
        yield StreamedBag(bag, kept, settings)


def _temporary() -> "tempfile.TemporaryDirectory[str]":
    try:
        return tempfile.TemporaryDirectory(prefix="strongroom-")
    except OSError as error:
        raise StorageError(
            f"no folder can be made for temporary files ({error}); make room there, or name another in TMPDIR"
        ) from error


class _Chunks:
    """A file's bytes as they come, digested on the way."""

    def __init__(self, chunks: Iterator[bytes], algorithms: tuple[str, ...]) -> None:
        self._chunks = chunks
        self._rest = b""
        # hashlib's own type has no public name
        self._hashers: dict[str, Any] = {name: getattr(hashlib, name)(usedforsecurity=False) for name in algorithms}
        self.length_bytes = 0

    def pieces(self) -> Iterator[bytes]:
        """What is left, in pieces."""
        for piece in filter(None, self._chunks):
            self.length_bytes += len(piece)
            for hasher in self._hashers.values():
                hasher.update(piece)
            yield piece

    def read(self, count: int) -> bytes:
        """At most so many bytes; none at the end."""
        piece = self._rest or next(self.pieces(), b"")
        self._rest = piece[count:]
        return piece[:count]

    def drain(self) -> None:
        """Go to the end."""
        for _ in self.pieces():
            pass

    def digests(self) -> dict[str, bytes]:
        """Of all bytes so far."""
        return {name: hasher.digest() for name, hasher in self._hashers.items()}


def _inside(path: str) -> Iterator[str]:
    """A path by what it may be called inside an information package: a bare one, data/ itself, or a folder in it."""
    yield path
    if path.startswith("data/"):
        inside = path.removeprefix("data/")
        yield inside
        if "/" in inside:
            yield inside.partition("/")[2]
