from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-049", "data/a.txt")}


def plant(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha256.txt", f"{64 * '0'}  data/a.txt")
