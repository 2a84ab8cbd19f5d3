"""Our reader of OCFL and ocfl-py agree: on the standard body's fixtures, on planted faults, on what we write."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from formats.ocfl_builder import digest, write, write_inventory
from formats.ocfl_cases import CASES
from formats.ocfl_fixtures import fixtures
from formats.ocfl_root_cases import ROOT_CASES, make_root
from judges import verdicts
from judges.ocfl_verdicts import ask
from presence import absent
from strongroom.formats.ocfl.check import check_object, check_root
from strongroom.formats.ocfl.inventory import NewVersion, first_version, next_version, object_declaration, render
from strongroom.formats.ocfl.layout import ROOT_FILES, object_path
from strongroom.model.finding import Severity

pytestmark = pytest.mark.judge

OTHER_CODES = {
    "E001_invalid_version_format": ({"E046"}, {"E009", "E042"}),  # 1 is the name of no version: 3.5.3
    "E003_E063_empty": ({"E001"}, set()),  # .keep, which git needs, has no place there: 3.1
    "E010_missing_versions": ({"E010"}, {"E046", "W010"}),  # a gap among the folders: 3.3
    "E010_skipped_versions": (set(), {"E040", "E046", "E064"}),  # it gives up at the gap
    "E011_E013_invalid_padded_head_version": (
        {"E013", "E014"},  # v10 is not named as v01 is; v08 has v1/content/test.txt: 3.3
        {"E023", "E040", "E042", "E046", "E064", "E066"},  # it gives up at v10
    ),
    "E015_content_not_in_content_dir": ({"E015"}, set()),  # it does not go on to the files
    "E017_invalid_content_dir": ({"E023", "E092"}, set()),  # it does not go on to the files
    "E019_inconsistent_content_dir": (set(), {"E042"}),  # each version by its own inventory
    "E025_wrong_digest_algorithm": (set(), {"E001", "E046", "E058"}),  # it gives up at the algorithm
    "E040_wrong_version_in_version_dir": ({"E040"}, {"E066"}),  # the head of v2/inventory.json is v3
    "E049_E050_E054_bad_version_block_values": (set(), {"E107"}),  # which is not in 1.0
    "E063_no_inv": ({"E015", "W010"}, set()),  # it does not go on without an inventory
    "E092_E093_content_path_does_not_exist": (set(), {"E093"}),  # one finding a file
    "E096_manifest_duplicate_digests": (set(), {"E101"}),  # the path stands there twice because the digest does
    "E100_E099_fixity_invalid_content_paths": ({"E023", "E092", "E099", "E100"}, {"E057"}),  # their syntax is wrong
}
"""By fixture of OCFL 1.0: the codes that we alone find, and those that ocfl-py alone finds, and why."""

UNSEEN_BY_OCFL_PY = {
    "E007": "reads the first line alone",
    "E023 listed too late": "compares earlier inventories with each other, not with the files",
    "E033 key twice": "JSON of which the last key wins",
    "E038": "takes any known version",
    "E090 hard": "does not look at links",
    "E102": "does not look at keys",
    "E102 in a version": "does not look at keys",
}
UNSEEN_IN_ROOTS = {
    "E037": "does not compare identifiers",
    "E080": "reads the first line alone",
    "E081": "does not compare versions",
    "E082 in an object": "judges a warning",
    "E083": "does not compare places",
    "E090": "passes links over",
}


@pytest.fixture(autouse=True)
def _judge() -> None:
    if fault := verdicts.ensure("ocfl"):
        absent(fault)


def test_the_fixtures_have_the_same_codes_from_both(corpora: Path) -> None:
    folders = {one.path: corpora / "ocfl-fixtures" / one.path for one in fixtures(corpora)}
    theirs = ask(objects=folders.values()).objects
    differing = {}
    for path, folder in folders.items():
        ours = {one.code for one in check_object(folder)}
        others = set(theirs[str(folder)])
        if ours != others:
            assert path.startswith("1.0/bad-objects/")
            differing[path.removeprefix("1.0/bad-objects/")] = (ours - others, others - ours)
    assert differing == OTHER_CODES


def test_planted_faults_have_the_same_verdict_from_both(tmp_path: Path) -> None:
    cases = {case.name: case for case in CASES if case.code != "E089"}  # it waits for a pipe for ever
    folders = {name: tmp_path / name.replace(" ", "_") for name in cases}
    for name, case in cases.items():
        made = case.base()
        case.edit(made)
        made.write(folders[name])
        case.damage(folders[name])
    theirs = ask(objects=folders.values()).objects
    accepted = {
        name
        for name, folder in folders.items()
        if not any(code.startswith(("E", "raised")) for code in theirs[str(folder)])
    }
    warnings = {name for name in cases if name.startswith("W")}
    assert accepted == warnings | set(UNSEEN_BY_OCFL_PY)
    for name in warnings:
        assert theirs[str(folders[name])] == [cases[name].code]


def test_planted_faults_in_roots_have_the_same_verdict_from_both(tmp_path: Path) -> None:
    folders = {case.name: tmp_path / case.name.replace(" ", "_") for case in ROOT_CASES}
    for case in ROOT_CASES:
        make_root(folders[case.name], case.specification)
        case.damage(folders[case.name])
    theirs = ask(roots=folders.values()).roots
    ours = {
        name: not any(one.severity is Severity.ERROR for one in check_root(folder)) for name, folder in folders.items()
    }
    assert {name for name in ours if ours[name] != theirs[str(folders[name])]} == set(UNSEEN_IN_ROOTS)


def _store(folder: Path, made: NewVersion, contents: dict[str, bytes]) -> None:
    """What a writer of objects does, without care for crashes."""
    data = render(made.inventory)
    for path, content in made.to_store.items():
        write(folder / content, contents[path])
    name, declaration = object_declaration()
    write(folder / name, declaration)
    for place in (folder / made.inventory.version_name(made.inventory.head), folder):
        write_inventory(place, data, "sha512")


def test_what_we_write_is_valid_without_a_warning(tmp_path: Path) -> None:
    chance = random.Random(20240506)
    for path, content in ROOT_FILES.items():
        write(tmp_path / path, content)
    objects = []
    for number in range(12):
        object_id = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
        folder = tmp_path / object_path(object_id)
        objects.append(folder)
        made = None
        for version in range(chance.randint(1, 4)):
            contents = {
                f"data/{chance.choice('abc')}/é{chance.randint(0, 5)} %.txt": str(chance.randint(0, 6)).encode()
                for _ in range(chance.randint(0, 6))
            }
            files = {path: (digest(content), digest(content, "sha256")) for path, content in contents.items()}
            facts = {
                "created": datetime(2024, 5, version + 1, tzinfo=UTC),
                "message": f"version {version + 1}",
                "user_name": "Ann",
                "user_address": "mailto:ann@example.org",
            }
            made = next_version(made.inventory, files, **facts) if made else first_version(object_id, files, **facts)
            _store(folder, made, contents)
    answer = ask(objects=objects, roots=[tmp_path])
    assert list(answer.objects.values()) == [[]] * len(objects)
    assert answer.roots == {str(tmp_path): True}
    assert list(check_root(tmp_path)) == []


def test_objects_lie_where_ocfl_py_looks_for_them() -> None:
    chance = random.Random(20240507)
    letters = "abcXYZ019-_.~:/%$ éß漢\U0001f4dc\n"
    ids = {"".join(chance.choices(letters, k=chance.randint(1, 120))) for _ in range(500)}
    assert ask(ids=ids).ids == {one: object_path(one) for one in ids}
