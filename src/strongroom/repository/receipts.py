"""Receipts: what the depositor keeps, and what proves that it was logged."""

import base64
import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from strongroom.errors import StorageError
from strongroom.formats.ocfl.layout import object_path
from strongroom.model.receipt import Inclusion, Receipt
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.checker import checker_script
from strongroom.repository.checker.check import ABOUT, RECEIPT
from strongroom.repository.checker.script import NAME
from strongroom.repository.keys import PublicKey
from strongroom.repository.log.checkpoint import parse_checkpoint, parse_succession
from strongroom.repository.log.lines import canonical, entry_of, moment_of
from strongroom.repository.log.staging import place as place_file
from strongroom.repository.log.tree import is_included, leaf_hash
from strongroom.storage import saying

_MAX_BYTES: Final = 16 << 20


def receipt_of(inclusion: Inclusion) -> Receipt:
    """The receipt that an entry of the kind ``ingest`` is; raises `ValueError` for another entry."""
    _, entry = entry_of(inclusion.entry.encode("ascii"))
    facts = entry.facts
    if entry.kind != "ingest":
        raise ValueError("it is not the entry of an ingest")
    try:
        return Receipt(
            archive=f"urn:uuid:{inclusion.checkpoint.origin.removeprefix('strongroom/')}",
            ingest_id=_text(facts, "ingest"),
            object_id=_text(facts, "object"),
            version=_count(facts, "version"),
            package_id=_text(facts, "package"),
            ingested_at=moment_of(_text(facts, "committed")) if "committed" in facts else entry.at,
            inventory_sha512=_text(facts, "inventory"),
            files=_count(facts, "files"),
            length_bytes=_count(facts, "bytes"),
            replicas=_texts(facts, "replicas"),
            warnings=_texts(facts, "warnings"),
            empty_folders=_texts(facts, "empty_folders"),
            scan=_text(facts, "scan"),
            inclusion=inclusion,
        )
    except KeyError as error:
        raise ValueError(f"the entry of an ingest has no {error}") from error


def render(receipt: Receipt) -> bytes:
    """A receipt as the file that is kept: JSON in one canonical form, whose every bit counts.

    Raises `ValueError` when the receipt says anything else than its entry.
    """
    inclusion = receipt.inclusion
    if receipt != receipt_of(inclusion):
        raise ValueError("the receipt says something else than its entry in the log")
    return document_of(
        {
            "about": ABOUT[RECEIPT],
            "checkpoint": inclusion.checkpoint.note.split("\n"),
            "entry": json.loads(inclusion.entry),
            "format": RECEIPT,
            "key": inclusion.checkpoint.public_key,
            "path": list(inclusion.path),
            "successions": [note.split("\n") for note in inclusion.checkpoint.successions],
        }
    )


def parse(content: bytes) -> Receipt:
    """Read a receipt and check it wholly: form, signature, succession of keys, and inclusion.

    Raises `ValueError` when it is not exactly what `render` writes, or does not prove what it says.
    """
    value = json.loads(content)
    if not isinstance(value, dict) or value.get("format") != RECEIPT:
        raise ValueError("it is not a receipt of strongroom")
    try:
        note = "\n".join(value["checkpoint"])
        successions = tuple("\n".join(lines) for lines in value["successions"])
        raw = base64.b64decode(value["key"], validate=True)
        key = PublicKey(note.partition("\n")[0], raw)
        checkpoint = parse_checkpoint(note, key, successions=successions)
        inclusion = Inclusion(value["entry"]["index"], canonical(value["entry"]), tuple(value["path"]), checkpoint)
        receipt = receipt_of(inclusion)
        rendered = render(receipt)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("a part of the receipt is not there or is of another kind") from error
    if rendered != content:
        raise ValueError("it was changed: it is not in the form in which receipts are written")
    _check_successions(successions, key)
    leaf = leaf_hash(inclusion.entry.encode("ascii"))
    path = [bytes.fromhex(one) for one in inclusion.path]
    if any(len(one) != 32 for one in path) or tuple(one.hex() for one in path) != inclusion.path:
        raise ValueError("a hash is not in the form in which receipts are written")
    if not is_included(leaf, inclusion.index, checkpoint.size, path, bytes.fromhex(checkpoint.root_sha256)):
        raise ValueError("its entry is not in the log that its checkpoint signs")
    return receipt


def read(archive: Archive, ingest_id: str) -> Receipt | None:
    """The receipt of an ingest; None where there is none.

    Raises:
        StorageError: the file is damaged, or cannot be read.
    """
    path = receipt_path(archive.log, ingest_id)
    with saying("read", path):
        try:
            with path.open("rb") as file:
                content = file.read(_MAX_BYTES)
        except FileNotFoundError:
            return None
    try:
        receipt = parse(content)
        if receipt.ingest_id != ingest_id or receipt.archive != archive.id:
            raise ValueError("it is the receipt of another ingest")  # noqa: TRY301 - one sentence for all of them
    except (ValueError, RecursionError) as error:
        raise StorageError(
            f"the receipt {path} is damaged: {error}; bring it back from a replica, or remove it, and the next "
            "ingest of the same bag writes it again from the log"
        ) from error
    return receipt


def place(archive: Archive, attempt: Attempt, receipt: Receipt) -> Path:
    """Keep a receipt beside the log, with the script that checks it, and a copy in the object's ``logs`` folder."""
    content = render(receipt)
    checker = archive.log / NAME
    with saying("read", checker):
        known = checker.read_bytes() if checker.is_file() else b""
    if known != (written := checker_script()):
        place_file(attempt, checker, written)
    home = archive.store / object_path(receipt.object_id)
    if home.is_dir():
        place_file(attempt, home / "logs" / f"receipt-v{receipt.version}.json", content)
    target = receipt_path(archive.log, receipt.ingest_id)
    place_file(attempt, target, content)
    return target


def receipt_path(log: Path, ingest_id: str) -> Path:
    """Where the receipt of an ingest lies in the folder of the log."""
    return log / "receipts" / ingest_id[:2] / f"{ingest_id}.json"


def document_of(value: Mapping[str, Any]) -> bytes:
    """A JSON value in the one form in which receipts and proofs are kept."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode("ascii")


def _check_successions(notes: tuple[str, ...], key: PublicKey) -> None:
    steps = [parse_succession(note) for note in notes]
    for before, after in pairwise(steps):
        if before.new != after.old:
            raise ValueError("the succession of keys has a gap")
    if steps and steps[-1].new != key:
        raise ValueError("the succession of keys does not lead to the key that signed")


def _text(facts: Mapping[str, object], name: str) -> str:
    value = facts[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _count(facts: Mapping[str, object], name: str) -> int:
    value = facts[name]
    if type(value) is not int:
        raise TypeError(name)
    return value


def _texts(facts: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = facts[name]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError(name)
    return tuple(value)
