"""What changed between two captures."""

import json

import pytest

from repository.reading_room import PACKAGE, VALUES, ReadingRoom, link, package
from repository.shelf import OBJECT
from strongroom.errors import UsageError
from strongroom.model.outcome import Outcome
from strongroom.repository.catalogue.comparing import LinkChange, LinkState

SECOND = "uuid-00000000-0000-4000-8000-0000000000b2"
SAME, OTHER, GONE, NEW, NOW_BLOCKED, STORED_ONCE = (
    f"https://x.example/{name}" for name in ("same", "other", "gone", "new", "now-blocked", "stored-once")
)


def index(*lines):
    """An index of (URL, digest, moment)."""
    facts = {"length": "1", "offset": "0", "filename": "x.warc.gz", "status": "200"}
    return b"".join(
        f"key {at} {json.dumps({**facts, 'url': url, 'digest': digest})}\n".encode() for url, digest, at in lines
    )


def state(outcome=Outcome.CAPTURED, reason="ok", status=200, digest=""):
    return LinkState(outcome, reason, status, digest)


@pytest.fixture
def room(tmp_path):
    made = ReadingRoom(tmp_path)
    at = "20250101000000"
    made.put(
        package(
            links=[link(url) for url in (SAME, OTHER, GONE, NOW_BLOCKED, STORED_ONCE)],
            index=index((OTHER, "sha256:old", at), (OTHER, "sha256:older", "20240101000000"), (SAME, "sha256:s", at)),
            more={"documentation/old.html": b"old", "settings.toml": b"1"},
        )
    )
    made.put(
        package(
            SECOND,
            values={**VALUES, "dcterms:title": ["Le dépôt"], "dcterms:subject": ["lamps"]},
            links=[
                link(NEW),
                link(NOW_BLOCKED, Outcome.BLOCKED, reason="http-403", status=403),
                link(STORED_ONCE, Outcome.DUPLICATE, reason="same-payload: x"),
                link(SAME),
                link(OTHER),
            ],
            index=index((OTHER, "sha256:new", at), (SAME, "sha256:s", at), ("https://x.example/unlisted", "sha256:u", at)),
            more={"documentation/new.html": b"new", "settings.toml": b"2"},
        ),
        package=SECOND,
    )  # fmt: skip
    return made


def difference(room, first=1, second=2, **more):
    with room.catalogue() as catalogue:
        catalogue.catch_up()
        return catalogue.diff(catalogue.show(OBJECT), first, second, **more)


def test_links_that_came_went_and_changed_are_told_apart(room):
    found = difference(room)
    assert found.links == (1, 1, 2)
    assert found.gained == (LinkChange(NEW, None, state()),)
    assert found.lost == (LinkChange(GONE, state(), None),)
    assert found.changed == (
        LinkChange(NOW_BLOCKED, state(), state(Outcome.BLOCKED, "http-403", 403)),
        LinkChange(OTHER, state(digest="sha256:old"), state(digest="sha256:new")),
    )
    assert found.faults == ()


def test_values_and_files_are_compared_too(room):
    found = difference(room)
    assert found.values_gained == (("dcterms:title", "Le dépôt", ""), ("dcterms:subject", "lamps", ""))
    assert found.values_lost == (("dcterms:title", "Le dépôt légal", ""),)
    inside = "data/<package>/"
    assert (found.added, found.removed) == ((f"{inside}documentation/new.html",), (f"{inside}documentation/old.html",))
    assert f"{inside}settings.toml" in found.rewritten
    assert f"{inside}METS.xml" not in found.rewritten
    assert found.files == (1, 1, len(found.rewritten))


def test_the_other_way_round_gain_is_loss(room):
    one, other = difference(room), difference(room, 2, 1)
    assert (other.links, other.files[:2]) == ((1, 1, 2), (1, 1))
    assert ([change.url for change in other.gained], [change.url for change in other.lost]) == ([GONE], [NEW])
    assert (other.added, other.removed) == (one.removed, one.added)
    assert (other.values_gained, other.values_lost) == (one.values_lost, one.values_gained)


def test_a_version_is_like_itself(room):
    found = difference(room, 2, 2)
    assert (found.links, found.files, found.values_gained, found.values_lost) == ((0, 0, 0), (0, 0, 0), (), ())


def test_lists_are_cut_and_totals_are_not(room):
    found = difference(room, limit=0)
    assert (found.gained, found.changed, found.added) == ((), (), ())
    assert (found.links, found.files[:2]) == ((1, 1, 2), (1, 1))


def test_a_version_that_is_not_there_is_said_in_a_sentence(room):
    with pytest.raises(UsageError, match="has no version 3; it has 1, 2"):
        difference(room, 1, 3)


def test_what_cannot_be_read_of_a_version_is_said(room):
    for path in room.shelf.object().rglob("links.csv"):
        if SECOND in str(path):
            path.write_bytes(path.read_bytes()[:120])
    found = difference(room)
    [fault] = found.faults
    assert fault.startswith(f"version 2: data/{SECOND}/metadata/other/links.csv: line 2: ")
    assert found.links[1] == 5


def test_links_may_come_in_any_order_and_be_many(tmp_path):
    room = ReadingRoom(tmp_path)
    urls = [f"https://x.example/{number}" for number in range(20_000)]
    room.put(package(links=[link(url) for url in urls]))
    room.put(package(SECOND, links=[link(url) for url in reversed(urls[10:])]), package=SECOND)
    found = difference(room, limit=3)
    assert found.links == (0, 10, 0)
    assert [change.url for change in found.lost] == sorted(urls[:10])[:3]


def test_bags_without_links_are_compared_by_their_files(tmp_path):
    room = ReadingRoom(tmp_path)
    room.put({"bagit.txt": b"1", "data/a": b"1", f"data/{PACKAGE}": b"1"})
    room.put({"bagit.txt": b"1", "data/a": b"2", "data/b": b"1"})
    found = difference(room)
    assert (found.added, found.removed, found.rewritten) == (("data/b",), ("data/<package>",), ("data/a",))
