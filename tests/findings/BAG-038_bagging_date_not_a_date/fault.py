from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-038", "bag-info.txt#Bagging-Date")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "bag-info.txt", "Bagging-Date: 3 November 2025\n")
    tiny_bag.seal(root)
