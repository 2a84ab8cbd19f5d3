from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("XML-002", golden.place(golden.DC))}


def plant(root: Path) -> None:
    golden.edit(root, golden.DC, "<record", "<!DOCTYPE record><record")
    golden.seal(root)
