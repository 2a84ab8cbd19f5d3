from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-073", "data/c.txt"), ("BAG-076", "fetch.txt")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "fetch.txt", "https://example.org/c - data/c.txt\n")
    tiny_bag.seal(root)
