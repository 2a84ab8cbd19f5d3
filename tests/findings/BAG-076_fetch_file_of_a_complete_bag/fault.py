from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-076", "fetch.txt")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "fetch.txt", "https://example.org/a 6 data/a.txt\n")
    tiny_bag.seal(root)
