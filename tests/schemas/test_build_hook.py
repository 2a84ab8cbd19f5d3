"""What the build hook takes, from where, and what it refuses."""

import hashlib
import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from strongroom.formats.schema import FOLDER, schema_files

ROOT = Path(__file__).parents[2]
OFFICIAL = {one.file: one for one in schema_files() if one.provider != "strongroom"}


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_hook", ROOT / "schemas" / "build_hook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A source distribution: our schemas, and the official ones in a folder of their own."""
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    (tmp_path / "schemas/official").mkdir(exist_ok=True)
    for name in OFFICIAL:
        shutil.copy(FOLDER / name, tmp_path / "schemas/official" / name)
    return tmp_path


def initialize(hook: ModuleType, root: Path, target: str, version: str = "standard") -> dict[str, str]:
    data = {"force_include": {}}
    made = hook.CustomBuildHook(str(root), {}, None, None, "", target)
    made.initialize(version, data)
    return {name: Path(path).name for path, name in data["force_include"].items()}


def test_a_source_distribution_needs_no_other_package(hook: ModuleType, tree: Path):
    assert hook.providers(tree) == []


def test_a_checkout_needs_the_packages_that_carry_the_official_schemas(hook: ModuleType, tree: Path):
    shutil.rmtree(tree / "schemas/official")
    assert hook.providers(tree) == ["eulxml==1.1.3", "metsrw==0.7.0"]


def test_a_wheel_has_every_schema_and_the_demo_site(hook: ModuleType, tree: Path):
    (tree / "tests/site").mkdir(parents=True)
    included = initialize(hook, tree, "wheel")
    assert included["strongroom/demo_site"] == "site"
    assert {one.file for one in schema_files()} <= {name.removeprefix("strongroom/schemas/") for name in included}
    assert included["strongroom/schemas/SOURCES.toml"] == "SOURCES.toml"


def test_a_source_distribution_has_the_official_schemas(hook: ModuleType, tree: Path):
    assert set(initialize(hook, tree, "sdist")) == {f"schemas/official/{name}" for name in OFFICIAL}


def test_an_editable_install_fills_the_checkout_and_removes_what_is_gone(hook: ModuleType, tree: Path):
    target = tree / "src/strongroom/schemas"
    target.mkdir(parents=True)
    (target / "old.xsd").write_text("old", encoding="utf-8")
    assert initialize(hook, tree, "wheel", "editable") == {}
    names = {path.name for path in target.iterdir()}
    assert {one.file for one in schema_files()} <= names
    assert "old.xsd" not in names


def test_a_drifted_official_schema_stops_the_build_with_a_sentence(hook: ModuleType, tree: Path):
    path = tree / "schemas/official/mets.xsd"
    path.write_bytes(path.read_bytes() + b"\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(
        hook.SchemaDriftError, match=rf"mets\.xsd has SHA-256 {digest}.*install exactly metsrw==0\.7\.0"
    ):
        hook.contents(tree)


def test_a_schema_without_its_package_stops_the_build_with_a_sentence(
    hook: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
):
    (tree / "schemas/official/premis.xsd").unlink()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(hook.SchemaDriftError, match=r"premis\.xsd is taken from eulxml==1\.1\.3"):
        hook.contents(tree)


def test_a_changed_schema_of_our_own_must_be_pinned_again(hook: ModuleType, tree: Path):
    path = tree / "schemas/csip.xsd"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(hook.SchemaDriftError, match="--pin"):
        hook.contents(tree)
    hook.pin(tree)
    assert hook.contents(tree)["csip.xsd"] == path


def test_pinning_changes_no_pin_of_others(hook: ModuleType, tree: Path):
    before = (tree / "schemas/SOURCES.toml").read_text(encoding="utf-8")
    hook.pin(tree)
    assert (tree / "schemas/SOURCES.toml").read_text(encoding="utf-8") == before


def test_a_schema_that_nobody_lists_stops_the_build(hook: ModuleType, tree: Path):
    (tree / "schemas/extra.xsd").write_text("<x/>", encoding="utf-8")
    with pytest.raises(hook.SchemaDriftError, match=r"extra\.xsd is not listed"):
        hook.contents(tree)
