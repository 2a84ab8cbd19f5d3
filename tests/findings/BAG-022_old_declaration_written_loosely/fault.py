from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-022", "bagit.txt"), ("BAG-025", "bagit.txt")}


def plant(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version : 0.97\nTag-File-Character-Encoding: UTF-8\n")
