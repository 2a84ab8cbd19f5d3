"""The profiles this project publishes, against a package as it is written."""

import json
from pathlib import Path

import pytest

from packages import Maker
from strongroom.formats.bag.tag_files import PROFILE_IDENTIFIER
from strongroom.formats.mets.writing import PROFILE
from strongroom.formats.xml import parse_xml

SCHEMAS = Path(__file__).parents[2] / "schemas"
_V2 = "{http://www.loc.gov/METS_Profile/v2}"


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Maker(tmp_path_factory.mktemp("profile")).bag().path


def test_a_bag_meets_the_profile_that_it_names(bag: Path):
    profile = json.loads((SCHEMAS / "bagit-profile-1.0.json").read_text(encoding="utf-8"))
    lines = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    labels = [one.partition(":")[0] for one in lines if not one.startswith((" ", "\t"))]
    rules = profile["Bag-Info"]
    assert profile["BagIt-Profile-Info"]["BagIt-Profile-Identifier"] == PROFILE_IDENTIFIER
    assert {name for name, rule in rules.items() if rule["required"]} <= set(labels) <= set(rules)
    assert len(labels) == len(set(labels))
    algorithms = sorted(path.stem.rpartition("-")[2] for path in bag.glob("manifest-*.txt"))
    assert algorithms == profile["Manifests-Required"] == profile["Manifests-Allowed"]
    others = {path.name for path in bag.iterdir() if path.is_file()} - {"bagit.txt", "bag-info.txt"}
    assert {name for name in others if "manifest" not in name} == set(profile["Tag-Files-Required"])
    assert "BagIt-Version: 1.0" in (bag / "bagit.txt").read_text(encoding="utf-8")


def test_the_mets_profile_names_the_profile_that_documents_name():
    root = parse_xml(SCHEMAS / "mets-profile-1.0.xml", where="mets-profile-1.0.xml")
    assert root.find(f"{_V2}related_profile").get("URI") == PROFILE
