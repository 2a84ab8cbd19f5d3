from pathlib import Path

BASE = "bag"
DEEP = "data" + 100 * "/d"
EXPECTED = {("BAG-007", DEEP)}


def plant(root: Path) -> None:
    (root / DEEP / "deeper").mkdir(parents=True)
