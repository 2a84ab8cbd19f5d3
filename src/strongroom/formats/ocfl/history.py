"""Whether the inventories of earlier versions agree with the object's own (OCFL 1.1 section 3.7)."""

from collections.abc import Mapping
from typing import Any, Final

from strongroom.formats.ocfl.faults import place, said
from strongroom.formats.ocfl.inventory import SPECIFICATIONS
from strongroom.formats.ocfl.reading import Reading
from strongroom.formats.ocfl.version_blocks import digests_of

_SPOKEN: Final = ("created", "message", "user")


def check(reference: Reading, earlier: Mapping[int, Reading], *, specification: str | None) -> None:
    """Compare the inventories of earlier versions, by number, with the object's own; each gets its faults."""
    latest = reference.latest
    for number, reading in earlier.items():
        _check_head(reading, number)
        if reading.id is not None and reference.id is not None and reading.id != reference.id:
            code = "E037" if (specification or reference.specification) == "1.0" else "E110"
            reading.faults.add(code, place("id"), expected=said(reference.id), found=said(reading.id))
        if latest and number < latest.number:
            _check_versions(reading, reference)
    _check_content_directory(reference, earlier)
    _check_specifications(reference, earlier)


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


def _check_content_directory(reference: Reading, earlier: Mapping[int, Reading]) -> None:
    """It is named in the first version or never, and does not change."""
    if not earlier:
        return
    begin = min(earlier)
    first = earlier[begin]
    where = place("contentDirectory")
    for reading in (*(earlier[number] for number in sorted(earlier)[1:]), reference):
        if reading.content_directory is None or first.content_directory is None:
            continue
        if begin == 1 and reading.sets_content_directory and not first.sets_content_directory:
            found = f"none in {first.where}"
            reading.faults.add("E019", where, expected="the key in the first version, too", found=found)
            return
        if reading.content_directory != first.content_directory:
            expected = f"{said(first.content_directory)} as in {first.where}"
            reading.faults.add("E020", where, expected=expected, found=said(reading.content_directory))
            return


def _check_specifications(reference: Reading, earlier: Mapping[int, Reading]) -> None:
    """No version follows an older OCFL than the one before it."""
    newest = ""
    for reading in (*(earlier[number] for number in sorted(earlier)), reference):
        if reading.specification is None:
            continue
        if newest and SPECIFICATIONS.index(reading.specification) < SPECIFICATIONS.index(newest):
            expected = f"OCFL {newest} or later, as the version before"
            reading.faults.add("E103", place("type"), expected=expected, found=f"OCFL {reading.specification}")
        newest = max(newest, reading.specification)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(said(one) for one in list(value.values())[:2])
    return "none" if value is None else said(value)
