import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.ocfl_builder import digest
from strongroom.formats.ocfl.inventory import (
    Inventory,
    NewVersion,
    first_version,
    next_version,
    object_declaration,
    render,
    sidecar,
    sidecar_name,
)
from strongroom.formats.ocfl.reading import parse
from strongroom.model.finding import Accepted, Refused

WHEN = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def both(content: str) -> tuple[str, str]:
    return digest(content.encode()), digest(content.encode(), "sha256")


def first(**files: str) -> NewVersion:
    return first_version("urn:x:1", {path: both(content) for path, content in files.items()}, created=WHEN, message="m")


def following(before: Inventory, **files: str) -> NewVersion:
    return next_version(before, {path: both(content) for path, content in files.items()}, created=WHEN, message="n")


def read(inventory: Inventory) -> Inventory:
    judged = parse(render(inventory))
    assert isinstance(judged, Accepted), judged
    return judged.value


def test_the_files_of_a_first_version_are_all_stored() -> None:
    made = first(a="1", b="2")
    assert made.to_store == {"a": "v1/content/a", "b": "v1/content/b"}
    assert made.inventory.manifest == {both("1")[0]: ("v1/content/a",), both("2")[0]: ("v1/content/b",)}
    assert made.inventory.fixity == {"sha256": {both("1")[1]: ("v1/content/a",), both("2")[1]: ("v1/content/b",)}}
    assert (made.inventory.head, made.inventory.type) == (1, "https://ocfl.io/1.1/spec/#inventory")


def test_the_same_content_is_stored_once_within_a_version() -> None:
    made = first(z="1", a="1")
    assert made.to_store == {"a": "v1/content/a"}
    assert made.inventory.state() == {"a": both("1")[0], "z": both("1")[0]}


def test_content_of_an_earlier_version_is_not_stored_again() -> None:
    before = first(a="1", b="2").inventory
    made = following(before, a="2", c="3")
    assert made.to_store == {"c": "v2/content/c"}
    assert made.inventory.files() == {"a": "v1/content/b", "c": "v2/content/c"}
    assert made.inventory.files(1) == before.files() == {"a": "v1/content/a", "b": "v1/content/b"}


def test_content_that_comes_back_is_not_stored_again() -> None:
    gone = following(first(a="1", b="2").inventory, b="2").inventory
    back = following(gone, a="1")
    assert (back.to_store, back.inventory.files()) == ({}, {"a": "v1/content/a"})


def test_the_value_before_is_not_changed() -> None:
    before = first(a="1").inventory
    kept = render(before)
    following(before, a="2", b="1")
    assert render(before) == kept


def test_an_object_of_sha256_goes_on_with_sha256() -> None:
    before = Inventory("urn:x:1", {}, {}, digest_algorithm="sha256")
    made = following(following(before, a="1").inventory, a="1", b="2").inventory
    assert made.manifest == {both("1")[1]: ("v1/content/a",), both("2")[1]: ("v2/content/b",)}
    assert made.fixity == {"sha512": {both("1")[0]: ("v1/content/a",), both("2")[0]: ("v2/content/b",)}}


def test_digests_that_others_wrote_in_capitals_are_the_same() -> None:
    sha512 = both("1")[0].upper()
    before = Inventory("urn:x:1", {}, {sha512: ("v1/content/old",)})
    made = following(following(before, a="1").inventory, b="1")
    assert (made.to_store, made.inventory.state()) == ({}, {"b": sha512})


def test_padded_names_go_on_padded_until_they_are_used_up() -> None:
    made = following(Inventory("urn:x:1", {}, {}, padding=2), a="1").inventory
    assert made.files() == {"a": "v01/content/a"}
    for _ in range(8):
        made = following(made, a="1").inventory
    with pytest.raises(ValueError, match="version 10 does not fit names of 2 digits"):
        following(made, a="1")


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "./a", "a/..", "../a"])
def test_what_is_no_logical_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is no logical path"):
        first_version("urn:x", {path: both("1")}, created=WHEN)


def test_a_path_that_is_a_file_and_a_folder_is_refused() -> None:
    with pytest.raises(ValueError, match="'a' is a file and a folder"):
        first_version("urn:x", {"a": both("1"), "a/b/c": both("2"), "a-b": both("3")}, created=WHEN)


