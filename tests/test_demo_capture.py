"""From a URL to a verified bag on the demo site: every outcome, the sums, and the bytes."""

import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from judges import payload_digests
from preserving import Preserved, preserve
from servers import outcomes
from servers.demo_site import DemoSite
from servers.outcomes import address
from strongroom.model.outcome import Outcome
from wire_records import differences, recorded

PREMIS = {"premis": "http://www.loc.gov/premis/v3"}


def expected_rows(site: DemoSite, table: outcomes.Expected) -> dict[str, tuple[str, str]]:
    return {address(site.addresses, key): value for key, value in table.items()}


def actual_rows(preserved: Preserved) -> dict[str, tuple[str, str]]:
    return {url: (row["outcome"], row["status"]) for url, row in preserved.rows.items()}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_article_is_captured_whole_and_byte_for_byte(
    scheme: str, demo_site: DemoSite, demo_site_tls: DemoSite, tmp_path: Path
) -> None:
    site = demo_site if scheme == "http" else demo_site_tls
    preserved = preserve([site.addresses.article], tmp_path, authority=site.authority)
    assert (preserved.exit, preserved.document["loss"]) == (0, [])

    rows = actual_rows(preserved)
    duplicates = [rows.pop(address(site.addresses, key)) for key in outcomes.ARTICLE_DUPLICATES]
    assert sorted(duplicates) == [("captured", "200"), ("duplicate", "200")]
    data = [rows.pop(url) for url in list(rows) if url.startswith("data:")]
    assert data == [("refused", "")] * outcomes.ARTICLE_DATA_URLS
    assert rows == expected_rows(site, outcomes.ARTICLE)

    exchanges = recorded(preserved.warcs)
    assert differences(exchanges, site.exchanges(at_least=len(exchanges))) == []
    assert [fault for warc in preserved.warcs for fault in payload_digests.faults(warc)] == []


def test_what_goes_wrong_is_told_apart_and_the_capture_is_incomplete(demo_site: DemoSite, tmp_path: Path) -> None:
    preserved = preserve([demo_site.addresses.troubles], tmp_path)
    assert preserved.exit == 3

    rows, expected = actual_rows(preserved), expected_rows(demo_site, outcomes.TROUBLES)
    assert {url: rows.get(url) for url in expected} == expected
    lost = {sentence.partition(": ")[0] for sentence in preserved.document["loss"]}
    assert lost == {address(demo_site.addresses, key) for key in outcomes.LOST}
    attempts = {key: preserved.rows[address(demo_site.addresses, key)]["attempts"] for key in outcomes.ATTEMPTS}
    assert attempts == outcomes.ATTEMPTS

    exchanges = recorded(preserved.warcs)
    assert differences(exchanges, demo_site.exchanges(at_least=len(exchanges))) == []
    asked = Counter(exchange.target for exchange in demo_site.exchanges())
    assert (asked["/private/plans.html"], asked["/notes.html"]) == (0, 0)


def test_odd_answers_are_packaged_byte_for_byte(demo_site_tls: DemoSite, tmp_path: Path) -> None:
    preserved = preserve([demo_site_tls.addresses.wire], tmp_path, authority=demo_site_tls.authority)
    exchanges = recorded(preserved.warcs)
    assert differences(exchanges, demo_site_tls.exchanges(at_least=len(exchanges))) == []
    assert [fault for warc in preserved.warcs for fault in payload_digests.faults(warc)] == []


def test_the_counts_in_summary_links_and_records_agree(demo_site: DemoSite, tmp_path: Path) -> None:
    preserved = preserve([demo_site.addresses.article, demo_site.addresses.troubles], tmp_path)
    counted = {name: count for name, count in preserved.document["outcomes"].items() if count}
    assert counted == dict(preserved.outcomes())
    records = [headers for warc in preserved.warcs for headers, _ in payload_digests.records(warc)]
    kept = {headers["warc-record-id"].strip("<>") for headers in records}
    named = {row["record_id"] for row in preserved.rows.values() if row["record_id"]}
    assert named - kept == set()
    answers = Counter(
        headers["warc-target-uri"].strip("<>") for headers in records if headers["warc-type"] in {"response", "revisit"}
    )
    answered = {url for url, row in preserved.rows.items() if row["status"]}
    assert set(answers) == answered
    assert sum(answers.values()) == sum(int(preserved.rows[url]["attempts"]) for url in answered)

    event = ET.parse(preserved.package / "metadata" / "preservation" / "premis.xml").find(
        "premis:event[premis:eventType='capture']", PREMIS
    )
    assert event is not None
    stated = [
        detail.findtext("premis:eventOutcomeDetailNote", "", PREMIS).partition(": ")
        for detail in event.iterfind(".//premis:eventOutcomeDetail", PREMIS)
    ]
    assert {name: int(count) for name, _, count in stated if name in set(Outcome)} == preserved.document["outcomes"]

    lines = (preserved.representation / "indexes" / "index.cdxj").read_text("ascii").splitlines()
    indexed = Counter(json.loads(line.split(" ", 2)[2])["url"] for line in lines)
    resources = Counter(headers["warc-target-uri"] for headers in records if headers["warc-type"] == "resource")
    assert indexed == answers + resources
