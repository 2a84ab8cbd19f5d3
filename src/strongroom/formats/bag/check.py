"""A bag judged as a bag: structure, tag files, every manifest and every digest, in one reading of each file.

What an information package inside the bag must fulfil is judged elsewhere; here its files are digested on the way.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from strongroom.formats.bag import declaration as bag_declaration
from strongroom.formats.bag import fetch as bag_fetch
from strongroom.formats.bag.compare import (
    PayloadState,
    compare_digests,
    compare_fetch,
    compare_oxum,
    compare_payload,
    compare_tag_files,
)
from strongroom.formats.bag.declaration import Declaration, read_declaration
from strongroom.formats.bag.digests import Digests, Task
from strongroom.formats.bag.fetch import FetchItem, read_fetch
from strongroom.formats.bag.files import Files, files_of
from strongroom.formats.bag.info import Info, read_info
from strongroom.formats.bag.ledgers import Ledger, Reader, Remarks
from strongroom.formats.bag.manifest import WEAK, manifest_name, read_manifest
from strongroom.formats.bag.names import check_empty_folders, check_names
from strongroom.formats.bag.tree import Scan, Tree
from strongroom.model.digest import Fixity
from strongroom.model.finding import Finding
from strongroom.model.rules import bag as rules
from strongroom.model.rules import ledger as ledger_rules
from strongroom.settings import VerifySettings

PACKAGE_ALGORITHMS = ("sha256", "sha512")


@dataclass(frozen=True, slots=True)
class CheckedBag:
    """What a bag is, and what is wrong with it.

    Attributes:
        findings: in no particular order.
        fixities: of the files of the information packages, or of all if asked for; paths relative to the bag.
        packages: folders of information packages, relative to the bag: ``data/uuid-…``.
        payload_bytes, payload_files: as on disk.
        info: the elements of bag-info.txt.
    """

    findings: tuple[Finding, ...]
    fixities: Mapping[str, Fixity]
    packages: tuple[str, ...]
    payload_bytes: int
    payload_files: int
    info: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Ledgers:
    payload: list[Ledger]
    tag: list[Ledger]

    def all(self) -> list[Ledger]:
        return [*self.payload, *self.tag]


def check_bag(source: Tree | Files, scan: Scan, settings: VerifySettings, *, digest_all: bool = False) -> CheckedBag:
    """Judge a bag as far as RFC 8493 goes; every file is read once for all its digests.

    With `digest_all` every file is digested with the algorithms of packages, whether a manifest lists it or not.
    """
    files = files_of(source)
    findings: list[Finding] = []
    declaration = _declaration(files, scan, findings)
    info = _info(files, scan, declaration, settings, findings)
    ledgers = _ledgers(files, scan, declaration, settings, findings)
    fetch = _fetch(files, scan, declaration, settings, findings)
    packages = package_folders(scan)
    state = PayloadState()
    is_old = declaration.is_old
    findings += _check_structure(scan, ledgers)
    findings += check_names(scan)
    findings += compare_payload(scan, ledgers.payload, fetch, state, is_old=is_old)
    findings += check_empty_folders(scan, state.missing)
    findings += compare_tag_files(scan, ledgers.tag, ledgers.payload, is_old=is_old)
    findings += compare_fetch(scan, fetch, ledgers.payload, is_old=is_old)
    fixities: dict[str, Fixity] = {}
    kept = ("",) if digest_all else tuple(f"{folder}/" for folder in packages)
    results = _keep_fixities(files.digests(_tasks(scan, ledgers.all(), kept)), kept, fixities)
    findings += compare_digests(scan, results, ledgers.all(), state)
    if info.oxum is not None:
        findings += compare_oxum(scan, info.oxum, state, declaration.info_name)
    payload = [length for path, length in scan.files.items() if path.startswith("data/")]
    return CheckedBag(tuple(findings), fixities, packages, sum(payload), len(payload), info.elements)


def digest_package(source: Tree | Files, scan: Scan) -> dict[str, Fixity]:
    """Read every file of a bare information package once; paths relative to it."""
    tasks = [Task(path, length, PACKAGE_ALGORITHMS) for path, length in scan.files.items()]
    return {result.path: _fixity(result) for result in files_of(source).digests(tasks)}


def _declaration(files: Files, scan: Scan, findings: list[Finding]) -> Declaration:
    name = bag_declaration.NAME
    if name not in scan.files:
        if name not in scan.irregular:
            findings.append(rules.NO_DECLARATION.at(name, expected="the bag declaration", found="nothing there"))
        return Declaration()
    with files.open(name) as file:
        declaration, faults = read_declaration(file.read(bag_declaration.MAX_BYTES) or b"")
    findings += faults
    return declaration


@contextmanager
def _opened(files: Files, scan: Scan, name: str, limit: int, findings: list[Finding]) -> Iterator[BinaryIO | None]:
    """A tag file that is there and not too large, or None."""
    length = scan.files.get(name)
    if length is None:
        yield None
    elif length > limit:
        findings.append(rules.FILE_TOO_LARGE.at(name, expected=f"at most {limit} bytes", found=f"{length} bytes"))
        yield None
    else:
        with files.open(name) as file:
            yield file


def _info(
    files: Files, scan: Scan, declaration: Declaration, settings: VerifySettings, findings: list[Finding]
) -> Info:
    name = declaration.info_name
    with _opened(files, scan, name, settings.max_tag_file_bytes, findings) as file:
        if file is None:
            return Info()
        info, faults = read_info(file, name, declaration)
    findings += faults
    return info


def _fetch(
    files: Files, scan: Scan, declaration: Declaration, settings: VerifySettings, findings: list[Finding]
) -> dict[str, FetchItem]:
    with _opened(files, scan, bag_fetch.NAME, settings.max_tag_file_bytes, findings) as file:
        if file is None:
            return {}
        return {item.path: item for item in read_fetch(file, declaration, findings)}


def _ledgers(
    files: Files, scan: Scan, declaration: Declaration, settings: VerifySettings, findings: list[Finding]
) -> _Ledgers:
    remarks = Remarks()
    reader = Reader(scan, declaration, remarks)
    ledgers = _Ledgers([], [])
    for manifest in filter(None, map(manifest_name, (path for path in scan.files if "/" not in path))):
        ledger = Ledger(manifest)
        if manifest.algorithm is None:
            known = "md5, sha1, sha256, sha512 or another known one"
            findings.append(ledger_rules.ALGORITHM_UNKNOWN.at(manifest.name, expected=known, found="none of them"))
        with _opened(files, scan, manifest.name, settings.max_manifest_bytes, findings) as file:
            faults: list[Finding] = []
            if file is not None:
                reader.fill(ledger, read_manifest(file, manifest, declaration, faults))
            undecodable = any(one.code == rules.TAG_FILE_UNDECODABLE.code for one in faults)
            ledger.whole = file is not None and not undecodable
            findings += faults
        (ledgers.tag if manifest.is_tag else ledgers.payload).append(ledger)
    findings += remarks.findings()
    return ledgers


def package_folders(scan: Scan) -> tuple[str, ...]:
    """The folders that hold an information package: data/ itself or a folder in it (E-ARK AIP 2.2 shows both)."""
    folders = ("data", *(path for path in scan.folders if path.startswith("data/") and path.count("/") == 1))
    return tuple(sorted(folder for folder in folders if f"{folder}/METS.xml" in scan.files))


def _check_structure(scan: Scan, ledgers: _Ledgers) -> Iterator[Finding]:
    if "data" not in scan.folders and "data" not in scan.irregular:
        found = "a file" if "data" in scan.files else "nothing there"
        yield rules.NO_PAYLOAD_FOLDER.at("data", expected="a folder", found=found)
    algorithms = {ledger.manifest.algorithm for ledger in ledgers.payload} - {None}
    if not algorithms:
        yield ledger_rules.NO_MANIFEST.at(".", expected="manifest-sha512.txt or another", found="none")
    elif algorithms <= WEAK:
        found = " and ".join(sorted(name for name in algorithms if name))
        yield ledger_rules.ALGORITHM_WEAK.at(".", expected="sha256 or stronger", found=found)


def _tasks(scan: Scan, ledgers: Sequence[Ledger], prefixes: tuple[str, ...]) -> Iterator[Task]:
    """Every file that some ledger vouches for, or whose path begins with a prefix, with its algorithms."""
    known = [(ledger.entries, ledger.manifest.algorithm) for ledger in ledgers if ledger.manifest.algorithm]
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    for path, length in scan.files.items():
        needed = PACKAGE_ALGORITHMS if prefixes and path.startswith(prefixes) else ()
        algorithms = dict.fromkeys(chain((name for entries, name in known if entries.get(path)), needed))
        if algorithms:
            names = tuple(algorithms)
            yield Task(path, length, shared.setdefault(names, names))


def _keep_fixities(
    results: Iterator[Digests], prefixes: tuple[str, ...], fixities: dict[str, Fixity]
) -> Iterator[Digests]:
    for result in results:
        if prefixes and result.path.startswith(prefixes):
            fixities[result.path] = _fixity(result)
        yield result


def _fixity(result: Digests) -> Fixity:
    return Fixity(result.length_bytes, result.by_algorithm["sha256"].hex(), result.by_algorithm["sha512"].hex())
