"""The file beside an inventory that holds its digest (OCFL 1.1 section 3.6)."""

import re
from collections.abc import Collection
from typing import Final

from strongroom.formats.ocfl.algorithms import FIXITY
from strongroom.formats.ocfl.faults import Faults
from strongroom.formats.ocfl.folder import Folder
from strongroom.formats.ocfl.inventory import NAME, sidecar_name

_MAX_BYTES: Final = 4096
_LINE: Final = re.compile(rb"([0-9A-Fa-f]+)[ \t]+inventory\.json[ \t]*\r?\n?")


def check_sidecar(
    folder: Folder, prefix: str, names: Collection[str], data: bytes, *, algorithm: str | None, faults: Faults
) -> frozenset[str]:
    """Compare an inventory with its sidecar.

    Args:
        folder: of the object.
        prefix: of the version's folder with "/", "" at the object's root.
        names: of the files that lie there.
        data: of the inventory.
        algorithm: as the inventory states it, None when it does not.
        faults: gets what is wrong.

    Returns:
        The names that are taken for sidecars.
    """
    expected = sidecar_name(algorithm or "sha512")
    if algorithm is None or expected not in names:
        others = sorted(name for name in names if name.startswith(f"{NAME}.") and name[len(NAME) + 1 :] in FIXITY)
        if not others:
            faults.add("E058", prefix + expected, expected="the digest of the inventory", found="no such file")
            return frozenset()
        if algorithm is not None:
            faults.add("E059", prefix + others[0], expected=expected, found=others[0])
        expected = others[0]
    stated = expected.removeprefix(f"{NAME}.")
    content = folder.read(prefix + expected, _MAX_BYTES)
    match = _LINE.fullmatch(content)
    if not match or (stated in FIXITY and len(match[1]) != FIXITY[stated].hex_digits):
        where = prefix + expected
        faults.add("E061", where, expected="the digest, spaces, inventory.json", found=repr(content[:200])[1:])
    elif stated in FIXITY:
        hasher = FIXITY[stated].make()
        hasher.update(data)
        if hasher.hexdigest() != match[1].decode("ascii").lower():
            found = f"{hasher.hexdigest()} of the inventory"
            faults.add("E060", prefix + expected, expected=match[1].decode("ascii").lower(), found=found)
    return frozenset({expected})
