from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("XML-003", golden.place(golden.DC))}


def plant(root: Path) -> None:
    golden.edit(root, golden.DC, "<record", f"<!--{'x' * 70_000}--><record")
    golden.seal(root)
