"""`receipt`, `log`, `key` and `withdraw` as their users run them, on an archive that `ingest` made."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from findings import tiny_bag
from strongroom.cli.outputs import COMMANDS


class Desk:
    """A person in front of an archive with one bag in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "archive"
        self.bag = folder / "bag"
        tiny_bag.make(self.bag)
        status, self.ingested = self.asks("ingest", self.bag, "--object", "urn:example:1")
        assert status == 0

    def run(self, command: str, *arguments: object, environment: dict[str, str] | None = None):
        line = [sys.executable, "-m", "strongroom", command, *map(str, arguments), "--root", str(self.root)]
        ran = subprocess.run(
            line,
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, **(environment or {})},
        )
        assert "Traceback" not in ran.stderr, ran.stderr
        return ran

    def asks(self, command: str, *arguments: object) -> tuple[int, dict]:
        """With --json: status and document, which its schema describes."""
        ran = self.run(command, *arguments, "--json")
        document = json.loads(ran.stdout)
        COMMANDS[command].model_validate(document)
        assert document["exit"] == ran.returncode
        return ran.returncode, document

    def says(self, command: str, *arguments: object) -> tuple[int, str]:
        """Status, and stdout or else the sentence on stderr."""
        ran = self.run(command, *arguments)
        return ran.returncode, ran.stdout or ran.stderr.removeprefix("strongroom: ")

    def checks(self, folder: Path, *arguments: object) -> tuple[int, str]:
        """The exported script, without our packages."""
        line = [sys.executable, "-I", "check-receipt.py", *map(str, arguments)]
        ran = subprocess.run(line, check=False, capture_output=True, text=True, cwd=folder)
        return ran.returncode, ran.stdout


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_receipt_is_exported_with_all_that_checks_it(desk: Desk, tmp_path: Path):
    status, said = desk.says("receipt", "urn:example:1", "--output", tmp_path / "kept")
    names = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert (status, said.splitlines()[0]) == (0, "urn:example:1, version 1")
    assert [name.split("-")[0] for name in names] == ["check", "log", "receipt"]
    [_, key, receipt] = names
    status, said = desk.checks(tmp_path / "kept", receipt, "--key", key, "--bag", desk.bag)
    assert (status, said.count("right: ")) == (0, 2)
    assert desk.says("receipt", "urn:example:1", "--output", tmp_path / "kept")[0] == 0
    (tmp_path / "kept" / receipt).write_text("changed\n")
    status, said = desk.says("receipt", "urn:example:1", "--output", tmp_path / "kept")
    assert (status, "is something else and is never overwritten" in said) == (2, True)


@pytest.mark.parametrize("name", ["urn:example:1", "bag", "ingest_id"])
def test_a_receipt_is_found_by_object_bag_and_ingest(desk: Desk, name: str):
    [done] = [desk.ingested] if "receipt" in desk.ingested else desk.ingested["results"]
    ingest = done["receipt"]["ingest_id"]
    status, document = desk.asks("receipt", ingest if name == "ingest_id" else name)
    assert (status, document["receipt"]) == (0, done["receipt"])


def test_a_receipt_that_was_removed_is_written_again_from_the_log(desk: Desk, tmp_path: Path):
    kept = desk.asks("receipt", "bag")[1]["receipt"]
    Path(kept["path"]).unlink()
    assert desk.asks("receipt", "bag", "--output", tmp_path / "kept")[1]["receipt"] == kept
    [receipt] = (tmp_path / "kept").glob("receipt-*.json")
    assert desk.checks(tmp_path / "kept", receipt.name, "--log", desk.root / "log")[0] == 0


def test_what_was_never_taken_in_has_no_receipt(desk: Desk):
    status, said = desk.says("receipt", "urn:example:2")
    assert (status, said.splitlines()[-1]) == (
        2,
        "nothing of the name urn:example:2 was taken in; `strongroom log --entries` lists what was",
    )
    assert desk.says("receipt", "urn:example:1", "--version-number", 2)[0] == 2


def test_without_an_archive_every_one_of_them_says_so(tmp_path: Path, desk: Desk):
    desk.root = tmp_path / "nowhere"
    for line in (["receipt", "x"], ["log"], ["key"], ["withdraw", "x"]):
        status, said = desk.says(*line)
        assert (status, said.startswith(f"there is no archive at {desk.root}")) == (2, True)


