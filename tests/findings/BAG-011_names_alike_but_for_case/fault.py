from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-011", "data/a.txt")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "data/A.txt", "not the first\n")
    tiny_bag.list_payload(root)
