"""The inventory of an OCFL object as a value: made, carried on to the next version, rendered (OCFL 1.1 section 3.5).

Nothing here touches a disk. Reading bytes, with every fault in them, is the work of `reading`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from json.encoder import encode_basestring as quoted
from typing import Final

from strongroom.formats.timestamp import timestamp

NAME: Final = "inventory.json"
SPECIFICATIONS: Final = ("1.0", "1.1")
"""Versions of the standard that are read, oldest first; the last is what is written."""

_TYPE = "https://ocfl.io/{}/spec/#inventory"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object.

    Attributes:
        created: as RFC 3339 writes it, with its offset.
        state: digest, as the manifest spells it, to the logical paths that have this content.
        message, user_name, user_address: None where the inventory has none.
    """

    created: str
    state: Mapping[str, tuple[str, ...]]
    message: str | None = None
    user_name: str | None = None
    user_address: str | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """What an object holds, in all its versions.

    Attributes:
        id: of the object.
        versions: by number, from 1 on without a gap.
        manifest: digest to content paths, relative to the object's root.
        fixity: OCFL's name of an algorithm, to digest, to content paths.
        digest_algorithm: of manifest, states and sidecar: ``sha512`` or ``sha256``.
        content_directory: the folder in each version's folder that holds its files.
        specification: the version of OCFL that the inventory follows.
        padding: digits of a version's number in names, 0 where they are not padded.
    """

    id: str
    versions: Mapping[int, Version]
    manifest: Mapping[str, tuple[str, ...]]
    fixity: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    digest_algorithm: str = "sha512"
    content_directory: str = "content"
    specification: str = SPECIFICATIONS[-1]
    padding: int = 0

    @property
    def head(self) -> int:
        """The number of the most recent version."""
        return max(self.versions)

    @property
    def type(self) -> str:
        """The URI that says which version of the standard the inventory follows."""
        return inventory_type(self.specification)

    def version_name(self, number: int) -> str:
        """The name of a version's folder: ``v1``, or ``v0001`` where numbers are padded."""
        return version_name(number, self.padding)

    def content_path(self, digest: str) -> str:
        """Where the bytes of a digest lie, relative to the object's root; raises `KeyError` when nowhere."""
        return self.manifest[digest][0]

    def state(self, version: int | None = None) -> dict[str, str]:
        """Logical path to digest, sorted by path, of a version or of the most recent one."""
        state = self.versions[self.head if version is None else version].state
        return dict(sorted((path, digest) for digest, paths in state.items() for path in paths))

    def files(self, version: int | None = None) -> dict[str, str]:
        """Logical path to content path, sorted by logical path, of a version or of the most recent one."""
        return {path: self.content_path(digest) for path, digest in self.state(version).items()}


@dataclass(frozen=True, slots=True)
class NewVersion:
    """The inventory with one version more, and what has to be stored for it.

    `to_store` is logical path to content path (relative to the object's root) of the files whose content the object
    does not hold yet, each content once, sorted by logical path.
    """

    inventory: Inventory
    to_store: Mapping[str, str]


def inventory_type(specification: str) -> str:
    """The URI of the inventory section of a version of the standard.

    >>> inventory_type("1.1")
    'https://ocfl.io/1.1/spec/#inventory'
    """
    return _TYPE.format(specification)


def version_name(number: int, padding: int = 0) -> str:
    """The name of a version's folder; `padding` is the number of digits, 0 for none.

    >>> version_name(3), version_name(3, 4)
    ('v3', 'v0003')
    """
    return f"v{number:0{padding}d}"


def sidecar_name(algorithm: str = "sha512") -> str:
    """The name of the file beside an inventory that holds its digest."""
    return f"{NAME}.{algorithm}"


def sidecar(data: bytes, algorithm: str = "sha512") -> bytes:
    r"""What the sidecar of a rendered inventory says.

    >>> sidecar(b"{}", "sha256")
    b'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a  inventory.json\n'
    """
    return f"{hashlib.new(algorithm, data).hexdigest()}  {NAME}\n".encode("ascii")


def object_declaration(specification: str = SPECIFICATIONS[-1]) -> tuple[str, bytes]:
    r"""The name and the content of the file that makes a folder the root of an object (OCFL 1.1 section 3.2).

    >>> object_declaration()
    ('0=ocfl_object_1.1', b'ocfl_object_1.1\n')
    """
    value = f"ocfl_object_{specification}"
    return f"0={value}", f"{value}\n".encode("ascii")


def first_version(
    object_id: str,
    files: Mapping[str, tuple[str, str]],
    *,
    created: datetime,
    message: str | None = None,
    user_name: str | None = None,
    user_address: str | None = None,
) -> NewVersion:
    """The inventory of a new object.

    Args:
        object_id: a URI.
        files: logical path to (sha512, sha256), in lower-case hexadecimal.
        created: with its offset.

    Raises:
        ValueError: a logical path cannot be one (OCFL 1.1 section 3.5.3.1).
    """
    return next_version(
        Inventory(object_id, {}, {}),
        files,
        created=created,
        message=message,
        user_name=user_name,
        user_address=user_address,
    )


