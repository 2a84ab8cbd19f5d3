from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-055", "data/a.txt")}


def plant(root: Path) -> None:
    text = (root / "manifest-sha512.txt").read_text()
    tiny_bag.put(root, "manifest-sha512.txt", 128 * "0" + text[128:])
    tiny_bag.seal(root)
