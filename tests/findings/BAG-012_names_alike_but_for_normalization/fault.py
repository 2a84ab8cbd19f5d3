from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-012", "data/caf\u00e9.txt")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "data/caf\u00e9.txt", "composed")
    tiny_bag.put(root, "data/cafe\u0301.txt", "decomposed")
    tiny_bag.list_payload(root)
