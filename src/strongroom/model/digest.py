"""Digests as the house writes them: ``sha256:`` and 64 lower-case hexadecimal digits."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Digest:
    """The name of an algorithm (as `hashlib` spells it) and a value in lower-case hexadecimal.

    >>> str(Digest.of([b"abc"]))[:18]
    'sha256:ba7816bf8f0'
    """

    algorithm: str
    hex: str

    @classmethod
    def of(cls, chunks: Iterable[bytes], algorithm: str = "sha256") -> Self:
        """Digest bytes that arrive in pieces."""
        hasher = hashlib.new(algorithm)
        for chunk in chunks:
            hasher.update(chunk)
        return cls(algorithm, hasher.hexdigest())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``sha256:…`` back; raises `ValueError` when there is no label or no hexadecimal value."""
        algorithm, colon, value = text.partition(":")
        if not colon or not algorithm or not value:
            raise ValueError(f"{text!r} is not algorithm:value")
        int(value, 16)
        return cls(algorithm.lower(), value.lower())

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"


@dataclass(frozen=True, slots=True)
class Fixity:
    """What a writer says of the bytes it wrote: their number and both digests, in lower-case hexadecimal."""

    length_bytes: int
    sha256: str
    sha512: str