def test_the_checkpoint_that_is_shown_can_be_kept_and_held_against_the_log(desk: Desk, tmp_path: Path):
    status, said = desk.says("log")
    (tmp_path / "kept").write_text(said)
    assert (status, said.splitlines()[1]) == (0, "2")
    assert said == (desk.root / "log" / "checkpoint").read_text("utf-8")
    assert desk.says("log", "--against", "kept")[0] == 0
    assert desk.says("key", "rotate")[0] == 0
    status, document = desk.asks("log", "--against", "kept", "--output", "proof.json")
    assert (status, document["sound"], document["proof"], document["size"]) == (0, True, "proof.json", 3)
    assert desk.says("receipt", "bag", "--output", "kept-too")[0] == 0
    [receipt] = (tmp_path / "kept-too").glob("receipt-*.json")
    assert desk.checks(tmp_path / "kept-too", receipt.name, tmp_path / "proof.json")[0] == 0
    status, said = desk.says("log", "--against", "kept", "--output", "proof.json")
    assert (status, "is there already and is never overwritten" in said) == (2, True)
    assert desk.says("log", "--output", "other.json")[0] == 2


def test_entries_are_lines_of_json(desk: Desk):
    _, said = desk.says("log", "--entries")
    entries = [json.loads(line) for line in said.splitlines()]
    assert [(one["index"], one["kind"]) for one in entries] == [(0, "archive"), (1, "ingest")]
    _, document = desk.asks("log", "--entries", "--from", 1)
    assert [(one["index"], json.loads(one["line"])) for one in document["entries"]] == [(1, entries[1])]


def test_a_sound_log_is_called_so_and_a_damaged_one_is_refused(desk: Desk):
    status, said = desk.says("log", "verify")
    assert (status, said.splitlines()) == (0, [f"sound: the log of {desk.root}, 2 entries"])
    tombstones = next((desk.root / "log" / "receipts").glob("*/*.json"))
    tombstones.write_bytes(tombstones.read_bytes().replace(b'"version": 1', b'"version": 2'))
    status, document = desk.asks("log", "verify")
    assert (status, document["sound"], [one["code"] for one in document["findings"]]) == (4, False, ["LOG-020"])


