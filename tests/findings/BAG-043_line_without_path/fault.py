from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-043", "manifest-sha512.txt#line=3")}


def plant(root: Path) -> None:
    tiny_bag.append(root, "manifest-sha512.txt", 128 * "0")
