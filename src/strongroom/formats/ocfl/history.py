"""Whether the inventories of earlier versions agree with the object's own (OCFL 1.1 section 3.7)."""

from typing import Any, Final, NamedTuple

from strongroom.formats.ocfl.faults import place, said
from strongroom.formats.ocfl.inventory import SPECIFICATIONS
from strongroom.formats.ocfl.reading import Reading
from strongroom.formats.ocfl.version_blocks import digests_of

_SPOKEN: Final = ("created", "message", "user")


class History:
    """The inventories of earlier versions, oldest first, each compared with the object's own and then forgotten."""

    def __init__(self, reference: Reading, *, specification: str | None) -> None:
        """`specification` is the version of OCFL that the object declares."""
        self._reference = reference
        self._declared = specification or reference.specification
        self._first: _First | None = None
        self._directory_is_judged = False
        self._newest = ""

    def add(self, number: int, reading: Reading) -> None:
        """Compare the inventory in the folder of a version; it gets its faults."""
        reference = self._reference
        _check_head(reading, number)
        if reading.id is not None and reference.id is not None and reading.id != reference.id:
            code = "E037" if self._declared == "1.0" else "E110"
            reading.faults.add(code, place("id"), expected=said(reference.id), found=said(reading.id))
        if reference.latest and number < reference.latest.number:
            _check_versions(reading, reference)
        self._check_content_directory(reading)
        if self._first is None:
            self._first = _First(number, reading.where, reading.content_directory, reading.sets_content_directory)
        self._check_specification(reading)

    def finish(self) -> None:
        """Compare the object's own inventory with those before."""
        self._check_content_directory(self._reference)
        self._check_specification(self._reference)

    def _check_content_directory(self, reading: Reading) -> None:
        """It is named in the first version or never, and does not change; the first departure is said."""
        first, stated = self._first, reading.content_directory
        if first is None or self._directory_is_judged or stated is None or first.content_directory is None:
            return
        where = place("contentDirectory")
        if first.number == 1 and reading.sets_content_directory and not first.sets_content_directory:
            found = f"none in {first.where}"
            reading.faults.add("E019", where, expected="the key in the first version, too", found=found)
            self._directory_is_judged = True
        elif stated != first.content_directory:
            expected = f"{said(first.content_directory)} as in {first.where}"
            reading.faults.add("E020", where, expected=expected, found=said(stated))
            self._directory_is_judged = True

    def _check_specification(self, reading: Reading) -> None:
        """No version follows an older OCFL than the one before it."""
        stated = reading.specification
        if stated is None:
            return
        if self._newest and SPECIFICATIONS.index(stated) < SPECIFICATIONS.index(self._newest):
            expected = f"OCFL {self._newest} or later, as the version before"
            reading.faults.add("E103", place("type"), expected=expected, found=f"OCFL {stated}")
        self._newest = max(self._newest, stated)


class _First(NamedTuple):
    """What the oldest inventory says of its content directory."""

    number: int
    where: str
    content_directory: str | None
    sets_content_directory: bool


def _check_head(reading: Reading, number: int) -> None:
    """An inventory in the folder of a version ends with that version."""
    latest = reading.latest
    if latest and latest.number != number and not reading.faults.has("E040"):
        found = said(reading.document.get("head"))
        reading.faults.add("E040", place("head"), expected=f"version {number}, in whose folder it is", found=found)


def _check_versions(reading: Reading, reference: Reading) -> None:
    for number, block in reading.versions.blocks.items():
        name = reading.versions.names[number].name
        current = reference.versions.blocks.get(number)
        if current is None:
            if number not in reference.versions.names:
                found = f"none in {reference.where}"
                reading.faults.add("E066", place("versions", name), expected="the version", found=found)
            continue
        if current == block and reading.algorithm == reference.algorithm:
            continue
        if "state" in block and "state" in current:
            _check_state(reading, reference, number)
        for key in _SPOKEN:
            if block.get(key) != current.get(key):
                expected = f"{key} as in {reference.where}: {_shown(current.get(key))}"
                reading.faults.add(
                    "W011", place("versions", name, key), expected=expected, found=_shown(block.get(key))
                )


def _check_state(reading: Reading, reference: Reading, number: int) -> None:
    name = reading.versions.names[number].name
    mine = digests_of(reading.versions.blocks[number]["state"])
    theirs = digests_of(reference.versions.blocks[number]["state"])
    if reading.algorithm == reference.algorithm:
        differing = [path for path in sorted(mine.keys() & theirs.keys()) if mine[path] != theirs[path]]
    else:
        # of different algorithms only the files that have the digests can be compared
        stored, current = _content_paths(reading), _content_paths(reference)
        differing = [
            path
            for path in sorted(mine.keys() & theirs.keys())
            if not stored.get(mine[path], set()) <= current.get(theirs[path], set())
        ]
    where = place("versions", name, "state")
    for path in sorted(mine.keys() ^ theirs.keys()):
        present, absent = (reading, reference) if path in mine else (reference, reading)
        found = f"{said(path)} in {present.where}, not in {absent.where}"
        reading.faults.add("E066", where, expected="the same logical paths", found=found)
    for path in differing:
        found = f"another content than in {reference.where}"
        reading.faults.add("E066", where, expected=f"{said(path)} with the same content", found=found)


def _content_paths(reading: Reading) -> dict[str, set[str]]:
    paths: dict[str, set[str]] = {}
    if reading.manifest is not None:
        for path, digest in reading.manifest.digests.items():
            paths.setdefault(digest.lower(), set()).add(path)
    return paths


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(said(one) for one in list(value.values())[:2])
    return "none" if value is None else said(value)
