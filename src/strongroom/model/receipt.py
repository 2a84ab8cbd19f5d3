"""What a repository says of a bag it has taken in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement of how long the log was and what stood in it.

    Attributes:
        origin: of the log: ``strongroom/`` and the archive's UUID.
        size: entries.
        root_sha256: the head of the Merkle tree over them (RFC 9162 section 2.1), 64 lower-case hex digits.
        signed_at: UTC.
        key_id: of the Ed25519 key, 16 hex digits.
        note: the text as signed, with its signatures; what a verifier reads.
        public_key: of the key that signed, base64 of its 32 bytes.
        successions: the signed notes by which that key followed the archive's first one, oldest first; empty when it
            is the first.
    """

    origin: str
    size: int
    root_sha256: str
    signed_at: datetime
    key_id: str
    note: str
    public_key: str = ""
    successions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Proof that an entry stands in the log.

    Attributes:
        index: of the entry, from 0.
        entry: its bytes as logged (canonical JSON, one line), as text.
        path: sibling hashes from the leaf up, hex (RFC 9162 section 2.1.3).
        checkpoint: whose size and root the path leads to.
    """

    index: int
    entry: str
    path: tuple[str, ...]
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Receipt:
    """A bag is in the archive: which, as what, since when, and the proof that this was logged.

    Attributes:
        archive: ``urn:uuid:…`` of the archive.
        ingest_id: SHA-256 of the bag's canonical list of files, 64 hex digits (DESIGN ruling 15).
        object_id: of the archival object; `version`: its number, from 1.
        package_id: the name of the bag's folder.
        ingested_at: when the version was committed, UTC.
        inventory_sha512: of the version's inventory, which lists the digest of every file.
        files, length_bytes: of the whole bag.
        replicas: identifiers of the replicas that held and re-read the version before this receipt.
        warnings: codes of findings that did not refuse the bag, sorted, each once.
        empty_folders: which OCFL cannot keep, relative to the bag.
        scan: what the virus scanner said, empty when none is set.
        inclusion: in the log.
    """

    archive: str
    ingest_id: str
    object_id: str
    version: int
    package_id: str
    ingested_at: datetime
    inventory_sha512: str
    files: int
    length_bytes: int
    replicas: tuple[str, ...]
    warnings: tuple[str, ...]
    empty_folders: tuple[str, ...]
    scan: str
    inclusion: Inclusion


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log before it is logged.

    Attributes:
        kind: ``archive``, ``key``, ``officer``, ``ingest``, ``audit``, ``repair``, ``withdrawal-request``,
            ``withdrawal``, ``withdrawal-cancel``, ``purge``, ``forget``.
        at: UTC, milliseconds. The order of entries is that of their indexes, whatever the clock said.
        facts: JSON values under the names that `kind` has, no fractions among them. `clock_behind` is added where the
            clock stood before the entry in front, whose moment it holds.
    """

    kind: str
    at: datetime
    facts: Mapping[str, object] = field(default_factory=dict)
