"""Digest algorithms as OCFL names them (OCFL 1.1 section 3.4 and extension 0009): how they are made and compared."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

Hasher: TypeAlias = Any  # hashlib's own type has no public name


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How a digest is made, and how many hexadecimal digits it has."""

    make: Callable[[], Hasher]
    hex_digits: int


def _of(constructor: Callable[..., Hasher], **options: Any) -> Algorithm:
    make = partial(constructor, usedforsecurity=False, **options)
    return Algorithm(make, 2 * make().digest_size)


def _extensions() -> dict[str, Algorithm]:
    found = {
        "blake2b-160": _of(hashlib.blake2b, digest_size=20),
        "blake2b-256": _of(hashlib.blake2b, digest_size=32),
        "blake2b-384": _of(hashlib.blake2b, digest_size=48),
    }
    if "sha512_256" in hashlib.algorithms_available:  # of OpenSSL's, not of Python's own
        found["sha512/256"] = _of(partial(hashlib.new, "sha512_256"))
    return found


CONTENT: Mapping[str, Algorithm] = MappingProxyType({"sha512": _of(hashlib.sha512), "sha256": _of(hashlib.sha256)})
"""For content addressing and the sidecar of an inventory."""

FIXITY: Mapping[str, Algorithm] = MappingProxyType(
    {
        **CONTENT,
        "md5": _of(hashlib.md5),
        "sha1": _of(hashlib.sha1),
        "blake2b-512": _of(hashlib.blake2b),
        **_extensions(),
    }
)
"""What can be checked here: all that the standard names, and those of extension 0009 that this system has."""

SIZE = "size"
"""The fixity value of extension 0009 that is no digest: the length in bytes, as decimal digits."""

KNOWN = frozenset({*FIXITY, "sha512/256", SIZE})
"""Names that a fixity block may use; those that cannot be checked here are left unchecked, as the standard asks."""
