"""The package before and after it is a bag."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from strongroom.model.digest import Fixity
from strongroom.model.finding import Finding


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of the package that is complete on disk.

    Attributes:
        path: relative to the information package (``data/<id>/`` of the bag), "/"-separated, ASCII.
        media_type: ``application/warc+gzip`` and the like.
        created: when it was written, UTC.
    """

    path: str
    fixity: Fixity
    media_type: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Package:
    """An information package, complete below `root`, not yet bagged.

    Attributes:
        id: ``uuid-…``; the name of the folder, of the bag and the OBJID.
        object_id: ``urn:uuid:…`` of the archival object.
        root: the folder that becomes the bag; the information package is `root / "data" / id`.
        files: all of them, sorted by path.
        title: of the article; for External-Description.
        created: when METS.xml was written, UTC.
        url: the first seed; for Internal-Sender-Identifier.
        findings: what was found while the WARC files were read again for the validation event; their places are
            relative to the information package, and `validate` judges them.
    """

    id: str
    object_id: str
    root: Path
    files: tuple[PackageFile, ...]
    title: str
    created: datetime
    url: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def folder(self) -> Path:
        """The information package on disk."""
        return self.root / "data" / self.id


@dataclass(frozen=True, slots=True)
class Bag:
    """A bag at its final place.

    Attributes:
        path: the bag's folder.
        id: the name of the folder.
        payload_bytes, payload_files: as in Payload-Oxum.
        info: the elements of bag-info.txt in order.
        fixities: of every file, by path relative to the bag; empty unless `verify` was asked for them.
        empty_folders: relative to the bag, sorted; manifests cannot say that they belong to it.
    """

    path: Path
    id: str
    payload_bytes: int
    payload_files: int
    info: tuple[tuple[str, str], ...]
    fixities: Mapping[str, Fixity] = field(default_factory=dict)
    empty_folders: tuple[str, ...] = ()
