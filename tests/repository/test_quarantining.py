"""Quarantine: what was refused lies there once, named after its content, with reports beside it."""

import json
import os
from datetime import UTC, datetime

import pytest

from findings import tiny_bag
from strongroom.model.rules import bag as rules
from strongroom.repository.archive import Archive
from strongroom.repository.quarantining import Refusal, quarantine_copy, quarantine_delivery, report_alone
from strongroom.repository.stored import ingest_id_of
from strongroom.storage import measure

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FINDING = rules.LINK.at("data/x", expected="a file", found="a link")


@pytest.fixture
def archive(tmp_path, new_id):
    return Archive.open_or_make(tmp_path / "archive", new_id=new_id)


@pytest.fixture
def attempt(archive, new_id):
    with archive.attempt(new_id=new_id) as attempt:
        yield attempt


def refusal(source):
    return Refusal(source, AT, (FINDING,))


def ingest_id(bag):
    return ingest_id_of(
        {path.relative_to(bag).as_posix(): measure(path).sha512 for path in bag.rglob("*") if path.is_file()}
    )


def listed(archive):
    return sorted(path.name for path in archive.quarantine.iterdir())


def test_a_copy_is_named_after_the_bag_and_its_ingest_identifier(archive, attempt, tmp_path):
    copy = attempt.folder / "received" / "bag"
    tiny_bag.make(copy)
    name = f"bag.{ingest_id(copy)[:16]}"
    report = quarantine_copy(archive, attempt, copy, refusal(tmp_path / "sent" / "bag"))
    assert report == archive.quarantine / f"{name}.report.txt"
    assert listed(archive) == [name, f"{name}.report.json", f"{name}.report.txt"]
    assert (archive.quarantine / name / "data" / "a.txt").read_bytes() == b"first\n"


def test_both_reports_say_what_was_found(archive, attempt, tmp_path):
    copy = attempt.folder / "received" / "bag"
    tiny_bag.make(copy)
    report = quarantine_copy(archive, attempt, copy, refusal(tmp_path / "sent" / "bag"))
    kept = report.name.removesuffix(".report.txt")
    assert report.read_text() == (
        f"refused: bag\nat 2026-01-02T03:04:05Z, from {tmp_path}/sent/bag\n"
        f"a copy of the bag lies in {kept}; nothing of it is in the archive\n\n"
        "error BAG-004  data/x\n    expected  a file\n    found     a link\n"
        f"    {FINDING.remedy} ({FINDING.clause})\n"
    )
    assert json.loads(report.with_suffix(".json").read_text()) == {
        "format": "strongroom-refusal/1",
        "archive": archive.id,
        "bag": "bag",
        "source": f"{tmp_path}/sent/bag",
        "refused_at": "2026-01-02T03:04:05Z",
        "kept": f"a copy of the bag lies in {kept}",
        "findings": [
            {
                "code": "BAG-004",
                "severity": "error",
                "where": "data/x",
                "expected": "a file",
                "found": "a link",
                "clause": FINDING.clause,
                "remedy": FINDING.remedy,
            }
        ],
    }


def test_the_same_bag_twice_lies_there_once_and_another_of_its_name_beside_it(archive, new_id, tmp_path):
    for content in (b"one\n", b"one\n", b"two\n"):
        with archive.attempt(new_id=new_id) as attempt:
            copy = attempt.folder / "received" / "bag"
            tiny_bag.make(copy)
            (copy / "data" / "a.txt").write_bytes(content)
            quarantine_copy(archive, attempt, copy, refusal(tmp_path / "bag"))
    assert len([name for name in listed(archive) if not name.endswith((".txt", ".json"))]) == 2
    assert len(listed(archive)) == 6


def test_a_file_is_kept_as_it_was_sent(archive, attempt, tmp_path):
    (attempt.folder / "sent").mkdir()
    copy = attempt.folder / "sent" / "bag.tar"
    copy.write_bytes(b"no tar")
    report = quarantine_copy(archive, attempt, copy, refusal(tmp_path / "bag.tar"))
    assert (archive.quarantine / report.name.removesuffix(".report.txt") / "bag.tar").read_bytes() == b"no tar"


def test_a_name_that_is_awkward_to_type_is_made_plain_and_a_long_one_cut(archive, attempt, tmp_path):
    for name, plain in (("-rf \x1b[31m *", "-rf _[31m _"), (".hidden", "hidden"), ("ä" * 120, "ä" * 90)):
        copy = attempt.folder / "received" / name
        tiny_bag.make(copy)
        digits = ingest_id(copy)[:16]
        report = quarantine_copy(archive, attempt, copy, refusal(tmp_path / name))
        assert report.name == f"{plain}.{digits}.report.txt"
        assert "\x1b" not in report.read_text()


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_a_delivery_that_cannot_be_copied_is_moved_itself(archive, attempt, tmp_path, kind):
    delivery = tmp_path / "incoming" / "bag"
    delivery.parent.mkdir()
    {
        "folder": lambda: (tiny_bag.make(delivery), os.mkfifo(delivery / "pipe")),
        "link": lambda: delivery.symlink_to("/etc"),
        "pipe": lambda: os.mkfifo(delivery),
    }[kind]()
    report, is_moved = quarantine_delivery(archive, attempt, delivery, refusal(delivery))
    kept = archive.quarantine / report.name.removesuffix(".report.txt")
    assert is_moved
    assert list(delivery.parent.iterdir()) == []
    assert max(path.name for path in kept.iterdir()) == ("tagmanifest-sha512.txt" if kind == "folder" else "bag")
    assert kept.is_dir()
    assert not kept.is_symlink()


def test_a_bag_that_is_not_copied_has_a_report_all_the_same(archive, attempt, tmp_path):
    tiny_bag.make(tmp_path / "bag")
    report = report_alone(archive, attempt, tmp_path / "bag", refusal(tmp_path / "bag"))
    assert "the bag was not copied, and lies where it lay" in report.read_text()
    assert listed(archive) == [report.name.replace(".txt", ".json"), report.name]
    assert report_alone(archive, attempt, tmp_path / "bag", refusal(tmp_path / "bag")) == report
