"""An archive whose bags are about something, and what officers do to its objects: for tests of the catalogue."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from html import escape
from pathlib import Path

from edges import BEGINNING
from repository.shelf import OBJECT, Shelf, fresh_id
from strongroom.formats.links_csv import write_links
from strongroom.model.outcome import LinkRow, Outcome, Relation
from strongroom.model.receipt import Entry
from strongroom.repository.catalogue import Catalogue
from strongroom.repository.keys import SigningKey
from strongroom.repository.log import Log
from strongroom.repository.log.lines import moment
from strongroom.repository.officers import officer_key, register
from strongroom.repository.purging import purge
from strongroom.repository.stored import StoredVersion
from strongroom.repository.withdrawal import cancel_withdrawal, confirm_withdrawal, pending, request_withdrawal

PACKAGE = "uuid-00000000-0000-4000-8000-0000000000b1"
SEED = "https://harbour.example/article"
VALUES = {
    "dcterms:title": ["Le dépôt légal"],
    "dcterms:creator": ["José Núñez", "Ada Keeper"],
    "dcterms:issued": ["2021-06"],
    "dcterms:dateAccepted": ["2025-11-03T08:00:00Z"],
    "dcterms:source": [SEED],
}


class Clock:
    """A second later each time somebody looks."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


class ReadingRoom:
    """An archive below a folder."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.clock = Clock()
        self.shelf = Shelf(folder, clock=self.clock)
        self.archive = self.shelf.archive
        self.url = url
        self._folder = folder
        self._keys: dict[str, SigningKey] = {}

    def catalogue(self, **more) -> Catalogue:
        return Catalogue.open(self.archive, self.url, **more)

    def put(self, files: Mapping[str, bytes], object_id: str = OBJECT, *, package: str = PACKAGE) -> StoredVersion:
        """Take a bag in: into the store and into the log."""
        version = self.shelf.put(files, object_id, package=package)
        facts = {
            "ingest": version.ingest_id,
            "object": object_id,
            "version": version.number,
            "package": version.package_id,
            "committed": moment(version.created),
            "inventory": version.inventory_sha512,
            "files": version.files,
            "bytes": version.length_bytes,
            "replicas": [],
            "warnings": ["BAG-010"],
            "empty_folders": [],
            "scan": "",
            "bag_created": "2025-11-03",
        }
        self.log("ingest", **facts)
        return version

    def log(self, kind: str, **facts: object) -> None:
        with self.shelf.attempt() as attempt:
            Log.open(self.archive).append(attempt, [Entry(kind, self.clock(), facts)])

    def request(self, object_id: str = OBJECT) -> None:
        with self.shelf.attempt() as attempt:
            request_withdrawal(
                self.archive, attempt, object_id, "a court said so", self._key("alice"), clock=self.clock
            )

    def withdraw(self, object_id: str = OBJECT) -> None:
        if pending(Log.open(self.archive), object_id) is None:
            self.request(object_id)
        with self.shelf.attempt() as attempt:
            key = self._key("bob")
            confirm_withdrawal(self.archive, attempt, object_id, key, purge_days=0, clock=self.clock)

    def cancel(self, object_id: str = OBJECT) -> None:
        with self.shelf.attempt() as attempt:
            cancel_withdrawal(self.archive, attempt, object_id, "an error", self._key("bob"), clock=self.clock)

    def purge(self, object_id: str = OBJECT) -> None:
        purge(self.archive, (), object_id, self._key("bob"), clock=self.clock, new_id=fresh_id)

    def _key(self, name: str) -> SigningKey:
        if name not in self._keys:
            log, path = Log.open(self.archive), self._folder / f"{name}.pem"
            with self.shelf.attempt() as attempt:
                register(log, attempt, name, path, clock=self.clock)
            self._keys[name] = officer_key(Log.open(self.archive), path)
        return self._keys[name]


def link(
    url: str,
    outcome: Outcome = Outcome.CAPTURED,
    *,
    reason: str = "ok",
    status: int | None = 200,
    relation: Relation = Relation.HYPERLINK,
) -> LinkRow:
    return LinkRow(url, outcome, reason, status, "text/html", 10, None, SEED, relation, 1, 1)


LINKS = (
    link(SEED, relation=Relation.SEED),
    link("https://www.harbour.example/lamp.png", Outcome.DUPLICATE),
    link("https://other.example/secret", Outcome.BLOCKED, reason="http-403", status=403),
    link("https://far.example/away", Outcome.REFUSED, reason="scope: outside the host", status=None),
    link("mailto:ada@harbour.example", Outcome.REFUSED, reason="scheme: mailto", status=None),
)


def bag(**elements: str) -> dict[str, bytes]:
    """A bag that says something of itself in bag-info.txt, with two files."""
    stated = {
        "Source-Organization": "Harbour Archive",
        **{name.replace("_", "-"): value for name, value in elements.items()},
    }
    return {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{label}: {value}\n" for label, value in stated.items()).encode(),
        "data/letters/Brief an die Mutter.txt": b"one\n",
        "data/photograph.tif": b"two\n",
    }


def package(
    name: str = PACKAGE,
    *,
    values: Mapping[str, Iterable[str]] = VALUES,
    links: Iterable[LinkRow] = LINKS,
    pages: bytes = b'{"format": "json-pages-1.0"}\n{"title": "The next page"}\n',
    index: bytes = b"",
    more: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """What matters to the catalogue of a package of ours, in its bag."""
    lines = "".join(f"<{term}>{escape(value)}</{term}>\n" for term, stated in values.items() for value in stated)
    record = f'<r xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">{lines}</r>'
    inside = f"data/{name}/"
    files = bag(Internal_Sender_Identifier=SEED, Bagging_Date="2025-11-03")
    return {
        "bagit.txt": files["bagit.txt"],
        "bag-info.txt": files["bag-info.txt"],
        inside + "METS.xml": b"<mets/>",
        inside + "metadata/descriptive/dc.xml": record.encode(),
        inside + "metadata/other/links.csv": b"".join(write_links(links)),
        inside + "representations/rep1/METS.xml": b"<mets/>",
        inside + "representations/rep1/data/pages/pages.jsonl": pages,
        inside + "representations/rep1/data/indexes/index.cdxj": index,
        **{inside + path: content for path, content in (more or {}).items()},
    }
