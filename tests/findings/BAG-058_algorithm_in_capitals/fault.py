from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-058", "manifest-SHA-256.txt")}


def plant(root: Path) -> None:
    (root / "manifest-sha256.txt").rename(root / "manifest-SHA-256.txt")
    tiny_bag.seal(root)
