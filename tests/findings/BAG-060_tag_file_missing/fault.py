from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-060", "bag-info.txt")}


def plant(root: Path) -> None:
    (root / "bag-info.txt").unlink()
