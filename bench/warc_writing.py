"""Write WARC files: strongroom's writer and warcio's gzip writer in turn, on the same answers.

Both make a response and a request record of each answer, with a block and a payload digest, and write one gzip member a
record. In a capture the engine digests bodies while they arrive, so that strongroom's writer finds the digests done;
"digesting too" makes them here (SHA-256) as warcio does (SHA-1, which is cheaper). Ours also digests the file with
SHA-256 and SHA-512 and syncs it. Printed are medians of wall and processor seconds, MB of blocks per wall second, the
size of the file, and ours in relation to warcio's, round by round (goals for pages and images: at least 4 times the
speed, at most 1.05 of the size).

Pages as most servers send them are gzip-coded and cannot be compressed again; pages sent as they are are where the two
differ in size, since warcio uses zlib's level 9 and strongroom igzip's level 2.
"""

import gzip
import hashlib
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from statistics import median
from uuid import uuid4

from bench.table import Table
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter as WarcioWriter

from strongroom.formats.warc.exchange import records_of, warcinfo_fields
from strongroom.formats.warc.write import WarcWriter
from strongroom.model.digest import Digest
from strongroom.model.exchange import Exchange, Framing, Request, Response

WHEN = datetime(2025, 11, 3, 8, 0, 0, 123000, tzinfo=UTC)
REQUEST = b"GET /articles/2025/11/page.html HTTP/1.1\r\nHost: example.org\r\nUser-Agent: strongroom/0.1.0\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    url: str
    head: bytes
    body: bytes
    media_type: str
    block_digest: Digest
    payload_digest: Digest


class MemoryBlock:
    """A block in memory, digested before or when it is asked for."""

    def __init__(self, data: bytes, digest: Digest | None = None) -> None:
        self._data = data
        self._digest = digest

    @property
    def length_bytes(self) -> int:
        return len(self._data)

    def digest(self) -> Digest:
        return self._digest or sha256(self._data)

    def chunks(self) -> Iterator[bytes]:
        yield self._data

    def close(self) -> None:
        pass


def sha256(data: bytes) -> Digest:
    return Digest("sha256", hashlib.sha256(data).hexdigest())


def page(number: int, length: int = 20_000) -> bytes:
    """A page of words as frequent as in a language, with the markup of a plain article."""
    chance = random.Random(number)
    words = [
        "".join(chance.choice("etaoinshrdlucmfwypvbgk") for _ in range(chance.randint(2, 10))) for _ in range(2000)
    ]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    parts = [f"<!DOCTYPE html><html lang=en><head><title>Page {number}</title></head><body>"]
    while sum(map(len, parts)) < length:
        parts.append(
            f'<p class="text">{" ".join(chance.choices(words, weights, k=60))} <a href="/{number}">more</a></p>\n'
        )
    return "".join(parts).encode()[:length]


def image(number: int, length: int = 30_000) -> bytes:
    return random.Random(-number).randbytes(length)


def answer(number: int, body: bytes, media_type: str, more: str = "") -> Answer:
    head = (
        f"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 03 Nov 2025 08:00:00 GMT\r\n"
        f"Content-Type: {media_type}\r\n"
        f"Content-Length: {len(body)}\r\n{more}Connection: keep-alive\r\nAccept-Ranges: bytes\r\n\r\n"
    ).encode()
    url = f"https://example.org/{media_type}/{number}"
    return Answer(url, head, body, media_type, sha256(head + body), sha256(body))


def ours_digesting(folder: Path, answers: Sequence[Answer]) -> int:
    return ours(folder, answers, is_digesting=True)


def ours(folder: Path, answers: Sequence[Answer], *, is_digesting: bool = False) -> int:
    identifiers = (f"urn:uuid:{uuid4()}" for _ in iter(int, 1))
    new_id = identifiers.__next__
    info = warcinfo_fields(software="strongroom/0.1.0", robots="obey")
    with WarcWriter(folder, stem="ours", info=info, max_bytes=10**9, clock=lambda: WHEN, new_id=new_id) as writer:
        for one in answers:
            exchange = Exchange(
                Request(one.url),
                REQUEST,
                WHEN,
                0.1,
                "192.0.2.7",
                Response(
                    MemoryBlock(one.head + one.body, None if is_digesting else one.block_digest),
                    len(one.head),
                    200,
                    "OK",
                    "HTTP/1.1",
                    (("Content-Type", one.media_type),),
                    Framing.LENGTH,
                    sha256(one.body) if is_digesting else one.payload_digest,
                    len(one.body),
                ),
            )
            writer.write_all(records_of(exchange, new_id=new_id, known_certificates=set()))
    return sum(file.fixity.length_bytes for file in writer.files)


