"""py-wacz, cdxj-indexer and surt, each in an environment of its own, on what is written here."""

import json
import random
import subprocess
import zipfile

import pytest

from formats.warc_samples import write_all_kinds
from judges import environments, verdicts
from presence import absent
from strongroom.formats.url import parse
from strongroom.formats.wacz.cdxj import write_index
from strongroom.formats.wacz.files import write_datapackage, write_datapackage_digest, write_pages
from strongroom.formats.wacz.surt import surt
from strongroom.model.capture import Page
from strongroom.storage import measure, write_file

pytestmark = pytest.mark.judge


@pytest.fixture
def judge():
    """Runs a program of py-wacz's environment and gives what it says."""
    if fault := verdicts.ensure("wacz"):
        absent(fault)

    def run(name, *arguments, given=None):
        command = [environments.tool("wacz", name), *arguments]
        return subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=120).stdout

    return run


@pytest.fixture
def folder(tmp_path):
    """A folder laid out as a WACZ."""
    for name in ("archive", "indexes", "pages"):
        (tmp_path / name).mkdir()
    warc, entries = write_all_kinds(tmp_path / "archive")
    page = Page(entries[1].target_uri, entries[1].date, "Prüfung \u2028 one", entries[1].record_id, 0)
    files = {
        f"archive/{warc.name}": measure(warc),
        "indexes/index.cdxj": write_file(tmp_path / "indexes" / "index.cdxj", write_index(entries)),
        "pages/pages.jsonl": write_file(tmp_path / "pages" / "pages.jsonl", write_pages([page])),
    }
    document = write_datapackage(
        files.items(), title="Journal", created=page.date, software="strongroom 0.1.0", main_page=page
    )
    fixity = write_file(tmp_path / "datapackage.json", [document])
    write_file(tmp_path / "datapackage-digest.json", [write_datapackage_digest(fixity)])
    return tmp_path


def test_py_wacz_accepts_the_folder_once_it_is_zipped(judge, folder, tmp_path_factory):
    wacz = tmp_path_factory.mktemp("wacz") / "journal.wacz"
    with zipfile.ZipFile(wacz, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    assert "Validation succeeded" in judge("wacz", "validate", "-f", wacz)


def test_cdxj_indexer_makes_the_same_lines(judge, folder):
    (warc,) = (folder / "archive").iterdir()
    theirs = set(judge("cdxj-indexer", "--sort", warc).splitlines())
    ours = set((folder / "indexes" / "index.cdxj").read_text(encoding="utf-8").splitlines())
    # An answer without a status line: cdxj-indexer takes the second word of it for the status.
    (differing,) = ours - theirs
    assert differing.startswith("org,example)/old ")
    assert [line.split(" ")[0] for line in theirs - ours] == ["org,example)/old"]


def test_surt_makes_the_same_keys_of_every_http_url_of_the_corpora(judge, corpora):
    urls = sorted({href for text in (*_strings(corpora), *_random_urls(5000)) if (href := _http_href(text))})
    assert len(urls) > 5000
    program = "import json, sys, surt; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"
    theirs = json.loads(judge("python", "-W", "ignore", "-c", program, given=json.dumps(urls)))
    assert {url: surt(url) for url in urls} == dict(zip(urls, theirs, strict=True))


def _random_urls(count):
    chance = random.Random(20251103)
    hosts = ["www.Example.org", "www12.a.b", "1.2.3.4", "[2001:db8::1]", "bücher.example", "EX.org.", "h:0", "h:8080"]
    for _ in range(count):
        path = "".join(chance.choices("aB1%2.e/?&=;+~()[]:@!'\" é|^`\\", k=chance.randint(0, 25)))
        yield f"{chance.choice(['http', 'https'])}://{chance.choice(hosts)}/{path}"


def _strings(corpora):
    def walk(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value
            for one in value.values():
                yield from walk(one)
        elif isinstance(value, list):
            for one in value:
                yield from walk(one)

    for name in ("ada-wpt-url", "urlcanon"):
        for path in (corpora / name).rglob("*.json"):
            yield from walk(json.loads(path.read_text(encoding="utf-8")))


def _http_href(text):
    url = parse(text)
    return url.href if url and url.is_http else None
