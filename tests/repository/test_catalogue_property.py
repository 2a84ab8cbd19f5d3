"""Whatever happens to an archive, and whenever the catalogue looks, in the end it says what a new one would say."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repository.reading_room import ReadingRoom, bag, link, package
from strongroom.model.outcome import Outcome
from strongroom.repository.catalogue import Catalogue

OBJECTS = tuple(f"urn:x:{letter}" for letter in "abc")
URLS = st.sampled_from([f"https://{host}.example/{path}" for host in "pqr" for path in ("", "x", "y")])
LINKS = st.dictionaries(URLS, st.sampled_from(list(Outcome)), max_size=5)

objects = st.sampled_from(OBJECTS)
steps = st.one_of(
    st.tuples(st.just("package"), objects, LINKS),
    st.tuples(st.just("bag"), objects, st.integers(0, 5)),
    st.tuples(st.just("request"), objects),
    st.tuples(st.just("withdraw"), objects),
    st.tuples(st.just("cancel"), objects),
    st.tuples(st.just("purge"), objects),
    st.tuples(st.just("lose"), objects),
    st.tuples(st.just("repair"), objects),
    st.tuples(st.just("look")),
    st.tuples(st.just("look")),
)


class History:
    """An archive, what is known of its objects, and what may happen to them."""

    def __init__(self, folder: Path, url: str) -> None:
        self.room = ReadingRoom(folder, url)
        self.states: dict[str, str] = {}
        self.lost: dict[str, tuple[Path, bytes]] = {}
        self.taken = 0

    def take(self, step: tuple) -> None:
        kind, *rest = step
        if kind == "look":
            with self.room.catalogue() as catalogue:
                catalogue.catch_up()
            return
        object_id = rest[0]
        state = self.states.get(object_id, "")
        if kind in {"package", "bag"} and state in {"", "kept", "requested"}:
            self.taken += 1
            name = f"uuid-{self.taken}"
            if kind == "bag":
                files = bag(Number=f"{self.taken} {rest[1]}")
            else:
                files = package(name, links=[link(url, outcome) for url, outcome in rest[1].items()])
            self.room.put(files, object_id, package=name)
            self.states.setdefault(object_id, "kept")
        elif kind == "request" and state == "kept":
            self.room.request(object_id)
            self.states[object_id] = "requested"
        elif kind == "withdraw" and state in {"kept", "requested"}:
            self.room.withdraw(object_id)
            self.states[object_id] = "withdrawn"
        elif kind == "cancel" and state in {"requested", "withdrawn"}:
            self.room.cancel(object_id)
            self.states[object_id] = "kept"
        elif kind == "purge" and state == "withdrawn":
            self.room.purge(object_id)
            self.states[object_id] = "purged"
            self.lost.pop(object_id, None)
        elif kind == "lose" and state not in {"", "purged"} and object_id not in self.lost:
            path = min(self.room.shelf.object(object_id=object_id).rglob("bag-info.txt"))
            self.lost[object_id] = (path, path.read_bytes())
            path.unlink()
        elif kind == "repair" and object_id in self.lost:
            path, content = self.lost.pop(object_id)
            path.write_bytes(content)
            self.room.log("repair", object=object_id, copy="archive")

    def end(self) -> None:
        """What is lost at the end would be seen by a new catalogue alone."""
        for object_id in list(self.lost):
            self.take(("repair", object_id))


def dump(room: ReadingRoom, url: str) -> bytes:
    with Catalogue.open(room.archive, url) as catalogue:
        catalogue.catch_up()
        assert catalogue.remarks == []
        return b"".join(catalogue.dump())


@pytest.mark.prove
def test_any_history_ends_in_the_catalogue_that_a_rebuild_makes(
    tmp_path: Path,
    new_catalogue_url: Callable[[], str],
    in_full: bool,
    proof: Callable,
    request: pytest.FixtureRequest,
):
    counted = {"histories": 0, "steps": 0}

    @settings(
        max_examples=200 if in_full else 15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(steps, min_size=1, max_size=12))
    def prove(history: list[tuple]) -> None:
        counted["histories"] += 1
        counted["steps"] += len(history)
        folder = tmp_path / f"{counted['histories']}"
        url = new_catalogue_url()
        past = History(folder, url)
        for step in history:
            past.take(step)
        past.end()
        bit_by_bit = dump(past.room, url)
        with past.room.catalogue() as catalogue:
            catalogue.rebuild()
        assert dump(past.room, url) == bit_by_bit
        shutil.rmtree(past.room.archive.state)
        assert dump(past.room, "") == bit_by_bit
        shutil.rmtree(folder)

    prove()
    database = "PostgreSQL" if "postgresql" in request.node.name else "SQLite"
    proof(
        f"A catalogue on {database}, brought up to date at any moments, is byte for byte what a rebuild makes", counted
    )
