"""The command line as a whole: what is printed where, and which status ends it."""

import json
import os
import subprocess
import sys

import pytest

from strongroom.cli import main
from strongroom.cli.exits import Exit
from strongroom.cli.failing import failure_of
from strongroom.cli.outputs import COMMANDS
from strongroom.cli.outputs.parts import FailureOutput
from strongroom.errors import StorageError, UsageError
from strongroom.model.finding import Finding, RefusedError, Severity

WRONG = [
    ([], "COMMAND"),
    (["verfy"], "did you mean verify?"),
    (["preserve"], "URL"),
    (["preserve", "http://example.org/", "--scope", "everything"], "--scope"),
    (["preserve", "http://example.org/", "--depth", "one"], "--depth"),
    (["preserve", "http://example.org/", "--config", "/nowhere.toml"], "/nowhere.toml"),
    (["capture", "http://example.org/"], "--work"),
    (["explain", "BAG-9999"], "BAG-9999"),
    (["schema", "nothing"], "nothing"),
    (["verify", "--nonsense"], "BAG"),
]


@pytest.mark.parametrize(("argv", "named"), WRONG)
def test_wrong_usage_is_a_sentence_on_stderr_and_two(argv, named, capsys):
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("strongroom: ")
    assert captured.err.count("\n") == 1
    assert named in captured.err


@pytest.mark.parametrize(("argv", "named"), WRONG)
def test_wrong_usage_with_json_is_one_document_and_nothing_else(argv, named, capsys):
    assert main([*argv, "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.err == ""
    document = json.loads(captured.out)
    model = COMMANDS.get(document["kind"], FailureOutput)
    parsed = model.model_validate(document)
    assert parsed.exit == 2
    assert parsed.error.kind == "usage"
    assert named in parsed.error.message


def test_a_failed_command_says_the_same_keys_as_a_successful_one(capsys):
    main(["preserve", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert list(document)[:3] == ["kind", "exit", "error"]
    assert set(document) == set(COMMANDS["preserve"].model_fields)
    assert (document["package"], document["id"], document["findings"]) == (None, None, [])


def test_version_is_one_line(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("strongroom ")


def test_help_and_version_with_json_are_documents(capsys):
    for argv in (["--help", "--json"], ["--json", "verify", "--help"], ["--version", "--json"]):
        assert main(argv) == 0
        assert json.loads(capsys.readouterr().out)["kind"] == "text"


def test_explain_without_a_code_lists_all(capsys):
    from strongroom.model.rules import ALL

    assert main(["explain", "--json"]) == 0
    assert [rule["code"] for rule in json.loads(capsys.readouterr().out)["rules"]] == list(ALL)


def test_explain_finds_a_code_whatever_its_case(capsys):
    assert main(["explain", "bag-001"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("BAG-001 (error): ")
    assert "\n  remedy " in out


def test_schema_prints_the_schema_itself(capsys):
    assert main(["schema", "verify"]) == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "urn:strongroom:schema:verify"


def test_a_closed_pipe_is_no_fault():
    code = "import sys; from strongroom.cli import main; sys.exit(main(['schema', 'preserve']))"
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_text_that_the_locale_cannot_carry_is_shown_as_escapes():
    done = subprocess.run(
        [sys.executable, "-m", "strongroom", "explain", "nö\u202ex"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert b"\\xf6" in done.stderr


def logged(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_log_has_the_arguments_without_credentials_and_the_traceback(tmp_path, capsys):
    log = tmp_path / "log.jsonl"
    argv = ["preserve", "https://me:secret@example.org/", "--config", "/nowhere.toml", "--log", str(log)]
    assert main(argv) == 2
    assert "secret" not in log.read_text()
    begun, failed = logged(log)
    assert (begun["event"], begun["command"], begun["arguments"][1]) == ("begin", "preserve", "https://…@example.org/")
    assert (failed["event"], failed["level"], failed["exit"]) == ("failure", "error", 2)
    assert failed["message"].startswith("cannot read the settings file /nowhere.toml")
    assert failed["traceback"][0] == "Traceback (most recent call last):"
    capsys.readouterr()


def test_a_log_says_how_a_command_ended_and_counts_what_is_long(tmp_path, capsys):
    log = tmp_path / "log.jsonl"
    assert main(["explain", "BAG-001", "BAG-002", "--log", str(log)]) == 0
    ended = logged(log)[-1]
    assert (ended["event"], ended["level"], ended["command"], ended["exit"]) == ("end", "info", "explain", 0)
    assert ended["rules_count"] == 2
    capsys.readouterr()


def test_a_log_that_cannot_be_written_is_a_usage_error(capsys):
    assert main(["explain", "--log", "/nowhere/log.txt"]) == 2
    assert "cannot write the log /nowhere/log.txt" in capsys.readouterr().err


def test_a_wrong_source_date_epoch_is_a_usage_error(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert main(["explain", "--log", str(tmp_path / "log")]) == 2
    assert "SOURCE_DATE_EPOCH" in capsys.readouterr().err


def test_source_date_epoch_stops_the_clock(monkeypatch):
    from strongroom.cli.clock import clock

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert clock()().isoformat() == "1970-01-02T00:00:00+00:00"


def test_what_is_unforeseen_says_how_to_report_it():
    failure = failure_of(ZeroDivisionError("division by zero"))
    assert (failure.exit, failure.kind) == (Exit.BUG, "bug")
    assert "ZeroDivisionError: division by zero" in failure.message
    assert "--log FILE" in failure.message


def test_an_interrupted_command_says_that_it_can_go_on():
    failure = failure_of(KeyboardInterrupt())
    assert (failure.exit, failure.kind) == (Exit.INTERRUPTED, "interrupted")
    assert "run the same command again" in failure.message


def test_a_full_disk_is_storage_whoever_noticed_it():
    failure = failure_of(OSError(28, "No space left on device", "x"))
    assert (failure.exit, failure.kind) == (Exit.STORAGE, "storage")


def test_a_refusal_carries_its_findings():
    finding = Finding("BAG-001", Severity.ERROR, "x", "a", "b", "RFC 8493", "Do it again.")
    failure = failure_of(RefusedError((finding,)))
    assert (failure.exit, failure.kind, failure.findings) == (Exit.REFUSED, "refused", (finding,))


@pytest.mark.parametrize(("error", "exit_"), [(UsageError("x"), 2), (StorageError("x"), 6)])
def test_a_known_error_is_its_own_sentence(error, exit_):
    failure = failure_of(error)
    assert (failure.exit, failure.message) == (exit_, "x")


def test_start_up_imports_nothing_heavy():
    code = (
        "import sys; from strongroom.cli.running import build_parser; build_parser();"
        "heavy = {'pydantic', 'lxml', 'selectolax', 'rich', 'cryptography', 'asyncio', 'ssl', 'warcio', 'bagit',"
        " 'tinycss2', 'isal', 'sqlite3', 'logging', 'importlib.metadata', 'ada_url'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
