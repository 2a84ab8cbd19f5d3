from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-055", "data/a.txt")}


def plant(root: Path) -> None:
    # Payload-Oxum is wrong by the same fault, which is not counted again
    tiny_bag.put(root, "data/a.txt", "fir")
