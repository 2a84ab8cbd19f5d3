from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-024", "bagit.txt")}


def plant(root: Path) -> None:
    tiny_bag.as_version(root, "2.0")
