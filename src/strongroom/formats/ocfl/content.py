"""Whether the files of an object are those that its inventories list, byte for byte (OCFL 1.1 sections 3.3.1, 3.5)."""

import os
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from strongroom.formats.bag.digests import PIECE_BYTES, Task, digests
from strongroom.formats.ocfl.algorithms import FIXITY, SIZE
from strongroom.formats.ocfl.blocks import Block
from strongroom.formats.ocfl.faults import Faults
from strongroom.formats.ocfl.folder import Folder
from strongroom.formats.ocfl.reading import Reading
from strongroom.formats.ocfl.spelling import version_named
from strongroom.formats.ocfl.versions_on_disk import MISSING, Content

_IN_THREADS: Final[Mapping[str, str]] = {
    "sha512": "sha512",
    "sha256": "sha256",
    "md5": "md5",
    "sha1": "sha1",
    "blake2b-512": "blake2b",
}
"""What `digests` computes, by its own names; of others, which are rare, the file is read again."""

_FEW_FILES = 64
_FEW_BYTES = 4 << 20


class _Claim(NamedTuple):
    """What one ledger says of a file; the code is that of its being wrong."""

    algorithm: str
    digest: str
    code: str
    ledger: str


class Comparison:
    """The files of all versions, compared with the object's own inventory, and with earlier ones as they come.

    Of an earlier inventory only what it says otherwise is kept.
    """

    def __init__(self, folder: Folder, contents: Mapping[int, Content], faults: Faults) -> None:
        """`contents` are those of all versions, by number."""
        self._folder = folder
        self._contents = contents
        self._faults = faults
        self._files = {path: length for content in contents.values() for path, length in content.files.items()}
        self._unlisted: dict[str, list[str]] = {}
        self._absent: dict[str, list[str]] = {}
        self._claims: dict[str, list[_Claim]] = {}

    def add(self, reading: Reading, *, number: int, reference: Reading | None = None) -> None:
        """Compare an inventory.

        Args:
            reading: the object's own, which comes first, or one of an earlier version.
            number: of the version whose files, with those of the versions before, it has to list.
            reference: the object's own, when `reading` is an earlier one.
        """
        for block in (reading.manifest, *reading.fixity.values()):
            if block is not None:
                _find_misspelled(block, self._files)
        if reading.manifest is not None:
            listed = _listed(reading.manifest)
            present = self._files.keys() if reference is None else self._until(number)
            for path in present - listed:
                self._unlisted.setdefault(path, []).append(reading.where)
            for path in listed - self._files.keys() - reading.manifest.misspelled:
                blocks = reading.fixity.items()
                fixity = [f"{reading.where} fixity {name}" for name, block in blocks if path in block.digests]
                self._absent.setdefault(path, []).extend([reading.where, *fixity])
        for algorithm, block, before, code in _blocks(reading, reference):
            self._claim(reading.where, algorithm, block, before, code)

    def finish(self, *, read: bool) -> None:
        """Report what was found; with `read`, each listed file is read once, whatever the number of ledgers."""
        for path, names in sorted(self._unlisted.items()):
            self._faults.add("E023", path, expected="a file that the manifest lists", found=f"not in {_some(names)}")
        self._report_absent()
        if read:
            folders = self._contents.values()
            renamed = {content.named: content.path for content in folders if content.named != content.path}
            for path, actual in _wrong(self._folder, self._claims, self._files, renamed):
                _report(path, self._claims[path], actual, self._faults)

    def _until(self, number: int) -> set[str]:
        return {path for known, content in self._contents.items() if known <= number for path in content.files}

    def _claim(self, where: str, algorithm: str, block: Block, before: Block | None, code: str) -> None:
        """Note what is said of each file that is there; what was said before, in the same words, once."""
        ledger = where if code == "E092" else f"{where} fixity"
        said = before.digests if before else {}
        for path, digest in block.digests.items():
            if digest in block.malformed or said.get(path) == digest:
                continue
            moved = block.moved.get(path, path)
            if moved in self._files:
                self._claims.setdefault(moved, []).append(_Claim(algorithm, digest.lower(), code, ledger))

    def _report_absent(self) -> None:
        without_folder = set()
        for path, names in sorted(self._absent.items()):
            name = path.partition("/")[0]
            named = version_named(name)
            content = self._contents.get(named.number) if named else None
            if content is None or self._folder.is_below_irregular(path):
                continue  # the folder of the version, or what stands there, has a fault already
            if content.has_folder:
                found = f"no such file; listed in {_some(names)}"
                self._faults.add("E092", path, expected="a file with the digest listed", found=found)
            elif name not in without_folder:
                without_folder.add(name)
                expected = f"the content directory, with files that {_some(names)} lists"
                self._faults.add("E016", "/".join(path.split("/", 2)[:2]), expected=expected, found=MISSING)


