"""The versions block of an inventory: their names, and what each says of itself (OCFL 1.1 sections 3.3 and 3.5.3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any, Final

from strongroom.formats.ocfl.blocks import Block
from strongroom.formats.ocfl.faults import Faults, place, said
from strongroom.formats.ocfl.json_document import Document
from strongroom.formats.ocfl.spelling import DOTS, VersionName, conflicts, is_moment, is_uri, version_named

_KEYS: Final = frozenset({"created", "state", "message", "user"})
_USER_KEYS: Final = frozenset({"name", "address"})


@dataclass(slots=True)
class Versions:
    """The versions that are named as versions are: by number, their names and what the document says of them."""

    names: dict[int, VersionName] = field(default_factory=dict)
    blocks: dict[int, Mapping[str, Any]] = field(default_factory=dict)

    def meant(self, path: str) -> str:
        """A path that names the folder of a version in another way, as it should be; "" when it does not."""
        folder, slash, rest = path.partition("/")
        named = version_named(folder)
        mine = self.names.get(named.number) if named else None
        return mine.name + slash + rest if mine and mine.name != folder else ""


def read_versions(
    document: Document, manifest: Block | None, faults: Faults, *, specification: str, known: Any
) -> Versions:
    """Read the versions; what `known`, the versions of another inventory, has too, is found there."""
    versions = Versions()
    if "versions" not in document.value:
        faults.add("E043", place("versions"), expected="the key versions", found="none")
        return versions
    stated = document.value["versions"]
    if not isinstance(stated, dict):
        faults.add("E045", place("versions"), expected="a JSON object", found=said(stated))
        return versions
    for key in document.repeated(stated):
        faults.add("E033", place("versions", key), expected="each key once", found="more than one")
    if not stated:
        faults.add("E008", place("versions"), expected="at least one version", found="none")
    versions.names = _read_names(stated, faults, specification)
    reader = _Reader(document, faults, manifest)
    same = known if isinstance(known, dict) else {}
    for number, name in sorted(versions.names.items()):
        block = stated[name.name]
        if not isinstance(block, dict):
            found = said(block)
            faults.add("E047", place("versions", name.name), expected="a JSON object", found=found)
            continue
        versions.blocks[number] = block
        reader.read(name.name, block, is_known=same.get(name.name) == block)
    reader.finish(specification)
    return versions


def digests_of(state: Any) -> dict[str, str]:
    """Logical path to digest in lower case, of a state as a document has it, as far as it can be used."""
    if not isinstance(state, dict):
        return {}
    return {path: digest.lower() for digest, paths in state.items() for path in _paths(paths)}


def _paths(paths: Any) -> Iterator[str]:
    return (path for path in paths if isinstance(path, str)) if isinstance(paths, list) else iter(())


def _read_names(stated: Iterable[str], faults: Faults, specification: str) -> dict[int, VersionName]:
    names: dict[int, VersionName] = {}
    again = []
    for key in sorted(stated, key=len):
        named = version_named(key)
        if named is None:
            code = "E046" if specification == "1.0" else "E105" if key.startswith("v") else "E104"
            faults.add(code, place("versions", key), expected="v and a number from 1 on", found=said(key))
        elif named.number in names:
            again.append(named)
        else:
            names[named.number] = named
    if names:
        _check_convention([*names.values(), *again], faults)
        _check_sequence(names, faults)
    return names


def _check_convention(names: list[VersionName], faults: Faults) -> None:
    """The first version settles how names are written; the last one that departs from that is E013, others are E012."""
    names = sorted(names)
    first, last = names[0], names[-1]
    if first.padding:
        faults.add("W001", place("versions", first.name), expected=f"v{first.number}", found=first.name)
    for name in names[1:]:
        overflows = bool(first.padding) and not name.padding and name.digits == first.padding
        where = place("versions", name.name)
        digits = f"v and {first.padding} digits, a 0 first" if first.padding else "v and the number alone"
        if overflows:
            faults.add("E011", where, expected="v and then a zero", found=name.name)
        if name.padding != first.padding:
            code = "E013" if name is last else "E012"
            faults.add(code, where, expected=f"{digits}, as {first.name} is", found=name.name)


def _check_sequence(names: Mapping[int, VersionName], faults: Faults) -> None:
    numbers = sorted(names)
    if numbers[0] != 1:
        found = f"the first is {names[numbers[0]].name}"
        faults.add("E009", place("versions", names[numbers[0]].name), expected="versions from 1 on", found=found)
    for number, following in pairwise(numbers):
        if following != number + 1:
            found = f"{names[following].name} after {names[number].name}"
            where = place("versions", names[following].name)
            faults.add("E010", where, expected=f"version {number + 1}", found=found)


class _Reader:
    """Reads the blocks of versions, and remembers which digests and logical paths they have used."""

    def __init__(self, document: Document, faults: Faults, manifest: Block | None) -> None:
        self._document = document
        self._faults = faults
        self._manifest = manifest
        self._used: set[str] = set()
        self._paths: set[str] = set()  # those that are paths indeed
        self._states: list[tuple[str, Mapping[str, Any]]] = []

    def read(self, name: str, block: Mapping[str, Any], *, is_known: bool) -> None:
        """Read one version; of a known one, only what the rest of the document has to agree with."""
        state = block.get("state")
        if not is_known:
            self._check_keys(name, block, _KEYS)
            self._check_created(name, block)
            self._check_message(name, block)
            self._check_user(name, block)
            self._check_state(name, block)
        if isinstance(state, dict):
            self._used.update(state)
            self._states.append((name, state))
            for digest in sorted(state.keys() - self._manifest.keys) if self._manifest else ():
                where, expected = place("versions", name, "state", digest), "a digest of the manifest, letter by letter"
                self._faults.add("E050", where, expected=expected, found=said(digest))

    def finish(self, specification: str) -> None:
        """Check what can only be said of all versions together."""
        if next(conflicts(self._paths), None):
            for name, state in self._states:
                for path, below in conflicts(set(chain.from_iterable(map(_paths, state.values())))):
                    found = f"{said(path)} and {said(below)}"
                    where = place("versions", name, "state")
                    self._faults.add("E095", where, expected="no file that is a folder, too", found=found)
        if specification == "1.0" or self._manifest is None:
            return
        unused = self._manifest.keys - self._used
        # one that a state spells in other letters is found there
        used = {digest.lower() for digest in self._used} if unused else set()
        for digest in sorted(digest for digest in unused if digest.lower() not in used):
            where = place("manifest", digest)
            self._faults.add("E107", where, expected="a digest of some version's state", found="of none")

    def _check_keys(self, name: str, block: Mapping[str, Any], allowed: frozenset[str], *below: str) -> None:
        for key in sorted(block.keys() - allowed):
            where = place("versions", name, *below, key)
            self._faults.add("E102", where, expected="a key that the standard names", found=said(key))
        for key in self._document.repeated(block):
            where = place("versions", name, *below, key)
            self._faults.add("E033", where, expected="each key once", found="more than one")

    def _check_created(self, name: str, block: Mapping[str, Any]) -> None:
        where = place("versions", name, "created")
        if "created" not in block:
            self._faults.add("E048", where, expected="the key created", found="none")
        elif not isinstance(block["created"], str) or not is_moment(block["created"]):
            found = said(block["created"])
            expected = "a date and time with seconds and an offset, as 2024-05-06T07:08:09Z"
            self._faults.add("E049", where, expected=expected, found=found)

    def _check_message(self, name: str, block: Mapping[str, Any]) -> None:
        where = place("versions", name, "message")
        if "message" not in block:
            self._faults.add("W007", where, expected="the key message", found="none")
        elif not isinstance(block["message"], str):
            self._faults.add("E094", where, expected="a text", found=said(block["message"]))

    def _check_user(self, name: str, block: Mapping[str, Any]) -> None:
        where = place("versions", name, "user")
        if "user" not in block:
            self._faults.add("W007", where, expected="the key user", found="none")
            return
        user = block["user"]
        if not isinstance(user, dict):
            self._faults.add("E054", where, expected="a JSON object", found=said(user))
            return
        self._check_keys(name, user, _USER_KEYS, "user")
        if not isinstance(user.get("name"), str):
            found = said(user["name"]) if "name" in user else "none"
            self._faults.add("E054", where + "/name", expected="a text", found=found)
        if "address" not in user:
            self._faults.add("W008", where + "/address", expected="the key address", found="none")
        elif not isinstance(user["address"], str):
            self._faults.add("E054", where + "/address", expected="a text", found=said(user["address"]))
        elif not is_uri(user["address"]):
            found = said(user["address"])
            self._faults.add("W009", where + "/address", expected="a mailto: or another URI", found=found)

    def _check_state(self, name: str, block: Mapping[str, Any]) -> None:
        where = place("versions", name, "state")
        if "state" not in block:
            self._faults.add("E048", where, expected="the key state", found="none")
            return
        state = block["state"]
        if not isinstance(state, dict):
            self._faults.add("E050", where, expected="a JSON object", found=said(state))
            return
        for digest in self._document.repeated(state):
            here = place("versions", name, "state", digest)
            self._faults.add("E033", here, expected="each key once", found="more than one")
        listed: list[str] = []
        for digest, paths in state.items():
            if not isinstance(paths, list):
                found = said(paths)
                wanted = "an array of logical paths"
                self._faults.add("E050", place("versions", name, "state", digest), expected=wanted, found=found)
                continue
            listed += [path for path in paths if isinstance(path, str)]
            for path in paths:
                if not isinstance(path, str):
                    here = place("versions", name, "state", digest)
                    self._faults.add("E051", here, expected="a logical path", found=said(path))
        self._check_paths(where, listed)

    def _check_paths(self, where: str, listed: list[str]) -> None:
        once = set(listed)
        if len(once) < len(listed):
            seen: set[str] = set()
            for path in listed:
                if path in seen:
                    self._faults.add("E095", where, expected="each logical path once", found=f"{said(path)} again")
                seen.add(path)
        for path in sorted(once - self._paths):
            parts = path.split("/")
            if DOTS.isdisjoint(parts):
                self._paths.add(path)
                continue
            if path and not (parts[0] and parts[-1]):
                self._faults.add("E053", where, expected="no / at the beginning or the end", found=said(path))
            if not path or not DOTS.isdisjoint(parts[not parts[0] : len(parts) - (not parts[-1])]):
                self._faults.add("E052", where, expected="no part that is empty, . or ..", found=said(path))
