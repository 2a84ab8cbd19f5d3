from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-035", "bag-info.txt#Payload-Oxum")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "bag-info.txt", "Payload-Oxum: thirteen.two\n")
    tiny_bag.seal(root)
