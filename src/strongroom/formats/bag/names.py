"""Names that another system would confuse, refuse or lose (RFC 8493 section 6.1): valid, and worth a warning."""

from collections.abc import Collection, Iterable, Iterator

from strongroom.formats.bag.paths import folded, is_portable, normalized, shown
from strongroom.formats.bag.tree import Scan
from strongroom.model.finding import Finding
from strongroom.model.rules import bag as rules


def check_names(scan: Scan) -> Iterator[Finding]:
    """Report names alike but for case or normalization, and names that some system cannot keep.

    Of a folder that is alike another, the folder is reported and not every file in it.
    """
    paths = sorted([*scan.files, *scan.folders])
    yield from _alike(paths)
    for path in paths:
        name = path.rpartition("/")[2]
        if not is_portable(name):
            yield rules.NAME_NOT_PORTABLE.at(shown(path), expected="a name every system can keep", found=shown(name))


def check_empty_folders(scan: Scan, missing: Collection[str]) -> Iterator[Finding]:
    """Report folders with nothing in them, but not those that are empty because files are missing."""
    lacking = {path.rpartition("/")[0] for path in missing}
    for folder in scan.empty - lacking:
        yield rules.EMPTY_FOLDER.at(shown(folder), expected="at least one file", found="nothing in it")


def _alike(paths: Iterable[str]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        # siblings alone: of two folders that are alike, what is in them is alike because they are
        key = f"{folder}/{folded(name)}"
        other = seen.setdefault(key, path)
        if other != path:
            same = normalized(other) == normalized(path)
            rule = rules.NORMALIZATION_COLLISION if same else rules.CASE_COLLISION
            found = ascii(other) if same else shown(other)
            yield rule.at(shown(path), expected="a name like no other", found=f"like {found}")