def _find_misspelled(block: Block, files: Mapping[str, int]) -> None:
    """Where a path that no path can be is another way to write that of a file here, it is the file that is meant."""
    for path in block.misspelled & block.digests.keys():
        parts: list[str] = []
        for part in path.replace("\\", "/").split("/"):
            if part == "..":
                del parts[-1:]
            elif part not in {"", "."}:
                parts.append(part)
        if (tidy := "/".join(parts)) in files:
            block.moved[path] = tidy


def _listed(manifest: Block) -> set[str]:
    return {*manifest.digests.keys() - manifest.moved.keys(), *manifest.moved.values()}


def _blocks(reading: Reading, reference: Reading | None) -> Iterator[tuple[str, Block, Block | None, str]]:
    """The algorithm of each block that can be checked, the block, that of the reference, the code of its faults."""
    if reading.manifest is not None and reading.algorithm is not None:
        same = reference.manifest if reference and reference.algorithm == reading.algorithm else None
        yield reading.algorithm, reading.manifest, same, "E092"
    for name, block in reading.fixity.items():
        if name in FIXITY or name == SIZE:
            yield name, block, reference.fixity.get(name) if reference else None, "E093"


def _wrong(
    folder: Folder, claims: Mapping[str, list[_Claim]], files: Mapping[str, int], renamed: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The files that are not as claimed: their path, and their digests as they are."""
    few = len(claims) <= _FEW_FILES and sum(files[path] for path in claims) <= _FEW_BYTES
    compute = _compute_few if few else _compute_many
    for path, actual in compute(folder, claims, files, renamed):
        if any(actual[claim.algorithm] != claim.digest for claim in claims[path]):
            yield path, actual


def _compute_few(
    folder: Folder, claims: Mapping[str, list[_Claim]], files: Mapping[str, int], renamed: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Without threads, which cost more than these files."""
    for path, said in claims.items():
        yield path, _read(folder, _real(path, renamed), {claim.algorithm for claim in said}, files[path])


def _compute_many(
    folder: Folder, claims: Mapping[str, list[_Claim]], files: Mapping[str, int], renamed: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    spelled = {_real(path, renamed): path for path in claims} if renamed else {}
    tasks = []
    rare: dict[str, set[str]] = {}
    for path, said in claims.items():
        wanted = {claim.algorithm for claim in said}
        common = wanted & _IN_THREADS.keys()
        if common != wanted:
            rare[path] = wanted - common
        tasks.append(Task(_real(path, renamed), files[path], tuple(_IN_THREADS[name] for name in sorted(common))))
    for done in digests(folder.tree, tasks):
        path = spelled.get(done.path, done.path)
        actual = {
            name: done.by_algorithm[spelling].hex()
            for name, spelling in _IN_THREADS.items()
            if spelling in done.by_algorithm
        }
        if path in rare:
            actual |= _read(folder, done.path, rare[path], files[path])
        yield path, actual


def _read(folder: Folder, path: str, wanted: set[str], length_bytes: int) -> dict[str, str]:
    hashers = {name: FIXITY[name].make() for name in wanted if name != SIZE}
    descriptor, length = folder.tree.descriptor(path)
    try:
        # of a file that is longer than it was listed, one byte more than that is read: it may be growing still
        left = length_bytes + 1
        while hashers and left > 0 and (piece := os.read(descriptor, min(PIECE_BYTES, left))):
            for hasher in hashers.values():
                hasher.update(piece)
            left -= len(piece)
    finally:
        os.close(descriptor)
    actual = {name: hasher.hexdigest() for name, hasher in hashers.items()}
    return actual if SIZE not in wanted else {**actual, SIZE: str(length)}


def _real(path: str, renamed: Mapping[str, str]) -> str:
    name, slash, rest = path.partition("/")
    return renamed[name] + slash + rest if name in renamed else path


def _report(path: str, said: list[_Claim], actual: Mapping[str, str], faults: Faults) -> None:
    """One finding a file: of the manifest where one of them is wrong, of the fixity blocks where only those are."""
    wrong = [claim for claim in said if actual[claim.algorithm] != claim.digest]
    first = min(wrong, key=lambda claim: claim.code)
    ledgers = [claim.ledger if claim.code == "E092" else f"{claim.ledger} {claim.algorithm}" for claim in wrong]
    found = f"{first.algorithm} {actual[first.algorithm]}; against {_some(ledgers)}"
    faults.add(first.code, path, expected=f"{first.algorithm} {first.digest}", found=found)


def _some(names: list[str]) -> str:
    once = list(dict.fromkeys(names))
    return ", ".join(once[:5]) + (f" and {len(once) - 5} more" if len(once) > 5 else "")
