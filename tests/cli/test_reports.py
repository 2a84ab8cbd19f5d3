"""The reports of `strongroom verify` in files; the names and texts in them are a stranger's."""

import csv
import io
import json
import os
import re
import shutil
import subprocess

import lxml.etree
import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings import tiny_bag
from presence import absent
from strongroom.cli import main
from strongroom.cli.exits import Exit
from strongroom.cli.failing import Failure
from strongroom.cli.readable import readable
from strongroom.cli.reports import as_csv, as_html, as_junit
from strongroom.cli.verdict import Verdict
from strongroom.model.finding import Finding, Severity

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "a;=1",
    "\uff1d1",
    '"=1',
    "a,b\nc",
    "<script>alert(1)</script>",
    "]]>",
    "<![CDATA[",
    "<!--",
    "&lt;&#0;&bogus;",
    "' onmouseover='x",
    '" onmouseover="x',
    "\x1b[31m",
    "\x7f\x85\u2028",
    "\u202eexe.txt",
    "\ufffe\uffff",
    "caf\udce9",
    "\ud800",
    "\U0001f600",
)
FIXED = (
    Verdict(
        "in/a <1>",
        Exit.REFUSED,
        (
            Finding("BAG-055", Severity.ERROR, "data/a&b", "sha256 aa", "sha256 bb", "RFC 8493", "Ask again."),
            Finding("X-1", Severity.WARNING, "=x", 'said "so"', "nothing", "none", "Look."),
        ),
    ),
    Verdict("in/b", Exit.DONE),
    Verdict("in/c", Exit.USAGE, failure=Failure(Exit.USAGE, "usage", "in/c cannot be found; check the path")),
)


def hostile(text):
    finding = Finding(text, Severity.ERROR, text, text, text, text, text)
    mild = Finding(text, Severity.INFO, text, text, text, text, text)
    failure = Failure(Exit.USAGE, "usage", text)
    return Verdict(text, Exit.REFUSED, (finding, mild)), Verdict(text, Exit.USAGE, failure=failure)


def rendered(module, verdicts):
    return "".join(module.render(verdicts)).encode("utf-8").decode("utf-8")


def rows(text):
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


def test_a_csv_report_is_a_line_a_finding():
    assert rendered(as_csv, FIXED) == "\ufeff" + "".join(
        line + "\r\n"
        for line in (
            '"path","result","code","severity","where","expected","found","clause","remedy"',
            '"in/a <1>","refused","BAG-055","error","data/a&b","sha256 aa","sha256 bb","RFC 8493","Ask again."',
            '"in/a <1>","refused","X-1","warning","\'=x","said ""so""","nothing","none","Look."',
            '"in/b","valid","","","","","","",""',
            '"in/c","not looked at","","","","","in/c cannot be found; check the path","",""',
        )
    )


