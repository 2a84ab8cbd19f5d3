from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-043", "manifest-sha256.txt#line=1")}


def plant(root: Path) -> None:
    # the file it names does not count as unlisted
    text = (root / "manifest-sha256.txt").read_text()
    tiny_bag.put(root, "manifest-sha256.txt", text[1:])
    tiny_bag.seal(root)
