from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-034", "bag-info.txt#Bagging-Date")}


def plant(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Bagging-Date: 2025-11-04")
