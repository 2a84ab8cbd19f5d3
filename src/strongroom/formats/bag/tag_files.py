"""The tag files of a bag that is written here, and the second reader that must agree with them (RFC 8493).

Nothing of the payload is read: its digests come from whoever wrote it. Reading strangers' bags is `bag_check`.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.errors import StrongroomError
from strongroom.formats.bag import declaration as bag_declaration
from strongroom.formats.bag.declaration import render_declaration
from strongroom.formats.bag.info import Oxum, render_info
from strongroom.formats.bag.manifest import render_manifest
from strongroom.formats.bag.tree import Tree
from strongroom.model.digest import Fixity
from strongroom.storage import write_file

if TYPE_CHECKING:
    import bagit

ALGORITHMS: Final = ("sha256", "sha512")
INFO_NAME: Final = "bag-info.txt"
PROFILE_IDENTIFIER: Final = "urn:strongroom:bagit-profile:1.0"
"""BagIt-Profile-Identifier of the bags written here; the profile is among the schemas."""

_MANY_FILES = 100_000_000


def payload_oxum(fixities: Iterable[Fixity]) -> Oxum:
    """Payload-Oxum of files whose fixity is known."""
    lengths = [fixity.length_bytes for fixity in fixities]
    return Oxum(sum(lengths), len(lengths))


def readable_size(length_bytes: int) -> str:
    """A size for people, as Bag-Size wants it: decimal units, three significant digits.

    >>> readable_size(42_600_000_000)
    '42.6 GB'
    """
    size = float(length_bytes)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 999.5 or unit == "TB":
            return f"{length_bytes} bytes" if unit == "bytes" else f"{size:.3g} {unit}"
        size /= 1000
    raise AssertionError


def write_tag_files(
    root: Path,
    payload: Mapping[str, Fixity],
    info: Sequence[tuple[str, str]],
    others: Mapping[str, bytes],
) -> None:
    """Make a bag of a folder that holds a payload: write its tag files, the tag manifests last.

    Args:
        root: the folder; ``root / "data"`` is complete.
        payload: path relative to the bag, beginning with ``data/``, to the fixity its writer returned.
        info: the elements of bag-info.txt in order.
        others: further tag files, name to content.

    Raises:
        StorageError: the disk is full or the folder unwritable.
    """
    contents = {bag_declaration.NAME: render_declaration(), INFO_NAME: render_info(info), **others}
    for algorithm in ALGORITHMS:
        entries = ((path, getattr(fixity, algorithm)) for path, fixity in payload.items())
        contents[f"manifest-{algorithm}.txt"] = render_manifest(entries)
    tags = {name: write_file(root / name, [content]) for name, content in sorted(contents.items())}
    for algorithm in ALGORITHMS:
        entries = ((name, getattr(fixity, algorithm)) for name, fixity in tags.items())
        write_file(root / f"tagmanifest-{algorithm}.txt", [render_manifest(entries)])


def check_payload_files(root: Path, payload: Mapping[str, Fixity]) -> None:
    """Look whether the payload on disk is the one that will be listed, by names and lengths.

    Raises:
        StrongroomError: it is not; then some part of this program wrote what it did not say, or did not write it.
    """
    with Tree(root / "data") as tree:
        scan = tree.scan(_MANY_FILES)
    there = {f"data/{path}": length for path, length in scan.files.items()}
    said = {path: fixity.length_bytes for path, fixity in payload.items()}
    if scan.irregular or there != said:
        odd = sorted(
            scan.irregular | {path for path in there.keys() | said.keys() if there.get(path) != said.get(path)}
        )
        raise StrongroomError(
            f"the package in {root} is not what was recorded, first at {odd[0]}; "
            "run the command again, and report this if it happens twice"
        )


def read_again(root: Path, payload: Mapping[str, Fixity], info: Sequence[tuple[str, str]]) -> None:
    """Open the bag with bagit-python and compare what it understood with what was meant.

    It reads the tag files and manifests and compares names and Payload-Oxum with the disk. Reading the payload again to
    hash it is the business of `verify`.

    Raises:
        StrongroomError: it refuses the bag, or understands something else.
    """
    import bagit

    try:
        bag = bagit.Bag(str(root))
        bag.validate(completeness_only=True)
        disagreement = _disagreement(bag, payload, info)
    except (bagit.BagError, ValueError) as error:
        disagreement = str(error)
    if disagreement:
        raise StrongroomError(
            f"bagit-python, the second reader of every bag, refuses {root}: {disagreement}; please report this"
        )


def _disagreement(bag: "bagit.Bag", payload: Mapping[str, Fixity], info: Sequence[tuple[str, str]]) -> str | None:
    meant = {path: {"sha256": fixity.sha256, "sha512": fixity.sha512} for path, fixity in payload.items()}
    understood = {path.replace(os.sep, "/"): dict(digests) for path, digests in bag.payload_entries().items()}
    if meant != understood:
        odd = sorted(path for path in meant.keys() | understood.keys() if meant.get(path) != understood.get(path))
        return f"it reads the manifests differently, first at {odd[0]}"
    elements = [
        (label, one) for label, values in bag.info.items() for one in (values if isinstance(values, list) else [values])
    ]
    if sorted(elements) != sorted(info):
        return "it reads bag-info.txt differently"
    return None
