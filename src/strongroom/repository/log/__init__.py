"""The append-only log of an archive: a Merkle tree of entries under a signed checkpoint (RFC 9162, C2SP notes).

`log.Log` is the log itself; `tree` hashes, `notes` signs texts, `lines` writes entries as bytes.
"""

from strongroom.repository.log.log import Log

__all__ = ["Log"]
