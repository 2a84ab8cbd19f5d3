"""The store of an archive or of a replica: whole versions of objects, made, recovered, read again and taken back.

Whoever calls what changes an object holds its lock (`object_lock`); what only reads needs none.
"""

from strongroom.repository.store.committing import commit
from strongroom.repository.store.healing import recover_object
from strongroom.repository.store.reading_back import read_back
from strongroom.repository.store.undoing import undo
from strongroom.repository.stored import (
    StoredVersion,
    find_version,
    ingest_id_of,
    ingest_lock,
    object_folder,
    object_lock,
    objects,
    read_inventory,
    versions,
)

__all__ = [
    "StoredVersion",
    "commit",
    "find_version",
    "ingest_id_of",
    "ingest_lock",
    "object_folder",
    "object_lock",
    "objects",
    "read_back",
    "read_inventory",
    "recover_object",
    "undo",
    "versions",
]
