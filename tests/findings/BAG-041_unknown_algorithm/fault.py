from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-041", "manifest-crc64.txt")}


def plant(root: Path) -> None:
    line = "0123456789abcdef  data/a.txt\nfedcba9876543210  data/sub/b.txt\n"
    tiny_bag.put(root, "manifest-crc64.txt", line)
    tiny_bag.seal(root)
