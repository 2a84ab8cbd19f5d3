from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-052", "data/a.txt")}


def plant(root: Path) -> None:
    (root / "data/a.txt").unlink()
