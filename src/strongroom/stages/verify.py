"""Verify: is this a bag, or an information package, that an archive can accept?

It changes nothing, and asks no network. Every finding is returned, not the first alone. A serialised bag is read as it
lies, without being unpacked.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from strongroom.errors import UsageError
from strongroom.formats.bag import declaration as bag_declaration
from strongroom.formats.bag.check import CheckedBag, check_bag, digest_package, package_folders
from strongroom.formats.bag.digests import processors
from strongroom.formats.bag.files import Files, files_of
from strongroom.formats.bag.manifest import manifest_name
from strongroom.formats.bag.names import check_empty_folders
from strongroom.formats.bag.repeated import merge_repeated
from strongroom.formats.bag.tree import Scan, Tree
from strongroom.formats.package.check import check_information_package, is_warc
from strongroom.formats.package.streamed import streamed
from strongroom.formats.package.warc_rows import WarcRows, rows_read_apart
from strongroom.formats.serialised.format import is_serialised
from strongroom.model.digest import Fixity
from strongroom.model.finding import Accepted, Finding, Refused, judge
from strongroom.model.package import Bag
from strongroom.model.rules import bag as rules
from strongroom.settings import VerifySettings

_METS = "METS.xml"
_APART_BYTES = 8 << 20  # of WARC files; to start a process takes as long as to read so many


def verify(
    path: Path, settings: VerifySettings | None = None, *, with_fixities: bool = False
) -> Accepted[Bag] | Refused:
    """Judge a bag with everything in it, or a bare information package by its own rules alone.

    Args:
        path: the folder that holds bagit.txt, or METS.xml for a bare information package; or one file that holds such a
            folder: tar, tar.gz, tar.zst or zip.
        settings: limits on what a stranger's bag may ask of the machine; absent: the defaults.
        with_fixities: digest every file of a bag with both algorithms and say them in `Bag.fixities`.

    Returns:
        The bag with its warnings, or all findings when one of them is an error.

    Raises:
        UsageError: there is no such folder, or it is a file and no serialised bag.
        StorageError: something in it cannot be read.
        SchemaMissingError: a schema needed to judge the package is absent.
    """
    limits = settings or VerifySettings()
    root = _found(path)
    if not root.is_dir():
        with streamed(root, limits) as bag:
            subject = _Subject(
                root,
                bag.name or root.name,
                bag.folder,
                bag,
                bag.scan,
                lambda _: nullcontext(bag.rows),
                tuple(bag.scan.findings),
            )
            return _judged(subject, limits, with_fixities=with_fixities)
    with Tree(root) as tree:
        scan = tree.scan(limits.max_files, max_hole_bytes=limits.max_hole_bytes)
        subject = _Subject(root, root.name, root, files_of(tree), scan, lambda folders: _warcs(root, scan, folders))
        return _judged(subject, limits, with_fixities=with_fixities)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is to be judged.

    Attributes:
        path: the folder or file that was given.
        name: of the bag's folder.
        folder: where the documents of its packages can be opened.
        files: gives tag files and digests.
        scan: what there is.
        warcs: gives what reads the WARC files of packages, by the packages' folders.
        of_file: what is wrong with the file that holds the bag; among the findings of the scan, too.
    """

    path: Path
    name: str
    folder: Path
    files: Files
    scan: Scan
    warcs: Callable[[Iterable[str]], AbstractContextManager[WarcRows]]
    of_file: tuple[Finding, ...] = ()


def _judged(subject: _Subject, limits: VerifySettings, *, with_fixities: bool) -> Accepted[Bag] | Refused:
    scan = subject.scan
    if scan.cut:
        return judge(_unjudged(subject), scan.findings)
    if _is_bag(scan):
        with subject.warcs(package_folders(scan)) as warc_rows:
            checked = check_bag(subject.files, scan, limits, digest_all=with_fixities)
            kept = checked.fixities if with_fixities else {}
            return judge(_bag(subject, checked, kept), _with_packages(subject, checked, limits, warc_rows))
    if _METS in scan.files:
        with subject.warcs([""]) as warc_rows:
            fixities = digest_package(subject.files, scan)
            bag = Bag(subject.path, subject.name, sum(scan.files.values()), len(scan.files), ())
            limit = limits.max_xml_bytes
            found = check_information_package(
                subject.folder, fixities=fixities, warc_rows=warc_rows, max_xml_bytes=limit
            )
            return judge(bag, [*scan.findings, *check_empty_folders(scan, ()), *found])
    missing = rules.NOT_A_BAG.at(".", expected=f"{bag_declaration.NAME} or {_METS}", found="neither")
    return judge(_unjudged(subject), [*subject.of_file, missing])


def _found(path: Path) -> Path:
    try:
        root = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before Python 3.13
        raise UsageError(f"{path} cannot be found; check the path") from error
    if not root.is_dir() and not is_serialised(root):
        raise UsageError(
            f"{path} is no bag: neither a folder nor a file named .tar, .tar.gz, .tar.zst or .zip; check the path"
        )
    return root


def _is_bag(scan: Scan) -> bool:
    """Whether anything at the top makes it a bag, even a broken one."""
    if bag_declaration.NAME in scan.files or bag_declaration.NAME in scan.irregular:
        return True
    manifests = (manifest_name(path) for path in scan.files if "/" not in path)
    return _METS not in scan.files and ("data" in scan.folders or any(manifests))


def _warcs(root: Path, scan: Scan, folders: Iterable[str]) -> AbstractContextManager[WarcRows]:
    """The WARC files of the packages, being read by other processors while this one digests, if that is worth it."""
    files: dict[Path, str] = {}
    length = 0
    for prefix in (f"{folder}/" if folder else "" for folder in folders):
        for path, size in sorted(scan.files.items()):
            if path.startswith(prefix) and is_warc(name := path.removeprefix(prefix)):
                files[root / path] = name
                length += size
    return rows_read_apart(files, processes=processors() - 1 if length >= _APART_BYTES else 0)


def _with_packages(
    subject: _Subject, checked: CheckedBag, limits: VerifySettings, warc_rows: WarcRows
) -> list[Finding]:
    """The findings about the bag and about each information package in it; all places are relative to the bag."""
    of_bag = [*subject.scan.findings, *checked.findings]
    of_packages: list[Finding] = []
    for folder in checked.packages:
        prefix = f"{folder}/"
        fixities: dict[str, Fixity] = {
            path.removeprefix(prefix): fixity for path, fixity in checked.fixities.items() if path.startswith(prefix)
        }
        limit = limits.max_xml_bytes
        found = check_information_package(
            subject.folder / folder, fixities=fixities, warc_rows=warc_rows, max_xml_bytes=limit
        )
        of_bag, left = merge_repeated(of_bag, found, folder, fixities)
        of_packages += [replace(one, where=folder if one.where == "." else prefix + one.where) for one in left]
    return of_bag + of_packages


def _bag(subject: _Subject, checked: CheckedBag, fixities: Mapping[str, Fixity]) -> Bag:
    size, files = checked.payload_bytes, checked.payload_files
    empty = tuple(sorted(subject.scan.empty))
    return Bag(subject.path, subject.name, size, files, checked.info, fixities, empty)


def _unjudged(subject: _Subject) -> Bag:
    return Bag(subject.path, subject.name, 0, 0, ())
