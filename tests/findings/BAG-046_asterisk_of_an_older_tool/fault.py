from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-046", "data/a.txt")}


def plant(root: Path) -> None:
    text = (root / "manifest-sha256.txt").read_text()
    tiny_bag.put(root, "manifest-sha256.txt", text.replace(" data/a.txt", "*data/a.txt"))
    tiny_bag.seal(root)
