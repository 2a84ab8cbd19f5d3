from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-053", "data/cafe\u0301.txt"), ("BAG-012", "data/caf\u00e9.txt")}


def plant(root: Path) -> None:
    # the composed name is listed and there; the decomposed one looks the same and is not listed
    tiny_bag.put(root, "data/caf\u00e9.txt", "listed")
    tiny_bag.list_payload(root)
    tiny_bag.put(root, "data/cafe\u0301.txt", "smuggled")
