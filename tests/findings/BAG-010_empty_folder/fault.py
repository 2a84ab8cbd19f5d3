from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-010", "data/empty")}


def plant(root: Path) -> None:
    (root / "data/empty").mkdir()
