"""Checkpoints: signed notes that say how long a log is and what stands in it (C2SP tlog-checkpoint).

    strongroom/00000000-0000-4000-8000-000000000001     origin
    3                                                   size
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=        head of the tree
    at 2025-11-03T08:00:00.000Z

    — strongroom/00000000-… <key hash and signature>

A key that follows another is stated in a note of the same kind, signed by both.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.model.receipt import Checkpoint
from strongroom.repository.archive import Archive
from strongroom.repository.keys import PublicKey, SigningKey, origin_of
from strongroom.repository.log import notes
from strongroom.repository.log.lines import moment, moment_of
from strongroom.storage import saying

SUCCESSION: Final = "succession of keys"
LOST: Final = "the key before it is lost"
_MAX_BYTES: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Succession:
    """One key follows another.

    Attributes:
        old, new: the keys.
        size, head: of the log before it.
        at: UTC.
        note: signed by both; by the new one alone when the old one was lost.
        lost: whether it was.
    """

    old: PublicKey
    new: PublicKey
    size: int
    head: bytes
    at: datetime
    note: str
    lost: bool


def sign_checkpoint(
    key: SigningKey, size: int, head: bytes, at: datetime, *, successions: tuple[str, ...] = ()
) -> Checkpoint:
    """State the size and the head of a log."""
    text = f"{key.public.name}\n{size}\n{encoded(head)}\nat {moment(at)}\n"
    note = notes.sign(text, [key])
    return Checkpoint(
        key.public.name, size, head.hex(), at, key.public.id, note, encoded(key.public.raw), tuple(successions)
    )


def parse_checkpoint(note: str, key: PublicKey, *, successions: tuple[str, ...] = ()) -> Checkpoint:
    """Read a checkpoint; raises `ValueError` when it is none, or not signed by this key alone."""
    parsed = notes.parse(note)
    origin, size, head, at = _fields(parsed.text, 4)
    if origin != key.name or len(parsed.signatures) != 1 or not parsed.is_signed_by(key):
        raise ValueError(f"the key {key.id} did not sign it")
    if str(int(size)) != size or int(size) < 1 or not at.startswith("at "):
        raise ValueError("it is not a checkpoint")
    signed_at = moment_of(at.removeprefix("at "))
    return Checkpoint(
        origin, int(size), decoded(head).hex(), signed_at, key.id, note, encoded(key.raw), tuple(successions)
    )


def sign_succession(old: SigningKey | PublicKey, new: SigningKey, size: int, head: bytes, at: datetime) -> Succession:
    """State that a key follows another; without the private half of the old one, that it is lost."""
    lost = isinstance(old, PublicKey)
    before = old if isinstance(old, PublicKey) else old.public
    lines = [SUCCESSION, str(size), encoded(head), encoded(before.raw), encoded(new.public.raw), f"at {moment(at)}"]
    text = "".join(f"{line}\n" for line in [new.public.name, *lines, *([LOST] if lost else [])])
    note = notes.sign(text, [new] if isinstance(old, PublicKey) else [old, new])
    return Succession(before, new.public, size, head, at, note, lost)


def parse_succession(note: str) -> Succession:
    """Read a succession; raises `ValueError` when it is none or not signed by both keys (by the new, when lost)."""
    parsed = notes.parse(note)
    lost = parsed.text.endswith(f"\n{LOST}\n")
    origin, kind, size, head, before, after, at, *_ = _fields(parsed.text, 8 if lost else 7)
    old, new = PublicKey(origin, decoded(before)), PublicKey(origin, decoded(after))
    signers = [new] if lost else [old, new]
    if kind != SUCCESSION or len(parsed.signatures) != len(signers) or not all(map(parsed.is_signed_by, signers)):
        raise ValueError("it is not the signed succession of a key")
    return Succession(old, new, int(size), decoded(head), moment_of(at.removeprefix("at ")), note, lost)


def key_path(log: Path, key_id: str) -> Path:
    """Where the public half of a log key lies; its succession lies beside it, with the suffix ``.note``."""
    return log / "keys" / f"log-{key_id}.pem"


def read_checkpoint(archive: Archive) -> Checkpoint | None:
    """The checkpoint of a copy of an archive; None where there is none.

    Raises:
        StorageError: it is no checkpoint, of another log, not signed, or not by a key of this log.
    """
    path = archive.log / "checkpoint"
    with saying("read", path):
        if not path.is_file():
            return None
        content = path.read_bytes()[:_MAX_BYTES]
    remedy = "bring the log back from a replica or a backup"
    try:
        note = content.decode("utf-8")
        parsed = notes.parse(note)
    except ValueError as error:
        raise StorageError(f"{path} is not signed: {error}; {remedy}") from error
    origin = parsed.text.partition("\n")[0]
    if origin != origin_of(archive.id):
        raise StorageError(f"{path} is of another log, {origin[:100]}, not of {origin_of(archive.id)}; {remedy}")
    key = next((one for one in public_keys(archive) if parsed.names(one)), None)
    if key is None:
        raise StorageError(f"{path} is signed by a key that is not in {path.parent / 'keys'}; {remedy}")
    try:
        return parse_checkpoint(note, key, successions=successions_to(archive.log, key))
    except ValueError as error:
        raise StorageError(f"the signature on {path} is wrong: {error}; {remedy}") from error


def public_keys(archive: Archive) -> tuple[PublicKey, ...]:
    """The public keys that lie beside a log; a file that holds none, or another than its name says, is left out."""
    found = []
    with saying("read the keys in", archive.log / "keys"):
        for path in sorted((archive.log / "keys").glob("log-*.pem")):
            try:
                key = PublicKey.of_pem(origin_of(archive.id), path.read_bytes()[:_MAX_BYTES])
            except ValueError:
                continue
            if path.name == f"log-{key.id}.pem":
                found.append(key)
    return tuple(found)


def successions_to(log: Path, key: PublicKey) -> tuple[str, ...]:
    """The notes that lead from the first key of a log to this one.

    Raises:
        StorageError: one of them is not what it should be.
    """
    found: list[str] = []
    seen: set[str] = set()
    while key.id not in seen:
        seen.add(key.id)
        path = key_path(log, key.id).with_suffix(".note")
        with saying("read", path):
            if not path.is_file():
                break
            note = path.read_bytes()[:_MAX_BYTES].decode("utf-8", "replace")
        try:
            one = parse_succession(note)
        except ValueError as error:
            raise StorageError(f"{path}: {error}; bring it back from a replica or a backup") from error
        if one.new != key:
            raise StorageError(f"{path} is of the key {one.new.id}; bring it back from a replica or a backup")
        found.append(note)
        key = one.old
    return tuple(reversed(found))


def encoded(value: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(value).decode("ascii")


def decoded(text: str) -> bytes:
    """The 32 bytes of a hash or a key; raises `ValueError` for anything else."""
    value = base64.b64decode(text, validate=True)
    if len(value) != 32 or encoded(value) != text:
        raise ValueError(f"{text[:60]!r} is not base64 of 32 bytes")
    return value


def _fields(text: str, count: int) -> list[str]:
    fields = text.removesuffix("\n").split("\n")
    if len(fields) != count:
        raise ValueError("it is not a text of so many lines")
    return fields
