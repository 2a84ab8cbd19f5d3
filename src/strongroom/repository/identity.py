"""Which archival object a bag is a version of (DESIGN ruling 14)."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from strongroom.errors import UsageError
from strongroom.formats.bag.tag_files import PROFILE_IDENTIFIER

MAX_CHARACTERS: Final = 1000
_URN_UUID: Final = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def object_id_of(info: Iterable[tuple[str, str]], ingest_id: str, *, asked: str = "") -> str:
    """Say the identifier of the object: asked for, or the bag's own, or the sender's, or made of the content.

    Args:
        info: the elements of bag-info.txt.
        ingest_id: SHA-256 of the bag's list of files.
        asked: what somebody gave with ``--object``; empty for nothing.

    Returns:
        `asked`; or the ``urn:uuid:…`` that a package of this program states as its External-Identifier; or, of another
        bag, ``urn:strongroom:bag:ORGANIZATION:IDENTIFIER``, since an identifier says nothing without who gave it; or
        ``urn:strongroom:ingest:`` and the ingest identifier, so that the bag is an object by itself.

    Raises:
        UsageError: `asked` cannot be an identifier.

    >>> object_id_of([("Source-Organization", "Harbour Archive"), ("External-Identifier", "A/7")], "5f…")
    'urn:strongroom:bag:Harbour%20Archive:A%2F7'
    """
    if asked:
        check_object_id(asked)
        return asked
    stated: dict[str, str] = {}
    for label, value in info:
        if value.strip():
            stated.setdefault(label.lower(), value.strip())
    identifier, organization = stated.get("external-identifier", ""), stated.get("source-organization", "")
    if stated.get("bagit-profile-identifier") == PROFILE_IDENTIFIER and _URN_UUID.fullmatch(identifier):
        return identifier
    if identifier and organization:
        made = f"urn:strongroom:bag:{quote(organization, safe='')}:{quote(identifier, safe='')}"
        if len(made) <= MAX_CHARACTERS:
            return made
    return f"urn:strongroom:ingest:{ingest_id}"


def check_object_id(asked: str) -> None:
    """Raise `UsageError` for what cannot be the identifier of an object; empty is nothing asked for."""
    if not asked.isprintable() or asked != asked.strip() or len(asked) > MAX_CHARACTERS:
        raise UsageError(
            f"{asked[:100]!r} cannot be the identifier of an object; give at most {MAX_CHARACTERS} printable "
            "characters that neither begin nor end with a space, best a URI such as urn:uuid:…"
        )