def warcio(folder: Path, answers: Sequence[Answer]) -> int:
    path = folder / "warcio.warc.gz"
    with path.open("wb") as file:
        writer = WarcioWriter(file, gzip=True, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "warcio", "robots": "obey"}))
        for one in answers:
            status, *lines = one.head.decode().removesuffix("\r\n\r\n").split("\r\n")
            headers = StatusAndHeaders(
                status.partition(" ")[2], [tuple(line.split(": ", 1)) for line in lines], protocol="HTTP/1.1"
            )
            response = writer.create_warc_record(
                one.url,
                "response",
                payload=BytesIO(one.body),
                http_headers=headers,
                warc_headers_dict={"WARC-IP-Address": "192.0.2.7"},
            )
            status, *lines = REQUEST.decode().removesuffix("\r\n\r\n").split("\r\n")
            headers = StatusAndHeaders(status, [tuple(line.split(": ", 1)) for line in lines], is_http_request=True)
            request = writer.create_warc_record(one.url, "request", http_headers=headers)
            writer.write_request_response_pair(request, response)
    return path.stat().st_size


def measure(contender: Callable[[Path, Sequence[Answer]], int], answers: Sequence[Answer]) -> tuple[float, float, int]:
    with tempfile.TemporaryDirectory() as folder:
        wall, processor = time.perf_counter(), time.process_time()
        size = contender(Path(folder), answers)
        return time.perf_counter() - wall, time.process_time() - processor, size


def tables(*, quick: bool) -> Iterator[Table]:
    """The mix that the goals are about, then its parts."""
    count, rounds = (50, 1) if quick else (400, 5)
    pages = [answer(number, page(number), "text/html") for number in range(count)]
    coded = [
        answer(number, gzip.compress(page(number), 6, mtime=0), "text/html", "Content-Encoding: gzip\r\n")
        for number in range(count)
    ]
    images = [answer(number, image(number), "image/jpeg") for number in range(count)]
    mix = [one for both in zip(pages, images, strict=True) for one in both]
    yield compare("pages and images", mix, rounds, "Goal: at least 4 times warcio's speed, at most 1.05 of its size.")
    yield compare(
        "pages as they are", pages, rounds, "Where the writers differ in size: igzip's level 2, zlib's level 9."
    )
    yield compare("pages gzip-coded by the server", coded, rounds, "As most servers send them.")
    yield compare("images", images, rounds, "What does not compress.")


def compare(title: str, answers: Sequence[Answer], rounds: int, note: str) -> Table:
    megabytes = sum(len(one.head) + len(one.body) + len(REQUEST) for one in answers) / 1e6
    contenders = {"warcio": warcio, "strongroom": ours, "strongroom, digesting too": ours_digesting}
    found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            taken = measure(contender, answers)
            if number:
                found[name].append(taken)
    rows = []
    for name, taken in found.items():
        wall, processor, size = (median(column) for column in zip(*taken, strict=True))
        pairs = list(zip(found["warcio"], taken, strict=True))
        rows.append(
            (
                name,
                f"{wall:.3f}",
                f"{processor:.3f}",
                f"{megabytes / wall:.1f}",
                f"{size / 1e6:.2f}",
                f"{median(theirs[0] / mine[0] for theirs, mine in pairs):.2f}",
                f"{size / pairs[0][0][2]:.3f}",
            )
        )
    columns = ("", "wall s", "cpu s", "MB/s", "size MB", "times as fast", "of the size")
    heading = f"WARC writing: {title}, {len(answers)} answers, {megabytes:.1f} MB"
    return Table(heading, note, columns, tuple(rows))
