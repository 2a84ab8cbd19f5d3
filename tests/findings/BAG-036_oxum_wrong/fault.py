from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-036", "bag-info.txt#Payload-Oxum")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "bag-info.txt", "Payload-Oxum: 14.2\n")
    tiny_bag.seal(root)
