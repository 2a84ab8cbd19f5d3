from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-026", "bagit.txt")}


def plant(root: Path) -> None:
    tiny_bag.declare(root, "BagIt-Version: 1.0\nTag-File-Character-Encoding: rot13\n")
