from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-021", "bagit.txt")}


def plant(root: Path) -> None:
    tiny_bag.append(root, "bagit.txt", "Made-By: somebody")
