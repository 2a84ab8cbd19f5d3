from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-053", "data/.DS_Store")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "data/.DS_Store", "from a Mac")
