"""find, show, versions, diff and catalogue, as a person or a script types them."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys

import pytest

from repository.reading_room import SEED, VALUES, ReadingRoom, bag, link, package
from strongroom.cli import main
from strongroom.cli.outputs.looking import CatalogueOutput, DiffOutput, FindOutput, ShowOutput, VersionsOutput
from strongroom.model.outcome import Outcome

OBJECT, LETTERS = "urn:x:harbour", "urn:x:letters"


@pytest.fixture
def room(tmp_path):
    made = ReadingRoom(tmp_path)
    made.put(package("uuid-1"), OBJECT, package="uuid-1")
    made.put(bag(External_Description="Letters", Bagging_Date="2020-01-02"), LETTERS, package="letters")
    later = {**VALUES, "dcterms:title": ["Le dépôt"], "dcterms:dateAccepted": ["2026-01-01T00:00:00Z"]}
    links = [link(SEED), link("https://x.example/\x1b[31mred", Outcome.FAILED, reason="dns: no", status=None)]
    made.put(package("uuid-2", values=later, links=links), OBJECT, package="uuid-2")
    return made


@pytest.fixture
def said(room, capsys):
    """Run a command on the archive and return what it printed."""

    def run(*words, exit_=0, err=""):
        assert main([*words, "--root", str(room.archive.root)]) == exit_
        captured = capsys.readouterr()
        assert captured.err == err
        return captured.out

    return run


def test_find_lists_the_latest_capture_first(said):
    assert said("find").splitlines() == [
        "Le dépôt",
        "  by José Núñez; Ada Keeper, published 2021-06, captured 2026-01-01",
        f"  {SEED}",
        "  urn:x:harbour  version 2 of 2",
        "",
        "Letters",
        "  captured 2020-01-02",
        "  urn:x:letters",
        "",
        "2 objects",
    ]


def test_find_says_how_to_go_on(said):
    first = said("find", "--limit", "1").splitlines()
    assert first[-2] == """1 of 2 objects; more with --after '["2026-01-01T00:00:00Z","urn:x:harbour"]'"""
    document = FindOutput.model_validate_json(said("find", "--limit", "1", "--json"))
    assert (document.total, len(document.found)) == (2, 1)
    rest = said("find", "--after", document.after).splitlines()
    assert (rest[0], rest[-2:]) == ("Letters", ["the last of 2 objects", "all of it  strongroom show urn:x:letters"])


def test_find_that_finds_nothing_is_no_error(said):
    assert said("find", "nothing", "at", "all") == "nothing found\n"
    document = FindOutput.model_validate_json(said("find", "nothing", "--json"))
    assert (document.total, document.found, document.after) == (0, (), "")


def test_find_takes_all_criteria_together(said):
    words = [
        "find",
        "harbour",
        "--title",
        "LEGAL",
        "--creator",
        "nunez",
        "--url",
        f"{SEED[:-3]}*",
        "--host",
        "*.example",
    ]
    words += ["--outcome", "captured", "--since", "2025", "--until", "2025-11", "--published-since", "2021"]
    document = FindOutput.model_validate_json(said(*words, "--published-until", "2021-06", "--json"))
    [found] = document.found
    assert (found.object_id, found.version, found.versions, found.issued) == (OBJECT, 1, 2, "2021-06")
    assert said(*words, "--published-until", "2020", "-q") == ""


def test_find_quietly_lists_identifiers(said):
    assert said("find", "-q") == f"{OBJECT}\n{LETTERS}\n"


def test_find_says_which_objects_are_withdrawn(said, room):
    room.withdraw(LETTERS)
    assert said("find", "-q") == f"{OBJECT}\n"
    assert "  urn:x:letters  withdrawn" in said("find", "--withdrawn").splitlines()


def test_show_says_all_there_is(said, room):
    out = said("show", OBJECT)
    [_, version] = room.catalogue().show(OBJECT).versions
    assert out.splitlines() == [
        "Le dépôt",
        "object     urn:x:harbour, kept since 2025-11-03",
        f"version    2 of 2, stored {version.committed}",
        f"bag        uuid-2, 8 files, {version.length_bytes} B",
        f"ingest     {version.ingest_id}, log entry 3",
        "creator    José Núñez; Ada Keeper",
        "published  2021-06",
        "captured   2026-01-01T00:00:00Z",
        f"URL        {SEED}",
        "URLs       1 captured, 1 failed",
        "hosts      harbour.example, x.example",
        "warnings   BAG-010",
        "replicas   0 when it was logged",
        "",
        "  dcterms:title  Le dépôt",
        "  dcterms:creator  José Núñez",
        "  dcterms:creator  Ada Keeper",
        "  dcterms:issued  2021-06",
        "  dcterms:dateAccepted  2026-01-01T00:00:00Z",
        f"  dcterms:source  {SEED}",
        "",
        "  Source-Organization: Harbour Archive",
        f"  Internal-Sender-Identifier: {SEED}",
        "  Bagging-Date: 2025-11-03",
    ]


def test_show_of_an_earlier_version(said):
    document = ShowOutput.model_validate_json(said("show", OBJECT, "--version-number", "1", "--json"))
    assert document.version is not None
    assert (document.version.number, document.versions, document.version.title) == (1, (1, 2), "Le dépôt légal")
    assert (document.version.outcomes.blocked, document.version.outcomes.captured) == (1, 1)
    assert document.values[0].model_dump() == {"term": "dcterms:title", "value": "Le dépôt légal", "language": ""}
    assert (document.hosts_total, document.hosts[0].host) == (3, "harbour.example")
    assert (document.warnings, document.replicas, document.faults) == (("BAG-010",), (), ())


def test_show_tells_of_a_withdrawal_and_of_a_purge(said, room):
    room.withdraw(LETTERS)
    shown = said("show", LETTERS, "-q").splitlines()
    assert shown[:3] == [
        "Letters",
        "object     urn:x:letters, withdrawn since 2025-11-03",
        "withdrawn  a court said so",
    ]
    assert [line.split()[0] for line in shown[3:5]] == ["asked", "confirmed"]
    assert shown[5].startswith("           may be purged from 2025-11-03")
    room.purge(LETTERS)
    document = ShowOutput.model_validate_json(said("show", LETTERS, "--json"))
    assert (document.state, document.version.title, document.info) == ("purged", "", ())
    assert document.tombstone is not None
    assert document.tombstone.purged is not None
    assert document.tombstone.purged.officer == "bob"
    assert said("show", LETTERS).startswith("letters\nobject     urn:x:letters, purged since 2025-11-03\n")


def test_versions_are_listed_oldest_first(said):
    assert said("versions", "uuid-2", "-q").splitlines() == [
        "   1  captured 2025-11-03  stored 2025-11-03  uuid-1",
        "   2  captured 2026-01-01  stored 2025-11-03  uuid-2",
    ]
    document = VersionsOutput.model_validate_json(said("versions", OBJECT, "--json"))
    assert [one.package_id for one in document.versions] == ["uuid-1", "uuid-2"]
    assert (document.object_id, document.state, document.tombstone) == (OBJECT, "kept", None)
    lines = said("versions", OBJECT).splitlines()
    assert lines[0] == "urn:x:harbour, kept since 2025-11-03"
    assert lines[2].endswith("; URLs: 1 captured, 1 duplicate, 1 blocked, 2 refused")


def test_diff_compares_the_last_two_versions(said):
    out = said("diff", OBJECT)
    assert said("diff", OBJECT, "1", "2") == out
    lines = out.splitlines()
    assert lines[:4] == [
        "urn:x:harbour: version 1 (2025-11-03) to version 2 (2026-01-01)",
        "links        1 gained, 4 lost, 0 changed",
        "  + https://x.example/\\x1b[31mred",
        "      failed: dns: no",
    ]
    assert "description  2 values gained, 2 lost" in lines
    assert "  - dcterms:title  Le dépôt légal" in lines
    assert "files        0 added, 0 removed, 2 rewritten" in lines
    document = DiffOutput.model_validate_json(said("diff", OBJECT, "2", "1", "--limit", "1", "--json"))
    assert document.links is not None
    assert (document.links.gained_total, len(document.links.gained), document.links.lost_total) == (4, 1, 1)
    assert (document.first, document.second) == (2, 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["diff", LETTERS], "urn:x:letters has one version, which can be compared with nothing"),
        (["diff", OBJECT, "1"], "name two versions, or none for the last two; `strongroom versions ID` lists them"),
        (["diff", OBJECT, "1", "9"], "urn:x:harbour has no version 9; it has 1, 2"),
        (["show", "urn:x"], "'urn:x' may be 2 objects, urn:x:harbour, urn:x:letters; give more of it"),
        (["show", "no"], "the catalogue knows no object or bag 'no'; `strongroom find` lists what it knows"),
        (["find", "--since", "x"], "'x' is no date; write 2024, 2024-03 or 2024-03-05"),
        (["catalogue", "rebuild", "--output", "x"], "--output goes with `dump`; leave it out"),
        (["find", "--catalogue", "sqlite:///x"],
         "the catalogue is named as postgresql://user@host/database; leave it out for SQLite in the archive's folder"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_sentence_and_two(said, words, sentence):
    said(*words, exit_=2, err=f"strongroom: {sentence}\n")


def test_dump_to_standard_output_with_json_is_refused(room, capsys):
    assert main(["catalogue", "dump", "--json", "--root", str(room.archive.root)]) == 2
    document = CatalogueOutput.model_validate_json(capsys.readouterr().out)
    assert document.error is not None
    assert "--output" in document.error.message


def test_a_rebuilt_catalogue_is_dumped_with_the_same_bytes(room, said, tmp_path):
    words = [sys.executable, "-m", "strongroom", "catalogue", "dump", "--root", room.archive.root]
    before = subprocess.run(words, check=True, capture_output=True).stdout
    assert said("catalogue", "rebuild") == "the catalogue holds 2 objects from 4 entries of the log\n"
    output = tmp_path / "catalogue.jsonl"
    document = CatalogueOutput.model_validate_json(said("catalogue", "dump", "--output", str(output), "--json"))
    assert output.read_bytes() == before
    assert document.sha256 == hashlib.sha256(before).hexdigest()
    assert (document.objects, document.entries, document.output) == (2, 4, str(output))
    assert [json.loads(line)["table"] for line in before.splitlines()[:3]] == ["state", "object", "object"]


def test_whoever_closes_the_pipe_has_seen_enough(room):
    for number in range(60):
        room.put(package(f"uuid-{number + 10}"), f"urn:y:{number}", package=f"uuid-{number + 10}")
    command = f"{sys.executable} -m strongroom catalogue dump --root {room.archive.root} | head -c 100"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], check=False, capture_output=True)
    assert (done.returncode, len(done.stdout), done.stderr) == (0, 100, b"")


def test_a_catalogue_that_is_made_again_by_itself_is_told_on_stderr(room, said):
    said("find", "-q")
    with sqlite3.connect(room.archive.state / "catalogue.sqlite") as sql:
        sql.execute("UPDATE state SET schema = 0")
    sql.close()
    sentence = "the catalogue is of another version of strongroom; it is made again from the store and the log"
    assert said("find", "-q", err=f"strongroom: {sentence}\n") == f"{OBJECT}\n{LETTERS}\n"


@pytest.mark.parametrize("words", [["find"], ["show", "x"], ["versions", "x"], ["diff", "x"], ["catalogue", "rebuild"]])
def test_where_there_is_no_archive_it_is_said(tmp_path, capsys, words):
    assert main([*words, "--root", str(tmp_path / "none")]) == 2
    assert "there is no archive at" in capsys.readouterr().err


def test_searching_loads_neither_parsers_nor_the_engine_of_jobs(room, said):
    said("find", "-q")
    code = (
        "import sys; from strongroom.cli import main; "
        f"main(['find', 'depot', '-q', '--root', {str(room.archive.root)!r}]); "
        "print(sorted({'lxml', 'dbos', 'psycopg', 'warcio', 'bagit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env={**os.environ})
    assert done.stdout == f"{OBJECT}\n[]\n"
