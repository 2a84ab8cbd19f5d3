"""Independent readers judge packages made from real exchanges: of the whole article, and of everything odd.

One capture over https serves all the tests of a kind; the server's process is gone when they begin.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from judges import payload_digests, verdicts
from presence import absent
from preserving import Preserved, preserve
from servers.certificates import Authority
from servers.demo_site import running_demo_site
from servers.processes import python

pytestmark = pytest.mark.judge

# What warcio cannot read as we do, and says so: each is malformed on purpose, and kept as it came (rulings 1 and 41).
# It takes the payload to begin where its own reading of the head ends, which for these heads is another place.
_OTHER_HEADS = ("http09", "garbage", "blank-lines-first", "status-cut", "head-cut", "lf-only")

# A package that calls itself a SIP is judged by the SIP profile too. That wants its own URL for PROFILE, where ours has
# CSIP's (ruling 10), and looks for NOTETYPE outside the namespace that CSIP gave it, which no METS can satisfy.
_SIP_PROFILE_RULES = ("SIP2", "SIP14")


@pytest.fixture(scope="module", params=["article", "troubles", "wire"])
def packed(request: pytest.FixtureRequest, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Preserved:
    for judge in ("bagit", "warcio", "fastwarc", "wacz", "eark"):
        if fault := verdicts.ensure(judge):
            absent(fault)
    folder = tmp_path_factory.mktemp(request.param)
    with running_demo_site(folder, leaf=authority.leaf(), authority=authority.root) as site:
        return preserve([getattr(site.addresses, request.param)], folder, authority=authority.root)


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


def test_warcio_complains_of_chunked_payloads_alone(packed: Preserved) -> None:
    chunked, odd = set(), set()
    for headers, block in (record for warc in packed.warcs for record in payload_digests.records(warc)):
        if headers["warc-type"] == "response":
            record = headers["warc-record-id"].strip("<>")
            if headers["warc-target-uri"].strip("<>").endswith(_OTHER_HEADS):
                odd.add(record)
            elif payload_digests.content(block) != block.partition(b"\r\n\r\n")[2]:
                chunked.add(record)
    found = {complaint for warc in packed.warcs for complaint in verdicts.warcio_check(warc)}
    assert {one for one in found if one[0] not in odd} == {(record, "payload digest failed") for record in chunked}


def test_py_wacz_accepts_the_representation_zipped_as_it_lies(packed: Preserved, tmp_path: Path) -> None:
    assert verdicts.wacz_validate(packed.representation, tmp_path) == []


def test_eark_validator_finds_no_fault_in_what_csip_asks(packed: Preserved) -> None:
    found = verdicts.eark_validator(packed.package)
    assert found["Warning"] == []
    assert [complaint for complaint in found["Error"] if complaint.split()[0] not in _SIP_PROFILE_RULES] == []


def documents(package: Path) -> Iterator[Path]:
    yield from sorted(path for path in package.rglob("*.xml") if "schemas" not in path.parts)


def test_xmllint_finds_every_document_valid_by_the_schemas_in_the_package(packed: Preserved, tmp_path: Path) -> None:
    schemas = sorted((packed.package / "schemas").glob("*.xsd"))
    imports = {"http://www.loc.gov/standards/xlink/xlink.xsd": packed.package / "schemas" / "xlink.xsd"}
    found = {path.name: verdicts.xmllint(path, schemas, imports, tmp_path) for path in documents(packed.package)}
    assert found == {name: [] for name in ("METS.xml", "dc.xml", "premis.xml", "premis-records.xml")}


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