def next_version(
    inventory: Inventory,
    files: Mapping[str, tuple[str, str]],
    *,
    created: datetime,
    message: str | None = None,
    user_name: str | None = None,
    user_address: str | None = None,
) -> NewVersion:
    """The inventory with one version more; content that the object holds already is not stored again.

    Args:
        files: all of the new version: logical path to (sha512, sha256), in lower-case hexadecimal.
        created: with its offset.

    Raises:
        ValueError: a logical path cannot be one (OCFL 1.1 section 3.5.3.1), or the padded numbers are used up.
    """
    number = max(inventory.versions, default=0) + 1
    if inventory.padding and len(str(number)) >= inventory.padding:
        raise ValueError(f"version {number} does not fit names of {inventory.padding} digits (OCFL 1.1 section 3.3)")
    _check_logical_paths(files)
    by_sha512 = inventory.digest_algorithm == "sha512"
    other = "sha256" if by_sha512 else "sha512"
    # digests are compared without regard to case, and written as the manifest spells them
    spelled = {digest.lower(): digest for digest in inventory.manifest}
    manifest = dict(inventory.manifest)
    fixity = {algorithm: dict(block) for algorithm, block in inventory.fixity.items()}
    to_store: dict[str, str] = {}
    state: dict[str, list[str]] = {}
    within = f"{inventory.version_name(number)}/{inventory.content_directory}/"
    for path in sorted(files):
        sha512, sha256 = files[path]
        digest, second = (sha512, sha256) if by_sha512 else (sha256, sha512)
        if digest not in spelled:
            spelled[digest] = digest
            to_store[path] = content = within + path
            manifest[digest] = (content,)
            block = fixity.setdefault(other, {})
            block[second] = (*block.get(second, ()), content)
        state.setdefault(spelled[digest], []).append(path)
    version = Version(
        timestamp(created),
        {digest: tuple(paths) for digest, paths in state.items()},
        message,
        user_name,
        user_address,
    )
    return NewVersion(
        replace(inventory, versions={**inventory.versions, number: version}, manifest=manifest, fixity=fixity), to_store
    )


def render(inventory: Inventory) -> bytes:
    """Write an inventory as JSON in UTF-8, keys and paths sorted, one digest a line: equal values are equal bytes.

    What is absent is left out: an empty fixity block, the content directory where it is the usual one.
    """
    return "".join(_lines(inventory)).encode("utf-8")


def _lines(inventory: Inventory) -> Iterator[str]:
    yield "{\n"
    if inventory.content_directory != "content":
        yield f'  "contentDirectory": {quoted(inventory.content_directory)},\n'
    yield f'  "digestAlgorithm": {quoted(inventory.digest_algorithm)},\n'
    if inventory.fixity:
        yield '  "fixity": {\n'
        blocks = sorted(inventory.fixity.items())
        yield ",\n".join(f"    {quoted(name)}: " + _block(block, "    ") for name, block in blocks)
        yield "\n  },\n"
    yield f'  "head": "{inventory.version_name(inventory.head)}",\n'
    yield f'  "id": {quoted(inventory.id)},\n'
    yield f'  "manifest": {_block(inventory.manifest, "  ")},\n'
    yield f'  "type": {quoted(inventory.type)},\n'
    yield '  "versions": {\n'
    # by name, not by number: the order of the keys of a JSON text that others sort
    named = sorted((inventory.version_name(number), version) for number, version in inventory.versions.items())
    yield ",\n".join(f'    "{name}": {{\n' + ",\n".join(_members(version)) + "\n    }" for name, version in named)
    yield "\n  }\n}\n"


def _members(version: Version) -> Iterator[str]:
    yield f'      "created": {quoted(version.created)}'
    if version.message is not None:
        yield f'      "message": {quoted(version.message)}'
    yield f'      "state": {_block(version.state, "      ")}'
    if version.user_name is not None:
        address = "" if version.user_address is None else f'"address": {quoted(version.user_address)}, '
        yield f'      "user": {{{address}"name": {quoted(version.user_name)}}}'


def _block(block: Mapping[str, Iterable[str]], indent: str) -> str:
    if not block:
        return "{}"
    entries = [
        f"{indent}  {quoted(digest)}: [" + ", ".join([quoted(path) for path in sorted(paths)]) + "]"
        for digest, paths in sorted(block.items())
    ]
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}"


def _check_logical_paths(paths: Iterable[str]) -> None:
    known = set(paths)
    checked = set()
    for path in known:
        if path.startswith("/") or not {"", ".", ".."}.isdisjoint(path.split("/")):
            raise ValueError(f"{path!r} is no logical path: it has an empty, . or .. part (OCFL 1.1 section 3.5.3.1)")
        above = path.rpartition("/")[0]
        while above and above not in checked:
            if above in known:
                raise ValueError(f"{above!r} is a file and a folder: {path!r} (OCFL 1.1 section 3.5.3.1)")
            checked.add(above)
            above = above.rpartition("/")[0]
