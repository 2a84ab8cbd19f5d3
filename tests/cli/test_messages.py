"""What a person reads who typed something wrong: a sentence, and what to do about it."""

import pytest

from strongroom.cli import main
from strongroom.cli.report import program

PAGE = "https://example.org/"
ARGUMENT = "strongroom: argument"
HELP = "`strongroom {} --help` tells more"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        ([], "strongroom: COMMAND is missing; `strongroom --help` tells more"),
        (["preserve"], "strongroom: URL is missing; `strongroom preserve --help` tells more"),
        (["preserv", PAGE], "strongroom: 'preserv' is not a command; did you mean preserve?"),
        (
            ["preserve", PAGE, "--delay", "x"],
            f"{ARGUMENT} --delay: 'x' is not a number of seconds such as 0.5 or 3600; {HELP.format('preserve')}",
        ),
        (
            ["plan", PAGE, "--depth", "-1"],
            f"{ARGUMENT} --depth: '-1' is not a whole number such as 0 or 2; {HELP.format('plan')}",
        ),
        (
            ["plan", PAGE, "--config", "none.toml"],
            "strongroom: cannot read the settings file none.toml: No such file or directory; check the path",
        ),
    ],
)
def test_the_sentence(argv, sentence, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"{sentence}\n")


def test_every_fault_of_a_settings_file_is_told_in_one_sentence(tmp_path, capsys):
    file = tmp_path / "bad.toml"
    file.write_text('[capture]\ndelay = 3\n[plan]\nscope = "all"\n')
    assert main(["plan", PAGE, "--config", str(file)]) == 2
    assert capsys.readouterr().err == (
        f"strongroom: {file}: plan.scope: it should be 'page', 'linked', 'host', 'prefix' or 'domain'; "
        "capture.delay is not a setting\n"
    )


def test_an_output_folder_that_is_a_file_is_named(tmp_path, capsys):
    file = tmp_path / "bags"
    file.write_text("")
    assert main(["preserve", "http://127.0.0.1:9/", "--output", str(file)]) == 6
    assert capsys.readouterr().err.endswith(
        f"strongroom: cannot make the folder {file}: something else has this name already; choose another path\n"
    )


def test_what_is_to_be_typed_next_can_be_typed(tmp_path, monkeypatch):
    """After `make demo`, strongroom is in .venv/bin and not on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.argv", [".venv/bin/strongroom", "demo"])
    assert program() == ".venv/bin/strongroom"
    (tmp_path / "strongroom").write_text("#!/bin/sh\n")
    (tmp_path / "strongroom").chmod(0o755)
    assert program() == "strongroom"
