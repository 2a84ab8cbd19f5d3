"""Pages that nobody here wrote: Debian's handbook and Python's documentation, from Debian's nginx, http and https."""

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

import debian_pages
from debian_pages import Packed
from judges import payload_digests
from judges.verdicts import run
from preserving import Preserved
from proof_table import Figures
from servers.nginx import HANDBOOK, PYTHON
from servers.processes import REPOSITORY, python
from wire_records import recorded

FOLDERS = {"/handbook/": HANDBOOK, "/python/": PYTHON}


@pytest.fixture(params=["http", "https"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def packed(scheme: str, debian_package: Callable[[str], Packed]) -> Packed:
    return debian_package(scheme)


@pytest.fixture
def preserved(packed: Packed) -> Preserved:
    return packed.preserved


@pytest.mark.prove
def test_real_pages_are_packaged_without_loss(
    packed: Packed, preserved: Preserved, scheme: str, proof: Callable[[str, Figures], None]
) -> None:
    assert (preserved.exit, preserved.document["loss"]) == (0, [])
    seeds = [row for row in preserved.rows.values() if row["relation"] == "seed"]
    assert [(row["outcome"], row["status"]) for row in seeds] == [("captured", "200")] * len(debian_pages.SEEDS)
    captured = [row for row in preserved.rows.values() if row["outcome"] == "captured"]
    assert len([row for row in captured if row["relation"] == "hyperlink"]) > 300
    assert len([row for row in captured if row["relation"] == "embed"]) > 30
    assert Counter(row["status"] for row in preserved.rows.values() if row["outcome"] == "failed").keys() <= {"404"}
    proof(f"Three pages of Debian's documentation, with what they link to, over {scheme}", packed.figures())


def test_nginx_was_asked_for_each_url_once_and_sent_as_much_as_is_recorded(
    packed: Packed, preserved: Preserved
) -> None:
    theirs = Counter((line["target"], line["bytes_sent"]) for line in packed.logged)
    ours: Counter[tuple[object, object]] = Counter()
    for exchange in recorded(preserved.warcs):
        parts = urlsplit(exchange.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        if exchange.is_revisit:  # its body is that of another record, so only the asking can be compared
            ours[target, next(size for name, size in theirs if name == target)] += 1
        else:
            ours[target, len(exchange.sent)] += 1
    assert ours == theirs
    assert max(ours.values()) == 1


def on_disk(path: str) -> Path:
    """The file that nginx has for a path."""
    found = next(folder / path.removeprefix(prefix) for prefix, folder in FOLDERS.items() if path.startswith(prefix))
    return found / "index.html" if path.endswith("/") else found


def test_every_payload_is_the_file_that_lies_on_disk(preserved: Preserved) -> None:
    assert [fault for warc in preserved.warcs for fault in payload_digests.faults(warc)] == []
    unlike, like = [], 0
    for headers, block in (record for warc in preserved.warcs for record in payload_digests.records(warc)):
        if headers["warc-type"] != "response" or not block.startswith(b"HTTP/1.1 200 "):
            continue
        path = unquote(urlsplit(headers["warc-target-uri"].strip("<>")).path)
        payload = payload_digests.content(block)
        if b"\r\nContent-Encoding: gzip\r\n" in block:
            payload = gzip.decompress(payload)
        if payload == on_disk(path).read_bytes():
            like += 1
        else:
            unlike.append(path)
    assert unlike == []
    assert like > 300


def test_the_bag_is_valid(preserved: Preserved) -> None:
    done = run(*python("strongroom", "verify", preserved.bag), PYTHONPATH=str(REPOSITORY / "src"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_lies_elsewhere_is_listed_and_was_not_asked_for(preserved: Preserved) -> None:
    elsewhere = [row for url, row in preserved.rows.items() if url.startswith("http") and "//127.0.0.1:" not in url]
    assert {row["outcome"] for row in elsewhere} == {"refused"}
    assert {row["attempts"] for row in elsewhere} == {"0"}


def test_the_title_is_that_of_the_first_page(preserved: Preserved) -> None:
    record = ET.parse(preserved.package / "metadata" / "descriptive" / "dc.xml").getroot()
    assert {one.text for one in record.iter() if one.tag.endswith("}title")} == {"The Debian Administrator's Handbook"}
