"""README.md and docs say what the program does: help, commands, names and links are checked."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from strongroom.cli.exits import Exit
from strongroom.cli.parser import HelpAsked
from strongroom.cli.running import COMMANDS, build_parser
from strongroom.model.words import WORDS, reason_in_words
from strongroom.settings import Settings

ROOT = Path(__file__).parents[2]
OF_OTHER_PROGRAMS = {"--write"}
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
TEXTS = [page.read_text(encoding="utf-8") for page in PAGES]


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_help_in_the_readme_is_what_the_program_says():
    with pytest.raises(HelpAsked) as asked:
        build_parser().parse_args(["--help"])
    assert blocks("text") == [asked.value.text], "copy the output of `strongroom --help` into README.md"


def test_every_command_in_the_readme_can_be_typed():
    lines = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    commands = [shlex.split(line)[1:] for line in lines if line.startswith(".venv/bin/strongroom ")]
    assert len(commands) == 5
    for words in commands:
        build_parser().parse_args(words)


def test_every_make_target_in_the_readme_exists():
    targets = re.findall(r"^\$ make (\w+)", README, re.MULTILINE)
    assert targets == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES])
def test_every_relative_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES])
def test_every_link_to_a_heading_finds_it(page):
    for target, anchor in re.findall(r"\]\(([^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            text = (page.parent / target if target else page).read_text(encoding="utf-8")
            headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
            assert anchor in {re.sub(r"[^-\w ]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_exit_status_is_documented():
    table = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == sorted(Exit)


def test_the_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_python_example_runs_as_it_stands(demo_site, tmp_path, monkeypatch, capsys):
    (example,) = blocks("python")
    assert example.count("https://example.org/article") == 1
    monkeypatch.chdir(tmp_path)
    Path("strongroom.toml").write_text("[capture]\nallow_private = true\ndelay_seconds = 0.0\n", encoding="utf-8")
    exec(example.replace("https://example.org/article", demo_site.addresses.article), {})
    *counts, last, received = capsys.readouterr().out.splitlines()
    assert dict(line.split() for line in counts)["captured"] == "57"
    assert re.fullmatch(r"archive/bags/uuid-[-0-9a-f]{36} is valid; 0 findings", last)
    assert re.fullmatch(r"version 1 of urn:uuid:[-0-9a-f]{36}", received)


def test_the_settings_that_the_pages_show_are_settings():
    shown = [block for text in TEXTS for block in re.findall(r"(?ms)^```toml\n(.*?)^```$", text)]
    assert len(shown) >= 1
    for block in shown:
        Settings.of(tomllib.loads(block), "the page")


def test_every_command_that_the_pages_indent_can_be_typed():
    lines = [line for text in TEXTS for line in text.splitlines() if line.startswith("    strongroom ")]
    assert len(lines) >= 3
    for line in lines:
        build_parser().parse_args(shlex.split(line.partition(" > ")[0])[1:])


def test_every_flag_that_the_pages_name_exists():
    known = {flag for command in COMMANDS for flag in re.findall(r"--[a-z][-a-z]+", help_of(command))}
    for page in PAGES:
        named = re.findall(r"`(?:strongroom [^`]*|)(--[a-z][-a-z]+)", page.read_text(encoding="utf-8"))
        assert set(named) - known <= OF_OTHER_PROGRAMS, page.name


def test_every_reason_that_the_page_of_formats_lists_has_words():
    table = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").partition("| Reason |")[2].partition("\n\n")[0]
    reasons = re.findall(r"`([-a-z0-9]+(?:: [^`]+)?)`", " ".join(row.split("|")[1] for row in table.splitlines()[2:]))
    tokens = {reason.partition(":")[0] for reason in reasons}
    assert set(WORDS) - {"robots"} <= tokens
    assert [reason for reason in reasons if reason_in_words(reason) == reason] == []


def help_of(command):
    with pytest.raises(HelpAsked) as asked:
        build_parser().parse_args([command, "--help"])
    return asked.value.text