def test_the_moment_is_written_in_utc() -> None:
    east = WHEN.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert first_version("urn:x", {}, created=east).inventory.versions[1].created == "2024-05-06T07:08:09Z"


def test_an_inventory_is_rendered_one_digest_a_line() -> None:
    made = first_version(
        "urn:x:1",
        {"b/ä\n": both("1")},
        created=WHEN,
        message='"why"',
        user_name="Ann",
        user_address="mailto:a@b.example",
    )
    sha512, sha256 = both("1")
    assert render(made.inventory).decode() == (
        f"""{{
  "digestAlgorithm": "sha512",
  "fixity": {{
    "sha256": {{
      "{sha256}": ["v1/content/b/ä\\n"]
    }}
  }},
  "head": "v1",
  "id": "urn:x:1",
  "manifest": {{
    "{sha512}": ["v1/content/b/ä\\n"]
  }},
  "type": "https://ocfl.io/1.1/spec/#inventory",
  "versions": {{
    "v1": {{
      "created": "2024-05-06T07:08:09Z",
      "message": "\\"why\\"",
      "state": {{
        "{sha512}": ["b/ä\\n"]
      }},
      "user": {{"address": "mailto:a@b.example", "name": "Ann"}}
    }}
  }}
}}
"""
    )


def test_the_sidecar_holds_the_digest_and_the_name() -> None:
    data = render(first(a="1").inventory)
    assert sidecar(data) == f"{digest(data)}  inventory.json\n".encode()
    assert sidecar_name() == "inventory.json.sha512"
    assert object_declaration() == ("0=ocfl_object_1.1", b"ocfl_object_1.1\n")


_NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=5).filter(
    lambda name: name not in {".", ".."}
)
_FILES = st.dictionaries(
    st.builds("/".join, st.lists(_NAMES.map(lambda name: f"d{name}"), max_size=2).map(lambda parts: [*parts, "f"])),
    st.sampled_from("1234").map(both),
    max_size=6,
)


@given(st.lists(_FILES, min_size=1, max_size=4), _NAMES, st.none() | st.text(max_size=5).filter(str.isprintable))
def test_what_is_rendered_is_read_back(
    versions: list[dict[str, tuple[str, str]]], name: str, message: str | None
) -> None:
    inventory = Inventory("urn:x:1", {}, {})
    for files in versions:
        made = next_version(inventory, files, created=WHEN, message=message, user_name=name)
        assert set(made.to_store) <= set(files)
        inventory = made.inventory
    assert read(inventory) == inventory
    assert render(read(inventory)) == render(inventory)
    assert json.loads(render(inventory))["head"] == f"v{len(versions)}"
    for number, files in enumerate(versions, 1):
        assert inventory.state(number) == {path: files[path][0] for path in sorted(files)}
        for path, content in inventory.files(number).items():
            assert inventory.content_path(files[path][0]) == content


@given(_FILES, st.randoms())
def test_the_order_of_files_never_matters(files: dict[str, tuple[str, str]], random: object) -> None:
    shuffled = list(files.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis hands over a random.Random
    made, other = (first_version("urn:x", one, created=WHEN) for one in (files, dict(shuffled)))
    assert (render(made.inventory), made.to_store) == (render(other.inventory), other.to_store)


def test_what_is_wrong_with_an_inventory_refuses_it() -> None:
    judged = parse(render(first(a="1").inventory).replace(b'"id"', b'"ID"'))
    assert isinstance(judged, Refused)
    assert [one.code for one in judged.findings] == ["E102", "E036", "W007"]


def test_a_path_out_of_the_object_refuses_an_inventory() -> None:
    judged = parse(render(first(a="1").inventory).replace(b"v1/content/a", b"v1/content/../../../a"), where="x")
    assert isinstance(judged, Refused)
    assert {(one.code, one.where.partition("#")[0]) for one in judged.findings if one.code != "W007"} == {("E099", "x")}


def test_an_inventory_of_version_1_0_is_one_too() -> None:
    made = first(a="1").inventory
    older = render(made).replace(b"ocfl.io/1.1/", b"ocfl.io/1.0/")
    judged = parse(older)
    assert isinstance(judged, Accepted)
    assert (judged.value.specification, render(judged.value)) == ("1.0", older)
