"""Signed notes: a text that people can read, a blank line, and a signature line (C2SP signed-note, Ed25519)."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from strongroom.repository.keys import PublicKey, SigningKey

_SIGNATURE: Final = re.compile(r"— (?P<name>[^\s+]+) (?P<value>[A-Za-z0-9+/]+={0,2})")
_LENGTH: Final = 4 + 64


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it.

    Attributes:
        text: as signed, with its last line end.
        signatures: for each, the name of the key, the first four bytes of its identifier, and the signature.
    """

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether there is a signature of this key and it is right."""
        return any(
            name == key.name and hint == key.hint and key.verify(self.text.encode("utf-8"), signature)
            for name, hint, signature in self.signatures
        )

    def names(self, key: PublicKey) -> bool:
        """Whether a signature says that it is of this key."""
        return any(name == key.name and hint == key.hint for name, hint, _ in self.signatures)


def sign(text: str, keys: Iterable[SigningKey]) -> str:
    """Sign a text, which ends with a line end, with each of the keys."""
    lines = [f"— {key.public.name} {_base64(key.public.hint + key.sign(text.encode('utf-8')))}\n" for key in keys]
    return f"{text}\n{''.join(lines)}"


def parse(note: str) -> Note:
    """Read a note, without looking whether its signatures are right; raises `ValueError` when it is none.

    Only the form that `sign` writes is a note: one line end at the end, base64 without spare bits.
    """
    text, blank, signed = note.rpartition("\n\n")
    if not blank or not signed.endswith("\n"):
        raise ValueError("it has no signature")
    signatures = []
    for line in signed[:-1].split("\n"):
        match = _SIGNATURE.fullmatch(line)
        if match is None:
            raise ValueError("a line behind the text is no signature")
        value = base64.b64decode(match["value"], validate=True)
        if len(value) != _LENGTH or _base64(value) != match["value"]:
            raise ValueError("a signature is not of Ed25519")
        signatures.append((match["name"], value[:4], value[4:]))
    return Note(f"{text}\n", tuple(signatures))


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
