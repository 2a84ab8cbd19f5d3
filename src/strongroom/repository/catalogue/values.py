"""What the catalogue answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from strongroom.model.outcome import Outcome
from strongroom.model.tombstone import Tombstone


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is looked for; all that is given must hold of one and the same version, and what is empty says nothing.

    Attributes:
        words: texts, each of which stands in the title, creator, publisher, subjects, description, identifiers, hosts,
            page titles or, of a bag that is no package, the names of its files; case and accents do not matter.
        title, creator: part of it; case and accents do not matter.
        url: of a page or a part of one; with ``*`` at its end what it begins with; without ``https://`` either scheme.
        host: of a URL; with ``*.`` before it the hosts below it too.
        outcome: of that URL, of one of that host, or of any; without it a URL that was refused does not count.
        since, until: W3CDTF dates between which it was captured, both included.
        published_since, published_until: between which it was published, or may have been.
        withdrawn: whether objects that are withdrawn or purged count too.
    """

    words: tuple[str, ...] = ()
    title: str = ""
    creator: str = ""
    url: str = ""
    host: str = ""
    outcome: Outcome | None = None
    since: str = ""
    until: str = ""
    published_since: str = ""
    published_until: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An object of which a version fits, and the newest such version.

    Attributes:
        state: ``kept``, ``withdrawn`` or ``purged``.
        version, versions: the number of the one that fits, and how many there are.
        package_id: the name of the bag's folder.
        seed: the URL that it is about.
        captured: a moment in UTC or a day; `issued`: in the precision in which it is stated; both may be empty.
    """

    object_id: str
    state: str
    version: int
    versions: int
    package_id: str
    title: str
    creator: str
    seed: str
    captured: str
    issued: str


@dataclass(frozen=True, slots=True)
class Page:
    """Part of what was found, the latest capture first.

    Attributes:
        total: objects that fit.
        after: what to give to get the next page; empty when there is none.
    """

    found: tuple[Found, ...]
    total: int
    after: str


@dataclass(frozen=True, slots=True)
class CataloguedVersion:
    """A version in short.

    Attributes:
        entry: index in the log.
        kind: ``package`` or ``bag``; empty when nothing is known of what it held, since it is purged.
        committed: UTC.
        outcomes: URLs by outcome; those without any are left out.
    """

    number: int
    entry: int
    ingest_id: str
    package_id: str
    committed: str
    inventory_sha512: str
    files: int
    length_bytes: int
    kind: str
    title: str
    creator: str
    seed: str
    captured: str
    issued: str
    outcomes: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class CataloguedObject:
    """An object and its versions.

    Attributes:
        state: ``kept``, ``withdrawn`` or ``purged``; `since`: when it became so, UTC.
        versions: oldest first.
        tombstone: of one that is not kept.
    """

    object_id: str
    state: str
    since: str
    versions: tuple[CataloguedVersion, ...]
    tombstone: Tombstone | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """All that is known of one version.

    Attributes:
        values: (term, value, language) of its description.
        info: the elements of bag-info.txt.
        hosts: how many URLs of a host were asked for, those with the most first; `hosts_total`: how many hosts.
        faults: what could not be read of it, a sentence each.
        logged: what the log says besides: `warnings`, `replicas`, `empty_folders`, `scan`, `bag_created`.
    """

    version: CataloguedVersion
    values: tuple[tuple[str, str, str], ...] = ()
    info: tuple[tuple[str, str], ...] = ()
    hosts: tuple[tuple[str, int], ...] = ()
    hosts_total: int = 0
    faults: tuple[str, ...] = ()
    logged: Mapping[str, object] = field(default_factory=dict)
