"""Independent readers judge packages made from real exchanges: of an article, of everything odd, and of Debian's pages.

One capture serves all the tests of a kind.
"""

import gzip
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import debian_pages
from judges import payload_digests, verdicts
from presence import absent
from preserving import Preserved, preserve
from proof_table import Figures
from servers.certificates import Authority
from servers.demo_site import running_demo_site
from servers.processes import python

pytestmark = pytest.mark.judge

# Malformed on purpose, and kept as they came (ruling 41). What these bodies are depends on where the head is taken to
# end; of all of them warcio complains of one alone, whose head it takes to end before the status line.
_OTHER_HEADS = ("http09", "garbage", "blank-lines-first", "status-cut", "head-cut", "lf-only")
_COMPLAINED_OF = "blank-lines-first"

# A package that calls itself a SIP is judged by the SIP profile too. That wants its own URL for PROFILE, where ours has
# CSIP's (ruling 10), and looks for NOTETYPE outside the namespace that CSIP gave it, which no METS can satisfy.
_SIP_PROFILE_RULES = ("SIP2", "SIP14")


@pytest.fixture(scope="module", params=["article", "troubles", "wire", "debian http", "debian https"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def packed(
    kind: str,
    authority: Authority,
    debian_package: Callable[[str], debian_pages.Packed],
    tmp_path_factory: pytest.TempPathFactory,
) -> Preserved:
    for judge in ("bagit", "warcio", "fastwarc", "wacz", "eark"):
        if fault := verdicts.ensure(judge):
            absent(fault)
    if kind.startswith("debian"):
        return debian_package(kind.removeprefix("debian ")).preserved
    folder = tmp_path_factory.mktemp(kind)
    with running_demo_site(folder, leaf=authority.leaf(), authority=authority.root) as site:
        return preserve([getattr(site.addresses, kind)], folder, authority=authority.root)


def test_bagit_python_finds_every_file_as_it_should_be(packed: Preserved) -> None:
    assert verdicts.bagit_python(packed.bag) == []


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_the_manifests_hold_with_coreutils_alone(algorithm: str, packed: Preserved) -> None:
    assert verdicts.checksums(packed.bag, algorithm) == []


def test_gzip_finds_every_warc_whole(packed: Preserved) -> None:
    assert [complaint for warc in packed.warcs for complaint in verdicts.gzip_test(warc)] == []


def test_block_and_payload_digests_hold_by_independent_code(packed: Preserved) -> None:
    assert [fault for warc in packed.warcs for fault in payload_digests.faults(warc)] == []


def test_fastwarc_finds_every_block_digest_true(packed: Preserved) -> None:
    assert [complaint for warc in packed.warcs for complaint in verdicts.fastwarc_check(warc)] == []


def test_warcio_complains_of_chunked_payloads_and_one_odd_head_alone(packed: Preserved) -> None:
    expected = set()
    for headers, block in (record for warc in packed.warcs for record in payload_digests.records(warc)):
        if headers["warc-type"] == "response":
            record = headers["warc-record-id"].strip("<>")
            url = headers["warc-target-uri"].strip("<>")
            is_chunked = payload_digests.content(block) != block.partition(b"\r\n\r\n")[2]
            if url.endswith(_COMPLAINED_OF) or (is_chunked and not url.endswith(_OTHER_HEADS)):
                expected.add((record, "payload digest failed"))
    found = {complaint for warc in packed.warcs for complaint in verdicts.warcio_check(warc)}
    assert found == expected


def test_py_wacz_accepts_the_representation_zipped_as_it_lies(packed: Preserved, tmp_path: Path) -> None:
    assert verdicts.wacz_validate(packed.representation, tmp_path) == []


def test_eark_validator_finds_no_fault_in_what_csip_asks(packed: Preserved) -> None:
    found = verdicts.eark_validator(packed.package)
    assert found["Warning"] == []
    assert [complaint for complaint in found["Error"] if complaint.split()[0] not in _SIP_PROFILE_RULES] == []


def documents(package: Path) -> Iterator[Path]:
    yield from sorted(path for path in package.rglob("*.xml") if "schemas" not in path.parts)


def xmllint(package: Path, paths: Iterable[Path], scratch: Path) -> dict[str, list[str]]:
    """What xmllint says of documents, by the schemas in the package alone."""
    schemas = sorted((package / "schemas").glob("*.xsd"))
    imports = {"http://www.loc.gov/standards/xlink/xlink.xsd": package / "schemas" / "xlink.xsd"}
    return {path.relative_to(package).as_posix(): verdicts.xmllint(path, schemas, imports, scratch) for path in paths}


def test_xmllint_finds_every_document_valid_by_the_schemas_in_the_package(packed: Preserved, tmp_path: Path) -> None:
    assert xmllint(packed.package, documents(packed.package), tmp_path) == {
        "METS.xml": [],
        "metadata/descriptive/dc.xml": [],
        "metadata/preservation/premis.xml": [],
        "representations/rep1/METS.xml": [],
        "representations/rep1/metadata/preservation/premis-records.xml": [],
    }


def test_verify_finds_nothing_without_any_network(packed: Preserved) -> None:
    done = verdicts.without_network(*python("strongroom", "verify", packed.bag, "--json"))
    document = json.loads(done.stdout)
    errors = [finding for finding in document["findings"] if finding["severity"] == "error"]
    assert (done.returncode, document["valid"], errors) == (0, True, [])


def test_verify_sees_one_changed_byte_wherever_it_is(packed: Preserved, tmp_path: Path) -> None:
    bag = tmp_path / packed.bag.name
    for path in (packed.warcs[0], packed.package / "METS.xml", packed.bag / "bag-info.txt"):
        shutil.copytree(packed.bag, bag)
        changed = bag / path.relative_to(packed.bag)
        data = bytearray(changed.read_bytes())
        data[len(data) // 2] ^= 1
        changed.write_bytes(data)
        done = verdicts.run(*python("strongroom", "verify", bag, "--json"), PYTHONPATH=str(Path("src").resolve()))
        assert (done.returncode, json.loads(done.stdout)["valid"]) == (4, False), path
        shutil.rmtree(bag)


def change(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def one_response(preserved: Preserved) -> bytes:
    """The first record that the index names with status 200, out of its gzip member."""
    index = (preserved.representation / "indexes" / "index.cdxj").read_text("utf-8").splitlines()
    rows = [json.loads(line.split(" ", 2)[2]) for line in index]
    row = next(row for row in rows if row["status"] == "200")
    start = int(row["offset"])
    member = (preserved.representation / "archive" / row["filename"]).read_bytes()[start : start + int(row["length"])]
    return gzip.decompress(member)


@pytest.mark.prove
def test_no_judge_is_content_with_a_fault_planted_in_this_very_package(
    packed: Preserved, kind: str, tmp_path: Path, proof: Callable[[str, Figures], None]
) -> None:
    bag = tmp_path / packed.bag.name
    shutil.copytree(packed.bag, bag)
    copy = replace(packed, document={**packed.document, "package": str(bag)})
    pages, premis = copy.representation / "pages" / "pages.jsonl", copy.package / "metadata/preservation/premis.xml"
    change(copy.package / "METS.xml", b'TYPE="Web Archives"', b'TYPE="Lighthouses"')
    change(pages, b'"url"', b'"earl"')
    change(premis, b"eventDateTime>", b"eventDayTime>")
    changed, torn = tmp_path / "changed.warc.gz", tmp_path / "torn.warc.gz"
    torn.write_bytes(copy.warcs[0].read_bytes()[:-3])
    changed.write_bytes(gzip.compress(one_response(copy).replace(b"HTTP/1.1 200 ", b"HTTP/1.1 201 ", 1), mtime=0))
    said = {
        "bagit-python": verdicts.bagit_python(bag),
        "sha256sum": verdicts.checksums(bag, "sha256"),
        "sha512sum": verdicts.checksums(bag, "sha512"),
        "gzip": verdicts.gzip_test(torn),
        "independent digests": list(payload_digests.faults(changed)),
        "warcio": [one for one in verdicts.warcio_check(changed) if one[1] == "block digest failed"],
        "fastwarc": verdicts.fastwarc_check(changed),
        "py-wacz": verdicts.wacz_validate(copy.representation, tmp_path),
        "eark-validator": [one for one in verdicts.eark_validator(copy.package)["Error"] if one.startswith("CSIP2 ")],
        "xmllint": xmllint(copy.package, [premis], tmp_path)["metadata/preservation/premis.xml"],
    }
    assert [judge for judge, complaints in said.items() if not complaints] == []
    records = sum(1 for warc in packed.warcs for _ in payload_digests.records(warc))
    proof(
        f"Judged by independent readers: the package of {kind}",
        {"records": records, "readers": len(said), "that saw a fault planted in it": len(said)},
    )
