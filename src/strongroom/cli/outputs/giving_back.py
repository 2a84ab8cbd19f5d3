"""What the command says that gives back what an archive keeps."""

from datetime import datetime
from typing import Literal

from strongroom.cli.outputs.parts import FindingPart, Output


class RestoreOutput(Output):
    """A version of an object became the bag again that it was, or why not."""

    kind: Literal["restore"] = "restore"
    path: str = ""
    """The folder of the bag; empty when nothing was restored."""
    object_id: str = ""
    """Of the archival object."""
    version: int = 0
    """The number of the version, from 1."""
    package_id: str = ""
    """The name of the bag's folder when it was taken in."""
    ingest_id: str = ""
    """SHA-256 of the bag's list of files."""
    stored: datetime | None = None
    """When the version was committed, UTC."""
    files: int = 0
    """In the bag."""
    length_bytes: int = 0
    """Of all files together."""
    copy_name: str = ""
    """Where it came from: `archive`, or the folder of a replica."""
    damage: tuple[str, ...] = ()
    """A sentence for each copy that was asked before that one and is damaged."""
    findings: tuple[FindingPart, ...] = ()
    """When no copy is whole: every damaged file of the first; places are relative to the object."""
