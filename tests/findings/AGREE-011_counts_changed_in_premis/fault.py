from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-011", golden.place(golden.PREMIS))}


def plant(root: Path) -> None:
    golden.edit(root, golden.PREMIS, "duplicate: 1", "duplicate: 2")
    golden.seal(root)
