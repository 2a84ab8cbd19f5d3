"""Check a receipt of a strongroom archive with nothing but Python's standard library.

    python3 check-receipt.py RECEIPT.json
    python3 check-receipt.py RECEIPT.json --key log-key.pem             the archive's public key, as you know it
    python3 check-receipt.py RECEIPT.json --bag FOLDER                  is this the bag that the receipt is for?
    python3 check-receipt.py RECEIPT.json --object FOLDER               is it in this OCFL object, as it was?
    python3 check-receipt.py RECEIPT.json --log FOLDER                  is it in this copy of the archive's log?
    python3 check-receipt.py RECEIPT.json PROOF.json                    was the log only added to since?

It needs no network, no other file and no program. Exit status: 0 all of it is right, 4 something is not, 2 it could
not be looked at. What is checked, so that somebody can write this again in thirty years:

1.  The file is JSON with sorted keys, one space of indentation and ASCII alone; any other form was changed.
2.  `checkpoint` is a signed note (C2SP tlog-checkpoint), given as its lines: origin, number of entries, base64 of the
    head of a Merkle tree, a moment, a blank line, and a dash (U+2014), the origin and base64 of four bytes of the key's
    hash and the signature. That is Ed25519 (RFC 8032) of `key` over the lines before the blank one, each with its
    line end.
3.  `entry`, as JSON with sorted keys, no spaces, ASCII, is a leaf of that tree at `entry.index`; `path` has the hashes
    beside the way up (RFC 9162 section 2.1.3.2: SHA-256, 0x00 before a leaf, 0x01 before two nodes).
4.  `successions` are notes by which a key gave way to the next; each is signed by both, so that one may trust the last
    who trusts the first. One that says that the key before is lost proves nothing about the key before.
5.  `entry.facts.ingest` is the SHA-256 of the bag's list of files: for each file the line "SHA-512  PATH", sorted as
    bytes, where %, CR and LF in a path are %25, %0D and %0A. `entry.facts.inventory` is the SHA-512 of the OCFL
    inventory of the version.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from strongroom.repository.checker.curve import WrongError
from strongroom.repository.checker.folders import check_bag, check_log, check_object, read_key, shown
from strongroom.repository.checker.proof import (
    Checkpoint,
    canonical,
    check_consistency,
    check_inclusion,
    decode,
    from_hex,
    is_trusted,
    key_id,
    leaf_hash,
    read_successions,
)

RECEIPT = "strongroom receipt 1"
CONSISTENCY = "strongroom consistency 1"
ABOUT = {
    RECEIPT: "The archive named in the checkpoint took in the bag that the entry describes. "
    "python3 check-receipt.py FILE checks this; the script itself says how it could be done without it.",
    CONSISTENCY: "Whatever the old checkpoint counts stands unchanged in the log of the new one. "
    "python3 check-receipt.py FILE checks this; the script itself says how it could be done without it.",
}


class Proved:
    """What a file proves by itself.

    Attributes:
        kind: receipt or proof of consistency.
        checkpoint: of the receipt; the old one of a proof.
        newer: the new one of a proof.
        chain: keys from the archive's first to the one that signed last, each with whether the one before it agreed.
        entry: of the receipt.
    """

    def __init__(self, content: bytes) -> None:
        """Check it; wrong when anything in it is."""
        value = json.loads(content)
        if (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode("ascii") != content:
            raise WrongError("the file was changed: it is not in the form in which it was written")
        self.kind = value["format"]
        parts = {RECEIPT: ["checkpoint", "entry"], CONSISTENCY: ["new", "old"]}[self.kind]
        if sorted(value) != sorted([*parts, "about", "format", "key", "path", "successions"]):
            raise WrongError("the file has other parts than it should have")
        if value["about"] != ABOUT[self.kind]:
            raise WrongError("the words about the file were changed")
        key = decode(value["key"], 32)
        self.chain = read_successions(["\n".join(lines) for lines in value["successions"]], key)
        path = [from_hex(one) for one in value["path"]]
        self.entry: dict[str, Any] = {}
        if self.kind == RECEIPT:
            self.entry = value["entry"]
            self.checkpoint = self.newer = Checkpoint("\n".join(value["checkpoint"]), [key])
            leaf = leaf_hash(canonical(self.entry))
            check_inclusion(leaf, self.entry["index"], self.checkpoint.size, path, self.checkpoint.head)
            if self.entry["kind"] != "ingest":
                raise WrongError("the entry is not that of an ingest")
        else:
            self.newer = Checkpoint("\n".join(value["new"]), [key])
            self.checkpoint = Checkpoint("\n".join(value["old"]), [one for one, _ in self.chain])
            check_same_log(self.checkpoint, self.newer)
            old, new = self.checkpoint, self.newer
            check_consistency(old.size, old.head, new.size, new.head, path)


def check_same_log(one: Checkpoint, other: Checkpoint) -> None:
    """Wrong when two checkpoints are of different logs."""
    if one.origin != other.origin:
        raise WrongError(f"{shown(one.origin)} and {shown(other.origin)} are different archives")


def sentences(proved: Proved) -> Iterator[str]:
    """What a file says, now that it is checked."""
    if proved.kind == CONSISTENCY:
        old, new = proved.checkpoint, proved.newer
        yield f"right: the first {old.size} entries of {shown(old.origin)} stand unchanged in its log of {new.size}"
        return
    facts, checkpoint = proved.entry["facts"], proved.checkpoint
    yield f"right: entry {proved.entry['index']} is in the log of {checkpoint.size} entries that was signed"
    yield f"  archive   {shown(checkpoint.origin)}"
    yield f"  object    {shown(facts['object'])}, version {facts['version']}"
    yield f"  bag       {shown(facts['package'])}, {facts['files']} files, {facts['bytes']} bytes"
    yield f"  ingest    {shown(facts['ingest'])}"
    yield f"  logged    {shown(proved.entry['at'])}"


def check(options: argparse.Namespace) -> Iterator[str]:
    """Do all that was asked for; yields sentences, and is wrong at the first fault."""
    trusted = [read_key(path) for path in options.key]
    receipts: list[Proved] = []
    proofs: list[Proved] = []
    for path in options.files:
        try:
            proved = Proved(Path(path).read_bytes())
        except (LookupError, TypeError, AttributeError, RecursionError) as error:
            raise WrongError("a part of it is not there or is of another kind") from error
        (receipts if proved.kind == RECEIPT else proofs).append(proved)
        yield from sentences(proved)
    for receipt in receipts or proofs:
        chains = [(receipt.newer, receipt.chain)]
        for proof in proofs if receipts else []:
            if (proof.checkpoint.size, proof.checkpoint.head) != (receipt.checkpoint.size, receipt.checkpoint.head):
                raise WrongError("the proof of consistency begins at another checkpoint than that of the receipt")
            check_same_log(proof.checkpoint, receipt.checkpoint)
            chains.append((proof.newer, proof.chain))
        for folder in options.log:
            chains.append(check_log(folder, receipt.newer))
            yield f"right: it stands unchanged in {folder}, a log of {chains[-1][0].size} entries"
        for folder in options.bag:
            check_bag(folder, receipt.entry["facts"])
            yield f"right: {folder} is the bag that was taken in"
        for folder in options.object:
            check_object(folder, receipt.entry["facts"])
            yield f"right: {folder} holds the version that was taken in"
        if trusted and not any(is_trusted(chain, trusted) for _, chain in chains):
            raise WrongError(
                f"it is signed by the key {named(receipt)}, which does not follow from a key that you trust"
            )
        yield f"signed by the key {named(receipt)}" + ("" if trusted else NO_KEY)


NO_KEY = """; compare it with the one that the archive publishes, or give
that with --key: without it, this shows that the receipt is whole, and not who signed it"""


def named(proved: Proved) -> str:
    """The key that signed, as archives call it."""
    return key_id(proved.newer.origin, proved.newer.key)


def main(arguments: list[str]) -> int:
    """Check what the command line names."""
    parser = argparse.ArgumentParser(
        prog="check-receipt.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="receipts, and proofs of consistency")
    for name in ("key", "bag", "object", "log"):
        metavar = "FILE" if name == "key" else "FOLDER"
        parser.add_argument(f"--{name}", action="append", default=[], metavar=metavar, help="see above")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        for sentence in check(options):
            sys.stdout.write(sentence + "\n")
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has seen enough, and was not told the end of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except OSError as error:
        sys.stdout.write(f"not looked at: {shown(str(error))}\n")
        return 2
    except (WrongError, ValueError) as error:
        sys.stdout.write(f"WRONG: {shown(str(error))}\n")
        return 4
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
