"""A small bag as strongroom would have made it, without a network and without waiting; the same for the same chance."""

import gzip
import hashlib
import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from strongroom.formats.bag.declaration import render_declaration
from strongroom.formats.bag.info import render_info
from strongroom.formats.bag.manifest import render_manifest
from strongroom.formats.bag.tag_files import PROFILE_IDENTIFIER
from strongroom.formats.links_csv import write_links
from strongroom.formats.wacz.surt import surt
from strongroom.model.outcome import LinkRow, Outcome, Relation

_WORDS = (
    "harbour lamp tide archive letter council bridge school winter market river election museum garden railway "
    "dépôt légal œuvre été musée forêt Straße Überblick Fluß Übung größe señal año niño corazón über façade "
    "light house storm report history village minister festival orchestra library science budget water energy"
).split()
_NAMES = (
    "Ada Keeper|José Núñez|Zoë Brontë|Łukasz Żak|Anna Müller|Jean-Luc Lefèvre|Siân Evans|Olga Petrova|Mei Lin|Ken Ito"
).split("|")
_PUBLISHERS = ("Harbour Gazette", "Le Petit Dépôt", "Die Brücke", "El Año", "The Village Herald", "Science Weekly")
_OUTCOMES = (
    *[(Outcome.CAPTURED, "ok", 200)] * 12,
    *[(Outcome.DUPLICATE, "same-payload", 200)] * 2,
    *[(Outcome.REFUSED, "scope: deeper than 1 link from a seed", None)] * 4,
    (Outcome.FAILED, "http-404", 404),
    (Outcome.FAILED, "dns: the name is not known", None),
)
_RARELY = ((Outcome.BLOCKED, "http-403", 403), (Outcome.EMPTY, "empty", 200))
_LINKS = 19
_SITES = 5_000


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the bag."""

    content: bytes
    sha256: str
    sha512: str


def generated_bag(
    chance: random.Random, object_id: str, captured: datetime, *, version: int
) -> tuple[str, dict[str, Written]]:
    """The name of a bag and its files by path."""
    package = f"uuid-{uuid.UUID(int=chance.getrandbits(128), version=4)}"
    same = random.Random(object_id)  # what the versions of an object have in common
    host = f"www.site-{same.randrange(_SITES):04d}.example"
    title = " ".join(same.choices(_WORDS, k=7)).capitalize()
    seed = f"https://{host}/{same.randrange(2000, 2026)}/{'-'.join(same.choices(_WORDS[:10], k=4))}"
    seed += f"-{same.randrange(10**6)}"
    rows = sorted(_rows(same, chance, seed, host, version=version), key=lambda row: row.url)
    warc, index = _warc(chance, package, seed, captured, rows)
    inside = f"data/{package}/"
    payload = {
        inside + "METS.xml": _mets(package, object_id, title),
        inside + "metadata/descriptive/dc.xml": _dublin_core(same, (package, object_id), title, seed, captured),
        inside + "metadata/other/links.csv": b"".join(write_links(rows)),
        inside + f"representations/rep1/data/archive/{package}-00001.warc.gz": warc,
        inside + "representations/rep1/data/indexes/index.cdxj": index,
        inside + "representations/rep1/data/pages/pages.jsonl": _pages(chance, seed, title, captured, rows),
    }
    bag = {path: _written(content) for path, content in payload.items()}
    info = [
        ("Source-Organization", "Harbour Archive"),
        ("External-Description", title),
        ("Bagging-Date", captured.date().isoformat()),
        ("External-Identifier", object_id),
        ("Payload-Oxum", f"{sum(map(len, payload.values()))}.{len(payload)}"),
        ("Internal-Sender-Identifier", seed),
        ("Bag-Software-Agent", "strongroom 0.1.0"),
        ("BagIt-Profile-Identifier", PROFILE_IDENTIFIER),
    ]
    tags = {"bagit.txt": render_declaration(), "bag-info.txt": render_info(info)}
    tags |= {f"manifest-{name}.txt": _manifest(name, bag) for name in ("sha256", "sha512")}
    written = {name: _written(content) for name, content in tags.items()}
    bag |= written
    for name in ("sha256", "sha512"):
        bag[f"tagmanifest-{name}.txt"] = _written(_manifest(name, written))
    return package, bag


def _written(content: bytes) -> Written:
    return Written(content, hashlib.sha256(content).hexdigest(), hashlib.sha512(content).hexdigest())


def _manifest(algorithm: str, files: Mapping[str, Written]) -> bytes:
    return render_manifest((path, getattr(file, algorithm)) for path, file in files.items())


def _rows(same: random.Random, chance: random.Random, seed: str, host: str, *, version: int) -> list[LinkRow]:
    rows = {
        seed: LinkRow(seed, Outcome.CAPTURED, "ok", 200, "text/html", 9000, _record(chance), "", Relation.SEED, 0, 1)
    }
    for _ in range(_LINKS):
        foreign = same.random() < 0.2
        where = f"www.site-{same.randrange(_SITES):04d}.example" if foreign else host
        # the parts of a site come again from page to page; its other pages mostly do not
        page = same.random() < 0.6
        url = f"https://{where}/{same.choice(_WORDS[:12])}/{same.randrange(10**7 if page else 30)}"
        url += "" if page else f".{same.choice(('png', 'css', 'js', 'woff2'))}"
        outcome, reason, status = same.choice(_RARELY if same.random() < 0.002 else _OUTCOMES)
        if version > 1 and chance.random() < 0.1:  # gone since, or something else by now
            outcome, reason, status = chance.choice(_OUTCOMES)
            url += f"?v={version}" if chance.random() < 0.5 else ""
        relation = Relation.HYPERLINK if page else Relation.EMBED
        asked = outcome is not Outcome.REFUSED
        media_type = ("text/html" if page else "image/png") if asked and status else ""
        size = chance.randrange(100, 90_000) if media_type else None
        record = _record(chance) if asked else None
        rows[url] = LinkRow(
            url, outcome, reason, status, media_type, size, record, seed, relation, int(page), int(asked)
        )
    mail = f"mailto:press@{host}"
    rows[mail] = LinkRow(mail, Outcome.REFUSED, "scheme: mailto", None, "", None, None, seed, Relation.HYPERLINK, 1, 0)
    return list(rows.values())


def _record(chance: random.Random) -> str:
    return uuid.UUID(int=chance.getrandbits(128), version=4).urn


def _warc(
    chance: random.Random, package: str, seed: str, captured: datetime, rows: list[LinkRow]
) -> tuple[bytes, bytes]:
    """A WARC file with the record of the page, and the index of all rows that were captured."""
    body = f"<!doctype html><title>{package}</title><p>{' '.join(chance.choices(_WORDS, k=60))}</p>".encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <{_record(chance)}>\r\nWARC-Target-URI: {seed}\r\n"
        f"WARC-Date: {captured:%Y-%m-%dT%H:%M:%SZ}\r\nWARC-Payload-Digest: {digest}\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    member = gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)
    lines = []
    for row in rows:
        if row.status is None:
            continue
        facts = {
            "url": row.url,
            "mime": row.media_type,
            "status": str(row.status),
            "digest": digest if row.url == seed else f"sha256:{chance.getrandbits(256):064x}",
            "length": str(len(member)),
            "offset": "0",
            "filename": f"{package}-00001.warc.gz",
        }
        lines.append(f"{surt(row.url)} {captured:%Y%m%d%H%M%S} {json.dumps(facts)}\n".encode())
    return member, b"".join(sorted(lines))


def _pages(chance: random.Random, seed: str, title: str, captured: datetime, rows: list[LinkRow]) -> bytes:
    lines: list[dict[str, str]] = [{"format": "json-pages-1.0", "id": "pages", "title": title}]
    at = f"{captured:%Y-%m-%dT%H:%M:%S.000Z}"
    lines.append({"id": _record(chance)[9:], "url": seed, "ts": at, "title": title})
    for row in rows:
        if row.relation is Relation.HYPERLINK and row.outcome is Outcome.CAPTURED:
            named = " ".join(chance.choices(_WORDS, k=5))
            lines.append({"id": str(row.record_id)[9:], "url": row.url, "ts": at, "title": named})
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def _dublin_core(same: random.Random, ids: tuple[str, str], title: str, seed: str, captured: datetime) -> bytes:
    package, object_id = ids
    published = datetime(2025, 1, 1, tzinfo=UTC) - timedelta(days=same.randrange(9000))
    values = {
        "dcterms:title": [title],
        "dcterms:creator": same.sample(_NAMES, k=same.randrange(1, 3)),
        "dcterms:publisher": [same.choice(_PUBLISHERS)],
        "dcterms:issued": [published.date().isoformat()[: same.choice((4, 7, 10, 10, 10))]],
        "dcterms:dateAccepted": [f"{captured:%Y-%m-%dT%H:%M:%SZ}"],
        "dcterms:description": [" ".join(same.choices(_WORDS, k=25))],
        "dcterms:subject": same.sample(_WORDS, k=3),
        "dcterms:type": ["Text"],
        "dcterms:format": ["text/html", "application/warc"],
        "dcterms:identifier": [seed, package.replace("uuid-", "urn:uuid:"), object_id],
        "dcterms:source": [seed],
    }
    lines = [f"  <{term}>{escape(value)}</{term}>\n" for term, stated in values.items() for value in stated]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<record xmlns="urn:strongroom:dublin-core:1" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">\n'
        + "".join(lines)
        + "</record>\n"
    ).encode()


def _mets(package: str, object_id: str, title: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<mets xmlns="http://www.loc.gov/METS/" OBJID="{package}" TYPE="Web Archives" LABEL="{escape(title)}">\n'
        f'  <metsHdr><altRecordID TYPE="object">{object_id}</altRecordID></metsHdr>\n'
        '  <structMap TYPE="PHYSICAL"><div LABEL="package"/></structMap>\n</mets>\n'
    ).encode()
