"""The commands as somebody types them, against the demo site: results, bad input, interruption."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from presence import forbidden
from strongroom.cli import main
from strongroom.cli.demo_site import serving
from strongroom.cli.outputs.making import CaptureOutput, DescribeOutput, PackOutput, PlanOutput, PreserveOutput

QUICK = ("--allow-private", "--delay", "0")


@pytest.fixture(scope="module")
def site():
    with serving() as addresses:
        yield addresses


@pytest.fixture
def quick(tmp_path):
    """Settings that do not wait long for what never comes."""
    file = tmp_path / "quick.toml"
    file.write_text(
        "[capture]\nbackoff_seconds = 0.01\nattempts = 2\nfirst_byte_seconds = 2.0\nconnect_seconds = 5.0\n"
    )
    return ("--config", str(file), *QUICK)


@pytest.fixture
def output(tmp_path):
    return tmp_path / "bags"


def said(capsys, model, *argv):
    exit_ = main([*argv, "--json", "--quiet"])
    captured = capsys.readouterr()
    assert captured.err == ""
    document = model.model_validate(json.loads(captured.out))
    assert document.exit == exit_
    return document


def preserved(capsys, output, *argv):
    return said(capsys, PreserveOutput, "preserve", *argv, "--output", str(output))


def rows(package, name):
    path = Path(package) / "data" / Path(package).name / "metadata" / "other" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_page_becomes_one_valid_bag(site, quick, output, capsys):
    document = preserved(capsys, output, site.article, "--scope", "page", *quick)
    assert (document.exit, document.loss, document.error) == (0, (), None)
    bag = Path(document.package)
    assert [path.name for path in output.iterdir()] == [document.id]
    assert bag == output / document.id
    assert (bag / "data" / document.id / "documentation" / "README.html").is_file()
    assert sum(document.outcomes.model_dump().values()) == len(rows(bag, "links.csv"))
    assert document.payload_bytes == sum(path.stat().st_size for path in (bag / "data").rglob("*") if path.is_file())
    assert main(["verify", str(bag)]) == 0
    assert capsys.readouterr().out.startswith(f"valid: {bag}")


def test_for_people_the_counts_and_the_way_on_are_shown(site, quick, output, capsys):
    assert main(["preserve", site.article, "--scope", "page", *quick, "--output", str(output)]) == 0
    captured = capsys.readouterr()
    (bag,) = output.iterdir()
    assert captured.out.splitlines()[0] == "The harbour lamp is lit again"
    assert f"check    strongroom verify {bag}" in captured.out
    assert "capturing: " in captured.err
    assert "validating\n" in captured.err


def test_a_typed_value_wins(site, quick, output, capsys):
    argv = (site.article, "--scope", "page", *quick, "--set", "dcterms:title=Lamp & tide")
    assert main(["preserve", *argv, "--output", str(output), "--quiet"]) == 0
    bag = Path(capsys.readouterr().out.strip())
    dc = (bag / "data" / bag.name / "metadata" / "descriptive" / "dc.xml").read_text(encoding="utf-8")
    assert "<dcterms:title>Lamp &amp; tide</dcterms:title>" in dc


@pytest.mark.parametrize("url", ["not-a-url", "ftp://example.org/x", "http://", "mailto:a@example.org", ""])
def test_what_is_no_web_address_is_a_usage_error_and_makes_nothing(url, output, capsys):
    document = preserved(capsys, output, url)
    assert (document.exit, document.error.kind, document.package) == (2, "usage", None)
    assert not output.exists() or list(output.iterdir()) == []


@pytest.mark.parametrize("place", ["dead", "unknown", "private"])
def test_no_answer_is_five_and_leaves_nothing(place, site, quick, output, capsys):
    url = {"dead": site.dead + "/", "unknown": "http://nowhere.invalid/", "private": site.article}[place]
    flags = quick if place != "private" else quick[:2]
    document = preserved(capsys, output, url, *flags)
    assert (document.exit, document.error.kind, document.package) == (5, "nothing-captured", None)
    assert url in document.error.message
    assert list(output.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/troubles/forbidden", "blocked"),
        ("/troubles/challenge-503", "blocked"),
        ("/troubles/captcha", "blocked"),
        ("/troubles/empty", "empty"),
        ("/troubles/blank", "empty"),
        ("/troubles/error", "failed"),
    ],
)
def test_a_seed_that_is_not_the_page_is_kept_labelled_and_a_loss(path, outcome, site, quick, output, capsys):
    document = preserved(capsys, output, site.first + path, *quick)
    assert (document.exit, len(document.loss)) == (3, 1)
    (row,) = [row for row in rows(document.package, "links.csv") if row["relation"] == "seed"]
    assert row["outcome"] == outcome
    assert row["record_id"]
    assert main(["verify", "--quiet", document.package]) == 0


def test_a_seed_that_is_no_html_is_packaged_too(site, quick, output, capsys):
    document = preserved(capsys, output, site.first + "/article/log-book.pdf", *quick)
    assert document.exit == 0
    assert main(["verify", "--quiet", document.package]) == 0


def test_a_redirect_out_of_http_is_an_outcome(site, quick, output, capsys):
    document = preserved(capsys, output, site.first + "/moved/to-ftp", *quick)
    assert document.package is not None
    by_url = {row["url"]: row["outcome"] for row in rows(document.package, "links.csv")}
    assert by_url["ftp://files.harbour-lamp.example/lamp.txt"] == "refused"


def test_an_output_that_is_a_file_is_storage(site, quick, tmp_path, capsys):
    file = tmp_path / "file"
    file.write_text("mine")
    document = preserved(capsys, file, site.article, *quick)
    assert (document.exit, document.error.kind) == (6, "storage")
    assert file.read_text() == "mine"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 96 KiB, where we may make one."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=96k", "none", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        forbidden("mount a small file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_storage_and_leaves_no_bag(site, quick, small_disk, capsys):
    document = preserved(capsys, small_disk, site.article, *quick)
    assert (document.exit, document.error.kind) == (6, "storage")
    assert [path.name for path in small_disk.iterdir() if not path.name.startswith(".")] == []


def test_step_by_step_gives_the_same_kind_of_bag(site, quick, output, tmp_path, capsys):
    work = tmp_path / "work"
    capture = said(capsys, CaptureOutput, "capture", site.article, "--scope", "page", *quick, "--work", str(work))
    assert (capture.exit, capture.work) == (0, str(work))
    assert sum(warc.records for warc in capture.warcs) > 20
    described = said(capsys, DescribeOutput, "describe", str(work))
    titles = [one.value for one in described.candidates if one.term == "dcterms:title" and one.chosen]
    assert titles == ["The harbour lamp is lit again"]
    packed = said(capsys, PackOutput, "pack", str(work), "--output", str(output))
    assert (packed.exit, packed.id, packed.outcomes) == (0, capture.id, capture.outcomes)
    assert main(["verify", "--quiet", packed.package]) == 0


def test_describe_shows_where_each_value_comes_from(site, quick, tmp_path, capsys):
    work = str(tmp_path / "work")
    assert main(["capture", site.article, "--scope", "page", *quick, "--work", work, "--quiet"]) == 0
    capsys.readouterr()
    assert main(["describe", work]) == 0
    out = capsys.readouterr().out
    assert "  dcterms:title          The harbour lamp is lit again" in out
    assert "from json-ld script[" in out


@pytest.mark.parametrize("command", ["describe", "pack"])
def test_a_work_directory_that_is_none_is_named_and_left_alone(command, tmp_path, capsys):
    for path in (tmp_path, tmp_path / "missing"):
        assert main([command, str(path)]) == 2
        assert f"{path} holds no capture; run `strongroom capture URL --work" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_plan_tells_of_each_link_and_asks_for_the_page_and_robots_alone(demo_site, capsys):
    addresses = demo_site.addresses
    document = said(capsys, PlanOutput, "plan", addresses.article, "--allow-private", "--delay", "0")
    assert document.exit == 0
    decisions = {link.url: link for link in document.links}
    assert decisions[addresses.article].fetch
    assert decisions[f"{addresses.first}/article/keeper.html"].fetch
    refused = decisions[f"{addresses.first}/private/plans.html"]
    assert not refused.fetch
    assert "robots" in refused.reason
    assert all(link.reason for link in document.links if not link.fetch)
    asked = {exchange.target for exchange in demo_site.exchanges(at_least=2)}
    assert asked == {"/robots.txt", "/article/harbour-lamp.html"}


def test_plan_for_people_groups_the_links_and_counts_them_at_the_end(site, quick, capsys):
    assert main(["plan", site.article, *quick]) == 0
    lines = capsys.readouterr().out.splitlines()
    seed = "fetch       1  where the capture begins  robots.txt does not forbid it"
    assert lines[lines.index(seed) + 1] == f"  {site.article}"
    forbidden = "skip        1  linked page               robots.txt forbids it"
    assert lines[lines.index(forbidden) + 1] == (
        f"  {site.first}/private/plans.html  (robots.txt: line 3: Disallow: /private/)"
    )
    (total,) = [number for number, line in enumerate(lines) if line.endswith(" would not")]
    assert lines[total + 1] == f"  {seed}"
    assert f"  {forbidden}" in lines[total:]
    urls = [line for line in lines[:total] if line.startswith("  ")]
    assert lines[total].startswith(f"{len(urls)} URLs: ")


def test_plan_in_brief_is_the_urls_that_would_be_fetched(site, quick, capsys):
    assert main(["plan", "--quiet", site.article, *quick]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == site.article
    assert f"{site.first}/private/plans.html" not in out
    assert all(line.startswith("http") for line in out)


def test_plan_for_nothing_is_five(site, quick, capsys):
    document = said(capsys, PlanOutput, "plan", site.dead + "/", *quick)
    assert document.exit == 5


def start(site, settings, output):
    """Preserve the article, and a page that is answered only after four seconds."""
    urls = (site.article, site.first + "/troubles/late")
    command = [sys.executable, "-m", "strongroom", "preserve", *urls, "--config", str(settings), *QUICK]
    return subprocess.Popen(
        [*command, "--output", str(output), "--verbose", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_the_same_command_goes_on_after_an_interruption(how, site, tmp_path, output):
    patient, hasty = tmp_path / "patient.toml", tmp_path / "hasty.toml"
    patient.write_text("[capture]\nfirst_byte_seconds = 10\n")
    hasty.write_text("[capture]\nfirst_byte_seconds = 0.3\nattempts = 1\n")
    first = start(site, patient, output)
    try:
        assert first.stderr.readline()
        time.sleep(1.0)  # the article is there long before that, and the late page comes after four seconds
        first.send_signal(how)
        out, _ = first.communicate(timeout=30)
    finally:
        first.kill()
        first.wait()
    if how is signal.SIGINT:
        assert first.returncode == 130
        document = PreserveOutput.model_validate(json.loads(out))
        assert (document.exit, document.error.kind) == (130, "interrupted")
        assert "run the same command again" in document.error.message
    assert [path.name for path in output.iterdir() if not path.name.startswith(".")] == []
    second = start(site, hasty, output)
    out, _ = second.communicate(timeout=120)
    document = PreserveOutput.model_validate(json.loads(out))
    assert (document.exit, second.returncode, document.error) == (3, 3, None)
    assert [path.name for path in output.iterdir()] == [document.id]
    assert len(document.loss) == 1
    assert "/troubles/late" in document.loss[0]
    assert main(["verify", "--quiet", document.package]) == 0


def test_the_demo_needs_no_network(output):
    command = [sys.executable, "-m", "strongroom", "demo", "--output", str(output), "--json"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    document = json.loads(done.stdout)
    assert (document["kind"], document["exit"], document["valid"]) == ("demo", done.returncode, True)
    assert Path(document["package"]).is_dir()
    assert done.returncode in {0, 3}
