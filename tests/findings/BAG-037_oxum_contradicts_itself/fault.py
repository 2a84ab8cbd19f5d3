from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-037", "bag-info.txt#Payload-Oxum")}


def plant(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "payload-oxum: 14.2")
