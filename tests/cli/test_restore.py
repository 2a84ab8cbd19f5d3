"""`strongroom restore` as its users run it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from repository.shelf import content, tree
from repository.vault import Vault, flip
from strongroom import __version__
from strongroom.cli.outputs.giving_back import RestoreOutput

ONE, TWO = "urn:x:one", "urn:x:two"
FILE = "v1/content/data/a.txt"


@pytest.fixture
def vault(tmp_path) -> Vault:
    made = Vault(tmp_path, replicas=1)
    made.put(ONE, {"a.txt": b"first\n", "b.txt": b"second\n"})
    made.put(ONE, {"a.txt": b"first\n", "b.txt": b"changed\n"})
    made.put(TWO, {"c.txt": b"third\n"})
    return made


def said(vault: Vault, *arguments: object, root: Path | None = None) -> tuple[int, str, str]:
    """Status, stdout and stderr."""
    argv = [sys.executable, "-m", "strongroom", "restore", *map(str, arguments), "--root", str(root or vault.root)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def document(vault: Vault, *arguments: object, root: Path | None = None) -> dict:
    status, out, _ = said(vault, *arguments, "--json", root=root)
    value = json.loads(out)
    assert value["exit"] == status
    RestoreOutput.model_validate(value)
    return value


def test_the_last_version_is_restored_unless_one_is_named(vault, tmp_path):
    status, out, err = said(vault, ONE, "--output", tmp_path / "out")
    assert (status, err) == (0, "")
    path = Path(out.splitlines()[0])
    assert path.parent == tmp_path / "out"
    assert out.splitlines()[1] == "object     urn:x:one"
    assert out.splitlines()[2].startswith("version    2, stored ")
    assert (path / "data" / "b.txt").read_bytes() == b"changed\n"
    first = document(vault, ONE, "--version", 1, "--output", tmp_path / "first")
    assert (first["version"], first["copy_name"], first["damage"]) == (1, "archive", [])
    assert (Path(first["path"]) / "data" / "b.txt").read_bytes() == b"second\n"


def test_quiet_says_where_it_is_and_nothing_else(vault, tmp_path):
    status, out, err = said(vault, TWO, "--output", tmp_path / "out", "-q")
    assert (status, err) == (0, "")
    assert [Path(line).parent for line in out.splitlines()] == [tmp_path / "out"]


def test_a_bag_or_an_ingest_stands_for_its_version(vault, tmp_path):
    first = document(vault, ONE, "--version", 1, "--output", tmp_path / "1")
    again = document(vault, first["ingest_id"], "--output", tmp_path / "2")
    assert (again["object_id"], again["version"]) == (ONE, 1)
    assert content(Path(again["path"])) == content(Path(first["path"]))
    assert document(vault, first["ingest_id"][:12], "--output", tmp_path / "3")["version"] == 1
    assert document(vault, "urn:x:o", "--output", tmp_path / "4")["version"] == 2


def test_no_database_is_needed_for_an_identifier_in_full(vault, tmp_path):
    shutil.rmtree(vault.root / "state")
    before = tree(vault.root)
    assert said(vault, TWO, "--output", tmp_path / "out")[0] == 0
    assert tree(vault.root) == before


def test_a_replica_gives_it_back_too(vault, tmp_path):
    replica = vault.copies[1]
    found = document(vault, ONE, "--version", 1, "--output", tmp_path / "out", root=replica)
    assert found["copy_name"] == str(replica)
    assert (Path(found["path"]) / "data" / "b.txt").read_bytes() == b"second\n"


def forget(vault: Vault) -> None:
    """Let the archive know no replica."""
    shutil.rmtree(vault.root / "replicas")


def test_a_damaged_archive_is_exit_4_with_every_path_and_nothing_is_restored(vault, tmp_path):
    forget(vault)
    flip(vault.object(ONE) / FILE)
    status, out, err = said(vault, ONE, "--output", tmp_path / "out")
    assert (status, out) == (4, "")
    assert "error E092  v1/content/data/a.txt" in err
    assert os.listdir(tmp_path / "out") == []
    failed = document(vault, ONE, "--output", tmp_path / "out")
    assert failed["error"]["kind"] == "refused"
    assert [(one["code"], one["where"]) for one in failed["findings"]] == [("E092", FILE)]
    assert failed["path"] == ""


@pytest.mark.parametrize("is_named", [True, False])
def test_where_the_archive_is_damaged_a_replica_gives_it_back(vault, tmp_path, is_named):
    named = ("--replica", vault.copies[1]) if is_named else ()
    flip(vault.object(ONE) / FILE)
    status, out, err = said(vault, ONE, "--output", tmp_path / "out", *named)
    assert status == 0
    assert err.startswith(
        "strongroom: a copy is damaged, and the next was asked: refused: E092 at v1/content/data/a.txt"
    )
    assert (Path(out.splitlines()[0]) / "data" / "a.txt").read_bytes() == b"first\n"
    for name in ("inventory.json", "v2/inventory.json"):
        (vault.object(ONE) / name).write_bytes(b"{}")
    found = document(vault, ONE, "--output", tmp_path / "again", *named)
    assert found["copy_name"] == str(vault.copies[1])
    assert "is damaged or gone" in found["damage"][0]


def test_a_rewrite_that_is_consistent_in_itself_is_exposed_by_the_log(vault, tmp_path):
    forget(vault)
    other = Vault(tmp_path / "other")
    other.put(ONE, {"a.txt": b"first\n", "b.txt": b"forged\n"})
    shutil.rmtree(vault.object(ONE))
    shutil.copytree(other.object(ONE), vault.object(ONE))
    status, _, err = said(vault, ONE, "--output", tmp_path / "out")
    assert status == 4
    assert "error FIX-012  v1/inventory.json" in err
    assert os.listdir(tmp_path / "out") == []
    found = document(vault, ONE, "--version", 1, "--output", tmp_path / "out", "--replica", vault.copies[1])
    assert (Path(found["path"]) / "data" / "b.txt").read_bytes() == b"second\n"


def test_what_cannot_be_is_said_with_the_right_status(vault, tmp_path):
    out = tmp_path / "out"
    for arguments, status, sentence in (
        ((ONE, "--version", 3, "--output", out), 2, "urn:x:one has no version 3; it has versions 1 to 2"),
        ((ONE, "--version", 0, "--output", out), 2, "0 is less than 1"),
        (("urn:y", "--output", out), 2, "urn:y"),
        ((ONE,), 2, "--output"),
    ):
        found = said(vault, *arguments)
        assert (found[0], found[1]) == (status, "")
        assert sentence in found[2]
    assert said(vault, ONE, "--output", out)[0] == 0
    again = said(vault, ONE, "--output", out)
    assert again[0] == 6
    assert "is there already and is never overwritten" in again[2]
    missing = said(vault, ONE, "--output", out, root=tmp_path / "none")
    assert missing[0] == 2
    assert "there is neither an archive nor a replica at" in missing[2]
    foreign = Vault(tmp_path / "foreign", replicas=1)
    foreign.put(TWO, {"c.txt": b"third\n"})
    strange = said(vault, ONE, "--output", out, "--replica", foreign.copies[1])
    assert strange[0] == 6
    assert "name its own replicas" in strange[2]


def test_version_without_a_number_is_the_programs_own(vault):
    assert said(vault, "--version") == (0, f"strongroom {__version__}\n", "")


def test_a_withdrawn_object_is_given_back_only_to_who_asks_for_it_knowingly(vault, tmp_path):
    def strongroom(*words: object) -> None:
        argv = [sys.executable, "-m", "strongroom", *map(str, words), "--root", str(vault.root)]
        subprocess.run(argv, capture_output=True, check=True, timeout=120)

    for name in ("ada", "ben"):
        strongroom("key", "new", "--name", name, "--output", tmp_path / name)
    strongroom("withdraw", ONE, "--reason", "by order of a court", "--key", tmp_path / "ada")
    assert said(vault, ONE, "--output", tmp_path / "pending")[0] == 0
    strongroom("withdraw", ONE, "--confirm", "--key", tmp_path / "ben")
    status, _, err = said(vault, ONE, "--output", tmp_path / "out")
    assert (status, "urn:x:one was withdrawn on " in err, "(by order of a court)" in err) == (2, True, True)
    assert said(vault, ONE, "--withdrawn", "--output", tmp_path / "out")[0] == 0
