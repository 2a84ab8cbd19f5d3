import shutil
from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-001", ".")}


def plant(root: Path) -> None:
    shutil.rmtree(root)
    root.mkdir()
    (root / "notes.txt").write_text("nothing of either")
