from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-036", "bag-info.txt#Payload-Oxum"), ("BAG-052", "data/a.txt")}


def plant(root: Path) -> None:
    # the missing file explains a difference of one file, not of three
    tiny_bag.put(root, "bag-info.txt", "Payload-Oxum: 13.4\n")
    tiny_bag.seal(root)
    (root / "data/a.txt").unlink()
