"""`make prove`: the figures of the long proofs, written into docs/proofs.md when all of them have passed."""

import platform
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "proofs.md"
# The part of the page that is ours; the benches write another one.
_SECTION = re.compile(r"(?<=<!-- proofs: begin -->\n).*?(?=<!-- proofs: end -->)", re.DOTALL)
_ROW = re.compile(r"^\| (?!What was shown )([^|]+) \| ([^|]+) \|$", re.MULTILINE)

Figures = Mapping[str, object]


class ProofTable:
    """A plugin of the process that runs the tests or hands them out; figures come with the tests' reports."""

    def __init__(self) -> None:
        self._proofs: dict[str, Figures] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self._proofs |= {title: figures for name, (title, figures) in report.user_properties if name == "proof"}

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK:
            page = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(_SECTION.sub(lambda section: written(self._proofs, section[0]), page), encoding="utf-8")


def written(proofs: Mapping[str, Figures], before: str = "") -> str:
    """Write the section: where it was run, and a row for each proof; those that were not run now keep their rows."""
    kept = dict(_ROW.findall(before))
    kept |= {title: _in_words(figures) for title, figures in proofs.items()}
    rows = [f"| {title} | {figures} |" for title, figures in sorted(kept.items())]
    machine = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return "\n".join(["", f"{machine}.", "", "| What was shown | Figures |", "|---|---|", *rows, "", ""])


def _in_words(figures: Figures) -> str:
    return "; ".join(f"{name} {f'{value:,}' if isinstance(value, int) else value}" for name, value in figures.items())
