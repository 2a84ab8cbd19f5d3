"""The catalogue: it shows what log and store say, however it came to be, and is made again when it is lost."""

import json
import os
import shutil
import sqlite3

import pytest

from repository.children import Child, children
from repository.reading_room import PACKAGE, SEED, VALUES, ReadingRoom, bag, package
from repository.shelf import OBJECT
from strongroom.errors import StorageError, UsageError
from strongroom.model.outcome import Outcome
from strongroom.repository.catalogue import Catalogue
from strongroom.repository.catalogue.values import Criteria
from strongroom.repository.log import Log

OTHER = "urn:uuid:00000000-0000-4000-8000-0000000000bb"


@pytest.fixture
def room(tmp_path, catalogue_url):
    return ReadingRoom(tmp_path, catalogue_url)


@pytest.fixture
def here(tmp_path):
    """A room with the catalogue in the archive's folder."""
    return ReadingRoom(tmp_path)


def dumped(room, *, rebuilt=False):
    with room.catalogue() as catalogue:
        catalogue.rebuild() if rebuilt else catalogue.catch_up()
        assert catalogue.remarks == []
        return b"".join(catalogue.dump())


def test_a_package_is_catalogued_by_its_description_and_its_links(room):
    stored = room.put(package())
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        found = catalogue.show(OBJECT)
        detail = catalogue.detail(found)
    [version] = found.versions
    assert (found.object_id, found.state, found.tombstone) == (OBJECT, "kept", None)
    assert (version.number, version.entry, version.kind) == (1, 1, "package")
    assert (version.ingest_id, version.package_id) == (stored.ingest_id, PACKAGE)
    assert (version.inventory_sha512, version.files) == (stored.inventory_sha512, 8)
    assert version.length_bytes == stored.length_bytes
    assert (version.title, version.creator) == ("Le dépôt légal", "José Núñez; Ada Keeper")
    assert (version.seed, version.captured, version.issued) == (SEED, "2025-11-03T08:00:00Z", "2021-06")
    assert version.outcomes == {Outcome.CAPTURED: 1, Outcome.DUPLICATE: 1, Outcome.BLOCKED: 1, Outcome.REFUSED: 2}
    assert detail.values == tuple((term, value, "") for term, stated in VALUES.items() for value in stated)
    assert detail.hosts == (("harbour.example", 1), ("other.example", 1), ("www.harbour.example", 1))
    assert detail.hosts_total == 3
    assert detail.logged["warnings"] == ["BAG-010"]
    assert detail.faults == ()


def test_any_other_bag_is_catalogued_by_what_it_says_of_itself(room):
    room.put(bag(External_Description="Letters of a captain", Bagging_Date="2019-02-03", External_Identifier="A/7"))
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        found = catalogue.show(OBJECT)
        detail = catalogue.detail(found)
        [version] = found.versions
        assert (version.kind, version.title, version.captured) == ("bag", "Letters of a captain", "2019-02-03")
        assert ("External-Identifier", "A/7") in detail.info
        for words in (("CAPTAIN",), ("harbour archive", "a/7"), ("mutter.txt",)):
            assert catalogue.find(Criteria(words=words)).total == 1


def test_a_second_capture_is_a_version_and_the_object_is_found_once(room):
    room.put(package())
    room.put(package("uuid-2", values={**VALUES, "dcterms:title": ["Another title"]}), package="uuid-2")
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        assert [one.number for one in catalogue.show(OBJECT).versions] == [1, 2]
        for title, version in (("legal", 1), ("another", 2), ("", 2)):
            [found] = catalogue.find(Criteria(title=title)).found
            assert (found.object_id, found.version, found.versions) == (OBJECT, version, 2)
        # a title of one version and the name of the other's bag
        assert catalogue.find(Criteria(title="legal", words=("uuid-2",))).total == 0


