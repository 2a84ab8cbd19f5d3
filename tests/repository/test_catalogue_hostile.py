"""What strangers delivered is catalogued as far as it can be read, and never ends the cataloguing."""

import json
import os
import random
import resource
import shutil
import time

import pytest

from repository.reading_room import PACKAGE, SEED, ReadingRoom, bag, link, package
from repository.shelf import OBJECT, write
from strongroom.model.outcome import Outcome
from strongroom.repository.catalogue.reading import read_contents
from strongroom.repository.catalogue.stored_files import StoredFiles
from strongroom.repository.catalogue.values import Criteria

INSIDE = f"data/{PACKAGE}/"
DC = f"{INSIDE}metadata/descriptive/dc.xml"
LINKS = f"{INSIDE}metadata/other/links.csv"
PAGES = f"{INSIDE}representations/rep1/data/pages/pages.jsonl"
HEADER = b"url,outcome,reason,status,media_type,bytes,record_id,found_on,relation,hop,attempts\r\n"
BOMB = (
    b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b']><r xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:title>&j;</dcterms:title></r>'
)
OPENED = b'<r xmlns:dcterms="http://purl.org/dc/terms/">'


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def url(request):
    return "" if request.param == "sqlite" else request.getfixturevalue("catalogue_server").database()


def catalogued(folder, url, files):
    room = ReadingRoom(folder, url)
    room.put(files)
    with room.catalogue() as catalogue:
        catalogue.rebuild()
        found = catalogue.show(OBJECT)
        dump = list(catalogue.dump())
        assert catalogue.find(Criteria(words=(PACKAGE,))).total == 1
        return catalogue.detail(found), dump


