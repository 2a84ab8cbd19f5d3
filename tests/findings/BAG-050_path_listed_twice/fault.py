from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-050", "data/a.txt")}


def plant(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", tiny_bag.line(root, "data/a.txt", "sha256"))
