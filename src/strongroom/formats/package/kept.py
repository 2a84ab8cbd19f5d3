"""What is kept of a bag that passes by once: its documents, what its WARC files hold, and a digest of everything.

It lies in one private folder, and its length has a bound; memory holds no more than a few bytes for each file.
"""

import json
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from strongroom.formats.bag.manifest import DIGEST_BYTES
from strongroom.formats.package.warc_rows import Row
from strongroom.model.finding import Finding
from strongroom.model.rules import warc as rules
from strongroom.storage import saying

_RULES: Final = {rule.code: rule for rule in rules.RULES}
_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_END: Final = b"null\n"


class TooMuchError(Exception):
    """More is to be kept than the bound allows. Never leaves this package."""


class Kept:
    """A private folder and what was put there. A context manager.

    Attributes:
        documents: the folder below which documents lie at their own paths.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """Begin in an empty folder, which the caller takes away; `max_bytes` is for documents and records together."""
        self.documents = folder / "documents"
        self._left_bytes = max_bytes
        self._rows_path, self._digests_path = folder / "records", folder / "digests"
        self._begins: dict[str, int] = {}
        self._offsets, self._kinds = array("Q"), array("H")
        self._algorithms: list[tuple[str, ...]] = []
        with saying("write", folder):
            self.documents.mkdir()
            self._rows = self._rows_path.open("xb")
            self._digests = self._digests_path.open("xb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a disk that is full was told when it was written to
            self._rows.close()
        with suppress(OSError):
            self._digests.close()

    @contextmanager
    def document(self, path: str, length_bytes: int, most_bytes: int) -> Iterator[Callable[[bytes], None]]:
        """Keep a document, by the function that is given, piece by piece.

        Of one longer than `most_bytes`, which nobody is going to read, the beginning is kept, with the length of all.
        """
        target = self.documents / path
        left = length_bytes if length_bytes <= most_bytes else min(most_bytes, 1 << 16)
        with saying("write", target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(target, _FILE, 0o600), "wb") as file:  # noqa: PTH123 - never over what is there

                def write(piece: bytes) -> None:
                    nonlocal left
                    piece = piece[:left]
                    left -= len(piece)
                    self._charge(len(piece))
                    file.write(piece)

                yield write
                if length_bytes > most_bytes:
                    file.truncate(most_bytes + 1)
                    with suppress(OSError):  # a length that this disk cannot have
                        file.truncate(length_bytes)

    def put_rows(self, path: str, rows: Iterable[Row | Finding]) -> None:
        """Keep what a WARC file holds; the places of findings are those inside the file alone."""
        self._begins[path] = self._rows.tell()
        with saying("write", self._rows_path):
            for one in rows:
                line = json.dumps(_shown(one) if isinstance(one, Finding) else one).encode() + b"\n"
                self._charge(len(line))
                self._rows.write(line)
            self._rows.write(_END)

    def rows(self, path: str, where: str) -> Iterator[Row | Finding]:
        """What was kept of a WARC file, with `where` in front of the places of findings."""
        with saying("read", self._rows_path):
            self._rows.flush()
            with self._rows_path.open("rb") as file:
                file.seek(self._begins[path])
                for line in file:
                    if line == _END:
                        return
                    one = json.loads(line)
                    if isinstance(one, dict):
                        place = where + one["where"]
                        yield _RULES[one["code"]].at(place, expected=one["expected"], found=one["found"])
                    else:
                        yield tuple(one)

    def put_digests(self, by_algorithm: Mapping[str, bytes]) -> None:
        """Keep the digests of the next file; files are numbered from 0."""
        names = tuple(by_algorithm)
        if names not in self._algorithms:
            self._algorithms.append(names)
        with saying("write", self._digests_path):
            self._offsets.append(self._digests.tell())
            self._kinds.append(self._algorithms.index(names))
            self._digests.write(b"".join(by_algorithm.values()))

    def digests(self, numbers: Sequence[int]) -> Iterator[dict[str, bytes]]:
        """The digests of files, by their numbers."""
        with saying("read", self._digests_path):
            self._digests.flush()
            with self._digests_path.open("rb") as file:
                for number in numbers:
                    file.seek(self._offsets[number])
                    yield {name: file.read(DIGEST_BYTES[name]) for name in self._algorithms[self._kinds[number]]}

    def _charge(self, length_bytes: int) -> None:
        self._left_bytes -= length_bytes
        if self._left_bytes < 0:
            raise TooMuchError


def _shown(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, "where": finding.where, "expected": finding.expected, "found": finding.found}