@pytest.mark.parametrize(
    ("path", "content", "fault"),
    [
        pytest.param(DC, b"", "is expected, found", id="nothing for XML"),
        pytest.param(DC, BOMB, "is expected, found", id="a bomb of entities"),
        pytest.param(DC, b"<r>" * 100_000, "is expected, found", id="a million elements deep"),
        pytest.param(
            DC,
            OPENED + b"<dcterms:title>Kept</dcterms:title><dcterms:title>" + b"x" * (12 << 20) + b"</dcterms:title></r>",
            "is expected, found",
            id="a title of 12 MiB",
        ),
        pytest.param(
            DC, OPENED + b"<dcterms:subject>x</dcterms:subject>" * 20_000 + b"</r>", "more than is catalogued", id="20,000 values"
        ),
        pytest.param(DC, os.urandom(5000), "is expected, found", id="no XML"),
        pytest.param(LINKS, b"", "line 1: this is not the header", id="nothing for CSV"),
        pytest.param(LINKS, os.urandom(5000), "metadata/other/links.csv", id="no CSV"),
        pytest.param(LINKS, HEADER + b"x,captured,ok\r\n", "line 2: 3 fields instead of 11", id="a short row"),
        pytest.param(LINKS, HEADER + b'"' + b"x" * 3_000_000, "line 2", id="a quote that never ends"),
        pytest.param(LINKS, HEADER + b"x,captured,ok,1" + b"0" * 5000 + b",,,,,seed,0,1\r\n", "line 2", id="a status without end"),
        pytest.param("bag-info.txt", b"x" * 3_000_000, None, id="a line of 3 MB"),
        pytest.param("bag-info.txt", b"A: b\n" * 100_000, "more than is catalogued", id="100,000 elements"),
        pytest.param("bag-info.txt", b"\xff\xfe\x00" * 1000, None, id="no text"),
        pytest.param("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: undefined\n", None, id="no encoding"),
        pytest.param("bagit.txt", os.urandom(100_000), None, id="no declaration"),
        pytest.param(PAGES, b"[" * 200_000 + b"\n" + b"[" * 200_000, None, id="deep JSON"),
        pytest.param(PAGES, b'\n{"title": 7}\n{"title": "\\ud800\\u0000"}\nx\n[]\n', None, id="odd pages"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_should_be_is_read_as_far_as_it_goes(tmp_path, url, path, content, fault):
    began = time.monotonic()
    detail, _ = catalogued(tmp_path, url, {**package(), path: content})
    if fault is None:
        assert detail.faults == ()
    else:
        [said] = detail.faults
        assert fault in said
        assert len(said) <= 500
    assert detail.version.kind == "package"
    assert time.monotonic() - began < 20


def test_what_both_databases_cannot_hold_is_replaced(tmp_path, url):
    odd = [
        link("https://x.example/\0nul"),
        link("https://x.example/" + "ä" * 20_000),
        link("https://x.example/" + "ä" * 20_000 + "b"),
        link("https://" + "h" * 5000 + ".example/"),
        link("not a url", Outcome.REFUSED),
        link("", Outcome.FAILED),
        link("https://x.example/twice", Outcome.FAILED),
    ]
    files = package(links=odd, values={"dcterms:title": ["a\u202eb"], "dcterms:creator": ["\U0010ffff" * 3000]})
    twice = b"https://x.example/twice,captured,ok,200,,,,,seed,0,1\r\n"
    detail, dump = catalogued(tmp_path, url, {**files, LINKS: files[LINKS] + twice})
    assert detail.faults == ()
    urls = [line for line in dump if b'"table":"link"' in line]
    assert len(urls) == len(odd)
    [found] = [line for line in urls if b"/twice" in line]
    assert b'"outcome":"captured"' in found
    assert len([line for line in urls if b"#sha256:" in line]) == 3
    with ReadingRoom(tmp_path, url).catalogue() as catalogue:
        for whole in (odd[1], odd[2]):
            assert catalogue.find(Criteria(url=whole.url)).total == 1
        assert catalogue.find(Criteria(url="https://x.example/" + "ä" * 20_000 + "c")).total == 0


def test_a_link_a_pipe_and_a_folder_in_the_place_of_a_file_are_not_followed(tmp_path):
    room = ReadingRoom(tmp_path)
    room.put(package())
    home = room.shelf.object()
    secret = tmp_path / "secret.csv"
    secret.write_bytes(HEADER + b"https://secret.example/,captured,ok,200,,,,,seed,0,1\r\n")
    links, record, pages = (next(home.rglob(name)) for name in ("links.csv", "dc.xml", "pages.jsonl"))
    for path in (links, record, pages):
        path.unlink()
    links.symlink_to(secret)
    os.mkfifo(record)
    pages.mkdir()
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        detail = catalogue.detail(catalogue.show(OBJECT))
        assert detail.faults == (
            f"{DC}: it is no regular file",
            f"{LINKS}: it is a link",
            f"{PAGES}: it is no regular file",
        )
        assert catalogue.find(Criteria(host="secret.example")).total == 0


def test_a_torn_inventory_does_not_end_the_cataloguing(tmp_path):
    room = ReadingRoom(tmp_path)
    room.put(package())
    room.put(bag(), "urn:x:whole")
    for path in room.shelf.object().rglob("inventory.json"):
        path.write_bytes(path.read_bytes()[:100])
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        assert catalogue.detail(catalogue.show(OBJECT)).faults == ("the inventory of the object cannot be read",)
        assert catalogue.find(Criteria(words=("photograph",))).total == 1


def test_a_capture_of_many_urls_takes_little_memory(tmp_path, url):
    many = 200_000
    rows = b"".join(
        b"https://h%d.example/%d,captured,ok,200,,,,,hyperlink,1,1\r\n" % (n % 5000, n) for n in range(many)
    )
    room = ReadingRoom(tmp_path, url)
    room.put({**package(), LINKS: HEADER + rows})
    reader = os.fork()
    if reader == 0:
        status = 1
        try:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            with room.catalogue() as catalogue:
                catalogue.rebuild()
                assert catalogue.show(OBJECT).versions[0].outcomes == {Outcome.CAPTURED: many}
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
            status = 0 if grown < 200 else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]) == 0
    with room.catalogue() as catalogue:
        assert catalogue.find(Criteria(url="https://h42.example/42")).total == 1
        assert catalogue.find(Criteria(url=SEED)).total == 0


class Loose(StoredFiles):
    """Files that lie in a folder of their own, as if they were a version's."""

    def __init__(self, folder, files):
        write(folder, files)
        super().__init__(folder, dict.fromkeys(sorted(files), ""), {path: path for path in files}, "")


@pytest.mark.prove
def test_no_damage_to_any_file_ends_the_reading(tmp_path, in_full, proof):
    chance = random.Random(20251103)
    whole = package(index=b"x 20250101000000 {}\n")
    mutants = 10_000 if in_full else 400
    for number in range(mutants):
        path = chance.choice(sorted(whole))
        content = bytearray(whole[path])
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(content) + 1)
            fresh = bytes(
                chance.choice(b'\x00\xff<>&;"\r\n,:{}[]=/x\xc3\xed\xa0') for _ in range(chance.randrange(1, 9))
            )
            content[at : at + chance.choice((0, 1, 40))] = fresh * chance.choice((1, 1, 1, 3000))
        links = []
        contents = read_contents(Loose(tmp_path, {**whole, path: bytes(content)}), PACKAGE, links.extend)
        assert len(links) == sum(contents.outcomes.values())
        for text in (
            contents.title,
            contents.creator,
            contents.seed,
            contents.captured,
            contents.issued,
            contents.text(),
        ):
            assert "\0" not in text
            text.encode()
        json.loads(contents.detail({}))
        if number % 100 == 0:
            shutil.rmtree(tmp_path)
    proof("Damaged packages are catalogued as far as they can be read, without an exception", {"mutants": mutants})
