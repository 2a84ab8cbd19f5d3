from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-013", "data/aux.txt")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "data/aux.txt", "device")
    tiny_bag.list_payload(root)
