"""README.md and docs say what the program does: help, commands, names and links are checked."""

import ast
import re
import shlex
from pathlib import Path

import pytest

import strongroom
from strongroom.cli.exits import Exit
from strongroom.cli.parser import HelpAsked
from strongroom.cli.running import build_parser

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_help_in_the_readme_is_what_the_program_says():
    with pytest.raises(HelpAsked) as asked:
        build_parser().parse_args(["--help"])
    assert blocks("text") == [asked.value.text], "copy the output of `strongroom --help` into README.md"


def test_every_command_in_the_readme_can_be_typed():
    lines = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    commands = [shlex.split(line)[1:] for line in lines if line.startswith(".venv/bin/strongroom ")]
    assert len(commands) == 3
    for words in commands:
        build_parser().parse_args(words)


def test_every_make_target_in_the_readme_exists():
    targets = re.findall(r"^\$ make (\w+)", README, re.MULTILINE)
    assert targets == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_name_in_the_python_example_is_public():
    (example,) = blocks("python")
    imported = [
        alias.name
        for node in ast.walk(ast.parse(example))
        if isinstance(node, ast.ImportFrom) and node.module == "strongroom"
        for alias in node.names
    ]
    assert set(imported) <= set(strongroom.__all__)


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES])
def test_every_relative_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


def test_every_exit_status_is_documented():
    table = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == sorted(Exit)


def test_the_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
