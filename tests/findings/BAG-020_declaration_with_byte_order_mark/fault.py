from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-020", "bagit.txt")}


def plant(root: Path) -> None:
    tiny_bag.declare(root, b"\xef\xbb\xbf" + (root / "bagit.txt").read_bytes())
