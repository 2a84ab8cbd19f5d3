"""What the commands that look into an archive say."""

from datetime import datetime
from typing import Literal

from strongroom.cli.outputs.parts import Outcomes, Output, Part
from strongroom.model.outcome import Outcome

State = Literal["kept", "withdrawn", "purged"]


class FoundPart(Part):
    """An object of which a version fits, and the newest such version."""

    object_id: str
    """Of the archival object."""
    state: State
    """Only objects that are kept are found, unless others are asked for."""
    version: int
    """The number of the version that fits, from 1."""
    versions: int
    """How many versions there are."""
    package_id: str
    """The name of the bag's folder."""
    title: str
    """Of the version; empty where it has none."""
    creator: str
    """All of them in one text."""
    seed: str
    """The URL that it is about."""
    captured: str
    """A moment in UTC, or a day; empty when unknown."""
    issued: str
    """When it was published, in the precision in which it says so; empty when unknown."""


class FindOutput(Output):
    """What `strongroom find --json` prints."""

    kind: Literal["find"] = "find"
    total: int = 0
    """Objects that fit, on all pages."""
    found: tuple[FoundPart, ...] = ()
    """Of this page, the latest capture first."""
    after: str = ""
    """What to give with `--after` for the next page; empty when there is none."""


class SignaturePart(Part):
    """One person's part in a withdrawal."""

    officer: str
    """The name under which the key was registered."""
    key_id: str
    """Of the key."""
    at: datetime
    """When it was logged, UTC."""
    entry: int
    """Index of the log entry that holds the signed note."""


class TombstonePart(Part):
    """Why an object is withdrawn."""

    reason: str
    """As stated by the first of the two persons."""
    requested: SignaturePart
    """The first."""
    confirmed: SignaturePart
    """The second."""
    purge_at: datetime
    """The earliest moment of a purge, UTC."""
    purged: SignaturePart | None
    """Who removed the object from every copy; null while it is there."""


class VersionPart(Part):
    """A version of an object."""

    number: int
    """From 1."""
    entry: int
    """Index of its entry in the log."""
    ingest_id: str
    """SHA-256 of the bag's list of files."""
    package_id: str
    """The name of the bag's folder."""
    committed: str
    """When it was stored, UTC."""
    inventory_sha512: str
    """Of the inventory of the version, as logged."""
    files: int
    """Of the whole bag."""
    length_bytes: int
    """Of the whole bag."""
    kind: str
    """`package` of METS, or `bag`; empty when it is purged."""
    title: str
    """Empty where it has none."""
    creator: str
    """All of them in one text."""
    seed: str
    """The URL that it is about."""
    captured: str
    """A moment in UTC, or a day; empty when unknown."""
    issued: str
    """When it was published, in the precision in which it says so; empty when unknown."""
    outcomes: Outcomes
    """Its URLs by what became of them."""


class VersionsOutput(Output):
    """What `strongroom versions --json` prints."""

    kind: Literal["versions"] = "versions"
    object_id: str = ""
    """Of the archival object."""
    state: State = "kept"
    """Whether it is withdrawn."""
    since: str = ""
    """When it became so, UTC."""
    versions: tuple[VersionPart, ...] = ()
    """Oldest first."""
    tombstone: TombstonePart | None = None
    """Of an object that is not kept."""


class ValuePart(Part):
    """A value of the description."""

    term: str
    """`dcterms:title` and the like."""
    value: str
    """As the record states it."""
    language: str
    """BCP 47; empty where none is given."""


class ElementPart(Part):
    """An element of bag-info.txt."""

    label: str
    """As written."""
    value: str
    """As written."""


class HostPart(Part):
    """A host and its URLs."""

    host: str
    """Its name."""
    urls: int
    """How many of its URLs were asked for."""


class ShowOutput(Output):
    """What `strongroom show --json` prints."""

    kind: Literal["show"] = "show"
    object_id: str = ""
    """Of the archival object."""
    state: State = "kept"
    """Whether it is withdrawn."""
    since: str = ""
    """When it became so, UTC."""
    tombstone: TombstonePart | None = None
    """Of an object that is not kept."""
    versions: tuple[int, ...] = ()
    """The numbers of all versions."""
    version: VersionPart | None = None
    """The one that was asked for, or the newest."""
    values: tuple[ValuePart, ...] = ()
    """Its description."""
    info: tuple[ElementPart, ...] = ()
    """The elements of bag-info.txt."""
    hosts: tuple[HostPart, ...] = ()
    """Those with the most URLs, at most twenty."""
    hosts_total: int = 0
    """How many hosts were asked."""
    warnings: tuple[str, ...] = ()
    """Codes of findings that did not refuse the bag."""
    replicas: tuple[str, ...] = ()
    """Identifiers of the replicas that held the version when it was logged."""
    faults: tuple[str, ...] = ()
    """What could not be read for the catalogue, a sentence each."""


class LinkStatePart(Part):
    """What became of a URL in one version."""

    outcome: Outcome
    """As in links.csv."""
    reason: str
    """As in links.csv."""
    status: int | None
    """Of the answer; null when there was none."""
    digest: str
    """Of the payload, from the index; empty when nothing was kept."""


class LinkPart(Part):
    """A link that changed."""

    url: str
    """As in links.csv."""
    before: LinkStatePart | None
    """Null when it is new."""
    after: LinkStatePart | None
    """Null when it is gone."""


class LinksPart(Part):
    """Links that changed; the lists are cut, the totals are not."""

    gained_total: int
    """Only in the later version."""
    lost_total: int
    """Only in the earlier version."""
    changed_total: int
    """With another outcome, status or payload."""
    gained: tuple[LinkPart, ...]
    """The first of them."""
    lost: tuple[LinkPart, ...]
    """The first of them."""
    changed: tuple[LinkPart, ...]
    """The first of them."""


class FilesPart(Part):
    """Files that changed, `<package>` in place of the package's name; the lists are cut, the totals are not."""

    added_total: int
    """Only in the later version."""
    removed_total: int
    """Only in the earlier version."""
    rewritten_total: int
    """With another content."""
    added: tuple[str, ...]
    """The first of them."""
    removed: tuple[str, ...]
    """The first of them."""
    rewritten: tuple[str, ...]
    """The first of them."""


class DiffOutput(Output):
    """What `strongroom diff --json` prints."""

    kind: Literal["diff"] = "diff"
    object_id: str = ""
    """Of the archival object."""
    first: int = 0
    """The number of the earlier version, or of the one that was named first."""
    second: int = 0
    """The number of the other."""
    links: LinksPart | None = None
    """What links.csv and the index say."""
    values_gained: tuple[ValuePart, ...] = ()
    """Of the description."""
    values_lost: tuple[ValuePart, ...] = ()
    """Of the description."""
    files: FilesPart | None = None
    """Of the bag."""
    faults: tuple[str, ...] = ()
    """What could not be read of either version, a sentence each."""


class CatalogueOutput(Output):
    """What `strongroom catalogue --json` prints."""

    kind: Literal["catalogue"] = "catalogue"
    objects: int = 0
    """In the catalogue, withdrawn and purged ones among them."""
    entries: int = 0
    """Of the log, all of which are in the catalogue."""
    output: str | None = None
    """The file that `dump` wrote."""
    sha256: str | None = None
    """Of that file."""