def test_what_came_bit_by_bit_and_what_was_made_at_once_are_the_same_bytes(room):
    room.put(package())
    one = dumped(room)
    room.put(bag(), OTHER)
    room.put(package("uuid-2", links=()), package="uuid-2")
    several = dumped(room)
    assert one != several
    assert dumped(room, rebuilt=True) == several
    tables = [json.loads(line)["table"] for line in several.splitlines()]
    assert list(dict.fromkeys(tables)) == ["state", "object", "version", "link", "host"]
    urls = [json.loads(line)["url"] for line in several.splitlines() if b'"table":"link"' in line]
    assert urls == sorted(urls)
    assert len(urls) == 5


def test_sqlite_and_postgresql_say_the_same(tmp_path, catalogue_server):
    room = ReadingRoom(tmp_path)
    room.put(package())
    room.put(bag(), OTHER)
    room.withdraw(OTHER)
    at_home = dumped(room)
    room.url = catalogue_server.database()
    assert dumped(room) == at_home


def test_one_database_holds_the_catalogues_of_several_archives(tmp_path, catalogue_server):
    url = catalogue_server.database()
    with ReadingRoom(tmp_path / "one", url).catalogue() as catalogue:
        catalogue.catch_up()
    other = ReadingRoom(tmp_path / "two", url)
    identity = other.archive.log / "archive.json"
    identity.write_text(identity.read_text().replace("0001", "0002"))
    other.archive = type(other.archive).open(other.archive.root)
    with other.catalogue() as catalogue:
        catalogue.catch_up()
    counted = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'catalogue_%'"
    assert catalogue_server.say(counted, database=url.rpartition("/")[2]) == "2"


def test_a_withdrawn_object_is_found_only_by_who_asks_for_such(room):
    room.put(package())
    room.request()
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        assert catalogue.show(OBJECT).state == "kept"
        room.withdraw()
        catalogue.catch_up()
        found = catalogue.show(OBJECT)
        assert found.state == "withdrawn"
        assert found.tombstone is not None
        assert (found.tombstone.reason, found.tombstone.confirmed.officer) == ("a court said so", "bob")
        assert catalogue.find(Criteria()).total == 0
        [listed] = catalogue.find(Criteria(withdrawn=True)).found
        assert (listed.object_id, listed.state, listed.title) == (OBJECT, "withdrawn", "Le dépôt légal")
        room.cancel()
        catalogue.catch_up()
        assert catalogue.show(OBJECT).state == "kept"
        assert catalogue.find(Criteria()).total == 1
    assert dumped(room) == dumped(room, rebuilt=True)


def test_of_a_purged_object_only_what_the_log_says_is_left(room):
    room.put(package())
    room.put(bag(), OTHER)
    dumped(room)
    room.withdraw()
    room.purge()
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        found = catalogue.show(OBJECT)
        [version] = found.versions
        assert (found.state, version.title, version.outcomes, version.package_id) == ("purged", "", {}, PACKAGE)
        assert found.tombstone is not None
        assert found.tombstone.purged is not None
        assert catalogue.detail(found).values == ()
        assert catalogue.find(Criteria(words=("legal",), withdrawn=True)).total == 0
        assert catalogue.find(Criteria(url=SEED, withdrawn=True)).total == 0
        with pytest.raises(UsageError, match="was purged"):
            catalogue.diff(found, 1, 1)
        dump = b"".join(catalogue.dump())
    assert b"legal" not in dump
    assert dumped(room, rebuilt=True) == dump


def test_a_deleted_state_folder_loses_nothing(here):
    here.put(package())
    before = dumped(here)
    shutil.rmtree(here.archive.state)
    assert dumped(here) == before


def test_a_catalogue_of_another_version_is_made_again_with_one_sentence(here):
    here.put(package())
    before = dumped(here)
    with sqlite3.connect(here.archive.state / "catalogue.sqlite") as sql:
        sql.execute("UPDATE state SET schema = 99")
    sql.close()
    with here.catalogue() as catalogue:
        assert catalogue.find(Criteria()).total == 1
        assert catalogue.remarks == [
            "the catalogue is of another version of strongroom; it is made again from the store and the log"
        ]
        assert b"".join(catalogue.dump()) == before


