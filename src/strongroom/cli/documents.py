"""What is generated from the code and kept beside it: JSON Schemas and docs/findings.md.

``python -m strongroom.cli.documents FOLDER`` writes them below the folder of the checkout; tests fail when they are
stale.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from strongroom.cli.json_schemas import schema_names, schema_of
from strongroom.model.finding import Rule
from strongroom.model.rules import ALL

_INTRODUCTION: Final = (
    "A finding is a fact about somebody's data: returned, never raised. Only an error refuses. This page is made from "
    "the rules in `src/strongroom/model/rules/`; `strongroom explain CODE` shows the same."
)


def documents() -> Iterator[tuple[str, str]]:
    """Each generated file: its path in the checkout, and its text."""
    for name in schema_names():
        yield f"schemas/json/{name}.json", json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"
    yield "docs/findings.md", findings_page(ALL)


def findings_page(rules: Mapping[str, Rule]) -> str:
    """All codes as one Markdown page, by family."""
    families = Counter(map(_family, rules))
    parts = [
        "# Findings",
        _INTRODUCTION,
        f"There are {len(rules)} codes, in these families:",
        "\n".join(f"- [{name}](#{name.lower()}): {number}" for name, number in families.items()),
    ]
    family = ""
    for code, rule in rules.items():
        if (begins := _family(code)) != family:
            family = begins
            parts.append(f"## {family}")
        parts.append(f"### {code}: {_text(rule.title)}")
        parts.append(
            f"- severity: {rule.severity.value}\n- clause: {_text(rule.clause)}\n- meaning: {_text(rule.meaning)}\n"
            f"- remedy: {_text(rule.remedy)}"
        )
    return "\n\n".join(parts) + "\n"


def write(root: Path) -> None:
    """Write every generated file below a checkout."""
    for path, text in documents():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _family(code: str) -> str:
    letters = code.rstrip("0123456789-")
    # E and W are the standard's own letters
    return "OCFL" if letters in {"E", "W"} else letters


def _text(value: str) -> str:
    return value.replace("<", "&lt;").replace("|", "\\|")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
