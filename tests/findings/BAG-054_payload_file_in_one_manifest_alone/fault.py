from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-054", "data/sub/b.txt")}


def plant(root: Path) -> None:
    text = (root / "manifest-sha512.txt").read_text()
    tiny_bag.put(root, "manifest-sha512.txt", text.splitlines(keepends=True)[0])
    tiny_bag.seal(root)