@pytest.mark.parametrize("damage", ["garbage", "empty", "cut", "a page", "a table", "a plain file"])
def test_a_damaged_catalogue_is_made_again_by_whoever_comes_upon_it(here, damage):
    for number in range(40):
        here.put(package(f"uuid-{number}"), f"urn:x:{number:02}", package=f"uuid-{number}")
    before = dumped(here)
    path = (here.archive.state / "catalogue.sqlite").resolve()
    with sqlite3.connect(path) as sql:
        sql.execute("PRAGMA journal_mode=DELETE")
        if damage == "a table":
            sql.execute("DROP TABLE search")
    sql.close()
    content = path.read_bytes()
    if damage == "garbage":
        path.write_bytes(os.urandom(len(content)))
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "a page":
        path.write_bytes(content[:8192] + os.urandom(len(content) - 8192))
    elif damage == "a plain file":
        link = here.archive.state / "catalogue.sqlite"
        link.unlink()
        link.write_bytes(b"a note\n" * 2000)
    with here.catalogue() as catalogue:
        assert catalogue.find(Criteria(words=("legal",))).total == 40
        [remark] = catalogue.remarks
        assert remark.endswith("it is made again from the store and the log")
    assert dumped(here) == before


def test_a_damage_of_the_file_is_found_while_it_is_brought_up_to_date(here):
    here.put(package())
    dumped(here)
    here.put(bag(), OTHER)
    with sqlite3.connect(here.archive.state / "catalogue.sqlite") as sql:
        sql.execute("DROP TABLE version")
    sql.close()
    with here.catalogue() as catalogue:
        catalogue.catch_up()
        assert len(catalogue.remarks) == 1
        assert catalogue.find(Criteria()).total == 2


def test_a_catalogue_that_knows_more_than_the_log_is_made_again(here, tmp_path):
    here.put(package())
    shutil.copytree(here.archive.log, tmp_path / "log-of-yesterday")
    before = dumped(here)
    here.put(bag(), OTHER)
    dumped(here)
    shutil.rmtree(here.archive.log)
    (tmp_path / "log-of-yesterday").rename(here.archive.log)
    with here.catalogue() as catalogue:
        assert catalogue.find(Criteria()).total == 1
        assert catalogue.remarks == ["the catalogue is not of this log; it is made again from the store and the log"]
    assert dumped(here) == before


def test_a_damaged_log_is_an_error_and_the_catalogue_stays(here):
    here.put(package())
    before = dumped(here)
    checkpoint = here.archive.log / "checkpoint"
    content = checkpoint.read_bytes()
    checkpoint.write_bytes(content.replace(b"2\n", b"3\n", 1))
    with here.catalogue() as catalogue, pytest.raises(StorageError, match="signature"):
        catalogue.rebuild()
    checkpoint.write_bytes(content)
    assert dumped(here) == before


def test_a_making_that_is_killed_leaves_the_catalogue_before_it(tmp_path, catalogue_url):
    room = ReadingRoom(tmp_path, catalogue_url)
    for number in range(3):
        room.put(package(f"uuid-{number}"), f"urn:x:{number}", package=f"uuid-{number}")
    before = dumped(room)

    def make_and_die():
        with room.catalogue(on_entries=lambda done, entries: done == entries and os.kill(os.getpid(), 9)) as catalogue:
            catalogue.rebuild()

    child = Child(make_and_die)
    assert child.wait() == -9
    assert dumped(room) == before
    assert dumped(room, rebuilt=True) == before
    if not catalogue_url:
        assert sorted(os.listdir(room.archive.state)) == ["catalogue.3.sqlite", "catalogue.lock", "catalogue.sqlite"]


def test_many_processes_bring_one_catalogue_up_to_date(tmp_path, catalogue_url):
    room = ReadingRoom(tmp_path, catalogue_url)
    for number in range(30):
        room.put(package(f"uuid-{number}"), f"urn:x:{number}", package=f"uuid-{number}")

    def look(number):
        with room.catalogue() as catalogue:
            if number == 3:
                catalogue.rebuild()
            for _ in range(5):
                catalogue.catch_up()
                assert catalogue.find(Criteria(url=SEED)).total == 30

    with children(6, look) as running:
        assert [child.wait() for child in running] == [0] * 6
    assert dumped(room) == dumped(room, rebuilt=True)