def test_a_log_that_cannot_be_opened_is_a_sentence(desk: Desk):
    path = next((desk.root / "log" / "entries").glob("*/*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b'"files":', b'"filed":', 1))
    status, said = desk.says("log", "verify")
    assert (status, said.startswith("the log was edited: ")) == (6, True)


def test_a_replica_whose_log_is_behind_is_sound_and_one_that_is_forked_is_not(desk: Desk, tmp_path: Path):
    twin = tmp_path / "twin"
    replica = tmp_path / "replica"
    assert desk.says("ingest", desk.bag, "--object", "urn:example:1", "--replica", replica)[0] == 0
    shutil.copytree(desk.root, twin)
    assert desk.says("key", "new", "--name", "Alice", "--output", tmp_path / "alice.pem")[0] == 0
    assert desk.says("log", "verify", "--replica", replica)[0] == 0
    other, desk.root = desk.root, twin
    assert desk.says("key", "new", "--name", "Bob", "--output", tmp_path / "bob.pem")[0] == 0
    more = tmp_path / "more"
    tiny_bag.make(more)
    tiny_bag.put(more, "data/a.txt", "other\n")
    tiny_bag.list_payload(more)
    assert desk.says("ingest", more, "--object", "urn:example:2", "--replica", replica)[0] == 0
    desk.root = other
    status, document = desk.asks("log", "verify", "--replica", replica)
    assert (status, [one["code"] for one in document["findings"]]) == (4, ["LOG-006"])
    assert desk.says("log", "verify", "--replica", tmp_path / "nowhere")[0] == 2


def test_keys_are_shown_made_revoked_and_rotated(desk: Desk, tmp_path: Path):
    _, before = desk.asks("key")
    assert (before["usable"], before["previous"], before["officers"]) == (True, [], [])
    _, made = desk.asks("key", "new", "--name", "Alice", "--output", "alice.pem")
    assert (made["written"], [one["name"] for one in made["officers"]]) == ("alice.pem", ["Alice"])
    assert (tmp_path / "alice.pem").stat().st_mode & 0o777 == 0o600
    assert desk.asks("key", "revoke", "--name", "Alice")[1]["officers"] == []
    _, after = desk.asks("key", "rotate")
    assert after["previous"] == [before["key_id"]]
    Path(after["private_key"]).unlink()
    assert desk.asks("key", "show")[1]["usable"] is False
    assert desk.says("key", "rotate")[0] == 6
    assert desk.asks("key", "rotate", "--lost")[1]["previous"] == [before["key_id"], after["key_id"]]
    status, document = desk.asks("log", "verify")
    assert (status, [one["code"] for one in document["findings"]]) == (0, ["LOG-011"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["new"], "needs --name"),
        (["new", "--name", "Alice"], "needs --output"),
        (["revoke"], "needs --name"),
        (["show", "--lost"], "--lost belongs to"),
        (["rotate", "--lost"], "is not lost, it lies in"),
    ],
)
def test_what_a_key_command_lacks_is_said(desk: Desk, arguments: list[str], sentence: str):
    status, said = desk.says("key", *arguments)
    assert (status, sentence in said) == (2, True)


def test_an_object_is_withdrawn_by_two_and_removed_after_the_delay(desk: Desk, tmp_path: Path):
    replica = tmp_path / "replica"
    settings = tmp_path / "strongroom.toml"
    settings.write_text(f'[archive]\nreplicas = ["{replica}"]\npurge_days = 2\n')
    assert desk.says("ingest", desk.bag, "--object", "urn:example:1", "--config", settings)[0] == 0
    for name in ("Alice", "Bob"):
        assert desk.says("key", "new", "--name", name, "--output", f"{name}.pem")[0] == 0
    withdraw = ["withdraw", "urn:example:1", "--config", settings]
    assert desk.asks(*withdraw)[1]["state"] == "kept"
    _, document = desk.asks(*withdraw, "--reason", "order of a court", "--key", "Alice.pem")
    assert (document["state"], document["requested"]["officer"]) == ("requested", "Alice")
    status, said = desk.says(*withdraw, "--confirm", "--key", "Alice.pem")
    assert (status, "another officer has to confirm it" in said) == (2, True)
    _, document = desk.asks(*withdraw, "--confirm", "--key", "Bob.pem")
    assert (document["state"], document["confirmed"]["officer"]) == ("withdrawn", "Bob")
    status, said = desk.says(*withdraw, "--purge", "--key", "Bob.pem")
    assert (status, "may be purged from" in said) == (2, True)
    assert list((desk.root / "store").rglob("inventory.json"))
    later = {"SOURCE_DATE_EPOCH": str(int(__import__("time").time()) + 3 * 86400)}
    ran = desk.run(*withdraw, "--purge", "--key", "Bob.pem", environment=later)
    assert (ran.returncode, ran.stdout.splitlines()[0]) == (0, "urn:example:1: withdrawn and removed from every copy")
    for copy in (desk.root, replica):
        assert list((copy / "store").rglob("inventory.json")) == []
        assert len(list((copy / "log" / "tombstones").rglob("*.json"))) == 1
        assert list((copy / "staging").iterdir()) == []
    assert desk.says(*withdraw)[1].splitlines()[1] == "  reason     order of a court"
    status, document = desk.asks("log", "verify", "--config", settings)
    assert (status, document["findings"]) == (0, [])
    assert desk.says("ingest", desk.bag, "--object", "urn:example:1", "--config", settings)[0] == 4
    assert list((desk.root / "store").rglob("inventory.json")) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--confirm"], "name your key with --key"),
        (["--key", "nobody.pem"], "say what to sign"),
        (["--confirm", "--reason", "x", "--key", "nobody.pem"], "leave out --reason"),
        (["--confirm", "--purge"], "not allowed with"),
    ],
)
def test_what_a_withdrawal_lacks_is_said(desk: Desk, arguments: list[str], sentence: str):
    status, said = desk.says("withdraw", "urn:example:1", *arguments)
    assert (status, sentence in said) == (2, True)


def test_a_key_that_is_not_there_is_a_sentence(desk: Desk):
    status, said = desk.says("withdraw", "urn:example:1", "--reason", "x", "--key", "nobody.pem")
    assert (status, said.startswith("cannot read the key nobody.pem")) == (6, True)


def test_help_names_the_steps(desk: Desk):
    for command in ("receipt", "log", "key", "withdraw"):
        ran = subprocess.run(
            [sys.executable, "-m", "strongroom", command, "--help"], check=False, capture_output=True, text=True
        )
        assert (ran.returncode, "examples:" in ran.stdout, "exit status:" in ran.stdout) == (0, True, True)
