"""Read the digests that WARC records carry, in the forms that writers have used (WARC 1.1 section 5.8)."""

import binascii
import hashlib
from base64 import b32decode, b64decode
from functools import lru_cache

from strongroom.model.digest import Digest

_ALGORITHMS = {
    "md5": "md5",
    "sha1": "sha1",
    "sha224": "sha224",
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sha3-224": "sha3_224",
    "sha3-256": "sha3_256",
    "sha3-384": "sha3_384",
    "sha3-512": "sha3_512",
    "blake2s": "blake2s",
    "blake2b": "blake2b",
}
_SIZES = {name: hashlib.new(name, usedforsecurity=False).digest_size for name in _ALGORITHMS.values()}
_COMPATIBLE = {"sha-1": "sha1", "sha-224": "sha224", "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}


def knows_algorithm(text: str) -> bool:
    """Whether the algorithm of a labelled digest is one that can be computed here."""
    return _algorithm(text) is not None


@lru_cache(maxsize=256)
def read_labelled_digest(text: str) -> Digest | None:
    """Read ``sha256:…`` in base 16, ``sha1:…`` in base 32 or, as some writers have it, base 64.

    Returns None when the algorithm is not known or the value cannot be one of it.

    >>> str(read_labelled_digest("sha1:2JMJ7L5RSW3YVB7VLWAYKK35JQPNDBRY") or "")[:14]
    'sha1:d2589fafb'
    """
    algorithm = _algorithm(text)
    if algorithm is None:
        return None
    length = _SIZES[algorithm]
    value = text.partition(":")[2].strip()
    plain = value.rstrip("=")
    try:
        if len(value) == 2 * length:
            decoded = bytes.fromhex(value)
        elif len(plain) == -(-length * 8 // 5):
            decoded = b32decode(plain.upper() + "=" * (-len(plain) % 8))
        else:
            decoded = b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_" if set(plain) & set("-_") else None)
    except (binascii.Error, ValueError):
        return None
    return Digest(algorithm, decoded.hex()) if len(decoded) == length else None


def _algorithm(text: str) -> str | None:
    label = text.partition(":")[0].strip().lower()
    return _ALGORITHMS.get(_COMPATIBLE.get(label, label))