def test_whoever_has_the_catalogue_open_goes_on_with_a_new_one(here):
    here.put(package())
    with here.catalogue() as old, here.catalogue() as maker:
        old.catch_up()
        here.put(bag(), OTHER)
        maker.rebuild()
        assert old.find(Criteria()).total == 2
        old.catch_up()
        assert (old.remarks, maker.remarks) == ([], [])


def test_what_could_not_be_read_is_said_and_read_again_after_a_repair(here):
    here.put(package())
    links = next(here.shelf.object().rglob("links.csv"))
    content = links.read_bytes()
    links.unlink()
    with here.catalogue() as catalogue:
        catalogue.catch_up()
        found = catalogue.show(OBJECT)
        place = f"data/{PACKAGE}/metadata/other/links.csv"
        assert catalogue.detail(found).faults == (f"{place}: it cannot be read: No such file or directory",)
        assert found.versions[0].outcomes == {}
        links.write_bytes(content)
        here.log("repair", object=OBJECT, copy="archive")
        catalogue.catch_up()
        found = catalogue.show(OBJECT)
        assert catalogue.detail(found).faults == ()
        assert found.versions[0].outcomes[Outcome.CAPTURED] == 1
        assert catalogue.find(Criteria(url=SEED)).total == 1
    assert dumped(here) == dumped(here, rebuilt=True)


def test_an_object_that_left_the_store_in_silence_is_still_listed(here):
    here.put(package())
    shutil.rmtree(here.shelf.object())
    with here.catalogue() as catalogue:
        catalogue.catch_up()
        found = catalogue.show(OBJECT)
        assert catalogue.detail(found).faults == ("the object is not in the store",)
        assert catalogue.find(Criteria(words=(PACKAGE,))).total == 1


def test_a_bag_that_is_not_the_one_logged_is_named(here):
    here.put(package())
    here.shelf.put(bag(), OTHER, package="another")
    here.log("ingest", ingest="0" * 64, object=OTHER, version=1, package="mine", files=4, bytes=1)
    with here.catalogue() as catalogue:
        catalogue.catch_up()
        detail = catalogue.detail(catalogue.show(OTHER))
        assert detail.faults == ("the store says of this version that it is another bag than was logged",)


def test_entries_that_are_of_no_use_are_passed_over(here):
    for facts in ({}, {"object": 7, "version": "x"}, {"object": "", "version": -1, "bytes": 2**70}, {"object": None}):
        here.log("ingest", **facts)
        here.log("purge", **facts)
    here.log("unheard-of", object=OBJECT)
    with here.catalogue() as catalogue:
        catalogue.catch_up()
        assert catalogue.find(Criteria(withdrawn=True)).total <= 3
    assert dumped(here) == dumped(here, rebuilt=True)


def test_nothing_is_projected_twice(here):
    here.put(package())
    log = Log.open(here.archive)
    [(_, entry)] = log.entries(1, 2)
    before = dumped(here)
    here.log("ingest", **entry.facts)
    after = dumped(here)
    assert after.splitlines()[1:] == before.splitlines()[1:]


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "postgresql://localhost", "catalogue.sqlite", "sqlite:///x", "//"]
)
def test_only_postgresql_is_a_catalogue_elsewhere(here, url):
    with pytest.raises(UsageError, match=r"postgresql://user@host/database"):
        Catalogue.open(here.archive, url)


def test_a_server_that_is_not_there_is_an_error_without_a_password(here):
    with (
        Catalogue.open(here.archive, "postgresql://me:secret@127.0.0.1:1/x") as catalogue,
        pytest.raises(StorageError, match="cannot reach the catalogue") as raised,
    ):
        catalogue.catch_up()
    assert "secret" not in str(raised.value)
    assert Catalogue.open(here.archive).remarks == []
