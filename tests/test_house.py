"""The rules of the house that no other tool holds."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "strongroom"
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "handler", "misc"}


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_is_longer_than_400_lines():
    assert {str(path.relative_to(ROOT)): lines(path) for path in modules() if lines(path) > 400} == {}


def test_half_of_the_modules_are_at_most_150_lines_long():
    sizes = [lines(path) for path in modules() if lines(path) > 5]
    assert median(sizes) <= 150


def test_no_module_has_a_name_that_says_nothing():
    assert [path.name for path in modules() if set(path.stem.split("_")) & FORBIDDEN_NAMES] == []


def test_no_test_is_skipped_but_by_the_two_sentences_of_presence():
    skipping = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "importorskip"}
    }
    assert skipping == {"tests/presence.py"}


def test_no_group_is_repeated_possessively():
    """Python 3.11.2, which is Debian 12's, gets such patterns wrong; `(?>(?:…)*)` says the same."""
    repeated = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+(?!,)")
    assert [str(path.relative_to(ROOT)) for path in modules() if repeated.search(path.read_text("utf-8"))] == []


def test_each_stage_has_one_public_function_named_after_it():
    found = {}
    for path in sorted((SOURCE / "stages").glob("*.py")):
        if path.stem != "__init__":
            body = ast.parse(path.read_text(encoding="utf-8")).body
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            found[path.stem] = [node.name for node in body if isinstance(node, kinds) and not node.name.startswith("_")]
    assert found == {stage: [stage] for stage in found}


def test_only_the_command_line_prints_exits_or_reads_the_environment():
    found = set()
    for path in modules():
        room = path.relative_to(SOURCE).parts[0]
        if room in {"cli", "__main__.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else node
            name = ast.unparse(called) if isinstance(called, ast.Attribute | ast.Name) else ""
            if name in {"sys.exit", "os.environ", "os.getenv", "os._exit"} or (
                isinstance(node, ast.Call) and name in {"print", "exit", "input"}
            ):
                found.add((str(path.relative_to(SOURCE)), name))
    assert found == set()


def test_importing_the_package_and_its_command_line_loads_nothing_heavy():
    heavy = [
        "lxml",
        "pydantic",
        "warcio",
        "bagit",
        "selectolax",
        "rich",
        "asyncio",
        "ssl",
        "sqlite3",
        "ada_url",
        "tinycss2",
        "sqlalchemy",
        "dbos",
        "cryptography",
        "prometheus_client",
    ]
    program = f"import sys, strongroom, strongroom.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_the_layers_and_the_independence_of_the_stages_hold():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, "Contracts: 5 kept, 0 broken." in done.stdout) == (0, True), done.stdout
