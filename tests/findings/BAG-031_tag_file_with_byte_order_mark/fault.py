from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-031", "bag-info.txt")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "bag-info.txt", b"\xef\xbb\xbf" + (root / "bag-info.txt").read_bytes())
    tiny_bag.seal(root)
