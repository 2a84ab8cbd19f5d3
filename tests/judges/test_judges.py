"""Every judge says yes to what is right and no to a planted fault: one that cannot say no proves nothing."""

import gzip
import shutil
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

import bagit
import pytest

from judges import payload_digests, verdicts
from judges.environments import tool
from presence import absent

pytestmark = pytest.mark.judge


@pytest.fixture(autouse=True)
def _judges() -> None:
    for judge in ("bagit", "warcio", "fastwarc", "wacz", "eark"):
        if fault := verdicts.ensure(judge):
            absent(fault)


def warc(folder: Path, *records: bytes) -> Path:
    path = folder / "some.warc.gz"
    path.write_bytes(b"".join(gzip.compress(record, mtime=0) for record in records))
    return path


def response(block: bytes, payload: bytes) -> bytes:
    fields = (
        ("WARC-Type", "response"),
        ("WARC-Record-ID", "<urn:uuid:00000000-0000-4000-8000-000000000001>"),
        ("WARC-Date", "2025-11-03T08:00:00Z"),
        ("WARC-Target-URI", "http://example.org/"),
        ("Content-Type", "application/http;msgtype=response"),
        ("WARC-Block-Digest", payload_digests.digest(block)),
        ("WARC-Payload-Digest", payload_digests.digest(payload)),
        ("Content-Length", str(len(block))),
    )
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"
SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde"


def test_the_digest_of_a_chunked_payload_is_that_of_its_content(tmp_path: Path) -> None:
    assert list(payload_digests.faults(warc(tmp_path, response(CHUNKED, b"abcde")))) == []


def test_the_digest_of_a_payload_as_it_stands_on_the_wire_is_a_fault(tmp_path: Path) -> None:
    wire = CHUNKED.partition(b"\r\n\r\n")[2]
    assert len(list(payload_digests.faults(warc(tmp_path, response(CHUNKED, wire))))) == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"003 ; a=b\r\nabc\r\n0\r\nX: y\r\n\r\n", b"abc"),
        (b"A\nabcdefghij\n0\n\n", b"abcdefghij"),
        (b"3\r\nabc\r\n5\r\nde", b"abcde"),
        (b"<!DOCTYPE html>", b"<!DOCTYPE html>"),
        (b"0\r\n\r\n", b""),
    ],
)
def test_chunks_are_joined_and_framing_left_out(body: bytes, expected: bytes) -> None:
    assert payload_digests.dechunk(body) == expected


def test_warcio_accepts_a_sized_payload_and_calls_a_chunked_one_wrong(tmp_path: Path) -> None:
    assert verdicts.warcio_check(warc(tmp_path, response(SIZED, b"abcde"))) == set()
    found = verdicts.warcio_check(warc(tmp_path, response(CHUNKED, b"abcde")))
    assert {record for record, _ in found} == {"urn:uuid:00000000-0000-4000-8000-000000000001"}
    assert {complaint for _, complaint in found} == {"payload digest failed"}


def test_fastwarc_sees_a_changed_block(tmp_path: Path) -> None:
    assert verdicts.fastwarc_check(warc(tmp_path, response(CHUNKED, b"abcde"))) == []
    changed = response(CHUNKED, b"abcde").replace(b"abc", b"abd")
    assert verdicts.fastwarc_check(warc(tmp_path, changed)) != []


def test_gzip_sees_a_torn_member(tmp_path: Path) -> None:
    path = warc(tmp_path, response(SIZED, b"abcde"))
    assert verdicts.gzip_test(path) == []
    path.write_bytes(path.read_bytes()[:-3])
    assert verdicts.gzip_test(path) != []


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    folder = tmp_path / "bag"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "lamp.txt").write_bytes(b"lit\n")
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    for algorithm in ("sha256", "sha512"):
        lines = {f"manifest-{algorithm}.txt": ["data/lamp.txt"], f"tagmanifest-{algorithm}.txt": ["bagit.txt"]}
        for name, paths in lines.items():
            digests = (verdicts.run(f"{algorithm}sum", path, folder=folder).stdout for path in paths)
            (folder / name).write_text("".join(digests))
    return folder


def complaints(bag: Path) -> Iterable[bool]:
    yield bool(verdicts.bagit_python(bag))
    yield bool(verdicts.checksums(bag, "sha256"))
    yield bool(verdicts.checksums(bag, "sha512"))


def test_the_readers_of_bags_accept_a_bag_and_see_one_changed_byte(bag: Path) -> None:
    assert bagit.Bag(str(bag)).is_valid()
    assert list(complaints(bag)) == [False, False, False]
    (bag / "data" / "lamp.txt").write_bytes(b"lot\n")
    assert list(complaints(bag)) == [True, True, True]


def test_py_wacz_accepts_what_it_made_itself_and_refuses_a_changed_page_list(corpora: Path, tmp_path: Path) -> None:
    source = corpora / "warcio" / "test" / "data" / "example.warc.gz"
    made = verdicts.run(tool("wacz", "wacz"), "create", "--output", tmp_path / "own.wacz", source)
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "rep1" / "data"
    shutil.unpack_archive(tmp_path / "own.wacz", folder, "zip")
    assert verdicts.wacz_validate(folder, tmp_path) == []
    with (folder / "pages" / "pages.jsonl").open("ab") as pages:
        pages.write(b"{}\n")
    assert verdicts.wacz_validate(folder, tmp_path) != []


def test_eark_validator_starts_without_a_network_and_sees_a_term_outside_its_vocabulary(
    corpora: Path, tmp_path: Path
) -> None:
    shutil.unpack_archive(next(corpora.glob("eark-csip-examples/**/minimal_IP_with_schemas.zip")), tmp_path)
    package = tmp_path / "minimal_IP_with_schemas"
    before = verdicts.eark_validator(package)
    mets = package / "METS.xml"
    mets.write_text(mets.read_text("utf-8").replace('TYPE="Databases"', 'TYPE="Lighthouses"'), "utf-8")
    after = verdicts.eark_validator(package)
    assert {one.split()[0] for one in after["Error"]} - {one.split()[0] for one in before["Error"]} == {"CSIP2"}


def test_xmllint_validates_by_several_schemas_and_asks_no_network(tmp_path: Path) -> None:
    (tmp_path / "a.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a" xmlns:b="urn:b">'
        '<xs:import namespace="urn:b" schemaLocation="http://nowhere.invalid/b.xsd"/>'
        '<xs:element name="a"><xs:complexType><xs:sequence><xs:element ref="b:b"/></xs:sequence></xs:complexType>'
        "</xs:element></xs:schema>"
    )
    (tmp_path / "b.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:b">'
        '<xs:element name="b" type="xs:date"/></xs:schema>'
    )
    imports = {"http://nowhere.invalid/b.xsd": tmp_path / "b.xsd"}
    schemas = [tmp_path / "a.xsd", tmp_path / "b.xsd"]
    for day, passes in (("2025-10-12", True), ("12 October", False)):
        document = tmp_path / "document.xml"
        document.write_text(f'<a xmlns="urn:a"><b xmlns="urn:b">{day}</b></a>')
        assert (verdicts.xmllint(document, schemas, imports, tmp_path) == []) is passes


def test_without_a_network_there_is_not_even_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        script = f"import socket; socket.create_connection(('127.0.0.1', {listening.getsockname()[1]}), 5)"
        assert verdicts.run(sys.executable, "-c", script).returncode == 0
        assert "Network is unreachable" in verdicts.without_network(sys.executable, "-c", script).stderr
