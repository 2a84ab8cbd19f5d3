"""Several modules as one file: what `check-receipt.py` consists of."""

import ast
from functools import cache
from pathlib import Path
from typing import Final

from strongroom.storage import saying

NAME: Final = "check-receipt.py"
_MODULES: Final = ("curve", "proof", "folders", "check")


@cache
def checker_script() -> bytes:
    """The script `check-receipt.py`: these modules behind each other, without the lines that join them."""
    imports: set[str] = set()
    bodies = []
    about = ""
    for name in _MODULES:
        path = Path(__file__).with_name(f"{name}.py")
        with saying("read", path):
            text = path.read_text("utf-8")
        about, found, body = _parts(text)
        imports |= found
        bodies.append(body)
    head = ["#!/usr/bin/env python3", about, "", *sorted(imports, key=_order), "", ""]
    return "\n".join([*head, "\n\n\n".join(bodies), ""]).encode("utf-8")


def _parts(text: str) -> tuple[str, set[str], str]:
    """The docstring of a module, its imports from the standard library, and the rest."""
    lines = text.splitlines()
    about, *rest = ast.parse(text).body
    imports = [one for one in rest if isinstance(one, ast.Import | ast.ImportFrom)]
    own = [one for one in imports if isinstance(one, ast.ImportFrom) and str(one.module).startswith("strongroom")]
    found = {ast.unparse(one) for one in imports if one not in own}
    code = lines[max(one.end_lineno or 0 for one in imports) :]
    body = "\n".join(code).strip("\n")
    return "\n".join(lines[: about.end_lineno]), found, body


def _order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line
