"""`strongroom ingest` as its users run it: what it says, what it returns, and where the bag is afterwards."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from disks import small_disk
from findings import tiny_bag
from ingesting import Shop, as_tar, as_zip, bag, said
from permissions import permissions_bind
from strongroom import Settings, take_in
from strongroom.cli.outputs.taking_in import IngestOutput
from strongroom.errors import StorageError, UsageError


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def plain(shop, *arguments):
    """Run it for people: status, stdout, stderr."""
    process = shop.start(*arguments, json=False)
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    return process.returncode, out, err


def sentence(shop, *arguments):
    """The one sentence of a run that failed, and its status."""
    status, out, err = plain(shop, *arguments)
    assert out == ""
    return status, err.splitlines()[-1].removeprefix("strongroom: ")


def listed(folder):
    return sorted(path.name for path in folder.iterdir())


def test_people_read_what_became_of_each_bag(shop, tmp_path):
    one = bag(tmp_path / "one")
    status, out, err = plain(shop, one)
    assert (status, err) == (0, "taking in: 0 done, 1 to go\n")
    [taken, receipt] = out.splitlines()
    assert re.fullmatch(rf"ingested: {one}: version 1 of urn:strongroom:ingest:[0-9a-f]{{64}}", taken)
    assert re.fullmatch(rf"  receipt  {shop.root}/log/receipts/[0-9a-f]{{2}}/[0-9a-f]{{64}}\.json", receipt)
    assert plain(shop, one)[1].startswith(f"in the archive already: {one}: version 1 of ")


def test_quiet_says_one_line_a_bag(shop, tmp_path):
    status, out, err = plain(shop, bag(tmp_path / "one"), bag(tmp_path / "two", "two"), "-q")
    assert (status, len(out.splitlines()), err) == (0, 2, "")


def test_several_bags_are_counted_and_one_bad_one_keeps_the_others_from_nothing(shop, tmp_path):
    bad = bag(tmp_path / "bad")
    (bad / "data" / "a.txt").write_text("changed")
    status, out, _ = plain(shop, bad, tmp_path / "nowhere", bag(tmp_path / "good"))
    assert status == 2
    assert f"refused: {bad} (1 error)" in out
    assert f"not taken in: {tmp_path}/nowhere: {tmp_path}/nowhere cannot be found; check the path" in out
    assert out.endswith("3 bags: 1 ingested, 1 refused, 1 not taken in\n")
    shop.held().assert_once(1)


def test_json_is_one_document_that_its_schema_describes(shop, tmp_path):
    bad = bag(tmp_path / "bad")
    (bad / "data" / "a.txt").write_text("changed")
    document = shop.run(bad, bag(tmp_path / "good"))
    assert IngestOutput.model_validate(document).model_dump(mode="json") == document
    assert (document["kind"], document["exit"], document["error"], document["root"]) == (
        "ingest",
        4,
        None,
        str(shop.root),
    )
    refused, taken = document["results"]
    assert (refused["status"], refused["exit"], refused["receipt"]) == ("refused", 4, None)
    assert [finding["code"] for finding in refused["findings"]] == ["BAG-055"]
    assert (taken["status"], taken["exit"], taken["report"], taken["error"]) == ("ingested", 0, None, None)
    receipt = taken["receipt"]
    assert (receipt["version"], receipt["package_id"], receipt["files"], receipt["entry"]) == (1, "good", 8, 1)
    assert json.loads(Path(receipt["path"]).read_text())["entry"]["facts"]["ingest"] == receipt["ingest_id"]


def test_a_receipt_can_be_checked_with_nothing_but_the_script_beside_it(shop, tmp_path):
    [result] = shop.run(bag(tmp_path / "one"))["results"]
    command = [sys.executable, "-I", "-S", shop.root / "log" / "check-receipt.py", result["receipt"]["path"]]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_refused_bag_that_was_named_stays_and_a_copy_lies_in_quarantine(shop, tmp_path):
    bad = bag(tmp_path / "bad")
    (bad / "data" / "a.txt").write_text("changed")
    for _ in range(2):
        [result] = shop.run(bad)["results"]
        kept = result["report"].removesuffix(".report.txt").rpartition("/")[2]
        assert listed(shop.root / "quarantine") == [kept, f"{kept}.report.json", f"{kept}.report.txt"]
    assert (shop.root / "quarantine" / kept / "data" / "a.txt").read_text() == "changed"
    assert (bad / "data" / "a.txt").read_text() == "changed"
    assert shop.held().versions == {}


def test_a_refused_bag_in_one_file_is_kept_as_it_was_sent(shop, tmp_path):
    bad = bag(tmp_path / "bad")
    (bad / "data" / "a.txt").write_text("changed")
    archived = as_zip(bad, tmp_path / "bad.zip")
    torn = tmp_path / "torn.zip"
    torn.write_bytes(archived.read_bytes()[:-30])
    document = shop.run(archived, torn)
    assert [result["status"] for result in document["results"]] == ["refused", "refused"]
    for result, sent in zip(document["results"], (archived, torn), strict=True):
        kept = shop.root / "quarantine" / result["report"].removesuffix(".report.txt").rpartition("/")[2]
        assert (kept / sent.name).read_bytes() == sent.read_bytes()
    assert shop.held().staging == []


def test_what_lies_ready_is_taken_in_and_what_is_on_its_way_waits(shop, tmp_path):
    shop.run(bag(tmp_path / "zero", "zero"))
    shop.settings = "[ingest]\nfree_bytes = 0\nsettle_seconds = 3600\n"
    for name in ("marked", "young", "copying.partial"):
        bag(shop.incoming / name, name)
    (shop.incoming / "marked.ready").touch()
    as_tar(bag(tmp_path / "packed", "packed"), shop.incoming / "packed.tar")
    (shop.incoming / "packed.tar.ready").touch()
    document = shop.run("--incoming")
    assert [(result["path"], result["status"]) for result in document["results"]] == [
        (str(shop.incoming / "marked"), "ingested"),
        (str(shop.incoming / "packed.tar"), "ingested"),
    ]
    assert [one["path"].rpartition("/")[2] for one in document["waiting"]] == ["copying.partial", "young"]
    assert document["waiting"][1]["reason"].endswith("and must not change for 3600 s")
    assert listed(shop.incoming) == ["copying.partial", "young"]
    shop.held().assert_once(3)


def test_an_empty_incoming_folder_is_no_fault(shop, tmp_path):
    status, out, _ = plain(shop, "--incoming")
    assert (status, out) == (0, "\nno bag lies ready\n")


def test_a_link_in_an_incoming_folder_is_not_followed_and_moved_to_quarantine(shop, tmp_path):
    one = bag(tmp_path / "one")
    shop.run(bag(tmp_path / "zero", "zero"))
    (shop.incoming / "link").symlink_to(one)
    (shop.incoming / "file").symlink_to(as_tar(one, tmp_path / "one.tar"))
    os.mkfifo(shop.incoming / "pipe")
    document = shop.run("--incoming")
    assert [[finding["code"] for finding in result["findings"]] for result in document["results"]] == [
        ["INGEST-004"]
    ] * 3
    assert (document["exit"], listed(shop.incoming)) == (4, [])
    kept = [path for path in (shop.root / "quarantine").iterdir() if path.is_dir()]
    assert sorted(path.name.partition(".")[0] for path in kept) == ["file", "link", "pipe"]
    assert one.is_dir()
    shop.held().assert_once(1)


def test_a_link_that_somebody_names_is_their_own_choice(shop, tmp_path):
    one = bag(tmp_path / "one")
    (tmp_path / "link").symlink_to(one)
    document = shop.run(tmp_path / "link", one)
    assert [result["status"] for result in document["results"]] == ["ingested", "known"]
    assert document["results"][0]["receipt"]["package_id"] == "one"


def test_a_pipe_in_a_bag_holds_nobody_up(shop, tmp_path):
    one = bag(tmp_path / "one")
    os.mkfifo(one / "data" / "pipe")
    [result] = shop.run(one)["results"]
    assert [(finding["code"], finding["where"]) for finding in result["findings"]] == [("BAG-005", "data/pipe")]
    assert len(listed(shop.root / "quarantine")) == 2  # the reports alone: such a bag is not copied
    shutil.copytree(one, shop.incoming / "one", copy_function=_copy_anything)
    [result] = shop.run("--incoming")["results"]
    assert (result["status"], listed(shop.incoming)) == ("refused", [])
    [kept] = [path for path in (shop.root / "quarantine").iterdir() if path.is_dir()]
    assert (kept / "data" / "pipe").is_fifo()


def _copy_anything(source: str, target: str) -> None:
    if source.endswith("pipe"):
        os.mkfifo(target)
    else:
        shutil.copy(source, target)


def test_an_object_can_be_named(shop, tmp_path):
    one, two = bag(tmp_path / "one", "one"), bag(tmp_path / "two", "two")
    document = shop.run(one, two, "--object", "urn:x:lamp")
    assert [result["receipt"]["version"] for result in document["results"]] == [1, 2]
    assert {result["receipt"]["object_id"] for result in document["results"]} == {"urn:x:lamp"}
    document = shop.run(one, "--object", "urn:x:other")
    assert [finding["code"] for finding in document["results"][0]["findings"]] == ["INGEST-031"]
    assert sentence(shop, one, "--object", " x")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name bags, or give --incoming"),
        (["bag", "--incoming"], "name bags, or give --incoming"),
        (["nowhere"], "nowhere cannot be found; check the path"),
        (["letter.txt"], "is no bag: neither a folder nor a file named .tar, .tar.gz, .tar.zst or .zip"),
        (["bag", "--replica", "archive/replica", "--replica", "bag"], "bag is not empty and not a replica"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(shop, tmp_path, arguments, words):
    bag(tmp_path / "bag")
    (tmp_path / "letter.txt").write_text("dear archive")
    status, said_ = sentence(shop, *arguments)
    assert status == (6 if "--replica" in arguments else 2)
    assert words in said_
    assert len(said_.splitlines()) == 1


def test_a_command_hears_of_each_receipt(shop, tmp_path):
    told = tmp_path / "told"
    program = f"import sys; open({str(told)!r}, 'a').write(sys.argv[1] + chr(10))"
    shop.settings = f"[ingest]\nfree_bytes = 0\non_receipt = {json.dumps([sys.executable, '-c', program])}\n"
    document = shop.run(bag(tmp_path / "one"), bag(tmp_path / "two", "two"))
    shop.run(tmp_path / "one")
    assert told.read_text().splitlines() == [result["receipt"]["path"] for result in document["results"]]


def test_a_command_that_fails_is_told_and_undoes_nothing(shop, tmp_path):
    shop.settings = '[ingest]\nfree_bytes = 0\non_receipt = ["/nowhere/command"]\n'
    status, out, _ = plain(shop, bag(tmp_path / "one"))
    assert status == 0
    assert "warning INGEST-034" in out
    shop.held().assert_once(1)


def test_an_infected_bag_lies_in_quarantine_and_a_broken_scanner_refuses_none(shop, tmp_path):
    one = bag(tmp_path / "one")
    finds = "import os, sys; print(sys.argv[1] + '/data/a.txt: Eicar FOUND'); sys.exit(1)"
    shop.settings = f"[ingest]\nfree_bytes = 0\nscanner = {json.dumps([sys.executable, '-c', finds])}\n"
    [result] = shop.run(one)["results"]
    assert [(one["code"], one["found"]) for one in result["findings"]] == [
        ("INGEST-020", "status 1: one/data/a.txt: Eicar FOUND")
    ]
    shop.settings = '[ingest]\nfree_bytes = 0\nscanner = ["/nowhere/scanner"]\n'
    status, words = sentence(shop, one)
    assert (status, "correct [ingest] scanner" in words) == (2, True)
    assert shop.held().versions == {}


def test_a_clock_that_jumps_back_is_told_and_loses_nothing(shop, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "2000000000")
    shop.run(bag(tmp_path / "one"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    document = shop.run(bag(tmp_path / "two", "two"))
    assert document["exit"] == 0
    assert [finding["code"] for finding in document["results"][0]["findings"]] == ["INGEST-035"]
    shop.held().assert_once(2)


def test_two_archives_of_one_identifier_do_not_share_a_replica(shop, tmp_path):
    shop.options = ("--replica", str(tmp_path / "copy"))
    shop.run(bag(tmp_path / "zero", "zero"))
    other = Shop(tmp_path / "elsewhere", shop.options)
    other.folder.mkdir()
    shutil.copytree(shop.root, other.root)
    shop.run(bag(tmp_path / "one", "one"))
    status, words = sentence(other, bag(tmp_path / "two", "two"))
    assert status == 6
    assert "nothing was copied" in words, words
    status, words = sentence(other, tmp_path / "two")
    assert status == 6
    shop.held().assert_once(2)
    assert [result["status"] for result in shop.run(tmp_path / "two")["results"]] == ["ingested"]


def test_an_archive_that_was_set_back_is_told_by_its_replica(shop, tmp_path):
    shop.options = ("--replica", str(tmp_path / "copy"))
    shop.run(bag(tmp_path / "zero", "zero"))
    shutil.copytree(shop.root, tmp_path / "backup")
    shop.run(bag(tmp_path / "one", "one"))
    shutil.rmtree(shop.root)
    shutil.copytree(tmp_path / "backup", shop.root)
    status, words = sentence(shop, tmp_path / "one")
    assert (status, "rolled back" in words or "set back" in words) == (6, True), words


def test_a_replica_of_another_archive_is_refused(shop, tmp_path):
    shop.options = ("--replica", str(tmp_path / "copy"))
    shop.run(bag(tmp_path / "zero", "zero"))
    other = Shop(tmp_path / "elsewhere", shop.options)
    other.folder.mkdir()
    status, words = sentence(other, tmp_path / "zero")
    assert (status, "is a replica of urn:uuid:" in words) == (6, True)


DAMAGES = {
    "log truncated": (lambda root: _cut(root / "log" / "entries" / "0000" / "0000000000.jsonl"), "log"),
    "checkpoint gone": (lambda root: (root / "log" / "checkpoint").unlink(), "checkpoint"),
    "checkpoint edited": (lambda root: _edit(root / "log" / "checkpoint", b"\n2\n", b"\n1\n"), "checkpoint"),
    "entry edited": (
        lambda root: _edit(root / "log/entries/0000/0000000000.jsonl", b'"version":1', b'"version":9'),
        "log",
    ),
    "log gone": (lambda root: shutil.rmtree(root / "log"), "bring the log back"),
    "store gone": (lambda root: shutil.rmtree(root / "store"), "is a disk not mounted?"),
    "key gone": (lambda root: shutil.rmtree(root / "keys"), "private key"),
    "other layout": (
        lambda root: _edit(root / "store" / "ocfl_layout.json", b"0003-hash-and-id-n-tuple", b"0004-hashed-n-tuple"),
        "no storage root that this version can use",
    ),
    "other version": (
        lambda root: (root / "store" / "0=ocfl_1.1").rename(root / "store" / "0=ocfl_9.0"),
        "no storage root that this version can use",
    ),
}


def _cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def _edit(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_archive_is_a_sentence_and_takes_nothing_in(shop, tmp_path, damage):
    shop.run(bag(tmp_path / "zero", "zero"))
    spoil, words = DAMAGES[damage]
    spoil(shop.root)
    before = {path: path.stat().st_mtime_ns for path in (shop.root / "store").rglob("*") if path.is_file()}
    status, told = sentence(shop, bag(tmp_path / "one"))
    assert status == 6
    assert words in told, told
    after = {path: path.stat().st_mtime_ns for path in (shop.root / "store").rglob("*") if path.is_file()}
    assert {path: after.get(path) for path in before} == before


def test_a_bag_that_may_not_be_read_is_a_sentence(tmp_path):
    one = bag(tmp_path / "one")
    settings = Settings.of({"ingest": {"free_bytes": 0}}, "test")
    take_in(bag(tmp_path / "zero", "zero"), tmp_path / "archive", settings)
    for place in (one / "data" / "a.txt", one / "data", one):
        mode = place.stat().st_mode
        place.chmod(0)
        with permissions_bind(), pytest.raises((StorageError, UsageError), match=r"access is denied|cannot be found"):
            take_in(one, tmp_path / "archive", settings)
        place.chmod(mode)
    take_in(one, tmp_path / "archive", settings)
    Shop(tmp_path).held().assert_once(2)


def test_an_interrupted_run_returns_130_and_the_same_again_completes_it(shop, tmp_path):
    shop.run(bag(tmp_path / "zero", "zero"))
    slow = "import sys, time; open('scanning', 'w').close(); time.sleep(120)"
    shop.settings = f"[ingest]\nfree_bytes = 0\nscanner = {json.dumps([sys.executable, '-c', slow])}\n"
    process = shop.start(bag(tmp_path / "one"))
    for _ in range(600):
        if (tmp_path / "scanning").exists():
            break
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(2)
    document = said(process)
    assert (document["exit"], document["error"]["kind"]) == (130, "interrupted")
    assert shop.held().staging == []
    shop.settings = "[ingest]\nfree_bytes = 0\n"
    shop.run(tmp_path / "one")
    shop.held().assert_once(2)


def test_help_shows_examples_and_statuses():
    done = subprocess.run(
        [sys.executable, "-m", "strongroom", "ingest", "--help"], capture_output=True, text=True, check=True
    )
    assert "strongroom ingest --incoming --json" in done.stdout
    assert "    6  storage" in done.stdout


def test_the_root_of_an_archive_on_a_full_disk_is_a_sentence(tmp_path):
    with small_disk(tmp_path / "disk", "24k") as disk:
        status, words = sentence(Shop(disk), bag(tmp_path / "one"))
        assert (status, "make room and run the same command again" in words) == (6, True), words


def test_a_foreign_bag_with_an_empty_folder_is_taken_in_and_the_receipt_says_so(shop, tmp_path):
    one = bag(tmp_path / "one")
    (one / "data" / "empty").mkdir()
    [result] = shop.run(one)["results"]
    assert (result["receipt"]["empty_folders"], result["receipt"]["warnings"]) == (["data/empty"], ["BAG-010"])


def test_a_tiny_bag_is_what_the_other_tests_say_it_is(tmp_path):
    tiny_bag.make(tmp_path / "bag")
    assert len([path for path in (tmp_path / "bag").rglob("*") if path.is_file()]) == 8
