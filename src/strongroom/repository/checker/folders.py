"""Folders held against a receipt: a bag, an object of a storage root, a copy of the log."""

# paths are bytes here, as the names of strangers need not be UTF-8
# ruff: noqa: PTH112, PTH113, PTH114, PTH118, PTH123, PTH208

import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any

from strongroom.repository.checker.curve import WrongError
from strongroom.repository.checker.proof import Checkpoint, decode, key_id, leaf_hash, node_hash, read_successions


def shown(text: str) -> str:
    """Text without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in str(text))


def read_key(path: str) -> bytes:
    """The 32 bytes of an Ed25519 public key in PEM (RFC 8410)."""
    with open(path, encoding="ascii") as file:
        body = "".join(line for line in file.read().split("\n") if line and not line.startswith("-----"))
    value = decode(body, 44)
    if value[:12].hex() != "302a300506032b6570032100":
        raise WrongError(f"{path} is not an Ed25519 public key")
    return value[12:]


def digest_of(path: bytes) -> str:
    """The SHA-512 of a file."""
    hasher = hashlib.sha512()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            hasher.update(piece)
    return hasher.hexdigest()


def ingest_id(digests: dict[bytes, str]) -> str:
    """The SHA-256 of a list of files."""
    hasher = hashlib.sha256()
    for line in sorted(
        digest.encode() + b"  " + path.replace(b"%", b"%25").replace(b"\r", b"%0D").replace(b"\n", b"%0A") + b"\n"
        for path, digest in digests.items()
    ):
        hasher.update(line)
    return hasher.hexdigest()


def check_bag(folder: str, facts: dict[str, Any]) -> None:
    """Wrong unless the folder is the bag that was taken in."""
    root = os.fsencode(folder)
    if not os.path.isdir(root):
        raise OSError(f"{folder} is not a folder")
    digests = {}
    for place, folders, names in os.walk(root):
        for name in [*names, *(one for one in folders if os.path.islink(os.path.join(place, one)))]:
            path = os.path.join(place, name)
            if os.path.islink(path) or not os.path.isfile(path):
                raise WrongError(f"{shown(os.fsdecode(path))} is not a regular file")
            digests[os.path.relpath(path, root)] = digest_of(path)
    if ingest_id(digests) != facts["ingest"]:
        raise WrongError(f"the bag {folder} is not the one that was taken in: a file was changed, added or removed")


def check_object(folder: str, facts: dict[str, Any]) -> None:
    """Wrong unless the OCFL object still holds the version that was taken in."""
    version = f"v{facts['version']}"
    with open(os.path.join(folder, version, "inventory.json"), "rb") as file:
        content = file.read()
    if hashlib.sha512(content).hexdigest() != facts["inventory"]:
        raise WrongError(f"the inventory of {version} in {folder} is not the one that was logged: it was rewritten")
    inventory = json.loads(content)
    digests = {}
    for digest, paths in inventory["versions"][version]["state"].items():
        stored = {one.lower(): where for one, where in inventory["manifest"].items()}[digest.lower()]
        for path in stored:
            if digest_of(os.path.join(os.fsencode(folder), os.fsencode(path))) != digest.lower():
                raise WrongError(f"{shown(path)} in {folder} is not what was logged: it was changed")
        digests.update({os.fsencode(path): digest.lower() for path in paths})
    if ingest_id(digests) != facts["ingest"]:
        raise WrongError(f"{version} in {folder} does not hold the bag that was taken in")


def entries_of(folder: str) -> Iterator[bytes]:
    """The lines of a log in order."""
    for place, folders, names in os.walk(os.path.join(folder, "entries")):
        folders.sort()
        for name in sorted(names):
            with open(os.path.join(place, name), "rb") as file:
                yield from file.read().split(b"\n")[:-1]


def check_log(folder: str, old: Checkpoint) -> tuple[Checkpoint, list[tuple[bytes, bool]]]:
    """The checkpoint of a copy of the log, and its keys; wrong unless `old` is a beginning of it."""
    keys, successions = {}, {}
    for name in sorted(os.listdir(os.path.join(folder, "keys"))):
        path = os.path.join(folder, "keys", name)
        if name.endswith(".pem"):
            keys[name[:-4]] = read_key(path)
        elif name.endswith(".note"):
            with open(path, "rb") as file:
                successions[name[:-5]] = file.read().decode()
    with open(os.path.join(folder, "checkpoint"), "rb") as file:
        new = Checkpoint(file.read().decode(), list(keys.values()))
    notes: list[str] = []
    key = new.key
    while (note := successions.pop(f"log-{key_id(new.origin, key)}", None)) is not None:
        notes.insert(0, note)
        key = decode(note.split("\n")[4], 32)
    heads: list[tuple[int, bytes]] = []
    count, older = 0, b""
    for count, line in enumerate(entries_of(folder), 1):
        height, node = 0, leaf_hash(line)
        while heads and heads[-1][0] == height:
            height, node = height + 1, node_hash(heads.pop()[1], node)
        heads.append((height, node))
        if count == old.size:
            older = fold(heads)
        if count == new.size:
            break
    if count < new.size:
        raise WrongError(f"the log {folder} is truncated: {count} of {new.size} entries are there")
    if fold(heads) != new.head:
        raise WrongError(f"the log {folder} was edited: its entries are not those that its checkpoint signs")
    if old.origin != new.origin:
        raise WrongError(f"{folder} is the log of another archive")
    if old.size > new.size:
        raise WrongError(f"the log was rolled back: it had {old.size} entries, and {folder} has {new.size}")
    if older != old.head:
        raise WrongError(f"the log was forked: its first {old.size} entries are others in {folder}")
    return new, read_successions(notes, new.key)


def fold(heads: list[tuple[int, bytes]]) -> bytes:
    """The head over complete trees of falling height."""
    head = heads[-1][1]
    for _, left in reversed(heads[:-1]):
        head = node_hash(left, head)
    return head
