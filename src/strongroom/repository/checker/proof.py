"""The proofs of a log: Merkle trees (RFC 9162), signed notes (C2SP), and keys that follow each other."""

import base64
import hashlib
import json
from typing import Any

from strongroom.repository.checker.curve import WrongError, is_signed

LOST = "the key before it is lost"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def climb(number: int, last: int, older: bytes, newer: bytes, path: list[bytes]) -> tuple[bytes, bytes]:
    """Both heads that a path leads to; wrong when it is too short or too long (sections 2.1.3.2 and 2.1.4.2)."""
    for sibling in path:
        if last == 0:
            raise WrongError("the proof is too long")
        if number & 1 or number == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        number, last = number >> 1, last >> 1
    if last:
        raise WrongError("the proof is too short")
    return older, newer


def check_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], head: bytes) -> None:
    """Wrong unless the path leads from the leaf to the head."""
    if not 0 <= index < size or climb(index, size - 1, leaf, leaf, path)[1] != head:
        raise WrongError(f"entry {index} is not in the log of {size} entries that the checkpoint signs")


def check_consistency(old: int, old_head: bytes, new: int, new_head: bytes, path: list[bytes]) -> None:
    """Wrong unless the path proves the old log the beginning of the new one."""
    if old > new:
        raise WrongError(f"the log was rolled back: it had {old} entries, and later {new}")
    if old == new:
        if path or old_head != new_head:
            raise WrongError(f"the log was forked: two signed logs of {old} entries differ")
        return
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    first, rest = (path[0], path[1:]) if number and path else (old_head, path)
    if climb(number, last, first, first, rest) != (old_head, new_head):
        raise WrongError(f"the log was forked: its first {old} entries are others in the log of {new} entries")


class Checkpoint:
    """What a signed note says of a log, and whose key signed it."""

    def __init__(self, note: str, keys: list[bytes]) -> None:
        """Read it; wrong unless exactly one signature is there, and it is of one of the keys."""
        self.note = note
        text, signatures = read_note(note)
        lines = text.split("\n")
        if len(lines) != 5 or len(signatures) != 1 or not lines[3].startswith("at "):
            raise WrongError("the checkpoint is not in the form of one")
        self.origin, self.size, self.at = lines[0], int(lines[1]), lines[3][3:]
        self.head = decode(lines[2], 32)
        if str(self.size) != lines[1] or self.size < 1:
            raise WrongError("the checkpoint is not in the form of one")
        signer = [key for key in keys if signed_by(text, self.origin, key, signatures)]
        if not signer:
            raise WrongError("the signature on the checkpoint is wrong")
        self.key = signer[0]


def read_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a signed note, and its signatures with the names before them."""
    text, _, tail = note.rpartition("\n\n")
    signatures = []
    for line in tail.split("\n")[:-1]:
        mark, name, value = [*line.split(" "), "", ""][:3]
        if mark != "\u2014" or line != f"\u2014 {name} {value}":
            raise WrongError("a line is no signature")
        signatures.append((name, decode(value, 68)))
    if not text or not signatures or not note.endswith("\n"):
        raise WrongError("a note is not signed")
    return text + "\n", signatures


def key_id(origin: str, key: bytes) -> str:
    """By what a key is called: sixteen hex digits."""
    return hashlib.sha256(origin.encode() + b"\n\1" + key).hexdigest()[:16]


def signed_by(text: str, origin: str, key: bytes, signatures: list[tuple[str, bytes]]) -> bool:
    """Whether one of the signatures is of this key, and right."""
    hint = bytes.fromhex(key_id(origin, key)[:8])
    return any(
        name == origin and value[:4] == hint and is_signed(key, text.encode(), value[4:]) for name, value in signatures
    )


def decode(text: str, length: int) -> bytes:
    """Bytes from base64 in its only form."""
    value = base64.b64decode(text, validate=True)
    if len(value) != length or base64.b64encode(value).decode() != text:
        raise WrongError("a part in base64 was changed")
    return value


def from_hex(text: str) -> bytes:
    """A hash from its only form: 64 lower-case digits."""
    value = bytes.fromhex(text)
    if len(value) != 32 or value.hex() != text:
        raise WrongError("a hash was changed")
    return value


def read_successions(notes: list[str], key: bytes) -> list[tuple[bytes, bool]]:
    """The keys from the first to `key`, each with whether the one before it signed that it follows."""
    chain: list[tuple[bytes, bool]] = []
    for note in notes:
        text, signatures = read_note(note)
        lines = text.split("\n")
        lost = lines[7:] == [LOST, ""]
        if len(lines) != (9 if lost else 8) or lines[1] != "succession of keys":
            raise WrongError("a succession of keys is not in the form of one")
        old, new = decode(lines[4], 32), decode(lines[5], 32)
        signers = [new] if lost else [old, new]
        if len(signatures) != len(signers) or not all(signed_by(text, lines[0], one, signatures) for one in signers):
            raise WrongError("the signature on a succession of keys is wrong")
        if chain and chain[-1][0] != old:
            raise WrongError("a succession of keys is left out")
        chain = [*(chain or [(old, True)]), (new, not lost)]
    if chain and chain[-1][0] != key:
        raise WrongError("the successions lead to another key")
    return chain or [(key, True)]


def is_trusted(chain: list[tuple[bytes, bool]], trusted: list[bytes]) -> bool:
    """Whether the last key of a chain is trusted, or follows by its own signature from one that is."""
    for key, followed in reversed(chain):
        if key in trusted:
            return True
        if not followed:
            return False
    return False


def canonical(value: Any) -> bytes:
    """JSON as it is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")
