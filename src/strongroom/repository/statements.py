"""Checkpoints that somebody kept: read again, held against the log, and joined to its newest by a proof."""

from pathlib import Path
from typing import Final

from strongroom.errors import UsageError
from strongroom.model.receipt import Checkpoint
from strongroom.repository import receipts
from strongroom.repository.checker.check import ABOUT, CONSISTENCY
from strongroom.repository.keys import PublicKey
from strongroom.repository.log import Log, notes
from strongroom.repository.log.checkpoint import decoded, parse_checkpoint, parse_succession
from strongroom.storage import saying

_MAX_BYTES: Final = 16 << 20


def keys_of(checkpoint: Checkpoint) -> tuple[PublicKey, ...]:
    """The keys of a log, from its first to the one that signed this checkpoint."""
    steps = [parse_succession(note) for note in checkpoint.successions]
    return (*(one.old for one in steps), PublicKey(checkpoint.origin, decoded(checkpoint.public_key)))


def read_statement(log: Log, path: Path) -> Checkpoint:
    """The checkpoint in a file: a receipt, or a checkpoint by itself.

    Raises:
        UsageError: it is neither, it is damaged, or no key of this log signed it.
    """
    with saying("read", path), path.open("rb") as file:
        content = file.read(_MAX_BYTES)
    if log.checkpoint is None:
        raise UsageError(f"nothing was logged in {log.archive.root} yet; there is nothing to hold {path} against")
    try:
        if content.startswith(b"{"):
            found = receipts.parse(content).inclusion.checkpoint
        else:
            found = _parse(content.decode("utf-8"), keys_of(log.checkpoint))
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{path} is no receipt and no checkpoint of this log: {error}; check which file it is"
        ) from error
    if found.origin != log.checkpoint.origin:
        raise UsageError(
            f"{path} is of another archive, {found.origin}, not of {log.checkpoint.origin}; choose another"
        )
    if found.public_key not in {one.text for one in keys_of(log.checkpoint)}:
        raise UsageError(
            f"{path} is signed by the key {found.key_id}, which this log never had; one of the two was forged, and "
            "docs/receipts.md says how to find out which"
        )
    return found


def render_consistency(log: Log, old: Checkpoint) -> bytes:
    """The proof, as a file for `check-receipt.py`, that a log has kept all that an earlier checkpoint signs.

    Raises `ValueError` when it has not: see `log.checking.check_against`.
    """
    new = log.checkpoint
    if new is None or old.size > new.size or log.head(old.size).hex() != old.root_sha256:
        raise ValueError("the log is not the one that was signed earlier")
    return receipts.document_of(
        {
            "about": ABOUT[CONSISTENCY],
            "format": CONSISTENCY,
            "key": new.public_key,
            "new": new.note.split("\n"),
            "old": old.note.split("\n"),
            "path": list(log.consistency(old.size)),
            "successions": [note.split("\n") for note in new.successions],
        }
    )


def _parse(note: str, known: tuple[PublicKey, ...]) -> Checkpoint:
    parsed = notes.parse(note)
    for key in known:
        if parsed.names(key):
            return parse_checkpoint(note, key)
    raise ValueError("no key of this log signed it")