def test_a_junit_report_is_a_test_case_a_bag():
    assert (
        rendered(as_junit, FIXED)
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="strongroom verify" tests="3" failures="1" errors="1">
<testsuite name="strongroom verify" tests="3" failures="1" errors="1" skipped="0">
<testcase classname="strongroom verify" name="in/a &lt;1&gt;">
<failure type="BAG-055" message="data/a&amp;b: expected sha256 aa, found sha256 bb">error BAG-055
where: data/a&amp;b
expected: sha256 aa
found: sha256 bb
clause: RFC 8493
remedy: Ask again.</failure>
<system-out>warning X-1
where: =x
expected: said &quot;so&quot;
found: nothing
clause: none
remedy: Look.</system-out>
</testcase>
<testcase classname="strongroom verify" name="in/b">
</testcase>
<testcase classname="strongroom verify" name="in/c">
<error type="usage" message="in/c cannot be found; check the path">in/c cannot be found; check the path</error>
</testcase>
</testsuite>
</testsuites>
"""
    )


def test_an_html_report_has_the_bags_and_then_their_findings():
    page = rendered(as_html, FIXED)
    body = page[page.index("<body>") :].replace('class="url"', "…").replace("<bdi>", "").replace("</bdi>", "")
    (title,) = re.findall("error BAG-055: ([^<]+)<", body)
    assert (
        body
        == f"""\
<body>
<header><h1>What strongroom verify found</h1><p>3 looked for: 1 valid, 1 refused, 1 not looked at</p></header>
<main>
<table><thead><tr><th>Bag</th><th>Result</th><th>Findings</th></tr></thead><tbody>
<tr><td …><a href="#bag-1">in/a &lt;1&gt;</a></td><td …>refused</td><td …>1 error, 1 warning</td></tr>
<tr><td …><a href="#bag-2">in/c</a></td><td …>not looked at</td><td …></td></tr>
<tr><td …>in/b</td><td …>valid</td><td …></td></tr>
</tbody></table>
<section id="bag-1">
<h2>refused: in/a &lt;1&gt;</h2>
<h3>error BAG-055: {title}</h3>
<p class="faint">1 place; RFC 8493</p><p>Ask again.</p>
<table><thead><tr><th>Where</th><th>Expected</th><th>Found</th></tr></thead><tbody>
<tr><td …>data/a&amp;b</td><td …>sha256 aa</td><td …>sha256 bb</td></tr>
</tbody></table>
<h3>warning X-1</h3>
<p class="faint">1 place; none</p><p>Look.</p>
<table><thead><tr><th>Where</th><th>Expected</th><th>Found</th></tr></thead><tbody>
<tr><td …>=x</td><td …>said &quot;so&quot;</td><td …>nothing</td></tr>
</tbody></table>
</section>
<section id="bag-2">
<h2>not looked at: in/c</h2>
<p class="notice">in/c cannot be found; check the path</p>
</section>
</main>
</body>
</html>
"""
    )


def check_csv(text):
    table = rows(rendered(as_csv, hostile(text)))
    assert [len(row) for row in table] == [9] * 4
    for row in table[1:]:
        for cell in row:
            assert not re.search(r"[\x00-\x1f]", cell)
            assert all(re.match(r"\s*[=+@\uff1d\uff0b\uff0d\uff20-]", part) is None for part in cell.split(";"))
    assert table[1][4].replace("'", "") == readable(text).replace("'", "")


def check_junit(text):
    document = rendered(as_junit, hostile(text)).encode("utf-8")
    root = lxml.etree.fromstring(document, lxml.etree.XMLParser(resolve_entities=False, no_network=True))
    shape = [one.tag for one in root.iter()]
    assert shape == ["testsuites", "testsuite", "testcase", "failure", "system-out", "testcase", "error"]
    shown = readable(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    assert [case.get("name") for case in root.iter("testcase")] == [shown, shown]
    assert root.find(".//error").text == (shown or None)
    assert f"where: {shown}\n" in root.find(".//failure").text


def check_html(text):
    page = rendered(as_html, hostile(text))
    root = lxml.html.fromstring(page)
    allowed = "html head meta title style body header h1 h2 h3 p main table thead tbody tr th td a section bdi"
    assert {one.tag for one in root.iter()} <= set(allowed.split())
    names = {name for one in root.iter() for name in one.attrib}
    assert names <= {"lang", "charset", "http-equiv", "content", "name", "class", "href", "id"}
    assert [one.get("href") for one in root.iter("a")] == ["#bag-1", "#bag-2"]
    assert "default-src 'none'" in root.find(".//meta[@http-equiv]").get("content")
    places = [row[0].text_content() for row in root.iter("tr") if len(row) == 3 and row.getparent().tag == "tbody"]
    assert len(places) == 4
    assert len(set(places)) == 1


@pytest.mark.parametrize("check", [check_csv, check_junit, check_html])
@pytest.mark.parametrize("text", [pytest.param(text, id=ascii(text)) for text in HOSTILE])
def test_hostile_text_stays_text(check, text):
    check(text)


@pytest.mark.parametrize("check", [check_csv, check_junit, check_html])
def test_any_text_stays_text(check):
    given(st.text(st.characters(exclude_categories=())))(check)()


def test_a_second_reader_takes_the_xml_of_hostile_bags_for_well_formed(tmp_path):
    if shutil.which("xmllint") is None:
        absent("xmllint")
    report = tmp_path / "report.xml"
    report.write_text(rendered(as_junit, [one for text in HOSTILE for one in hostile(text)]), encoding="utf-8")
    judged = subprocess.run(["xmllint", "--noout", "--nonet", str(report)], capture_output=True, check=False)
    assert (judged.returncode, judged.stderr) == (0, b"")


@pytest.fixture
def bags(tmp_path):
    """A valid one, one with a payload of hostile names that no manifest lists, and one that is not there."""
    valid, refused = tmp_path / "valid", tmp_path / "refused <&\x1b[31m>"
    tiny_bag.make(valid)
    tiny_bag.make(refused)
    for text in HOSTILE:
        if "\ud800" not in text:
            (refused / "data" / text.replace("/", "\u2215")).touch()
    return valid, refused, tmp_path / "missing"


def report(tmp_path, *bags, kind, exit_):
    path = tmp_path / f"report.{kind}"
    assert main(["verify", "--quiet", f"--{kind}", str(path), *map(str, bags)]) == exit_
    return path.read_bytes().decode("utf-8")


def test_every_finding_is_in_every_report(tmp_path, bags, capsys):
    assert main(["verify", "--json", *map(str, bags)]) == 2
    results = json.loads(capsys.readouterr().out)["results"]
    findings = [one for result in results for one in result["findings"]]
    errors = [one for one in findings if one["severity"] == "error"]
    assert len(errors) >= len(HOSTILE) - 1
    table = rows(report(tmp_path, *bags, kind="csv", exit_=2))
    assert [row[2] for row in table[1:]] == ["", *(one["code"] for one in findings), ""]
    root = lxml.etree.fromstring(report(tmp_path, *bags, kind="junit", exit_=2).encode())
    assert [one.get("type") for one in root.iter("failure")] == [one["code"] for one in errors]
    page = lxml.html.fromstring(report(tmp_path, *bags, kind="html", exit_=2))
    assert len(page.findall(".//section//tbody/tr")) == len(findings)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "report.csv",
        "report.html",
        "report.junit",
    ]


def test_one_bag_that_cannot_be_looked_at_is_reported_too(tmp_path, capsys):
    missing = tmp_path / "missing"
    table = rows(report(tmp_path, missing, kind="csv", exit_=2))
    assert table[1][:2] == [str(missing), "not looked at"]
    assert table[1][6] == f"{missing} cannot be found; check the path"
    assert "missing" in capsys.readouterr().err


def test_the_same_findings_are_the_same_bytes(tmp_path, bags):
    for kind in ("csv", "junit", "html"):
        assert report(tmp_path, *bags, kind=kind, exit_=2) == report(tmp_path, *bags, kind=kind, exit_=2)


def refusal(capsys, *words):
    assert main(["verify", *map(str, words)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.removeprefix("strongroom: ").rstrip("\n")


def test_what_cannot_be_a_report_is_said_before_the_work(tmp_path, bags, capsys):
    valid, *_ = bags
    before = sorted(valid.rglob("*"))
    inside, nowhere, link = valid / "report.csv", tmp_path / "nowhere" / "report.csv", tmp_path / "link"
    link.symlink_to(tmp_path / "report.csv")
    same = tmp_path / "report"
    said = refusal(capsys, "--csv", inside, valid)
    assert said == f"{inside} lies in {valid}, where nothing is written; choose a file outside of it"
    said = refusal(capsys, "--csv", nowhere, valid)
    assert said == f"no file can be made in {nowhere.parent}; make the folder, or choose another file"
    said = refusal(capsys, "--csv", link, valid)
    assert said == f"{link} is a link, which the report would replace; name the file that it leads to"
    said = refusal(capsys, "--csv", same, "--html", same, valid)
    assert said == f"{same} is named for two reports; choose another file for one of them"
    said = refusal(capsys, "--csv", os.devnull, valid)
    assert said == f"{os.devnull} is not a regular file; choose another file for the report"
    assert sorted(valid.rglob("*")) == before
